"""Prints that an action freezes into a field of files, in the transaction of its plan."""

from __future__ import annotations

from io import BytesIO

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.expressions.compiled import EvaluationError
from luongviec.engine.planning.plan import Plan, RenderPrint
from luongviec.engine.prints import MEDIA_TYPE, print_name, render_print
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM, Actor, RecordState
from luongviec.services.files.keeping import clean_name
from luongviec.services.platform import Work
from luongviec.store.applying.changes import AppliedPlan
from luongviec.store.applying.freezing import freeze_file, held_hash
from luongviec.store.models import File

MEGABYTE = 1024 * 1024


def freeze_prints(work: Work, plan: Plan, applied: AppliedPlan) -> None:
    """Make the files of all prints that a plan froze; one that says the same as before is kept.

    Raises:
        Refused: a print cannot be made; roll back then.
    """
    for index, change in enumerate(plan.changes):
        if isinstance(change, RenderPrint):
            actor = next((entry.actor for entry in plan.entries if index in entry.changes), SYSTEM)
            _freeze(work, actor, applied.id(change.record_id), change)


def _freeze(work: Work, actor: Actor, record_id: int, change: RenderPrint) -> None:
    record, found = work.world.record(record_id), work.workspace.prints.get(change.print)
    if record is None or found is None:
        return
    try:
        content = render_print(work.world, _reader(actor, record), record, found).encode()
    except (EvaluationError, NotFound) as error:
        raise Refused(
            Text(f"Không lập được “{found.name.vi}”.", f"'{found.name.in_language('en')}' cannot be made.")
        ) from error
    kept = work.platform.files.put(BytesIO(content), limit_bytes=work.platform.settings.upload_mb * MEGABYTE)
    if held_hash(work.world, record_id, change.into) == kept.sha256:
        return
    file = File(
        content_hash=kept.sha256, size_bytes=kept.size_bytes, media_type=MEDIA_TYPE,
        name=clean_name(print_name(work.world, record, found)), uploaded_by_id=actor.user_id,
        uploaded_at=work.now,
    )  # fmt: skip
    freeze_file(work.world, record_id, change.into, file)


def _reader(actor: Actor, record: RecordState) -> Actor:
    """Give through whose eyes a print is written: what rules make, through the creator's."""
    return Actor(record.created_by) if actor.is_system and record.created_by is not None else actor
