"""Draws a page of a PDF in a process of its own: a file that breaks the drawing breaks nothing else.

Run as a script with `about` or with the number of a page and its longer side in dots; the PDF comes on
the standard input. It answers with a line of JSON, and with the page's dots (red, green, blue) behind it.
"""

from __future__ import annotations

import json
import resource
import sys

import pypdfium2

MOST_MEMORY = 2 << 30
MOST_SECONDS = 20
MOST_PAGES = 500
MOST_WORDS = 200_000  # characters, of all pages together
UNREADABLE = 3


def about(document: pypdfium2.PdfDocument) -> dict[str, object]:
    """Say how many pages there are, how large the first is, and what stands on each."""
    width, height = document[0].get_size()
    words, left = [], MOST_WORDS
    for number in range(min(len(document), MOST_PAGES)):
        text = document[number].get_textpage().get_text_range(errors="ignore")[:left] if left > 0 else ""
        words.append(text)
        left -= len(text)
    return {"pages": len(words), "width": width, "height": height, "words": words}


def drawn(document: pypdfium2.PdfDocument, number: int, side: int) -> tuple[dict[str, object], bytes]:
    """Draw a page."""
    page = document[number - 1]
    bitmap = page.render(scale=side / max(*page.get_size(), 1), rev_byteorder=True, prefer_bgrx=False)
    row = bitmap.width * 3
    dots, stride = bytes(bitmap.buffer), bitmap.stride
    plain = b"".join(dots[at * stride : at * stride + row] for at in range(bitmap.height))
    return {"width": bitmap.width, "height": bitmap.height}, plain


def main(wanted: list[str]) -> int:
    """Answer what is asked about the PDF on the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    dots = b""
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        if wanted == ["about"]:
            answer = about(document)
        else:
            answer, dots = drawn(document, int(wanted[0]), int(wanted[1]))
    except (pypdfium2.PdfiumError, IndexError, MemoryError, ValueError):
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + dots)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
