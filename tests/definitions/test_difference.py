"""Comparing two sets of definitions, and saying what a path means."""

from __future__ import annotations

from luongviec.engine.sources.difference import Change, differences, explained
from luongviec.engine.sources.reading import plain
from luongviec.engine.sources.rewriting import rewritten
from tests.definitions import small


def test_comments_and_layout_make_no_difference():
    other = small.definitions(
        **{"modules/letter.yaml": "# said before\n" + small.MODULE.replace(": [letter]", ":\n  - letter")}
    )
    assert differences(small.definitions(), other) == ()


def test_paths_are_added_removed_changed_and_reordered():
    before = small.definitions()
    group = next(one for one in before if one.kind == "status_group")
    data = plain(group.data)
    data["statuses"] = {"sent": data["statuses"]["sent"], "draft": data["statuses"]["draft"]}
    data["statuses"]["sent"]["name"]["en"] = "Gone"
    data["note"] = "new"
    del data["transitions"]["draft"]
    after = [rewritten(one, data) if one is group else one for one in before]
    found = {(one.dotted, one.change) for one in differences(before, after)}
    assert found >= {
        ("status_group.letter.statuses.sent.name.en", Change.CHANGED),
        ("status_group.letter.note", Change.ADDED),
        ("status_group.letter.transitions.draft", Change.REMOVED),
    }


def test_the_order_of_statuses_is_a_difference():
    reordered = small.GROUP.replace(
        "  sent: {name: {vi: Đã gửi, en: Sent}, category: done, final: true}\n", ""
    ).replace(
        "statuses:\n", "statuses:\n  sent: {name: {vi: Đã gửi, en: Sent}, category: done, final: true}\n"
    )
    found = differences(small.definitions(), small.definitions(**{"statuses/letter.yaml": reordered}))
    assert [(one.dotted, one.change) for one in found] == [("status_group.letter.statuses", Change.REORDERED)]


def test_whole_definitions_come_and_go():
    more = small.definitions(**{"sides/other.yaml": small.SIDE.replace("side: office", "side: other")})
    assert [(one.dotted, one.change) for one in differences(small.definitions(), more)] == [
        ("side.other", Change.ADDED)
    ]
    assert [(one.dotted, one.change) for one in differences(more, small.definitions())] == [
        ("side.other", Change.REMOVED)
    ]


def test_a_path_is_explained_wherever_it_names_something(shipped):
    found = explained(shipped.definitions, "task.assigned.assignee")
    assert [(one.definition.kind, one.path) for one in found] == [
        ("matrix", ("participants", "assigned", "assignee")),
        ("status_group", ("transitions", "assigned", "assignee")),
    ]
    assert found[1].value == ("doing", "refused")
    assert found[1].meanings[0][1].vi.startswith("Từ trạng thái")


def test_a_path_may_begin_with_the_kind(shipped):
    (found,) = explained(shipped.definitions, "module.task.fields.name.max")
    assert (found.value, found.meanings[-1][0]) == (500, "max")
    assert explained(shipped.definitions, "module.task.fields.nothing") == ()
