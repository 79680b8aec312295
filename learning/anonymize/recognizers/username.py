"""User names and handles: after an at sign, or announced."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "USERNAME"
_HANDLE = re.compile(r"(?<![\w@./+-])@[A-Za-z_][\w.]{1,29}(?<!\.)(?![\w@])")
_ANNOUNCED = re.compile(
    r"\b(?:user ?name|user ?id|login(?: name)?|handle|nick(?:name)?|screen ?name|telegram|"
    r"insta(?:gram)?|twitter|snapchat|discord|skype|paypal|venmo|cash ?app|revtag)"
    r"(?: (?:account|name|id|handle))?(?:(?: (?:is|was))?\s?[:=]|\s(?:is|was))\s?"
    r"(@?[A-Za-z](?=[\w.-]*[\d_.])[\w.-]{2,29}(?<![.-]))(?![\w@])",
    re.I,
)


def find(text: str) -> Iterator[Span]:
    """Handles (``@jo_42``), and announced names that hold a digit, a dot or an underscore."""
    for match in _HANDLE.finditer(text):
        yield Span(*match.span(), LABEL)
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)
