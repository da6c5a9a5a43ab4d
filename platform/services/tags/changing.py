"""Tags: coloured words that people put on records and narrow lists by (C-02 to C-05, T-131).

Tags are shared by all modules whose definition says `has: [tags]`. One of a unit is offered to those who
work in that unit or below it; one of no unit to everybody. Whoever sees a record sees its tags.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.model import Tone
from luongviec.engine.planning.planner import plan_event
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_function_somewhere, check_may, reach
from luongviec.services.records.applying import apply, result_of
from luongviec.services.showing import Showing
from luongviec.services.tags.offers import ADMINISTERS, FEATURE, MOST_TAGS, offered_tags
from luongviec.services.views import ActionResult, RecordTags, TagView, UnitView
from luongviec.store import tags as rows
from luongviec.store.folding import fold
from luongviec.store.models import Tag

PERMISSION, TAGGED = "tag", "tagged"
LONGEST_NAME = 60
TONE_NAMES: Mapping[Tone, Text] = {
    Tone.GREY: Text("Xám", "Grey"),
    Tone.BLUE: Text("Xanh dương", "Blue"),
    Tone.LIGHT_BLUE: Text("Xanh nhạt", "Light blue"),
    Tone.TEAL: Text("Xanh ngọc", "Teal"),
    Tone.GREEN: Text("Xanh lá", "Green"),
    Tone.YELLOW: Text("Vàng", "Yellow"),
    Tone.ORANGE: Text("Cam", "Orange"),
    Tone.RED: Text("Đỏ", "Red"),
    Tone.VIOLET: Text("Tím", "Violet"),
}
BUILT_IN = Text("Thẻ có sẵn không sửa hay xóa được.", "A built-in tag can be neither changed nor deleted.")


@dataclass(frozen=True, slots=True)
class NewTag:
    """What a form says of a tag. `unit_id` empty: for everybody."""

    name: str
    tone: str = Tone.BLUE.value
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag as the administration shows it; `count`: the records that carry it, whoever sees them."""

    tag: TagView
    unit: UnitView | None
    count: int
    version: int
    is_own: bool  # made here, and within what the actor administers (C-04, C-05)


# --- Keeping the tags -----------------------------------------------------------------------------------


def list_tags(platform: Platform, actor: Actor, *, q: str = "") -> tuple[TagLine, ...]:
    """Give the tags with what each is used for; needs the function `admin.tags`."""
    with platform.reading() as work:
        check_function_somewhere(work, actor, ADMINISTERS)
        words, counts = fold(q[:LONGEST_NAME]).split(), rows.uses(work.session)
        return tuple(
            _line(work, actor, tag, counts.get(tag.id, 0))
            for tag in rows.all_tags(work.session, MOST_TAGS)
            if all(word in tag.name_folded for word in words)
        )


def tag_line(platform: Platform, actor: Actor, tag_id: int) -> TagLine:
    """Give one tag for its form.

    Raises:
        NotFound: there is no such tag.
        Refused: the actor administers no tags.
    """
    with platform.reading() as work:
        check_function_somewhere(work, actor, ADMINISTERS)
        return _line(work, actor, _row(work, tag_id), rows.uses(work.session).get(tag_id, 0))


def may_make_for_all(platform: Platform, actor: Actor) -> bool:
    """Whether the actor makes tags for everybody; on a branch, only for the units there."""
    with platform.reading() as work:
        return reach(work, actor, ADMINISTERS) is None


