"""The plain data of an account, and user names by rule: no database is needed to say what is right."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.services.users.data import (
    USER_NAME,
    UserData,
    data_faults,
    is_phone,
    masked_identity_number,
    shown_phone,
    tidy,
    tidy_phone,
)
from luongviec.services.users.names import UserNameRule, base_name, free_name

NAMES = st.text(max_size=80) | st.sampled_from(
    ["Nguyễn Thị Thu Hà", "Đỗ Ánh", "Y Moan Êban", "Trần", " Lê  Đức ", "李明", "O'Neil-Nguyễn", "A", "ß", ""]
)
NUMBERS = st.sampled_from(["079203001234", "024 987 651", "12345", "", "٠٧٩٢٠٣٠٠١٢٣٤"])
EMAILS = st.text(max_size=40) | st.sampled_from(["Ha.Nguyen@so.gov.vn", "a@b", "@x.vn", "..@x.vn", ""])
GOOD = UserData("hantt", "Nguyễn Thị Thu Hà")


@pytest.mark.requirement("A-05", "W-01")
@given(NAMES, NUMBERS, EMAILS, st.sampled_from(UserNameRule), st.sets(st.text("hant234.", max_size=6)))
def test_a_proposed_user_name_is_valid_free_and_always_the_same(
    name: str, number: str, email: str, rule: UserNameRule, taken: set[str]
) -> None:
    base = base_name(rule, name, number, email)
    taken |= {base, f"{base}2"}
    made = free_name(base, taken.__contains__)
    assert made == free_name(base_name(rule, name, number, email), taken.__contains__)
    if base:
        assert USER_NAME.fullmatch(made)
        assert made not in taken
        assert made.startswith(base)
    else:
        assert made == ""


@pytest.mark.requirement("A-05")
@pytest.mark.parametrize(
    ("rule", "made"),
    [
        (UserNameRule.GIVEN_NAME_INITIALS, "hantt"),
        (UserNameRule.GIVEN_NAME_FULL, "ha.nguyenthithu"),
        (UserNameRule.IDENTITY_NUMBER, "079203001234"),
        (UserNameRule.EMAIL, "thuha"),
        (UserNameRule.TYPED, ""),
    ],
)
def test_each_rule_makes_its_user_name(rule: UserNameRule, made: str) -> None:
    assert base_name(rule, "Nguyễn Thị Thu Hà", "079203001234", "ThuHa@so.gov.vn") == made


def test_a_number_is_put_behind_a_taken_name() -> None:
    assert free_name("hantt", {"hantt", "hantt2"}.__contains__) == "hantt3"
    assert free_name("079203001234", {"079203001234"}.__contains__) == "079203001234.2"


@pytest.mark.requirement("U-33")
@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0912 345 678", "+84912345678", "0912 345 678"),
        ("+84 (0) 912.345.678", "+84912345678", "0912 345 678"),
        ("0084912345678", "+84912345678", "0912 345 678"),
        ("84912345678", "+84912345678", "0912 345 678"),
        ("(0252) 3822 999", "+842523822999", "02523 822 999"),
        ("+44 20 7946 0000", "+442079460000", "+442079460000"),
    ],
)
def test_phones_are_kept_in_one_form(typed: str, kept: str, shown: str) -> None:
    assert tidy_phone(typed) == kept
    assert is_phone(kept)
    assert shown_phone(kept) == shown
    assert tidy_phone(shown) == kept


@pytest.mark.parametrize("typed", ["0912 345 67", "12", "số máy lẻ 5", "+84 1", "0612345678", "+0912345678"])
def test_what_is_no_phone_stays_as_typed_and_is_refused(typed: str) -> None:
    assert tidy_phone(typed) == typed
    assert "phone" in data_faults(tidy(replace(GOOD, phone=typed)))


@pytest.mark.requirement("U-33")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "Hà\x00"),
        ("user_name", "hà"),
        ("user_name", "a"),
        ("user_name", "a b"),
        ("identity_number", "12345678"),
        ("identity_number", "07920300123x"),
        ("identity_number", "٠٧٩٢٠٣٠٠١٢٣٤"),
        ("email", "ha"),
        ("email", "ha@so"),
        ("email", "ha@so.gov.vn\nBcc: x@y.vn"),
        ("email", '"ha"@so.gov.vn'),
        ("language", "fr"),
    ],
)
def test_wrong_data_is_named_by_its_field(field: str, value: str) -> None:
    assert list(data_faults(tidy(replace(GOOD, **{field: value})))) == [field]


@pytest.mark.requirement("U-33")
def test_data_are_tidied_before_they_are_kept() -> None:
    typed = UserData(" HanTT ", " Nguyễn  Thu Ha\u0300 ", " 079 203 001 234 ", " Ha@So.GOV.vn ", "0912345678")
    kept = tidy(typed)
    assert kept == UserData("hantt", "Nguyễn Thu Hà", "079203001234", "Ha@so.gov.vn", "+84912345678")
    assert not data_faults(kept)
    assert tidy(kept) == kept


@pytest.mark.requirement("U-33")
def test_an_identity_number_is_masked_but_for_its_end() -> None:
    masked = masked_identity_number("079203001234")
    assert re.fullmatch(r"•{9}234", masked)
    assert masked_identity_number(None) == ""
