"""Which Rasa answers: the champion, or for some people the candidate of a rollout.

Both read and write the same conversations, so a person may be moved between two turns; a
conversation in which a form, a question or an offer waits for an answer stays with the model
that put it, unless that one no longer answers. A turn the candidate fails is answered by the
champion and counted as the candidate's error. After the answer the other model is asked how it
would have understood the words: where both agree, a turn says nothing about which is better.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from anyio import to_thread

from channels.assistant import NOWHERE, Assistant, AssistantDown, Standing, sender
from channels.background import background, begin
from channels.metrics import RolloutMetrics
from channels.settings import ChannelSettings
from channels.talks import (
    REPHRASED_SECONDS,
    Talk,
    differ,
    is_complaint,
    is_misunderstood,
    is_rephrased,
)
from channels.turns import Message
from learning.rollout.following import CANDIDATE, CHAMPION, Following, keep_up
from learning.rollout.plan import Rollout, Tally

log = logging.getLogger(__name__)

_SESSION_SECONDS = 3600.0  # Rasa's own, see session_config: after it a form is over
_SLOWER, _SLOWER_SECONDS = 1.5, 0.05
_CHAMPION_TIMES = 50
_MOST_TALKS = 10_000
_MOST_COMPARISONS = 20  # at a time; where the other model is slow, some turns go without


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
        self._comparing: set[asyncio.Task[None]] = set()
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
        for comparison in list(self._comparing):
            comparison.cancel()
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
        messages, served = await self._answer(rollout, wanted, asked)
        standing = await self._standing(served, person_id, thread)
        words = "" if text.startswith("/") else text
        talk = Talk(rollout.id, served, words, standing, self._clock())
        # read again: the last turn may have been compared meanwhile
        self._count_understanding(self._talks.get(name, before), talk)
        self._talks[name] = talk
        self._talks.move_to_end(name)
        while len(self._talks) > _MOST_TALKS:
            self._talks.popitem(last=False)
        if words and self.share and len(self._comparing) < _MOST_COMPARISONS:
            begin(self._compare(name, talk), self._comparing)
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
            elif talk.text and now - talk.at > REPHRASED_SECONDS:
                self._talks[name] = talk.without_words()

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
        return Talk(rollout.id, group, "", standing, self._clock())

    def _group(self, rollout: Rollout, person_id: str, talk: Talk | None) -> str:
        held = talk and talk.standing.open and self._clock() - talk.at < _SESSION_SECONDS
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

    async def _compare(self, name: str, talk: Talk) -> None:
        """Asks the other model how it understands what was just answered."""
        other = CHAMPION if talk.group == CANDIDATE else CANDIDATE
        try:
            intent = await self._models[other].parse(talk.text)
        except AssistantDown:
            return
        # a reaction that came before cannot be counted, so neither is the turn
        if differ(talk.standing.intent, intent) and self._talks.get(name) is talk:
            self._talks[name] = replace(talk, differs=True)
            self._count(talk.rollout, talk.group, Tally(differing=1))

    def _count_understanding(self, before: Talk | None, talk: Talk) -> None:
        """What the last turn says of itself, and of the one before."""
        if is_misunderstood(talk):
            self._count(talk.rollout, talk.group, Tally(fallback=1))
        complained = is_complaint(talk)
        if complained:
            self._count(talk.rollout, (before or talk).group, Tally(negative=1))
        if before is None:
            return
        again = is_rephrased(before, talk)
        if again:
            self._count(before.rollout, before.group, Tally(rephrased=1))
        if before.differs and (complained or again):
            self._count(before.rollout, before.group, Tally(regretted=1))

    def _count(self, rollout_id: str, group: str, turn: Tally) -> None:
        self.following.record(rollout_id, group, turn)
        self._metrics.count(group, turn)
