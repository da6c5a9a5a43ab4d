"""Checks that data has the shape which the published JSON Schema of its kind describes.

The schemas (`platform/engine/schema/*.json`, JSON Schema 2020-12, also published in
`definitions/schema/`) are the one description of the language's words: editors, the documentation
and this module read them. A general validator reports an error of a union as all its branches and
an unknown key at its parent; authors deserve better, so this walker reads the part of JSON Schema
that our schemas use and points at the very key. A test holds that it agrees with `jsonschema`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from luongviec.engine.checker.codes import did_you_mean, problem
from luongviec.engine.sources.problems import Problem
from luongviec.engine.sources.reading import RESERVED_CODES, Definition, Steps
from luongviec.engine.text import Text

SCHEMA_FOLDER = Path(__file__).parents[1] / "schema"

_TYPE_WORDS = {
    "string": Text("chữ", "a text"),
    "number": Text("số", "a number"),
    "integer": Text("số nguyên", "a whole number"),
    "boolean": Text("true hoặc false", "true or false"),
    "object": Text("các cặp “từ: giá trị”", "a mapping"),
    "array": Text("danh sách", "a list"),
    "null": Text("để trống", "nothing"),
}
#: Keyword → (what is measured, whether it is a least, words).
_LENGTHS = {
    "minLength": ("string", True, Text("ký tự", "characters")),
    "maxLength": ("string", False, Text("ký tự", "characters")),
    "minItems": ("array", True, Text("mục", "items")),
    "maxItems": ("array", False, Text("mục", "items")),
    "minProperties": ("object", True, Text("mục", "entries")),
    "maxProperties": ("object", False, Text("mục", "entries")),
}


@dataclass(eq=False)
class Shape:
    """One schema with its references resolved. `name` is its name in `$defs`, or the kind."""

    name: str
    types: tuple[str, ...] = ()
    properties: dict[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    unless: str | None = None  # `required` counts only where this key is missing
    one_of: tuple[str, ...] = ()
    others: Shape | None = None  # shape of further keys
    open: bool = True  # whether further keys may stand at all
    names: Shape | None = None
    items: Shape | None = None
    options: tuple[object, ...] = ()
    pattern: re.Pattern[str] | None = None
    lengths: dict[str, int] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    unique: bool = False
    words: dict[str, Text] = field(default_factory=dict)  # property → what it is for

    def inner(self, step: str | int) -> Shape | None:
        """Give the shape of what stands under a key or index."""
        if isinstance(step, int):
            return self.items
        return self.properties.get(step, self.others)


def describe(shape: Shape, word: str) -> Text | None:
    """Say what a word of a shape is for, as the schema describes it."""
    return shape.words.get(word)


@cache
def schema(name: str) -> Mapping[str, object]:
    """Give a schema file as JSON: of a kind, or `common`."""
    loaded: dict[str, object] = json.loads((SCHEMA_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def shape_of(kind: str) -> Shape:
    """Give the shape of a kind, references resolved."""
    return _Reader().shape(kind, "")


class _Reader:
    """Makes shapes of schemas; a shape is known before it is filled, since schemas may nest."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], Shape] = {}

    def shape(self, file: str, pointer: str) -> Shape:
        key = (file, pointer)
        if key not in self.made:
            self.made[key] = Shape(pointer.rsplit("/", 1)[-1] or file)
            self.fill(self.made[key], file, self.node(file, pointer))
        return self.made[key]

    def node(self, file: str, pointer: str) -> Mapping[str, object]:
        node: object = schema(file)
        for step in filter(None, pointer.split("/")):
            node = node[step]  # type: ignore[index]
        return node  # type: ignore[return-value]

    def inner(self, file: str, node: Mapping[str, object], name: str) -> Shape:
        reference = node.get("$ref")
        if isinstance(reference, str):
            target, _, pointer = reference.partition("#")
            return self.shape(target.removesuffix(".json") or file, pointer)
        shape = Shape(name)
        self.fill(shape, file, node)
        return shape

    def fill(self, shape: Shape, file: str, node: Mapping[str, object]) -> None:
        typed: dict[str, object] = dict(node)
        types = typed.get("type", ())
        shape.types = (types,) if isinstance(types, str) else tuple(types)  # type: ignore[arg-type]
        for name, inner in _mapping(typed.get("properties")).items():
            shape.properties[name] = self.inner(file, _mapping(inner), name)
            description = _mapping(inner).get("description")
            if isinstance(description, str):
                shape.words[name] = Text(str(_mapping(inner).get("x-vi", description)), description)
        shape.required = tuple(typed.get("required", ()))  # type: ignore[arg-type]
        if "else" in typed:
            shape.unless = _mapping(typed["if"])["required"][0]  # type: ignore[index]
            shape.required += tuple(_mapping(typed["else"])["required"])  # type: ignore[arg-type]
        shape.one_of = tuple(_mapping(one)["required"][0] for one in typed.get("oneOf", ()))  # type: ignore[index, attr-defined]
        others = typed.get("additionalProperties", True)
        shape.open = others is not False
        if isinstance(others, Mapping):
            shape.others = self.inner(file, others, shape.name)
        if "propertyNames" in typed:
            shape.names = self.inner(file, _mapping(typed["propertyNames"]), "code")
        if "items" in typed:
            shape.items = self.inner(file, _mapping(typed["items"]), shape.name)
        shape.options = tuple(typed.get("enum", ())) or ((typed["const"],) if "const" in typed else ())  # type: ignore[arg-type]
        if "pattern" in typed:
            shape.pattern = re.compile(str(typed["pattern"]))
        shape.lengths = {word: int(typed[word]) for word in _LENGTHS if word in typed}  # type: ignore[call-overload]
        shape.minimum, shape.maximum = typed.get("minimum"), typed.get("maximum")  # type: ignore[assignment]
        shape.unique = bool(typed.get("uniqueItems", False))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


