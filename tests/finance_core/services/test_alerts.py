"""Alerts of a person's own ledger, from raw rows to what is worth telling."""

from datetime import date

import pytest

from finance_core.money import Money
from finance_core.services import alerts, imports, people
from finance_core.services.alerts import AlertKind

TODAY = date(2026, 6, 20)


def ledger() -> str:
    lines = ["account,date,amount,currency,description,category"]
    for month in range(1, 19):
        year, number = 2025 + (month - 1) // 12, (month - 1) % 12 + 1
        price = "-9.99" if month < 17 else "-12.99"
        lines.append(f"Current,{year}-{number:02}-05,{price},GBP,FILMBOX LTD,subscriptions")
        if month < 18:
            lines.append(f"Current,{year}-{number:02}-09,2100.00,GBP,ACME SALARY,salary")
    lines += [
        "Current,2026-06-01,-64.20,GBP,OPTICIANS CLEARVIEW,health",
        "Current,2026-06-02,-64.20,GBP,OPTICIANS CLEARVIEW,health",
        "Current,2026-06-19,-20.00,GBP,CORNER CAFE,eating out",
        "Current,2026-06-25,2100.00,GBP,ACME SALARY,salary",
    ]
    return "\n".join(lines)


@pytest.fixture
def ada(core):
    person, _ = people.add(core, "Ada", "UTC", "GBP")
    imports.import_content(core, person.id, ledger().encode(), name="ledger.csv")
    return person.id


def test_rise_late_wage_and_double_charge(core, ada):
    found = {alert.kind: alert for alert in alerts.look(core, ada, TODAY)}
    assert found[AlertKind.PRICE_RISE].at_stake == Money.of("36.00", "GBP")
    assert found[AlertKind.DUPLICATE].at_stake == Money.of("64.20", "GBP")
    late = found[AlertKind.LATE_INCOME]
    assert (late.at_stake, late.day) == (Money.of("2100.00", "GBP"), date(2026, 6, 9))
    assert found[AlertKind.FORGOTTEN_SUBSCRIPTION].label == found[AlertKind.PRICE_RISE].label


def test_the_wage_that_comes_later_ends_the_alarm(core, ada):
    later = alerts.look(core, ada, date(2026, 6, 26))
    assert AlertKind.LATE_INCOME not in {alert.kind for alert in later}


def test_what_was_spoken_of_is_not_forgotten(core, ada):
    label = next(a.label for a in alerts.look(core, ada, TODAY) if a.kind is AlertKind.PRICE_RISE)
    found = alerts.look(core, ada, TODAY, known={label})
    assert AlertKind.FORGOTTEN_SUBSCRIPTION not in {alert.kind for alert in found}


def test_another_person_and_an_early_day_have_none(core, ada):
    other, _ = people.add(core, "Bo", "UTC", "GBP")
    assert alerts.look(core, other.id, TODAY) == ()
    assert alerts.look(core, ada, date(2020, 1, 1)) == ()
