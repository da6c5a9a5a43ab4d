"""What a line of the sign-in journal says, on pages and in exports."""

from __future__ import annotations

from luongviec.services.accounts import journal, resets
from luongviec.services.accounts.journal import JournalLine
from luongviec.services.one_time_secrets import EMAIL, SMS
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


def outcome_words(line: JournalLine) -> tuple[str, str]:
    """Say how it went, with a tone."""
    if line.kind == journal.LOCKED:
        return _("Phải chờ"), "orange"
    if line.kind == journal.RESET_ASKED:  # the asking succeeds for everyone; the note says what came of it
        return (_("Đã gửi"), "green") if line.note in (EMAIL, SMS) else (_("Không gửi"), "grey")
    return (_("Thành công"), "green") if line.succeeded else (_("Không thành công"), "red")


def note_words(kind: str, note: str) -> str:
    """Say what else the journal keeps of it: words for its own codes, anything else as it stands."""
    code, _colon, number = note.partition(":")
    if number.isdigit():
        if code == journal.SESSIONS:
            return _("{count} phiên", count=number)
        if code == journal.WAIT:
            return _("{count} giây", count=number)
    return {
        journal.CHANGE: _("khi đổi mật khẩu"),
        resets.WAITING: _("đang xử lý"),
        resets.NO_ACCOUNT: _("không có tài khoản"),
        resets.NO_CHANNEL: _("tài khoản chưa có hộp thư hay điện thoại"),
        resets.TOO_OFTEN: _("tài khoản này đã yêu cầu quá nhiều"),
        EMAIL: _("qua thư điện tử"),
        SMS: _("qua tin nhắn"),
    }.get(note, note)
