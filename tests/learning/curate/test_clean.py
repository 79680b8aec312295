"""What is dropped, and that people are not."""

import pytest

from learning.curate import clean
from learning.curate.turns import from_rows, key_of


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<PERSON_1> <IBAN_1>", "masked_only"),
        ("?!", "no_words"),
        ("cuánto dinero tengo en la cuenta del banco", "language"),
        ("wie viel geld habe ich noch auf dem konto", "language"),
        ("сколько денег", "language"),
        ('{"action": "login", "n": 3}', "machine_text"),
        ("select name from users", "machine_text"),
        ("x" * 70, "machine_text"),
        ("you fucking idiot", "abuse"),
        ("how much did I spend at <KNOWN_1>?", None),
        ("pay <PERSON_1>", None),
        ("got dosh left?", None),
        ("Did I pay Scunthorpe council?", None),
        ("can you select the cheapest plan", None),
    ],
)
def test_texts_that_nobody_should_label(text, why):
    assert clean.unusable(text) == why


def test_no_training_example_is_taken_for_another_language_or_abuse():
    from cli.training import examples_folder
    from learning.curate import examples

    own = examples.by_intent(examples.load(examples_folder()))
    texts = [text for some in own.values() for text in some][::7]
    assert len(texts) > 500
    lost = {text: why for text in texts if (why := clean.unusable(text)) not in (None, "no_words")}
    assert not lost


def test_scripts_go_and_people_stay(talk):
    said = [
        (f"what about shop number {word}", "inform", 0.9) for word in "abcdefghijklmnopqrstuvwxyz"
    ]
    fast = talk(*said, who="fast-1", gap=1)
    same = talk(*[("ping", "greet", 0.9)] * 25, who="same-1", gap=97)
    even = talk(*said, *said, who="even-1", gap=30)
    human = talk(*said[:15], who="human-1", gap=4)
    turns, broken = from_rows(fast + same + even + human)
    kept, dropped = clean.humans(turns)
    assert broken == 0
    assert {turn.person for turn in kept} == {"human"}
    assert dropped == {"script": 26 + 25 + 52}
    assert clean.humans(kept) == (kept, {})


def test_a_script_does_not_hide_in_many_threads(talk):
    rows = [row for n in range(30) for row in talk(("hi there", "greet", 0.9), who=f"bot-{n}")]
    kept, dropped = clean.humans(from_rows(rows)[0])
    assert kept == [] and dropped["script"] == 30


def test_rows_that_are_none_are_counted(talk):
    good = talk(("balance", "check_balance", 0.9))
    bad = [{}, {**good[0], "text": 3}, {**good[0], "at": "soon"}, {**good[0], "conversation": ""}]
    turns, broken = from_rows([*good, *bad, {**good[0], "text": "odd \ud800"}])
    assert (len(turns), broken) == (2, 4)
    assert turns[1].text.encode()


def test_texts_that_differ_in_figures_marks_and_case_are_the_same():
    assert key_of("Send £30 to <PERSON_1>!") == key_of("send £45.50 to <PERSON_2>")
    assert key_of("what's left") == key_of("Whats left?")
    assert key_of("send it") != key_of("spend it")
