"""What is said to something that Penny began: why, yes, not now, later, never again.

Rasa does not see a nudge, so what refers to one is told by what was sent: words that ask why
she wrote, or name what she wrote about, mean it for a month; plain ones ("why?", "skip it",
"later", "yes") only while nothing has been said since. Something that waits for a yes is not
answered by a yes to a newer nudge: it is asked once more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.replies import nudges as words
from actions.replies import savings as saving_words
from actions.turn import Reply, Turn
from actions.understanding.days import find_day
from actions.understanding.rests import rests_until
from actions.understanding.saving_styles import read_style
from finance_core.services import autosaves, changes, insights, notifications, nudges
from finance_core.services.core import Core
from finance_core.services.insights import Answer
from finance_core.services.notifications import Choices
from finance_core.services.nudges import StoredNudge

_LOOK_BACK = timedelta(days=30)
_FRESH = timedelta(days=3)
_MORNING = time(9)
_TELLING = 5  # letters of a first word that names a merchant by itself

_SAID = (
    r"(?:tell|told|telling|say|said|send|sent|sending|write|wrote|writing|messag\w+|remind\w*|"
    r"warn\w*|alert\w*|notif\w+|nudg\w+|ping\w*|bother\w*)"
)
_MESSAGE = r"(?:messages?|notifications?|alerts?|nudges?|reminders?|warnings?|texts?)"
_WHY = re.compile(
    rf"\bwhy (?:did|do|are|have|would) you (?:\w+ ){{0,2}}?{_SAID}\b"
    r"|\bwhy (?:am i|did i|do i|have i) (?:\w+ )?"
    r"(?:see|seeing|get|getting|got|receiv\w+|shown|told)(?: shown| told)? "
    r"(?:this|that|these|those|it|an?|about)\b"
    rf"|\bwhy (?:this|that|the|these) {_MESSAGE}\b"
    rf"|\b(?:what|where) (?:is|was|'s|does) (?:this|that) {_MESSAGE}\b.*\b(?:for|about|from)\b"
)
_LATER = re.compile(
    r"^\W*(?:please )?(?:snooze\b(?!.*\b(?:all|everything|alerts|reminders|warnings|"
    r"notifications|messages|news|suggestions|summary)\b)|"
    r"(?:remind|tell|ask|ping) me (?:about (?:it|this|that) )?"
    r"(?:again|later|tomorrow|in|on|next)\b|"
    r"(?:maybe )?later\b|not today\b|(?:try|come back) again\b)"
)
_MUTE = re.compile(
    r"\b(?:don'?t|do not|never|stop|no need to)\b.{0,14}\b(?:remind|tell|show|mention|warn|nudg|"
    r"alert|notify|bother)\w*\b|\b(?:mute|silence)\b|\bnever again\b|"
    r"\bnot this (?:one|bill)\b"
)
_THIS = re.compile(r"\b(?:this|that|it|this one|that one|again|any ?more)\b")
_STOP = re.compile(
    rf"^\W*(?:please )?(?:stop|no more(?: of)?|enough of|end|turn off|switch off|mute|quit)"
    rf"(?: (?:sending|with|telling|writing|giving))?(?: me)? (?:these|those|such|this kind of|"
    rf"that kind of)(?: {_MESSAGE})?\W*$"
)
_NOT_NOW = re.compile(
    r"^\W*(?:skip (?:it|this|that|this one|that one)|not (?:now|today|yet|interested)|leave (?:it|"
    r"that)|no,? (?:not now|thanks?|thank you)|never ?mind|dismiss(?: (?:it|this|that))?)"
    r"[\s,!.]*(?:please|thanks?)?[\s!.]*$"
)


def answered(core: Core, turn: Turn) -> Reply | Turn | None:
    """What the words do to something that Penny began.

    Returns:
        A reply; the turn that they stand for, with ``intent`` the skill to be asked; None when
        they are about something else.
    """
    recent = nudges.recent(core, turn.person.id, turn.now - _LOOK_BACK)
    if not recent:
        return None
    said = turn.text.lower().replace("’", "'")
    named = _named(said, recent)
    if _WHY.search(said):
        return words.why(named or recent[0])
    fresh = recent[0] if _is_fresh(turn, recent[0]) else None
    meant = named or (fresh if _THIS.search(said) or "never again" in said else None)
    if meant and _MUTE.search(said):
        return _mute(core, turn, meant, said)
    return _to_fresh(core, turn, fresh, said) if fresh else None


def keep(core: Core, turn: Turn, choices: Choices, summary: str, done_text: str) -> Reply:
    """Keeps choices at once, with a way back: what was pressed or asked is harmless."""
    change = changes.propose(
        core,
        turn.person.id,
        notifications.KIND,
        notifications.payload(core, turn.person.id, choices),
        summary=summary,
        done_text=done_text,
        now=turn.now,
        channel=turn.channel,
    )
    changes.confirm(core, turn.person.id, change.id, turn.now, turn.channel)
    return Reply(done_text, (), (("Undo", "undo"),))


def _to_fresh(core: Core, turn: Turn, fresh: StoredNudge, said: str) -> Reply | Turn | None:
    """What plain words do to a nudge that nothing was said since."""
    if turn.intent == "explain":
        return words.why(fresh)
    if _announces(fresh) and read_style(said).skip:
        return _skip(core, turn)
    if _STOP.match(said):
        return _turn_off(core, turn, fresh)
    if _LATER.match(said):
        return _later(core, turn, fresh)
    return _answer(core, turn, fresh, said)


def _answer(core: Core, turn: Turn, fresh: StoredNudge, said: str) -> Reply | Turn | None:
    """What a yes or no does to it, unless that is said to something else."""
    if turn.proposal_id or turn.change_id or turn.open_question:
        return replace(turn, answering={}) if turn.intent == "affirm" else None
    if turn.intent in ("deny", "cancel") or _NOT_NOW.match(said):
        return _refused(core, turn, fresh)
    if turn.intent == "affirm":
        return _taken_up(core, turn, fresh)
    return None


def _named(said: str, recent: Sequence[StoredNudge]) -> StoredNudge | None:
    """The latest nudge about something that the words name."""
    for one in recent:
        if any(_names(said, name) for name in (one.about, *one.payload["items"])):
            return one
    return None


def _names(said: str, name: str) -> bool:
    """Whether the words name something, in full or by its first word ("fonecom")."""
    whole = name.lower()
    first = whole.split()[0] if whole.split() else whole
    meant = [whole, first] if len(first) >= _TELLING else [whole]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) for word in meant)


def _is_fresh(turn: Turn, nudge: StoredNudge) -> bool:
    if nudge.sent_at is None or turn.now - nudge.sent_at > _FRESH:
        return False
    return turn.said_before_at is None or nudge.sent_at > turn.said_before_at


def _announces(nudge: StoredNudge) -> bool:
    """Whether it announces a save that is still to be made."""
    return nudge.kind == nudges.NudgeKind.OWN_MOVES and nudge.key.endswith(" announced")


def _skip(core: Core, turn: Turn) -> Reply:
    return saving_words.skipped(autosaves.skip(core, turn.person.id, turn.now, turn.channel))


def _refused(core: Core, turn: Turn, nudge: StoredNudge) -> Reply:
    if _announces(nudge):
        return _skip(core, turn)
    _note(core, turn, nudge, Answer.DISMISSED)
    return words.left()


def _taken_up(core: Core, turn: Turn, nudge: StoredNudge) -> Reply | Turn | None:
    if _announces(nudge):
        return words.goes_ahead(nudge)
    if not nudge.payload["ask"]:
        return None
    _note(core, turn, nudge, Answer.ACCEPTED)
    _, text, skill = nudge.payload["ask"]
    return replace(turn, text=text, intent=skill, frame={}, hints=(), answering={})


def _note(core: Core, turn: Turn, nudge: StoredNudge, said: Answer) -> None:
    if nudge.payload["offer"]:
        key = nudge.payload["offer"][0]
        insights.answer(core, turn.person.id, key, said, turn.today, turn.now, turn.channel)


def _turn_off(core: Core, turn: Turn, nudge: StoredNudge) -> Reply:
    if nudge.kind not in notifications.NUDGES:
        return words.always_told()
    choices = notifications.of_person(core, turn.person.id).turned({nudge.kind}, on=False)
    what = words.called(nudge.kind)
    return keep(core, turn, choices, f"leave out {what}", f"All right, no more {what}.")


def _mute(core: Core, turn: Turn, nudge: StoredNudge, said: str) -> Reply:
    if nudge.kind not in notifications.NUDGES:
        return words.always_told()
    items = nudge.payload["items"] or [nudge.about]
    meant = [name for name in items if _names(said, name)] or items
    things = [notifications.thing(nudge.kind, name) for name in meant]
    choices = notifications.of_person(core, turn.person.id).muting(things)
    _note(core, turn, nudge, Answer.MUTED)
    summary, done = words.muted(nudge.kind, meant)
    return keep(core, turn, choices, summary, done)


def _later(core: Core, turn: Turn, nudge: StoredNudge) -> Reply:
    zone = ZoneInfo(turn.person.timezone)
    day = find_day(turn.text, turn.today) or rests_until(turn.text, turn.today)
    if day is None or day <= turn.today:
        day = turn.today + timedelta(days=1)
    at = datetime.combine(day, _MORNING, zone)
    nudges.repeat(core, turn.person.id, nudge.id, at, turn.now, turn.channel)
    return words.again(nudge, day)
