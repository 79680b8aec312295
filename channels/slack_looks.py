"""How Penny looks in Slack: her fixed sentences, mrkdwn, blocks with buttons.

Source: https://docs.slack.dev/reference/block-kit and
https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from typing import Any

from channels.turns import Button, Message

HOW_TO_LINK = (
    "Hello, I'm Penny. I don't know who you are here yet.\n"
    "Get a code from whoever runs this Penny (penny user link) and write to me: link CODE"
)
WELCOME = (
    "Hello {name}, I know you now. Ask me about your money; “unlink” makes me forget you here."
)
UNLINKED = "Done. I won't answer here any more; “link CODE” brings me back."
TEXT_ONLY = "I can only read text here."
OLD_BUTTON = "That button is too old. Please write it to me instead."

LONGEST_SECTION = 3_000  # characters
_MOST_BLOCKS = 50
_MOST_BUTTONS = 25
_LONGEST_TITLE = 75
_LONGEST_TEXT = 4_000  # of a message; what notifications and screen readers get

_WRITTEN = {"&": 5, "<": 4, ">": 4}  # characters that one becomes

_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")


def read(text: str) -> str:
    """What a person wrote, without Slack's marks: ``<https://a.b|a.b> &amp; c`` is ``a.b & c``."""
    plain = _REFERENCE.sub(lambda found: found[2] or found[1], text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def written(text: str) -> str:
    """Text as mrkdwn in which nobody is called and nothing is a link but what looks like one."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BOLD.sub(r"*\1*", safe)


def posting(message: Message, message_id: str, place: int) -> dict[str, Any]:
    """The fields of a message to post.

    Args:
        message: of Penny's.
        message_id: of its turn; buttons name it, with their place among its buttons.
        place: of the first button.
    """
    text = message.text or (message.chart or {}).get("summary") or message.image or ""
    sections = [_section(part) for part in parts(text)][: _MOST_BLOCKS - 1]
    blocks = [*sections, *_actions(message.buttons, message_id, place)]
    return {"text": written(text[:_LONGEST_TEXT]), "blocks": blocks}


def settled(blocks: list[dict[str, Any]], title: str) -> list[dict[str, Any]]:
    """Blocks of a message whose button was pressed: the buttons go, and what was pressed stays."""
    kept = [block for block in blocks if block.get("type") == "section"]
    return [*kept, _section(f"✓ {title}")][-_MOST_BLOCKS:]


def parts(text: str) -> list[str]:
    """``text`` cut into sections' sizes, at line ends or blanks where possible."""
    found = []
    while (cut := _fitting(text)) < len(text):
        end = max(text.rfind("\n", 1, cut), text.rfind(" ", 1, cut))
        cut = end if end > 0 else cut
        found.append(text[:cut])
        text = text[cut:].lstrip()
    return [*found, text] if text else found


def _fitting(text: str) -> int:
    """How many leading characters of ``text`` fit into a section, written as mrkdwn."""
    room = LONGEST_SECTION
    for place, character in enumerate(text):
        room -= _WRITTEN.get(character, 1)
        if room < 0:
            return place
    return len(text)


def _section(text: str) -> dict[str, Any]:
    words = {"type": "mrkdwn", "text": written(text), "verbatim": True}
    return {"type": "section", "text": words}


def _actions(buttons: tuple[Button, ...], message_id: str, place: int) -> list[dict[str, Any]]:
    elements = [
        {
            "type": "button",
            "action_id": f"penny-{offset}",
            "text": {"type": "plain_text", "text": button.title[:_LONGEST_TITLE], "emoji": False},
            "value": f"{message_id}|{place + offset}",
        }
        for offset, button in enumerate(buttons[:_MOST_BUTTONS])
    ]
    return [{"type": "actions", "elements": elements}] if elements else []
