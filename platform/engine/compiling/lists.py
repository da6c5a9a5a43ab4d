"""What people see of a module: buckets, lists, form, page, numbering, receipts, standing in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from luongviec.engine.compiling.parts import Part
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context
from luongviec.engine.model import (
    Block,
    Bucket,
    BucketPart,
    Field,
    FieldType,
    FormSection,
    List,
    MenuPlace,
    Numbering,
    Receipts,
    Relation,
    RelationKind,
    SortKey,
    StandsIn,
    StandsWhere,
    Tone,
)
from luongviec.engine.sources.reading import frozen
from luongviec.engine.text import Text

#: Words of a block that only some kinds of block read, kept as settings.
_SETTINGS = ("current", "next", "timer", "duration", "value", "until", "stage", "needed", "code", "from")
_NAMES = ("mark", "inside", "columns", "only", "here", "own", "read_by")


def compile_buckets(top: Part, scope: ModuleScope) -> Mapping[str, Bucket]:
    """Compile the buckets of a module."""
    buckets = {}
    for code, part in top.parts("buckets", "bucket").items():
        parts = []
        for name, inner in part.parts("parts", "bucket_part").items():
            when, tone = inner.expression("when", Context.SET), inner.string("tone")
            label, note = inner.label(), inner.templates("note", Context.NOTE)
            if when is not None:
                parts.append(BucketPart(name, label, when, Tone(tone) if tone else None, note))
        buckets[code] = Bucket(code, scope.require_field(part, "over"), tuple(parts), part.flag("hours"))
    return MappingProxyType(buckets)


def compile_lists(top: Part, scope: ModuleScope) -> Mapping[str, List]:
    """Compile the lists of a module."""
    return MappingProxyType(
        {code: _list(part, code, scope) for code, part in top.parts("lists", "list").items()}
    )


def _list(part: Part, code: str, scope: ModuleScope) -> List:
    columns = scope.require_names(part, "columns", "column", scope.columns)
    split = part.string("split")
    if split is not None and not scope.loose:
        part.require(
            "bucket",
            split,
            {"status", "category", *scope.module.fields, *scope.module.buckets, *scope.module.roles},
            "split",
        )
    group_by = part.string("group_by")
    if group_by is not None and not scope.loose:
        part.require("column", group_by, {"status", "category", *scope.columns}, "group_by")
    menu = part.part("menu")
    return List(
        code=code,
        label=part.label(),
        mine=scope.columns_of(part, "mine"),
        where=part.expression("where", Context.SET),
        columns=columns,
        sort=_sort(part, scope),
        group_by=group_by,
        split=split,
        views=part.names("as") or ("table",),
        date=scope.require_field(part, "date") if part.has("date") else None,
        until=scope.require_field(part, "until") if part.has("until") else None,
        clash=_clash(part, scope),
        menu=None
        if menu is None
        else MenuPlace(
            menu.string("section") or "",
            menu.whole("order") or 0,
            menu.flag("shown", True),
            menu.string("icon"),
        ),
        count=part.flag("count"),
        note=part.text("note"),
    )


def _clash(part: Part, scope: ModuleScope) -> str | None:
    """Read what two records may not share at the same time."""
    name = part.string("clash")
    if name is not None and not scope.loose:
        part.require("field", name, {"actor", *scope.module.fields, *scope.module.roles}, "clash")
    return name


def _sort(part: Part, scope: ModuleScope) -> tuple[SortKey, ...]:
    keys = []
    for index, name in enumerate(part.names("sort")):
        steps: tuple[str | int, ...] = ("sort",) if isinstance(part.data["sort"], str) else ("sort", index)
        field = name.removeprefix("-")
        if not scope.loose:
            part.require("field", field, scope.columns, *steps)
        keys.append(SortKey(field, name.startswith("-")))
    return tuple(keys)


def compile_form(top: Part, scope: ModuleScope) -> tuple[FormSection, ...]:
    """Compile the order of the create and edit form."""
    known = {*scope.module.fields, *scope.module.roles}
    return tuple(
        FormSection(
            part.text("section"),
            scope.require_names(part, "fields", "field", known),
            part.whole("columns") or 1,
        )
        for part in top.items("form", "form_section")
    )


def compile_page(top: Part, scope: ModuleScope) -> tuple[Block, ...]:
    """Compile the blocks of the record page."""
    return tuple(_block(part, scope) for part in top.items("page", "block"))


def compile_head(top: Part, scope: ModuleScope) -> tuple[str, ...]:
    """Read which fields and roles are told under the title."""
    return scope.require_names(top, "head", "field", {*scope.module.fields, *scope.module.roles})


def usual_page(
    fields: Mapping[str, Field], relations: Mapping[str, Relation], has: Collection[str]
) -> tuple[Block, ...]:
    """Give the record page of a module that names no blocks: its words, files, relations, people, talk.

    The record that owns it stands above the page already.
    """
    own = (one for one in relations.values() if one.forward or one.kind is not RelationKind.OWNS)
    lists = (Block("list", relation=one.code) for one in own)
    holds = "attachments" in has or any(field.type == FieldType.FILES for field in fields.values())
    files = (Block("files"),) if holds else ()
    talk = (Block("comments"),) if "comments" in has else ()
    return (Block("record"), *files, *lists, Block("people"), *talk, Block("timeline"))


def _block(part: Part, scope: ModuleScope) -> Block:
    relation = part.string("relation")
    if relation is not None and not scope.loose:
        part.require("relation", relation, scope.relations, "relation")
    settings: dict[str, object] = {name: part.string(name) for name in _SETTINGS if part.has(name)}
    for name in _NAMES:
        if part.has(name):
            settings[name] = part.names(name)
    label = part.text("label")
    if label is not None:
        settings["label"] = label
    if part.has("screen"):
        settings["screen"] = part.flag("screen")
    _check_block(part, relation, scope)
    return Block(
        kind=part.string("block") or "",
        relation=relation,
        show_when=part.expression("show_when", Context.GUARD),
        live=part.flag("live"),
        live_when=part.expression("live_when", Context.GUARD),
        settings=MappingProxyType(settings),
    )


def _check_block(part: Part, relation: str | None, scope: ModuleScope) -> None:
    """Report names of a block that its relation's module does not have."""
    own = scope.module
    for word, kind, known in (
        ("needed", "field", own.fields), ("code", "action", own.actions), ("from", "field", own.fields),
    ):  # fmt: skip
        if part.string(word) is not None:
            part.require(kind, part.string(word) or "", known, word)
    target = scope.all.related(scope.code, relation) if relation else None
    if target is None or not scope.all.is_sound("module", target):
        return
    names, inner = scope.all.modules[target], ModuleScope(scope.all.modules[target], scope.all)
    if part.string("until") is not None:
        part.require("field", part.string("until") or "", scope.module.fields, "until")
    for word in ("timer", "duration", "value"):
        name = part.string(word)
        if name is not None:
            part.require("field", name, names.fields, word)
    inner.require_names(part, "columns", "column", inner.columns)
    inner.require_names(part, "own", "role", names.roles)
    if inner.statuses_known():
        inner.require_names(part, "only", "status", inner.statuses)
        inner.require_names(part, "here", "status", inner.statuses)
    current, following = part.string("current"), part.string("next")
    if current is not None and inner.statuses_known():
        part.require("status", current, inner.statuses, "current")
    if following is not None:
        part.require("action", following, names.actions, "next")
    for index, action in enumerate(part.names("mark")):
        part.require("action", action, names.actions, "mark", index)


