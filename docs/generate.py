"""Fills the tables of words in `language.md` from the schemas, and publishes the schemas.

    python docs/generate.py            writes both
    python docs/generate.py --check    changes nothing; exit code 1 where something is out of date

A table stands between `<!-- words: KIND -->` or `<!-- words: KIND/PART -->` and `<!-- end -->`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from luongviec.engine.sources.shapes import SCHEMA_FOLDER, schema

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "language.md"
PUBLISHED = ROOT / "definitions" / "schema"
_REGION = re.compile(r"<!-- words: ([a-z_]+)(?:/([a-z_]+))? -->\n.*?<!-- end -->", re.DOTALL)

Node = Mapping[str, object]

_TYPE_WORDS = {"string": "text", "object": "mapping", "array": "list", "integer": "whole number"}


def generated_document(text: str) -> str:
    """Give the document with every table made anew."""
    return _REGION.sub(lambda region: _filled(region.group(1), region.group(2)), text)


def generated_schemas() -> dict[str, str]:
    """Give what the published schemas must say, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SCHEMA_FOLDER.glob("*.json"))}


def _filled(kind: str, part: str | None) -> str:
    mark = f"<!-- words: {kind}/{part} -->" if part else f"<!-- words: {kind} -->"
    node = schema(kind) if part is None else _mapping(_mapping(schema(kind)["$defs"])[part])
    return f"{mark}\n{_table(node)}\n<!-- end -->"


def _table(node: Node) -> str:
    always = {*_names(node.get("required")), *_names(_mapping(node.get("else")).get("required"))}
    choice = {name for one in _list(node.get("oneOf")) for name in _names(_mapping(one).get("required"))}
    lines = ["| Word | Shape | Default | Meaning |", "|---|---|---|---|"]
    for word, inner in _mapping(node.get("properties")).items():
        sub = _mapping(inner)
        default = _json(sub["default"]) if "default" in sub else ""
        if word in always:
            default = "*needed*"
        elif word in choice:
            default = "*one of these*"
        meaning = f"{sub.get('description', '')} <br>*{sub.get('x-vi', '')}*"
        lines.append(f"| `{word}` | {_shape(sub)} | {default} | {_cell(meaning)} |")
    return "\n".join(lines)


def _shape(node: Node) -> str:
    """Say in a few words what may stand under a word."""
    reference = node.get("$ref")
    if isinstance(reference, str):
        return reference.rsplit("/", 1)[-1].replace("_", " ")
    if "enum" in node:
        return ", ".join(_json(one) for one in _list(node["enum"]))
    if "const" in node:
        return _json(node["const"])
    types = node.get("type")
    if types == "array":
        return f"list of {_shape(_mapping(node.get('items')))}"
    if types == "object" and isinstance(node.get("additionalProperties"), Mapping):
        return f"code: {_shape(_mapping(node['additionalProperties']))}"
    names = [types] if isinstance(types, str) else [str(one) for one in _list(types)]
    return " or ".join(_TYPE_WORDS.get(name, name) for name in names)


def _json(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`" if not isinstance(value, str) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _mapping(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _names(value: object) -> list[str]:
    return [str(one) for one in _list(value)]


def main(arguments: list[str]) -> int:
    """Write, or with `--check` compare."""
    text = DOCUMENT.read_text(encoding="utf-8")
    document, schemas = generated_document(text), generated_schemas()
    published = {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.glob("*.json")}
    if document == text and schemas == published:
        return 0
    if "--check" in arguments:
        print("docs/language.md or definitions/schema is out of date: run python docs/generate.py")
        return 1
    DOCUMENT.write_text(document, encoding="utf-8")
    PUBLISHED.mkdir(exist_ok=True)
    for name in published.keys() - schemas.keys():
        (PUBLISHED / name).unlink()
    for name, content in schemas.items():
        (PUBLISHED / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
