"""What people put under a record beside its fields: comments and attachments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.planning import plan_event
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.limits import attachment_errors, attachment_megabytes
from luongviec.forms.model import FileFact
from luongviec.services.access import access_record, check_may
from luongviec.services.applying import apply, result_of
from luongviec.services.files import check_own_uploads
from luongviec.services.once import once
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing
from luongviec.services.views import ActionResult, CommentView, FileView, PersonView
from luongviec.store import sharing as rows
from luongviec.store.models import Attachment, Comment, File

LONGEST_COMMENT = 20_000
MOST_FILES = 50
COMMENTED, ATTACHED = "commented", "attached"


def comment(
    platform: Platform, actor: Actor, record_id: int, text: str, *, file_ids: Sequence[int] = (),
    idempotency_key: str | None = None,
) -> CommentView:  # fmt: skip
    """Say something under a record, with files uploaded before.

    Raises:
        InvalidInput: fields `text`, `files`.
        Refused: the module has no comments, or the actor may not.
    """

    def do(work: Work) -> ActionResult:
        record, acting = _ready(work, actor, record_id, "comment", "comments")
        said = _checked_text(text)
        _check_files(work, actor, record, file_ids)
        if actor.user_id is None:
            raise Refused()
        row = Comment(
            record_id=record.id, author_id=actor.user_id, acting_for_id=acting.acting_for, text=said,
            at=work.now,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        rows.add_attachments(
            work.session, record.id, file_ids, by=actor.user_id, at=work.now, comment_id=row.id
        )
        plan = plan_event(work.world, acting, record.id, COMMENTED)
        result = result_of(plan, apply(work, plan), record.id)
        return replace(result, comment_id=row.id)

    result = once(platform, actor, idempotency_key, ("comment", record_id, text, tuple(file_ids)), do)
    with platform.reading() as work:
        row = work.session.get_one(Comment, result.comment_id)
        files = rows.attachments_of(work.session, record_id)
        return _view(Showing(work, actor), row, _files_by_comment(Showing(work, actor), files))


def attach(
    platform: Platform, actor: Actor, record_id: int, file_ids: Sequence[int], *,
    idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Add files uploaded before to a record's attachments.

    Raises:
        InvalidInput: field `files`.
        Refused: the module has no attachments, or the actor may not.
    """

    def do(work: Work) -> ActionResult:
        record, acting = _ready(work, actor, record_id, "attach", "attachments")
        if not file_ids:
            fault = Text("Cần đính kèm ít nhất một tệp.", "Attach at least one file.")
            raise InvalidInput({"files": (fault,)})
        _check_files(work, actor, record, file_ids)
        rows.add_attachments(work.session, record.id, file_ids, by=actor.user_id, at=work.now)
        plan = plan_event(work.world, acting, record.id, ATTACHED, data={"files": tuple(file_ids)})
        return result_of(plan, apply(work, plan), record.id)

    return once(platform, actor, idempotency_key, ("attach", record_id, tuple(file_ids)), do)


def comments_of(
    showing: Showing, record: RecordState, files: Sequence[tuple[Attachment, File]], limit: int
) -> tuple[CommentView, ...]:
    """Give the newest comments of a record that the viewer sees, oldest first."""
    by_comment = _files_by_comment(showing, files)
    found = rows.comments_of(showing.work.session, record.id, limit)
    return tuple(_view(showing, row, by_comment) for row in found)


def _files_by_comment(
    showing: Showing, files: Sequence[tuple[Attachment, File]]
) -> Mapping[int, Sequence[FileView]]:
    found: dict[int, list[FileView]] = {}
    for place, file in files:
        if place.comment_id is not None:
            found.setdefault(place.comment_id, []).append(showing.file_view(file))
    return found


def _view(showing: Showing, row: Comment, files: Mapping[int, Sequence[FileView]]) -> CommentView:
    return CommentView(
        id=row.id,
        author=showing.person(row.author_id) or PersonView(row.author_id, ""),
        on_behalf_of=showing.person(row.acting_for_id),
        text=row.text,
        at=row.at,
        files=tuple(files.get(row.id, ())),
    )


def _ready(
    work: Work, actor: Actor, record_id: int, permission: str, needs: str
) -> tuple[RecordState, Actor]:
    record = access_record(work, actor, record_id)
    if needs not in work.world.in_force(record).module.has:
        raise Refused(Text("Loại hồ sơ này không có mục đó.", "Records of this kind have no such part."))
    return record, check_may(work, actor, permission, record)


def _checked_text(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    said = "".join(sign for sign in said if sign in "\n\t" or sign.isprintable() or ord(sign) > 0x9F)
    if not said:
        raise InvalidInput({"text": (Text("Hãy nhập nội dung.", "Write something."),)}, {"text": text})
    if len(said) > LONGEST_COMMENT:
        fault = Text(
            f"Dài {len(said)} ký tự, tối đa {LONGEST_COMMENT}. Hãy rút ngắn.",
            f"{len(said)} characters, at most {LONGEST_COMMENT}. Shorten it.",
        )
        raise InvalidInput({"text": (fault,)}, {"text": text[:100_000]})
    return said


def attachment_limit_mb(showing: Showing, record: RecordState) -> float:
    """Give the greatest size of one attachment: the module's limit within the installation's."""
    whole = float(showing.work.platform.settings.upload_mb)
    most = attachment_megabytes(showing.module(record), showing.scope(record))
    return whole if most is None else min(whole, float(most))


def _check_files(work: Work, actor: Actor, record: RecordState, file_ids: Sequence[int]) -> None:
    if len(file_ids) > MOST_FILES:
        fault = Text(f"Nhiều nhất {MOST_FILES} tệp mỗi lần.", f"At most {MOST_FILES} files at once.")
        raise InvalidInput({"files": (fault,)})
    check_own_uploads(work, actor, file_ids)
    most = attachment_limit_mb(Showing(work, actor), record)
    found = rows.files_by_id(work.session, file_ids).values()
    facts = [FileFact(file.id, file.name, file.size_bytes, file.media_type) for file in found]
    faults = tuple(fault for fact in facts for fault in attachment_errors(fact, most))
    if faults:
        raise InvalidInput({"files": faults})
