"""Pages of administrators over a whole province: pickers of people and units, the settings area.

    .venv/bin/python bench/administration.py [--people 10000] [--units 700] [--on sqlite,postgresql]

A request is measured whole, through the application as a browser's would go: session, rights, search,
answer. Time is of this process alone (on SQLite with the database, which is a part of it). Median of
`--rounds` requests, after one to warm up; and the first one after a change of the organisation, when
the process reads it again and folds all names anew.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask.testing import FlaskClient

from luongviec.engine.world import SYSTEM
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.platform import Platform
from luongviec.services.units.making import UnitNode, import_tree
from luongviec.services.users.making import NewUser, create_users
from luongviec.store.models import UnitHolding
from luongviec.web.application import create_app
from tests.databases import Databases
from tests.services.house import PASSWORD, House, build_house

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"
MIDDLE = "Văn Thị Hữu Đức Minh Thu Ngọc Quốc Thanh Hồng Bích Kim Công Xuân"
GIVEN = "An Bình Châu Dũng Hà Hằng Hùng Khánh Lan Linh Long Mai Nam Nga Phúc Sơn Thảo Trang Tuấn Vân Yến"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

QUESTIONS = {
    "people: two letters": "/settings/pick/people?q=an",
    "people: a family name": "/settings/pick/people?q=nguyen",
    "people: two words": "/settings/pick/people?q=thu+ha",
    "people: nobody": "/settings/pick/people?q=khong+co+ai",
    "people of a unit, nothing typed": "/settings/pick/people?unit=20",
    "units: two letters": "/settings/pick/units?q=ph",
    "units: nothing typed": "/settings/pick/units",
    "tree: from its root": "/settings/units",
    "tree: open at a unit": "/settings/units/20",
    "tree: a branch opens": "/settings/units/2/children",
    "tree: only one side": "/settings/units?side=meeting",
    "tree: search": "/settings/units?q=phong+1",
    "tree: search for a person": "/settings/units?q=nguyen+thu+ha",
    "tree: units that lack people": "/settings/units?show=missing",
    "unit: its people": "/settings/units/20?tab=people",
    "unit: its history": "/settings/units/20?tab=history",
    "accounts: first page": "/settings/accounts",
    "accounts: search": "/settings/accounts?q=nguyen+thu",
    "accounts: of a branch, never signed in": "/settings/accounts?unit=2&state=never",
    "accounts: last page": "/settings/accounts?page=200",
    "account: a person": "/settings/accounts/500",
    "account: its form": "/settings/accounts/500/edit",
    "settings: first page": "/settings",
    "settings: parameters": "/settings/parameters",
}


def fill(house: House, people: int, units: int, seed: int = 1) -> None:
    """Make a tree of three levels and people who work in it."""
    chance = random.Random(seed)
    rooms = max(1, units // 30)
    departments = tuple(
        UnitNode(f"Sở số {number}", children=tuple(UnitNode(f"Phòng {number}.{n}") for n in range(29)))
        for number in range(rooms)
    )
    made = import_tree(
        house.platform,
        SYSTEM,
        UnitNode("Tỉnh lớn", children=departments),
        sides_by_kind={None: ("assigning", "executing", "meeting", "office")},
    )
    parts = [words.split() for words in (FAMILY, MIDDLE, GIVEN)]
    names = (" ".join(chance.choice(words) for words in parts) for _ in range(people))
    new = [NewUser(f"nguoi{at}", name, password_hash="!") for at, name in enumerate(names)]
    ids = create_users(house.platform, SYSTEM, new)
    places = list(made.values())
    with house.platform.transaction() as work:
        work.session.add_all(
            UnitHolding(
                user_id=one, unit_id=chance.choice(places), side="office", slot="staff", since=work.now
            )
            for one in ids
        )
        organisation_changed(work)


def signed_in(platform: Platform) -> FlaskClient:
    """Give a client at which the administrator is signed in."""
    client = create_app(platform).test_client()
    token = TOKEN.search(client.get("/sign-in").text)
    assert token is not None
    sent = {"csrf_token": token.group(1), "user_name": "admin", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 303
    return client


def milliseconds(work: Callable[[], object]) -> float:
    """Give how long this process works at something."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def measure(house: House, rounds: int) -> dict[str, tuple[float, float]]:
    """Give for each question the usual time and that of the first request after a change."""
    client = signed_in(house.platform)
    found = {}
    for label, address in QUESTIONS.items():

        def ask(address: str = address) -> None:
            assert client.get(address, buffered=True).status_code == 200

        with house.platform.transaction() as work:
            organisation_changed(work)
        first = milliseconds(ask)
        found[label] = (statistics.median(milliseconds(ask) for _ in range(rounds)), first)
    return found


def main() -> None:
    """Print a table for each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=700)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--on", default="sqlite,postgresql", help="databases, with commas between")
    given = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), "bench")
        try:
            for name in given.on.split(","):
                database = databases.get(name)
                home = Path(folder) / name
                house = build_house(database.engine, database.url, home, modules=None)
                fill(house, given.people, given.units)
                results[name] = measure(house, given.rounds)
                database.close()
        finally:
            databases.close()
    columns = [f"{name}, {what}" for name in results for what in ("ms", "first ms")]
    print(f"{given.people} people, {given.units} units\n")
    print("| | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for label in QUESTIONS:
        cells = [f"{value:.1f}" for result in results.values() for value in result[label]]
        print(f"| {label} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
