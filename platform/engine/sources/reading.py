"""Reading definitions: YAML text → plain data that knows the line and column of every key and value.

Nothing here knows what the words mean: `compiler` does. Reading is total: whatever a file holds ends
in a `Definition`, or in problems (E110, E118–E121). Data is plain and immutable (mapping proxies,
tuples, `str`, `int`, `float`, `bool`, `None`); dates stay text. YAML is read by version 1.2, so that
`on` and `yes` are texts. `rewriting` writes changed data back and keeps the author's comments.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from luongviec.engine.checker.codes import problem
from luongviec.engine.errors import DefinitionError
from luongviec.engine.lazily import cached_property
from luongviec.engine.sources.nodes import Positions, read_yaml
from luongviec.engine.sources.problems import Place, Problem
from luongviec.engine.text import Text

#: Kind word → the folder of its files; kinds without a folder live in one file of their own name.
KINDS: Mapping[str, str | None] = MappingProxyType(
    {
        "module": "modules",
        "status_group": "statuses",
        "matrix": "permissions",
        "notification_set": "notifications",
        "side": "sides",
        "categories": None,
        "parameters": None,
        "calendar": "calendars",
        "user_groups": None,
        "unit_kinds": None,
        "terms": None,
        "preset": "presets",
        "report": "reports",
        "print": "prints",
        "assistant": "assistant",
    }
)

#: Kinds whose kind word holds the entries themselves; several files of one add up.
COLLECTIONS = frozenset({"categories", "parameters", "user_groups", "unit_kinds", "terms"})

FILE_LIMIT_BYTES = 256_000
CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]*\Z")
#: Readers of older YAML take these for booleans or nothing, so no code may be one of them.
RESERVED_CODES = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n"})

Steps = tuple[str | int, ...]


@dataclass(frozen=True, eq=False)
class Definition:
    """What an author wrote: one definition of a kind, as data, with the text it came from.

    `data` is whole, also where the definition extends another (`base`); `positions` tell where its
    own text has each key and value.
    """

    kind: str
    code: str
    data: Mapping[str, object]
    text: str
    file: str
    positions: Positions = field(repr=False)
    base: Definition | None = field(default=None, repr=False)

    def place(self, path: Steps = (), *, value: bool = False, offset: int | None = None) -> Place:
        """Give the place of the key (or list item) at a path, or of the nearest thing around it.

        Args:
            path: keys and indexes from the top.
            value: point at the value instead of at the key.
            offset: characters into a value that is a text; it counts where the text stands on one
                line as it is read.
        """
        found = self.positions.find(path)
        if found is None and self.base is not None and self.base.positions.find(path) is not None:
            return self.base.place(path, value=value, offset=offset)
        steps = path
        while found is None and steps:
            steps = steps[:-1]
            found = self.positions.find(steps)
        if found is None:
            return Place(self.file, 1, 1)
        if steps == path and offset is not None and found.offset_counts:
            return Place(self.file, found.value_line, found.value_column + found.quote + max(offset, 0))
        if steps == path and (value or offset is not None):
            return Place(self.file, found.value_line, found.value_column)
        return Place(self.file, found.line, found.column)

    def get(self, path: Steps) -> object:
        """Give the value at a path, None where nothing stands."""
        value: object = self.data
        for step in path:
            if isinstance(value, Mapping):
                value = value.get(str(step))
            elif isinstance(value, tuple) and isinstance(step, int) and 0 <= step < len(value):
                value = value[step]
            else:
                return None
        return value

    @cached_property
    def digest(self) -> str:
        """A hash of kind, code and data; comments and layout do not count, the order of keys does."""
        content = json.dumps(
            [self.kind, self.code, plain(self.data)], ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def path(self) -> str:
        """Where the definition belongs below a definitions folder."""
        folder = KINDS[self.kind]
        if folder is not None:
            return f"{folder}/{self.code}.yaml"
        own_file = self.kind in COLLECTIONS and self.code == self.kind
        return f"{self.kind}.yaml" if own_file else f"{self.kind}/{self.code}.yaml"


@dataclass(frozen=True)
class Sources:
    """All definitions of a folder and what was wrong with their files."""

    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...] = ()

    def of(self, kind: str, code: str) -> Definition | None:
        """Give a definition by kind and code."""
        return next((d for d in self.definitions if (d.kind, d.code) == (kind, code)), None)


def load_sources(*paths: Path) -> Sources:
    """Read every YAML file of the given files and folders, in order of their names.

    Raises nothing for bad content: what cannot be read becomes a problem.
    """
    definitions: list[Definition] = []
    problems: list[Problem] = []
    for root in paths:
        for path in _files_below(root):
            name = path.relative_to(root).as_posix() if path != root else path.name
            definition, found = definition_of_bytes(_content(path), name)
            problems.extend(found)
            if definition is not None:
                definitions.append(definition)
        if not root.exists():
            problems.append(
                _unusable(str(root), "không có tệp hay thư mục này", "there is no such file or folder")
            )
    return Sources(tuple(definitions), tuple(problems))


def _files_below(root: Path) -> Iterable[Path]:
    if root.is_file():
        return [root]
    files = (p for suffix in ("*.yaml", "*.yml") for p in root.rglob(suffix))
    return sorted(
        p
        for p in files
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(root).parts)
    )


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as stream:
            return stream.read(FILE_LIMIT_BYTES + 1)
    except OSError:
        return None


def definition_of_bytes(content: bytes | None, file: str) -> tuple[Definition | None, tuple[Problem, ...]]:
    """Read one file's bytes into a definition; None and problems where that cannot be."""
    if content is None:
        return None, (_unusable(file, "không mở được", "it cannot be opened"),)
    if len(content) > FILE_LIMIT_BYTES:
        return None, (_unusable(file, "lớn hơn 256 KB", "it is larger than 256 KB"),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, (_unusable(file, "không phải là UTF-8", "it is not UTF-8"),)
    return read_definition(text, file)


@lru_cache(maxsize=1024)
def read_definition(text: str, file: str) -> tuple[Definition | None, tuple[Problem, ...]]:
    """Read one text; where anything is wrong the definition may still come, as far as it was read.

    What was read is kept: processes meet the same texts again at every publication.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > FILE_LIMIT_BYTES:
        return None, (_unusable(file, "lớn hơn 256 KB", "it is larger than 256 KB"),)
    data, positions, problems = read_yaml(text, file)
    if not isinstance(data, Mapping) or not data:
        if not problems:
            problems = (
                _unusable(
                    file, "tệp trống hoặc không phải là các cặp “từ: giá trị”", "it is empty or not a mapping"
                ),
            )
        return None, problems
    kind = next(iter(data))
    first = positions.find((kind,))
    place = Place(file, first.line, first.column) if first else Place(file, 1, 1)
    if kind not in KINDS:
        return None, (*problems, problem("E120", place, name=kind, kinds=", ".join(KINDS)))
    code = Path(file).stem if kind in COLLECTIONS else data[kind]
    if kind not in COLLECTIONS and not is_code(code):
        return None, (*problems, problem("E121", place, name=code))
    definition = Definition(kind, str(code), data, text, file, positions)
    return definition, problems


def definition_from_text(text: str, file: str) -> Definition:
    """Read one definition strictly.

    Raises:
        DefinitionError: with every problem of the text.
    """

    definition, problems = read_definition(text, file)
    if definition is None or problems:
        raise DefinitionError(problems)
    return definition


def dump(definition: Definition) -> str:
    """Give the text of a definition, as it was written, with its comments."""
    return definition.text


def is_code(value: object) -> bool:
    """Whether a value can be the code of something."""
    return isinstance(value, str) and bool(CODE_PATTERN.match(value)) and value not in RESERVED_CODES


def plain(value: object) -> object:
    """Give immutable data as dictionaries and lists, ready for JSON."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value


def frozen(value: object) -> object:
    """Give dictionaries and lists as mapping proxies and tuples."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): frozen(inner) for key, inner in value.items()})
    if isinstance(value, tuple | list):
        return tuple(frozen(inner) for inner in value)
    return value


def _unusable(file: str, vi: str, en: str) -> Problem:

    return problem("E119", Place(file, 1, 1), detail=Text(vi, en))
