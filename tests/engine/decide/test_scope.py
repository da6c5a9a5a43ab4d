"""What expressions read: lazy views, functions over the world, and the way back to plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from luongviec.engine.deciding.set_conditions import holds_in_set
from luongviec.engine.expressions.compiled import Context, parse_expression, parse_template
from luongviec.engine.expressions.scope import EventFacts, ScopedRecord, holders_in, plain_value, scope_for
from luongviec.engine.expressions.views import Reading
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import Input, InputKind
from luongviec.engine.world import Actor, Holder, HolderKind
from tests.engine.random_workspaces import worlds
from tests.engine.worlds import (
    CATEGORIES,
    Office,
    definition,
    desk,
    matrix,
    module,
    office,
    statuses,
    workspace_of,
)


@pytest.fixture
def place() -> Office:
    """An office of cases with every type of field, parts, and a limit that units may set."""
    return office(
        workspace_of(
            CATEGORIES,
            desk(),
            definition(
                "parameters",
                "parameters",
                {"limit": {"type": "number", "default": 5, "scope": "unit", "label": "Giới hạn"}},
            ),
            module(
                home="place",
                owner={"module": "case", "optional": True},
                fields={
                    "name": {"type": "text", "label": "Tên"},
                    "amount": {"type": "number", "label": "Số"},
                    "due_at": {"type": "datetime", "index": True, "label": "Hạn"},
                    "kind": {
                        "type": "choice",
                        "label": "Loại",
                        "options": {"big": {"label": {"vi": "Lớn", "en": "Big"}}, "small": {"label": "Nhỏ"}},
                    },
                    "helper": {"type": "user", "label": "Giúp"},
                    "near": {"type": "record", "of": "case", "label": "Gần"},
                    "files": {"type": "files", "label": "Tệp"},
                },
                roles={
                    "worker": {"label": "Làm"},
                    "place": {"of": "unit", "side": "desk", "label": "Đơn vị"},
                },
                relations={"parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"}},
                buckets={
                    "due": {
                        "over": "due_at",
                        "parts": {"late": {"label": "Trễ", "when": "record.due_at < now"}},
                    }
                },
            ),
            statuses(names=("open", "held", "done")),
            matrix(),
        )
    )


def value(place: Office, written: str, record: int | None, **around: object) -> object:
    """Evaluate an expression over a record, as a plain value."""
    state = None if record is None else place.record(record)
    scope = scope_for(place.world, state, **around)  # type: ignore[arg-type]
    return plain_value(parse_expression(written, Context.GUARD).evaluate(scope))


def case(place: Office, **words: object) -> int:
    """Add a case."""
    return place.world.add_record("case", **words)  # type: ignore[arg-type]


def test_fields_read_as_what_they_mean(place: Office) -> None:
    near = case(place, values={"name": "Kia"})
    one = case(place, values={"kind": "big", "helper": place.binh, "near": near, "files": (4, 5)})
    assert value(place, "record.kind == 'big'", one) is True
    assert value(place, "record.kind.label ~ '/' ~ record.helper.name ~ '/' ~ record.near.name", one) == (
        "Lớn/Trần Thị Bình/Kia"
    )
    assert value(place, "record.helper", one) == place.binh
    assert value(place, "record.near", one) == near
    assert value(place, "record.files", one) == (4, 5)
    assert value(place, "record.amount", one) is None


def test_nothing_is_false_and_reads_on(place: Office) -> None:
    one = case(place)
    assert value(place, "record.near.near.name", one) is None
    assert value(place, "record.amount > 1", one) is False
    assert value(place, "record.helper == actor", one, actor=Actor(place.an)) is False


def test_roles_compare_by_membership(place: Office) -> None:
    one = case(place, roles={"worker": [place.an, place.binh]})
    for actor, among in ((place.an, True), (place.chi, False)):
        assert value(place, "record.worker == actor", one, actor=Actor(actor)) is among
        assert value(place, "actor in record.worker", one, actor=Actor(actor)) is among
        assert value(place, "holds(actor, 'worker')", one, actor=Actor(actor)) is among
    assert value(place, "record.worker", one) == (place.an, place.binh)


def test_status_owner_home_and_parameters(place: Office) -> None:
    place.world.set_parameter("limit", 9, unit=place.department)
    owner = case(place, roles={"place": place.division}, values={"name": "Mẹ"})
    child = case(place, owner=owner, relation="parts", status="done")
    assert value(place, "status.code ~ status.category ~ status.final", child) == "doneendedCó"
    assert value(place, "owner.name ~ owner.status.code", child) == "Mẹopen"
    assert value(place, "home.code", child) == "PTC"
    assert value(place, "home.parent.code", child) == "SNV"
    assert value(place, "parameters.limit", child) == 9
    assert value(place, "parameters.limit", case(place)) == 5
    assert value(place, "record.whole.name", child) == "Mẹ"


def test_now_and_today_are_those_of_the_installation(place: Office) -> None:
    place.world.at(datetime(2026, 3, 1, 18, tzinfo=UTC))  # already the second in Vietnam
    assert value(place, "today", None) == date(2026, 3, 2)
    assert value(place, "now", None) == datetime(2026, 3, 1, 18, tzinfo=UTC)


def test_counting_children(place: Office) -> None:
    owner = case(place)
    case(place, owner=owner, relation="parts", values={"amount": 2}, created_by=place.an)
    case(place, owner=owner, relation="parts", status="done", values={"amount": 3, "kind": "big"})
    gone = case(place, owner=owner, relation="parts")
    place.world.change(gone, deleted_at=place.world.now)
    assert value(place, "count('parts')", owner) == 2
    assert value(place, "count('parts', open=true)", owner) == 1
    assert value(place, "count('parts', status='done', kind='big')", owner) == 1
    assert value(place, "count('parts', category='working')", owner) == 1
    assert value(place, "count('parts', by=actor)", owner, actor=Actor(place.an)) == 1
    assert value(place, "sum('parts', 'amount')", owner) == 5
    assert value(place, "latest('parts').amount", owner) == 3
    assert value(place, "latest('parts', status='held').amount", owner) is None
    assert value(place, "count('parts', of=owner)", None, owner=place.record(owner)) == 2


def test_people_chains_managers_and_receipts(place: Office) -> None:
    one = case(place, roles={"worker": place.binh, "place": place.division})
    place.world.hand_over(one, "worker", place.an, place.chi)
    place.world.hand_over(one, "worker", place.chi, place.binh)
    place.world.open(one, place.an)
    place.world.open(one, place.binh, "files")
    assert value(place, "people('worker')", one) == (place.binh,)
    assert value(place, "chain('worker')", one) == (place.an, place.chi, place.binh)
    assert value(place, "manager(record.worker)", one) == (place.an,)
    assert value(place, "opened(actor)", one, actor=Actor(place.an)) is True
    assert value(place, "opened(actor)", one, actor=Actor(place.binh)) is False
    assert value(place, "opened_file('files', actor)", one, actor=Actor(place.binh)) is True
    assert value(place, "within(record.place, home)", one) is True
    assert value(place, "within(record.place, record.place)", one) is True


def test_time_in_statuses(place: Office) -> None:
    one = case(place)
    place.world.pass_time(timedelta(days=2))
    place.world.change(one, status="held")
    place.world.visits[one].append(("held", place.world.now))
    place.world.pass_time(timedelta(days=1))
    assert value(place, "time_in('open')", one) == timedelta(days=2)
    assert value(place, "now - entered('held')", one) == timedelta(days=1)
    assert value(place, "entered('done')", one) is None


@pytest.mark.requirement("M-89")
def test_clashes_count_open_records_that_overlap(place: Office) -> None:
    day = datetime(2026, 3, 9, tzinfo=UTC)
    first = case(place, values={"helper": place.an, "due_at": day, "amount": 1})
    assert value(place, "clashes('helper', 'due_at', 'due_at')", first) == 0
    span = {"due_at": day, "amount": 1}
    assert place.world.clashing(place.record(first), "helper", day, day, "due_at", "due_at") == 0
    case(place, values={"helper": place.an, **span})
    assert (
        place.world.clashing(
            place.record(first), "helper", day - timedelta(1), day + timedelta(1), "due_at", "due_at"
        )
        == 1
    )


@pytest.mark.parametrize(
    ("due", "status", "late"),
    [(-1, "open", True), (1, "open", False), (-1, "done", False), (None, "open", False)],
)
def test_lateness_is_of_open_records(place: Office, due: int | None, status: str, late: bool) -> None:
    due_at = None if due is None else place.world.now + timedelta(days=due)
    one = case(place, status=status, values={"due_at": due_at})
    assert value(place, "record.is_late", one) is late


def test_input_is_typed_by_the_action(place: Office) -> None:
    field = place.world.workspace.modules["case"].fields["helper"]
    asked = Input("to", InputKind.OWN, field)
    action = place.world.workspace.modules["case"].actions["edit"]
    from dataclasses import replace

    scope = scope_for(
        place.world, None, input={"to": place.chi, "reason": "vì"}, action=replace(action, input=(asked,))
    )
    assert parse_expression("input.to.name", Context.GUARD).evaluate(scope) == "Lê Minh Chi"
    assert parse_expression("input.reason", Context.GUARD).evaluate(scope) == "vì"
    assert parse_expression("input.missing", Context.GUARD).evaluate(scope) is None


def test_rows_events_and_what_was_made(place: Office) -> None:
    made = case(place, values={"name": "Mới"})
    around: dict[str, object] = {
        "row": {"who": place.an, "n": 2},
        "made": {"part": made},
        "event": EventFacts(
            "joined.worker", Actor(place.binh), data={"fields": ("name",)}, people=(place.chi,)
        ),
        "source": place.record(made),
    }
    one = case(place, roles={"worker": place.chi})
    assert value(place, "row.n", one, **around) == 2
    assert value(place, "made.part.name", one, **around) == "Mới"
    assert value(place, "'name' in event.data.fields", one, **around) is True
    assert value(place, "record.worker in event.people", one, **around) is True
    assert value(place, "event.actor.name", one, **around) == "Trần Thị Bình"
    assert value(place, "source.name", one, **around) == "Mới"


def test_after_reads_another_world(place: Office) -> None:
    one = case(place, values={"amount": 1})
    later = place.world.copied()
    later.change(one, values={"amount": 7})
    after = ScopedRecord(Reading(later), later.records[one])
    assert value(place, "after.amount - record.amount", one, after=after) == 6
    assert value(place, "after.amount", None, after=later.records[one]) == 7


def test_a_scope_asks_nothing_that_is_not_read(place: Office) -> None:
    one = case(place)
    place.world.records[one] = place.record(one)
    scope = scope_for(place.world, place.record(one), actor=Actor(999), owner=None)
    assert parse_expression("1 + 1", Context.GUARD).evaluate(scope) == 2
    with pytest.raises(KeyError):
        scope["nonsense"]
    assert scope.get("nonsense") is None


def test_templates_print_in_a_language(place: Office) -> None:
    one = case(place, values={"kind": "big", "helper": place.an}, roles={"worker": [place.an, place.binh]})
    template = parse_template("{{ record.kind }}: {{ record.worker | join }} ({{ status }})", Context.MESSAGE)
    scope = scope_for(place.world, place.record(one), language="en")
    assert template.render(scope) == "Big: Nguyễn Văn An, Trần Thị Bình (open)"


def test_the_way_back_to_holders(place: Office) -> None:
    one = case(place, roles={"worker": [place.an, place.binh], "place": place.division})
    view = ScopedRecord(Reading(place.world), place.record(one))
    assert holders_in(view.read("worker"), HolderKind.USER) == (
        Holder(HolderKind.USER, place.an),
        Holder(HolderKind.USER, place.binh),
    )
    assert holders_in(view.read("place"), HolderKind.USER) == ()
    assert holders_in((place.an, place.an), HolderKind.USER) == (Holder(HolderKind.USER, place.an),)


SET_FORMS = (
    "record.amount > 1",
    "not (record.amount > 1)",
    "record.amount == 2 or record.name == 'hai'",
    "status.final",
    "not status.final and record.due_at < now",
    "status.code in ['drafted', 'running']",
    "record.worker == viewer",
    "not (record.worker == viewer)",
    "record.due_at is none",
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_set_form_and_expression_agree(world: MemoryWorld) -> None:
    for record in world.records.values():
        for viewer in world.people:
            for source in SET_FORMS:
                expression = parse_expression(source, Context.SET)
                scope = scope_for(world, record, viewer=viewer)
                assert holds_in_set(world, expression, record, scope) is expression.holds(scope), source
