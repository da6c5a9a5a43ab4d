"""What can be wrong with a request to the API before anything of it is understood."""

from __future__ import annotations

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text


class TokenRefused(LuongViecError):
    """The Bearer token is unknown, ended or expired; a session is not tried then."""

    code = "token_refused"
    template = Text(
        "Mã truy cập không đúng hoặc đã hết hạn. Hãy tạo mã mới.",
        "The token is unknown or has expired. Make a new one.",
    )


class MalformedRequest(LuongViecError):
    """The body is not JSON, or not of the shape that the address takes."""

    code = "malformed_request"
    template = Text("Nội dung gửi lên không phải JSON hợp lệ.", "The body is not valid JSON.")


class WrongMediaType(LuongViecError):
    """The body is of a type that the address does not take."""

    code = "wrong_media_type"
    template = Text("Hãy gửi với Content-Type: {wanted}.", "Send it with Content-Type: {wanted}.")


class BodyTooLarge(LuongViecError):
    """The body is larger than the address takes."""

    code = "body_too_large"
    template = Text(
        "Nội dung gửi lên lớn hơn {limit}. Hãy gửi ít hơn.", "The body is larger than {limit}. Send less."
    )


class MethodRefused(LuongViecError):
    """The address exists, but not with this method."""

    code = "method_refused"
    template = Text("Địa chỉ này chỉ nhận {allowed}.", "This address takes {allowed} only.")


class TooManyRequests(LuongViecError):
    """The caller asks faster than is good for the others."""

    code = "too_many_requests"
    template = Text(
        "Bạn gửi quá nhanh. Hãy thử lại sau {retry_after_seconds} giây.",
        "Too many requests. Try again in {retry_after_seconds} seconds.",
    )


class VersionNeeded(LuongViecError):
    """A change of a record must say which version it is based on."""

    code = "version_needed"
    template = Text(
        'Hãy gửi phiên bản hồ sơ đã xem trong If-Match, ví dụ If-Match: "3".',
        'Send the version of the record that you saw in If-Match, such as If-Match: "3".',
    )


class VersionOutdated(LuongViecError):
    """The record has changed since the version that the caller saw."""

    code = "version_outdated"
    template = Text(
        "Hồ sơ đã được người khác thay đổi. Hãy đọc lại rồi gửi với phiên bản mới.",
        "Somebody else has changed the record. Read it again and send the new version.",
    )


class UnknownQuery(LuongViecError):
    """The address carries parameters that it does not know, or values that it cannot read."""

    code = "unknown_query"
    template = Text("Tham số không dùng được: {names}.", "These parameters cannot be used: {names}.")
