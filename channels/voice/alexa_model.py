"""The interaction model of the Alexa skill, made from Penny's own examples.

Format: Alexa Skills Kit, "Interaction Model Schema". A sample may hold letters, apostrophes,
full stops and blanks, and belongs to one intent only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from channels.voice.alexa_words import (
    AMOUNT,
    BUILT_IN,
    CARRIERS,
    FREE,
    NUMBER,
    QUERY,
    SKILLS,
    carrier_intent,
    intent_of,
)

MOST_SAMPLES = 40  # of one intent
_STEERING = ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.FallbackIntent",
             "AMAZON.NavigateHomeIntent")  # fmt: skip
# An intent without slots stands for one sentence, so a sample must not say more than it does.
_DETAIL = re.compile(
    r"\[|\b(?:to(?:day|morrow|night)|yesterday|week|month|year|quarter|day|last|next|since|until|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|more|most|less|least|than|for|on|at|in|by|from|to)"
    r"s?\b"
)
_SAYABLE = re.compile(r"[a-z][a-z' ]*")
_NUMBER_SAMPLES = ("{number}", "my pin is {number}", "it is {number}", "it's {number}",
                   "my code is {number}")  # fmt: skip


def interaction_model(examples: Mapping[str, Iterable[str]], invocation: str) -> dict[str, Any]:
    """The model, ready for the developer console.

    Args:
        examples: Penny's intents with sentences said for them, as in her training data.
        invocation: what people call the skill ("penny").
    """
    taken = set(_NUMBER_SAMPLES)
    intents: list[dict[str, Any]] = [
        {"name": name, "samples": []} for name in (*BUILT_IN, *_STEERING)
    ]
    slot = [{"name": AMOUNT, "type": "AMAZON.NUMBER"}]
    intents.append({"name": NUMBER, "slots": slot, "samples": list(_NUMBER_SAMPLES)})
    for skill, sentence in SKILLS.items():
        samples = list(_samples([sentence, *examples.get(skill, ())], taken))
        intents.append({"name": intent_of(skill), "slots": [], "samples": samples})
    for first in (*CARRIERS, *FREE):
        slot = [{"name": QUERY, "type": "AMAZON.SearchQuery"}]
        samples = [f"{first.lower()} {{{QUERY}}}"]
        intents.append({"name": carrier_intent(first), "slots": slot, "samples": samples})
    model = {"invocationName": invocation, "intents": intents, "types": []}
    return {"interactionModel": {"languageModel": model}}


def _samples(sentences: Iterable[str], taken: set[str]) -> Iterable[str]:
    """Sentences that may be samples, each once over all intents."""
    found = 0
    for sentence in sentences:
        sample = " ".join(sentence.lower().replace("’", "'").strip(" ?!.").split())
        known = sample in taken or found == MOST_SAMPLES
        if known or not _SAYABLE.fullmatch(sample) or (found and _DETAIL.search(sample)):
            continue
        taken.add(sample)
        found += 1
        yield sample
