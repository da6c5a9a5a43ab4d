"""Pictures as a page shows them: drawn anew, so that nothing of the upload but its look reaches a browser."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from luongviec.engine.errors import NotFound
from luongviec.services.files.marks import mark_across

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"})
#: The longest sides of what is sent: beside a name, and on the page of the picture.
SMALL, LARGE = 240, 2000
MOST_PIXELS = 50_000_000
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to send."""

    content: bytes
    media_type: str


def is_picture(media_type: str) -> bool:
    """Whether files of a type can be drawn."""
    return media_type in MEDIA_TYPES


def draw(content: bytes, side: int, mark: str = "") -> Picture:
    """Draw a picture so that its longer side is at most so many pixels; turned as it was taken.

    Args:
        content: the file.
        side: in pixels.
        mark: what stands across it.

    Raises:
        NotFound: it cannot be read, or is too large to be opened.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotFound()
            opened.draft("RGB", (side, side))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((side, side))
            return _encoded(_marked(picture, mark) if mark else picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotFound() from error


def _marked(picture: Image.Image, mark: str) -> Image.Image:
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture.convert("RGBA"))
    marked = ground.convert("RGB")
    mark_across(marked, mark)
    return marked


def _encoded(picture: Image.Image) -> Picture:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        out = BytesIO()
        picture.convert("RGBA").save(out, "PNG")
        return Picture(out.getvalue(), "image/png")
    return as_jpeg(picture.convert("RGB"))


def as_jpeg(picture: Image.Image) -> Picture:
    """Give a picture as a photograph is kept."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), "image/jpeg")