def compile_numbering(top: Part, scope: ModuleScope) -> Numbering | None:
    """Compile the counter of a module."""
    part = top.part("number")
    if part is None:
        return None
    field, at = scope.require_field(part, "field"), part.string("at") or "create"
    if at != "create" and scope.statuses_known():
        part.require("status", at, {*scope.statuses, "create"}, "at")
    if scope.module.fields.get(field, {}).get("type", FieldType.TEXT) != FieldType.TEXT:
        part.report(
            "E112",
            "field",
            value=True,
            name="field",
            detail=Text("phải là một trường text", "must be a text field"),
        )
    pattern = part.template("pattern", Context.NUMBER)
    per, gapless = part.names("per"), part.flag("gapless")
    return None if pattern is None else Numbering(field, pattern, per, at, gapless)


def compile_receipts(top: Part, scope: ModuleScope) -> Receipts:
    """Compile what is remembered of who opened what."""
    part = top.part("receipts")
    if part is None:
        return Receipts()
    files = {code for code, data in scope.module.fields.items() if data.get("type") == FieldType.FILES}
    return Receipts(part.flag("record"), scope.require_names(part, "fields", "field", files))


def compile_stands_in(top: Part, scope: ModuleScope) -> StandsIn | None:
    """Compile how records of this module let a deputy act."""
    part = top.part("stands_in")
    if part is None:
        return None
    reaches, field = _stands_where(part, scope)
    roles = part.names("roles")
    if reaches is StandsWhere.OWNER:
        owners = [owner for owner in scope.module.owners if scope.all.is_sound("module", owner)]
        known = {role for owner in owners for role in scope.all.modules[owner].roles}
        for index, role in enumerate(roles if owners else ()):
            part.require("role", role, known, "roles", index)
    abilities = part.string("abilities")
    if abilities is not None:
        part.require("field", abilities, _chosen_from(scope, "abilities"), "abilities")
    return StandsIn(
        during=scope.require_statuses(part, "while"),
        person=scope.require_role(part, "person"),
        deputy=scope.require_role(part, "deputy"),
        reaches=reaches,
        field=field,
        abilities=None if abilities is None else abilities.removeprefix("record."),
        roles=roles,
        may=part.names("may") if part.has("may") else None,
        since=part.expression("from", Context.TIMER),
        until=part.expression("until", Context.TIMER),
        person_keeps=part.names("person_keeps") if part.has("person_keeps") else None,
        depth=part.expression("depth", Context.TIMER),
    )


