"""Presets, prints and the assistant: what is shown, printed and answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from luongviec.engine.compiling.modules import read_head
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.compiling.reports import MODULE_FUNCTIONS
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context
from luongviec.engine.model import (
    FUNCTIONS,
    Assistant,
    AssistantEntry,
    People,
    Preset,
    Print,
)


def compile_preset(work: Work) -> Preset:
    """Compile a preset of home cards and menus."""
    top = work.top
    read_head(top, "preset")
    top.raw("note"), top.raw("shipped")
    cards = []
    for part in top.items("cards", "card"):
        card: dict[str, object] = {"kind": part.string("kind"), "title": part.label("title")}
        listed, bucket, report = part.string("list"), part.string("bucket"), part.string("report")
        if listed is not None:
            _require_list(part, listed, "list")
            module = work.names.modules.get(listed.partition(".")[0])
            if bucket is not None and module is not None and module.sound:
                part.require("bucket", bucket, module.buckets, "bucket")
        if report is not None:
            part.need("report", report, "report")
        card |= {"list": listed, "bucket": bucket, "report": report}
        cards.append(MappingProxyType({word: value for word, value in card.items() if value is not None}))
    for index, name in enumerate(top.names("menus")):
        _require_list(top, name, "menus", index)
    people = top.people("for", work.names.people(None))
    return Preset(
        work.definition.code, top.label("name"), people or People(()), tuple(cards), top.names("menus")
    )


def _require_list(part: Part, name: str, *steps: str | int) -> None:
    module, _, listed = name.partition(".")
    if part.need("module", module, *steps):
        part.require("list", listed, part.work.names.modules[module].lists, *steps)


def _scope(top: Part) -> ModuleScope | None:
    module = top.string("module")
    if not top.need("module", module, "module"):
        return None
    return ModuleScope(top.work.names.modules[module or ""], top.work.names)


def compile_print(work: Work) -> Print | None:
    """Compile a print; None where its module is not there to judge by."""
    top = work.top
    read_head(top, "print")
    top.raw("note"), top.raw("shipped")
    scope = _scope(top)
    body = top.template_at(top.raw("body"), Context.PRINT, "body")
    if scope is None or body is None:
        return None
    statuses = scope.require_statuses(top, "when")
    return Print(
        work.definition.code, scope.code, top.label("name"), top.string("paper") or "a4", body, statuses
    )


def compile_assistant(work: Work) -> Assistant:
    """Compile what the assistant answers."""
    top = work.top
    read_head(top, "assistant")
    top.raw("note"), top.raw("shipped")
    entries = {code: _entry(part, code) for code, part in top.parts("entries", "entry").items()}
    return Assistant(work.definition.code, top.string("area") or "", MappingProxyType(entries))


def _entry(part: Part, code: str) -> AssistantEntry:
    names = part.work.names
    link, needs = part.string("link"), part.string("needs")
    if link is not None and not link.startswith("/"):
        module, _, listed = link.partition(".")
        if part.need("module", module, "link") and listed:
            part.require("list", listed, names.modules[module].lists, "link")
    if needs is not None:
        functions = FUNCTIONS | {f"{m}.{word}" for m in names.modules for word in MODULE_FUNCTIONS}
        part.require("function", needs, functions, "needs")
    return AssistantEntry(code, _variants(part, "questions"), _variants(part, "answer"), link, needs)


def _variants(part: Part, word: str) -> Mapping[str, tuple[str, ...]]:
    inner = part.part(word, "variants")
    if inner is None:
        return MappingProxyType({})
    return MappingProxyType(
        {language: inner.names(language) for language in ("vi", "en") if inner.has(language)}
    )
