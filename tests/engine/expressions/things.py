"""Readable objects for the tests of expressions."""

from __future__ import annotations

from collections.abc import Callable

from luongviec.engine.expressions.compiled import (
    Context,
    EvaluationError,
    ExpressionError,
    Readable,
    parse_expression,
    parse_template,
)


class Thing(Readable):
    """Whatever has names."""

    def __init__(self, **names: object) -> None:
        self.names = names

    def read(self, name: str) -> object:
        return self.names[name]

    def __str__(self) -> str:
        return str(self.names.get("name", "thing"))

    def secret(self) -> str:
        return "a method that nobody may call"


def value(source: object, **scope: object) -> object:
    """Evaluate an expression."""
    return parse_expression(source, Context.GUARD).evaluate(scope)


def text(source: str, context: Context = Context.MESSAGE, **scope: object) -> str:
    """Render a template."""
    return parse_template(source, context).render(scope)


def attempt(work: Callable[[], object]) -> object:
    """Give what comes out, or the error; only the language's own errors may come."""
    try:
        return work()
    except (ExpressionError, EvaluationError) as error:
        return error
