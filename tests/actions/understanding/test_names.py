from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.account_names import others_kind, without_others
from actions.understanding.names import closest, find_names
from finance_core.enrich.taxonomy import taxonomy
from finance_core.model import Account, AccountKind
from finance_core.money import Money
from finance_core.services.vocabulary import CategoryName, Vocabulary

MERCHANTS = (
    "Tesco", "Sainsbury's", "McDonald's", "Wendy's", "Pret A Manger", "Amazon", "Amazon Prime",
    "Lous Diner", "Lous Diner Duluth", "Casa Verde", "Casa Verde Duluth", "Costco",
    "Costco Membership", "Rent A Car Potsdam", "Insurance Pizza", "Cash", "Joint Checking",
    "Credit Card Autopay", "The Brass Lantern Pub", "Studio Nordlicht Gmbh",
    "Studio Nordlicht Re 7", "dm",
)  # fmt: skip


def account(name: str, kind: AccountKind) -> Account:
    as_of = datetime(2026, 6, 15, tzinfo=UTC)
    return Account(name, "p", name, kind, Money.of("1", "USD"), None, as_of)


VOCABULARY = Vocabulary(
    (
        account("Joint Checking", AccountKind.CHECKING),
        account("Joint Savings", AccountKind.SAVINGS),
        account("Joint Saver", AccountKind.SAVINGS),
        account("Tokyo Travel", AccountKind.OTHER),
    ),
    MERCHANTS,
    (
        *(CategoryName(c.code, c.name, c.says, c.kind) for c in taxonomy().categories),
        CategoryName("horse riding", "Horse riding"),
    ),
)


def named(text, *hints):
    return find_names(text, hints, VOCABULARY)


def merchants(text, *hints):
    return [spelled[0] for spelled in named(text, *hints).merchants]


def categories(text, *hints):
    return sorted(category.code for category in named(text, *hints).categories)


def accounts(text):
    return [account.name for account in named(text).accounts]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("how much at tesco", ["Tesco"]),
        ("how much at sainsburys", ["Sainsbury's"]),
        ("and at Sainsbury?", ["Sainsbury's"]),
        ("McDonald's only", ["McDonald's"]),
        ("and Wendys", ["Wendy's"]),
        ("Lou's Diner last year", ["Lous Diner"]),
        ("amazon's share", ["Amazon"]),
        ("amazon prime", ["Amazon Prime"]),
        ("sainsbury's and tesco in may", ["Sainsbury's", "Tesco"]),
        ("what did I pay at Rent a Car", ["Rent A Car Potsdam"]),
        ("spent at Insurance Pizza", ["Insurance Pizza"]),
        ("dm?", ["dm"]),
        ("how much cash did I take out", []),
        ("only on the credit card", []),
        ("from joint checking", []),
    ],
)
def test_merchants(said, expected):
    assert merchants(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("what went to tesco and pret last month", ["Tesco", "Pret A Manger"]),
        ("pret or mcdonalds?", ["McDonald's", "Pret A Manger"]),
        ("tesco and groceries", ["Tesco"]),
        ("amazon prime and tesco", ["Amazon Prime", "Tesco"]),
        ("tesco and casa", ["Tesco", "Casa Verde"]),
        ("tesco and how much elsewhere", ["Tesco"]),
    ],
)
def test_a_shortened_merchant_beside_another_is_not_left_out(said, expected):
    assert sorted(merchants(said)) == sorted(expected)


def test_a_name_with_a_town_is_the_same_merchant():
    assert named("lous diner").merchants == (("Lous Diner", "Lous Diner Duluth"),)


def test_a_name_with_more_than_a_town_is_another_merchant():
    assert named("at costco").merchants == (("Costco",),)


def test_the_beginning_of_a_name_stands_for_all_that_begin_so():
    (spelled,) = named("what did studio nordlicht pay me").merchants
    assert set(spelled) == {"Studio Nordlicht Gmbh", "Studio Nordlicht Re 7"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("on groceries", ["groceries"]),
        ("transport and groceries", ["groceries", "transport"]),
        ("fast food and coffee", ["dining"]),
        ("health insurance", ["insurance"]),
        ("food last month", ["dining", "groceries"]),
        ("how much cash did I take out", ["cash"]),
        ("what did I pay at tesco", []),
        ("show purchases over 100", []),
        ("how much at Insurance Pizza", []),
        ("horse riding", ["horse riding"]),
        ("Tokyo Travel", []),
    ],
)
def test_categories(said, expected):
    assert categories(said) == expected


@pytest.mark.parametrize("words", ["five bucks", "a tenner", "twelve hundred", "fifteen euros"])
def test_an_amount_is_no_merchant_whatever_its_tag(words):
    assert named(f"payments under {words}", ("merchant", words)).unknown is None


def test_a_small_number_alone_may_be_a_shop():
    assert named("what did I pay Three", ("merchant", "Three")).unknown == "Three"


def test_a_misspelt_category_is_found_by_its_tag():
    assert categories("grocerys in april", ("merchant", "grocerys")) == ["groceries"]


def test_a_tagged_merchant_is_no_misspelt_category():
    found = named("how much to pret", ("merchant", "pret"))
    assert [spelled[0] for spelled in found.merchants] == ["Pret A Manger"]
    assert found.categories == ()


def test_a_tagged_category_is_no_merchant_with_an_article():
    assert merchants("did I go to the cinema", ("merchant", "the cinema")) == []


