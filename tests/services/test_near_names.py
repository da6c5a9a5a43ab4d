"""Names that read almost alike (W-22): found where they are one thing entered twice, and not elsewhere."""

from __future__ import annotations

import pytest

from luongviec.services.exchange.near_names import are_near, near_pairs, words_of


@pytest.mark.requirement("W-22")
@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Liên minh hợp tác xã tỉnh", "Liên minh các Hợp tác xã", True),
        ("Ban Quản lý dự án Thị xã La Gi", "BAN QUẢN LÝ DỰ ÁN THỊ XÃ LA GI", True),
        ("Trung tâm Kỹ thuật Nông nghiệp", "Trung tâm Kỹ thuật Nông nghiêp", True),
        ("Trung tâm Kỹ thuật Nông nghiệp", "Trung tâm Kỹ thuật Nôngg nghiệp", True),
        ("Ban quản lý rừng phòng hộ Cà Giây", "Ban quản lý rừng phòng hộ La Ngà", False),
        ("Phòng Kế toán Huyện Tuy Phong", "Phòng Kế hoạch Huyện Tuy Phong", False),
        ("Phòng Nghiệp vụ 1", "Phòng Nghiệp vụ 2", False),
        ("Tổ công tác khối II", "Tổ công tác khối III", False),
        ("Văn phòng", "Văn thư", False),
        ("Sở Y tế", "Sở Y tế", True),
    ],
)
def test_near_names(one: str, other: str, near: bool) -> None:
    assert are_near(words_of(one), words_of(other)) is near
    assert bool(list(near_pairs(enumerate((one, other)), {0}))) is near


def test_old_pairs_are_left_alone() -> None:
    assert list(near_pairs(enumerate(("Sở Y tế", "Sở Y Tế", "Sở Nội vụ")), {2})) == []
