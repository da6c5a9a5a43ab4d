"""Changed data goes back into the author's text: comments, order and quotes stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luongviec.engine.errors import DefinitionError
from luongviec.engine.sources.reading import load_sources, plain
from luongviec.engine.sources.rewriting import rewritten, written
from tests.definitions.conftest import ROOT, definition

TEXT = """\
# what this is for
status_group: sample    # its code
format: 1
module: sample
name: {vi: "Mẫu", en: Sample}
statuses:
  # where all begins
  draft: {name: x, category: open, initial: true}   # T-01
  done: {name: y, category: done, final: on}
transitions:
  draft:
    creator: [done]     # only who wrote it
"""
ALL = load_sources(ROOT / "definitions").definitions


def changed(**words: object) -> str:
    one = definition(TEXT, "statuses/sample.yaml")
    return rewritten(one, {**plain(one.data), **words}).text


def test_nothing_changed_is_the_same_text():
    assert changed() == TEXT


def test_a_changed_value_leaves_everything_else():
    text = changed(module="other")
    assert text == TEXT.replace("module: sample", "module: other")


def test_comments_stay_where_entries_come_and_go():
    one = definition(TEXT, "statuses/sample.yaml")
    data = plain(one.data)
    data["statuses"]["filed"] = {"name": "z", "category": "done"}
    data["statuses"]["draft"]["name"] = "on"
    del data["statuses"]["done"]
    data["transitions"]["draft"]["creator"] = ["filed", "done"]
    again = rewritten(one, data)
    assert plain(again.data) == data
    for comment in (
        "# what this is for",
        "# its code",
        "# where all begins",
        "# T-01",
        "# only who wrote it",
    ):
        assert comment in again.text


def test_new_data_without_a_text():
    one = written(
        {"module": "sample", "format": 1, "name": {"vi": "Mẫu"}, "note": "on", "x": [1, True, None]}, "x.yaml"
    )
    assert plain(one.data) == {
        "module": "sample",
        "format": 1,
        "name": {"vi": "Mẫu"},
        "note": "on",
        "x": [1, True, None],
    }


def test_what_is_no_definition_is_refused():
    with pytest.raises(DefinitionError):
        written({"modul": "sample"}, "x.yaml")


VALUES = st.sampled_from(
    [
        1,
        True,
        None,
        "x",
        "on",
        "2027-01-01",
        "1.5",
        "{{ x }}",
        "'x'",
        "a: b",
        "#x",
        "",
        ["a"],
        {"a": "b"},
        "é\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rewriting_any_value_of_the_shipped_definitions_reads_back(data):
    one = data.draw(st.sampled_from(ALL))
    wanted = plain(one.data)
    node = wanted
    for depth in range(6):
        step = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        if depth == 0 and step == one.kind:
            return
        if isinstance(node[step], dict | list) and node[step] and data.draw(st.booleans()):
            node = node[step]
            continue
        if data.draw(st.integers(0, 3)) == 0:
            del node[step]
        else:
            node[step] = data.draw(VALUES)
        break
    assert plain(rewritten(one, wanted).data) == wanted
