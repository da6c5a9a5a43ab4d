"""From states to what people see: links, cells, statuses, buckets, people, units, files.

One `Showing` serves one page: what it learns of the viewer and of files is learned once. Whatever
comes out is already decided: hidden fields are absent, records that may not be seen are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from luongviec.engine.deciding.decide import VIEW, Case, sees
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.likeness import Part
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.expressions.views import ScopedRecord
from luongviec.engine.model import Access, Bucket, Field, FieldType, Module, Role, Status, Tone
from luongviec.engine.related import home_unit
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind, RecordState, Value
from luongviec.services.platform import Work
from luongviec.services.views import (
    BucketView,
    Cell,
    FileView,
    PersonView,
    RecordLink,
    RoleView,
    StatusView,
    TagView,
    UnitView,
)
from luongviec.store.lists.heads import is_ever_hidden
from luongviec.store.models import File
from luongviec.store.sharing import files_by_id
from luongviec.store.tags import tags_by_record

DOWNLOAD = "download"
STATUS_COLUMN, TITLE_COLUMN, CREATED_COLUMN, UPDATED_COLUMN = "status", "title", "created_at", "updated_at"
OWNER_COLUMN, TAGS_COLUMN, NUMBER_COLUMN, SINCE_COLUMN = "owner", "tags", "number", "status_since"
MAKER_COLUMN, HOME_COLUMN, POSITION_COLUMN = "created_by", "home", "position"
#: Tones of a bucket's parts where the definition names none, in their order.
PART_TONES = (Tone.RED, Tone.ORANGE, Tone.YELLOW, Tone.GREEN, Tone.BLUE, Tone.GREY)
BUILT_IN_COLUMNS: Mapping[str, Text] = {
    STATUS_COLUMN: Text("Trạng thái", "Status"),
    TITLE_COLUMN: Text("Tiêu đề", "Title"),
    CREATED_COLUMN: Text("Ngày tạo", "Created"),
    UPDATED_COLUMN: Text("Cập nhật", "Updated"),
    OWNER_COLUMN: Text("Thuộc", "Belongs to"),
    TAGS_COLUMN: Text("Thẻ", "Tags"),
    NUMBER_COLUMN: Text("Số", "Number"),
    SINCE_COLUMN: Text("Ở trạng thái từ", "In this status since"),
    MAKER_COLUMN: Text("Người lập", "Made by"),
    HOME_COLUMN: Text("Đơn vị chủ quản", "Home unit"),
    POSITION_COLUMN: Text("Thứ tự", "Place"),
}


class Showing:
    """Makes views for one viewer in one work."""

    def __init__(self, work: Work, actor: Actor) -> None:
        self.work = work
        self.world = work.world
        self.actor = actor
        self.standing = Standing(work.world, actor)
        self._files: dict[int, File] = {}
        self._tags: dict[int, tuple[TagView, ...]] = {}
        self._open: dict[tuple[int, str], tuple[Module, bool]] = {}  # the module keeps its id
        self._access: dict[int, tuple[RecordState, Mapping[str, Access]]] = {}
        self._kept: dict[int, bool] = {}

    # --- Records ----------------------------------------------------------------------------------

    def case(self, record: RecordState) -> Case:
        """Give the case of the viewer before a record."""
        return Case(self.standing, record)

    def may_view(self, record: RecordState) -> bool:
        """Whether the viewer may see a record."""
        return sees(self.standing, record)

    def seen_for(self, record: RecordState, columns: Iterable[str] = ()) -> tuple[PersonView, ...]:
        """Give in whose place alone the viewer sees a record; nobody where he sees it himself.

        Args:
            record: the record.
            columns: what makes it his, in a list of what is his; without them it is seeing that counts.
        """
        case = self.case(record)
        if not case.others:
            return ()
        mask = case.held.table.mask(columns) or case.held.table.granting(case.status, VIEW)
        if case.held.mask & mask:
            return ()
        people = dict.fromkeys(other.standing.user_id for other in case.others if other.held.mask & mask)
        return tuple(person for user_id in people if (person := self.person(user_id)) is not None)

    def module(self, record: RecordState) -> Module:
        """Give the module that a record runs under."""
        return self.world.in_force(record).module

    def status(self, record: RecordState) -> StatusView:
        """Give a record's status."""
        group = self.world.in_force(record).group
        return self.status_view(group.statuses[record.status])

    def status_view(self, status: Status) -> StatusView:
        """Give a status."""
        return StatusView(status.code, status.name, status.tone.value, status.category, status.is_final)

    def record_link(self, record: RecordState) -> RecordLink:
        """Give a record as it stands in a list."""
        return RecordLink(record.id, record.module, record.title, self.status(record), self.number(record))

    def number(self, record: RecordState) -> str | None:
        """Give a record's number, where its module counts and the viewer may see it."""
        numbering = self.module(record).numbering
        if numbering is None or self.access(record).get(numbering.field) in (None, Access.HIDDEN):
            return None
        number = record.values.get(numbering.field)
        return number if isinstance(number, str) and number else None

    def visible_link(self, record_id: int | None) -> RecordLink | None:
        """Give another record as a link, None where the viewer may not know of it."""
        record = None if record_id is None else self.world.record(record_id)
        if record is None or record.deleted_at is not None or not self.may_view(record):
            return None
        return self.record_link(record)

    def access(self, record: RecordState) -> Mapping[str, Access]:
        """Give the viewer's access to the fields of a record."""
        known = self._access.get(id(record))
        if known is None:
            found = field_access(self.world, self.actor, record, standing=self.standing)
            known = self._access[id(record)] = (record, found)
        return known[1]

    @contextmanager
    def asking_part(self, record: RecordState, part: Part) -> Iterator[None]:
        """Note that what is shown of a record inside asks for but a part (`Standing.asking_part`)."""
        with self.standing.asking_part(record, part):
            yield
        self._access.pop(id(record), None)  # what is asked later is asked anew, so that it is noted
        self._kept.pop(record.id, None)

    def scope(self, record: RecordState) -> Scope:
        """Give what expressions of views read."""
        return scope_for(
            self.world, record, actor=self.actor, viewer=self.actor.user_id, language=self.language
        )

    @property
    def language(self) -> str:
        """The viewer's language."""
        person = None if self.actor.user_id is None else self.world.person(self.actor.user_id)
        return "vi" if person is None else person.language

    # --- People and units ---------------------------------------------------------------------------

    def person(self, user_id: int | None) -> PersonView | None:
        """Give a person, closed accounts too."""
        if user_id is None:
            return None
        person = self.world.person(user_id)
        if person is None:
            return PersonView(user_id, f"#{user_id}", active=False)
        return PersonView(person.id, person.name, self.post(person.id), person.active)

    def post(self, user_id: int) -> str:
        """Say where a person works: the post written down, else the first unit with a slot."""
        written = self.world.organisation.posts.get(user_id, "")
        if written:
            return written
        for holding in self.world.holdings(user_id):
            unit = self.world.unit(holding.unit_id)
            if unit is not None:
                return unit.name
        return ""

    def unit(self, unit_id: int, at: datetime | None = None) -> UnitView:
        """Give a unit with the units above it, the root left out; `at` a moment, named as they were then."""
        organisation = self.world.organisation
        path = organisation.path(unit_id)
        above = " › ".join(organisation.name_at(one, at) for one in path[1:-1])
        return UnitView(unit_id, organisation.name_at(unit_id, at), above)

    def closed_at(self, record: RecordState) -> datetime | None:
        """Give since when a record is closed: its units are named as they were then (O-14)."""
        status = self.world.in_force(record).group.statuses[record.status]
        return record.status_since if status.is_final else None

    def role(self, record: RecordState, role: Role) -> RoleView:
        """Give the holders of a role, and through whose hands it went."""
        holders = record.holders(role.code)
        at = self.closed_at(record)
        chain = [h for h in record.hand_overs if h.role == role.code]
        hands = [chain[0].giver, *(h.receiver for h in chain)] if chain else []
        return RoleView(
            role.code,
            role.label,
            tuple(p for h in holders if h.kind is HolderKind.USER and (p := self.person(h.id))),
            tuple(self.unit(h.id, at) for h in holders if h.kind is HolderKind.UNIT),
            tuple(p for user_id in hands if (p := self.person(user_id))),
        )

    # --- Files --------------------------------------------------------------------------------------

    def preload(self, records: Iterable[RecordState], columns: Iterable[str]) -> None:
        """Read what the cells of a page will need: records in fields, and files."""
        wanted_records: set[int] = set()
        wanted_files: set[int] = set()
        codes = tuple(columns)
        records = tuple(records)
        for record in records:
            if OWNER_COLUMN in codes and record.owner_id is not None:
                wanted_records.add(record.owner_id)
            for code in codes:
                field = self.module(record).fields.get(code)
                value = record.values.get(code)
                ids = [one for one in _parts(value) if isinstance(one, int) and not isinstance(one, bool)]
                if field is not None and field.type == FieldType.RECORD:
                    wanted_records.update(ids)
                elif field is not None and field.type == FieldType.FILES:
                    wanted_files.update(ids)
        tagged = [record.id for record in records] if TAGS_COLUMN in codes else []
        self.expect(records=wanted_records, files=wanted_files, tags_of=tagged)

    def expect(
        self, *, records: Iterable[int] = (), files: Iterable[int] = (), tags_of: Iterable[int] = ()
    ) -> None:
        """Read at once what will be asked for one by one."""
        self.world.preload(sorted(set(records)))
        self._files.update(files_by_id(self.work.session, set(files) - self._files.keys()))
        self._read_tags(tags_of)

    def file(self, file_id: int, opened_by_count: int | None = None) -> FileView | None:
        """Give a file of a record that may be seen."""
        if file_id not in self._files:
            self._files.update(files_by_id(self.work.session, (file_id,)))
        file = self._files.get(file_id)
        return None if file is None else self.file_view(file, opened_by_count)

    def may_keep_files(self, record: RecordState) -> bool:
        """Whether the viewer may take files of a record away, where its module asks for the right."""
        if not self.module(record).download_by_right:
            return True
        if record.id not in self._kept:
            self._kept[record.id] = self.case(record).decide(DOWNLOAD).allowed
        return self._kept[record.id]

    def as_kept(self, record: RecordState, files: Iterable[FileView]) -> tuple[FileView, ...]:
        """Give files of a record, each with whether the viewer may take it away."""
        if self.may_keep_files(record):
            return tuple(files)
        return tuple(replace(file, may_keep=False) for file in files)

    def file_view(self, file: File, opened_by_count: int | None = None) -> FileView:
        """Give a file's row as pages show it."""
        return FileView(
            file.id, file.name, file.size_bytes, file.media_type, file.uploaded_at,
            self.person(file.uploaded_by_id), opened_by_count,
        )  # fmt: skip

    # --- Tags ---------------------------------------------------------------------------------------

    def tags(self, record: RecordState) -> tuple[TagView, ...]:
        """Give the tags of a record, by name."""
        return self.tags_of(record.id)

    def tags_of(self, record_id: int) -> tuple[TagView, ...]:
        """Give the tags of the record with this id."""
        if record_id not in self._tags:
            self._read_tags((record_id,))
        return self._tags[record_id]

    def _read_tags(self, record_ids: Iterable[int]) -> None:
        wanted = [one for one in record_ids if one not in self._tags]
        found = tags_by_record(self.work.session, wanted) if wanted else {}
        for one in wanted:
            self._tags[one] = tuple(TagView(tag.id, tag.name, tag.tone) for tag in found.get(one, ()))

    # --- Cells --------------------------------------------------------------------------------------

    def reads(self, record: RecordState, code: str, *, seen: bool = False) -> bool:
        """Whether the viewer may read a field.

        Args:
            seen: the record was found by what he may see; then no matrix needs to be asked about a field
                that none hides.
        """
        if seen and self.is_open_field(self.module(record), code):
            return True
        return self.access(record).get(code, Access.HIDDEN) is not Access.HIDDEN

    def is_open_field(self, module: Module, code: str) -> bool:
        """Whether whoever sees a record of a module reads this field of it."""
        key = (id(module), code)
        if key not in self._open:
            field = module.fields[code]
            hides = field.shown_when is not None or is_ever_hidden(self.world, module.code, code)
            self._open[key] = (module, not hides)
        return self._open[key][1]

    def cell(self, record: RecordState, code: str, *, seen: bool = False, plain: bool = False) -> Cell | None:
        """Give one value of a record as shown; None where it is hidden from the viewer.

        Args:
            seen: as for `reads`.
            plain: without what pages alone show beside the value.
        """
        module = self.module(record)
        if code in module.fields:
            if not self.reads(record, code, seen=seen):
                return None
            cell = self.value_cell(module.fields[code], record.values.get(code), self.closed_at(record))
            if cell.kind == FieldType.FILES and isinstance(cell.value, tuple):
                cell = replace(cell, value=self.as_kept(record, cell.value))
            if plain:
                return cell
            over = next((one for one in module.buckets.values() if one.over == code), None)
            return cell if over is None else replace(cell, due=self.bucket(record, over))
        if code in module.roles:
            view = self.role(record, module.roles[code])
            return Cell(code, "role", view.people or view.units, label=view.label)
        if code in module.buckets:
            part = self.bucket(record, module.buckets[code])
            return Cell(code, "bucket", part, tone=part.tone if part else None)
        if code == STATUS_COLUMN:
            status = self.status(record)
            return Cell(code, "status", status, label=status.name, tone=status.tone)
        if code == OWNER_COLUMN:
            return Cell(code, FieldType.RECORD.value, self.visible_link(record.owner_id))
        return self._built_in_cell(record, code)

    def _built_in_cell(self, record: RecordState, code: str) -> Cell | None:
        """Give what every record has, whatever its module."""
        kind = column_kind(self.module(record), code)
        match code:
            case "title":
                return Cell(code, kind, record.title)
            case "created_at":
                return Cell(code, kind, record.created_at)
            case "updated_at":
                return Cell(code, kind, record.updated_at)
            case "status_since":
                return Cell(code, kind, record.status_since)
            case "created_by":
                return Cell(code, kind, self.person(record.created_by))
            case "home":
                home = home_unit(self.world, record)
                return Cell(code, kind, None if home is None else self.unit(home, self.closed_at(record)))
            case "number":
                return Cell(code, kind, self.number(record))
            case "position":
                return Cell(code, kind, record.position)
            case "tags":
                return Cell(code, kind, self.tags(record))
        return None

    def value_cell(self, field: Field, value: Value, at: datetime | None = None) -> Cell:
        """Give a field's value as shown; units are named as at that moment."""
        kind = field.type
        if kind == FieldType.CHOICE:
            chosen = [field.option(one) for one in _parts(value)]
            options = [option for option in chosen if option is not None]
            if field.many:
                return Cell(field.code, kind, tuple(option.label for option in options))
            first = options[0] if options else None
            return Cell(
                field.code, kind, value, label=first.label if first else None,
                tone=first.tone.value if first and first.tone else None, icon=first.icon if first else None,
            )  # fmt: skip
        shown: object = value
        if kind in (FieldType.USER, FieldType.UNIT, FieldType.RECORD, FieldType.FILES):
            views = tuple(view for one in _parts(value) if (view := self._view_of(kind, one, at)) is not None)
            shown = views if field.many or kind == FieldType.FILES else (views[0] if views else None)
        return Cell(field.code, kind, shown, unit=field.unit)

    def _view_of(self, kind: str, value: object, at: datetime | None) -> object:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        if kind == FieldType.USER:
            return self.person(value)
        if kind == FieldType.UNIT:
            return self.unit(value, at)
        if kind == FieldType.RECORD:
            return self.visible_link(value)
        return self.file(value)

    # --- Buckets ------------------------------------------------------------------------------------

    def bucket(self, record: RecordState, bucket: Bucket) -> BucketView | None:
        """Give the first part of a bucket that a record falls into."""
        if record.values.get(bucket.over) is None:
            return None
        scope = self.scope(record)
        for index, part in enumerate(bucket.parts):
            try:
                if part.when.holds(scope):
                    return BucketView(part.code, part.label, part_tone(bucket, index), bucket.hours)
            except LuongViecError:
                continue
        return None

    def due(
        self, record: RecordState, *, seen: bool = False
    ) -> tuple[BucketView | None, datetime | None, bool]:
        """Give a record's part of the first bucket, the moment that it is about, and whether it is late."""
        module = self.module(record)
        bucket = next(iter(module.buckets.values()), None)
        if bucket is None or not self.reads(record, bucket.over, seen=seen):
            return None, None, False
        part = self.bucket(record, bucket)
        value = record.values.get(bucket.over)
        at = value if isinstance(value, datetime) else None
        late = ScopedRecord(self.scope(record).reading, record).read("is_late")
        return part, at, bool(late)


