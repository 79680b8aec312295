"""Simulated people: who says what, and what they do when they are not understood."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cli.rehearsal.crowd import Crowd, Resident, is_right
from cli.rehearsal.phrasings import Phrasing
from tests.channels.serving import served

PEOPLE = [Resident("robin", "token-r"), Resident("sam", "token-s")]
SAID = [
    Phrasing("am i skint", "check_balance", "balance 0"),
    Phrasing("skint or what", "check_balance", "balance 0"),
    Phrasing("the dosh", "check_balance", "balance 1"),
    Phrasing("rain?", "out_of_scope", "outside 0"),
]


class Penny:
    """Understands nothing but what it is told to."""

    def __init__(self, understood: dict[str, str], failing: bool = False) -> None:
        self.understood, self.failing = understood, failing
        self.heard: list[tuple[str, dict[str, str]]] = []

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.heard.append((request.headers["authorization"], body))
        if self.failing:
            return JSONResponse({"error": "no"}, 503)
        intent = self.understood.get(body["text"], "nlu_fallback")
        return JSONResponse({"messages": [{"text": "Hm."}], "intent": intent})

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/api/messages", self.answer, methods=["POST"])])


def test_who_is_understood_says_no_more():
    penny = Penny({one.text: one.intent for one in SAID[:3]})  # a fallback is right for the rain
    with served(penny.app) as url:
        crowd = Crowd(url, SAID)
        crowd.talk(crowd.dealt(PEOPLE, SAID), date(2026, 6, 1))
    assert (crowd.heard.turns, crowd.heard.talks, crowd.heard.understood) == (4, 4, 4)
    assert Counter(token for token, _ in penny.heard) == {"Bearer token-r": 2, "Bearer token-s": 2}
    assert len({body["thread"] for _, body in penny.heard}) == 4
    assert {body["as_of"] for _, body in penny.heard} == {"2026-06-01"}


def test_who_is_not_understood_says_it_again_in_the_same_talk_complains_or_leaves():
    penny = Penny({})
    with served(penny.app) as url:
        crowd = Crowd(url, SAID)
        crowd.talk([(PEOPLE[0], SAID[0])] * 150)
    reactions = crowd.heard.reactions
    assert set(reactions) == {"said again", "complained", "left it"}
    assert reactions["said again"] > reactions["complained"] > 0
    assert crowd.heard.turns == 300 - reactions["left it"]
    again = [b["text"] for _, b in penny.heard if b["text"] in {one.text for one in SAID}]
    assert Counter(again) == {"am i skint": 150, "skint or what": reactions["said again"]}


def test_no_answer_is_counted():
    with served(Penny({}, failing=True).app) as url:
        crowd = Crowd(url, SAID)
        crowd.talk([(PEOPLE[0], SAID[0])])
    assert crowd.heard.unanswered == crowd.heard.turns > 0


def test_what_is_asked_often_is_drawn_often():
    crowd = Crowd("http://nowhere", SAID)
    drawn = crowd.drawn(300, lambda dice: dice.choice(PEOPLE))
    count = Counter(phrasing.intent for _, phrasing in drawn)
    assert count["check_balance"] > 5 * count["out_of_scope"] > 0
    assert {person for person, _ in drawn} == set(PEOPLE)


@pytest.mark.parametrize(
    ("understood", "meant", "right"),
    [
        ("greet", "greet", True),
        ("nlu_fallback", "out_of_scope", True),
        ("nlu_fallback", "greet", False),
        (None, "greet", False),
    ],
)
def test_what_counts_as_understood(understood, meant, right):
    assert is_right(understood, meant) is right
