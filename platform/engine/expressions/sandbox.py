"""The Jinja environments in which expressions and templates run.

Immutable and sandboxed, with the language's own comparison, arithmetic and printing compiled in, and
attributes read only where a class says so (`comparison.Readable`). Nothing here is public; use
`expressions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context as JinjaContext
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from luongviec.engine import moments
from luongviec.engine.expressions import filters
from luongviec.engine.expressions.comparison import MAX_TEXT, Readable, calculate, compare, identity_of
from luongviec.engine.expressions.functions import FILTERS

MAX_ITERATIONS = 20_000
_LOOP_NAMES = frozenset({"index", "index0", "first", "last", "length", "revindex"})
_OPERATORS = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip


class ScopeContext(JinjaContext):
    """Resolves names in a scope that may be lazy, then among the pure functions."""

    @property
    def timezone(self) -> tzinfo:
        """The time zone that dates are reckoned and shown in (`_timezone` of the scope)."""
        zone = self.parent.get("_timezone")
        if isinstance(zone, str):
            return ZoneInfo(zone)
        return zone if isinstance(zone, tzinfo) else moments.DEFAULT_TIMEZONE

    @property
    def language(self) -> str:
        """The language that values print in (`_language` of the scope)."""
        return str(self.parent.get("_language") or "vi")

    def resolve_or_missing(self, key: str) -> Any:
        """Look a name up: set in the template, given by the scope, or a pure function."""
        if key in self.vars:
            return self.vars[key]
        try:
            return self.parent[key]
        except KeyError:
            return _PURE_FUNCTIONS.get(key, missing)

    def spend(self, iterations: int) -> None:
        """Count loop turns, so that nested loops end."""
        spent: int = self.eval_ctx.__dict__.get("spent", 0) + iterations
        self.eval_ctx.__dict__["spent"] = spent
        if spent > MAX_ITERATIONS:
            raise ValueError("too many loop turns")


class LanguageGenerator(CodeGenerator):
    """Compiles comparisons and concatenations to calls of ours."""

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """Write one call for a chain of comparisons."""
        self.write("environment.compare_values(context, ")
        self.visit(node.expr, frame)
        for operand in node.ops:
            self.write(f", {_OPERATORS[operand.op]!r}, ")
            self.visit(operand.expr, frame)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Write a call that prints each operand as a template would."""
        self.write("environment.join_values(context, (")
        for operand in node.nodes:
            self.visit(operand, frame)
            self.write(", ")
        self.write("))")


class LanguageEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox with the language's semantics."""

    code_generator_class = LanguageGenerator
    context_class = ScopeContext
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"-", "+"})

    def compare_values(self, context: ScopeContext, left: object, *rest: Any) -> bool:
        """Compare a chain: `a < b <= c`."""
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            if not compare(operator, _given(left), _given(right), context.timezone):
                return False
            left = right
        return True

    def join_values(self, context: ScopeContext, values: tuple[object, ...]) -> str:
        """Join what values print as; where escaping is on, the whole is escaped when it is printed."""
        return filters.bounded("".join(printed(context, value) for value in values))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon by the language's rules."""
        return calculate(operator, _given(left), _given(right), context.timezone)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        """Turn a number or duration negative."""
        value = _given(arg)
        return calculate("-", value - value, value) if operator == "-" and value is not None else value

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a public name of a readable object or mapping; of nothing, nothing."""
        if obj is None:
            return None
        if attribute.startswith("_"):
            return self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Readable):
            try:
                return obj.read(attribute)
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read an item of a list by position, or of an object by name."""
        if obj is None or argument is None:
            return None
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, tuple | list) and isinstance(argument, int) and not isinstance(argument, bool):
            return obj[argument] if -len(obj) <= argument < len(obj) else None
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        """Functions of the scope only; the syntax lets nothing but names be called."""
        return callable(obj) and not isinstance(obj, type)


def _given(value: Any) -> Any:
    """Raise for a name that is not there, as soon as it is used."""
    if isinstance(value, StrictUndefined):
        value._fail_with_undefined_error()
    return value


def printed(context: ScopeContext, value: object) -> str:
    """Give what a template prints for a value, bounded."""
    value = _given(value)
    return filters.bounded(filters.shown(value, context.language, context.timezone))


@pass_context
def _finalize(context: ScopeContext, value: object) -> str:
    return printed(context, value)


