"""What a new password must be: every fault at once, nothing that is guessed first, none of the last ones."""

from __future__ import annotations

from itertools import pairwise

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.services import accounts
from luongviec.services.accounts import KnownAbout, PasswordPolicy, TooManyAttempts, password_faults
from tests.services.house import PASSWORD, House
from tests.services.signing import actor_named, lines, make_account, parameters

ABOUT = KnownAbout("ha.ntt", "Nguyễn Thị Thu Hà", "001203004567", "+84912345678")
NEW = "rừng thông chiều nay"


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "0987654321", "qwertyuiop", "Password2026", "aaaaaaaaaaaa", "abababababab",
        "matkhau123456", "Mật-Khẩu-2026", "anhyeuem2026", "VietNam@123456", "hochiminh1975", "ubnd123456789",
        "UyBanNhanDan2026", "iloveyou!!2024",
    ],
)  # fmt: skip
def test_common_passwords_are_refused_vietnamese_ones_too(password: str) -> None:
    assert password_faults(password)


@pytest.mark.parametrize(
    "password",
    [
        "ha.ntt-mùa-xuân", "nguyen thi thu ha 88", "NguyenThiThuHa!", "x001203004567x", "goi 0912345678 nhe",
    ],
)  # fmt: skip
def test_what_is_known_of_the_person_must_not_stand_in_it(password: str) -> None:
    assert password_faults(password, about=ABOUT)
    assert not password_faults(password, about=KnownAbout("long"))


@pytest.mark.parametrize("password", [NEW, "bốn con mèo tím", "Xe-dap-cu-so-9", "ạạạạ bbbb cccc dddd"])
def test_a_short_sentence_is_enough(password: str) -> None:
    assert password_faults(password, about=ABOUT) == ()


def test_all_faults_are_told_at_once() -> None:
    faults = password_faults("ha.ntt", about=ABOUT, old="ha.ntt", policy=PasswordPolicy(length=12))
    assert len(faults) == 3  # too short, the old one, about the person


@pytest.mark.requirement("A-09", "A-10", "A-12", "A-20")
def test_the_last_passwords_may_not_come_back(house: House) -> None:
    name = make_account(house)
    actor = actor_named(house, name)
    with parameters(house, password_history=2):
        olds = [PASSWORD, NEW, "mặt hồ phẳng lặng", "con đường làng cũ"]
        for old, new in pairwise(olds):
            house.clock.pass_by(seconds=1)
            accounts.change_password(house.platform, actor, old, new, new)
        with pytest.raises(InvalidInput) as caught:
            accounts.change_password(house.platform, actor, olds[-1], olds[-2], olds[-2])
        assert set(caught.value.errors) == {"new"}
        accounts.change_password(house.platform, actor, olds[-1], PASSWORD, PASSWORD)  # older than two
    assert len(lines(house, name, "password_changed")) == 4


def test_the_length_is_a_parameter(house: House) -> None:
    actor = actor_named(house, make_account(house))
    with parameters(house, password_length=24), pytest.raises(InvalidInput) as caught:
        accounts.change_password(house.platform, actor, PASSWORD, NEW, NEW)
    assert "24" in str(caught.value.errors["new"][0].vi)


def test_a_password_that_is_too_old_must_be_replaced(house: House) -> None:
    name = make_account(house)
    with parameters(house, password_days=30):
        assert not accounts.sign_in(house.platform, name, PASSWORD)[1].must_change_password
        house.clock.pass_by(days=31)
        secret, signed_in = accounts.sign_in(house.platform, name, PASSWORD)
        assert signed_in.must_change_password
        accounts.change_password(house.platform, signed_in.actor, PASSWORD, NEW, NEW, keep_session=secret)
        again = accounts.session_of(house.platform, secret)
        assert again is not None
        assert not again.must_change_password


@pytest.mark.requirement("A-20")
def test_guessing_the_old_password_makes_wait(house: House) -> None:
    name = make_account(house)
    actor = actor_named(house, name)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            accounts.change_password(house.platform, actor, "sai", NEW, NEW)
    with pytest.raises(TooManyAttempts):
        accounts.change_password(house.platform, actor, PASSWORD, NEW, NEW)
