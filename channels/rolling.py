"""Which Rasa answers: the champion, or for some people the candidate of a rollout.

Both read and write the same conversations, so a person may be moved between two turns; a
conversation in which a form, a question or an offer waits for an answer stays with the model
that put it, unless that one no longer answers. A turn the candidate fails is answered by the
champion and counted as the candidate's error.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from anyio import to_thread

from channels.assistant import NOWHERE, Assistant, AssistantDown, Standing, sender
from channels.background import background
from channels.metrics import RolloutMetrics
from channels.settings import ChannelSettings
from channels.turns import Message
from learning.rollout.following import CANDIDATE, CHAMPION, Following, keep_up
from learning.rollout.plan import Rollout, Tally

log = logging.getLogger(__name__)

_REPHRASED_SECONDS = 60.0
_SIMILAR = 70.0  # of 100
_SESSION_SECONDS = 3600.0  # Rasa's own, see session_config: after it a form is over
_SLOWER, _SLOWER_SECONDS = 1.5, 0.05
_CHAMPION_TIMES = 50
_MOST_TALKS = 10_000
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
_NEGATIVE = "feedback_negative"


@dataclass(frozen=True, slots=True)
class Talk:
    """What is remembered of a conversation while a rollout is on.

    Attributes:
        rollout: id of the rollout.
        group: whose turn the last one was.
        open: whether something waits for an answer.
        text: the last words; empty for a button or when they are not known.
        at: when they were answered, on the monotonic clock.
    """

    rollout: str
    group: str
    open: bool
    text: str
    at: float


class Models:
    """Asks the right model; stands wherever an ``Assistant`` would.

    Args:
        settings: of this process.
        metrics: what is counted.
        following: the rollout as it stands.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        settings: ChannelSettings,
        metrics: RolloutMetrics,
        following: Following,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.following = following
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._models = {
            CHAMPION: Assistant(settings),
            CANDIDATE: Assistant(settings.for_candidate()),
        }
        self._talks: OrderedDict[str, Talk] = OrderedDict()
        self._times: deque[float] = deque(maxlen=_CHAMPION_TIMES)
        self._seen = ""
        metrics.follow(following, lambda: self.share)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keeps up with the registry in the background, and stores what was counted."""
        try:
            async with background(self._keep_up()):
                yield
        finally:
            rollout = self.following.rollout
            if rollout and rollout.going:  # what was counted since
                await to_thread.run_sync(keep_up, self.following)

    async def close(self) -> None:
        """Closes the connections."""
        for model in self._models.values():
            await model.close()

    async def ready(self) -> bool:
        """Whether the champion is up with a model loaded."""
        return await self._models[CHAMPION].ready()

    async def understanding(
        self, person_id: str, thread: str = "main"
    ) -> tuple[str | None, list[dict[str, Any]]]:
        """See :meth:`Assistant.understanding`; asks the model that had the last turn."""
        talk = self._talks.get(sender(person_id, thread))
        return await self._models[talk.group if talk else CHAMPION].understanding(person_id, thread)

    async def ask(
        self,
        person_id: str,
        text: str,
        channel: str,
        today: date | None = None,
        thread: str = "main",
        message_id: str | None = None,
        *,
        verified: bool = False,
    ) -> list[Message]:
        """See :meth:`Assistant.ask`."""
        asked = partial(
            Assistant.ask,
            person_id=person_id,
            text=text,
            channel=channel,
            today=today,
            thread=thread,
            message_id=message_id,
            verified=verified,
        )
        name, rollout = sender(person_id, thread), self.following.rollout
        if rollout is None or not (rollout.going or name in self._talks):
            return await asked(self._models[CHAMPION])
        before = await self._talk(rollout, person_id, thread)
        wanted = self._group(rollout, person_id, before)
        if not rollout.going and wanted == CHAMPION:  # over, and nothing is open any more
            self._talks.pop(name, None)
            return await asked(self._models[CHAMPION])
        self._count_rephrasing(before, text)
        messages, served = await self._answer(rollout, wanted, asked)
        standing = await self._standing(served, person_id, thread)
        self._count_understanding(rollout, served, before, standing)
        words = "" if text.startswith("/") else text
        self._talks[name] = Talk(rollout.id, served, standing.open, words, self._clock())
        self._talks.move_to_end(name)
        while len(self._talks) > _MOST_TALKS:
            self._talks.popitem(last=False)
        return messages

    @property
    def share(self) -> float:
        """Which part of the people has the candidate here; none until it was seen to be up."""
        rollout = self.following.rollout
        return rollout.share if rollout and rollout.id == self._seen else 0.0

    async def notice(self) -> None:
        """Sees whether the candidate of a rollout is there yet; it gets no turns before."""
        rollout = self.following.rollout
        unseen = rollout and rollout.going and rollout.id != self._seen
        if rollout and unseen and await self._models[CANDIDATE].ready():
            self._seen = rollout.id

    def forget_words(self) -> None:
        """Lets go of what was said longer ago than it is needed, and of talks that are over."""
        now = self._clock()
        for name, talk in list(self._talks.items()):
            if now - talk.at > _SESSION_SECONDS:
                del self._talks[name]
            elif talk.text and now - talk.at > _REPHRASED_SECONDS:
                self._talks[name] = replace(talk, text="")

    async def _keep_up(self) -> None:
        while True:
            self.forget_words()
            try:
                await to_thread.run_sync(keep_up, self.following)
                await self.notice()
            except Exception:  # people are answered without it
                log.exception("The rollout cannot be followed.")
            await asyncio.sleep(self._settings.rollout_seconds)

    async def _talk(self, rollout: Rollout, person_id: str, thread: str) -> Talk | None:
        """The conversation as it was left; asked of Rasa where it is not remembered."""
        talk = self._talks.get(sender(person_id, thread))
        if talk and talk.rollout == rollout.id:
            return talk
        standing = await self._standing(CHAMPION, person_id, thread)
        if not standing.open:
            return None
        group = CANDIDATE if standing.model == rollout.model_id else CHAMPION
        return Talk(rollout.id, group, True, "", self._clock())

    def _group(self, rollout: Rollout, person_id: str, talk: Talk | None) -> str:
        held = talk and talk.open and self._clock() - talk.at < _SESSION_SECONDS
        if talk and held:
            return talk.group
        return self.following.group_of(person_id) if rollout.id == self._seen else CHAMPION

    async def _answer(
        self, rollout: Rollout, wanted: str, asked: Callable[[Assistant], Any]
    ) -> tuple[list[Message], str]:
        """The answer, and whose it is."""
        started = self._clock()
        try:
            messages = await asked(self._models[wanted])
        except AssistantDown:
            if wanted == CHAMPION:
                self._count(rollout.id, CHAMPION, Tally(turns=1, error=1))
                raise
            messages = await asked(self._models[CHAMPION])  # if it fails too, nobody is to blame
            self._count(rollout.id, CANDIDATE, Tally(turns=1, error=1))
            return messages, CHAMPION
        seconds = self._clock() - started
        self._metrics.seconds.labels(wanted).observe(seconds)
        self._count(rollout.id, wanted, self._timed(wanted, seconds))
        return messages, wanted

    def _timed(self, group: str, seconds: float) -> Tally:
        """One answered turn; the candidate's is held against one of the champion's latest."""
        if group == CHAMPION:
            self._times.append(seconds)
            return Tally(turns=1)
        if not self._times:
            return Tally(turns=1)
        self._times.rotate()
        slower = seconds > _SLOWER * self._times[0] and seconds > self._times[0] + _SLOWER_SECONDS
        return Tally(turns=1, compared=1, slower=int(slower))

    async def _standing(self, group: str, person_id: str, thread: str) -> Standing:
        try:
            return await self._models[group].standing(person_id, thread)
        except AssistantDown:
            return NOWHERE

    def _count_rephrasing(self, before: Talk | None, text: str) -> None:
        """Much the same words again soon: the answer before was no good."""
        if not (before and before.text) or self._clock() - before.at >= _REPHRASED_SECONDS:
            return
        from rapidfuzz.fuzz import token_set_ratio  # noqa: PLC0415 for a rollout alone

        if token_set_ratio(before.text.lower(), text.lower()) >= _SIMILAR:
            self._count(before.rollout, before.group, Tally(rephrased=1))

    def _count_understanding(
        self, rollout: Rollout, group: str, before: Talk | None, standing: Standing
    ) -> None:
        if standing.intent in _NOT_UNDERSTOOD:
            self._count(rollout.id, group, Tally(fallback=1))
        elif standing.intent == _NEGATIVE:  # about the turn before
            self._count(rollout.id, before.group if before else group, Tally(negative=1))

    def _count(self, rollout_id: str, group: str, turn: Tally) -> None:
        self.following.record(rollout_id, group, turn)
        self._metrics.count(group, turn)
