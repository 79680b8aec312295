"""Two Rasas behind the door: who answers, and what sends a candidate back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from pydantic import SecretStr

from channels import app
from channels.app import Door
from channels.assistant import Standing
from channels.conversations import Outcome
from channels.intake import Said
from channels.settings import ChannelSettings
from channels.talks import Talk, is_rephrased
from learning.registry import Card, Registry
from learning.rollout import plan, steps
from learning.rollout.following import CANDIDATE, CHAMPION, Following
from tests.channels.fake_rasa import FakeRasa
from tests.channels.serving import served
from tests.learning.memory_store import MemoryStore

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CARD = Card("new", "0" * 64, 1, "candidate-id", "d", "c", "", None, {}, NOW.isoformat())
QUESTIONS = ("what is my balance", "how much on groceries", "which bills are next")
ASK_AGAIN = {text: f"no, {text} please" for text in QUESTIONS}
WRONG = "Your net worth is $5."


@pytest.fixture(scope="module")
def candidate_server() -> Iterator[tuple[FakeRasa, str]]:
    rasa = FakeRasa()
    rasa.model = CARD.model_id
    with served(rasa.app) as url:
        yield rasa, url


@pytest.fixture
def candidate(candidate_server: tuple[FakeRasa, str]) -> FakeRasa:
    rasa = candidate_server[0]
    rasa.asked.clear()
    rasa.delay, rasa.broken, rasa.fails_every = 0.0, None, 0
    rasa.answers, rasa.intents, rasa.opening = {}, {}, set()
    rasa.token = "rasa-secret"
    return rasa


@pytest.fixture
def registry(monkeypatch) -> Registry:
    """In memory, and in the place of the bucket for the door."""
    found = Registry(MemoryStore())
    monkeypatch.setattr(
        app.Following, "in_home", lambda home, process: Following(lambda: found, process)
    )
    return found


@pytest.fixture
async def door(core, settings: ChannelSettings, rasa, candidate, candidate_server, registry):
    rasa.intents, rasa.opening = {}, set()
    url = candidate_server[1]
    more = {"candidate_url": url, "turns_per_minute": 10**6, "turn_burst": 10**6}
    door = Door(settings.model_copy(update=more), core)
    yield door
    await door.assistant.close()


class People:
    """Those who get the candidate, and those who keep the champion."""

    def __init__(self, door: Door, registry: Registry, stage: int) -> None:
        step = partial(steps.started, card=CARD, now=NOW, stage=stage, unjudged=True)
        rollout = registry.change(step).rollout
        assert rollout
        self.rollout, self._door = rollout, door
        self._numbers = itertools.count()
        door.assistant.following.refresh()
        everybody = [f"{number:032x}" for number in range(400)]
        chosen = [plan.gets_candidate(rollout, person) for person in everybody]
        pairs = list(zip(everybody, chosen, strict=True))
        self.first = [person for person, first in pairs if first]
        self.others = [person for person, first in pairs if not first]

    async def say(self, person: str, text: str) -> Outcome:
        said = Said(text, "web", f"m{next(self._numbers)}")
        return await self._door.conversations.take(person, said)

    @property
    def turns(self) -> int:
        return self._door.assistant.following.tallies()[CANDIDATE].turns

    @property
    def status(self) -> str:
        rollout = self._door.assistant.following.rollout
        return rollout.status if rollout else "none"


@pytest.fixture
async def people(door: Door, registry: Registry) -> AsyncIterator[People]:
    found = People(door, registry, stage=2)
    await door.assistant.notice()
    yield found


async def talk(people: People, most: int) -> None:
    """A quarter has the candidate; whoever gets a wrong answer says it again in other words."""
    first, others = itertools.cycle(people.first), itertools.cycle(people.others)
    for number in range(most):
        if people.status != plan.ON:
            return
        for person in (next(first), next(others), next(others), next(others)):
            text = QUESTIONS[number % len(QUESTIONS)]
            outcome = await people.say(person, text)
            assert not outcome.turn.retry
            if outcome.turn.messages[0].text == WRONG:
                await people.say(person, ASK_AGAIN[text])


async def test_without_a_rollout_only_the_champion_is_asked(door, rasa, candidate):
    said = Said("hello", "web", "m1")
    assert (await door.conversations.take("0" * 32, said)).turn.messages[0].text
    assert (len(rasa.asked), len(candidate.asked)) == (1, 0)


async def test_each_person_has_one_model(people, rasa, candidate):
    for person in (*people.first[:5], *people.others[:5]) * 2:
        await people.say(person, QUESTIONS[0])
    assert {body["sender"].split("~")[0] for body in candidate.asked} == set(people.first[:5])
    assert {body["sender"].split("~")[0] for body in rasa.asked} == set(people.others[:5])


async def test_a_candidate_that_is_not_up_yet_gets_no_turns(door, registry, candidate, rasa):
    people = People(door, registry, stage=2)
    candidate.token = "down"
    await door.assistant.notice()
    await people.say(people.first[0], "balance")
    assert (candidate.asked, people.turns, rasa.texts) == ([], 0, ["balance"])
    assert "penny_rollout_share 0.0" in door.metrics.text().decode()
    candidate.token = rasa.token
    await door.assistant.notice()
    assert "penny_rollout_share 0.25" in door.metrics.text().decode()
    await people.say(people.first[0], "balance")
    assert (len(candidate.asked), people.turns) == (1, 1)


async def test_an_equal_candidate_stays(people, door, registry):
    await talk(people, 40)
    door.assistant.following.refresh()
    assert people.status == plan.ON
    assert people.turns == 40


@pytest.mark.parametrize("kind", ["mislabelled", "not understanding", "slow", "crashing"])
async def test_a_sabotaged_candidate_goes_back_within_200_of_its_turns(
    kind, people, candidate, rasa, registry, door
):
    if kind == "mislabelled":
        candidate.answers = {QUESTIONS[0]: WRONG}
    elif kind == "not understanding":
        candidate.intents = {QUESTIONS[1]: "nlu_fallback"}
    elif kind == "slow":
        candidate.delay = 0.15
    else:
        candidate.fails_every = 3
    await talk(people, 200)
    assert people.status == plan.ROLLED_BACK
    assert people.turns <= 200
    door.assistant.following.refresh()
    state = registry.state()
    assert state.rollout and state.rollout.status == plan.ROLLED_BACK
    assert state.history[-1]["why"]
    candidate.asked.clear()
    await people.say(people.first[0], QUESTIONS[2])
    assert candidate.asked == []


async def test_a_turn_that_the_candidate_fails_is_answered_by_the_champion(people, candidate, rasa):
    candidate.broken = "500"
    outcome = await people.say(people.first[0], "balance")
    assert outcome.turn.messages[0].text == "You have $1,234.50 in Checking."
    assert people.turns == 1


async def test_where_both_fail_the_candidate_is_not_blamed(people, candidate, rasa):
    candidate.broken = rasa.broken = "500"
    assert (await people.say(people.first[0], "balance")).turn.retry
    assert people.turns == 0


async def test_nobody_changes_model_in_the_middle_of_a_form(
    people, candidate, rasa, registry, door
):
    inside, outside = people.first[0], people.others[0]
    candidate.opening = rasa.opening = {"can I afford it"}
    for person in (inside, outside):
        await people.say(person, "can I afford it")
    registry.change(partial(steps.promoting, now=NOW, why="test"))
    door.assistant.following.refresh()
    await people.say(outside, "50 dollars")  # begun with the champion, ends with it
    assert rasa.texts[-1] == "50 dollars"
    await people.say(outside, "thanks")
    assert candidate.texts[-1] == "thanks"
    registry.change(partial(steps.stopped, now=NOW, back=True, why="test"))
    door.assistant.following.refresh()
    await people.say(inside, "50 dollars")
    assert candidate.texts[-1] == "50 dollars"
    await people.say(inside, "bye")
    assert rasa.texts[-1] == "bye"


async def test_an_open_form_is_known_after_a_restart(people, candidate, rasa, door):
    person = people.first[0]
    rasa.opening = {"can I afford it"}
    rasa.asked.append({"sender": f"{person}~main", "message": "can I afford it"})
    await people.say(person, "50 dollars")
    assert rasa.texts[-1] == "50 dollars"
    assert candidate.asked == []


async def test_a_form_of_a_candidate_that_is_gone_goes_on_with_the_champion(
    people, candidate, rasa
):
    candidate.opening = {"can I afford it"}
    await people.say(people.first[0], "can I afford it")
    candidate.broken = "500"
    await people.say(people.first[0], "50 dollars")
    assert rasa.texts[-1] == "50 dollars"


async def test_blame_goes_to_the_model_that_had_answered(people, candidate, door):
    candidate.intents = {"that is wrong": "feedback_negative"}
    person = people.first[0]
    await people.say(person, QUESTIONS[0])
    await people.say(person, "that is wrong")
    tally = door.assistant.following.tallies()[CANDIDATE]
    assert (tally.turns, tally.negative, tally.rephrased) == (2, 1, 0)
    await people.say(person, QUESTIONS[1])
    await people.say(person, ASK_AGAIN[QUESTIONS[1]])
    await people.say(person, "/affirm")
    await people.say(person, "/affirm")
    assert door.assistant.following.tallies()[CANDIDATE].rephrased == 1
    assert door.assistant.following.tallies()[CHAMPION].turns == 0


async def test_words_are_let_go_of_after_a_minute_and_talks_after_an_hour(people, door):
    now = 1000.0
    door.assistant._clock = lambda: now
    await people.say(people.first[0], "a secret")
    door.assistant.forget_words()
    assert "a secret" in repr(door.assistant._talks)
    now += 61
    door.assistant.forget_words()
    assert "a secret" not in repr(door.assistant._talks)
    assert len(door.assistant._talks) == 1
    now += 3600
    door.assistant.forget_words()
    assert not door.assistant._talks


async def test_the_figures_of_a_rollout_are_shown(people, door, candidate):
    candidate.broken = "500"
    await people.say(people.first[0], "balance")
    await people.say(people.others[0], "balance")
    shown = door.metrics.text().decode()
    for line in (
        'penny_rollout_turns_total{model="candidate"} 1.0',
        'penny_rollout_trouble_total{kind="error",model="candidate"} 1.0',
        "penny_rollout_share 0.25",
        "penny_rollout_stage 3.0",
        'penny_rollout_status{candidate="new",status="on"} 1.0',
        'penny_rollout_evidence{kind="error"}',
    ):
        assert line in shown


async def test_the_page_is_for_operators_alone(open_client, registry, people):
    page = (await open_client().get("/rollout")).text
    assert "There has been no rollout yet." in page
    far = open_client("203.0.113.9", operator_token=SecretStr("let-me-see"))
    assert (await far.get("/rollout")).status_code == 404
    wrong = {"Authorization": "Bearer guess"}
    assert (await far.get("/rollout", headers=wrong)).status_code == 404
    right = {"Authorization": "Bearer let-me-see"}
    assert (await far.get("/rollout", headers=right)).status_code == 200
    unset = open_client("203.0.113.9")
    assert (await unset.get("/rollout", headers={"Authorization": "Bearer "})).status_code == 404


async def test_the_page_says_how_it_goes(people, door, candidate):
    from channels.rollout_page import page

    await people.say(people.first[0], "balance")
    shown = page(door.assistant.following.status())
    assert "25%" in shown and "<code>new</code>" in shown
    assert "1 of the candidate" in shown
    assert people.first[0] not in shown


async def test_a_turn_both_understand_alike_says_nothing_about_which_is_better(
    people, candidate, rasa, door
):
    candidate.intents = {QUESTIONS[0]: "spending_report", QUESTIONS[1]: "nlu_fallback"}
    rasa.intents = {QUESTIONS[1]: "out_of_scope"}
    for person in (people.first[0], people.others[0]):
        for question in QUESTIONS:
            await people.say(person, question)
            await asyncio.gather(*door.assistant._comparing)
            await people.say(person, ASK_AGAIN[question])
    for tally in door.assistant.following.tallies().values():
        assert (tally.rephrased, tally.differing, tally.regretted) == (3, 1, 1)


async def test_a_reaction_that_comes_at_once_is_counted(people, candidate, door):
    candidate.intents = {QUESTIONS[0]: "spending_report"}
    candidate.delay = 0.05
    await people.say(people.first[0], QUESTIONS[0])
    await people.say(people.first[0], ASK_AGAIN[QUESTIONS[0]])
    tally = door.assistant.following.tallies()[CANDIDATE]
    assert (tally.differing, tally.regretted) == (1, 1)


async def test_a_model_that_cannot_be_compared_with_is_left_out(people, candidate, door):
    candidate.broken = "500"
    await people.say(people.others[0], QUESTIONS[0])
    await asyncio.gather(*door.assistant._comparing)
    tally = door.assistant.following.tallies()[CHAMPION]
    assert (tally.turns, tally.error, tally.differing) == (1, 0, 0)


def said(text: str, intent: str, *entities: tuple[str, str], at: float = 0.0) -> Talk:
    return Talk("r", CANDIDATE, text, Standing(intent, False, "m", entities), at)


@pytest.mark.parametrize(
    ("second", "rephrased"),
    [
        (said("total outgoings please", "spending_report"), True),
        (said("how much did i spend now", "check_balance"), True),  # the same in its words
        (said("on fuel?", "spending_report", ("category", "fuel")), False),
        (said("is rent due", "upcoming_bills"), False),
        (said("total outgoings please", "spending_report", at=61.0), False),
        (said("", "spending_report"), False),  # a button
    ],
)
def test_a_question_is_rephrased_when_it_is_understood_as_before(second, rephrased):
    assert is_rephrased(said("how much did i spend", "spending_report"), second) is rephrased


@pytest.mark.parametrize("intent", ["affirm", "inform", "thank", "nlu_fallback"])
def test_what_is_no_question_is_not_rephrased(intent):
    assert not is_rephrased(said("yes", intent), said("sure", intent))
