"""What a line of the sign-in journal says, on pages and in exports."""

from __future__ import annotations

from luongviec.services.accounts import journal
from luongviec.web.language import _


def kind_words(kind: str) -> str:
    """Say what happened."""
    return {
        journal.PASSWORD: _("Nhập mật khẩu"),
        journal.SECOND_FACTOR: _("Nhập mã xác thực"),
        journal.EXTERNAL: _("Đăng nhập qua dịch vụ khác"),
        journal.LOCKED: _("Tạm khóa do nhập sai nhiều lần"),
        journal.SIGNED_OUT: _("Đăng xuất"),
        journal.PASSWORD_CHANGED: _("Đổi mật khẩu"),
        journal.RESET_ASKED: _("Yêu cầu đặt lại mật khẩu"),
        journal.RESET_CODE: _("Nhập mã đặt lại mật khẩu"),
        journal.RESET_DONE: _("Đặt lại mật khẩu"),
        journal.SECOND_FACTOR_ON: _("Bật xác thực hai bước"),
        journal.SECOND_FACTOR_OFF: _("Tắt xác thực hai bước"),
        journal.LINKED: _("Liên kết tài khoản ngoài"),
        journal.UNLINKED: _("Gỡ liên kết tài khoản ngoài"),
    }.get(kind, kind)


def outcome_words(kind: str, succeeded: bool) -> tuple[str, str]:
    """Say how it went, with a tone."""
    if kind == journal.LOCKED:
        return _("Phải chờ"), "orange"
    return (_("Thành công"), "green") if succeeded else (_("Không thành công"), "red")
