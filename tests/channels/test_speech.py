"""What is said aloud: rounded, short, escaped, and never another figure."""

import re
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from hypothesis import example, given
from hypothesis import strategies as st

from channels import amounts_aloud, speech
from channels.amounts_aloud import rounded, said
from channels.speech import LONGEST, aloud, asks_for_yes, pressed, spoken
from channels.turns import Button, Message

YES_OR_NO = (Button("Yes", "yes"), Button("No", "no"))
ANY = st.text(st.characters(), max_size=200)


def fact(name, value, currency="GBP", **where):
    return {"name": name, "value": value, "currency": currency, **where}


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1204.37", "GBP", "about 1,200 pounds"),
        ("-1204.37", "GBP", "minus about 1,200 pounds"),
        ("1200.00", "GBP", "1,200 pounds"),
        ("1.00", "GBP", "1 pound"),
        ("-0.01", "GBP", "minus 1 penny"),
        ("0.00", "USD", "0 dollars"),
        ("9.99", "USD", "9 dollars and 99 cents"),
        ("10.49", "EUR", "about 10 euros"),
        ("999.60", "EUR", "about 1,000 euros"),
        ("12345.67", "CZK", "about 12,300 Czech korunas"),
        ("1234", "JPY", "about 1,230 Japanese yen"),
    ],
)
def test_amounts_are_said_as_people_say_them(amount, currency, words):
    assert said(Decimal(amount), currency) == words


def test_what_moves_is_said_to_the_last_digit():
    assert said(Decimal("1204.37"), "GBP", exact=True) == "1,204 pounds and 37 pence"
    assert said(Decimal("12345.67"), "CZK", exact=True) == "12,345.67 Czech korunas"


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_rounding_keeps_sign_and_size_and_says_about(minor):
    amount = Decimal(minor).scaleb(-2)
    near = rounded(abs(amount))
    assert abs(near - abs(amount)) <= max(Decimal("0.5"), abs(amount) / 200)
    assert bool(near) == bool(amount)
    words = said(amount, "GBP")
    assert words.startswith("minus ") == (amount < 0)
    assert ("about" in words) == (near != abs(amount))


@given(ANY)
@example("<script>alert(1)</script> & </speak><audio src='x'/> ]]> \x00\ud800\ufffe")
@example("**bold** https://penny.example/api/exports/x | a | b\n---|---\n• 🎉 Tesco")
def test_whatever_a_merchant_is_called_the_ssml_is_whole_and_says_the_text(name):
    for private in (False, True):
        out = spoken([Message(f"You paid £3.20 to {name}.", facts=(fact("amount", "3.20"),))],
                     private=private)  # fmt: skip
        tree = ElementTree.fromstring(out.ssml)
        assert {part.tag for part in tree.iter()} <= {"speak", "s"}
        assert " ".join(tree.itertext()) == out.text
        assert len(out.text) <= LONGEST
        assert not set(out.text) & set("*_`#|<>{}[]\\^~")
        if private:
            assert not any(letter.isnumeric() for letter in out.text)


@given(st.lists(ANY.map(lambda text: Message(text, YES_OR_NO)), max_size=5))
def test_any_messages_make_bounded_speech(messages):
    out = spoken(messages)
    assert 0 < len(out.text) <= LONGEST
    ElementTree.fromstring(out.ssml)
    assert out.question == bool(messages)


def test_a_list_is_three_and_the_rest_counted():
    lines = "\n".join(f"• Shop {letter}: £1{letter}.50" for letter in "12345")
    out = spoken([Message(f"Your shops:\n{lines}\nTogether: £57.50.")])
    assert out.text == (
        "Your shops. Shop 1: about 12 pounds; Shop 2: about 12 pounds; Shop 3: about 14 pounds; "
        "and 2 more. Together: about 58 pounds."
    )


def test_tables_links_and_signs_are_not_read_out():
    table = "Account | Balance\n--- | ---\nCurrent | -£0.40\nSaver | £2.00"
    out = spoken([Message(f"**Here**: [chart](https://x.example/y) → see 🎉\n{table}")])
    assert out.text == "Here: chart to see. Current, minus 40 pence; Saver, 2 pounds."
    assert "http" not in spoken([Message("Fetch it at https://x.example/api/exports/abc.")]).text


