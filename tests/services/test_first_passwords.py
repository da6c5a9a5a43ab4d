"""First passwords: random, handed over once, used once, changed at once; sheets read back."""

from __future__ import annotations

from io import BytesIO
from itertools import count

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts
from luongviec.services.accounts import SignInRefused, hash_password
from luongviec.services.rights import groups
from luongviec.services.units.administrators import set_administrators
from luongviec.services.users import states as account_states
from luongviec.services.users.first_passwords import Made, Sheet, Way, foresee, make_first_passwords
from luongviec.services.users.making import NewUser, create_user
from luongviec.services.users.pages import user_page
from luongviec.services.users.posts import Post
from luongviec.services.users.sheets import as_pdf, as_workbook
from luongviec.store.models import AuditEntry, Unit
from tests.services.house import PASSWORD, House

ZONE = "Asia/Ho_Chi_Minh"
NEW = "mat-khau-rieng-cua-toi"
_numbers = count(1)
_HASH = hash_password(PASSWORD)


@pytest.fixture
def admin(house: House) -> Actor:
    return house.actor("admin")


def fresh(
    house: House, name: str = "Đặng Thị Mỹ Ưng", *, unit: str = "works", with_password: bool = False,
    email: bool = True,
) -> int:  # fmt: skip
    """Make somebody, as a rule without any password yet."""
    user_name = f"lan.dau{next(_numbers)}"
    return create_user(
        house.platform, SYSTEM,
        NewUser(
            user_name, name, password_hash=_HASH if with_password else None,
            email=f"{user_name}@thu.example" if email else None,
            posts=(Post(house.units[unit], "office", "staff", "Chuyên viên"),),
        ),
    )  # fmt: skip


def sheet_of(made: Made) -> Sheet:
    assert made.sheet is not None
    return made.sheet


@pytest.mark.requirement("A-06", "A-26", "W-01")
def test_a_sheet_lets_one_person_in_once_to_choose_a_password(house: House, admin: Actor) -> None:
    user_id = fresh(house)
    slip = sheet_of(make_first_passwords(house.platform, admin, (user_id,), Way.SHEET)).slips[0]
    _, signed_in = accounts.sign_in(house.platform, slip.user_name, slip.secret.lower().replace("-", " "))
    assert signed_in.actor.user_id == user_id
    assert signed_in.must_change_password
    accounts.change_password(house.platform, signed_in.actor, slip.secret, NEW, NEW)
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, slip.user_name, slip.secret)
    assert not accounts.sign_in(house.platform, slip.user_name, NEW)[1].must_change_password


@pytest.mark.requirement("A-06", "W-01")
def test_nothing_of_a_person_is_in_a_password_and_no_two_are_alike(house: House, admin: Actor) -> None:
    ids = [fresh(house, "Cùng Một Tên") for _ in range(5)]
    slips = sheet_of(make_first_passwords(house.platform, admin, ids, Way.SHEET)).slips
    again = sheet_of(make_first_passwords(house.platform, admin, ids, Way.SHEET)).slips
    secrets = [one.secret for one in (*slips, *again)]
    assert len(set(secrets)) == 10
    assert len({one[:4] for one in secrets}) > 1
    assert all(len(one.replace("-", "")) >= 16 for one in secrets)


@pytest.mark.requirement("W-01", "U-39")
def test_a_new_one_ends_the_old_the_password_and_the_sessions(house: House, admin: Actor) -> None:
    user_id = fresh(house, with_password=True)
    first = sheet_of(make_first_passwords(house.platform, admin, (user_id,), Way.SHEET)).slips[0]
    secret, _ = accounts.sign_in(house.platform, first.user_name, first.secret)
    second = sheet_of(make_first_passwords(house.platform, admin, (user_id,), Way.SHEET)).slips[0]
    assert accounts.session_of(house.platform, secret) is None
    for wrong in (PASSWORD, first.secret):
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, first.user_name, wrong)
    accounts.sign_in(house.platform, first.user_name, second.secret)


@pytest.mark.requirement("W-01")
def test_a_first_password_expires(house: House, admin: Actor) -> None:
    user_id = fresh(house)
    sheet = sheet_of(make_first_passwords(house.platform, admin, (user_id,), Way.SHEET))
    assert (sheet.expires_at - house.clock.now).days == 7
    assert user_page(house.platform, admin, user_id).waiting[0].expires_at == sheet.expires_at
    house.clock.pass_by(days=7, seconds=1)
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, sheet.slips[0].user_name, sheet.slips[0].secret)
    assert user_page(house.platform, admin, user_id).waiting == ()


@pytest.mark.requirement("W-01", "U-39")
def test_a_link_goes_by_mail_and_is_told_to_nobody_else(house: House, admin: Actor) -> None:
    with_mail, without = fresh(house), fresh(house, "Không Thư", email=False)
    made = make_first_passwords(house.platform, admin, (with_mail, without), Way.EMAIL)
    assert (made.count, made.sheet, [one.name for one in made.skipped]) == (1, None, ["Không Thư"])
    assert any(job == "send_secret" for job, _ in house.queued)
    with house.platform.reading() as work:
        told = [
            f"{entry.after} {entry.before} {entry.note}"
            for entry in work.session.query(AuditEntry).filter_by(action="user.first_password_made")
        ]
    assert told
    assert all("secret" not in one and "token" not in one for one in told)
    with pytest.raises(InvalidInput):
        make_first_passwords(house.platform, admin, (without,), Way.EMAIL)


