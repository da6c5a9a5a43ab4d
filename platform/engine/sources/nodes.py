"""YAML text → plain data with positions, or problems. Knows nothing of definitions.

The parser of ruamel.yaml composes the nodes; what they mean is decided here, by YAML 1.2: quoted
scalars are texts, plain ones may be null, boolean, integer or float, and nothing else (dates stay
texts). Keys are texts. Tags, merge keys, several documents and self-reference are refused; aliases
are followed, within a limit, so that no small file can grow without end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from luongviec.engine.checker.codes import problem
from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.text import Text

NODE_LIMIT = 60_000
DEPTH_LIMIT = 40

Steps = tuple[str | int, ...]
Scalar = str | int | float | bool | None

_NULL = re.compile(r"(~|null|Null|NULL|)\Z")
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "timestamp", "map", "seq", "merge", "value")
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a key (or list item) and its value begin, from 1.

    `quote` is 1 where the value is quoted; `offset_counts` tells whether characters of the value
    stand in the text one by one.
    """

    line: int
    column: int
    value_line: int
    value_column: int
    quote: int
    offset_counts: bool


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of a text by path."""

    by_path: Mapping[Steps, Position] = field(default_factory=dict)

    def find(self, path: Steps) -> Position | None:
        """Give the position of exactly this path."""
        return self.by_path.get(path)


def read_yaml(text: str, file: str) -> tuple[object, Positions, tuple[Problem, ...]]:
    """Read one YAML document: data, positions, and what is wrong with it."""
    try:
        root = _reader().compose(text)
    except MarkedYAMLError as error:
        return None, Positions(), (_syntax_problem(error, file),)
    except (YAMLError, RecursionError) as error:
        return None, Positions(), (_problem_at(file, 1, 1, type(error).__name__),)
    except Exception as error:
        return None, Positions(), (_problem_at(file, 1, 1, type(error).__name__),)
    if root is None:
        return None, Positions(), ()
    walk = _Walk(file)
    data = walk.value(root, (), 0)
    return data, Positions(walk.positions), tuple(walk.problems)


def _reader() -> YAML:
    yaml = YAML(typ="safe", pure=True, plug_ins=[])
    yaml.max_depth = DEPTH_LIMIT
    return yaml


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    detail = " ".join(str(part) for part in (error.context, error.problem) if part) or type(error).__name__
    return _problem_at(file, line, column, detail)


def _problem_at(file: str, line: int, column: int, detail: str) -> Problem:
    return problem("E110", Place(file, line, column), detail=" ".join(detail.split()))


class _Walk:
    """One pass over composed nodes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.positions: dict[Steps, Position] = {}
        self.problems: list[Problem] = []
        self.count = 0
        self.open: set[int] = set()

    def value(self, node: Node, path: Steps, depth: int) -> object:
        """Give a node's data and note where everything in it stands."""
        self.count += 1
        if self.count > NODE_LIMIT or depth > DEPTH_LIMIT or id(node) in self.open:
            if self.count <= NODE_LIMIT + 1:
                self.refuse(
                    node,
                    Text(
                        "quá lớn, quá sâu hoặc tự tham chiếu", "it is too large, too deep or refers to itself"
                    ),
                )
            self.count = max(self.count, NODE_LIMIT + 2)
            return None
        if not path:
            self.note((), node, node)
        if str(node.tag) not in _PLAIN_TAGS:
            self.refuse(node, Text(f"không dùng nhãn {node.tag}", f"the tag {node.tag} cannot be used"))
            return None
        if isinstance(node, ScalarNode):
            return _scalar(node)
        self.open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return tuple(self.items(node, path, depth))
            return (
                MappingProxyType(dict(self.pairs(node, path, depth)))
                if isinstance(node, MappingNode)
                else None
            )
        finally:
            self.open.discard(id(node))

    def items(self, node: SequenceNode, path: Steps, depth: int) -> list[object]:
        values = []
        for index, item in enumerate(node.value):
            steps = (*path, index)
            self.note(steps, item, item)
            values.append(self.value(item, steps, depth + 1))
        return values

    def pairs(self, node: MappingNode, path: Steps, depth: int) -> list[tuple[str, object]]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.refuse(key_node, Text("khóa phải là chữ", "a key must be a text"))
                continue
            key = str(key_node.value)
            steps = (*path, key)
            if key in values:
                first = self.positions[steps].line
                place = Place(self.file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                self.problems.append(problem("E118", place, name=key, line=first))
                continue
            self.note(steps, key_node, value_node)
            values[key] = self.value(value_node, steps, depth + 1)
        return list(values.items())

    def note(self, path: Steps, key: Node, value: Node) -> None:
        style = getattr(value, "style", None)
        on_one_line = isinstance(value, ScalarNode) and value.start_mark.line == value.end_mark.line
        written = value.end_mark.column - value.start_mark.column if on_one_line else -1
        quote = 1 if style in ("'", '"') else 0
        self.positions[path] = Position(
            key.start_mark.line + 1,
            key.start_mark.column + 1,
            value.start_mark.line + 1,
            value.start_mark.column + 1,
            quote,
            on_one_line and written - 2 * quote == len(str(value.value)),
        )

    def refuse(self, node: Node, detail: Text) -> None:
        place = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        self.problems.append(problem("E110", place, detail=detail))


def _scalar(node: ScalarNode) -> Scalar:
    text = str(node.value)
    if node.style is not None:
        return text
    if _NULL.match(text):
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
