"""The sign-in journal: everything is in it, administrators find it, it is forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import Refused
from luongviec.engine.world import SYSTEM
from luongviec.services import accounts, housekeeping
from luongviec.services.accounts import SignInRefused, TooManyAttempts, Visitor, journal
from luongviec.store.accounts.sign_in_journal import JournalSearch
from tests.services.house import PASSWORD, House
from tests.services.signing import actor_named, lines, make_account, parameters

NEW = "rừng thông chiều nay"
DESK = Visitor("10.1.2.3", "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0")


@pytest.mark.requirement("A-27")
def test_attempts_lock_outs_and_changes_are_noted(house: House) -> None:
    name = make_account(house)
    secret, signed_in = accounts.sign_in(house.platform, name, PASSWORD, visitor=DESK)
    accounts.change_password(house.platform, signed_in.actor, PASSWORD, NEW, NEW, visitor=DESK)
    accounts.sign_out(house.platform, secret, visitor=DESK)
    house.clock.pass_by(seconds=1)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, name, "sai-mat-khau", visitor=DESK)
    for _ in range(3):  # waiting is noted once, however often somebody tries
        with pytest.raises(TooManyAttempts):
            accounts.sign_in(house.platform, name, NEW, visitor=DESK)
    found = lines(house, name)
    assert [line.kind for line in found] == ["locked", *["password"] * 5, "password_changed", "password"]
    assert {line.address for line in found} == {DESK.address}
    assert found[0].note == "wait:16"


@pytest.mark.requirement("A-27")
def test_it_is_searched_by_name_address_time_and_outcome(house: House) -> None:
    name = make_account(house)
    there = Visitor("172.16.5.9")
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, name, "sai", visitor=there)
    begun = house.clock.now
    house.clock.pass_by(hours=1)
    accounts.sign_in(house.platform, name, PASSWORD, visitor=there)

    def found(**search: object) -> list[bool]:
        page = journal.read_journal(house.platform, SYSTEM, JournalSearch(address="172.16.5.", **search))  # type: ignore[arg-type]
        return [line.succeeded for line in page.lines]

    assert found() == [True, False]
    assert found(succeeded=False) == [False]
    assert found(since=begun + timedelta(minutes=1)) == [True]
    assert found(until=begun + timedelta(minutes=1)) == [False]
    assert found(q=name[:6]) == [True, False]
    assert found(q="ai đo") == [True, False]  # by the person's name, without marks
    assert found(q="khong co ai") == []
    assert found(kind="reset_asked") == []
    assert found(q="%") == []


def test_pages_go_on_from_a_cursor_and_the_export_has_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PAGE", 2)
    there = JournalSearch(address="192.0.2.77")
    for number in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, f"ten-{number}", "sai", visitor=Visitor("192.0.2.77"))
    seen: list[str] = []
    older: int | None = None
    for _ in range(3):
        page = journal.read_journal(house.platform, SYSTEM, there, before=older)
        seen += [line.user_name for line in page.lines]
        older = page.older
    assert seen == [f"ten-{number}" for number in (4, 3, 2, 1, 0)]
    assert older is None
    exported = journal.export_journal(house.platform, SYSTEM, there)
    assert [line.user_name for line in exported] == seen


def test_only_who_may_read_it_reads_it(house: House) -> None:
    officer = house.actor("officer")
    for read in (journal.read_journal, journal.export_journal):
        with pytest.raises(Refused):
            read(house.platform, officer, JournalSearch())
    assert journal.read_journal(house.platform, house.actor("admin"), JournalSearch()) is not None
    name = make_account(house)
    accounts.sign_in(house.platform, name, PASSWORD)
    assert {line.user_name for line in journal.own_journal(house.platform, actor_named(house, name))} == {
        name
    }


def test_old_lines_are_forgotten_after_the_days_of_the_parameter(house: House) -> None:
    name = make_account(house)
    accounts.sign_in(house.platform, name, PASSWORD)
    house.clock.pass_by(days=40)
    housekeeping.clean(house.platform)
    assert lines(house, name)
    with parameters(house, journal_days=30):
        housekeeping.clean(house.platform)
    assert not lines(house, name)