@lru_cache(maxsize=1024)
def check_shape(definition: Definition) -> tuple[Problem, ...]:
    """Check a definition against the schema of its kind.

    What was found is kept: beside the one that changed stand a hundred that did not.
    """
    check = _Check(definition)
    check.value(shape_of(definition.kind), definition.data, (), definition.kind)
    return tuple(check.problems)


class _Check:
    """Collects what is wrong with one definition's shape."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.problems: list[Problem] = []

    def report(self, path: Steps, vi: str, en: str, *, value: bool = True) -> None:
        name = path[-1] if path else self.definition.kind
        if isinstance(name, int) and len(path) > 1:
            name = f"{path[-2]}[{name}]"
        place = self.definition.place(path, value=value)
        self.problems.append(problem("E112", place, name=name, detail=Text(vi, en)))

    def value(self, shape: Shape, value: object, path: Steps, where: str) -> None:
        kind = json_type(value)
        if shape.types and kind not in shape.types and not (kind == "integer" and "number" in shape.types):
            self.wrong_type(shape, value, path, kind)
            return
        if shape.options and not any(value == one and json_type(one) == kind for one in shape.options):
            options = [str(one).lower() if isinstance(one, bool) else str(one) for one in shape.options]
            near = did_you_mean(value, options)
            listed = ", ".join(options)
            place = self.definition.place(path, value=True)
            name = path[-1] if path else where
            detail = Text(
                f"không thể là “{_short(value)}”; dùng: {listed}",
                f"cannot be '{_short(value)}'; use: {listed}",
            )
            self.problems.append(problem("E112", place, name=name, detail=detail, hint=near))
            return
        if isinstance(value, Mapping):
            self.mapping(shape, value, path, where)
        elif isinstance(value, tuple):
            self.items(shape, value, path, where)
        elif isinstance(value, str):
            self.string(shape, value, path)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.number(shape, value, path)

    def wrong_type(self, shape: Shape, value: object, path: Steps, kind: str) -> None:
        words = [_TYPE_WORDS[one] for one in shape.types]
        vi = " hoặc ".join(word.vi for word in words)
        en = " or ".join(str(word.en) for word in words)
        found = _TYPE_WORDS["number" if kind == "integer" else kind]
        self.report(path, f"phải là {vi}, không phải {found.vi}", f"must be {en}, not {found.en}")

    def mapping(self, shape: Shape, value: Mapping[str, object], path: Steps, where: str) -> None:
        self.length(shape, "object", len(value), path)
        for key, inner in value.items():
            steps = (*path, key)
            if key in shape.properties:
                self.value(shape.properties[key], inner, steps, key)
            elif not shape.open:
                hint = did_you_mean(key, shape.properties)
                self.problems.append(
                    problem(
                        "E111", self.definition.place(steps), name=key, where=_where(shape, where), hint=hint
                    )
                )
            else:
                if shape.names is not None:
                    self.name(shape.names, key, steps)
                if shape.others is not None:
                    self.value(shape.others, inner, steps, key)
        if shape.unless is None or shape.unless not in value:
            required = shape.required
        else:
            required = tuple(key for key in shape.required if key in (self.definition.kind, "format"))
        for key in required:
            if key not in value:
                self.problems.append(
                    problem("E113", self.definition.place(path), name=key, where=_where(shape, where))
                )
        if shape.one_of and sum(key in value for key in shape.one_of) != 1:
            names = ", ".join(shape.one_of)
            self.report(
                path, f"phải có đúng một trong: {names}", f"needs exactly one of: {names}", value=False
            )

    def name(self, shape: Shape, key: str, path: Steps) -> None:
        fits = shape.pattern is None or shape.pattern.search(key)
        length = shape.lengths.get("maxLength")
        if (
            not fits
            or (length is not None and len(key) > length)
            or (shape.pattern and key in RESERVED_CODES)
        ):
            self.problems.append(problem("E121", self.definition.place(path), name=_short(key)))

    def items(self, shape: Shape, value: tuple[object, ...], path: Steps, where: str) -> None:
        self.length(shape, "array", len(value), path)
        if shape.unique and len({json.dumps(one, default=str) for one in value}) != len(value):
            self.report(path, "có mục bị lặp", "has an item twice")
        if shape.items is not None:
            for index, item in enumerate(value):
                self.value(shape.items, item, (*path, index), where)

    def string(self, shape: Shape, value: str, path: Steps) -> None:
        self.length(shape, "string", len(value), path)
        if shape.pattern is not None and not shape.pattern.search(value):
            self.report(path, f"không thể là “{_short(value)}”", f"cannot be '{_short(value)}'")

    def number(self, shape: Shape, value: float, path: Steps) -> None:
        if shape.minimum is not None and value < shape.minimum:
            self.report(path, f"ít nhất là {shape.minimum:g}", f"must be at least {shape.minimum:g}")
        if shape.maximum is not None and value > shape.maximum:
            self.report(path, f"nhiều nhất là {shape.maximum:g}", f"must be at most {shape.maximum:g}")

    def length(self, shape: Shape, kind: str, length: int, path: Steps) -> None:
        for word, limit in shape.lengths.items():
            of, least, unit = _LENGTHS[word]
            if of != kind or (length >= limit if least else length <= limit):
                continue
            if least:
                self.report(path, f"cần ít nhất {limit} {unit.vi}", f"needs at least {limit} {unit.en}")
            else:
                self.report(path, f"có nhiều nhất {limit} {unit.vi}", f"may have at most {limit} {unit.en}")


def _where(shape: Shape, where: str) -> str:
    return shape.name if shape.name == where or where in ("", shape.name) else f"{where} ({shape.name})"


def json_type(value: object) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
