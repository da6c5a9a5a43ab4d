"""Import and export of units, people, posts and roles: a dry run, all or nothing, nothing by halves."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.exchange import importing
from luongviec.services.exchange.cells import Level, normal
from luongviec.services.exchange.exporting import rows_of
from luongviec.services.exchange.plan import ImportPlan
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.writing import write_csv, write_export
from luongviec.services.units import making as units
from luongviec.services.units.slots import fill_slot
from luongviec.store.models import AuditEntry, BranchGrant, Unit, UnitClosure, UnitName, User
from tests.services.house import House
from tests.services.workbooks import ROLE_HEADS, UNIT_HEADS, organisation, read_back, workbook

STAFF = "Nơi công tác – Cán bộ [office.staff]"
_numbers = itertools.count(1)


@pytest.fixture
def n() -> str:
    """Something that no other test writes: the house is shared."""
    return f"{next(_numbers):03d}"


def plan_of(house: House, content: io.BytesIO, actor: Actor = SYSTEM) -> ImportPlan:
    raw = importing.read_file(house.platform, actor, content, lambda done, total: None)
    return importing.check(house.platform, actor, raw)


def load(house: House, content: io.BytesIO, actor: Actor = SYSTEM) -> ImportPlan:
    raw = importing.read_file(house.platform, actor, content, lambda done, total: None)
    plan = importing.check(house.platform, actor, raw)
    assert said(plan) == []
    return importing.write(house.platform, actor, raw, digest=plan.digest(), note="thu.xlsx")


def said(plan: ImportPlan, level: Level = Level.ERROR) -> list[tuple[str, int, str, str]]:
    """Give the problems as (sheet, row, column, English words)."""
    return [
        (one.sheet.value if one.sheet else "", one.row, one.column, one.text.in_language("en"))
        for one in plan.problems
        if one.level is level
    ]


def places(plan: ImportPlan) -> list[tuple[str, int, str]]:
    return [problem[:3] for problem in said(plan)]


def exported(house: House, actor: Actor = SYSTEM, language: str = "vi") -> bytes:
    with house.platform.reading() as work:
        return write_export(rows_of(work, actor), language)


def counts(plan: ImportPlan) -> dict[str, dict[str, int]]:
    return {code.value: dict(counter) for code, counter in plan.counts.items()}


def unit_named(house: House, code: str) -> Unit:
    with house.platform.reading() as work:
        return work.session.scalars(select(Unit).where(Unit.code == code, Unit.deleted_at.is_(None))).one()


def user_named(house: House, user_name: str) -> User:
    with house.platform.reading() as work:
        return work.session.scalars(select(User).where(User.user_name == user_name)).one()


# --- What an import does ------------------------------------------------------------------------------


@pytest.mark.requirement("U-42", "O-10")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_importing_an_export_changes_nothing(house: House, language: str) -> None:
    plan = plan_of(house, io.BytesIO(exported(house, language=language)))
    assert said(plan) == said(plan, Level.WARNING) == []
    assert not plan.changes_something
    assert set(counts(plan)["people"]) == {"same"}


@pytest.mark.requirement("U-42", "O-10", "O-11")
def test_a_file_makes_units_people_posts_and_roles_at_once(house: House, n: str) -> None:
    before = house.platform.workspaces
    content = organisation(
        # The one below stands before the one above: the order of rows is no matter.
        units=[
            (f"P{n}B", f"S{n}", "Phòng Hai", "division", ""),
            (f"S{n}", "TOWN", f"Sở Thử {n}", "Sở, ban, ngành", ""),
            (f"P{n}A", f"S{n}", "Phòng Một", "[division]", ""),
        ],
        people=[
            (f"an{n}", f"Nguyễn Văn An {n}", f"0010990001{n[1:]}", f"an{n}@town.example", "0912.345.678", ""),
            ("", f"Trần Bình Minh {n}", "", "", "", f"an{n}; chair"),
        ],
        posts=[
            (f"an{n}", f"P{n}B", STAFF, "Chuyên viên", 2),
            (f"an{n}", f"S{n}", "office.head", "Giám đốc", 1),
        ],
        roles=[("WORKS", "[executing.officer]", f"0010990001{n[1:]}")],
    )
    plan = load(house, content)
    made = next(one for one in plan.new_people if one.key != f"an{n}")
    person, second = user_named(house, f"an{n}"), user_named(house, made.key)
    unit = unit_named(house, f"S{n}")
    assert (person.phone, person.post, person.password_hash) == (
        "+84912345678",
        f"Giám đốc, Sở Thử {n}",
        None,
    )
    with house.platform.reading() as work:
        world = work.world
        assert [world.unit(one).name for one in world.units_below(unit.id, deep=False)] == [
            "Phòng Hai",
            "Phòng Một",
        ]
        assert list(world.managers(second.id)) == [person.id, house.users["chair"]]
        held = {(one.unit_id, one.side, one.slot) for one in world.holdings(person.id)}
        assert (house.units["works"], "executing", "officer") in held
        assert (unit.id, "office", "head") in held
        above = work.session.scalars(
            select(UnitClosure.ancestor_id).where(UnitClosure.unit_id == unit_named(house, f"P{n}A").id)
        )
        assert set(above) == {house.units["town"], unit.id, unit_named(house, f"P{n}A").id}
        noted = work.session.execute(
            select(AuditEntry.action, AuditEntry.note).where(
                AuditEntry.subject_kind == "user", AuditEntry.subject_id == str(person.id)
            )
        ).all()
        assert noted == [("user.created", "thu.xlsx")]
    assert before is house.platform.workspaces
    assert not plan_of(house, io.BytesIO(exported(house))).changes_something


@pytest.mark.requirement("U-42")
def test_a_known_row_is_changed_and_what_is_absent_stays(house: House, n: str) -> None:
    load(
        house,
        organisation(
            units=[
                (f"S{n}", "TOWN", f"Sở Cũ {n}", "department", 7),
                (f"C{n}", f"S{n}", "Phòng Con", "division", 1),
            ],
            people=[(f"cu{n}", "Lê Văn Cũ", f"0010990002{n[1:]}", f"cu{n}@town.example", "", "")],
            posts=[(f"cu{n}", f"S{n}", STAFF, "Chuyên viên", 1)],
        ),
    )
    plan = load(
        house,
        organisation(
            units=[(f"s{n}", "", f"Sở Mới {n}", "", ""), (f"C{n}", "TOWN", "", "", 3)],
            # No user name: the identity number tells who is meant. Empty cells leave what is there.
            people=[("", "Lê Văn Mới", f"0010990002{n[1:]}", "", "0252 3822 999", "chair")],
            posts=[(f"cu{n}", f"S{n}", STAFF, "Phó phòng", "")],
        ),
    )
    assert counts(plan) == {"units": {"changed": 2}, "people": {"changed": 1}, "posts": {"changed": 1}}
    unit, child, person = unit_named(house, f"S{n}"), unit_named(house, f"C{n}"), user_named(house, f"cu{n}")
    assert (unit.name, unit.kind, unit.position) == (f"Sở Mới {n}", "department", 6)
    assert (child.parent_id, child.position) == (house.units["town"], 2)
    assert child.path == f"/{house.units['town']}/{child.id}/"
    assert (person.name, person.email, person.phone) == ("Lê Văn Mới", f"cu{n}@town.example", "+842523822999")
    assert person.post == f"Phó phòng, Sở Mới {n}"
    with house.platform.reading() as work:
        former = work.session.scalars(select(UnitName.name).where(UnitName.unit_id == unit.id)).all()
        entry = work.session.scalars(
            select(AuditEntry).where(
                AuditEntry.action == "unit.edited", AuditEntry.subject_id == str(unit.id)
            )
        ).one()
    assert former == [f"Sở Cũ {n}"]
    assert (entry.before["name"], entry.after["name"]) == (f"Sở Cũ {n}", f"Sở Mới {n}")


@pytest.mark.requirement("U-42")
def test_nothing_is_written_where_the_data_changed_since_the_check(house: House, n: str) -> None:
    content = organisation(people=[(f"moi{n}", "Người Mới", "", "", "", "")])
    raw = importing.read_file(house.platform, SYSTEM, content, lambda done, total: None)
    digest = importing.check(house.platform, SYSTEM, raw).digest()
    load(house, organisation(people=[(f"moi{n}", "Người Khác", "", "", "", "")]))
    with pytest.raises(importing.ChangedSince):
        importing.write(house.platform, SYSTEM, raw, digest=digest)
    assert user_named(house, f"moi{n}").name == "Người Khác"


@pytest.mark.requirement("U-42")
def test_an_error_at_the_end_takes_everything_back(house: House, n: str) -> None:
    content = organisation(
        units=[(f"S{n}", "TOWN", f"Sở {n}", "department", "")],
        people=[(f"moi{n}", "Người Mới", "", "", "", "")],
    )
    raw = importing.read_file(house.platform, SYSTEM, content, lambda done, total: None)
    digest = importing.check(house.platform, SYSTEM, raw).digest()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        importing.write(house.platform, SYSTEM, raw, digest=digest, finish=fail)
    with house.platform.reading() as work:
        assert work.session.scalar(select(func.count()).where(Unit.code == f"S{n}")) == 0
        assert work.session.scalar(select(func.count()).where(User.user_name == f"moi{n}")) == 0


def test_branches_change_places(house: House, n: str) -> None:
    """Moves that would cross on the way: one goes below a unit that itself goes elsewhere."""
    load(
        house,
        organisation(
            units=[
                (f"A{n}", "TOWN", f"Khối A {n}", "department", ""),
                (f"B{n}", f"A{n}", f"Khối B {n}", "department", ""),
                (f"C{n}", f"B{n}", f"Khối C {n}", "department", ""),
            ]
        ),
    )
    load(house, organisation(units=[(f"A{n}", f"C{n}", "", "", ""), (f"B{n}", "TOWN", "", "", "")]))
    a, b, c = (unit_named(house, f"{letter}{n}") for letter in "ABC")
    assert a.path == f"/{house.units['town']}/{b.id}/{c.id}/{a.id}/"


@pytest.mark.requirement("U-42")
def test_an_import_asks_the_database_as_often_for_many_as_for_few(house: House, n: str) -> None:
    asked = []
    for count in (20, 200):
        content = organisation(
            units=[(f"K{n}{count}.{i}", "TOWN", f"Đơn vị {i}", "department", "") for i in range(count)],
            people=[(f"k{n}{count}.{i}", "Nhiều Người", "", "", "", "chair") for i in range(count)],
            posts=[(f"k{n}{count}.{i}", f"K{n}{count}.{i}", STAFF, "", "") for i in range(count)],
        )
        with house.statements() as statements:
            load(house, content)
        asked.append(len(statements))
    assert asked[1] <= asked[0] + 5, asked
    assert asked[1] < 90, asked


# --- What is wrong ------------------------------------------------------------------------------------


@pytest.mark.requirement("O-10", "W-22")
def test_every_problem_of_units_is_told_with_its_place(house: House, n: str) -> None:
    plan = plan_of(
        house,
        workbook(
            {
                "Đơn vị": [
                    (*UNIT_HEADS, "Đơn vị giao nhiệm vụ [assigning]", "Đang dùng", "Cột lạ"),
                    (f"A{n}", "NOWHERE", "Phòng Mồ côi", "division", "", "", "", "x"),
                    (f"B{n}", f"C{n}", "Phòng B", "division", ""),
                    (f"C{n}", f"B{n}", "Phòng C", "division", ""),
                    (f"D{n}", f"D{n}", "Phòng D", "division", ""),
                    (f"a{n}", "TOWN", "Phòng Trùng mã", "division", ""),
                    ("", "TOWN", "Phòng Không mã", "division", ""),
                    (f"E{n}", "TOWN", "", "khong-co", "0"),
                    (f"F{n}", "TOWN", "Khối đề mục", "block", "", "Có"),
                    ("WORKS", "ROAD", "", "", ""),
                    ("HEALTH", "", "", "", "", "", "Không"),
                    ("ROAD", "", "", "block", ""),
                    (f"G{n}", "TOWN", "Phong Y tê", "division", "", "có lẽ"),
                    (f"H{n}", "TOWN", "=1+1", "division", ""),
                ]
            }
        ),
    )
    found = {(row, column) for _, row, column, _ in said(plan)}
    assert found == {
        (2, "parent"), (3, "parent"), (4, "parent"), (5, "parent"), (6, "code"), (7, "code"), (8, "name"),
        (8, "kind"), (8, "order"), (9, "side:assigning"), (10, "parent"), (12, "kind"),
        (13, "side:assigning"), (14, "name"),
    }  # fmt: skip
    warned = said(plan, Level.WARNING)
    assert ("units", 1, "", "There is no column “Cột lạ”.") in warned
    assert [one[1] for one in warned if "almost" in one[3]] == [13]
    assert all(one.remedy.vi and one.remedy.en for one in plan.problems)


@pytest.mark.requirement("U-25", "U-33", "U-42")
def test_every_problem_of_people_is_told_with_its_place(house: House, n: str) -> None:
    load(
        house,
        organisation(people=[(f"co{n}", "Người Có", f"0010990003{n[1:]}", f"co{n}@town.example", "", "")]),
    )
    with house.platform.transaction() as work:
        gone = work.session.get_one(User, user_named(house, f"co{n}").id)
        gone.deleted_at, gone.active = work.now, False
    plan = plan_of(
        house,
        organisation(
            people=[
                (f"x{n}", "", "123", "không phải", "12", ""),
                (f"y{n}", "Người Y", f"0010990004{n[1:]}", "", "", "khong.co"),
                (f"z{n}", "Người Z", f"0010990004{n[1:]}", "chair@town.example", "", f"z{n}"),
                (f"y{n}", "Người Y lần nữa", "", "", "", ""),
                (f"co{n}", "Tên của người đã xóa", "", "", "", ""),
                (f"w{n}", "Người W", f"0010990003{n[1:]}", "", "", ""),
                ("Tên Có Dấu", "Người V", "", "", "", ""),
                (f"m{n}", "Quản lý vòng", "", "", "", f"o{n}"),
                (f"o{n}", "Quản lý vòng", "", "", "", f"m{n}"),
                (f"p{n}", "@SUM(A1)", "", "", "", ""),
            ]
        ),
    )
    assert {(row, column) for _, row, column, _ in said(plan)} == {
        (2, "name"), (2, "identity_number"), (2, "email"), (2, "phone"), (3, "managers"),
        (4, "identity_number"), (4, "email"), (4, "managers"), (5, "user_name"), (6, "user_name"),
        (7, "identity_number"), (8, "user_name"),
        (9, "managers"), (10, "managers"), (11, "name"),
    }  # fmt: skip


@pytest.mark.requirement("U-42", "E-14")
def test_every_problem_of_posts_and_roles_is_told_with_its_place(house: House, n: str) -> None:
    load(
        house,
        workbook(
            {
                "Units": [("Unit code", "Code of the unit above", "Unit name", "In use"),
                          (f"OFF{n}", "TOWN", f"Nhà nghỉ {n}", "No")],
                "People": [("User name", "Full name", "In use"), (f"nghi{n}", "Người Nghỉ", "no")],
            }
        ),
    )  # fmt: skip
    plan = plan_of(
        house,
        organisation(
            posts=[
                ("khong.co", "WORKS", STAFF, "", ""),
                ("chair", "NOWHERE", STAFF, "", ""),
                ("chair", "WORKS", "executing.head", "", ""),
                ("chair", "EMPTY", STAFF, "", ""),
                ("chair", f"OFF{n}", STAFF, "", ""),
                (f"nghi{n}", "WORKS", STAFF, "", ""),
                ("planner", "WORKS", STAFF, "", ""),
                ("planner", "WORKS", STAFF, "", ""),
                ("clerk", "WORKS", STAFF, "-2+3", "một"),
                ("clerk", "TOWN", "", "", ""),
            ],
            roles=[("WORKS", "meeting.nobody", "chair"), ("HEALTH", "assigning.head", "chair")],
        ),
    )
    assert set(places(plan)) == {
        ("posts", 2, "person"), ("posts", 3, "unit"), ("posts", 4, "slot"), ("posts", 5, "slot"),
        ("posts", 6, "unit"), ("posts", 7, "person"), ("posts", 9, "person"), ("posts", 10, "title"),
        ("posts", 10, "order"), ("posts", 11, "slot"), ("roles", 2, "slot"), ("roles", 3, "slot"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="errors"), house.platform.transaction() as work:
        importing.apply_plan(work, SYSTEM, plan)


def test_sheets_and_columns_are_found_by_their_titles_in_either_language(house: House, n: str) -> None:
    plan = plan_of(
        house,
        workbook(
            {
                "ghi chú": [("không đọc",)],
                "ROLES": [("user name", "ROLE", "unit code"), ("chair", "executing.officer", "works")],
                "Nguoi dung": [("Họ và tên", "TÊN ĐĂNG NHẬP"), (f"Người {n}", f"ten{n}")],
            }
        ),
    )
    assert said(plan) == []
    assert counts(plan) == {"people": {"new": 1}, "roles": {"new": 1}}


def test_a_sheet_without_its_key_column_is_refused(house: House) -> None:
    plan = plan_of(house, workbook({"Vai trò": [ROLE_HEADS[:2], ("WORKS", "executing.officer")]}))
    assert said(plan) == [("roles", 0, "", "The column “User name” is missing.")]


# --- Whose it is --------------------------------------------------------------------------------------


@pytest.fixture
def branch_admin(house: House, n: str) -> Actor:
    """Somebody who administers units and people of one branch alone (U-29)."""
    load(house, organisation(people=[(f"nhanh{n}", "Quản trị Nhánh", "", "", "", "")]))
    user_id = user_named(house, f"nhanh{n}").id
    with house.platform.transaction() as work:
        for function in ("admin.units", "admin.users"):
            work.session.add(
                BranchGrant(unit_id=house.units["works"], user_id=user_id, function=function, since=work.now)
            )
        from luongviec.services.journal.writing import organisation_changed

        work.session.flush()
        organisation_changed(work)
    return Actor(user_id)


@pytest.mark.requirement("U-29", "C-83", "U-42")
def test_a_branch_administrator_exports_and_changes_his_branch_alone(
    house: House, n: str, branch_admin: Actor
) -> None:
    sheets = read_back(exported(house, branch_admin))
    codes = {row[0] for row in sheets["Đơn vị"][1:]}
    assert {"WORKS", "ROAD"} <= codes
    assert not codes & {"TOWN", "HEALTH", "EMPTY"}
    names = {row[0] for row in sheets["Người dùng"][1:]}
    assert {"head", "officer"} <= names
    assert not names & {"chair", "admin", "other"}
    assert "TOWN" not in str(sheets)
    assert said(plan_of(house, io.BytesIO(exported(house, branch_admin)), branch_admin)) == []
    plan = plan_of(
        house,
        organisation(
            units=[
                ("HEALTH", "", "Tên khác", "", ""), (f"N{n}", "TOWN", "Ngoài nhánh", "division", ""),
                (f"T{n}", "", "Trên cùng", "division", ""), ("WORKS", "", "", "", 9),
                ("ROAD", "HEALTH", "", "", ""), ("WORKS2", "WORKS", "Trong nhánh", "division", ""),
            ],
            people=[("chair", "Tên khác", "", "", "", ""), (f"ai{n}", "Không thuộc đâu", "", "", "", ""),
                    ("officer", "Đặng Hữu Phước", "", "", "0912 345 600", "")],
            posts=[("other", "WORKS", STAFF, "", ""), ("officer", "HEALTH", STAFF, "", ""),
                   ("officer", "ROAD", STAFF, "", "")],
            roles=[("HEALTH", "executing.officer", "officer"), ("ROAD", "executing.officer", "other")],
        ),
        branch_admin,
    )  # fmt: skip
    assert set(places(plan)) == {
        ("units", 2, "code"), ("units", 3, "parent"), ("units", 4, "parent"), ("units", 6, "parent"),
        ("people", 2, "user_name"), ("people", 3, "user_name"), ("posts", 2, "person"), ("posts", 3, "unit"),
        ("roles", 2, "unit"),
    }  # fmt: skip
    unknown = plan_of(house, organisation(roles=[("NOWHERE", "executing.officer", "officer")]), branch_admin)
    foreign = plan_of(house, organisation(roles=[("HEALTH", "executing.officer", "officer")]), branch_admin)
    assert said(unknown)[0][3].replace("NOWHERE", "HEALTH") == said(foreign)[0][3]


@pytest.mark.requirement("C-83")
def test_nobody_gives_more_than_he_holds(house: House, n: str, branch_admin: Actor) -> None:
    """A slot that brings function permissions, and accounts of people who administer more."""
    load(house, organisation(posts=[("admin", "WORKS", STAFF, "", "")]))
    plan = plan_of(
        house, organisation(people=[("admin", "Quản trị", "", "moi@town.example", "", "")]), branch_admin
    )
    assert places(plan) == [("people", 2, "user_name")]


def test_who_administers_nothing_neither_imports_nor_exports(house: House) -> None:
    with pytest.raises(Refused):
        plan_of(house, organisation(), house.actor("chair"))
    with pytest.raises(Refused):
        exported(house, house.actor("chair"))


@pytest.mark.requirement("U-26")
def test_the_last_administrator_cannot_be_switched_off(house: House) -> None:
    content = workbook({"Người dùng": [("Tên đăng nhập", "Đang dùng"), ("admin", "Không")]})
    raw = importing.read_file(house.platform, SYSTEM, content, lambda done, total: None)
    digest = importing.check(house.platform, SYSTEM, raw).digest()
    with pytest.raises(importing.InvalidInput):
        importing.write(house.platform, SYSTEM, raw, digest=digest)
    assert user_named(house, "admin").active


# --- Files --------------------------------------------------------------------------------------------


@pytest.mark.requirement("U-42")
def test_no_cell_of_an_export_is_a_formula(house: House, n: str) -> None:
    with house.platform.transaction() as work:
        for index, name in enumerate(('=HYPERLINK("http://x")', "+1", "-1", "@A1")):
            user = User(
                user_name=f"xau{n}{index}", name=name, name_sort="", name_folded="", created_at=work.now
            )
            work.session.add(user)
    content = exported(house)
    names = {row[1] for row in read_back(content)["Người dùng"]}
    assert {'=HYPERLINK("http://x")', "+1", "-1", "@A1"} <= names
    from openpyxl import load_workbook

    for tab in load_workbook(io.BytesIO(content)).worksheets:
        for row in tab.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value[0] in "=+-@":
                    assert cell.quotePrefix
    assert not plan_of(house, io.BytesIO(content)).changes_something  # as they stand they may stay
    with house.platform.reading() as work:
        sheet, rows = next(part for part in rows_of(work, SYSTEM) if part[0].code is SheetCode.PEOPLE)
        text = write_csv(sheet, rows, "vi").decode("utf-8-sig")
    assert '"\'=HYPERLINK(""http://x"")"' in text
    assert "\n=" not in text
    assert ",=" not in text
    with house.platform.transaction() as work:
        for user in work.session.scalars(select(User).where(User.user_name.startswith(f"xau{n}"))):
            user.name = "Hết xấu"


_word = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Sm"]), min_size=1, max_size=12)
_name = st.lists(_word, min_size=1, max_size=4).map(" ".join)


@pytest.mark.requirement("U-42", "O-11")
@given(
    names=st.lists(_name, min_size=1, max_size=6),
    shape=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    orders=st.lists(st.none() | st.integers(1, 9), min_size=6, max_size=6),
    titles=st.lists(st.none() | _name, min_size=6, max_size=6),
)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_imported_is_exported_and_changes_nothing(
    house: House, names: list[str], shape: list[int], orders: list[int | None], titles: list[str | None]
) -> None:
    """Any tree with any names: it comes back as it went in, and importing it again changes nothing."""
    tag = f"{next(_numbers):04d}"
    units_, posts, people = [], [], []
    for index, name in enumerate(names):
        parent = f"R{tag}" if index == 0 else f"U{tag}{min(shape[index], index - 1)}"
        units_.append((f"U{tag}{index}", parent, name, "division", orders[index] or ""))
        people.append(
            (
                f"u{tag}{index}",
                f"Người {name}",
                "",
                "",
                "",
                f"u{tag}{shape[index]}" if shape[index] < index else "",
            )
        )
        posts.append((f"u{tag}{index}", f"U{tag}{index}", STAFF, titles[index] or "", ""))
    content = organisation(
        units=[(f"R{tag}", "TOWN", f"Gốc {tag}", "department", ""), *units_], people=people, posts=posts
    )
    raw = importing.read_file(house.platform, SYSTEM, content, lambda done, total: None)
    plan = importing.check(house.platform, SYSTEM, raw)
    if plan.errors:  # names that a spreadsheet would run are refused, nothing else is
        assert {one[3] for one in said(plan)} <= {"The cell is a formula or begins with = + - @.",
                                                  "The unit's name is missing."}  # fmt: skip
        return
    importing.write(house.platform, SYSTEM, raw, digest=plan.digest())
    again = plan_of(house, io.BytesIO(exported(house)))
    assert said(again) == []
    assert not again.changes_something
    back = read_back(exported(house))
    shown: Mapping[object, list[object]] = {row[0]: row for row in back["Đơn vị"]}
    for code, parent, name, *_ in units_:
        assert [str(shown[code][1]), normal(str(shown[code][2]))] == [
            parent,
            normal(name),
        ]


def test_unknown_actors_data_is_not_created_by_accident(house: House) -> None:
    """Units made by the tree's own service and by an import are the same to both."""
    unit_id = units.create_unit(house.platform, SYSTEM, "Phòng Của trang", parent_id=house.units["town"],
                                kind="division", sides=("office",))  # fmt: skip
    fill_slot(house.platform, SYSTEM, unit_id, "office", "staff", (house.users["stranger"],))
    plan = plan_of(house, io.BytesIO(exported(house)))
    assert not plan.changes_something
    with pytest.raises(NotFound):
        units.create_unit(house.platform, SYSTEM, "x", parent_id=10**9)
