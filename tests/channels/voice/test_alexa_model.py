"""The interaction model keeps Alexa's rules and stands for words Penny understands."""

import re

import pytest
import yaml

from channels.voice import alexa_words as words
from channels.voice.alexa_model import MOST_SAMPLES, interaction_model
from cli.stack import ROOT
from cli.voice import _examples


@pytest.fixture(scope="module")
def intents():
    model = interaction_model(_examples(), "penny")["interactionModel"]["languageModel"]
    assert model["invocationName"] == "penny"
    return {intent["name"]: intent for intent in model["intents"]}


def test_samples_are_as_alexa_wants_them(intents):
    assert len(intents) <= 250
    samples = [sample for intent in intents.values() for sample in intent["samples"]]
    assert len(samples) == len(set(samples)) > 200
    for sample in samples:
        assert re.fullmatch(r"[a-z' ]*(?:\{\w+\})?", sample), sample
    for name, intent in intents.items():
        assert re.fullmatch(r"[A-Za-z.]+", name)
        assert len(intent["samples"]) <= MOST_SAMPLES
        slots = {slot["name"] for slot in intent.get("slots", ())}
        for sample in intent["samples"]:
            assert set(re.findall(r"\{(\w+)\}", sample)) == slots
            if "{query}" in sample:  # a search query needs words before it
                assert sample != "{query}"


def test_alexas_own_intents_are_there(intents):
    needed = {"Stop", "Cancel", "Help", "Yes", "No", "Repeat", "Fallback", "NavigateHome"}
    assert {f"AMAZON.{name}Intent" for name in needed} <= set(intents)


def test_every_intent_stands_for_words(intents):
    for name, intent in intents.items():
        slots = {slot["name"]: {"value": "seven"} for slot in intent.get("slots", ())}
        steering = name in (
            "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.FallbackIntent",
            "AMAZON.NavigateHomeIntent",
        )  # fmt: skip
        said = words.words_of({"name": name, "slots": slots})
        assert (said is None) == steering, name
        assert not slots or said.endswith("seven")


def test_sentences_are_of_intents_that_penny_has():
    domain = set()
    for path in (ROOT / "bot" / "domain").glob("*.yml"):
        domain |= {
            intent if isinstance(intent, str) else next(iter(intent))
            for intent in yaml.safe_load(path.read_text()).get("intents", ())
        }
    assert set(words.SKILLS) <= domain
    assert set(words.SKILLS) >= words.IN_ANY_WORDS


def test_no_sample_says_more_than_the_sentence_it_stands_for(intents):
    detail = re.compile(r"\b(?:january|monday|yesterday|last|next|tesco|than|until|\d)\b")
    for skill, sentence in words.SKILLS.items():
        for sample in intents[words.intent_of(skill)]["samples"]:
            assert sample == sentence.lower() or not detail.search(sample), sample


def test_the_words_that_begin_a_question_are_kept():
    slots = {"query": {"value": "spend on groceries last month"}}
    intent = {"name": words.carrier_intent("how much did I"), "slots": slots}
    assert words.words_of(intent) == "how much did I spend on groceries last month"
    intent = {"name": words.carrier_intent("what's"), "slots": {"query": {"value": "my balance"}}}
    assert words.words_of(intent) == "what's my balance"