@pytest.mark.requirement("W-01")
def test_a_batch_can_leave_out_who_needs_none(house: House, admin: Actor) -> None:
    missing, served = fresh(house, "Còn Thiếu"), fresh(house, "Đã Phát")
    has_one, off = fresh(house, "Có Rồi", with_password=True), fresh(house, "Đã Ngừng")
    make_first_passwords(house.platform, admin, (served,), Way.SHEET)
    account_states.switch_users(house.platform, admin, (off,), active=False)
    ids = (missing, served, has_one, off)
    assert foresee(house.platform, admin, ids, only_missing=True).ids == (missing,)
    whole = foresee(house.platform, admin, ids)
    assert set(whole.ids) == {missing, served, has_one}
    assert whole.with_password == 1
    assert [one.name for one in whole.skipped] == ["Đã Ngừng"]
    made = make_first_passwords(house.platform, admin, ids, Way.SHEET, only_missing=True)
    assert [slip.name for slip in sheet_of(made).slips] == ["Còn Thiếu"]
    with pytest.raises(InvalidInput):
        make_first_passwords(house.platform, admin, ids, Way.SHEET, only_missing=True)


@pytest.mark.requirement("U-29")
def test_a_branch_administrator_makes_none_beyond_the_branch(house: House) -> None:
    head, inside, outside = fresh(house), fresh(house, unit="road"), fresh(house, unit="health")
    chief = fresh(house, "Quản Trị Cả Tỉnh", unit="road")
    groups.add_to_group(house.platform, SYSTEM, "system_admin", (chief,))
    with house.platform.reading() as work:
        version = work.session.get_one(Unit, house.units["works"]).version
    grants = {head: frozenset({"admin.users"})}
    set_administrators(house.platform, SYSTEM, house.units["works"], grants, version=version)
    made = make_first_passwords(house.platform, Actor(head), (inside, outside, chief), Way.SHEET)
    assert made.count == 1
    assert [one.name for one in made.skipped] == ["Quản Trị Cả Tỉnh"]
    with pytest.raises(InvalidInput):
        make_first_passwords(house.platform, Actor(head), (outside,), Way.SHEET)
    with pytest.raises(NotFound):
        user_page(house.platform, Actor(head), outside)
    with pytest.raises(Refused):
        make_first_passwords(house.platform, house.actor("officer"), (inside,), Way.SHEET)


@pytest.mark.requirement("A-06", "W-01")
def test_the_pdf_has_a_slip_for_each_and_vietnamese_is_right(house: House, admin: Actor) -> None:
    ids = [fresh(house, f"Nguyễn Thị Hồng Thắm Ữ Ệ Ợ {number}") for number in range(9)]
    sheet = sheet_of(make_first_passwords(house.platform, admin, ids, Way.SHEET))
    pdf = PdfReader(BytesIO(as_pdf(sheet, ZONE)))
    assert len(pdf.pages) == 2
    text = "\n".join(page.extract_text() for page in pdf.pages)
    for slip in sheet.slips:
        assert slip.secret in text
        assert slip.user_name in text
        assert slip.name in text
    assert "Chuyên viên, Phòng Xây dựng" in text
    assert sheet.address in text
    fonts = pdf.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    own = [one.get_object() for one in fonts if "BeVietnam" in str(one.get_object()["/BaseFont"])]
    assert len(own) >= 2
    assert all("/FontFile2" in one["/FontDescriptor"].get_object() for one in own)


@pytest.mark.requirement("A-06", "W-01")
def test_the_workbook_has_text_only(house: House, admin: Actor) -> None:
    user_id = fresh(house, '=HYPERLINK("http://x","Nguyễn")')
    sheet = sheet_of(make_first_passwords(house.platform, admin, (user_id,), Way.SHEET))
    page = load_workbook(BytesIO(as_workbook(sheet, ZONE, "vi"))).worksheets[0]
    rows = list(page.iter_rows())
    assert [cell.value for cell in rows[1]][:4] == [
        sheet.slips[0].name, "Chuyên viên, Phòng Xây dựng", sheet.slips[0].user_name, sheet.slips[0].secret,
    ]  # fmt: skip
    assert {cell.data_type for row in rows for cell in row} == {"s"}


@pytest.mark.requirement("W-01")
def test_slips_come_unit_by_unit_and_then_by_name(house: House, admin: Actor) -> None:
    wanted = (("Ân", "health"), ("Bé", "works"), ("An", "works"))
    ids = [fresh(house, name, unit=unit) for name, unit in wanted]
    slips = sheet_of(make_first_passwords(house.platform, admin, ids, Way.SHEET)).slips
    assert [one.name for one in slips] == ["An", "Bé", "Ân"]


@pytest.mark.requirement("W-01")
def test_of_too_many_the_first_get_one_and_the_next_time_the_others(
    house: House, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luongviec.services.users.first_passwords.MOST_AT_ONCE", 2)
    ids = [fresh(house, f"Người Thứ {number}") for number in range(3)]
    assert foresee(house.platform, admin, ids, only_missing=True).left == 1
    with pytest.raises(InvalidInput, match="marked"):
        make_first_passwords(house.platform, admin, ids, Way.SHEET)
    names = [
        [slip.name for slip in sheet_of(made).slips]
        for made in (
            make_first_passwords(house.platform, admin, ids, Way.SHEET, only_missing=True) for _ in range(2)
        )
    ]
    assert names == [["Người Thứ 0", "Người Thứ 1"], ["Người Thứ 2"]]
