"""From the engine's offers to buttons, with their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from luongviec.engine.deciding.offers import Offer, OfferKind, offers
from luongviec.engine.model import Module, Shown
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState
from luongviec.services.showing import Showing
from luongviec.services.views import ActionOffer
from luongviec.services.wording import on_behalf, relation_verb

PERMISSION_LABELS: Mapping[str, Text] = {
    "comment": Text("Trao đổi", "Comment"),
    "attach": Text("Đính kèm tệp", "Attach files"),
    "tag": Text("Gắn thẻ", "Tag"),
    "history": Text("Lịch sử", "History"),
    "receipts": Text("Người đã xem", "Who has opened it"),
    "download": Text("Tải tệp về", "Take files away"),
    "print": Text("In", "Print"),
    "reorder": Text("Sắp xếp", "Reorder"),
    "change_status": Text("Chuyển trạng thái", "Change status"),
}


def action_offers(
    showing: Showing,
    record: RecordState,
    *,
    kinds: Collection[OfferKind] = tuple(OfferKind),
    shown: Collection[Shown] = (Shown.BUTTON, Shown.MENU, Shown.ROW),
    relations: Collection[str] | None = None,
    actions: Collection[str] | None = None,
) -> tuple[ActionOffer, ...]:
    """Give what a record offers the viewer, as buttons."""
    found = offers(
        showing.world, showing.actor, record, kinds=kinds, shown=shown, relations=relations,
        actions=actions, standing=showing.standing,
    )  # fmt: skip
    return tuple(_named(showing, record, offer) for offer in found)


def _named(showing: Showing, record: RecordState, offer: Offer) -> ActionOffer:
    """Give the button, which says in whose place the viewer would press it."""
    button = _button(showing, record, offer)
    principal = offer.decision.acting_for
    person = showing.person(None if principal == showing.actor.user_id else principal)
    if person is None:
        return button
    return replace(button, label=on_behalf(button.label, person.name), on_behalf_of=person)


def _button(showing: Showing, record: RecordState, offer: Offer) -> ActionOffer:
    module = showing.module(record)
    if offer.kind is OfferKind.ACTION:
        return _action(showing, record, module, offer)
    if offer.kind is OfferKind.MOVE and offer.moves_to is not None:
        status = showing.world.in_force(record).group.statuses[offer.moves_to]
        return ActionOffer(
            code=offer.action, label=status.name, tone="plain", icon=None, shown=Shown.MENU.value,
            enabled=offer.enabled, reason=_reason(offer), asks=bool(status.requires),
            moves_to=offer.moves_to, kind=OfferKind.MOVE.value,
        )  # fmt: skip
    if offer.relation is not None:
        return _relation(showing, module, offer)
    return ActionOffer(
        code=offer.action, label=PERMISSION_LABELS.get(offer.action, Text(offer.action, offer.action)),
        tone="plain", icon=None, shown=Shown.MENU.value, enabled=offer.enabled, reason=_reason(offer),
        kind=OfferKind.PERMISSION.value,
    )  # fmt: skip


def _action(showing: Showing, record: RecordState, module: Module, offer: Offer) -> ActionOffer:
    action = module.actions[offer.action]
    group = showing.world.in_force(record).group
    target = group.statuses.get(offer.moves_to or "")
    return ActionOffer(
        code=action.code, label=action.label, tone=action.tone.value, icon=action.icon,
        shown=action.shown.value, enabled=offer.enabled, reason=_reason(offer), confirm=action.confirm,
        asks=bool(action.input) or action.code == "edit" or bool(target is not None and target.requires),
        moves_to=offer.moves_to, kind=OfferKind.ACTION.value,
    )  # fmt: skip


def _relation(showing: Showing, module: Module, offer: Offer) -> ActionOffer:
    relation = module.relations[offer.relation or ""]
    target = showing.world.workspace.modules[relation.target]
    own = target.actions.get("create")
    verb = relation_verb(relation, "add" if offer.kind is OfferKind.ADD else "link")
    return ActionOffer(
        code=offer.action, label=verb, tone="plain", icon=own.icon if own else target.icon,
        shown=relation.shown.value, enabled=offer.enabled, reason=_reason(offer), asks=True,
        kind=offer.kind.value, relation=relation.code,
    )  # fmt: skip


def _reason(offer: Offer) -> Text | None:
    return None if offer.enabled else offer.decision.reason
