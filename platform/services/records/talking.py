"""What people put under a record beside its fields: comments and attachments.

Who wrote a comment may edit or delete it for a while; after that it stands as it is. Who attached a file
may take it off; who reads the history still sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.planning.planner import plan_event
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.limits import attachment_errors, attachment_megabytes
from luongviec.forms.model import FileFact
from luongviec.services.files.keeping import check_own_uploads
from luongviec.services.parameters.platform import minutes_parameter, number_parameter
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.held_files import removable_files
from luongviec.services.records.access import access_record, check_may
from luongviec.services.records.applying import apply, result_of
from luongviec.services.records.mentions import MENTIONED, named_in, notice_mentions, set_tells
from luongviec.services.records.once import once
from luongviec.services.showing import Showing
from luongviec.services.views import ActionResult, CommentView, FileView, PersonView
from luongviec.store import sharing as rows
from luongviec.store.models import Attachment, Comment, File

LONGEST_COMMENT = 20_000
EXCERPT = 200  # characters of a comment that messages quote
NOT_YOURS = Text("Chỉ người viết được sửa, xóa trao đổi này.", "Only who wrote this comment may change it.")
MOST_FILES = 50
COMMENTED, ATTACHED, DETACHED = "commented", "attached", "detached"
NOT_YOUR_FILE = Text(
    "Chỉ gỡ được tệp do chính bạn đính kèm, và không kèm một lần chuyển trạng thái.",
    "You can take off only files that you attached yourself, and that no change of status asked for.",
)


def comment(
    platform: Platform, actor: Actor, record_id: int, text: str, *, file_ids: Sequence[int] = (),
    mentions: Collection[int] = (), idempotency_key: str | None = None,
) -> CommentView:  # fmt: skip
    """Say something under a record, with files uploaded before.

    Args:
        mentions: whom a picker put into the text; `@user.name` in the text names somebody too.

    Raises:
        InvalidInput: fields `text`, `files`.
        Refused: the module has no comments, or the actor may not.
    """

    def do(work: Work) -> ActionResult:
        record, acting = _ready(work, actor, record_id, "comment", "comments")
        said, named = named_in(work, record, _checked_text(text), mentions)
        _check_files(work, actor, record, file_ids)
        if actor.user_id is None:
            raise Refused()
        row = Comment(
            record_id=record.id, author_id=actor.user_id, acting_for_id=acting.acting_for, text=said,
            mentions=list(named) or None, at=work.now,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        rows.add_attachments(
            work.session, record.id, file_ids, by=actor.user_id, at=work.now, comment_id=row.id
        )
        told = named if set_tells(work, record) else ()
        plan = plan_event(
            work.world, acting, record.id, COMMENTED, data={"text": _excerpt(said)}, mentioned=told
        )
        result = result_of(plan, apply(work, plan), record.id)
        if not told:
            notice_mentions(work, actor, record, row.id, named)
        return replace(result, comment_id=row.id)

    result = once(platform, actor, idempotency_key, ("comment", record_id, text, tuple(file_ids)), do)
    return _said(platform, actor, record_id, result.comment_id or 0)


def comment_of(platform: Platform, actor: Actor, record_id: int, comment_id: int) -> CommentView:
    """Give one comment of a record.

    Raises:
        NotFound: no such record or comment, or not the actor's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        showing = Showing(work, actor)
        row = _row(work, record, comment_id)
        files = _files_by_comment(showing, rows.attachments_of(work.session, record_id))
        return _view(showing, row, files, _changeable_since(showing, record))


def edit_comment(
    platform: Platform, actor: Actor, record_id: int, comment_id: int, text: str, *,
    mentions: Collection[int] = (),
) -> CommentView:  # fmt: skip
    """Write one's own comment anew, while that is allowed; who is newly named hears of it.

    Raises:
        NotFound: no such record or comment, or not the actor's to see.
        Refused: it is somebody else's, or the time for it is over.
        InvalidInput: field `text`.
    """
    with platform.transaction() as work:
        record, acting, row = _own(work, actor, record_id, comment_id)
        before = tuple(row.mentions or ())
        said, named = named_in(work, record, _checked_text(text), {*mentions, *before})
        if said != row.text:
            row.text, row.mentions, row.edited_at = said, list(named) or None, work.now
            work.session.flush()
            fresh = tuple(one for one in named if one not in before)
            if fresh and set_tells(work, record):
                data = {"text": _excerpt(said)}
                apply(work, plan_event(work.world, acting, record.id, MENTIONED, people=fresh, data=data))
            else:
                notice_mentions(work, actor, record, row.id, fresh)
    return _said(platform, actor, record_id, comment_id)


def delete_comment(platform: Platform, actor: Actor, record_id: int, comment_id: int) -> None:
    """Take one's own comment away, while that is allowed; its place stays.

    Raises:
        NotFound: no such record or comment, or not the actor's to see.
        Refused: it is somebody else's, or the time for it is over.
    """
    with platform.transaction() as work:
        _, _, row = _own(work, actor, record_id, comment_id)
        rows.withdraw_comment(work.session, row, work.now)


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


