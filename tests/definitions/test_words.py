"""Every word of the language exists three times, alike: in schema, compiler and documentation."""

from __future__ import annotations

import re

import pytest

from docs import generate
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.sources.reading import KINDS, Definition
from luongviec.engine.sources.shapes import schema
from tests.definitions import small
from tests.definitions.conftest import ROOT, definition

DOCUMENT = (ROOT / "docs/language.md").read_text(encoding="utf-8")

WHOLE = """\
module: whole
format: 1
name: {vi: Đủ, en: Whole}
title: "{{ record.text }}"
owner: {module: letter, optional: true}
status_groups: [letter]
fields:
  text: {type: text, label: {vi: Chữ, en: Text}}
  kind: {type: choice, label: {vi: Loại, en: Kind}, options: {a: {label: {vi: A, en: A}}}}
roles:
  creator: {fill: actor, label: {vi: Người tạo, en: Creator}}
derived_roles:
  letter: {via: owner, roles: [creator], label: {vi: của thư, en: of the letter}}
relations:
  others: {links: whole, inverse: back, label: {vi: Khác, en: Others}}
actions:
  act:
    label: {vi: Làm, en: Act}
    input: [{name: note, type: text, label: {vi: Ghi chú, en: Note}}]
    voices: {of: creator, need: any}
    by_link: {valid: hours(1)}
    effects:
      - add: {role: creator, who: actor}
      - hand_over: {role: creator, to: actor}
      - hand_back: {role: creator}
      - create: {relation: others}
      - link: {relation: others, to: record}
      - act: {to: others, action: act}
      - emit: {event: said}
      - render: {print: whole, into: text}
      - restore: true
rules: [{for: [act], when: true, otherwise: {vi: Không, en: "No"}}]
events: {said: {label: {vi: Nói, en: Said}}}
reactions: [{upon: created, do: []}]
timers: {later: {at: now, do: []}}
number: {field: text, pattern: "{{ counter }}", at: create}
receipts: {record: true}
stands_in: {while: [draft], person: creator, deputy: creator, where: everywhere}
buckets: {when: {over: text, parts: {a: {label: {vi: A, en: A}, when: "record.text == 'a'"}}}}
lists: {all: {label: {vi: Tất cả, en: All}, menu: {section: whole}}}
form: [{fields: [text]}]
page: [{block: record}]
migrate: {since: 1, fields: {old: {to: text, value: "'x'"}}}
"""
OTHERS = {
    "presets/whole.yaml": """\
preset: whole
format: 1
name: x
for: everyone
cards: [{kind: list, title: x, list: whole.all}]
""",
    "reports/whole.yaml": """\
report: whole
format: 1
name: x
module: whole
rows: [{status: true}]
measures: [{count: true, label: x}]
filters: [{field: text}]
""",
    "prints/whole.yaml": "print: whole\nformat: 1\nname: x\nmodule: whole\nbody: x\n",
    "assistant/whole.yaml": """\
assistant: whole
format: 1
area: whole
entries: {about: {answer: {vi: [x]}, questions: {vi: [x]}}}
""",
    "notifications/whole.yaml": """\
notification_set: whole
format: 1
name: x
module: letter
recipients: {who: {label: x, people: creator}}
events: {created: {who: {app: true}}}
templates: {created: {subject: x, text: x, for: {who: {text: x}}}}
""",
    "parameters.yaml": "parameters: {one: {type: number, default: 1, label: x}}\nformat: 1\n",
    "user_groups.yaml": "user_groups: {one: {name: x}}\nformat: 1\n",
    "unit_kinds.yaml": "unit_kinds: {one: {name: x, heading: true}}\nformat: 1\n",
    "terms.yaml": "terms: {one: x}\nformat: 1\n",
    "calendars/whole.yaml": """\
calendar: whole
format: 1
name: x
timezone: UTC
week: {mon: [["07:00", "08:00"]]}
holidays: [{day: 2027-01-01, name: x}]
""",
}


def words_of_schema() -> set[tuple[str, str, str]]:
    found = set()
    for kind in KINDS:
        parts = {kind: schema(kind), **schema(kind).get("$defs", {})}
        for part, node in parts.items():
            found |= {(kind, part, word) for word in node.get("properties", {})}
    return found


@pytest.fixture(scope="module")
def read_words(all_sources) -> set[tuple[str, str, str]]:
    words: set[tuple[str, str, str]] = set()
    compile_workspace(all_sources.definitions, read_words=words)
    group = small.GROUP.replace("transitions:", "migrate: {since: 1, statuses: {old: draft}}\ntransitions:")
    side = small.SIDE + "abilities: {one: {label: x}}\n"
    definitions: list[Definition] = [
        *small.definitions(**{"statuses/letter.yaml": group, "sides/office.yaml": side}),
        definition(WHOLE, "modules/whole.yaml"),
        *(definition(text, file) for file, text in OTHERS.items()),
    ]
    compile_workspace(definitions, read_words=words)
    # A matrix, a table of transitions and the terms hold names of the author's, no words.
    tabs = {
        "participants",
        "units",
        "groups",
        "fields",
        "transitions",
        "events",
        "terms",
        "parameter_options",
    }
    return {one for one in words if one[1] not in tabs or one[1] == one[0]}


def test_compiler_reads_exactly_the_words_of_the_schema(read_words):
    expected = words_of_schema()
    assert expected - read_words == set()
    assert {one for one in read_words - expected if one[:2] != ("terms", "terms")} == set()


def test_documentation_has_a_table_for_every_part():
    regions = set(re.findall(r"<!-- words: ([a-z_/]+) -->", DOCUMENT))
    parts = {kind if part == kind else f"{kind}/{part}" for kind, part, _ in words_of_schema()}
    assert regions == parts


def test_documentation_and_published_schemas_are_up_to_date():
    assert generate.generated_document(DOCUMENT) == DOCUMENT
    assert generate.main(["--check"]) == 0


def test_documentation_names_every_word():
    for kind, part, word in words_of_schema():
        mark = f"<!-- words: {kind}{'' if part == kind else '/' + part} -->"
        table = DOCUMENT.partition(mark)[2].partition("<!-- end -->")[0]
        assert f"| `{word}` |" in table, (kind, part, word)
