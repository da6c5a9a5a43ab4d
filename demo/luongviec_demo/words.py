"""Drawing believable words: names of people, titles, small files."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in its Vietnamese order."""

    family: str
    middle: str
    given: str

    @property
    def whole(self) -> str:
        """The name as it is written."""
        return f"{self.family} {self.middle} {self.given}"

    @property
    def user_name(self) -> str:
        """The given name and the initials of the rest, in plain letters: `lan.ntt`."""
        initials = "".join(word[0] for word in f"{self.family} {self.middle}".split())
        return plain(f"{self.given}.{initials}").lower()


def plain(text: str) -> str:
    """Give a text without marks."""
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in text if not unicodedata.combining(sign))


class NameMaker:
    """Draws names, none twice."""

    def __init__(self, parts: Mapping[str, Any], draw: random.Random) -> None:
        self._draw = draw
        self._families = list(parts["family"])
        self._weights = list(parts["family"].values())
        self._parts = (parts["male"], parts["female"])
        self._seen: set[str] = set()

    def make(self) -> Name:
        """Draw a name that nobody has yet."""
        while True:
            part = self._draw.choice(self._parts)
            family = self._draw.choices(self._families, self._weights)[0]
            name = Name(family, self._draw.choice(part["middle"]), self._draw.choice(part["given"]))
            if name.given not in (name.family, name.middle) and name.whole not in self._seen:
                self._seen.add(name.whole)
                return name


class Phrases:
    """Fills `{places}` of patterns from lists of words."""

    def __init__(self, words: Mapping[str, Any], draw: random.Random, **fixed: str) -> None:
        self.words = words
        self._draw = draw
        self._fixed = fixed

    def draw(self, key: str) -> str:
        """Draw one of a list and fill its places."""
        return self.fill(self._draw.choice(self.words[key]))

    def fill(self, pattern: str, **own: str) -> str:
        """Fill the places of a pattern."""

        def word(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in own:
                return own[name]
            if name in self._fixed:
                return self._fixed[name]
            return str(self._draw.choice(self.words[name]))

        return _PLACE.sub(word, pattern)


def small_pdf(lines: Sequence[str]) -> bytes:
    """Write a page with a few lines, in plain letters: real enough to be opened."""
    drawn = "BT /F1 12 Tf 60 780 Td 18 TL " + " ".join(
        "(" + plain(line).replace("\\", "").replace("(", "").replace(")", "") + ") Tj T*" for line in lines
    )
    stream = (drawn + " ET").encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
