"""From typed errors to answers: one table of statuses, for pages here and for problem+json in the API.

A page says what failed, what was kept and what to do. Nothing of an unexpected error is shown but a
code that support finds in the log.
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import (
    Conflict,
    DefinitionError,
    InvalidInput,
    LuongViecError,
    NeedsAnswer,
    NotFound,
    NotYet,
    Refused,
    Unavailable,
)
from luongviec.engine.planning.errors import SeveralActions, TooManyRecords
from luongviec.engine.text import Text
from luongviec.plugins import SignInFailed
from luongviec.services.accounts import (
    PasswordChangeNeeded,
    SignInExpired,
    SignInRefused,
    TooManyAttempts,
)
from luongviec.services.accounts.external import NoAccountHere
from luongviec.services.accounts.resets import SecretSpent
from luongviec.web.api.faults import (
    BodyTooLarge,
    MethodRefused,
    TokenRefused,
    TooManyRequests,
    VersionNeeded,
    VersionOutdated,
    WrongMediaType,
)
from luongviec.web.rendering import ErrorPage, render_error
from luongviec.web.security import ForgedRequest, safe_return
from luongviec.web.sessions import SignInNeeded, platform

log = logging.getLogger(__name__)

#: Class → status; a subclass that is not named has its base's.
STATUSES: dict[type[LuongViecError], int] = {
    ForgedRequest: 400,
    SignInNeeded: 401,
    SignInRefused: 401,
    SignInExpired: 401,
    SignInFailed: 400,
    NoAccountHere: 403,
    SecretSpent: 410,
    Refused: 403,
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    DefinitionError: 422,
    NeedsAnswer: 428,
    TooManyAttempts: 429,
    NotYet: 501,
    Unavailable: 503,
    SeveralActions: 409,
    TooManyRecords: 422,
    TokenRefused: 401,
    PasswordChangeNeeded: 403,
    MethodRefused: 405,
    VersionOutdated: 412,
    BodyTooLarge: 413,
    WrongMediaType: 415,
    VersionNeeded: 428,
    TooManyRequests: 429,
    LuongViecError: 400,
}


_TITLES: dict[int, tuple[Text, str, str]] = {
    400: (Text("Chưa hiểu yêu cầu", "The request was not understood"), "alert-triangle", "yellow"),
    401: (Text("Cần đăng nhập", "Please sign in"), "lock", "blue"),
    403: (Text("Bạn chưa được phép làm việc này", "You may not do this"), "shield-lock", "orange"),
    404: (Text("Không tìm thấy trang này", "This page was not found"), "file-search", "grey"),
    405: (Text("Không làm được cách này", "This cannot be done that way"), "alert-triangle", "yellow"),
    409: (Text("Đã có người thay đổi trước", "Somebody was first"), "git-compare", "orange"),
    410: (Text("Không còn dùng được nữa", "It no longer works"), "clock-pause", "grey"),
    412: (Text("Đã có người thay đổi trước", "Somebody was first"), "git-compare", "orange"),
    413: (Text("Nội dung gửi lên quá lớn", "What was sent is too large"), "file-alert", "orange"),
    415: (Text("Chưa nhận loại nội dung này", "This kind of content is not taken"), "file-alert", "orange"),
    422: (Text("Có chỗ cần sửa", "Something needs mending"), "alert-circle", "red"),
    428: (Text("Cần xác nhận", "Please confirm"), "help-circle", "yellow"),
    429: (Text("Thử quá nhiều lần", "Too many attempts"), "hourglass", "orange"),
    500: (Text("Có lỗi ở phía hệ thống", "Something went wrong on our side"), "alert-triangle", "red"),
    501: (Text("Phiên bản này chưa làm được", "This version cannot do this yet"), "tool", "grey"),
    503: (Text("Dịch vụ tạm thời chưa sẵn sàng", "The service is not ready"), "clock-pause", "orange"),
}

_TEXTS: dict[int, Text] = {
    400: Text("Hãy quay lại, tải lại trang rồi thử lại.", "Go back, reload the page and try again."),
    403: Text(
        "Vai trò của bạn không có quyền này. Nếu công việc cần đến, hãy đề nghị người quản trị của đơn vị.",
        "Your roles do not include this. If your work needs it, ask the administrator of your unit.",
    ),
    404: Text(
        "Địa chỉ có thể đã sai, hoặc hồ sơ không còn, hoặc bạn không được xem. Hãy quay lại danh sách.",
        "The address may be wrong, the record gone, or not yours to see. Go back to the list.",
    ),
    405: Text("Hãy quay lại trang trước và dùng nút trên trang.", "Go back and use the button on the page."),
    413: Text(
        "Mỗi lần gửi tối đa {limit} MB. Hãy chia nhỏ hoặc nén tệp rồi gửi lại;"
        " trang trước vẫn giữ những gì bạn đã nhập.",
        "One sending may hold {limit} MB. Split or compress the files and send again;"
        " the page before still has what you typed.",
    ),
    500: Text(
        "Chưa có gì được lưu từ lần gửi này. Hãy thử lại; nếu vẫn lỗi, báo mã dưới đây cho bộ phận hỗ trợ.",
        "Nothing of this sending was saved. Try again; if it fails again, give support the code below.",
    ),
}


def status_of(error: LuongViecError) -> int:
    """Give the status of an error by its class or its nearest base."""
    return next(STATUSES[base] for base in type(error).__mro__ if base in STATUSES)


def register_error_pages(app: Flask) -> None:
    """Answer errors with pages; blueprints with handlers of their own (the API) come first."""
    app.register_error_handler(LuongViecError, answer_our_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_unexpected)


def answer_our_error(error: LuongViecError) -> AnyResponse | tuple[str, int]:
    """Draw the page of one of our errors; who is not signed in is sent there and back."""
    status = status_of(error)
    if isinstance(error, SignInNeeded) and request.method in ("GET", "HEAD"):
        back = safe_return(request.full_path.rstrip("?"))
        return redirect(url_for("sign_in.show", next=None if back == "/" else back), 303)
    details: tuple[Text, ...] = ()
    if isinstance(error, InvalidInput):
        details = tuple(message for messages in error.errors.values() for message in messages)
    elif isinstance(error, Refused):
        details = _refusal_details(error)
    text = _TEXTS[403] if error.message == Refused.template else error.message  # its words are the title
    page = _page(status, text, code="" if status < 500 else error.code, details=details)
    return draw(page), status


def answer_http_error(error: HTTPException) -> AnyResponse | tuple[str, int] | HTTPException:
    """Draw the page of an error that Flask raises, such as 404 and 413."""
    status = error.code or 500
    if status < 400:
        return error
    known = status if status in _TITLES else 500 if status >= 500 else 400
    text = _TEXTS.get(known, _TEXTS[400])
    if known == 413:
        text = text.filled({"limit": _upload_limit()})
    return draw(_page(known, text)), status


def answer_unexpected(error: Exception) -> tuple[str, int]:
    """Log an unexpected error under a code and show nothing but that code."""
    code = secrets.token_hex(4).upper()
    log.error("unexpected error %s at %s %s", code, request.method, request.path, exc_info=error)
    return draw(_page(500, _TEXTS[500], code=code)), 500


def draw(page: ErrorPage) -> str:
    """Draw an error page, in the frame where somebody is signed in and the frame can be had."""
    return render_error(page)


def _page(status: int, text: Text, *, code: str = "", details: tuple[Text, ...] = ()) -> ErrorPage:
    title, icon, tone = _TITLES.get(status, _TITLES[400])
    return ErrorPage(status, title, text, icon, tone, code, details)


def _refusal_details(error: Refused) -> tuple[Text, ...]:
    remedy = getattr(error.decision, "remedy", None)
    return (remedy,) if isinstance(remedy, Text) else ()


def _upload_limit() -> int:
    return platform().settings.upload_mb
