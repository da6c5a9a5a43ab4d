"""Conditions as trees of JSON that the browser evaluates exactly as the server does.

A tree is a list: a word and its operands, such as `["compare", "==", ["path", "record", "kind"],
["literal", "sick"]]`. `web/static/app/expression.js` reads it; a test runs both evaluators on the same
random trees and values. What the browser cannot know (related records, working days, texts made for
people) has no tree: then the server alone judges, when the form is sent.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.comparison import Holders, identity_of
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.values import Json, moment_text

#: Functions and filters that `expression.js` has.
FUNCTIONS = frozenset({"days", "hours", "minutes", "start_of", "end_of"})
FILTERS = frozenset({"length", "default"})

_MICROSECOND = timedelta(microseconds=1)


class NotForBrowser(Exception):
    """The expression uses something that only the server can evaluate."""


def expression_tree(expression: Expression) -> Json | None:
    """Give the tree of an expression, `None` if only the server can evaluate it."""
    try:
        return _tree(expression.tree)
    except NotForBrowser:
        return None


def encode(value: object) -> Json:
    """Write a value of the language for the browser, times and holders tagged by their kind.

    Raises:
        NotForBrowser: the browser has no such value.
    """
    value = identity_of(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return {"datetime": moment_text(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"duration": value // _MICROSECOND}
    if isinstance(value, Holders):
        return {"holders": [encode(one) for one in value]}
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    raise NotForBrowser


def _tree(node: syntax.Node) -> list[Json]:
    path = syntax.path_of(node)
    if path is not None:
        return ["path", *path]
    match node:
        case syntax.Literal(value):
            return ["literal", value]
        case syntax.Items(items):
            return ["items", *_trees(items)]
        case syntax.Compare(operator, left, right):
            return ["compare", operator, _tree(left), _tree(right)]
        case syntax.And(operands):
            return ["and", *_trees(operands)]
        case syntax.Or(operands):
            return ["or", *_trees(operands)]
        case syntax.Not(operand):
            return ["not", _tree(operand)]
        case syntax.IsNone(operand):
            return ["none", _tree(operand)]
        case syntax.Arithmetic(operator, left, right):
            return ["reckon", operator, _tree(left), _tree(right)]
        case syntax.Negative(operand):
            return ["negative", _tree(operand)]
        case syntax.Conditional(test, then, otherwise):
            return ["if", _tree(test), _tree(then), _tree(otherwise)]
        case syntax.Call(function, arguments, keywords) if function in FUNCTIONS and not keywords:
            return ["call", function, *_trees(arguments)]
        case syntax.Filter(name, of, arguments, keywords) if name in FILTERS and not keywords:
            return ["filter", name, _tree(of), *_trees(arguments)]
        case _:
            raise NotForBrowser


def _trees(nodes: tuple[syntax.Node, ...]) -> list[Json]:
    return [_tree(node) for node in nodes]