def create_tag(platform: Platform, actor: Actor, new: NewTag) -> int:
    """Make a tag and give its id.

    Raises:
        InvalidInput: paths `name`, `tone`, `unit`.
        Refused: the actor administers no tags.
    """
    with platform.transaction() as work:
        check_function_somewhere(work, actor, ADMINISTERS)
        new = _checked(work, actor, new, itself=None)
        if len(rows.all_tags(work.session, MOST_TAGS)) >= MOST_TAGS:
            fault = Text(
                f"Đã có {MOST_TAGS} thẻ, là số tối đa. Hãy gộp hoặc xóa bớt.",
                f"There are {MOST_TAGS} tags, the most. Merge or delete some.",
            )
            raise InvalidInput({"": (fault,)})
        row = Tag(
            name=new.name, name_folded=fold(new.name), tone=new.tone, made_by_id=actor.user_id,
            unit_id=new.unit_id, version=1,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        note_change(work, actor, "tag.created", _subject(row), after=_facts(work, row))
        return row.id


def edit_tag(platform: Platform, actor: Actor, tag_id: int, new: NewTag, version: int | None = None) -> None:
    """Change name, colour or unit of a tag.

    Raises:
        NotFound: there is no such tag.
        Refused: a built-in one, or one beyond what the actor administers.
        Conflict: somebody changed it since the form was made.
        InvalidInput: as for making one.
    """
    with platform.transaction() as work:
        row = _own_row(work, actor, tag_id)
        _check_version(row, version)
        new = _checked(work, actor, new, itself=tag_id)
        before = _facts(work, row)
        row.name, row.name_folded, row.tone, row.unit_id = new.name, fold(new.name), new.tone, new.unit_id
        if _facts(work, row) == before:
            return
        row.version += 1
        work.session.flush()
        note_change(work, actor, "tag.edited", _subject(row), before=before, after=_facts(work, row))


def merge_tags(
    platform: Platform, actor: Actor, tag_id: int, into_id: int, version: int | None = None
) -> None:
    """Let another tag take a tag's place on all its records and in saved views; the first is deleted.

    Raises:
        NotFound: there is no such tag.
        Refused: a built-in one, or one beyond what the actor administers.
        Conflict: somebody changed it since the form was made.
        InvalidInput: path `into`.
    """
    with platform.transaction() as work:
        row = _own_row(work, actor, tag_id)
        _check_version(row, version)
        into = rows.tag_by_id(work.session, into_id)
        if into is None or into.id == row.id:
            raise InvalidInput({"into": (Text("Hãy chọn một thẻ khác để gộp vào.", "Choose another tag."),)})
        count = rows.uses(work.session).get(row.id, 0)
        subject, before = _subject(row), _facts(work, row)
        for view in rows.views_with(work.session, f"filter.tag={row.id}"):
            view.query = _with_tag_replaced(view.query, row.id, into.id)
        rows.merge(work.session, row.id, into.id)
        after = {"into": into.name, "records": count}
        note_change(work, actor, "tag.merged", subject, before=before, after=after)


def delete_tag(platform: Platform, actor: Actor, tag_id: int, version: int | None = None) -> int:
    """Delete a tag and give how many records lost it (C-05).

    Raises:
        NotFound: there is no such tag.
        Refused: a built-in one, or one beyond what the actor administers.
        Conflict: somebody changed it since the form was made.
    """
    with platform.transaction() as work:
        row = _own_row(work, actor, tag_id)
        _check_version(row, version)
        count = rows.uses(work.session).get(row.id, 0)
        note_change(work, actor, "tag.deleted", _subject(row), before=_facts(work, row) | {"records": count})
        rows.delete_tag(work.session, row.id)
        return count


# --- Tags on records ------------------------------------------------------------------------------------


def tags_for(platform: Platform, actor: Actor) -> tuple[TagView, ...]:
    """Give the tags that a person may put on records and narrow lists by."""
    with platform.reading() as work:
        return offered_tags(work.world, actor.user_id)


def tags_of_record(showing: Showing, record_id: int) -> RecordTags:
    """Give the tags of a record that the viewer sees, and what he may put on it."""
    record = showing.world.record(record_id)
    if record is None or FEATURE not in showing.module(record).has:
        return RecordTags(())
    on_it = showing.tags(record)
    may = showing.case(record).has_permission(PERMISSION)
    return RecordTags(on_it, offered_tags(showing.world, showing.actor.user_id) if may else (), may)


def may_tag(showing: Showing, record: RecordState) -> bool:
    """Whether the viewer may put tags on a record that he sees."""
    return FEATURE in showing.module(record).has and showing.case(record).has_permission(PERMISSION)


def record_tags(platform: Platform, actor: Actor, record_id: int) -> RecordTags:
    """Give the tags of a record.

    Raises:
        NotFound: no such record, or not the actor's to see.
    """
    with platform.reading() as work:
        return tags_of_record(Showing(work, actor), access_record(work, actor, record_id).id)


def change_tags(
    platform: Platform, actor: Actor, record_id: int, *, add: Iterable[int] = (), remove: Iterable[int] = ()
) -> ActionResult:
    """Put tags on a record and take others off; what is so already is left alone.

    Raises:
        NotFound: no such record, or not the actor's to see.
        Refused: the module has no tags, or the actor may not.
        InvalidInput: path `tags`: a tag that the actor is not offered.
    """
    with platform.transaction() as work:
        record = access_record(work, actor, record_id)
        if FEATURE not in work.world.in_force(record).module.has:
            raise Refused(Text("Loại hồ sơ này không gắn thẻ.", "Records of this kind have no tags."))
        acting = check_may(work, actor, PERMISSION, record)
        present = set(rows.tag_ids_of(work.session, (record_id,)).get(record_id, ()))
        offered = {tag.id: tag.name for tag in offered_tags(work.world, actor.user_id)}
        added = [one for one in dict.fromkeys(add) if one not in present]
        removed = [one for one in dict.fromkeys(remove) if one in present and one not in added]
        if any(one not in offered for one in added):
            fault = Text(
                "Có thẻ không còn hoặc không dùng cho đơn vị của bạn. Hãy chọn lại.",
                "One of the tags is gone or is not for your unit. Choose again.",
            )
            raise InvalidInput({"tags": (fault,)})
        if not added and not removed:
            return ActionResult(record_id, (), None, None)
        names = offered | {tag.id: tag.name for tag in _named(work, removed)}
        rows.put_on(work.session, record_id, added)
        rows.take_off(work.session, record_id, removed)
        notes = _notes([names[one] for one in added], [names[one] for one in removed])
        plan = plan_event(
            work.world, acting, record_id, TAGGED,
            data={"added": tuple(added), "removed": tuple(removed)}, notes=notes,
        )  # fmt: skip
        return result_of(plan, apply(work, plan), record_id)


def set_tags(platform: Platform, actor: Actor, record_id: int, tag_ids: Collection[int]) -> ActionResult:
    """Let a record carry exactly these tags.

    Raises:
        as `change_tags`.
    """
    with platform.reading() as work:
        access_record(work, actor, record_id)
        present = rows.tag_ids_of(work.session, (record_id,)).get(record_id, ())
    gone = [one for one in present if one not in tag_ids]
    return change_tags(platform, actor, record_id, add=tag_ids, remove=gone)


def _notes(added: Sequence[str], removed: Sequence[str]) -> tuple[Text, ...]:
    said = []
    if added:
        names = ", ".join(f"“{name}”" for name in added)
        said.append(Text(f"Gắn {names}.", f"Put on: {names}."))
    if removed:
        names = ", ".join(f"“{name}”" for name in removed)
        said.append(Text(f"Gỡ {names}.", f"Taken off: {names}."))
    return tuple(said)


def _named(work: Work, tag_ids: Iterable[int]) -> list[Tag]:
    return [tag for one in tag_ids if (tag := rows.tag_by_id(work.session, one)) is not None]


# --- What is allowed ------------------------------------------------------------------------------------


def _row(work: Work, tag_id: int) -> Tag:
    row = rows.tag_by_id(work.session, tag_id)
    if row is None:
        raise NotFound()
    return row


def _own_row(work: Work, actor: Actor, tag_id: int) -> Tag:
    check_function_somewhere(work, actor, ADMINISTERS)
    row = _row(work, tag_id)
    if not _is_own(work, actor, row):
        if row.made_by_id is None:
            raise Refused(BUILT_IN)
        raise Refused(
            Text(
                f"Thẻ “{row.name}” dùng cho đơn vị mà bạn không quản lý thẻ.",
                f"The tag “{row.name}” is for units whose tags you do not manage.",
            )
        )
    return row


def _is_own(work: Work, actor: Actor, row: Tag) -> bool:
    if row.made_by_id is None:
        return actor.user_id is None
    reached = reach(work, actor, ADMINISTERS)
    return reached is None or row.unit_id in reached


def _check_version(row: Tag, version: int | None) -> None:
    if version is not None and version != row.version:
        raise Conflict(
            Text(
                f"Người khác vừa sửa thẻ này thành “{row.name}”. Hãy xem lại rồi lưu lần nữa.",
                f"Somebody has just changed this tag to “{row.name}”. Look at it and save again.",
            )
        )


def _checked(work: Work, actor: Actor, new: NewTag, *, itself: int | None) -> NewTag:
    name = " ".join(unicodedata.normalize("NFC", new.name).split())
    errors: dict[str, tuple[Text, ...]] = {}
    if not fold(name) or len(name) > LONGEST_NAME or not name.isprintable():
        fault = Text(
            f"Hãy đặt tên, không quá {LONGEST_NAME} ký tự.",
            f"Give a name of at most {LONGEST_NAME} characters.",
        )
        errors["name"] = (fault,)
    same = rows.tag_of_name(work.session, fold(name)) if not errors else None
    if same is not None and same.id != itself:
        errors["name"] = (_taken(work, same),)
    if new.tone not in {tone.value for tone in Tone}:
        errors["tone"] = (Text("Hãy chọn một màu.", "Choose a colour."),)
    reached = reach(work, actor, ADMINISTERS)
    if new.unit_id is not None and new.unit_id not in work.world.organisation.units:
        errors["unit"] = (Text("Không có đơn vị này.", "There is no such unit."),)
    elif reached is not None and new.unit_id not in reached:
        fault = Text("Hãy chọn một đơn vị mà bạn quản lý thẻ.", "Choose a unit whose tags you manage.")
        errors["unit"] = (fault,)
    if errors:
        raise InvalidInput(errors)
    return NewTag(name, new.tone, new.unit_id)


def _taken(work: Work, same: Tag) -> Text:
    unit = work.world.unit(same.unit_id) if same.unit_id is not None else None
    if unit is None:
        return Text(f"Đã có thẻ “{same.name}”.", f"There is a tag “{same.name}” already.")
    return Text(
        f"Đã có thẻ “{same.name}” của {unit.name}. Hãy đặt tên khác.",
        f"{unit.name} has a tag “{same.name}” already. Choose another name.",
    )


# --- Views ------------------------------------------------------------------------------------------------


def _line(work: Work, actor: Actor, tag: Tag, count: int) -> TagLine:
    unit = None
    if tag.unit_id is not None and tag.unit_id in work.world.organisation.units:
        unit = Showing(work, actor).unit(tag.unit_id)
    return TagLine(TagView(tag.id, tag.name, tag.tone), unit, count, tag.version, _is_own(work, actor, tag))


def _facts(work: Work, row: Tag) -> dict[str, object]:
    unit = work.world.unit(row.unit_id) if row.unit_id is not None else None
    return {"name": row.name, "tone": row.tone, "unit": unit.name if unit is not None else None}


def _subject(row: Tag) -> Subject:
    return Subject("tag", str(row.id), row.name)


def _with_tag_replaced(query: str, tag_id: int, into_id: int) -> str:
    """Replace a tag in the address of a saved view; only whole ids count."""
    parts = (f"filter.tag={into_id}" if one == f"filter.tag={tag_id}" else one for one in query.split("&"))
    return "&".join(dict.fromkeys(parts))
