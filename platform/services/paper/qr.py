"""The squares of a QR code, for a page, a PDF and a document."""

from __future__ import annotations

from io import BytesIO

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_SQUARES = 2


def squares_of(text: str) -> tuple[tuple[bool, ...], ...]:
    """Give the squares of a code with a quiet edge, dark ones true."""
    code = _code(text)
    return tuple(tuple(bool(square) for square in row) for row in code.get_matrix())


def png_of(text: str) -> bytes:
    """Give a code as a picture."""
    out = BytesIO()
    _code(text).make_image().save(out)
    return out.getvalue()


def _code(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_SQUARES)
    code.add_data(text)
    code.make(fit=True)
    return code
