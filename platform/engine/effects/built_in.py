"""The effects of the language, and the registry of this process."""

from __future__ import annotations

from luongviec.engine.effects.create_effect import apply_create
from luongviec.engine.effects.field_effects import apply_append, apply_set
from luongviec.engine.effects.hand_effects import apply_hand_back, apply_hand_over
from luongviec.engine.effects.move_effect import apply_move
from luongviec.engine.effects.people_effects import apply_add, apply_remove, apply_replace
from luongviec.engine.effects.registry import EffectRegistry
from luongviec.engine.effects.relation_effects import (
    apply_act,
    apply_delete,
    apply_link,
    apply_restore,
    apply_unlink,
)
from luongviec.engine.effects.telling_effects import apply_emit, apply_render
from luongviec.engine.model import EffectKind

#: What this process can plan. Plugins register theirs before the application starts.
EFFECTS = EffectRegistry(
    {
        EffectKind.SET: apply_set,
        EffectKind.APPEND: apply_append,
        EffectKind.MOVE: apply_move,
        EffectKind.ADD: apply_add,
        EffectKind.REMOVE: apply_remove,
        EffectKind.REPLACE: apply_replace,
        EffectKind.HAND_OVER: apply_hand_over,
        EffectKind.HAND_BACK: apply_hand_back,
        EffectKind.CREATE: apply_create,
        EffectKind.LINK: apply_link,
        EffectKind.UNLINK: apply_unlink,
        EffectKind.ACT: apply_act,
        EffectKind.EMIT: apply_emit,
        EffectKind.RENDER: apply_render,
        EffectKind.DELETE: apply_delete,
        EffectKind.RESTORE: apply_restore,
    }
)
