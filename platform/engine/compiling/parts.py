"""Reading one definition part by part: words become texts, expressions and people, mistakes problems.

A `Part` is one mapping of a definition whose shape is known to be right. Reading a word that is
wrong inside (an expression, a name) reports a problem and gives a harmless value, so that the rest
of the definition is judged too; `Work.broken` remembers that it may not be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from luongviec.engine.checker.codes import did_you_mean, problem
from luongviec.engine.compiling.names import AllNames, names_in
from luongviec.engine.deciding.columns import NotationError, PeopleNames, parse_column
from luongviec.engine.expressions.compiled import (
    Context,
    Expression,
    ExpressionError,
    Template,
    parse_expression,
    parse_template,
)
from luongviec.engine.model import Column, People, Who
from luongviec.engine.people_notation import parse_people, parse_who
from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.sources.reading import Definition, Steps, frozen
from luongviec.engine.text import Text

Value_ = TypeVar("Value_")

#: What the words of kinds are called where a problem speaks of them.
KIND_WORDS: Mapping[str, Text] = {
    "module": Text("phân hệ", "module"),
    "status_group": Text("nhóm trạng thái", "status group"),
    "matrix": Text("bảng quyền", "matrix"),
    "notification_set": Text("bộ thông báo", "notification set"),
    "side": Text("phía đơn vị", "side"),
    "categories": Text("phân loại", "category"),
    "parameters": Text("tham số", "parameter"),
    "calendar": Text("lịch làm việc", "calendar"),
    "user_groups": Text("nhóm người dùng", "user group"),
    "unit_kinds": Text("loại đơn vị", "kind of unit"),
    "terms": Text("thuật ngữ", "term"),
    "preset": Text("bộ cài sẵn", "preset"),
    "report": Text("báo cáo", "report"),
    "print": Text("bản in", "print"),
    "assistant": Text("trợ lý", "assistant"),
    "role": Text("vai trò", "role"),
    "field": Text("trường", "field"),
    "relation": Text("quan hệ", "relation"),
    "action": Text("tác vụ", "action"),
    "input": Text("ô nhập", "input"),
    "permission": Text("tác vụ hay quyền", "action or permission"),
    "status": Text("trạng thái", "status"),
    "event": Text("sự kiện", "event"),
    "list": Text("danh sách", "list"),
    "bucket": Text("bucket", "bucket"),
    "column": Text("cột", "column"),
    "recipient": Text("người nhận", "recipient"),
    "ability": Text("khả năng", "ability"),
    "function": Text("quyền chức năng", "function permission"),
}


class Work:
    """Compiling one definition: the data as a whole, all names, and what was found."""

    def __init__(
        self,
        definition: Definition,
        names: AllNames,
        read_words: set[tuple[str, str, str]] | None = None,
    ) -> None:
        self.definition = definition
        self.names = names
        self.problems: list[Problem] = []
        self.needs: dict[tuple[str, str], Place] = {}
        self.read_words = read_words

    @property
    def broken(self) -> bool:
        """Whether an error was found."""
        return any(found.code.startswith("E") for found in self.problems)

    @property
    def top(self) -> Part:
        """The whole definition."""
        return Part(self, self.definition.kind, self.definition.data, ())

    def report(
        self,
        code: str,
        path: Steps,
        *,
        offset: int | None = None,
        hint: Text | None = None,
        value: bool = False,
        **parameters: object,
    ) -> None:
        """Add a problem at a path."""
        place = self.definition.place(path, value=value, offset=offset)
        found = problem(code, place, hint=hint, **parameters)
        if found not in self.problems:
            self.problems.append(found)


class Part:
    """One mapping of a definition. `shape` is its name in the schema."""

    __slots__ = ("data", "path", "shape", "work")

    def __init__(self, work: Work, shape: str, data: Mapping[str, object], path: Steps) -> None:
        self.work = work
        self.shape = shape
        self.data = data
        self.path = path

    # --- plain words ---

    def raw(self, word: str) -> object:
        """Give what stands under a word, None where nothing does."""
        if self.work.read_words is not None:
            self.work.read_words.add((self.work.definition.kind, self.shape, word))
        return self.data.get(word)

    def has(self, word: str) -> bool:
        """Whether the word is written."""
        return self.raw(word) is not None

    def string(self, word: str) -> str | None:
        """Give a text that is no prose: a code, a name, a pattern."""
        value = self.raw(word)
        return value if isinstance(value, str) else None

    def flag(self, word: str, default: bool = False) -> bool:
        """Give a boolean."""
        value = self.raw(word)
        return value if isinstance(value, bool) else default

    def whole(self, word: str) -> int | None:
        """Give a whole number."""
        value = self.raw(word)
        return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def names(self, word: str) -> tuple[str, ...]:
        """Give one name or several."""
        return names_in(self.raw(word))

    def mapping(self, word: str) -> Mapping[str, object]:
        """Give a mapping as it is written."""
        value = self.raw(word)
        return value if isinstance(value, Mapping) else {}

    def text(self, word: str) -> Text | None:
        """Give a text that people read."""
        value = self.raw(word)
        if isinstance(value, str):
            return Text(value)
        if not isinstance(value, Mapping):
            return None
        english = value.get("en")
        if english is None:
            self.report("W119", word, name=value.get("vi"))
        return Text(str(value.get("vi", "")), None if english is None else str(english))

    def label(self, word: str = "label") -> Text:
        """Give a text that the schema requires."""
        return self.text(word) or Text("")

    # --- inner parts ---

    def part(self, word: str, shape: str | None = None) -> Part | None:
        """Give the mapping under a word."""
        value = self.raw(word)
        return self.at(shape or word, value, word) if isinstance(value, Mapping) else None

    def parts(self, word: str, shape: str) -> dict[str, Part]:
        """Give the mappings under a word by code, in order."""
        value = self.raw(word)
        if not isinstance(value, Mapping):
            return {}
        return {
            code: self.at(shape, inner, word, code)
            for code, inner in value.items()
            if isinstance(inner, Mapping)
        }

    def items(self, word: str, shape: str) -> list[Part]:
        """Give the mappings of a list under a word."""
        value = self.raw(word)
        if not isinstance(value, tuple | list):
            return []
        return [
            self.at(shape, one, word, index) for index, one in enumerate(value) if isinstance(one, Mapping)
        ]

    def at(self, shape: str, data: Mapping[str, object], *steps: str | int) -> Part:
        """Give a part further inside."""
        return Part(self.work, shape, data, (*self.path, *steps))

    # --- expressions and templates ---

    def expression(self, word: str, context: Context) -> Expression | None:
        """Read an expression; None where nothing or nonsense stands."""
        return self.expression_at(self.raw(word), context, word)

    def expression_at(self, value: object, context: Context, *steps: str | int) -> Expression | None:
        """Read a value at a place below as an expression."""
        if value is None or isinstance(value, Mapping | tuple | list):
            return None
        try:
            return parse_expression(value, context)  # type: ignore[arg-type]
        except ExpressionError as error:
            self.report("E116", *steps, offset=error.offset, source=_short(value), detail=error.message)
            return None

    def expressions(self, word: str, context: Context) -> Mapping[str, Expression]:
        """Read a mapping of names to expressions."""
        read = {}
        for name, value in self.mapping(word).items():
            expression = self.expression_at(value, context, word, name)
            if expression is not None:
                read[name] = expression
        return MappingProxyType(read)

    def template(self, word: str, context: Context) -> Template | None:
        """Read a template that is one for all languages; of vi and en, the Vietnamese one."""
        texts = self.templates(word, context)
        return texts.get("vi")

    def templates(self, word: str, context: Context) -> Mapping[str, Template]:
        """Read a template by language."""
        value = self.raw(word)
        if isinstance(value, str):
            read = self.template_at(value, context, word)
            return MappingProxyType({} if read is None else {"vi": read})
        texts = {}
        if isinstance(value, Mapping):
            if "en" not in value:
                self.report("W119", word, name=_short(value.get("vi")))
            for language, source in value.items():
                read = self.template_at(source, context, word, language)
                if read is not None:
                    texts[language] = read
        return MappingProxyType(texts)

    def template_at(self, value: object, context: Context, *steps: str | int) -> Template | None:
        """Read a value at a place below as a template."""
        try:
            return parse_template(str(value), context)
        except ExpressionError as error:
            self.report("E125", *steps, offset=error.offset, detail=error.message)
            return None

    # --- people and columns ---

    def people(self, word: str, names: PeopleNames) -> People | None:
        """Read people notation; None where nothing or nonsense stands."""
        value = self.raw(word)
        return None if value is None else self.noted(lambda: parse_people(value, names), value, word)

    def who(self, word: str, names: PeopleNames, context: Context) -> Who | None:
        """Read whom an effect names."""
        return self.who_at(self.raw(word), names, context, word)

    def who_at(self, value: object, names: PeopleNames, context: Context, *steps: str | int) -> Who | None:
        """Read a value at a place below as whom an effect names."""
        return None if value is None else self.noted(lambda: parse_who(value, names, context), value, *steps)

    def column(self, code: str, names: PeopleNames, *steps: str | int, system: bool = False) -> Column | None:
        """Take a column apart that is written at a place below."""
        try:
            return parse_column(code, names, system=system)
        except NotationError as error:
            hint = did_you_mean(error.word, error.known) if error.known else None
            self.report("E115", *steps, offset=None, hint=hint, kind=KIND_WORDS["column"], name=code)
            return None

    def noted(self, read: Callable[[], Value_], value: object, *steps: str | int) -> Value_ | None:
        """Call a reader of notation and report what it refuses."""
        try:
            return read()
        except NotationError as error:
            hint = did_you_mean(error.word, error.known) if error.known else None
            self.report(
                "E117", *steps, offset=error.offset, hint=hint, source=_short(value), detail=error.message
            )
        except ExpressionError as error:
            self.report("E116", *steps, offset=error.offset, source=_short(value), detail=error.message)
        return None

    # --- names ---

    def need(self, kind: str, code: str | None, *steps: str | int) -> bool:
        """Whether a definition exists and is sound; if not, say so once and for all."""
        if code is None:
            return False
        if self.work.names.is_sound(kind, code) is None:
            self.unknown(kind, code, self.work.names.known(kind), *steps)
            return False
        self.work.needs.setdefault((kind, code), self.work.definition.place((*self.path, *steps)))
        return self.work.names.is_sound(kind, code) is True

    def require(self, kind: str, name: str, known: Iterable[str], *steps: str | int) -> bool:
        """Whether a name is among the known ones; if not, say so."""
        names = known if isinstance(known, set | frozenset | Mapping) else set(known)
        if name in names:
            return True
        self.unknown(kind, name, names, *steps)
        return False

    def unknown(self, kind: str, name: object, known: Iterable[str], *steps: str | int) -> None:
        """Report a name that does not exist, at the key or value that is the name."""
        hint = did_you_mean(name, known)
        is_key = bool(steps) and steps[-1] == name
        self.report("E115", *steps, value=not is_key, hint=hint, kind=KIND_WORDS[kind], name=name)

    def report(
        self,
        code: str,
        *steps: str | int,
        offset: int | None = None,
        hint: Text | None = None,
        value: bool = False,
        **parameters: object,
    ) -> None:
        """Add a problem at a place below."""
        self.work.report(code, (*self.path, *steps), offset=offset, hint=hint, value=value, **parameters)

    def frozen(self) -> Mapping[str, object]:
        """Give the part as plain immutable data."""
        return frozen(self.data)  # type: ignore[return-value]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
