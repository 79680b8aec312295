"""Who is served worse, and which intents lack examples."""

from collections import Counter

import pytest

from learning.curate import debias
from learning.curate.balance import advise
from learning.curate.debias import Spelling
from learning.curate.find import Judged
from learning.curate.turns import from_rows

SPELLING = Spelling(["how", "much", "did", "spend", "groceries", "balance", "transfer", "savings"])


def turn(talk, text, **more):
    return from_rows(talk((text, "check_balance", 0.9), **more))[0][0]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("how much did i spend", {"lower case only", "plain", "question", "no typo seen"}),
        ("Balance, please", {"with capitals", "polite", "no question", "1-2 words"}),
        ("grocries spend?", {"with a typo", "question", "1-2 words"}),
        ("transfers for <PERSON_1>", {"no typo seen", "lower case only", "1-2 words"}),
    ],
)
def test_ways_of_talking(talk, text, groups):
    assert groups <= {group for _, group in debias.groups(turn(talk, text), SPELLING)}


def test_interval_is_wilsons():
    low, high = debias.wilson(10, 100)  # worked by hand: (0.0552, 0.1744)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert debias.wilson(0, 0) == (0.0, 1.0)


def counts(**groups):
    found = Counter()
    for name, (wrong, right) in groups.items():
        found["channel", name, True] = wrong
        found["channel", name, False] = right
    return found


def test_a_group_is_worse_only_beyond_chance():
    fair = debias.report(counts(web=(10, 90), telegram=(12, 88)))
    assert not any(group.worse or group.weight != 1 for group in fair)
    few = debias.report(counts(web=(10, 90), voice=(5, 2)))
    assert not any(group.worse for group in few)
    voice, web = debias.report(counts(web=(50, 950), voice=(40, 60)))
    assert (voice.group, voice.worse, voice.rate, voice.others) == ("voice", True, 0.4, 0.05)
    assert 1 < voice.weight <= 3 and not web.worse


def test_a_review_decides_what_was_an_error(talk):
    said = turn(talk, "dosh left")
    complained = Judged(said, "negative", None)
    assert debias.tally(complained, {}, SPELLING)["channel", "web", True] == 1
    right = {"dosh left": "check_balance"}
    assert debias.tally(complained, right, SPELLING)["channel", "web", False] == 1
    wrong = {"dosh left": "safe_to_spend"}
    assert debias.tally(Judged(said, None, None), wrong, SPELLING)["channel", "web", True] == 1


def test_intents_are_balanced():
    examples = {"a": 100, "b": 110, "c": 30, "d": 400, "e": 90}
    turns, failed = dict.fromkeys(examples, 100), {"a": 5, "b": 5, "c": 5, "d": 5, "e": 40}
    advice = {one.intent: (one.advice, one.by) for one in advise(examples, turns, failed)}
    assert advice == {
        "a": ("keep", 0),
        "b": ("keep", 0),
        "c": ("add", 70),
        "d": ("cap", 100),
        "e": ("add", 10),
    }
    assert advise({}, {}, {}) == []
