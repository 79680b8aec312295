"""A person whose bank is the one that lives in the test."""

from __future__ import annotations

import pytest

from finance_core.services import people, sync
from finance_core.services.core import Core
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in


@pytest.fixture
def household() -> FakeBank:
    """A bank with half a year of wages, rent and shopping."""
    return lived_in(FakeBank())


@pytest.fixture
def penny(core: Core, household: FakeBank) -> Core:
    """A Penny that reaches that bank."""
    return at_bank(core, fake=household)


@pytest.fixture
def ada(penny: Core) -> str:
    """The id of a person with accounts there."""
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    return person.id
