"""The assistant's YAML hangs together: intents, rules, actions, examples, entities."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DESIGNED = {
    "check_balance",
    "list_accounts",
    "check_net_worth",
    "check_income",
    "spending_report",
    "compare_spending",
    "search_transactions",
    "upcoming_bills",
    "list_subscriptions",
    "forecast_balance",
    "check_affordability",
    "safe_to_spend",
    "set_budget",
    "check_budget",
    "create_goal",
    "check_goal",
    "savings_advice",
    "set_savings_rule",
    "pause_savings",
    "transfer_money",
    "pay_bill",
    "debt_plan",
    "recategorize_transaction",
    "find_unusual_spending",
    "undo",
    "explain",
    "connect_account",
    "refresh_accounts",
    "export_data",
    "delete_data",
    "notification_settings",
    "report_fraud",
    "human_handoff",
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "cancel",
    "repeat",
    "help",
    "bot_challenge",
    "chitchat",
    "feedback_positive",
    "feedback_negative",
    "inform",
    "out_of_scope",
}
ENTITY = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def read(folder: str) -> list[dict]:
    files = sorted((ROOT / folder).glob("*.yml"))
    assert files
    return [yaml.safe_load(file.read_text()) for file in files]


@pytest.fixture(scope="module")
def domain() -> dict:
    merged: dict = defaultdict(dict)
    for part in read("bot/domain"):
        for key, value in part.items():
            if isinstance(value, dict):
                assert not merged[key].keys() & value.keys(), f"{key} is defined twice"
                merged[key].update(value)
            elif isinstance(value, list):
                names = merged.setdefault(key + "_list", [])
                assert not set(names) & set(value), f"{key}: named twice"
                names.extend(value)
    return merged


@pytest.fixture(scope="module")
def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in read("data/nlu"):
        for block in part["nlu"]:
            assert block["intent"] not in found, f"{block['intent']} stands in two files"
            lines = block["examples"].splitlines()
            assert all(line.startswith("- ") for line in lines), block["intent"]
            found[block["intent"]] = [line[2:].strip() for line in lines]
    return found


@pytest.fixture(scope="module")
def rules() -> list[dict]:
    return [rule for part in read("data/rules") for rule in part["rules"]]


def steps(rule: dict, kind: str) -> list:
    return [step[kind] for step in rule["steps"] if kind in step]


def test_intents_are_those_of_the_design(domain, examples):
    assert set(domain["intents_list"]) <= DESIGNED
    assert set(examples) == set(domain["intents_list"])


def test_every_intent_has_enough_examples(examples):
    few = {intent: len(texts) for intent, texts in examples.items() if len(texts) < 100}
    assert not few


def spoken(text: str) -> str:
    """An example without marks, capitals, apostrophes and full stops."""
    plain = ENTITY.sub(r"\1", text).casefold().replace("'", "")
    return re.sub(r"[^\w£$€%?]+", " ", plain).strip() or plain


def test_no_example_is_written_twice(examples):
    times = Counter(
        ENTITY.sub(r"\1", text).casefold() for texts in examples.values() for text in texts
    )
    assert not [text for text, count in times.items() if count > 1]


def test_no_example_belongs_to_two_intents(examples):
    intents = defaultdict(set)
    for intent, texts in examples.items():
        for text in texts:
            intents[spoken(text)].add(intent)
    assert not {text: found for text, found in intents.items() if len(found) > 1}


def test_entities_are_marked_well(domain, examples):
    known = set(domain["entities_list"])
    for text in (text for texts in examples.values() for text in texts):
        marked = ENTITY.findall(text)
        assert {entity for _, entity in marked} <= known, text
        assert all(value == value.strip() for value, _ in marked), text
        assert not re.search(r"[\[\]]", ENTITY.sub("", text)), text


def test_every_intent_has_exactly_one_rule(domain, rules):
    general = Counter(intent for rule in rules for intent in steps(rule, "intent"))
    assert set(general) == set(domain["intents_list"]) | {"nlu_fallback"}
    assert set(general.values()) == {1}


def test_rules_name_only_what_the_domain_has(domain, rules):
    known = set(domain["actions_list"]) | set(domain["responses"])
    for rule in rules:
        assert set(steps(rule, "action")) <= known, rule["rule"]


def test_every_action_and_response_is_used(domain, rules):
    used = {action for rule in rules for action in steps(rule, "action")}
    assert set(domain["actions_list"]) <= used
    assert set(domain["responses"]) <= used


def test_only_a_yes_reaches_the_action_that_carries_out(rules):
    for rule in rules:
        if "action_affirm" in steps(rule, "action"):
            assert steps(rule, "intent") == ["affirm"]


def test_slots_never_steer_the_dialogue(domain):
    assert all(slot["influence_conversation"] is False for slot in domain["slots"].values())
    assert all(slot["mappings"] == [{"type": "custom"}] for slot in domain["slots"].values())


def test_small_talk_varies(domain):
    for name in ("goodbye", "thank", "chitchat", "bot_challenge"):
        assert len(domain["responses"][f"utter_{name}"]) >= 2