def own_attachment(platform: Platform, actor: Actor, record_id: int, file_id: int) -> FileView:
    """Give a file that the actor attached to a record and may take off.

    Raises:
        NotFound, Refused: as for `detach`.
    """
    with platform.reading() as work:
        _, _, held = _own_attachment(work, actor, record_id, file_id)
        return Showing(work, actor).file_view(held[0][1])


def detach(platform: Platform, actor: Actor, record_id: int, file_id: int) -> None:
    """Take a file that one attached off a record; it stays among its former files, and in the history.

    Raises:
        NotFound: no such record, or no such file among its attachments.
        Refused: somebody else attached it, a move asked for it, or the actor may not attach any more.
    """
    with platform.transaction() as work:
        record, acting, held = _own_attachment(work, actor, record_id, file_id)
        for place, _ in held:
            place.removed_at, place.removed_by_id = work.now, actor.user_id
        name = held[0][1].name
        note = Text(f"Đã gỡ tệp “{name}”.", f"The file “{name}” was taken off.")
        apply(work, plan_event(work.world, acting, record.id, DETACHED, notes=(note,)))


def _own_attachment(
    work: Work, actor: Actor, record_id: int, file_id: int
) -> tuple[RecordState, Actor, Sequence[tuple[Attachment, File]]]:
    record, acting = _ready(work, actor, record_id, "attach", "attachments")
    places = rows.attachments_of(work.session, record.id)
    held = [(place, file) for place, file in places if file.id == file_id and rows.is_plain(place)]
    if not held:
        raise NotFound()
    if file_id not in removable_files(Showing(work, actor), record, held):
        raise Refused(NOT_YOUR_FILE)
    return record, acting, held


def comments_of(
    showing: Showing, record: RecordState, files: Sequence[tuple[Attachment, File]], limit: int
) -> tuple[CommentView, ...]:
    """Give the newest comments of a record that the viewer sees, oldest first."""
    by_comment = _files_by_comment(showing, files)
    found = rows.comments_of(showing.work.session, record.id, limit)
    since = _changeable_since(showing, record)
    return tuple(_view(showing, row, by_comment, since) for row in found)


def _files_by_comment(
    showing: Showing, files: Sequence[tuple[Attachment, File]]
) -> Mapping[int, Sequence[FileView]]:
    found: dict[int, list[FileView]] = {}
    for place, file in files:
        if place.comment_id is not None:
            found.setdefault(place.comment_id, []).append(showing.file_view(file))
    return found


def _view(
    showing: Showing, row: Comment, files: Mapping[int, Sequence[FileView]], since: datetime | None
) -> CommentView:
    """Give a comment; one's own from `since` on may still be changed."""
    gone = row.deleted_at is not None
    named = () if gone else tuple(row.mentions or ())
    own = row.author_id == showing.actor.user_id
    return CommentView(
        id=row.id,
        author=showing.person(row.author_id) or PersonView(row.author_id, ""),
        on_behalf_of=showing.person(row.acting_for_id),
        text="" if gone else row.text,
        at=row.at,
        files=() if gone else tuple(files.get(row.id, ())),
        mentions=tuple(person for one in named if (person := showing.person(one)) is not None),
        edited_at=row.edited_at,
        is_deleted=gone,
        may_change=own and not gone and since is not None and row.at > since,
    )


def _said(platform: Platform, actor: Actor, record_id: int, comment_id: int) -> CommentView:
    """Give a comment to who has just written it."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        row = work.session.get_one(Comment, comment_id)
        files = _files_by_comment(showing, rows.attachments_of(work.session, record_id))
        return _view(showing, row, files, work.now - minutes_parameter(work, "comment_minutes"))


def _changeable_since(showing: Showing, record: RecordState) -> datetime | None:
    """Give since when a comment must have been written to be changed; None: nothing may be."""
    if not showing.case(record).has_permission("comment"):
        return None
    return showing.work.now - minutes_parameter(showing.work, "comment_minutes")


def _row(work: Work, record: RecordState, comment_id: int) -> Comment:
    row = work.session.get(Comment, comment_id) if 0 < comment_id <= rows.GREATEST_ID else None
    if row is None or row.record_id != record.id or row.deleted_at is not None:
        raise NotFound()
    return row


def _own(work: Work, actor: Actor, record_id: int, comment_id: int) -> tuple[RecordState, Actor, Comment]:
    record, acting = _ready(work, actor, record_id, "comment", "comments")
    row = _row(work, record, comment_id)
    if row.author_id != actor.user_id:
        raise Refused(NOT_YOURS)
    minutes = number_parameter(work, "comment_minutes")
    if row.at <= work.now - timedelta(minutes=minutes):
        raise Refused(
            Text(
                f"Chỉ sửa, xóa được trong {minutes} phút sau khi gửi. Hãy viết thêm một trao đổi mới.",
                f"A comment can be changed for {minutes} minutes after it was sent. Write a new one instead.",
            )
        )
    return record, acting, row


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"


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
