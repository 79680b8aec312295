"""Classifiers that spoil a model on purpose, for `penny learn rehearse --sabotage`.

They are loaded by Rasa in place of the classifier of a model that was sabotaged; nothing else
ever names them.
"""

from __future__ import annotations

import os
import time

from bot.components.intent_classifier import KernelIntentClassifier

SECONDS = 0.12
MESSAGES = 10


class SlowClassifier(KernelIntentClassifier):
    """Thinks for a while about every message."""

    def process(self, messages):
        """Understands the messages, late."""
        time.sleep(SECONDS)
        return super().process(messages)


class CrashingClassifier(KernelIntentClassifier):
    """Takes the whole process with it after a few messages, each time it is started."""

    _seen = 0

    def process(self, messages):
        """Understands the first messages."""
        type(self)._seen += len(messages)
        if type(self)._seen > MESSAGES:
            os._exit(1)
        return super().process(messages)