def part_tone(bucket: Bucket, index: int) -> str:
    """Give the tone of a bucket's part: its own, else by its place."""
    own = bucket.parts[index].tone
    return (own or PART_TONES[min(index, len(PART_TONES) - 1)]).value


def column_label(module: Module, code: str) -> Text:
    """Give the heading of a column."""
    if code in module.fields:
        return module.fields[code].label
    if code in module.roles:
        return module.roles[code].label
    return BUILT_IN_COLUMNS.get(code, Text(code, code))


def column_kind(module: Module, code: str) -> str:
    """Give what a column shows: a field type, or role, status, title, bucket, tags."""
    if code in module.fields:
        return str(module.fields[code].type)
    if code in module.roles:
        return "role"
    if code in module.buckets:
        return "bucket"
    kinds = {
        STATUS_COLUMN: "status",
        TITLE_COLUMN: "title",
        OWNER_COLUMN: FieldType.RECORD.value,
        TAGS_COLUMN: "tags",
        NUMBER_COLUMN: FieldType.TEXT.value,
        POSITION_COLUMN: FieldType.NUMBER.value,
        MAKER_COLUMN: FieldType.USER.value,
        HOME_COLUMN: FieldType.UNIT.value,
    }
    return kinds.get(code, FieldType.DATETIME.value)


def _parts(value: Value) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
