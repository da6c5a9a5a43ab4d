"""Form models for pages and API: permission first, then what `luongviec.forms` compiles.

`typed` and `errors` bring a refused form back with nothing lost. A form of something that the actor
may not do is refused like the thing itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Value
from luongviec.forms.model import FormModel
from luongviec.services.platform import Platform

Typed = Mapping[str, object]
Errors = Mapping[str, tuple[Text, ...]]


def create_form(
    platform: Platform, actor: Actor, module: str, *, owner_id: int | None = None, relation: str | None = None,
    prefill: Mapping[str, Value] | None = None, typed: Typed | None = None, errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form that makes a record, on its own or through a relation of `owner_id`."""
    raise NotImplementedError


def action_form(
    platform: Platform, actor: Actor, record_id: int, action: str, *, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form of an action; it may have no fields (then it only confirms)."""
    raise NotImplementedError


def edit_form(
    platform: Platform,
    actor: Actor,
    record_id: int,
    *,
    typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:
    """Give the form with the fields and roles that the actor may see, editable or locked."""
    raise NotImplementedError


def move_form(
    platform: Platform, actor: Actor, record_id: int, status: str, *, typed: Typed | None = None,
    errors: Errors | None = None,
) -> FormModel:  # fmt: skip
    """Give the form of a move: what the status requires, or the form of the action that moves there."""
    raise NotImplementedError
