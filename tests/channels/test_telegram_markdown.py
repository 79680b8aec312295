"""MarkdownV2: what people see is what Penny said, whatever a merchant is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.markdown import rendered
from tests.channels.fake_telegram import _unreadable, visible

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
NASTY = st.text(r"_*[]()~`>#+-=|{}.!\ab1 •:", max_size=40)


@given(NAMES | NASTY)
def test_any_name_is_shown_as_it_is(name: str):
    if "**" in name or " | " in name:
        return
    made = rendered(f"You paid {name} £12.50.\n• {name}: £1,204.37")
    assert _unreadable(made) is None
    assert visible(made) == f"You paid {name} £12.50.\n• {name}: £1,204.37"


@given(st.lists(NAMES | NASTY, min_size=1, max_size=5))
def test_no_text_is_refused(lines: list[str]):
    assert _unreadable(rendered("\n".join(lines))) is None


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("You have **£5** left.", r"You have *£5* left\."),
        ("• Groceries: £182.40", r"• Groceries: *£182\.40*"),
        ("• Groceries: none", "• Groceries: none"),
        ("Account | Balance\n--- | ---\nA`b | $1", "```\nAccount  Balance\nA\\`b      $1\n```"),
        ("one | two", r"one \| two"),
    ],
)
def test_marks(text: str, made: str):
    assert rendered(text) == made
    assert _unreadable(made) is None