def test_a_chart_alone_is_told_in_a_sentence():
    chart = {"summary": "Spent: Groceries $382.40 and Eating out $1,149.70; $1,532.10 in all."}
    out = spoken([Message(None, chart=chart)])
    assert out.text == (
        "Spent: Groceries about 382 dollars and Eating out about 1,150 dollars; "
        "about 1,530 dollars in all."
    )


OFFER = Message(
    "You could move £1,150.25 from Current Account to Easy Saver. With a chance of 95% Current "
    "Account still has £1,234.56 at its lowest before Fri 31 July. Shall I move it?",
    YES_OR_NO,
    facts=(fact("amount", "1150.25"), fact("low_point", "1234.56")),
)


def test_an_offer_says_exactly_what_moves_and_rounds_the_rest():
    out = spoken([OFFER])
    assert "1,150 pounds and 25 pence from" in out.text
    assert "about 1,230 pounds at its lowest before Friday 31 July" in out.text
    assert out.text.endswith("Shall I move it? Say yes or no.")
    assert out.question and asks_for_yes([OFFER])


def test_the_amount_and_the_question_are_said_however_much_stands_around_them():
    words = " ".join(f"Sentence number {n} is only there to fill the time." for n in range(40))
    text = f"{words} You could move £77.77 to Easy Saver. {words} Shall I move it?"
    out = spoken([Message(text, YES_OR_NO, facts=(fact("amount", "77.77"),))])
    assert "77 pounds and 77 pence" in out.text and "Shall I move it? Say yes or no." in out.text
    assert speech.MORE in out.text and len(out.text) <= LONGEST


def test_what_was_moved_is_said_exactly_too():
    done = Message(
        "Done: £150.75 moved from Current to Saver. Current has £1,083.81 now.",
        (Button("Undo", "undo"),),
        facts=(fact("amount", "150.75"), fact("balance", "1083.81", account="Current")),
    )
    out = spoken([done])
    assert "150 pounds and 75 pence" in out.text and "about 1,080 pounds" in out.text
    assert not out.question


def test_no_figures_aloud():
    assert spoken([OFFER], private=True).text == (
        f"{speech.IN_THE_CHAT} Shall I move it? Say yes or no."
    )
    payday = Message("I expect Acme on Friday.", facts=({"name": "payday", "value": "2026-07-31",
                                                         "unit": "date"},))  # fmt: skip
    assert spoken([payday], private=True).text == speech.IN_THE_CHAT
    assert spoken([Message("Hello, I'm Penny.")], private=True).text == "Hello, I'm Penny."
    buttons = (Button("Move £20.00", "save 20"), Button("Balances", "balances"))
    assert "20" not in spoken([Message("What now?", buttons)], private=True).text


def test_buttons_become_a_short_question():
    buttons = tuple(Button(title, title) for title in ("Balances", "Bills", "Spending", "Help"))
    out = spoken([Message("Hello.", buttons)])
    assert out.text == ("Hello. You can say Balances, Bills or Spending. What would you like?")
    assert out.question


def test_a_title_that_is_said_presses_the_button():
    messages = [Message("Too much.", (Button("Move £20.00", "save 20"),))]
    assert pressed("move £20.00!", messages) == "save 20"
    assert pressed("something else", messages) == "something else"
    assert pressed("", messages) == ""


def test_amounts_that_are_none_stay():
    assert amounts_aloud.replaced("ATM 12 in MAY 2026, room 3.5", lambda *_: False)[0] == (
        "ATM 12 in MAY 2026, room 3.5"
    )


def test_a_channels_own_words_are_escaped_too():
    assert aloud(["Ben & <b>Jerry</b>"]).ssml == "<speak><s>Ben and b Jerry /b</s></speak>"


def test_numbers_in_spoken_text_are_figures_of_the_text():
    numbers = re.compile(r"\d[\d,]*")
    text = "You spent £84.20 on 3 visits and £15.80 at Tesco, 40% of it, by 3 May 2026."
    out = spoken([Message(text)]).text
    assert numbers.findall(out) == ["84", "3", "16", "40", "3", "2026"]
