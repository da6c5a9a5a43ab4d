"""The platform's own parameters: what administrators set about accounts and signing in, with its defaults.

They are parameters as definitions know them (C-30, C-80), but belong to no definition: a chosen value
is a setting of kind `parameter` whose subject is `platform.CODE`, which no definition can be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from luongviec.engine.compiling.shared import parameter_fault
from luongviec.engine.model import Parameter
from luongviec.engine.text import Text
from luongviec.engine.world import Value
from luongviec.services.platform import Work

PREFIX = "platform."
SETTING_KIND = "parameter"


def _number(
    code: str, default: int, least: int, most: int, unit: Text, label: Text, note: Text | None = None
) -> Parameter:
    return Parameter(
        code=code, type="number", default=default, min=least, max=most, unit=unit, label=label, note=note
    )


def _choice(
    code: str, options: Mapping[str, Text], default: str, label: Text, note: Text | None = None
) -> Parameter:
    return Parameter(
        code=code, type="choice", default=default, options=tuple(options), option_labels=options,
        label=label, note=note,
    )  # fmt: skip


_CHARACTERS, _TIMES = Text("ký tự", "characters"), Text("lần", "attempts")
_MINUTES, _HOURS, _DAYS = Text("phút", "minutes"), Text("giờ", "hours"), Text("ngày", "days")

_ALL = (
    _choice(
        "user_name_rule",
        {
            "given_name_initials": Text("Tên và chữ đầu của họ, đệm (hantt)",
                                        "Given name and initials (hantt)"),
            "given_name_full": Text("Tên, rồi họ và đệm (ha.nguyenthithu)",
                                    "Given name, then the others (ha.nguyenthithu)"),
            "identity_number": Text("Số căn cước công dân", "Citizen identity number"),
            "email": Text("Phần đầu của địa chỉ thư", "First part of the e-mail address"),
            "typed": Text("Người tạo tự nhập", "Typed by who makes the account"),
        },
        "given_name_initials",
        Text("Cách đặt tên đăng nhập", "How user names are made"),
        Text("Quy tắc điền sẵn khi tạo tài khoản; người tạo vẫn sửa được.",
             "Fills in the user name of a new account; who makes it may still change it."),
    ),
    _number(
        "password_length", 10, 8, 64, _CHARACTERS,
        Text("Độ dài ít nhất của mật khẩu", "Least length of a password"),
    ),
    _number(
        "password_history", 3, 0, 12, Text("mật khẩu", "passwords"),
        Text("Số mật khẩu cũ không được dùng lại", "Former passwords that may not be used again"),
    ),
    _number(
        "password_days", 0, 0, 730, _DAYS,
        Text("Mật khẩu phải đổi sau", "A password must be changed after"),
        Text("0 là không bao giờ hết hạn.", "0 means that passwords never expire."),
    ),
    _number(
        "first_password_days", 7, 1, 60, _DAYS,
        Text("Mật khẩu lần đầu dùng được trong", "A first password can be used for"),
    ),
    _number(
        "reset_minutes", 30, 5, 1440, _MINUTES,
        Text("Liên kết và mã đặt lại mật khẩu dùng được trong", "Links and codes for a new password last"),
    ),
    _number(
        "lock_after", 5, 3, 20, _TIMES,
        Text("Số lần nhập sai trước khi phải chờ", "Wrong attempts before somebody must wait"),
    ),
    _number(
        "lock_minutes", 15, 1, 1440, _MINUTES,
        Text("Thời gian chờ lâu nhất sau khi nhập sai", "Longest wait after wrong attempts"),
        Text("Lần chờ sau dài hơn lần trước, đến mức này.", "Each wait is longer than the last, up to this."),
    ),
    _number(
        "session_hours", 12, 1, 2160, _HOURS,
        Text("Phiên không dùng hết hạn sau", "An unused session ends after"),
    ),
    _number(
        "journal_days", 365, 30, 3650, _DAYS,
        Text("Giữ nhật ký đăng nhập trong", "The sign-in journal is kept for"),
    ),
    _number(
        "comment_minutes", 15, 0, 1440, _MINUTES,
        Text("Người viết được sửa, xóa trao đổi trong", "Writers may edit or delete a comment for"),
        Text("0 là không sửa, xóa được.", "0 means that comments stay as they were sent."),
    ),
    Parameter(
        code="help_contact", type="text", default="",
        label=Text("Nơi hỗ trợ đăng nhập", "Where people get help"),
        note=Text("Hiện trên trang đăng nhập, ví dụ: Gọi 1800 2611.",
                  "Shown on the sign-in page: Call 1800 2611."),
    ),
    _choice(
        "second_factor",
        {
            "off": Text("Tắt", "Off"),
            "offered": Text("Ai muốn thì bật", "Offered to everyone"),
            "administrators_must": Text("Quản trị viên bắt buộc, người khác tùy chọn",
                                        "Required of administrators, offered to others"),
        },
        "off",
        Text("Xác thực hai bước", "Two-step sign-in"),
        Text("Mã sáu số từ ứng dụng trên điện thoại, sau mật khẩu.",
             "A six-digit code from an application on a phone, after the password."),
    ),
)  # fmt: skip

#: All of them by code, in the order of the page that shows them.
PLATFORM_PARAMETERS: Mapping[str, Parameter] = {parameter.code: parameter for parameter in _ALL}


def platform_parameter(work: Work, code: str) -> Value:
    """Give what the installation chose, else the default; a chosen value that no longer fits is none.

    Raises:
        KeyError: there is no such parameter.
    """
    parameter = PLATFORM_PARAMETERS[code]
    chosen: Value = work.world.organisation.chosen(SETTING_KIND, PREFIX + code, None)
    return parameter.default if chosen is None or parameter_fault(parameter, chosen) else chosen


def number_parameter(work: Work, code: str) -> int:
    """Give a parameter that is a number."""
    return int(str(platform_parameter(work, code)).partition(".")[0])


def word_parameter(work: Work, code: str) -> str:
    """Give a parameter that is a choice or a text."""
    return str(platform_parameter(work, code))


def days_parameter(work: Work, code: str) -> timedelta:
    """Give a parameter that counts days."""
    return timedelta(days=number_parameter(work, code))


def minutes_parameter(work: Work, code: str) -> timedelta:
    """Give a parameter that counts minutes."""
    return timedelta(minutes=number_parameter(work, code))
