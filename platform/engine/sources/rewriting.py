"""Writing changed data back into a definition's text, with the author's comments and order kept.

Only what differs is touched: a value that stays keeps its quotes, its place and its comments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from luongviec.engine.errors import DefinitionError
from luongviec.engine.sources.reading import Definition, frozen, plain, read_definition

LINE_WIDTH = 4096


def rewritten(definition: Definition, data: Mapping[str, object]) -> Definition:
    """Give the definition with other data, written into its own text.

    Args:
        definition: as it is written now.
        data: what it shall say; keys keep the order of the text, new ones follow.

    Raises:
        DefinitionError: the data cannot be a definition (no kind, no code).
    """
    wanted = plain(data)
    if wanted == plain(definition.data):
        return definition
    yaml = _round_trip()
    document = yaml.load(definition.text)
    _lay(document, plain(definition.data), wanted)
    return _read(_dumped(yaml, document), definition.file)


def written(data: Mapping[str, object], file: str) -> Definition:
    """Give a definition for data that has no text yet.

    Raises:
        DefinitionError: the data cannot be a definition.
    """
    return _read(_dumped(_round_trip(), plain(frozen(data))), file)


def _read(text: str, file: str) -> Definition:
    definition, problems = read_definition(text, file)
    if definition is None or problems:
        raise DefinitionError(problems)
    return definition


def _round_trip() -> YAML:
    yaml = YAML(plug_ins=[])
    yaml.preserve_quotes = True
    yaml.width = LINE_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, document: object) -> str:
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _lay(node: Any, old: Any, new: Any) -> None:
    """Change a mapping or list of the document in place where old and new differ."""
    if isinstance(node, CommentedMap):
        _lay_mapping(node, old, new)
    elif isinstance(node, CommentedSeq):
        _lay_list(node, old, new)


def _fits(node: object, old: object, new: object) -> bool:
    """Whether a changed value can be changed inside instead of being replaced whole."""
    if isinstance(node, CommentedMap):
        return isinstance(old, dict) and isinstance(new, dict)
    return isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list)


def _lay_mapping(node: CommentedMap, old: dict[str, object], new: dict[str, object]) -> None:
    names = {str(key): key for key in node}  # keys such as 5 or true are texts for us
    for name in old:
        if name not in new and name in names:
            del node[names[name]]
    for name, value in new.items():
        if name not in names:
            node[name] = value
        elif value != old.get(name):
            key = names[name]
            if _fits(node[key], old.get(name), value):
                _lay(node[key], old.get(name), value)
            else:
                node[key] = value


def _lay_list(node: CommentedSeq, old: Sequence[object], new: Sequence[object]) -> None:
    for index in range(min(len(old), len(new), len(node))):
        if old[index] != new[index]:
            if _fits(node[index], old[index], new[index]):
                _lay(node[index], old[index], new[index])
            else:
                node[index] = new[index]
    del node[len(new) :]
    for value in new[len(old) :]:
        node.append(value)
