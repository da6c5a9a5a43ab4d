"""The engine knows nothing of tasks or meetings: no code of a shipped definition stands in it.

Collected from `definitions/`: codes of modules, statuses, status groups, fields, roles, relations,
actions, events, lists, slots and sides. Words of the definition language itself (its keys and its
closed sets, taken from the schemas) are nobody's name and are left out. Comments and docstrings may
give examples; code, templates and scripts may not.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from luongviec.engine.model import BUILT_IN_PERMISSIONS, FUNCTIONS, FieldType

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "platform"

NAMED = (
    "fields", "roles", "derived_roles", "relations", "actions", "events", "lists", "statuses", "slots",
    "timers",
)  # fmt: skip

#: Ordinary words of every program that happen to be codes of a shipped definition too. Each stands
#: in the platform with another meaning.
ORDINARY = {
    "above", "admin", "approve", "begin", "call", "cancel", "cancelled", "children", "close", "commented",
    "confirmed", "created", "dated", "decided", "declined", "deputy", "done", "drop", "due_at", "edited",
    "finished_at",
    "head", "kept", "late", "member", "mentioned", "minutes", "name", "note", "notes", "open", "participant",
    "pending", "person", "place", "planned", "previous", "refuse", "refused", "reply", "running", "settle",
    "start", "subject", "summary", "symbol", "tasks", "unit", "usable", "waiting",
}  # fmt: skip


def shipped_codes() -> set[str]:
    codes: set[str] = set()
    for path in (ROOT / "definitions").rglob("*.yaml"):
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for kind in ("module", "status_group", "side"):
            if isinstance(data.get(kind), str):
                codes.add(data[kind])
        for part in NAMED:
            if isinstance(data.get(part), dict) and {"module", "side", "status_group"} & set(data):
                codes |= set(data[part])
    return {code for code in codes if "." not in code and code != "*"}


def language_words() -> set[str]:
    words: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("properties", "$defs") and isinstance(value, dict):
                    words.update(value)
                if key == "enum" and isinstance(value, list):
                    words.update(word for word in value if isinstance(word, str))
                if key == "const" and isinstance(value, str):
                    words.add(value)
                collect(value)
        elif isinstance(node, list):
            for item in node:
                collect(item)

    for path in (PLATFORM / "engine" / "schema").glob("*.json"):
        collect(json.loads(path.read_text(encoding="utf-8")))
    return words | BUILT_IN_PERMISSIONS | set(FieldType)


def python_strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def quoted_strings(path: Path) -> Iterator[tuple[int, str]]:
    text = re.sub(r"\{#.*?#\}|/\*.*?\*/|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        for found in re.finditer(r"""(["'])((?:(?!\1).)*)\1""", line.split("//")[0]):
            yield number, found[2]


def sources() -> list[Path]:
    return [
        path
        for pattern in ("*.py", "*.html", "*.js")
        for path in PLATFORM.rglob(pattern)
        if not {"vendor", "versions"} & set(path.parts)
    ]


def parts(text: str) -> set[str]:
    """A string as a whole and, where it is a dotted path, each of its steps."""
    return {text, *(text.split(".") if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text) else ())}


def test_no_shipped_code_stands_in_the_platform() -> None:
    names = shipped_codes() - language_words() - ORDINARY
    assert len(names) > 100, "the shipped definitions were not found"
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sources()
        for line, text in (python_strings(path) if path.suffix == ".py" else quoted_strings(path))
        if text not in FUNCTIONS
        if text in names
        or any(part in names for part in text.split(".") if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("word", ["task", "meeting", "leave"])
def test_no_identifier_is_about_a_shipped_module(word: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PLATFORM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and word in re.split(r"_|(?<=[a-z])(?=[A-Z])", node.name.lower())
    ]
    assert not found, "\n".join(found)
