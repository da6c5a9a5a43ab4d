"""The plain data of an account: brought into one form, and what is wrong with it (U-33).

Nothing here asks the database, so a form, an import and the command line say the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from luongviec.engine.text import LANGUAGES, Text

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,98}")
IDENTITY_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
EMAIL = re.compile(
    r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z0-9-]{2,63}"
)
LONGEST_NAME = 200
LONGEST_EMAIL = 320

#: Vietnamese numbers after the country's 84: mobile (9 digits) and fixed lines (10 digits).
_VIETNAMESE_PHONE = re.compile(r"[35789][0-9]{8}|2[0-9]{9}")
_FOREIGN_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_PHONE_SIGNS = re.compile(r"[\s.()/-]+")


@dataclass(frozen=True, slots=True)
class UserData:
    """What an administrator writes about a person."""

    user_name: str
    name: str
    identity_number: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "vi"


def tidy(data: UserData) -> UserData:
    """Give the data in the one form in which they are kept; what is wrong stays to be named."""
    return replace(
        data,
        user_name=data.user_name.strip().lower(),
        name=" ".join(unicodedata.normalize("NFC", data.name).split()),
        identity_number=_without_blanks(data.identity_number),
        email=_tidy_email(data.email),
        phone=tidy_phone(data.phone),
    )


def tidy_phone(phone: str | None) -> str | None:
    """Give a phone number as `+84…`, however it was written; one that is none stays as it is.

    >>> tidy_phone("0912.345 678"), tidy_phone("84912345678"), tidy_phone("(0252) 3822 999")
    ('+84912345678', '+84912345678', '+842523822999')
    """
    typed = (phone or "").strip()
    if not typed:
        return None
    digits = _PHONE_SIGNS.sub("", typed)
    international = "+" + digits[2:] if digits.startswith("00") else digits
    for country in ("+84", "84", "0"):
        rest = international.removeprefix(country)
        if rest != international and _VIETNAMESE_PHONE.fullmatch(rest.removeprefix("0")):
            return "+84" + rest.removeprefix("0")
    return international if _FOREIGN_PHONE.fullmatch(international) else typed


def is_phone(phone: str) -> bool:
    """Whether a tidied number can be one."""
    if phone.startswith("+84"):
        return bool(_VIETNAMESE_PHONE.fullmatch(phone[3:]))
    return bool(_FOREIGN_PHONE.fullmatch(phone))


def shown_phone(phone: str | None) -> str:
    """Give a kept number as people here read it.

    >>> shown_phone("+84912345678")
    '0912 345 678'
    """
    if not phone or not phone.startswith("+84") or not is_phone(phone):
        return phone or ""
    rest = "0" + phone[3:]
    return f"{rest[:-6]} {rest[-6:-3]} {rest[-3:]}"


def masked_identity_number(number: str | None) -> str:
    """Give an identity number with all but its last three digits hidden."""
    return "" if not number else "•" * (len(number) - 3) + number[-3:]


def data_faults(data: UserData) -> Mapping[str, tuple[Text, ...]]:
    """Say what is wrong with tidied data, by field."""
    faults: dict[str, tuple[Text, ...]] = {}
    if not USER_NAME.fullmatch(data.user_name):
        faults["user_name"] = (
            Text(
                "Tên đăng nhập gồm chữ không dấu, số, dấu chấm, gạch; từ 2 ký tự.",
                "A user name has plain letters, digits, dots and dashes; at least 2 of them.",
            ),
        )
    if not data.name or len(data.name) > LONGEST_NAME or not data.name.isprintable():
        faults["name"] = (
            Text("Cần họ tên, không quá 200 ký tự.", "A name of at most 200 characters is needed."),
        )
    if data.identity_number is not None and not IDENTITY_NUMBER.fullmatch(data.identity_number):
        faults["identity_number"] = (
            Text("Số định danh gồm 9 hoặc 12 chữ số.", "An identity number has 9 or 12 digits."),
        )
    if data.email is not None and (len(data.email) > LONGEST_EMAIL or not EMAIL.fullmatch(data.email)):
        faults["email"] = (
            Text(
                "Địa chỉ thư điện tử chưa đúng, ví dụ đúng: ten@coquan.gov.vn.",
                "This is no e-mail address; one looks like name@office.gov.vn.",
            ),
        )
    if data.phone is not None and not is_phone(data.phone):
        faults["phone"] = (
            Text(
                "Số điện thoại chưa đúng, ví dụ đúng: 0912 345 678 hoặc 0252 3822 999.",
                "This is no phone number; one looks like 0912 345 678 or +44 20 7946 0000.",
            ),
        )
    if data.language not in LANGUAGES:
        faults["language"] = (Text("Chỉ có vi và en.", "Only vi and en exist."),)
    return faults


def _without_blanks(text: str | None) -> str | None:
    return "".join((text or "").split()) or None


def _tidy_email(email: str | None) -> str | None:
    typed = (email or "").strip()
    local, at, domain = typed.rpartition("@")
    return f"{local}{at}{domain.lower()}" or None
