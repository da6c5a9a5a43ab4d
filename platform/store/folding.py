"""Folding Vietnamese for search, and keys that sort it.

Databases do not agree about Vietnamese, and the small ones know nothing of it: SQLite lowers ASCII
only, no tokenizer takes đ for d, no portable collation puts Ă, Â, Đ, Ê, Ô, Ơ, Ư in their places. So
text is folded here, before it is indexed and before it is asked for, and sorting uses a stored key.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: part of the letter


def _fold_character(character: str) -> str:
    lowered = character.lower().replace("đ", "d")
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain.lower())


#: Every character that folding changes, up to the end of the Latin extensions.
_FOLDED = {
    code: _fold_character(chr(code))
    for code in range(0x2200)
    if not unicodedata.combining(chr(code)) and _fold_character(chr(code)) != chr(code)
} | {code: "" for code in range(0x2200) if unicodedata.combining(chr(code))}


def fold(text: str) -> str:
    """Give lower-case letters and digits without marks, words parted by single spaces.

    >>> fold("Số 4711/QĐ-UBND: Đường tái định cư")
    'so 4711 qd ubnd duong tai dinh cu'
    """
    return " ".join(_letters_and_digits(text.translate(_FOLDED)).split())


def _letters_and_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c if c.isalnum() else " " for c in text.lower())


#: Every small letter with marks that Vietnamese writes, and what each is without: for databases.
_LATIN = (*range(0xC0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA))
MARKED = "".join(
    letter
    for letter in map(chr, _LATIN)
    if letter == letter.lower() and len(plain := fold(letter)) == 1 and plain.isalpha() and plain != letter
)
PLAIN = "".join(fold(letter) for letter in MARKED)


def _sort_table() -> dict[int, tuple[str, str]]:
    """Give for each letter its rank among the base letters, and its tone."""
    table: dict[int, tuple[str, str]] = {}
    ranks = {letter: f"{10 + rank:02d}" for rank, letter in enumerate(_LETTERS)}
    for code in range(0x2200):
        lowered = chr(code).lower()
        if len(lowered) != 1 or not lowered.isalpha():
            continue
        base, tone = "", "1"
        for part in unicodedata.normalize("NFD", lowered):
            if part in _TONES:
                tone = _TONES[part]
            elif part in _SHAPES or not unicodedata.combining(part):
                base += part
        letter = unicodedata.normalize("NFC", base)
        if letter in ranks:
            table[code] = (ranks[letter], tone)
    return table


_SORT = _sort_table()
_NUMBER = re.compile(r"\d+")


def sort_key(text: str) -> str:
    """Give a key whose plain binary order is the Vietnamese dictionary's.

    Base letters decide first, in the order a ă â b c d đ …, then the tones in the order level,
    grave, hook, tilde, acute, dot; numbers sort by value. ASCII only, so every database agrees.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in _NUMBER.sub(_padded, unicodedata.normalize("NFC", text)).split():
        letters.append("0 ")
        for character in word:
            rank, tone = _SORT.get(ord(character), ("", ""))
            if rank:
                letters.append(rank)
                tones.append(tone)
            elif character.isalnum():
                letters.append(f"05{character}" if character.isascii() else f"9{ord(character):06x}")
    return "".join(letters)[2:400] + " " + "".join(tones)[:100].rstrip("1")


def _padded(match: re.Match[str]) -> str:
    return match.group().lstrip("0").rjust(12, "0")[-12:]
