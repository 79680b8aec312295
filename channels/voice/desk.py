"""What every spoken channel does with a turn: the answer aloud, and the PIN before a write.

A spoken channel (its name is one of ``pins.SPOKEN``: ``alexa``, ``twilio``, or ``voice`` for
any other door) finds out who speaks and calls

    desk = VoiceDesk(house)
    answer = await desk.answer(person_id, Said(text, channel="voice", message_id=…))

and says ``answer.spoken``. That is all: when Penny would write something, the action layer
refuses the turn for want of the PIN (``pins.NEEDED`` among its facts), and ``answer`` asks for
it instead (``wants_pin``; a channel with keys may then listen to those alone). Whatever is
heard next goes through ``answer`` like every other turn; the desk takes the PIN out, checks
it, and has the refused words said again as verified. What is said instead of a PIN is a turn
like any other.

The PIN itself never leaves this module but to be checked: it is in no turn, so in no history,
no event, no log and not at Rasa's. Whether a PIN is being waited for is read from the history,
so it outlives a restart. ``message_id`` has to stay the same when a message arrives twice.
A caller that may only ask questions (``may_act=False``) is never asked for a PIN.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from anyio import to_thread

from channels.contract import House
from channels.conversations import TooFast
from channels.intake import Said
from channels.speech import Spoken, aloud, pressed, spoken
from channels.turns import Message, Turn
from channels.voice.digits import LONGEST, SHORTEST, is_bare_number, pin_in, volunteers_pin
from finance_core.services import pins, voice
from finance_core.services.pins import Checked, Verdict

WAITS_FOR = timedelta(minutes=3)
"""How long a PIN is waited for."""

_MARK = "-pin"  # ends the message id of what is said again with the PIN
_MOST_REMEMBERED = 1_000

ASK = ("I need your PIN for that.", "What is your PIN?")
ASK_AGAIN = ("That is not your PIN.", "What is your PIN?")
NOT_WHOLE = ("I did not catch all of it.", "Please say your PIN again, digit by digit.")
NO_PIN = (
    "For that I need a PIN, and you have none yet.",
    "Please set one on Penny's web page; what I offered waits there too.",
)
ONLY_ASK = (
    "This device may only ask me things, so nothing has happened.",
    "You can say yes on Penny's web page.",
)
TOO_LATE = ("That took too long, so nothing has happened.", "What would you like me to do?")
UNASKED = (
    "Please keep your PIN to yourself until I ask for it.",
    "What would you like to know?",
)
HAVE_IT = ("I have your PIN already.", "What else would you like?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say.

    Attributes:
        spoken: the words.
        messages: the same as Penny wrote it, for channels that show it too; without figures
            where none are to be told.
        wants_pin: whether the PIN is what has to come next.
    """

    spoken: Spoken
    messages: tuple[Message, ...] = ()
    wants_pin: bool = False


