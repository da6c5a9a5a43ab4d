"""What one may not see is nowhere: a paper for chosen readers, a private note, a secret ballot.

One table says who may see each secret; another lists every place where something could show. Each place
is looked at by everybody. So that no place is silent by mistake, the places where those who may see a
secret do find it are named too.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from luongviec.engine.errors import NotFound
from luongviec.engine.model import Block
from luongviec.services.accounts import create_token
from luongviec.services.files import keeping
from luongviec.services.lists.search import search
from luongviec.services.platform import Touched, utc_now
from luongviec.services.record_page.blocks import SHARED_KINDS
from luongviec.services.records import changing
from luongviec.services.telling import delivery
from luongviec.services.telling.calendar_feed import make_feed, read_feed
from luongviec.services.telling.live import LiveHub, Publication, moment_ms
from luongviec.store.folding import fold
from luongviec.store.models import Notification
from luongviec.web.pages.live import HUB
from tests.web.conftest import Pages, Reader
from tests.web.doing import YES

#: Creator, secretary, two attendees, guest, somebody from elsewhere, administrator of everything.
LOOKERS = ("tuan", "thuha", "bao", "nga", "long", "stranger", "tung")


@dataclass(frozen=True)
class Secret:
    """Something that only some may see.

    Attributes:
        owner: the record below which it stands.
        words: what must not be read by others; its own address and id must not be either.
        for_others: how many records of its kind others may see at most.
    """

    module: str
    id: int
    owner: int
    meeting: int
    relation: str
    words: tuple[str, ...]
    seen_by: frozenset[str]
    for_others: int
    file_id: int | None = None

    def is_in(self, text: str) -> bool:
        """Whether a text gives the secret away."""
        folded = fold(text)
        if any(fold(word) in folded for word in self.words):
            return True
        return re.search(rf"/r/{self.id}(?!\d)", text) is not None

    def is_in_json(self, value: object) -> bool:
        """Whether an answer of the API gives it away."""
        if isinstance(value, Mapping):
            if value.get("id") == self.id and value.get("module") == self.module:
                return True
            return any(self.is_in_json(one) for one in value.values())
        if isinstance(value, list):
            return any(self.is_in_json(one) for one in value)
        return isinstance(value, str) and self.is_in(value)


@dataclass(frozen=True)
class Look:
    """One person who looks for one secret; `opened` keeps what he has opened already."""

    pages: Pages
    who: str
    reader: Reader
    token: str
    opened: dict[str, tuple[int, str]]
    secret: Secret

    def page(self, address: str) -> tuple[int, str]:
        """Open an address; give its status and what may be read there."""
        if address not in self.opened:
            answer = self.reader.get(address)
            self.opened[address] = (answer.status_code, _text_of(answer))
        return self.opened[address]

    def api(self, path: str) -> object:
        return self.reader.get(f"/api/v1{path}", Authorization=f"Bearer {self.token}").json

    def reads(self, address: str) -> bool:
        """Whether a page, a PDF, a document or a workbook at an address gives the secret away."""
        status, text = self.page(address)
        return status == 200 and self.secret.is_in(text)

    def reaches(self, address: str) -> bool:
        """Whether there is anything at an address for this person."""
        return self.page(address)[0] not in (403, 404)


def _text_of(answer: TestResponse) -> str:
    if answer.data.rstrip().endswith(b"%%EOF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            inside = (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
            return " ".join([*archive.namelist(), *inside])
    return answer.text


# --- The places ---------------------------------------------------------------------------------------


def _own_pages(look: Look) -> bool:
    one = f"/r/{look.secret.id}"
    tails = ("", "/history", "/stamp", "/print", "/print.pdf", "/explain", "/receipts", "/edit")
    return any(look.reaches(f"{one}{tail}") for tail in tails)


def _own_file(look: Look) -> bool:
    file_id = look.secret.file_id
    return file_id is not None and (
        look.reaches(f"/files/{file_id}") or look.reaches(f"/files/{file_id}/view")
    )


def _pages_around(look: Look) -> bool:
    secret = look.secret
    around = [f"/r/{one}{tail}" for one in {secret.owner, secret.meeting} for tail in ("", "/history")]
    return any(look.reads(address) for address in (*around, "/", "/notifications"))


def _live_blocks(look: Look) -> bool:
    """Parts of pages that are drawn again by themselves, whether the page has them or not.

    The process hears of changes here, so what was drawn for somebody else may be shared.
    """
    with look.pages.platform.reading() as work:
        pages = {code: work.workspace.modules[code].page for code in ("meeting", "vote")}
    blocks = [(look.secret.meeting, place) for place in _live_places(pages["meeting"])]
    if look.secret.owner != look.secret.meeting:
        blocks += [(look.secret.owner, place) for place in _live_places(pages["vote"])]
    return any(look.reads(f"/r/{one}/block/{place}") for one, place in blocks)


def _live_places(page: Sequence[Block]) -> Iterator[int]:
    return (place for place, block in enumerate(page) if block.live and block.kind in SHARED_KINDS)


def _screen(look: Look) -> bool:
    """What hangs on the wall of the room."""
    shown = {look.secret.owner, look.secret.meeting}
    return any(look.reads(f"/r/{one}/screen") for one in shown)


def _stream(look: Look) -> bool:
    """That something happened to it, to those who look at what it hangs on or at its own address."""
    secret, hub = look.secret, LiveHub()
    actor = look.pages.town.actor(look.who)
    above = ((secret.owner, secret.relation),)
    above += ((secret.meeting, "votes"),) if secret.owner != secret.meeting else ()
    for record_id in {secret.id, secret.owner, secret.meeting}:
        try:
            stream = hub.open(look.pages.platform, actor, record_id)
        except NotFound:
            continue
        hub.receive(look.pages.platform, Publication(moment_ms(), (Touched(secret.id, above),)))
        told = stream.wait(0)
        hub.close(stream)
        if told is not None:
            return True
    return False


def _boards_and_calendars(look: Look) -> bool:
    """Lists in their other forms: of its own module by status, of what it hangs on by day."""
    return look.reads(f"/m/{look.secret.module}?view=board") or look.reads("/m/meeting?view=calendar")


def _feed(look: Look) -> bool:
    """The dates that other programs read."""
    if "feed" not in look.opened:
        secret = make_feed(look.pages.platform, look.pages.town.actor(look.who))
        look.opened["feed"] = (200, read_feed(look.pages.platform, secret).decode())
    return look.secret.is_in(look.opened["feed"][1])


def _home(look: Look) -> bool:
    """The cards of the first page, also when they are fetched apart."""
    page = look.page("/")[1]
    parts = set(re.findall(r'hx-get="(/[^"]+)"', page))
    return any(look.reads(html.unescape(address)) for address in ("/", *parts))


def _prints(look: Look) -> bool:
    tails = ("print", "print.pdf", "print.docx", "receipts", f"order/{look.secret.relation}")
    pairs = {look.secret.owner, look.secret.meeting}
    return any(look.reads(f"/r/{one}/{tail}") for one in pairs for tail in tails)


def _archive(look: Look) -> bool:
    return any(look.reads(f"/files/of/{one}.zip") for one in (look.secret.owner, look.secret.meeting))


def _lists(look: Look) -> bool:
    return look.reads(f"/m/{look.secret.module}")


def _exports(look: Look) -> bool:
    return any(look.reads(f"/list-parts/{look.secret.module}/-/file/{kind}") for kind in ("xlsx", "csv"))


def _search(look: Look) -> bool:
    """Found, or even counted; who voted is searched for by name."""
    secret = look.secret
    for word in secret.words or ("Bùi Thúy Nga",):
        found = search(look.pages.platform, look.pages.town.actor(look.who), word)
        if any(option.value == secret.module for option in found.modules):
            return True
        if re.search(rf"/r/{secret.id}(?!\d)", look.page(f"/search?q={word}")[1]):
            return True
    return False


def _api(look: Look) -> bool:
    secret, one = look.secret, f"/records/{look.secret.module}/{look.secret.id}"
    owner = f"/records/{'meeting' if secret.owner == secret.meeting else 'vote'}/{secret.owner}"
    answers = [look.api(f"{one}{tail}") for tail in ("", "/history", "/comments", "/explain")]
    answers += [look.api(f"{owner}{tail}") for tail in ("", "/history", f"/relations/{secret.relation}")]
    answers += [look.api(f"/records/{secret.module}"), look.api("/notifications")]
    return any(secret.is_in_json(answer) for answer in answers)


def _count(look: Look) -> bool:
    """Whether the number of records tells more than this person may know."""
    page = look.api(f"/records/{look.secret.module}")
    assert isinstance(page, Mapping)
    counted = len(page["items"])
    assert page.get("total", counted) == counted
    return counted > look.secret.for_others


def _messages(look: Look) -> bool:
    """In the application, and by mail."""
    with look.pages.platform.reading() as work:
        wanted = select(Notification).where(Notification.user_id == look.pages.town.users[look.who])
        told = work.session.scalars(wanted).all()
        return any(
            one.record_id == look.secret.id or look.secret.is_in(f"{one.subject} {one.text} {one.link}")
            for one in told
        )


PLACES: Mapping[str, Callable[[Look], bool]] = {
    "its own pages": _own_pages, "its file": _own_file, "pages around": _pages_around,
    "live blocks": _live_blocks, "screen": _screen, "stream": _stream, "home": _home, "feed": _feed,
    "boards and calendars": _boards_and_calendars, "prints": _prints, "archive": _archive, "lists": _lists,
    "exports": _exports, "search": _search, "API": _api, "count": _count, "messages": _messages,
}  # fmt: skip
#: Where those who may see it do find it: else a place would be silent by mistake.
FOUND_IN = {
    "meeting_document": {"its own pages", "its file", "pages around", "lists", "exports", "search", "API"}
    | {"count", "stream"},
    "note": {"its own pages", "pages around", "lists", "exports", "search", "API", "count", "stream"},
    "ballot": {"its own pages", "pages around", "API", "count", "stream"},
}


# --- The meeting --------------------------------------------------------------------------------------


def _secrets(pages: Pages) -> Iterator[Secret]:
    """Hold a meeting with a paper for one reader, a note, and a secret vote that is open."""
    platform, town = pages.platform, pages.town
    starts = utc_now() + timedelta(minutes=30)

    def add(who: str, module: str, relation: str, owner: int, **typed: object) -> int:
        made = changing.create_record(
            platform, town.actor(who), module, typed, owner_id=owner, relation=relation, answers=YES
        )
        return made.record_id

    def act(who: str, action: str, on: int, **typed: object) -> None:
        changing.act(platform, town.actor(who), on, action, typed, answers=YES)

    users = town.users
    typed = {
        "subject": "Họp kín", "host": str(town.units["province"]), "held_as": "in_person", "venue": "A2",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "chair": str(users["khanh"]), "secretary": [str(users["thuha"])], "guest": [str(users["long"])],
        "attendee": [str(users["bao"]), str(users["nga"])], "document_contributor": [str(users["phuoc"])],
    }  # fmt: skip
    made = changing.create_record(platform, town.actor("tuan"), "meeting", typed, answers=YES)
    meeting = made.record_id

    def paper(name: str) -> tuple[int, int]:
        content = io.BytesIO(f"%PDF-1.4 {name}".encode())
        kept = keeping.upload(platform, town.actor("phuoc"), f"{name}.pdf", content).id
        added = add("phuoc", "meeting_document", "documents", meeting, name=name, files=[kept])
        return added, kept

    hidden, hidden_file = paper("Phương án nhân sự kín")
    shown, _ = paper("Báo cáo chung")
    act("tuan", "approve", shown)
    act("tuan", "confirm_preparation", meeting)
    act("tuan", "start", meeting)
    act("tuan", "approve_for", hidden, reader=[str(users["bao"])])
    yield Secret(
        "meeting_document", hidden, meeting, meeting, "documents", ("Phương án nhân sự kín",),
        frozenset({"tuan", "khanh", "thuha", "bao", "phuoc"}), 1, hidden_file,
    )  # fmt: skip

    note = add("bao", "note", "notes", meeting, text="Chỉ mình tôi biết chuyện lươn lẹo")
    yield Secret("note", note, meeting, meeting, "notes", ("chuyện lươn lẹo",), frozenset({"bao"}), 0)

    vote = add("thuha", "vote", "votes", meeting, motion="Bầu tổ trưởng", secret_ballot=True)
    for who in ("khanh", "bao", "nga"):
        act(who, "check_in", meeting)
    act("thuha", "begin_vote", vote)
    ballot = add("nga", "ballot", "ballots", vote, choice="against")
    yield Secret("ballot", ballot, vote, meeting, "ballots", (), frozenset({"nga"}), 0)


@pytest.mark.requirement("M-20", "M-52", "M-53", "M-72", "M-80", "M-92")
def test_what_one_may_not_see_is_nowhere(pages: Pages) -> None:
    secrets = list(_secrets(pages))
    pages.app.extensions[HUB].is_listening = True  # drawings are shared where people see alike
    while waiting := delivery.waiting(pages.platform):
        for job, key in waiting:
            delivery.do(pages.platform, {}, job, key)
    wrong: list[str] = []
    for who in LOOKERS:
        reader, opened = pages.as_(who), dict[str, tuple[int, str]]()
        token, _ = create_token(pages.platform, pages.town.actor(who), "test")
        for secret in secrets:
            look = Look(pages, who, reader, token, opened, secret)
            found = {place for place, shows in PLACES.items() if shows(look)}
            if who not in secret.seen_by:
                wrong += [f"{secret.module} shows to {who} in {place}" for place in sorted(found)]
            else:
                missing = FOUND_IN[secret.module] - found
                wrong += [f"{secret.module} is hidden from {who} in {place}" for place in sorted(missing)]
    assert wrong == [], "\n".join(wrong)
