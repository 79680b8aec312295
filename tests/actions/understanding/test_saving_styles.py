import pytest

from actions.understanding.saving_styles import SaidStyle, read_style
from finance_core.services.savings import Mood


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("be more careful with my savings", Mood.CAREFUL),
        ("save less aggressively please", Mood.CAREFUL),
        ("you're saving too aggressively", Mood.CAREFUL),
        ("don't be so careful with my savings", Mood.BOLD),
        ("save more boldly", Mood.BOLD),
        ("you can be less cautious when saving", Mood.BOLD),
        ("set my savings mood to bold", Mood.BOLD),
        ("go back to the normal savings mode", Mood.NORMAL),
        ("how much can i save this month", None),
        ("be careful with that transfer", None),
    ],
)
def test_moods(text, mood):
    assert read_style(text).mood is mood


@pytest.mark.parametrize(
    ("text", "automatic"),
    [
        ("save automatically", True),
        ("i want to save automatically", True),
        ("turn on automatic savings", True),
        ("put money aside by yourself", True),
        ("save without asking me", True),
        ("don't ask me before you save", True),
        ("stop saving automatically", False),
        ("no more automatic saving", False),
        ("turn off automatic savings", False),
        ("ask me before saving anything", False),
        ("save 20", None),
        ("tell me when you saved something", None),
    ],
)
def test_whether_a_yes_is_asked_for(text, automatic):
    assert read_style(text).automatic is automatic


@pytest.mark.parametrize(
    "text", ["skip this saving", "Skip it", "not this time", "leave that one out, skip this move"]
)
def test_a_no_to_what_is_announced(text):
    assert read_style(text) == SaidStyle(skip=True)


@pytest.mark.parametrize("text", ["pause my round-ups", "save my change", "what are my rules?"])
def test_everything_else_is_left_to_the_skill(text):
    assert not read_style(text)
