"""Actions that several people must agree to: giving a voice, counting, the counter-voice.

An action with `voices` runs its effects with the voice that meets `need`; until then only the voice
is noted. The action named `against` gives the counter-voice: with `one_no: ends` its effects run at
once, else when `need` can no longer be met. One press is enough where `need` is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luongviec.engine.deciding.conditions import VOICE_GIVEN, VOICE_NOT_ASKED, VOICE_NOT_YET
from luongviec.engine.errors import LuongViecError, Refused
from luongviec.engine.expressions.scope import plain_value
from luongviec.engine.model import Action, Voices
from luongviec.engine.moments import voices_needed
from luongviec.engine.planning.run import Run
from luongviec.engine.text import Text
from luongviec.engine.world import Voice


def speak(run: Run, action: Action) -> bool:
    """Note the voice that pressing an action gives; whether its effects run now.

    Raises:
        Refused: the person is not asked, has spoken already, or is not next.
    """
    if run.actor.is_system:
        return True
    if action.voices is not None:
        return _for(run, action.code, action.voices)
    for asked in run.module.actions.values():
        if asked.voices is not None and asked.voices.against == action.code:
            return _against(run, asked.code, asked.voices)
    return True


def _for(run: Run, code: str, voices: Voices) -> bool:
    asked = run.people(voices.of)
    needed = needed_voices(run, voices, len(asked))
    speaking = _speaking_for(run, asked)
    if not speaking:
        if needed <= 1:
            return True  # whoever may press it decides alone
        raise Refused(VOICE_NOT_ASKED)
    _give(run, code, voices, asked, speaking, yes=True)
    return _count(run, code, yes=True) >= needed


def _against(run: Run, code: str, voices: Voices) -> bool:
    asked = run.people(voices.of)
    speaking = _speaking_for(run, asked)
    if not speaking:
        return True
    _give(run, code, voices, asked, speaking, yes=False)
    if voices.one_no_ends:
        return True
    needed = needed_voices(run, voices, len(asked))
    return len(asked) - _count(run, code, yes=False) < needed


def needed_voices(run: Run, voices: Voices, total: int) -> int:
    """Give how many voices meet `need` among so many people; what is no rule asks everybody."""
    return needed_among(voices, run.scope(), total)


def needed_among(voices: Voices, scope: Mapping[str, object], total: int) -> int:
    """Give the same count from the names that `need` may read (for pages)."""
    try:
        needed = voices_needed(plain_value(voices.need.evaluate(scope)), total)
    except (LuongViecError, ValueError):
        return max(total, 1)
    return min(needed, max(total, 1))


def _speaking_for(run: Run, asked: Iterable[int]) -> tuple[int, ...]:
    """Give whom of those asked the actor speaks for: himself, or the one on whose behalf he acts."""
    principal = run.actor.principal
    return () if principal is None or principal not in tuple(asked) else (principal,)


def _give(
    run: Run, code: str, voices: Voices, asked: tuple[int, ...], speaking: tuple[int, ...], *, yes: bool
) -> None:
    spoken = {voice.cast_for for voice in run.record.voices if voice.action == code}
    left = tuple(user_id for user_id in speaking if user_id not in spoken)
    if not left:
        raise Refused(VOICE_GIVEN)
    if voices.ordered:
        following = next((user_id for user_id in asked if user_id not in spoken), None)
        if following not in left:
            raise Refused(VOICE_NOT_YET)
        left = (following,)
    person = run.actor.user_id or 0
    for user_id in left:
        voice = Voice(code, person, user_id, yes, run.session.draft.now)
        run.session.give_voice(run.entry, run.record_id, voice)
    run.occur(f"voiced.{code}", left)


def _count(run: Run, code: str, *, yes: bool) -> int:
    return sum(1 for voice in run.record.voices if voice.action == code and voice.yes is yes)


def withdraw(run: Run, code: str) -> None:
    """Take the actor's own voices for an action back while nothing is decided: those that he gave, and
    those that were given in his name.

    Raises:
        Refused: the actor has given none.
    """
    own = tuple(
        voice
        for voice in run.record.voices
        if voice.action == code and run.actor.principal in (voice.person, voice.cast_for)
    )
    if not own:
        raise Refused(Text("Bạn chưa cho ý kiến nào.", "You have given no voice."))
    run.session.clear_voices(run.entry, run.record_id, own)
