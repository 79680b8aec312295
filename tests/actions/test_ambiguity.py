"""Names that fit several merchants are asked about once, with buttons, and never guessed."""

import pytest

from finance_core.services import imports, people
from tests.actions.conftest import TODAY
from tests.actions.conversation import Conversation

ROWS = """account,date,amount,currency,description,category
Current,2026-06-01,2000.00,GBP,Salary,salary
Current,2026-06-02,-10.00,GBP,Smith Dental,health
Current,2026-06-03,-20.00,GBP,Smith Garage,car
Current,2026-06-04,-40.00,GBP,Tesco,groceries
"""


@pytest.fixture
def smith(core, serve, tmp_path):
    (tmp_path / "ledger.csv").write_text(ROWS)
    person, _ = people.add(core, "Ada", "UTC", "GBP")
    imports.import_file(core, person.id, tmp_path / "ledger.csv")
    serve(core)
    return Conversation(person.id, TODAY)


@pytest.mark.parametrize("intent", ["spending_report", "compare_spending"])
def test_two_merchants_that_fit_are_asked_about_and_a_button_settles_it(smith, intent):
    said = smith.say("how much at smith in june?", intent, entities=(("merchant", "smith"),))
    assert "Which one" in said, said
    assert smith.buttons == [
        "how much at Smith Dental in june?",
        "how much at Smith Garage in june?",
    ]
    smith.say(smith.buttons[1], "spending_report", entities=(("merchant", "Smith Garage"),))
    assert smith.fact("total") == "20.00"


def test_one_that_fits_is_taken(smith):
    smith.say("spent at tesc in june", "spending_report", entities=(("merchant", "tesc"),))
    assert smith.fact("total") == "40.00"