def _stands_where(part: Part, scope: ModuleScope) -> tuple[StandsWhere, str | None]:
    """Read `where`: a word, or a field whose type says what it means."""
    where = part.string("where") or ""
    kinds = {StandsWhere.RECORD: FieldType.RECORD, StandsWhere.BRANCH: FieldType.UNIT}
    fields = {
        f"record.{code}": meaning
        for meaning, kind in kinds.items()
        for code, data in scope.module.fields.items()
        if data.get("type") == kind
    }
    fields |= dict.fromkeys(_chosen_from(scope, "modules"), StandsWhere.MODULES)
    owner = ["owner"] if scope.module.owners else []
    if not scope.loose:
        part.require("field", where, {"everywhere", *fields, *owner}, "where")
    if where in fields:
        return fields[where], where.removeprefix("record.")
    return (StandsWhere.OWNER if where == "owner" else StandsWhere.EVERYWHERE), None


def _chosen_from(scope: ModuleScope, source: str) -> tuple[str, ...]:
    """Give the fields that choose among what the installation has of a kind."""
    return tuple(
        f"record.{code}" for code, data in scope.module.fields.items() if data.get("options_from") == source
    )


def compile_migrate(top: Part, scope: ModuleScope) -> Mapping[str, object]:
    """Compile how running records come to this revision; new names must exist."""
    part = top.part("migrate")
    if part is None:
        return MappingProxyType({})
    part.raw("since"), part.raw("statuses")
    for old, role in part.mapping("roles").items():
        part.require("role", str(role), scope.module.roles, "roles", old)
    for old, value in part.mapping("fields").items():
        new: object = value
        if isinstance(value, Mapping):
            inner = part.at("migrate_field", value, "fields", old)
            new = inner.string("to")
            inner.expression("value", Context.FIELD_COMPUTED)
        if new is not None:
            part.require("field", str(new), scope.module.fields, "fields", old)
    return frozen(part.data)  # type: ignore[return-value]
