"""Who looks at something, written across it: for what may be looked at and not taken away."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from luongviec.services import users

FONT = Path(users.__file__).parent / "fonts" / "be-vietnam-pro-400.ttf"
KEPT_MARKS = 8
MARK_INK, MARK_STRENGTH, MARK_SIZE, MARK_TILT = (70, 80, 100), 44, 28, 28


def mark_across(picture: Image.Image, words: str) -> None:
    """Write words across a picture again and again, faint enough to read what is below."""
    picture.paste(MARK_INK, mask=_marks(picture.size, words))


@lru_cache(maxsize=KEPT_MARKS)
def _marks(size: tuple[int, int], words: str) -> Image.Image:
    """Give the words as a mask."""
    font = ImageFont.truetype(str(FONT), MARK_SIZE)
    span = int(font.getlength(words)) + 160
    reach = int((size[0] ** 2 + size[1] ** 2) ** 0.5)
    sheet = Image.new("L", (reach, reach))
    pen = ImageDraw.Draw(sheet)
    for line, top in enumerate(range(0, reach, 260)):
        for left in range(-(line % 2) * span // 2, reach, span):
            pen.text((left, top), words, font=font, fill=MARK_STRENGTH)
    turned = sheet.rotate(MARK_TILT, resample=Image.Resampling.BILINEAR)
    left, top = (reach - size[0]) // 2, (reach - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))