class VoiceDesk:
    """Takes the turns of spoken channels; see the module."""

    def __init__(self, house: House) -> None:
        self._core = house.core
        self._conversations = house.conversations
        self._answered: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    async def answer(self, person_id: str, said: Said, *, may_act: bool = True) -> Answer:
        """Answers one turn of a spoken channel.

        Args:
            person_id: who speaks.
            said: what was heard; ``channel`` is one of ``pins.SPOKEN``.
            may_act: whether this caller may have Penny write anything at all.

        Raises:
            IdReused: the message id was used for other words.
        """
        if said.channel not in pins.SPOKEN:
            raise ValueError(f"{said.channel} is no spoken channel")
        key = person_id, said.message_id
        if key in self._answered:
            return self._answered[key]
        turns = await self._conversations.history.turns(person_id, said.thread)
        ids = (said.message_id, f"{said.message_id}{_MARK}")
        repeated = next((turn for turn in turns if turn.message_id in ids), None)
        if repeated:
            return await self._told(person_id, repeated, may_act)
        found = await self._about_pin(person_id, said, turns)
        if found:
            return self._remember(key, found)
        text = pressed(said.text, turns[-1].messages) if turns else said.text
        return await self._taken(person_id, replace(said, text=text), may_act)

    async def check_pin(self, person_id: str, digits: str, channel: str) -> Checked:
        """Checks a PIN that was keyed in, to let a caller in."""
        check = partial(pins.check, self._core, person_id, digits, channel=channel)
        return await to_thread.run_sync(check)

    async def _about_pin(self, person_id: str, said: Said, turns: list[Turn]) -> Answer | None:
        """The answer to what is, or may be, a PIN; None for all that is something else."""
        last = next((turn for turn in reversed(turns) if turn.channel == said.channel), None)
        waits = last is not None and needs_pin(last.messages)
        digits = pin_in(said.text)
        if last and waits and digits:
            if self._core.clock() - datetime.fromisoformat(last.at) > WAITS_FOR:
                return Answer(aloud(TOO_LATE, question=True))
            return await self._tried(person_id, said, digits, last)
        if volunteers_pin(said.text):
            return Answer(aloud(UNASKED, question=True))
        if last and last.message_id.endswith(_MARK) and is_bare_number(said.text):
            return Answer(aloud(HAVE_IT, question=True))
        return None

    async def _tried(self, person_id: str, said: Said, digits: str, refused: Turn) -> Answer:
        if not SHORTEST <= len(digits) <= LONGEST:  # misheard; it costs no try
            return Answer(aloud(NOT_WHOLE, question=True), wants_pin=True)
        checked = await self.check_pin(person_id, digits, said.channel)
        if checked.verdict is Verdict.RIGHT:
            again = replace(
                said,
                text=refused.text,
                message_id=f"{said.message_id}{_MARK}",
                verified=True,
            )
            return await self._taken(person_id, again, may_act=True)
        if checked.verdict is Verdict.NOT_SET:
            return Answer(aloud(NO_PIN))
        if checked.until is None:
            return Answer(aloud(ASK_AGAIN, question=True), wants_pin=True)
        return Answer(aloud(self.pause(checked)))

    def pause(self, checked: Checked) -> tuple[str, ...]:
        """What is said when no PIN is taken for a while."""
        left = (checked.until or self._core.clock()) - self._core.clock()
        minutes = max(1, round(left.total_seconds() / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        wrong = ["That is not your PIN."] if checked.verdict is Verdict.WRONG else []
        return (*wrong, f"I take no PIN for about {wait} now.", "Nothing has happened.")

    async def _taken(self, person_id: str, said: Said, may_act: bool) -> Answer:
        try:
            outcome = await self._conversations.take(person_id, said)
        except TooFast as error:
            return Answer(aloud([str(error)]))
        return await self._told(person_id, outcome.turn, may_act)

    async def _told(self, person_id: str, turn: Turn, may_act: bool) -> Answer:
        if needs_pin(turn.messages):
            if not may_act:
                return Answer(aloud(ONLY_ASK))
            has_one = await to_thread.run_sync(pins.is_set, self._core, person_id)
            return (
                Answer(aloud(ASK, question=True), wants_pin=True)
                if has_one
                else Answer(aloud(NO_PIN))
            )
        private = await to_thread.run_sync(voice.is_private, self._core, person_id)
        told = spoken(turn.messages, private=private)
        shown = (Message(told.text),) if private else turn.messages
        return Answer(told, shown)

    def _remember(self, key: tuple[str, str], answer: Answer) -> Answer:
        self._answered[key] = answer
        if len(self._answered) > _MOST_REMEMBERED:
            self._answered.popitem(last=False)
        return answer


def needs_pin(messages: tuple[Message, ...]) -> bool:
    """Whether Penny did nothing for want of the PIN."""
    return any(fact.get("name") == pins.NEEDED for message in messages for fact in message.facts)
