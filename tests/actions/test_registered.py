"""Every action the dialogue can call exists, and no other."""

from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registered():
    executor = ActionExecutor()
    executor.register_package("actions")
    return set(executor.actions)


def test_domain_and_action_server_know_the_same_actions(registered):
    named = set()
    for file in (ROOT / "bot" / "domain").glob("*.yml"):
        named |= set(yaml.safe_load(file.read_text()).get("actions") or ())
    assert {name for name in named if not name.startswith("utter_")} == registered
