"""Simulated people who talk with the running Penny over HTTP, each message a real turn.

They know what they mean. Where the answer is to something else, some say it in other words,
some complain, some leave it. What the answer is to they are told by the intent that Penny
understood, which stands for reading it.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import httpx

from cli.rehearsal.phrasings import Phrasing

_AT_ONCE = 3
_SECONDS = 60.0
_SAY_AGAIN, _COMPLAIN = 0.5, 0.3  # chances, where Penny misunderstood
_COMPLAINTS = (
    "no that's not what I asked",
    "that is not what i meant",
    "wrong answer",
    "thats not right",
    "you misunderstood me",
)
_FALLBACK, _OUTSIDE = "nlu_fallback", "out_of_scope"
# People ask for a few things all the time; everything else has weight 1.
OFTEN: Mapping[str, float] = {
    "check_balance": 10.0,
    "spending_report": 10.0,
    "search_transactions": 5.0,
    "upcoming_bills": 4.0,
    "forecast_balance": 3.0,
    "transfer_money": 3.0,
    "check_income": 2.0,
    "check_affordability": 2.0,
}


@dataclass(frozen=True, slots=True)
class Resident:
    """One simulated person: id and token."""

    id: str
    token: str


@dataclass(slots=True)
class Heard:
    """What came back.

    Attributes:
        turns: messages sent.
        talks: conversations begun.
        understood: those whose first message was understood.
        unanswered: messages that got no answer.
        reactions: what people did where they were not.
        milliseconds: of each answer.
    """

    turns: int = 0
    talks: int = 0
    understood: int = 0
    unanswered: int = 0
    reactions: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """In JSON's types."""
        return {
            "turns": self.turns,
            "talks": self.talks,
            "understood": self.understood,
            "unanswered": self.unanswered,
            "reactions": dict(sorted(self.reactions.items())),
            "p50_ms": round(statistics.median(self.milliseconds or [0.0]), 1),
        }


class Crowd:
    """Has people say things, a few at a time.

    Args:
        url: where Penny answers.
        wordings: all that may be said, to find other words for the same.
        seed: of the dice.
    """

    def __init__(self, url: str, wordings: Sequence[Phrasing], seed: int = 1) -> None:
        self._url = url
        self._dice = random.Random(seed)  # noqa: S311 no secret
        self._again: dict[str, list[Phrasing]] = {}
        for one in wordings:
            self._again.setdefault(one.intent, []).append(one)
        self._threads = 0
        self.heard = Heard()

    def talk(self, said: Iterable[tuple[Resident, Phrasing]], today: date | None = None) -> None:
        """Each says theirs in a conversation of its own, and reacts to the answer."""
        asyncio.run(self._all(list(said), today))

    def drawn(
        self, count: int, who: Callable[[random.Random], Resident]
    ) -> list[tuple[Resident, Phrasing]]:
        """``count`` things to say, as often asked as people ask them, each by ``who``."""
        intents = sorted(self._again)
        weights = [OFTEN.get(intent, 1.0) for intent in intents]
        return [
            (who(self._dice), self._dice.choice(self._again[intent]))
            for intent in self._dice.choices(intents, weights, k=count)
        ]

    def dealt(
        self, people: Sequence[Resident], said: Iterable[Phrasing]
    ) -> list[tuple[Resident, Phrasing]]:
        """Each thing once, in any order, by one after the other."""
        order = list(said)
        self._dice.shuffle(order)
        return [(people[place % len(people)], one) for place, one in enumerate(order)]

    async def _all(self, said: Sequence[tuple[Resident, Phrasing]], today: date | None) -> None:
        waiting = iter(said)
        async with httpx.AsyncClient(
            base_url=self._url, timeout=_SECONDS, trust_env=False
        ) as client:

            async def some() -> None:
                for person, phrasing in waiting:
                    await self._converse(client, person, phrasing, today)

            await asyncio.gather(*(some() for _ in range(_AT_ONCE)))

    async def _converse(
        self, client: httpx.AsyncClient, person: Resident, phrasing: Phrasing, today: date | None
    ) -> None:
        self._threads += 1
        thread = f"rehearsal-{self._threads}"
        self.heard.talks += 1
        if is_right(await self._say(client, person, phrasing.text, thread, today), phrasing.intent):
            self.heard.understood += 1
            return
        reaction, words = self._reaction(phrasing)
        self.heard.reactions[reaction] += 1
        if words:
            await self._say(client, person, words, thread, today)

    def _reaction(self, phrasing: Phrasing) -> tuple[str, str | None]:
        dice = self._dice.random()
        if dice < _SAY_AGAIN:
            others = [one for one in self._again[phrasing.intent] if one.text != phrasing.text]
            alike = [one for one in others if one.family == phrasing.family] or others
            return "said again", self._dice.choice(alike).text if alike else phrasing.text
        if dice < _SAY_AGAIN + _COMPLAIN:
            return "complained", self._dice.choice(_COMPLAINTS)
        return "left it", None

    async def _say(
        self,
        client: httpx.AsyncClient,
        person: Resident,
        text: str,
        thread: str,
        today: date | None,
    ) -> str | None:
        """What was understood; None where nothing was answered."""
        body = {"text": text, "thread": thread, "understanding": True}
        if today:
            body["as_of"] = today.isoformat()
        self.heard.turns += 1
        started = time.perf_counter()
        try:
            answer = await client.post(
                "/api/messages", headers={"Authorization": f"Bearer {person.token}"}, json=body
            )
            found = answer.raise_for_status().json()
            messages, intent = found["messages"], found.get("intent")
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            messages, intent = [], None
        self.heard.milliseconds.append(1000 * (time.perf_counter() - started))
        if not messages:
            self.heard.unanswered += 1
        return None if intent is None else str(intent)


def is_right(understood: str | None, meant: str) -> bool:
    """Whether that is what was meant; a fallback is right for what is out of scope."""
    return (_OUTSIDE if understood == _FALLBACK else understood) == meant
