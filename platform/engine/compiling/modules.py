"""A module as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.compiling.actions import (
    compile_actions,
    compile_events,
    compile_reactions,
    compile_rules,
    compile_timers,
)
from luongviec.engine.compiling.fields import compile_fields, compile_size
from luongviec.engine.compiling.lists import (
    compile_buckets,
    compile_form,
    compile_head,
    compile_lists,
    compile_migrate,
    compile_numbering,
    compile_page,
    compile_receipts,
    compile_stands_in,
    usual_page,
)
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.compiling.roles import compile_derived_roles, compile_relations, compile_roles
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context, Template
from luongviec.engine.model import Module

DEFAULT_ICON = "file-text"


def compile_module(work: Work) -> Module:
    """Compile a module of sound shape; `work` collects what is wrong."""
    top = work.top
    code = work.definition.code
    scope = ModuleScope(work.names.modules[code], work.names)
    owners, optional = _owners(top)
    title = top.template("title", Context.TITLE)
    read_head(top, "module")
    fields = compile_fields(top, scope)
    relations, has = compile_relations(top, scope), frozenset(top.names("has"))
    return Module(
        code=code,
        name=top.label("name"),
        icon=top.string("icon") or DEFAULT_ICON,
        title=title or Template("", Context.TITLE),
        owners=owners,
        owner_optional=optional,
        home=_home(top, scope),
        status_groups=_status_groups(top, scope),
        has=has,
        attachment_limit=compile_size(top, "attachment_limit"),
        fields=fields,
        roles=compile_roles(top, scope),
        derived_roles=compile_derived_roles(top, scope),
        relations=relations,
        actions=compile_actions(top, scope),
        rules=compile_rules(top, scope),
        reactions=compile_reactions(top, scope),
        timers=compile_timers(top, scope),
        events=compile_events(top),
        numbering=compile_numbering(top, scope),
        receipts=compile_receipts(top, scope),
        stands_in=compile_stands_in(top, scope),
        buckets=compile_buckets(top, scope),
        lists=compile_lists(top, scope),
        form=compile_form(top, scope),
        page=compile_page(top, scope) or usual_page(fields, relations, has),
        migrate=compile_migrate(top, scope),
        note=top.text("note"),
        shipped=top.flag("shipped"),
        restricted=frozenset(top.names("restricted")),
        head=compile_head(top, scope),
        stage_when=top.expression("stage_when", Context.GUARD),
        download_by_right=top.string("download") == "by_right",
    )


def read_head(top: Part, kind: str) -> None:
    """Read the words that every definition has and that sources have understood already."""
    for word in (kind, "format", "extends"):
        top.raw(word)


def _owners(top: Part) -> tuple[tuple[str, ...], bool]:
    value = top.raw("owner")
    optional = False
    if isinstance(value, Mapping):
        inner = top.at("owner", value, "owner")
        owners, optional = inner.names("module"), inner.flag("optional")
    else:
        owners = top.names("owner")
    for owner in owners:
        top.need("module", owner, "owner")
    return owners, optional


def _home(top: Part, scope: ModuleScope) -> str | None:
    home = top.string("home")
    if home is not None and not scope.loose:
        units = {
            code
            for code, data in scope.module.roles.items()
            if data.get("of") == "unit" and data.get("many") is not True
        }
        top.require("role", home, units, "home")
    return home


def _status_groups(top: Part, scope: ModuleScope) -> tuple[str, ...]:
    groups = top.names("status_groups")
    for index, code in enumerate(groups):
        steps: tuple[str | int, ...] = (
            ("status_groups",) if isinstance(top.data["status_groups"], str) else ("status_groups", index)
        )
        if top.need("status_group", code, *steps) and scope.all.groups[code].module != scope.code:
            top.unknown(
                "status_group",
                code,
                [g.code for g in scope.all.groups.values() if g.module == scope.code],
                *steps,
            )
    return groups
