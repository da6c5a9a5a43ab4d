"""Expressions and templates of definitions: parsed when loaded, compiled once, evaluated often.

The language is that of `docs/language.md`, Expressions: Jinja's expressions in a sandbox, without
statements, methods or powers; templates may loop and branch. An `Expression` is a small value (source
and place); its compiled form is cached for the process and shared by threads.

The scope of an evaluation is any mapping (it may be lazy: only names that the expression uses are
asked for). Besides the names of the place it may hold `_timezone` (a tzinfo), `_language` and
`_calendar` (a `model.Calendar`, or a function that gives one). Objects in it whose attributes are
read derive from `Readable`; people who hold a role come as `Holders`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from jinja2 import Template as JinjaTemplate
from jinja2 import nodes
from jinja2.exceptions import TemplateError, UndefinedError
from jinja2.exceptions import TemplateSyntaxError as JinjaSyntaxError
from jinja2.parser import Parser
from jinja2.runtime import Undefined

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions import parsing, sandbox, syntax
from luongviec.engine.expressions.comparison import Holders, Readable, compare
from luongviec.engine.expressions.functions import FILTERS, FUNCTIONS
from luongviec.engine.text import Text

MAX_SOURCE = 2_000
MAX_TEMPLATE = 60_000
MAX_MESSAGE = 100_000
MAX_PRINT = 4_000_000
_RESULT = "_result"


class Context(StrEnum):
    """The place in which an expression or template stands; it decides which names there are."""

    GUARD = "guard"
    RULE = "rule"
    REACTION = "reaction"
    TIMER = "timer"
    FIELD_DEFAULT = "field_default"
    FIELD_COMPUTED = "field_computed"
    FIELD_CONDITION = "field_condition"
    FIELD_LIMIT = "field_limit"
    PEOPLE = "people"
    SET = "set"
    PREFILL = "prefill"
    MESSAGE = "message"
    PRINT = "print"
    TITLE = "title"
    NUMBER = "number"
    NOTE = "note"
    PARAMETERS = "parameters"


class ExpressionError(LuongViecError):
    """An expression or template that cannot be read: the author's fault, found when it is loaded.

    `offset` is the character of the source at which it goes wrong, 0 where that is not known.
    """

    code = "expression_error"

    def __init__(self, message: Text, offset: int = 0) -> None:
        self.offset = offset
        super().__init__(message)


class EvaluationError(LuongViecError):
    """An expression met a value that it cannot work with, or a name that is not there."""

    code = "evaluation_error"
    template = Text(
        "Không tính được biểu thức “{source}” trong định nghĩa: {reason}. Hãy báo người quản trị định nghĩa.",
        "The expression '{source}' of the definitions cannot be evaluated: {reason}. Tell who keeps them.",
    )


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression and the place it stands in."""

    source: str
    context: Context

    def evaluate(self, scope: Mapping[str, object]) -> object:
        """Give the value of the expression in a scope.

        Raises:
            EvaluationError: a name is missing, or values do not fit.
        """
        template = _compiled(self.source)
        context = sandbox.ScopeContext(template.environment, scope, None, {})  # type: ignore[arg-type]
        try:
            for _ in template.root_render_func(context):
                pass
            value = context.vars[_RESULT]
            if isinstance(value, Undefined):
                value._fail_with_undefined_error()
        except LuongViecError:
            raise
        except _RUN_TIME as error:
            raise _failure(self.source, error) from error
        return value

    def holds(self, scope: Mapping[str, object]) -> bool:
        """Whether the expression is true in a scope."""
        return bool(self.evaluate(scope))

    @property
    def tree(self) -> syntax.Node:
        """The syntax tree."""
        return _parsed(self.source)[1]

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The dotted names that are read, such as `("record", "due_at")`."""
        return _paths(self.source, False)

    @property
    def calls(self) -> tuple[syntax.Call, ...]:
        """The functions that are called, with their arguments."""
        return _calls(self.source, False)

    @property
    def names(self) -> frozenset[str]:
        """The first names of all paths."""
        return frozenset(path[0] for path in self.paths)

    @property
    def is_literal(self) -> bool:
        """Whether it is a text, number or boolean that stands for itself."""
        return isinstance(self.tree, syntax.Literal)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with `{{ expressions }}`, loops and branches."""

    source: str
    context: Context

    def render(self, scope: Mapping[str, object]) -> str:
        """Give the text for a scope; escaped for HTML where it is a print.

        Raises:
            EvaluationError: a name is missing, values do not fit, or the text grows out of bounds.
        """
        template = _compiled_template(self.source, self.context is Context.PRINT)
        context = sandbox.ScopeContext(template.environment, scope, None, {})  # type: ignore[arg-type]
        limit = MAX_PRINT if self.context is Context.PRINT else MAX_MESSAGE
        parts: list[str] = []
        length = 0
        try:
            for part in template.root_render_func(context):
                length += len(part)
                if length > limit:
                    raise ValueError("a text out of bounds")
                parts.append(part)
        except LuongViecError:
            raise
        except _RUN_TIME as error:
            raise _failure(self.source, error) from error
        return "".join(parts)

    @property
    def tree(self) -> syntax.Node:
        """The syntax tree."""
        return _parsed_template(self.source, self.context is Context.PRINT)[1]

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The dotted names that are read, without those that its loops bind."""
        return _paths(self.source, True)

    @property
    def calls(self) -> tuple[syntax.Call, ...]:
        """The functions that are called, with their arguments."""
        return _calls(self.source, True)


_RUN_TIME = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    RecursionError,
)


def _failure(source: str, error: BaseException) -> EvaluationError:
    """Say what an expression met: a name that is not there, values that do not fit, or no end."""
    detail = str(error)
    if isinstance(error, UndefinedError):
        name = re.search(r"'([^']*)' is undefined|attribute '([^']*)'", detail)
        known = next((one for one in name.groups() if one), "?") if name else "?"
        reason = Text(f"không có “{known}”", f"there is no '{known}'")
    elif isinstance(error, TypeError):
        reason = Text("các giá trị không cùng loại", detail)
    else:
        reason = Text("giá trị vượt quá giới hạn", detail)
    values = {"source": source[:200], "reason": reason}
    message = Text(
        EvaluationError.template.vi.format_map({**values, "reason": reason.vi}),
        str(EvaluationError.template.en).format_map({**values, "reason": reason.en}),
    )
    return EvaluationError(message, **values)


def parse_expression(source: str | int | float | bool | None, context: Context) -> Expression:
    """Read an expression; a number, boolean or nothing of the YAML is itself.

    Raises:
        ExpressionError: the syntax is wrong, or it uses what the language does not have.
    """
    text = source if isinstance(source, str) else _literal_source(source)
    _parsed(text)
    return Expression(text, context)


def parse_template(source: str, context: Context) -> Template:
    """Read a template.

    Raises:
        ExpressionError: the syntax is wrong, or it uses what the language does not have.
    """
    _parsed_template(source, context is Context.PRINT)
    return Template(source, context)


def near_names(name: str, known: object) -> tuple[str, ...]:
    """Give the known names most like a name, best first; empty if none is near."""
    return tuple(difflib.get_close_matches(name, [str(one) for one in known], n=1, cutoff=0.6))  # type: ignore[attr-defined]


def _literal_source(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise ExpressionError(
        Text("Biểu thức phải là chuỗi, số hoặc đúng/sai.", "An expression is a text, number or boolean.")
    )


# --- Compiling ------------------------------------------------------------------------------------

_PLAIN = sandbox.new_environment(autoescape=False)
_ESCAPED = sandbox.new_environment(autoescape=True)


@lru_cache(maxsize=20_000)
def _parsed(source: str) -> tuple[nodes.Expr, syntax.Node]:
    if len(source) > MAX_SOURCE:
        raise ExpressionError(Text("Biểu thức quá dài.", "The expression is too long."))
    try:
        parser = Parser(_PLAIN, source, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            raise JinjaSyntaxError("chunk after expression", parser.stream.current.lineno)
        expression.set_environment(_PLAIN)
        tree = parsing.tree_of(expression)
    except (JinjaSyntaxError, parsing.SyntaxRefused, RecursionError, ValueError, TypeError) as error:
        raise _unreadable(source, error) from error
    _check_words(source, tree)
    _close_conditionals(expression)
    return expression, tree


@lru_cache(maxsize=20_000)
def _parsed_template(source: str, escaped: bool) -> tuple[nodes.Template, syntax.Node]:
    if len(source) > MAX_TEMPLATE:
        raise ExpressionError(Text("Mẫu quá dài.", "The template is too long."))
    environment = _ESCAPED if escaped else _PLAIN
    try:
        template = environment.parse(source)
        tree = parsing.template_tree(template.body)
    except (JinjaSyntaxError, parsing.SyntaxRefused, RecursionError, ValueError, TypeError) as error:
        raise _unreadable(source, error) from error
    _check_words(source, tree)
    _close_conditionals(template)
    for loop in template.find_all(nodes.For):
        loop.iter = nodes.Filter(
            loop.iter, sandbox.BOUNDED_ITEMS, [], [], None, None, lineno=loop.lineno, environment=environment
        )
    return template, tree


def _close_conditionals(root: nodes.Node) -> None:
    """Give every `a if b` its `else none`."""
    roots = [root] if isinstance(root, nodes.CondExpr) else []
    for conditional in (*roots, *root.find_all(nodes.CondExpr)):
        if conditional.expr2 is None:
            conditional.expr2 = nodes.Const(
                None, lineno=conditional.lineno, environment=conditional.environment
            )


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> JinjaTemplate:
    expression, _ = _parsed(source)
    target = nodes.Name(_RESULT, "store", lineno=1)
    template = nodes.Template([nodes.Assign(target, expression, lineno=1)], lineno=1)
    return _from_tree(template, _PLAIN, source)


@lru_cache(maxsize=20_000)
def _compiled_template(source: str, escaped: bool) -> JinjaTemplate:
    template, _ = _parsed_template(source, escaped)
    return _from_tree(template, _ESCAPED if escaped else _PLAIN, source)


def _from_tree(
    template: nodes.Template, environment: sandbox.LanguageEnvironment, source: str
) -> JinjaTemplate:
    template.set_environment(environment)
    try:
        return environment.from_string(template)
    except (TemplateError, SyntaxError, RecursionError, MemoryError) as error:
        raise _unreadable(source, error) from error


@lru_cache(maxsize=20_000)
def _paths(source: str, template: bool) -> frozenset[tuple[str, ...]]:
    return frozenset(syntax.paths_in(_tree(source, template)))


@lru_cache(maxsize=20_000)
def _calls(source: str, template: bool) -> tuple[syntax.Call, ...]:
    return syntax.calls_in(_tree(source, template))


def _tree(source: str, template: bool) -> syntax.Node:
    return _parsed_template(source, False)[1] if template else _parsed(source)[1]


def _unreadable(source: str, error: BaseException) -> ExpressionError:
    if isinstance(error, parsing.SyntaxRefused):
        return ExpressionError(error.message, max(0, source.find(error.word)) if error.word else 0)
    if isinstance(error, JinjaSyntaxError):
        line_start = _line_start(source, error.lineno)
        detail = (error.message or "").rstrip(".")
        return ExpressionError(
            Text(f"Cú pháp biểu thức sai: {detail}.", f"The expression has a syntax error: {detail}."),
            line_start,
        )
    return ExpressionError(Text("Không đọc được biểu thức này.", "This expression cannot be read."))


def _line_start(source: str, line: int) -> int:
    return sum(len(one) + 1 for one in source.split("\n")[: max(0, line - 1)])


def _check_words(source: str, tree: syntax.Node) -> None:
    """Refuse functions and filters that do not exist."""
    for node in tree.walk():
        if isinstance(node, syntax.Call) and node.function not in FUNCTIONS:
            raise _unknown_word(source, "hàm", "function", node.function, FUNCTIONS)
        if isinstance(node, syntax.Filter) and node.name not in FILTERS:
            raise _unknown_word(source, "bộ lọc", "filter", node.name, FILTERS)


def _unknown_word(source: str, vi: str, en: str, name: str, known: Mapping[str, object]) -> ExpressionError:
    near = near_names(name, known)
    hint_vi = f" Có phải “{near[0]}”?" if near else f" Có: {', '.join(known)}."
    hint_en = f" Did you mean '{near[0]}'?" if near else f" There are: {', '.join(known)}."
    return ExpressionError(
        Text(f"Không có {vi} “{name}”.{hint_vi}", f"There is no {en} '{name}'.{hint_en}"),
        max(0, source.find(name)),
    )


__all__ = [
    "Context",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Holders",
    "Readable",
    "Template",
    "compare",
    "near_names",
    "parse_expression",
    "parse_template",
]