def _calendar(context: ScopeContext) -> Any:
    calendar = context.parent.get("_calendar")
    return calendar() if callable(calendar) else calendar


@pass_context
def _add_workdays(context: ScopeContext, t: Any, n: Any) -> object:
    return moments.add_workdays(t, n, _calendar(context), context.timezone)


@pass_context
def _workdays_between(context: ScopeContext, a: Any, b: Any) -> object:
    return moments.workdays_between(a, b, _calendar(context), context.timezone)


@pass_context
def _start_of(context: ScopeContext, t: Any, unit: str) -> object:
    return moments.start_of(t, unit, context.timezone)


@pass_context
def _end_of(context: ScopeContext, t: Any, unit: str) -> object:
    return moments.end_of(t, unit, context.timezone)


@pass_context
def _series(context: ScopeContext, t: Any, every: object, times: Any) -> object:
    return moments.series(t, identity_of(every), times, context.timezone)


_PURE_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "days": moments.days,
    "hours": moments.hours,
    "minutes": moments.minutes,
    "add_workdays": _add_workdays,
    "workdays_between": _workdays_between,
    "start_of": _start_of,
    "end_of": _end_of,
    "series": _series,
    "outcome": moments.outcome,
}


@pass_context
def _date(context: ScopeContext, value: object) -> str:
    return filters.day(_given(value), context.timezone)


@pass_context
def _datetime(context: ScopeContext, value: object) -> str:
    return filters.date_and_time(_given(value), context.timezone)


@pass_context
def _number(context: ScopeContext, value: object, places: object = None) -> str:
    return filters.number(_given(value), places, language=context.language)


@pass_context
def _label(context: ScopeContext, value: object) -> str:
    value = _given(value)
    if isinstance(value, Readable):
        try:
            return printed(context, value.read("label"))
        except KeyError:
            return printed(context, value)
    return printed(context, value)


@pass_context
def _join(context: ScopeContext, value: object, separator: object = ", ") -> str:
    value = _given(value)
    if not isinstance(value, tuple | list):
        return printed(context, value)
    context.spend(len(value))
    between = separator if isinstance(separator, str) and len(separator) <= filters.MAX_PAD else ", "
    return filters.bounded(between.join(printed(context, item) for item in value))


def _default(value: object, otherwise: object) -> object:
    return otherwise if _given(value) is None or value == "" else value


@pass_context
def _upper(context: ScopeContext, value: object) -> str:
    return printed(context, value).upper()


@pass_context
def _lower(context: ScopeContext, value: object) -> str:
    return printed(context, value).lower()


@pass_context
def _truncate(context: ScopeContext, value: object, length: object) -> str:
    return filters.truncate(printed(context, value), length)


@pass_context
def _plain(context: ScopeContext, value: object) -> str:
    return filters.plain(printed(context, value))


@pass_context
def bounded_items(context: ScopeContext, value: object) -> Iterator[object]:
    """Give the items of a list for a loop, counting every turn; nothing has no items."""
    value = _given(value)
    items = () if value is None else value
    if not isinstance(items, tuple | list):
        raise TypeError("a loop needs a list")
    for item in items:
        context.spend(1)
        yield item


_FILTERS: Mapping[str, Callable[..., object]] = {
    "date": _date,
    "datetime": _datetime,
    "number": _number,
    "pad": lambda value, width: filters.pad(_given(value), width),
    "label": _label,
    "join": _join,
    "default": _default,
    "length": lambda value: filters.size(_given(value)),
    "upper": _upper,
    "lower": _lower,
    "truncate": _truncate,
    "plain": _plain,
}
BOUNDED_ITEMS = "bounded_items"


def new_environment(*, autoescape: bool) -> LanguageEnvironment:
    """Make an environment with nothing in it but the language."""
    environment = LanguageEnvironment(
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=_finalize,
        optimized=False,
        cache_size=0,
        auto_reload=False,
        keep_trailing_newline=False,
    )
    environment.globals.clear()
    environment.filters = {name: _FILTERS[name] for name in FILTERS}
    environment.filters[BOUNDED_ITEMS] = bounded_items
    environment.tests = {"none": environment.tests["none"]}
    return environment


__all__ = ["BOUNDED_ITEMS", "MAX_TEXT", "LanguageEnvironment", "ScopeContext", "new_environment"]
