"""Comments: who may be named and hears of it, and how long their writers may change them."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.files import keeping
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import talking
from luongviec.services.records.mentions import mentionable
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.views import CommentView
from tests.services.house import House


def comments(house: House, who: str, record: int) -> list[CommentView]:
    page = record_page(house.platform, house.actor(who), record, note_opening=False)
    return [one for block in page.blocks if block.kind == "comments" for one in block.content]  # type: ignore[attr-defined]


def heard(house: House, who: str, record: int) -> list[str]:
    house.deliver()
    found = list_notifications(house.platform, house.actor(who))
    return [one.text for one in found if one.record is not None and one.record.id == record]


@pytest.mark.requirement("T-130", "T-50", "T-123")
def test_who_is_named_hears_of_it_once_and_only_who_sees_the_record_can_be(house: House) -> None:
    record = house.task()
    chair, platform = house.actor("chair"), house.platform
    offered = {one.name for one in mentionable(platform, chair, record, "")}
    assert "Nguyễn Thị Thu Hà" in offered
    assert "Ngô Bích Vân" not in offered
    assert "Lê Văn Khánh" not in offered  # oneself
    assert [one.name for one in mentionable(platform, chair, record, "thu ha")] == ["Nguyễn Thị Thu Hà"]
    assert mentionable(platform, chair, record, "bich van") == ()
    with pytest.raises(NotFound):
        mentionable(platform, house.actor("stranger"), record, "")
    before = len(heard(house, "contact", record))
    said = talking.comment(
        platform, chair, record, "Nhờ @Nguyễn Thị Thu Hà và @officer xem, thư tới ai@example.vn",
        mentions=[house.users["contact"], house.users["other"]],
    )  # fmt: skip
    assert said.text.startswith("Nhờ @Nguyễn Thị Thu Hà và @Đặng Hữu Phước xem")
    assert {one.name for one in said.mentions} == {"Nguyễn Thị Thu Hà", "Đặng Hữu Phước"}
    fresh = heard(house, "contact", record)
    assert len(fresh) == before + 1
    assert "nhắc đến bạn" in fresh[0]
    with pytest.raises(InvalidInput) as refused:
        talking.comment(platform, chair, record, "Gửi @stranger")
    assert "Ngô Bích Vân" in str(refused.value.errors["text"][0].vi)
    assert len(comments(house, "chair", record)) == 1


@pytest.mark.requirement("T-130")
def test_writers_change_their_comments_for_a_while(house: House) -> None:
    record = house.task()
    platform, chair, contact = house.platform, house.actor("chair"), house.actor("contact")
    file_id = house.file("chair", "phụ lục.txt", b"mot")
    said = talking.comment(platform, chair, record, "Lần một", file_ids=[file_id])
    assert said.may_change
    with pytest.raises(Refused):
        talking.edit_comment(platform, contact, record, said.id, "Của người khác")
    with pytest.raises(InvalidInput):
        talking.edit_comment(platform, chair, record, said.id, "   ")
    with pytest.raises(NotFound):
        talking.edit_comment(platform, chair, house.task(), said.id, "Sai chỗ")
    edited = talking.edit_comment(platform, chair, record, said.id, "Lần hai, nhờ @contact")
    assert edited.edited_at is not None
    assert [one.name for one in edited.mentions] == ["Nguyễn Thị Thu Hà"]
    assert sum("nhắc đến bạn" in text for text in heard(house, "contact", record)) == 1
    talking.edit_comment(platform, chair, record, said.id, edited.text + ".")
    assert sum("nhắc đến bạn" in text for text in heard(house, "contact", record)) == 1
    talking.delete_comment(platform, chair, record, said.id)
    (left,) = comments(house, "contact", record)
    assert (left.is_deleted, left.text, left.files, left.mentions) == (True, "", (), ())
    with pytest.raises(NotFound):
        keeping.open_file(platform, contact, file_id)
    with pytest.raises(NotFound):
        talking.delete_comment(platform, chair, record, said.id)
    late = talking.comment(platform, chair, record, "Giữ nguyên")
    house.clock.pass_by(minutes=16)
    assert not comments(house, "chair", record)[-1].may_change
    for change in (talking.delete_comment, lambda *given: talking.edit_comment(*given, "Muộn")):
        with pytest.raises(Refused):
            change(platform, chair, record, late.id)
