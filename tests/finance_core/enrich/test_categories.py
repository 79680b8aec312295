"""What decides a category, and in which order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from finance_core.enrich import enrich
from finance_core.enrich.categories import Categorized, categorize, categorize_many, load_or_train
from finance_core.enrich.classifier import CategoryModel, own_descriptors, train
from finance_core.enrich.merchants import clean
from finance_core.enrich.taxonomy import taxonomy
from finance_core.model import TransactionRecord
from finance_core.money import Money


def record(description: str, amount: str = "-20", **fields: str) -> TransactionRecord:
    money = Money.of(amount, "EUR")
    return TransactionRecord("x", "a", date(2024, 3, 1), money, description, **fields)


def decide(one: TransactionRecord, corrections: dict[str, str] | None = None) -> Categorized:
    return categorize(one, clean(one.description, one.merchant_hint), corrections or {}, None)


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return train()


def test_the_persons_own_correction_wins_over_everything() -> None:
    one = record("TESCO STORES 3345", category_hint="groceries", mcc="5411")
    assert decide(one, {"tesco": "model railways"}).category == "model railways"


def test_the_banks_category_comes_next() -> None:
    assert decide(record("TESCO STORES 3345", category_hint="PERSONAL_CARE")) == Categorized(
        "personal_care", 0.95, "hint"
    )
    assert decide(record("XYZ", category_hint="Model Railways")).category == "model railways"


def test_a_known_merchant_refines_the_banks_category_within_the_same_trade() -> None:
    assert decide(record("NETFLIX.COM", category_hint="ENTERTAINMENT")).category == "subscriptions"
    assert decide(record("TESCO 331", category_hint="FOOD_AND_DRINK")).category == "groceries"


def test_a_category_that_says_nothing_is_passed_over() -> None:
    assert decide(record("TESCO 331", category_hint="Uncategorized")).category == "groceries"


def test_the_merchant_category_code_comes_before_words() -> None:
    assert decide(record("TESCO STORES", mcc="5541")).category == "fuel"
    assert decide(record("NETFLIX.COM", mcc="4899")).category == "subscriptions"


@pytest.mark.parametrize(
    ("description", "amount", "category"),
    [
        ("ACME LTD SALARY", "2400", "income_salary"),
        ("GEHALT MUSTER AG", "2400", "income_salary"),
        ("DWP UNIVERSAL CREDIT", "300", "income_benefits"),
        ("INTEREST PAID", "1.20", "income_interest"),
        ("AMAZON PAYROLL", "2400", "income_salary"),
        ("AMAZON RETURN", "30", "shopping"),
        ("STANDING ORDER LANDLORD RENT", "-900", "rent"),
        ("COUNCIL TAX CAMDEN", "-150", "taxes"),
        ("STADTWERKE MUSTERSTADT", "-70", "utilities"),
        ("ALLGEMEINE HAUSRATVERSICHERUNG", "-12", "insurance"),
        ("TRANSFER TO SAVINGS", "-200", "transfer_savings"),
        ("TRANSFER TO JANE DOE", "-20", "transfer_person"),
        ("ZELLE FROM JANE DOE", "20", "transfer_person"),
        ("ATM WITHDRAWAL 12", "-50", "cash"),
        ("CASH OUT STATEMENT FEE", "-14.60", "fees"),
        ("Opening balance", "1840.15", "transfer_own"),
        ("Saldovortrag", "99", "transfer_own"),
        ("GUTSCHRIFT KARTENZAHLUNG BUCHLADEN", "12", "refund"),
        ("PAYMENT THANK YOU", "300", "credit_card_payment"),
        ("ARRANGED OVERDRAFT INTEREST", "-4", "fees"),
        ("HEALTH FOOD STORE", "-9", "groceries"),
        ("THAI PALACE RESTAURANT", "-31", "dining"),
        ("VETERINARIO SUR", "-31", "pets"),
        ("QQZX WVV", "-31", "other"),
        ("QQZX WVV", "31", "income_other"),
    ],
)
def test_merchants_and_words(description: str, amount: str, category: str) -> None:
    assert decide(record(description, amount)).category == category


def test_the_classifier_knows_what_no_rule_knows(model: CategoryModel) -> None:
    one = record("CARD 4412 NONNAS OVEN ROOM", "-18")
    assert decide(one).category == "other"
    guess = categorize(one, clean(one.description), {}, model)
    assert (guess.category, guess.source) == ("dining", "classifier")
    assert 0.35 <= guess.confidence <= 1


def test_the_classifier_never_calls_an_outflow_income(model: CategoryModel) -> None:
    outflows = [record(text, "-25") for _, text, amount in own_descriptors() if amount > 0]
    names = [clean(one.description) for one in outflows]
    for result in categorize_many(outflows, names, {}, model):
        assert result.source != "classifier" or taxonomy().kind(result.category) != "income"


def test_the_classifier_never_guesses_a_refund(model: CategoryModel) -> None:
    inflows = [record(text, "25") for _, text, _ in own_descriptors()]
    inflows.append(record("GUTSCHRIFT HALDEN VERLAG RECHNUNG NFZ9RYF", "1207.99"))
    names = [clean(one.description) for one in inflows]
    for result in categorize_many(inflows, names, {}, model):
        assert (result.category, result.source) != ("refund", "classifier")


def test_held_out_descriptors_are_guessed_far_better_than_chance() -> None:
    rows = own_descriptors()
    held_out, kept = rows[::5], [row for n, row in enumerate(rows) if n % 5]
    guesses = train(kept).predict([(text, clean(text), amount) for _, text, amount in held_out])
    right = sum(guess == row[0] for (guess, _), row in zip(guesses, held_out, strict=True))
    assert right / len(held_out) > 0.45  # 37 categories, names never seen


def test_many_at_once_equal_one_by_one(model: CategoryModel) -> None:
    records = [record(text, f"{amount:.2f}") for _, text, amount in own_descriptors()[::20]]
    names = [clean(one.description) for one in records]
    together = categorize_many(records, names, {}, model)
    alone = [categorize(r, n, {}, model) for r, n in zip(records, names, strict=True)]
    assert [one.category for one in together] == [one.category for one in alone]


def test_training_is_cached_by_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_or_train(tmp_path / "models")
    files = list((tmp_path / "models").iterdir())
    assert [file.suffix for file in files] == [".joblib"]

    def no_training() -> Callable[[], CategoryModel]:
        raise AssertionError("trained again")

    monkeypatch.setattr("finance_core.enrich.classifier.train", no_training)
    again = load_or_train(tmp_path / "models")
    rows = [("NONNAS OVEN", "Nonnas Oven", -12.0)]
    assert again.predict(rows) == first.predict(rows)


def test_a_damaged_cache_is_trained_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: CategoryModel
) -> None:
    monkeypatch.setattr("finance_core.enrich.classifier.train", lambda: model)
    load_or_train(tmp_path)
    path = next(tmp_path.iterdir())
    path.write_bytes(path.read_bytes()[:1000])
    assert load_or_train(tmp_path).fingerprint == model.fingerprint
    assert path.stat().st_size > 1000


def test_all_training_examples_carry_known_categories(model: CategoryModel) -> None:
    known = {category.code for category in taxonomy().categories}
    assert set(model.categories) <= known


def test_the_entry_point(model: CategoryModel) -> None:
    records = [
        record("CARD PURCHASE 1234 TESCO STORES 3345 LONDON GB"),
        dataclasses.replace(record("CARD 991 XX"), merchant_hint="Joe's Pizza"),
    ]
    assert enrich(records, {"Joe's Pizza": "gifts"}, model) == [
        ("Tesco", "groceries"),
        ("Joe's Pizza", "dining"),
    ], "a merchant's own correction stands apart, in the store"
    assert enrich([], {}, None) == []


def test_a_correction_teaches_about_merchants_of_like_names() -> None:
    def found(merchant: str, learnt: dict[str, str], amount: str = "-5.00") -> Categorized:
        one = record(merchant.upper(), amount)
        return categorize(one, merchant, {}, None, learnt)

    taught = {"Zorglub Workshop": "hobby", "Zor": "gifts"}
    assert found("Zorglub Workshop Annexe", taught) == Categorized("hobby", 0.6, "alike")
    assert found("Zorglub", taught).category == "hobby"
    assert found("Zorglub Works", taught).source == "none", "whole words only"
    assert found("Zorglub Workshop", taught).source == "none", "its own stands apart"
    assert found("Zor Bakery", taught).category != "gifts", "three letters say too little"
    assert found("Tesco", {"Tesco Zorglub": "gifts"}).category == "groceries"
    assert found("Zorglub", taught, "5.00").source == "none", "money in is no hobby"
