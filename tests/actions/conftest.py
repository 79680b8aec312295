"""Actions on a real core: an imported ledger, or a bank that lives in the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from actions import base
from finance_core.enrich.classifier import CategoryModel, load_or_train
from finance_core.model import Person
from finance_core.services import imports, people
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from tests.actions.conversation import Conversation

LEDGERS = Path(__file__).parents[1] / "conversations"
TODAY = date(2026, 6, 15)


@pytest.fixture(scope="session")
def category_model(tmp_path_factory: pytest.TempPathFactory) -> CategoryModel:
    """The classifier, trained once."""
    return load_or_train(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty database, to copy."""
    home = tmp_path_factory.mktemp("empty") / "home"
    open_core(CoreSettings(home=home)).close()
    return home


def opened(home: Path, model: CategoryModel) -> Core:
    core = open_core(CoreSettings(home=home, bank_attempts=1), httpx.Client(verify=False))
    core.models["categories"] = model
    return core


@pytest.fixture
def core(tmp_path: Path, empty_home: Path, category_model: CategoryModel) -> Iterator[Core]:
    """An open Penny without any person."""
    shutil.copytree(empty_home, tmp_path / "home")
    with opened(tmp_path / "home", category_model) as found:
        yield found


@pytest.fixture(scope="session")
def household(
    tmp_path_factory: pytest.TempPathFactory, empty_home: Path, category_model: CategoryModel
) -> Iterator[tuple[Core, Person]]:
    """A Penny whose one person has two years of accounts; only to be read."""
    home = tmp_path_factory.mktemp("household") / "home"
    shutil.copytree(empty_home, home)
    with opened(home, category_model) as core:
        person, _ = people.add(core, "Amelia", "Europe/London", "GBP")
        imports.import_file(core, person.id, LEDGERS / "amelia.csv")
        yield core, person


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Core], None]:
    """Lets the actions answer from a given core."""
    return lambda core: monkeypatch.setattr(base, "core", lambda: core)


@pytest.fixture
def amelia(household: tuple[Core, Person], serve: Callable[[Core], None]) -> Conversation:
    """A new conversation with the household's person."""
    core, person = household
    serve(core)
    return Conversation(person.id, TODAY)


@pytest.fixture(scope="session")
def amelia_home(
    tmp_path_factory: pytest.TempPathFactory, empty_home: Path, category_model: CategoryModel
) -> tuple[Path, str]:
    """A closed home whose one person has two years of accounts, to copy; and their id."""
    home = tmp_path_factory.mktemp("amelia") / "home"
    shutil.copytree(empty_home, home)
    with opened(home, category_model) as core:
        person, _ = people.add(core, "Amelia", "Europe/London", "GBP")
        imports.import_file(core, person.id, LEDGERS / "amelia.csv")
    return home, person.id


@pytest.fixture
def planner(
    tmp_path: Path,
    amelia_home: tuple[Path, str],
    category_model: CategoryModel,
    serve: Callable[[Core], None],
) -> Iterator[Conversation]:
    """A conversation that may write: with the household's person, in a home of their own."""
    home, person_id = amelia_home
    shutil.copytree(home, tmp_path / "home")
    with opened(tmp_path / "home", category_model) as core:
        serve(core)
        yield Conversation(person_id, TODAY)
