"""A unit tree as nested YAML (name, kind, code, sides, children), read as the rows of the sheet of units.

A node without a code is recognised by its name below the same unit, so loading a tree again changes
nothing; a new one gets a code of the initials of its name. Siblings keep the order of the file (O-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.exchange.cells import RawBook, RawCell, RawRow, RawSheet, normal
from luongviec.services.exchange.sheets import SIDE, SheetCode, sheets_of
from luongviec.services.exchange.standing import Standing, key_of, shown_code, standing_of
from luongviec.services.files.opening import UnusableFile
from luongviec.services.platform import Platform
from luongviec.store.folding import fold

MOST_NODES = 100_000
DEEPEST = 60
WORDS = frozenset({"name", "kind", "code", "sides", "children"})


@dataclass(slots=True)
class _Codes:
    """Codes of nodes: those in the tree already by name and place, fresh ones by initials."""

    standing: Standing
    taken: set[str] = field(default_factory=set)
    used: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    by_name: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        units = self.standing.facts.units
        self.taken.update(self.standing.by_code)
        for unit in units.values():
            above = units.get(unit.parent_id or 0)
            place = ("" if above is None else key_of(above), normal(unit.name))
            self.by_name[place].append(shown_code(unit))

    def code(self, parent: str, name: str) -> str:
        """Give the code of a node; the second of two equal names below one unit is the second there."""
        place = (parent.upper(), name)
        number = self.used[place]
        self.used[place] += 1
        known = self.by_name.get(place, ())
        if number < len(known):
            return known[number]
        initials = "".join(word[0] for word in fold(name).split()).upper()[:12] or "DV"
        code, count = initials, 1
        while code in self.taken:
            count += 1
            code = f"{initials}{count}"
        self.taken.add(code)
        return code


def read_tree(platform: Platform, actor: Actor, text: str) -> RawBook:
    """Give the nodes of a tree as rows, numbered in the order of the file.

    Raises:
        UnusableFile: it is no YAML, or no tree; says where.
    """
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = "?" if place is None else place.line + 1
        raise UnusableFile(
            Text(f"Tệp YAML sai cú pháp ở dòng {line}.", f"The YAML file is malformed at line {line}.")
        ) from error
    with platform.reading() as work:
        sheet = next(one for one in sheets_of(work.workspace) if one.code is SheetCode.UNITS)
        codes = _Codes(standing_of(work, actor))
    rows = []
    for number, cells in enumerate(_nodes(data, codes), start=1):
        if number > MOST_NODES:
            raise UnusableFile(
                Text(f"Cây có hơn {MOST_NODES} nút.", f"The tree has more than {MOST_NODES} nodes.")
            )
        rows.append(RawRow(number, cells))
    return RawBook({SheetCode.UNITS: RawSheet(sheet, {}, rows)})


def _nodes(data: Any, codes: _Codes) -> Iterator[Mapping[str, RawCell]]:
    """Give the cells of each node, depth first."""
    roots = data if isinstance(data, list) else [data]
    waiting = [(node, "", index, f"[{index}]") for index, node in reversed(list(enumerate(roots)))]
    while waiting:
        node, parent, index, place = waiting.pop()
        name = _checked(node, place)
        code = str(node.get("code") or "") or codes.code(parent, name)
        cells: dict[str, RawCell] = {"code": code, "name": name}
        if parent:
            cells["parent"], cells["order"] = parent, index + 1
        if node.get("kind"):
            cells["kind"] = str(node["kind"])
        for side in node.get("sides") or ():
            cells[f"{SIDE}{side}"] = True
        yield cells
        children = node.get("children") or ()
        if place.count(".") > DEEPEST:
            raise _unusable(place, "sâu quá", "too deep")
        waiting += [
            (child, code, number, f"{place}.children[{number}]")
            for number, child in reversed(list(enumerate(children)))
        ]


def _checked(node: Any, place: str) -> str:
    """Look whether something is a node, and give its name."""
    if not isinstance(node, Mapping):
        raise _unusable(place, "không phải một nút có name", "no node with a name")
    name = node.get("name")
    if not isinstance(name, str) or not name.strip():
        raise _unusable(place, "thiếu name", "name is missing")
    if unknown := sorted(str(word) for word in node if word not in WORDS):
        raise _unusable(place, f"có từ lạ {', '.join(unknown)}", f"unknown words {', '.join(unknown)}")
    for word in ("children", "sides"):
        if node.get(word) is not None and not isinstance(node[word], list):
            raise _unusable(place, f"{word} phải là danh sách", f"{word} must be a list")
    return normal(name)


def _unusable(place: str, vi: str, en: str) -> UnusableFile:
    return UnusableFile(Text(f"Nút {place}: {vi}.", f"Node {place}: {en}."))
