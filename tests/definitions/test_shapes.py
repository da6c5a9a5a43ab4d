"""The walker of shapes says what `jsonschema` says; the schemas use only what it reads."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.sources.reading import KINDS, RESERVED_CODES, frozen, plain
from luongviec.engine.sources.shapes import SCHEMA_FOLDER, check_shape, schema
from tests.definitions import small
from tests.definitions.conftest import ROOT

READ = {
    "$schema", "$id", "$ref", "$defs", "title", "description", "x-vi", "default", "type", "properties",
    "required", "additionalProperties", "propertyNames", "items", "enum", "const", "pattern", "minLength",
    "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum",
    "uniqueItems", "oneOf", "if", "else",
}  # fmt: skip
FILES = sorted(path.stem for path in SCHEMA_FOLDER.glob("*.json"))
REGISTRY = Registry().with_resources(
    [(schema(file)["$id"], Resource.from_contents(schema(file))) for file in FILES]
)


def keywords(node: object, inside: bool = False) -> set[str]:
    """Give every keyword of a schema; names of properties and definitions are none."""
    if isinstance(node, list):
        return {word for one in node for word in keywords(one)}
    if not isinstance(node, dict):
        return set()
    found = set() if inside else set(node)
    for word, inner in node.items():
        if word in ("enum", "const", "default", "required") and not inside:
            continue
        found |= keywords(inner, word in ("properties", "$defs") and not inside)
    return found


def agrees(kind: str, data: object) -> bool:
    """Whether the walker and jsonschema both take the data, or both refuse it."""
    definition = next(one for one in ALL if one.kind == kind)
    changed = replace(definition, data=frozen(data))
    found = [problem for problem in check_shape(changed) if not _reserved(problem)]
    return bool(found) != Draft202012Validator(schema(kind), registry=REGISTRY).is_valid(data)


def _reserved(problem) -> bool:
    """Codes that older YAML misreads are refused by us only."""
    return problem.code == "E121" and any(f"'{word}'" in problem.message.en for word in RESERVED_CODES)


def load_all():
    from luongviec.engine.sources.reading import load_sources

    return load_sources(ROOT / "definitions").definitions


ALL = load_all()


@pytest.mark.parametrize("file", FILES)
def test_schemas_are_sound_and_use_only_what_is_read(file):
    Draft202012Validator.check_schema(schema(file))
    assert keywords(schema(file)) <= READ


@pytest.mark.parametrize("file", FILES)
def test_every_word_is_described_in_both_languages(file):
    for path, node in described(schema(file), file):
        assert node.get("description"), path
        assert node.get("x-vi"), path


def described(node: object, path: str):
    if isinstance(node, dict):
        for word, inner in node.get("properties", {}).items():
            yield f"{path}.{word}", inner
        for word, inner in node.items():
            yield from described(inner, f"{path}/{word}")


def test_every_kind_has_a_schema():
    assert set(FILES) == {*KINDS, "common"}


def test_published_schemas_are_the_ones_that_are_read():
    published = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "definitions/schema").glob("*.json")
    }
    assert published == {
        f"{file}.json": (SCHEMA_FOLDER / f"{file}.json").read_text(encoding="utf-8") for file in FILES
    }


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.file)
def test_shipped_definitions_fit_both(definition):
    assert check_shape(definition) == ()
    assert Draft202012Validator(schema(definition.kind), registry=REGISTRY).is_valid(plain(definition.data))


JUNK = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        -1,
        1.5,
        "",
        "x",
        "Not A Code",
        "yes",
        [],
        [[]],
        ["x", "x"],
        [None],
        {},
        {"vi": ""},
        {"x": 1},
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_definitions_are_judged_alike(data):
    definition = data.draw(st.sampled_from(ALL))
    mutated = copy.deepcopy(plain(definition.data))
    node: object = mutated
    while True:
        steps = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not steps:
            break
        step = data.draw(st.sampled_from(steps))
        inner = node[step]
        if not isinstance(inner, dict | list) or data.draw(st.integers(0, 3)) == 0:
            _mutate(node, step, data)
            break
        node = inner
    assert agrees(definition.kind, mutated), json.dumps(mutated, ensure_ascii=False)


def _mutate(node, step, data):
    way = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if way == "replace":
        node[step] = data.draw(JUNK)
    elif way == "remove":
        del node[step]
    elif isinstance(node, dict):
        node[data.draw(st.sampled_from(["unknown", "Bad Key", "name", "label", "type"]))] = data.draw(JUNK)
    else:
        node.append(data.draw(JUNK))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "modules/letter.yaml",
            "home: unit",
            "hoem: unit",
            "modules/letter.yaml:5:1 E111 Did you mean 'home'?",
        ),
        (
            "modules/letter.yaml",
            "type: text",
            "type: txt",
            "modules/letter.yaml:8:19 E112 Did you mean 'text'?",
        ),
        ("modules/letter.yaml", "required: true", "required: 'yes'", "modules/letter.yaml:8:35 E112"),
        ("modules/letter.yaml", "  subject:", "  Subject:", "modules/letter.yaml:8:3 E121"),
        (
            "modules/letter.yaml",
            "effects: [{move: sent}]",
            "effects: [{move: sent, delete: true}]",
            "modules/letter.yaml:13:48 E112",
        ),
        ("statuses/letter.yaml", "name: {vi: Nháp, en: Draft}, ", "", "statuses/letter.yaml:6:3 E113"),
        (
            "sides/office.yaml",
            "slots:\n  head: {label: {vi: Trưởng, en: Head}}\n",
            "slots: {}\n",
            "sides/office.yaml:4:8 E112",
        ),
        ("sides/office.yaml", "format: 1", "format: 2", "sides/office.yaml:2:9 E112"),
    ],
)
def test_mistakes_are_named_at_their_place(file, old, new, expected):
    assert old in small.FILES[file]
    compiled = compile_workspace(small.definitions(**{file: small.FILES[file].replace(old, new, 1)}))
    found = [
        f"{problem.place} {problem.code} {problem.hint.en}"
        for problem in compiled.problems
        if problem.code != "E123"
    ]
    assert len(found) == 1
    assert found[0].startswith(expected)
