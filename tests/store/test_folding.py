"""Folding and sorting Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.store.folding import fold, sort_key
from luongviec.store.lists.searching import phrases_of

IN_ORDER = [
    "An", "Àn", "Ản", "Ãn", "Án", "Ạn", "Anh", "Ăn", "Ân", "Bài 2", "Bài 10", "Cúc", "Dung", "Dũng", "Đào",
    "Đức", "Em", "Êm", "Hà", "Lan", "Nguyễn Văn An", "Nguyễn Văn Ân", "Nguyễn Vân An", "Oanh", "Ôn", "Ơn",
    "Phú", "Tú", "Từ", "Vy", "Ý",
]  # fmt: skip


def test_sorting_follows_the_dictionary() -> None:
    keys = [sort_key(word) for word in IN_ORDER]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ĐƯỜNG", "duong"),
        ("Số 4711/QĐ-UBND", "so 4711 qd ubnd"),
        ("tái  định\ncư", "tai dinh cu"),
        ("ế ộ Ữ ỵ", "e o u y"),
        ("", ""),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(st.characters(max_codepoint=0x20FF), max_size=40))
def test_folding_is_final_and_deaf_to_composition(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(max_size=60))
def test_keys_fit_their_columns(text: str) -> None:
    assert len(sort_key(text * 20)) <= 520


@given(st.text(alphabet=st.sampled_from("\"*():^-+ aĐ|&!<>\\'{}[]~"), max_size=30))
def test_words_are_taken_apart_whatever_is_typed(text: str) -> None:
    assert all(word.isalnum() for phrase in phrases_of(text) for word in phrase)
