"""Who has spoken to what several people must agree to, and who is missing (W-30).

Only what can be asked now is shown: an action with voices that the record's status still lets
somebody press. Who is not asked may see the sheet too, where he sees the record.
"""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Action, Voices
from luongviec.engine.people import members
from luongviec.engine.planning.voices import needed_among
from luongviec.engine.world import RecordState, Voice
from luongviec.services.record_page.course import SpokenVoice, VoiceSheet
from luongviec.services.showing import Showing
from luongviec.services.views import PersonView


def voices_of(showing: Showing, record: RecordState) -> tuple[VoiceSheet, ...]:
    """Give the sheets of a record; none where one voice is enough and nobody has spoken."""
    if record.deleted_at is not None:
        return ()
    return tuple(_sheets(showing, record))


def _sheets(showing: Showing, record: RecordState) -> Iterator[VoiceSheet]:
    for action in showing.module(record).actions.values():
        if action.voices is None or not _is_open(showing, record, action):
            continue
        sheet = _sheet(showing, record, action, action.voices)
        if sheet is not None and (sheet.needed > 1 or sheet.spoken):
            yield sheet


def _is_open(showing: Showing, record: RecordState, action: Action) -> bool:
    """Whether the status lets anybody press it, and move where it leads."""
    table = showing.case(record).held.table
    if not table.granting(record.status, action.permission):
        return False
    return not action.moves or any(table.moving(record.status, to) for to in action.moves)


def _sheet(showing: Showing, record: RecordState, action: Action, voices: Voices) -> VoiceSheet | None:
    try:
        asked = members(showing.world, voices.of, record=record, actor=showing.actor)
    except LuongViecError:
        return None
    given = {voice.cast_for: voice for voice in record.voices if voice.action == action.code}
    missing = tuple(
        person for one in asked if one not in given and (person := showing.person(one)) is not None
    )
    spoken = tuple(_spoken(showing, voice) for voice in given.values())
    needed = needed_among(voices, showing.scope(record), len(asked))
    return VoiceSheet(action.label, needed, len(asked), voices.ordered, spoken, missing)


def _spoken(showing: Showing, voice: Voice) -> SpokenVoice:
    person = showing.person(voice.cast_for) or PersonView(voice.cast_for, f"#{voice.cast_for}")
    by = None if voice.person == voice.cast_for else showing.person(voice.person)
    return SpokenVoice(person, voice.yes, voice.at, by)
