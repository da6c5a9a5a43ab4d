"""Accounts as administrators handle them, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts, directory
from luongviec.services.accounts import SignInRefused, hash_password
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.rights import groups
from luongviec.services.units import making as units
from luongviec.services.units.administrators import set_administrators
from luongviec.services.users import changes as user_changes
from luongviec.services.users import first_passwords
from luongviec.services.users import list as user_list
from luongviec.services.users import pages as user_pages
from luongviec.services.users import states as account_states
from luongviec.services.users.changes import StaleAccount, UserChange
from luongviec.services.users.data import UserData
from luongviec.services.users.list import UserQuestion, UserSort, UserState
from luongviec.services.users.making import NewUser, create_user, create_users
from luongviec.services.users.posts import Post
from luongviec.services.users.states import OpenRecords
from luongviec.store.models import AuditEntry, Setting, Unit, User
from tests.services.house import PASSWORD, House

_numbers = count(1)
HASH = hash_password(PASSWORD)


@pytest.fixture
def town_admin(house: House) -> Actor:
    """Somebody who administers everything."""
    return house.actor("admin")


@pytest.fixture
def branch_admin(house: House) -> Iterator[Actor]:
    """Somebody who administers the people of `works` and below, and nobody else."""
    user_id = made(house, "works", "head", "Quản trị nhánh")
    version = unit_version(house, "works")
    set_administrators(
        house.platform, SYSTEM, house.units["works"], {user_id: frozenset({"admin.users"})}, version=version
    )
    yield Actor(user_id)
    set_administrators(house.platform, SYSTEM, house.units["works"], {}, version=unit_version(house, "works"))


def unit_version(house: House, unit: str) -> int:
    with house.platform.reading() as work:
        return work.session.get_one(Unit, house.units[unit]).version


def post(house: House, unit: str, slot: str = "staff", title: str = "") -> Post:
    return Post(house.units[unit], "office", slot, title)


def made(house: House, unit: str | None = "works", slot: str = "staff", name: str = "Ngô Văn Thử") -> int:
    """Make somebody who can sign in."""
    user_name = f"thu{next(_numbers)}"
    posts = () if unit is None else (post(house, unit, slot),)
    new = NewUser(user_name, name, password_hash=HASH, posts=posts, email=f"{user_name}@thu.example")
    return create_user(house.platform, SYSTEM, new)


def state(house: House, user_id: int) -> tuple[int, UserChange]:
    return user_pages.account_form(house.platform, SYSTEM, user_id)


def row(house: House, user_id: int) -> User:
    with house.platform.reading() as work:
        return work.session.get_one(User, user_id)


def faults(caught: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {path: " ".join(text.vi for text in texts) for path, texts in caught.value.errors.items()}


def journal(house: House, user_id: int) -> list[AuditEntry]:
    with house.platform.reading() as work:
        about = select(AuditEntry).where(
            AuditEntry.subject_kind == "user", AuditEntry.subject_id == str(user_id)
        )
        return list(work.session.scalars(about.order_by(AuditEntry.id)))


# --- Making and editing -----------------------------------------------------------------------------


@pytest.mark.requirement("U-20", "U-33", "U-36")
def test_an_account_is_made_with_posts_and_a_manager(house: House, town_admin: Actor) -> None:
    new = NewUser(
        "", "Nguyễn Thị Thu Hà", email="ThuHa@So.Example", phone="0912 345 678",
        identity_number="079203001234", manager_ids=(house.users["head"],),
        posts=(post(house, "road", "head", "Tổ trưởng"), post(house, "works")),
    )  # fmt: skip
    user_id = create_user(house.platform, town_admin, new)
    kept = row(house, user_id)
    assert (kept.user_name, kept.email, kept.phone) == ("hantt", "ThuHa@so.example", "+84912345678")
    assert kept.post == "Tổ trưởng, Tổ Cầu đường"
    assert state(house, user_id)[1].manager_ids == (house.users["head"],)
    assert [one[0] for one in state(house, user_id)[1].posts] == [house.units["road"], house.units["works"]]
    entry = journal(house, user_id)[0]
    assert (entry.action, entry.actor_id) == ("user.created", town_admin.user_id)
    assert entry.after["identity_number"] == "•••••••••234"


@pytest.mark.requirement("A-05")
def test_the_installation_chooses_the_rule_of_user_names(house: House, town_admin: Actor) -> None:
    with house.platform.transaction() as work:
        setting = Setting(kind="parameter", subject="platform.user_name_rule", value="identity_number")
        work.session.add(setting)
        organisation_changed(work)
    try:
        new = NewUser("", "Võ Thị Sáu", identity_number="079203009999")
        assert row(house, create_user(house.platform, town_admin, new)).user_name == "079203009999"
    finally:
        with house.platform.transaction() as work:
            work.session.delete(work.session.get_one(Setting, setting.id))
            organisation_changed(work)


@pytest.mark.requirement("U-25")
def test_what_clashes_is_named_with_its_owner(house: House, town_admin: Actor) -> None:
    known = NewUser("trung.lap", "Lê Trùng", email="trung@thu.example", identity_number="111222333")
    create_user(house.platform, town_admin, known)
    again = NewUser("Trung.Lap", "Lê Khác", email="TRUNG@thu.example", identity_number="111 222 333")
    with pytest.raises(InvalidInput) as caught:
        create_user(house.platform, town_admin, again)
    assert set(faults(caught)) == {"user_name", "email", "identity_number"}
    assert all("Lê Trùng" in text for text in faults(caught).values())


@pytest.mark.requirement("U-25")
def test_a_batch_is_made_whole_or_not_at_all(house: House, town_admin: Actor) -> None:
    batch = [NewUser("lo.mot", "Một"), NewUser("lo.hai", "Hai", email="hong"), NewUser("lo.mot", "Ba")]
    with pytest.raises(InvalidInput) as caught:
        create_users(house.platform, town_admin, batch)
    assert set(faults(caught)) == {"1.email", "2.user_name"}
    assert user_list.list_accounts(house.platform, town_admin, UserQuestion("lo.mot")).total == 0


@pytest.mark.requirement("U-20")
def test_empty_user_names_of_a_batch_differ(house: House, town_admin: Actor) -> None:
    batch = [NewUser("", "Hoàng Văn Bách") for _ in range(3)]
    ids = create_users(house.platform, town_admin, batch)
    assert [row(house, one).user_name for one in ids] == ["bachhv", "bachhv2", "bachhv3"]


@pytest.mark.requirement("U-21", "U-36")
def test_an_edit_writes_all_of_the_form_and_its_journal(house: House, town_admin: Actor) -> None:
    user_id = made(house)
    version, now = state(house, user_id)
    wanted = UserChange(replace(now.data, name="Ngô Văn Mới"), (post(house, "health", title="Bác sĩ"),), ())
    user_changes.change_user(house.platform, town_admin, user_id, version, wanted)
    assert row(house, user_id).post == "Bác sĩ, Phòng Y tế"
    assert row(house, user_id).version == version + 1
    entry = journal(house, user_id)[-1]
    assert entry.action == "user.changed"
    assert entry.before == {"name": "Ngô Văn Thử", "posts": ["Cán bộ, Phòng Xây dựng"]}
    assert entry.after == {"name": "Ngô Văn Mới", "posts": ["Bác sĩ, Phòng Y tế"]}


@pytest.mark.requirement("U-21")
def test_a_stale_form_is_told_what_came_before_it(house: House, town_admin: Actor) -> None:
    user_id = made(house)
    version, now = state(house, user_id)
    first = replace(now, data=replace(now.data, name="Tên một"))
    user_changes.change_user(house.platform, town_admin, user_id, version, first)
    second = replace(now, data=replace(now.data, name="Tên hai"))
    with pytest.raises(StaleAccount) as caught:
        user_changes.change_user(house.platform, town_admin, user_id, version, second)
    assert (caught.value.version, caught.value.who) == (version + 1, "Quản trị")
    assert caught.value.now.data.name == "Tên một"
    assert row(house, user_id).name == "Tên một"
    user_changes.change_user(house.platform, town_admin, user_id, caught.value.version, second)


@pytest.mark.requirement("U-33")
def test_posts_must_be_where_people_can_work(house: House, town_admin: Actor) -> None:
    wrong = [
        Post(house.units["empty"], "office", "staff"),  # carries no such side
        Post(house.units["works"], "executing", "head"),  # is no post
        Post(10**6, "office", "staff"),
        post(house, "works"),
        post(house, "works"),
        replace_title(post(house, "road"), "x" * 201),
    ]
    with pytest.raises(InvalidInput) as caught:
        create_user(house.platform, town_admin, NewUser("vi.tri", "Ai", posts=tuple(wrong)))
    assert set(faults(caught)) == {
        "posts.0.unit", "posts.1.slot", "posts.2.unit", "posts.4.unit", "posts.5.title",
    }  # fmt: skip


def replace_title(one: Post, title: str) -> Post:
    return one._replace(title=title)


@pytest.mark.requirement("U-22", "U-31")
def test_managers_are_never_oneself_nor_a_circle(house: House, town_admin: Actor) -> None:
    low, middle, top = (made(house, name=name) for name in ("Dưới", "Giữa", "Trên"))
    for who, manager in ((low, middle), (middle, top)):
        version, _ = state(house, who)
        user_changes.set_direct_managers(house.platform, town_admin, who, version, (manager,))
    for who, manager, told in (
        (top, low, "Trên → Dưới → Giữa → Trên"),
        (top, top, "không thể tự quản lý"),
    ):
        version, _ = state(house, who)
        with pytest.raises(InvalidInput) as caught:
            user_changes.set_direct_managers(house.platform, town_admin, who, version, (manager,))
        assert told in faults(caught)["managers"]
    assert user_pages.user_page(house.platform, town_admin, low).managers[0].name == "Giữa"
    assert [one.name for one in user_pages.user_page(house.platform, town_admin, top).reports] == ["Giữa"]


# --- Off, deleted, back -----------------------------------------------------------------------------


@pytest.mark.requirement("U-23", "U-40", "A-23", "T-133", "U-35")
def test_a_switched_off_account_is_out_at_once(house: House, town_admin: Actor) -> None:
    user_id = made(house, name="Đoàn Sắp Nghỉ")
    name = row(house, user_id).user_name
    secret, _ = accounts.sign_in(house.platform, name, PASSWORD)
    result = account_states.switch_users(house.platform, town_admin, (user_id,), active=False)
    assert result.done == (user_id,)
    assert accounts.session_of(house.platform, secret) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, name, PASSWORD)
    assert not directory.pick_people(house.platform, town_admin, "doan sap nghi").candidates
    account_states.switch_users(house.platform, town_admin, (user_id,), active=True)
    accounts.sign_in(house.platform, name, PASSWORD)
    assert directory.pick_people(house.platform, town_admin, "doan sap nghi").candidates


@pytest.mark.requirement("U-26")
def test_nobody_takes_away_oneself_or_the_last_administrator(house: House, town_admin: Actor) -> None:
    admin = house.users["admin"]
    by_self = account_states.switch_users(house.platform, town_admin, (admin,), active=False)
    assert by_self.done == ()
    assert "chính mình" in by_self.skipped[0].reason.vi
    by_system = account_states.switch_users(house.platform, SYSTEM, (admin,), active=False)
    assert by_system.done == ()
    assert by_system.skipped[0].name == "Quản trị"
    assert row(house, admin).active
    with pytest.raises(InvalidInput):
        account_states.delete_user(house.platform, SYSTEM, admin)
    second = made(house)
    groups.add_to_group(house.platform, SYSTEM, "system_admin", (second,))
    assert account_states.switch_users(house.platform, SYSTEM, (second,), active=False).done == (second,)


@pytest.mark.requirement("U-24", "U-32", "U-43", "A-23")
def test_a_deleted_account_stays_in_history_and_nowhere_else(house: House, town_admin: Actor) -> None:
    user_id = made(house, name="Lâm Đã Xóa")
    groups.add_to_group(house.platform, SYSTEM, "meeting_admin", (user_id,))
    name = row(house, user_id).user_name
    account_states.delete_user(house.platform, town_admin, user_id, reason="Chuyển cơ quan")
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, name, PASSWORD)
    assert not directory.pick_people(house.platform, town_admin, "lam da xoa").candidates
    assert user_list.list_accounts(house.platform, town_admin, UserQuestion("lam da xoa")).total == 0
    deleted = UserQuestion("lam da xoa", state=UserState.DELETED)
    assert user_list.list_accounts(house.platform, town_admin, deleted).total == 1
    page = user_pages.user_page(house.platform, town_admin, user_id)
    assert (page.line.name, page.posts, page.groups) == ("Lâm Đã Xóa", (), ())
    assert journal(house, user_id)[-1].note == "Chuyển cơ quan"
    with pytest.raises(InvalidInput) as caught:
        create_user(house.platform, town_admin, NewUser(name, "Người Mới"))
    assert "đã xóa (Lâm Đã Xóa)" in faults(caught)["user_name"]
    with pytest.raises(NotFound):
        user_changes.change_user(house.platform, town_admin, user_id, 1, UserChange(UserData("aa", "Ai")))


@pytest.mark.requirement("U-43")
def test_a_deleted_account_comes_back_off_and_with_nothing(house: House, town_admin: Actor) -> None:
    user_id = made(house)
    account_states.delete_user(house.platform, town_admin, user_id)
    account_states.restore_user(house.platform, town_admin, user_id)
    page = user_pages.user_page(house.platform, town_admin, user_id)
    assert (page.line.state, page.posts, page.has_password) == (UserState.OFF, (), False)


@pytest.mark.requirement("U-32", "W-46")
def test_open_records_keep_an_account_from_being_deleted(house: House, town_admin: Actor) -> None:
    house.task("Việc còn dở")
    with pytest.raises(OpenRecords) as caught:
        account_states.delete_user(house.platform, town_admin, house.users["contact"])
    assert caught.value.preview.records >= 1
    assert str(caught.value.preview.records) in caught.value.message.vi
    assert row(house, house.users["contact"]).deleted_at is None


# --- Branches ---------------------------------------------------------------------------------------


@pytest.mark.requirement("U-29", "C-83")
def test_a_branch_administrator_sees_only_people_of_the_branch(house: House, branch_admin: Actor) -> None:
    inside, outside = (
        made(house, "road", name="Mai Trong Nhánh"),
        made(house, "health", name="Mai Ngoài Nhánh"),
    )
    page = user_list.list_accounts(house.platform, branch_admin, UserQuestion("mai nhanh"))
    assert [line.id for line in page.lines] == [inside]
    assert page.branch == ("Phòng Xây dựng",)
    user_pages.user_page(house.platform, branch_admin, inside)
    for attempt in (
        lambda: user_pages.user_page(house.platform, branch_admin, outside),
        lambda: account_states.delete_user(house.platform, branch_admin, outside),
        lambda: user_changes.set_direct_managers(house.platform, branch_admin, outside, 1, ()),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert not account_states.switch_users(house.platform, branch_admin, (outside,), active=False).done
    assert row(house, outside).active
    mask = UserQuestion(unit_id=house.units["health"])
    assert user_list.list_accounts(house.platform, branch_admin, mask).total == 0


@pytest.mark.requirement("U-29", "C-83")
def test_a_branch_administrator_makes_only_people_of_the_branch(house: House, branch_admin: Actor) -> None:
    for posts in ((), (post(house, "health"),), (post(house, "road"), post(house, "town"))):
        with pytest.raises((Refused, InvalidInput)):
            create_user(house.platform, branch_admin, NewUser("ngoai.nhanh", "Ai", posts=posts))
    user_id = create_user(
        house.platform, branch_admin, NewUser("", "Tạ Trong Nhánh", posts=(post(house, "road"),))
    )
    version, now = state(house, user_id)
    with pytest.raises(InvalidInput) as caught:
        user_changes.change_user(house.platform, branch_admin, user_id, version, replace(now, posts=()))
    assert "posts" in faults(caught)


@pytest.mark.requirement("U-29")
def test_posts_outside_of_the_branch_stay_as_they_are(house: House, branch_admin: Actor) -> None:
    new = NewUser(
        "hai.noi", "Hai Nơi", posts=(post(house, "health", title="Trưởng trạm"), post(house, "road"))
    )
    user_id = create_user(house.platform, SYSTEM, new)
    version, now = state(house, user_id)
    wanted = replace(now, posts=(post(house, "works", title="Thợ cả"),))
    user_changes.change_user(house.platform, branch_admin, user_id, version, wanted)
    _, after = state(house, user_id)
    assert after.posts == (post(house, "health", title="Trưởng trạm"), post(house, "works", title="Thợ cả"))
    assert row(house, user_id).post == "Trưởng trạm, Phòng Y tế"


@pytest.mark.requirement("U-29")
def test_who_also_works_elsewhere_is_no_branch_administrators_as_a_whole(
    house: House, branch_admin: Actor
) -> None:
    new = NewUser("hai.chon", "Hai Chốn", posts=(post(house, "road"), post(house, "health")))
    user_id = create_user(house.platform, SYSTEM, new)
    version, now = state(house, user_id)
    stolen = replace(now, data=replace(now.data, email="ke.khac@thu.example"))
    with pytest.raises(InvalidInput) as caught:
        user_changes.change_user(house.platform, branch_admin, user_id, version, stolen)
    assert list(faults(caught)) == ["email"]
    with pytest.raises(Refused, match="Phòng Y tế"):
        account_states.delete_user(house.platform, branch_admin, user_id)
    result = account_states.switch_users(house.platform, branch_admin, (user_id,), active=False)
    assert (result.done, [one.name for one in result.skipped]) == ((), ["Hai Chốn"])
    assert not first_passwords.foresee(house.platform, branch_admin, (user_id,)).ids


@pytest.mark.requirement("U-21")
def test_a_form_is_stale_when_the_unit_page_changed_the_posts(house: House, town_admin: Actor) -> None:
    user_id = made(house)
    version, now = state(house, user_id)
    units.fill_slot(house.platform, SYSTEM, house.units["road"], "office", "head", (user_id,))
    with pytest.raises(StaleAccount) as caught:
        user_changes.change_user(house.platform, town_admin, user_id, version, now)
    assert len(caught.value.now.posts) == 2


@pytest.mark.requirement("U-25", "U-29")
def test_a_clash_with_somebody_elsewhere_names_nobody(house: House, branch_admin: Actor) -> None:
    create_user(house.platform, SYSTEM, NewUser("bi.mat", "Người Bí Mật", posts=(post(house, "health"),)))
    with pytest.raises(InvalidInput) as caught:
        create_user(house.platform, branch_admin, NewUser("bi.mat", "Ai", posts=(post(house, "road"),)))
    assert "Bí Mật" not in faults(caught)["user_name"]


@pytest.mark.requirement("U-29")
def test_nobody_changes_the_account_of_who_administers_more(house: House, branch_admin: Actor) -> None:
    chief = made(house, "road", name="Chủ Quản Trị")
    groups.add_to_group(house.platform, SYSTEM, "system_admin", (chief,))
    version, now = state(house, chief)
    for attempt in (
        lambda: user_changes.change_user(house.platform, branch_admin, chief, version, now),
        lambda: account_states.delete_user(house.platform, branch_admin, chief),
    ):
        with pytest.raises(Refused, match=r"admin\.groups"):
            attempt()
    assert not account_states.switch_users(house.platform, branch_admin, (chief,), active=False).done
    assert "admin.groups" in user_pages.user_page(house.platform, branch_admin, chief).more


@pytest.mark.requirement("U-19")
def test_who_administers_nobody_is_refused(house: House) -> None:
    officer = house.actor("officer")
    for attempt in (
        lambda: user_list.list_accounts(house.platform, officer, UserQuestion()),
        lambda: user_pages.user_page(house.platform, officer, house.users["head"]),
        lambda: account_states.switch_users(house.platform, officer, (house.users["head"],), active=False),
        lambda: create_user(house.platform, officer, NewUser("aa", "Ai", posts=(post(house, "works"),))),
    ):
        with pytest.raises(Refused):
            attempt()


# --- The list ---------------------------------------------------------------------------------------


@pytest.mark.requirement("U-19", "U-38")
def test_the_list_is_searched_filtered_sorted_and_counted(house: House, town_admin: Actor) -> None:
    people = [
        NewUser("", "Ưng Ấn", posts=(post(house, "road"),), identity_number="079203005555"),
        NewUser("", "Ưng Ân", posts=(post(house, "works"),), email="un.g_a@thu.example"),
        NewUser("", "Ưng An", posts=(post(house, "health"),)),
    ]
    ids = create_users(house.platform, town_admin, people)

    def asked(**differences: object) -> list[int]:
        page = user_list.list_accounts(house.platform, town_admin, UserQuestion(**differences))  # type: ignore[arg-type]
        assert page.total == len(page.lines)
        return [line.id for line in page.lines]

    assert asked(words="ung an") == [ids[2], ids[1], ids[0]]  # An, Ân, Ấn: the dictionary's order
    assert asked(words="UNG ÂN", descending=True) == [ids[0], ids[1], ids[2]]
    assert asked(words="079203005555") == [ids[0]]
    assert asked(words="07920300555") == []  # a part of an identity number finds nobody
    assert asked(words="un.g_a@") == [ids[1]]
    assert asked(words="u%g_a@") == []  # no pattern
    assert asked(words="ung an", unit_id=house.units["works"]) == [ids[1], ids[0]]
    account_states.switch_users(house.platform, town_admin, (ids[2],), active=False)
    assert asked(words="ung an", state=UserState.OFF) == [ids[2]]
    assert asked(words="ung an", state=UserState.NEVER) == [ids[1], ids[0]]
    assert asked(words="ung an", sort=UserSort.USER_NAME) == [ids[0], ids[1], ids[2]]
    masked = user_list.list_accounts(house.platform, town_admin, UserQuestion("079203005555")).lines[0]
    assert masked.identity_number.endswith("555")
    assert "079" not in masked.identity_number


@pytest.mark.requirement("U-38")
def test_the_list_names_the_locked(house: House, town_admin: Actor) -> None:
    user_id = made(house)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, row(house, user_id).user_name, "sai-mat-khau")
        house.clock.pass_by(seconds=1)
    question = UserQuestion(row(house, user_id).user_name, state=UserState.LOCKED)
    assert [one.state for one in user_list.list_accounts(house.platform, town_admin, question).lines] == [
        UserState.LOCKED
    ]


@pytest.mark.requirement("U-38")
def test_a_page_of_the_list_takes_few_statements(house: House, town_admin: Actor) -> None:
    create_users(house.platform, SYSTEM, [NewUser("", f"Quắc {number}") for number in range(60)])
    user_list.list_accounts(house.platform, town_admin, UserQuestion("quac"))  # reads the organisation
    with house.statements() as few:
        page = user_list.list_accounts(house.platform, town_admin, UserQuestion("quac"))
    assert (len(page.lines), page.total) == (50, 60)
    assert len(few) <= 8
    second = user_list.list_accounts(house.platform, town_admin, UserQuestion("quac", page=2))
    assert len(second.lines) == 10
    assert not {one.id for one in page.lines} & {one.id for one in second.lines}


@pytest.mark.requirement("U-38")
def test_columns_are_kept_for_the_next_time(house: House, town_admin: Actor) -> None:
    user_list.choose_columns(house.platform, town_admin, ["phone", "post"])
    assert user_list.list_accounts(house.platform, town_admin, UserQuestion()).columns == ("post", "phone")
    with pytest.raises(InvalidInput):
        user_list.choose_columns(house.platform, town_admin, ["password_hash"])