def test_other_words_for_a_category_are_kept_to_be_told():
    assert named("on coffee").by_other_words == (("dining", "coffee"),)
    assert named("on groceries").by_other_words == ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("in joint savings", ["Joint Savings"]),
        ("and in joint saver?", ["Joint Saver"]),
        ("my savings accounts", ["Joint Savings", "Joint Saver"]),
        ("checking and joint saver", ["Joint Checking", "Joint Saver"]),
        ("savings and current", ["Joint Checking", "Joint Savings", "Joint Saver"]),
        ("my current balance", []),
    ],
)
def test_accounts(said, expected):
    assert accounts(said) == expected


def test_an_account_nobody_has_is_unknown_and_not_all_of_them():
    assert named("what's in my Barclays account?").unknown_account == "Barclays account"
    assert named("what's in my bank account?").unknown_account is None
    assert named("the balance of my credit card").unknown_account == "credit card"


@pytest.mark.parametrize("said", ["500,00 €", "1.000,00 euro", "12"])
def test_an_amount_tagged_as_a_name_is_no_name(said):
    assert named(f"payments over {said}", ("merchant", said)).unknown is None


def test_a_name_nobody_knows():
    assert named("spent at Harrods", ("merchant", "Harrods")).unknown == "Harrods"
    assert closest("gas", MERCHANTS) == []


SHOPS = Vocabulary(
    (
        account("Joint Checking", AccountKind.CHECKING),
        account("Joint Savings", AccountKind.SAVINGS),
        account("Everyday", AccountKind.CHECKING),
    ),
    ("Amazon Prime", "Amazon Fresh", "Pret A Manger", "Costa Coffee", "Costa Express", "Lidl",
     "Marks & Spencer", "Lous Diner", "Lous Diner Duluth", "Casa Verde", "Casa Verde Duluth"),
    VOCABULARY.categories,
)  # fmt: skip


def unclear(text, *hints):
    found = find_names(text, hints, SHOPS)
    return [(each.kind, each.words, set(each.candidates)) for each in found.ambiguous]


@pytest.mark.parametrize(
    ("text", "hint", "candidates"),
    [
        ("how much at amazon", ("merchant", "amazon"), {"Amazon Prime", "Amazon Fresh"}),
        ("spent at costa", ("merchant", "costa"), {"Costa Coffee", "Costa Express"}),
    ],
)
def test_words_that_fit_two_merchants_are_told_and_not_guessed(text, hint, candidates):
    found = find_names(text, [hint], SHOPS)
    assert unclear(text, hint) == [("merchant", hint[1], candidates)]
    assert found.merchants == ()
    assert found.unknown == hint[1]


@pytest.mark.parametrize("text", ["how much at Amazon Prime", "amazon prime", "AMAZON PRIME?"])
def test_saying_a_candidate_in_full_settles_it(text):
    found = find_names(text, [("merchant", text.removeprefix("how much at "))], SHOPS)
    assert found.merchants == (("Amazon Prime",),)
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    ("text", "hint", "name"),
    [
        ("how much at pret", "pret", "Pret A Manger"),
        ("what did lidle cost me", "lidle", "Lidl"),
        ("at marks and spencers", "marks and spencers", "Marks & Spencer"),
        ("how much at the diner", "diner", "Lous Diner"),
    ],
)
def test_one_merchant_that_fits_best_is_taken(text, hint, name):
    found = find_names(text, [("merchant", hint)], SHOPS)
    assert [spelled[0] for spelled in found.merchants] == [name]
    assert found.ambiguous == ()


def test_accounts_that_fit_equally_well_are_all_given_and_told():
    found = find_names("what's in my joint account", [], SHOPS)
    assert [account.name for account in found.accounts] == ["Joint Checking", "Joint Savings"]
    assert unclear("what's in my joint account") == [
        ("account", "joint", {"Joint Checking", "Joint Savings"})
    ]
    assert found.unknown_account is None


@pytest.mark.parametrize(
    "text",
    [
        "send it to their savings account",
        "Maria's savings account",
        "to James' checking",
        "to my friend's savings",
        "into someone else's checking account",
        "to the savings account of Rosa",
    ],
)
def test_other_peoples_accounts_are_not_ones_own(text):
    assert named(text).accounts == ()
    assert others_kind(text) in (AccountKind.SAVINGS, AccountKind.CHECKING)


@pytest.mark.parametrize(
    "text", ["my savings account", "what's savings at", "the checking account of mine", "savings"]
)
def test_ones_own_accounts_are(text):
    assert named(text).accounts != ()
    assert others_kind(text) is None


def test_both_ends_of_a_move_to_somebody():
    text = "50 from my joint savings to Bertram checking account"
    assert without_others(text, ["Bertram"]) == "50 from my joint savings to Bertram"
    assert others_kind(text, ["Bertram"]) is AccountKind.CHECKING


def test_the_verb_to_check_is_no_account():
    assert accounts("I'm checking my joint saver") == ["Joint Saver"]


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=20), max_size=2))
def test_any_text_and_tags_give_names_of_the_ledger_alone(text, tags):
    hints = [(kind, tag) for tag in tags for kind in ("merchant", "category", "account")]
    found = find_names(text, hints, SHOPS)
    assert {name for spelled in found.merchants for name in spelled} <= set(SHOPS.merchants)
    assert set(found.accounts) <= set(SHOPS.accounts)
    assert all(len(each.candidates) > 1 for each in found.ambiguous)


@given(st.sampled_from(SHOPS.merchants), st.sampled_from(["at {}", "{} in May", "how much, {}?"]))
def test_every_name_of_the_ledger_is_found_as_written(name, sentence):
    spelled = [each for group in find_names(sentence.format(name), (), SHOPS).merchants
               for each in group]  # fmt: skip
    assert name in spelled
