"""Reading: places of keys and values, YAML 1.2, and whatever a file may hold instead."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.errors import DefinitionError
from luongviec.engine.sources.reading import (
    FILE_LIMIT_BYTES,
    definition_from_text,
    definition_of_bytes,
    dump,
    load_sources,
    plain,
    read_definition,
)
from tests.definitions.conftest import definition

TEXT = """\
module: sample          # the code
format: 1
fields:
  subject: {type: text, required: on}
  note:
    type: "multiline"
status_groups: [one, two]
"""


def codes_of(text: str) -> list[str]:
    return [
        f"{found.place.line}:{found.place.column} {found.code}"
        for found in read_definition(text, "x.yaml")[1]
    ]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("module",), False, (1, 1)),
        (("module",), True, (1, 9)),
        (("fields", "subject"), False, (4, 3)),
        (("fields", "subject", "required"), True, (4, 35)),
        (("fields", "note", "type"), True, (6, 11)),
        (("status_groups", 1), False, (7, 22)),
        (("fields", "subject", "missing"), False, (4, 3)),
        (("nothing", "here"), False, (1, 1)),
    ],
)
def test_places_of_keys_and_values(path, value, expected):
    place = definition(TEXT).place(path, value=value)
    assert (place.line, place.column) == expected


def test_offsets_count_inside_quotes():
    assert definition(TEXT).place(("fields", "note", "type"), offset=3).column == 15


def test_words_that_older_yaml_takes_for_booleans_are_texts():
    read = definition("module: sample\na: on\nb: no\nc: 2027-01-01\nd: true\ne: 1_0\nf: 0o17\ng: ~\nh: 1.5\n")
    assert plain(read.data) == {
        "module": "sample", "a": "on", "b": "no", "c": "2027-01-01", "d": True, "e": "1_0", "f": "0o17",
        "g": None, "h": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("module: a\nb: 1\nb: 2\n", ["3:1 E118"]),
        ("module: a\nb: [1, 2\n", ["3:1 E110"]),
        ("module: a\nb: !!python/object:os.system x\n", ["2:4 E110"]),
        ("module: a\n? [x]\n: 1\n", ["2:3 E110"]),
        ("a: 1\n---\nb: 2\n", ["2:1 E110"]),
        ("module: &a [*a]\n", ["1:9 E110"]),
        ("- 1\n", ["1:1 E119"]),
        ("", ["1:1 E119"]),
        ("# nothing\n", ["1:1 E119"]),
        ("modul: a\n", ["1:1 E120"]),
        ("module: Task\n", ["1:1 E121"]),
        ("module: 'yes'\n", ["1:1 E121"]),
        ("module: 5\n", ["1:1 E121"]),
        ("a\x00b", ["1:1 E110"]),
    ],
)
def test_texts_that_are_no_definition(text, expected):
    assert codes_of(text)[:1] == expected


def test_aliases_cannot_grow_without_end():
    lines = ["module: a", "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert any(code.endswith("E110") for code in codes_of("\n".join(lines)))


def test_deep_nesting_is_a_problem_and_no_crash():
    assert codes_of("module: a\nb: " + "[" * 3000) != []
    assert codes_of("module: a\nb: " + "[" * 100 + "]" * 100) != []


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"module: a\n" + b"#" * FILE_LIMIT_BYTES, "256 KB"), (None, "opened")],
)
def test_unusable_files(content, word):
    found, problems = definition_of_bytes(content, "x.yaml")
    assert found is None
    assert [one.code for one in problems] == ["E119"]
    assert word in problems[0].message.en


def test_texts_are_normalised():
    decomposed = unicodedata.normalize("NFD", "module: a\nname: Tiếng Việt\n")
    assert definition(decomposed).data["name"] == "Tiếng Việt"


def test_a_missing_folder_is_a_problem(tmp_path):
    assert [found.code for found in load_sources(tmp_path / "nowhere").problems] == ["E119"]


def test_folders_are_read_in_order_and_hidden_files_left_out(tmp_path):
    for name in ("b.yaml", "a.yml", ".hidden.yaml", "c.txt"):
        (tmp_path / name).write_text(f"module: {name[0] if name[0] != '.' else 'h'}\n", encoding="utf-8")
    assert [one.file for one in load_sources(tmp_path).definitions] == ["a.yml", "b.yaml"]


def test_strict_reading_raises_with_places():
    with pytest.raises(DefinitionError) as caught:
        definition_from_text("module: a\nb: 1\nb: 2\n", "x.yaml")
    assert [str(found.place) for found in caught.value.problems] == ["x.yaml:3:1"]


def test_load_of_export_is_the_same(shipped):
    for one in shipped.definitions:
        again = definition_from_text(dump(one), one.file)
        assert (again.kind, again.code, plain(again.data), again.digest) == (
            one.kind,
            one.code,
            plain(one.data),
            one.digest,
        )


@given(st.text(max_size=300))
def test_reading_is_total(text):
    read_definition(text, "x.yaml")


@given(st.binary(max_size=300))
def test_reading_bytes_is_total(content):
    definition_of_bytes(b"module: a\n" + content, "x.yaml")
