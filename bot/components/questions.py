"""Two questions in one message: each is understood by itself.

The splitter stands at the head of the pipeline and puts the parts of a message behind it
("what's my balance" and "when is rent due"); every component then reads them all. The
joiner stands at the end: when at least two parts are clearly questions of their own it
keeps them as ``questions`` of the message, in the order they are to be answered.
"""

import re
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

QUESTIONS = "questions"
_PART = "part"
_MOST_PARTS = 3
_LONGEST = 300  # a longer message is a story, not two questions

# Words that begin a question or a wish; "and dining" begins none.
_BEGINS = (
    r"(?:what|how|when|where|which|who|why|can|could|should|do|does|did|is|are|am|was|were|will|"
    r"would|show|tell|list|give|find|check|move|transfer|send|pay|put|set|save|help|any|"
    r"i (?:want|need|would|wanna)|i'd|whats|hows|whens|wheres)"
)
_BORDER = re.compile(
    r"(?:[?!;.\n]+\s+(?:(?:and|also|then|plus|oh)[ ,]+)*"
    rf"|[,\s]+(?:and|also|then|plus|&)(?: (?:also|then))?[ ,]+(?={_BEGINS}\b)"
    rf"|,\s+(?={_BEGINS}\b))",
    re.IGNORECASE,
)


def parts_of(text: str) -> List[str]:
    """The parts of ``text`` that could be questions of their own; none when it is one."""
    if len(text) > _LONGEST:
        return []
    parts = [part.strip(" ,;.!?\n") for part in _BORDER.split(text)]
    found = [part for part in parts if len(part.split()) > 1]
    return found if 1 < len(found) <= _MOST_PARTS else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionSplitter(GraphComponent):
    """Puts the parts of a message behind it."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionSplitter":
        """Makes one; there is nothing to learn."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Each message, followed by its parts."""
        split: List[Message] = []
        for message in messages:
            split.append(message)
            split += [
                Message({TEXT: part, _PART: True}) for part in parts_of(message.get(TEXT) or "")
            ]
        return split


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionJoiner(GraphComponent):
    """Keeps the parts that are clear questions with the message they came from."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """``never``: intents that are no questions; ``last``: those answered after the others."""
        return {"confidence": 0.5, "never": [], "last": []}

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionJoiner":
        """Makes one; there is nothing to learn."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """The messages without their parts; the questions in them are set on each."""
        joined: List[Message] = []
        for message in messages:
            if message.get(_PART):
                self._add(joined[-1], message)
            else:
                joined.append(message)
        for message in joined:
            self._settle(message)
        return joined

    def _add(self, message: Message, part: Message) -> None:
        intent = part.get(INTENT) or {}
        name, confidence = intent.get("name"), intent.get("confidence", 0.0)
        if name in self._config["never"] or confidence < self._config["confidence"]:
            return
        found = {"text": part.get(TEXT), "intent": intent, "entities": part.get(ENTITIES, [])}
        message.set(QUESTIONS, [*message.get(QUESTIONS, []), found], add_to_output=True)

    def _settle(self, message: Message) -> None:
        """The first question leads; one alone leads only a message not understood as a whole."""
        questions = sorted(message.get(QUESTIONS, []), key=self._place)
        alone = len(questions) == 1
        whole = (message.get(INTENT) or {}).get("name")
        if not questions or (alone and whole not in self._config["never"]):
            message.set(QUESTIONS, [], add_to_output=False)
            return
        message.set(QUESTIONS, [] if alone else questions, add_to_output=True)
        message.set(INTENT, questions[0]["intent"], add_to_output=True)

    def _place(self, question: Dict[Text, Any]) -> bool:
        return question["intent"]["name"] in self._config["last"]
