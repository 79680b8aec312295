"""Comparisons, what stands out, corrections and net worth, on both databases."""

from datetime import UTC, date, datetime

import pytest

from finance_core.errors import BadInput, NotEnoughData
from finance_core.model import Period
from finance_core.money import Money, total
from finance_core.services import (
    balances,
    changes,
    comparison,
    corrections,
    imports,
    movements,
    people,
    spending,
    unusual,
)

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
JUNE = Period(date(2026, 6, 1), TODAY)
LEDGER = """\
account,date,amount,currency,description,category
Current,2026-05-02,-10.00,GBP,ZORGLUB VEEP,eating out
Current,2026-05-09,-11.01,GBP,ZORGLUB VEEP,eating out
Current,2026-05-20,-5.00,GBP,KRAKEN KIOSK,eating out
Travel,2026-05-21,-40.00,EUR,CAFE DE FLORE,eating out
Current,2026-06-03,-20.50,GBP,ZORGLUB VEEP,eating out
Current,2026-06-04,-20.50,GBP,ZORGLUB VEEP,eating out
Current,2026-06-05,4.20,GBP,ZORGLUB VEEP,eating out
Current,2026-06-06,-500.00,GBP,TO SAVINGS,transfer to savings
"""


@pytest.fixture
def ada(core):
    person, _ = people.add(core, "Ada", "UTC", "GBP")
    imports.import_content(core, person.id, LEDGER.encode(), name="ledger.csv")
    return person.id


def gbp(amount):
    return Money.of(amount, "GBP")


def test_each_currency_is_compared_for_itself(core, ada):
    pounds, euros = comparison.between(core, ada, MAY, JUNE)
    found = pounds.by_merchant
    assert (found.before.net, found.after.net) == (gbp("26.01"), gbp("36.80"))
    assert found.by_count + found.by_price + found.by_refunds == gbp("10.79")
    assert found.by_refunds == gbp("-4.20")
    assert {part.key: part.kind for part in found.parts} == {
        "Zorglub Veep": "more",
        "Kraken Kiosk": "gone",
    }
    assert total([part.change for part in pounds.by_category.parts], "GBP") == found.difference
    assert euros.by_merchant.difference == Money.of("-40", "EUR")


def test_what_is_usual_counts_only_what_the_ledger_covers(core, ada):
    assert comparison.usual(core, ada, JUNE, [MAY]) == (), "the ledger begins within May"
    later = Period(date(2026, 5, 2), date(2026, 5, 16))
    pounds = comparison.usual(core, ada, JUNE, [later, MAY])[0]
    assert (pounds.total, pounds.average, pounds.count) == (gbp("36.80"), gbp("21.01"), 1)


def test_a_duplicate_stands_out_only_where_it_is_asked_about(core, ada):
    found = unusual.look(core, ada, JUNE, TODAY)
    assert [one.why for one in found.found] == ["duplicate"]
    assert found.payments == 2
    none = unusual.look(core, ada, JUNE, TODAY, categories=["groceries"])
    assert (none.found, none.payments) == ((), 0)


def row_of(core, ada, text):
    return next(r for r in movements.everything(core, ada) if text in r.description)


def confirmed(core, ada, kind, payload):
    change = changes.propose(
        core, ada, kind, payload, summary="x", done_text="y", now=NOW, channel="web"
    )
    return changes.confirm(core, ada, change.id, NOW, "web")


def test_a_correction_changes_the_sums_and_tells_why(core, ada):
    row = row_of(core, ada, "KRAKEN")
    assert corrections.decision(core, ada, row.id).source == "hint"
    change = confirmed(core, ada, "category.row", {"transaction": row.id, "category": "gifts"})
    assert spending.report(core, ada, MAY, categories=["gifts"])[0].total == gbp("5.00")
    found = corrections.decision(core, ada, row.id)
    assert (found.category, found.found, found.source) == ("gifts", "dining", "row")
    changes.undo(core, ada, change.id, NOW, "web")
    assert spending.report(core, ada, MAY, categories=["gifts"]) == ()


def test_a_rule_reaches_what_is_imported_later(core, ada):
    payload = {"merchants": ["Zorglub Veep"], "category": "hobby"}
    change = confirmed(core, ada, "category.always", payload)
    more = (
        "account,date,amount,currency,description\n"
        "Current,2026-06-10,-3.00,GBP,ZORGLUB VEEP\nCurrent,2026-06-11,-7.00,GBP,ZORGLUB VEEP NORTH"
    )
    imports.import_content(core, ada, more.encode(), name="more.csv")
    sums = spending.report(core, ada, JUNE, categories=["hobby"])[0]
    assert sums.total == gbp("46.80"), "it and the one of a like name"
    north = row_of(core, ada, "NORTH")
    assert corrections.decision(core, ada, north.id).source == "alike"
    changes.undo(core, ada, change.id, NOW, "web")
    later = row_of(core, ada, "ZORGLUB VEEP")
    assert later.category == "dining"


def test_nobody_sees_what_is_not_theirs(core, ada):
    eve = people.add(core, "Eve", "UTC", "EUR")[0].id
    row = row_of(core, ada, "KRAKEN")
    assert corrections.transaction(core, eve, row.id) is None
    assert corrections.decision(core, eve, row.id) is None


@pytest.mark.parametrize("name", ["", "  .", "x" * 31, "123"])
def test_what_cannot_be_a_category(name):
    with pytest.raises(BadInput):
        corrections.new_category(name)


def test_a_new_category_is_the_known_one_where_the_words_mean_it():
    assert corrections.new_category("Groceries") == "groceries"
    assert corrections.new_category(" “Garden  Club” ") == "garden club"


def test_net_worth_has_a_total_only_at_stated_rates(core, ada):
    found = balances.net_worth(core, ada, TODAY)
    assert (found.total, found.missing) == (None, ("EUR",))
    rated = core.settings.model_copy(update={"exchange_rates": "EUR/GBP=0.85@2026-06-01"})
    core.settings = rated
    found = balances.net_worth(core, ada, TODAY)
    assert found.total == found.balances.totals["GBP"] - gbp("34.00")
    assert [rate.on for rate in found.rates] == [date(2026, 6, 1)]
    core.settings = core.settings.model_copy(update={"exchange_rates": "nonsense"})
    assert balances.net_worth(core, ada, TODAY).total is None


def test_net_worth_of_two_days_is_of_the_accounts_known_on_both(core, ada):
    before, after = balances.net_worths(core, ada, date(2026, 5, 10), TODAY)
    assert set(before.balances.totals) == set(after.balances.totals) == {"GBP"}
    with pytest.raises(NotEnoughData):
        balances.net_worths(core, ada, date(2020, 1, 1), TODAY)
