"""How Penny looks in Telegram: her fixed sentences, long messages, buttons."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from channels.turns import Message

LONGEST_MESSAGE = 4096  # UTF-16 units, https://core.telegram.org/bots/api#sendmessage
LONGEST_CAPTION = 1024  # of a picture, likewise

HOW_TO_LINK = (
    "Hello, I'm Penny. This chat isn't connected to anybody yet.\n"
    "Open Penny's web page, choose “Connect Telegram” and follow the link, "
    "or send me /start followed by the code you see there."
)
WELCOME = "Hello {name}, this chat is connected now. Ask me about your money, or send /help."
HELP = (
    "Ask me things like:\n"
    "• What's my balance?\n"
    "• How much did I spend on groceries last month?\n"
    "• What bills are coming up?\n"
    "• Can I afford 400 on Friday?\n"
    "• Help me save\n\n"
    "I never move money before you say yes. /settings shows what I tell you unasked, "
    "/stop disconnects this chat."
)
COMMANDS = (
    ("help", "What you can ask me"),
    ("settings", "What I tell you unasked"),
    ("stop", "Disconnect this chat"),
)
SETTINGS = "Which notifications do I get?"
TOO_MANY_CODES = "That were many codes. Please wait a minute before you try another one."
STOPPED = "This chat is disconnected. I won't answer here any more. /start tells how to come back."
NOT_ALLOWED = "I'm not set up to talk in this group, so I'm leaving it."
TEXT_ONLY = "I can only read text here."
FORWARDED = "That is a forwarded message. I only take what you write to me yourself."
EDITED = "You changed an earlier message. If you want an answer to it, please send it again."
NO_VOICE = "I can't listen to voice messages here. Please write to me instead."
NOTHING_HEARD = "I could not make out any words in that. Please try again, or write to me."
TOO_LONG_A_NOTE = "Please keep voice messages under a minute."
HEARD = "I heard: “{text}”"
OLD_BUTTON = "That button is too old. Please write it to me instead."


def split(text: str, limit: int = LONGEST_MESSAGE) -> list[str]:
    """Cuts ``text`` into parts of at most ``limit`` UTF-16 units, at line ends where possible."""
    parts = []
    while units(text) > limit:
        cut = _fitting(text, limit)
        line_end = text.rfind("\n", 1, cut)
        blank = text.rfind(" ", 1, cut)
        at = line_end if line_end > 0 else blank if blank > 0 else cut
        parts.append(text[:at])
        text = text[at:].lstrip("\n ")
    return [*parts, text] if text else parts


def units(text: str) -> int:
    """Length of ``text`` as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _fitting(text: str, limit: int) -> int:
    """How many leading characters of ``text`` make at most ``limit`` UTF-16 units."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return place
    return len(text)


def keyboard(message_id: str, message: Message, place: int) -> InlineKeyboardMarkup | None:
    """The message's buttons. Callback data is at most 64 bytes, so it names the button only."""
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.title, callback_data=f"{message_id}|{place + offset}")]
            for offset, button in enumerate(message.buttons)
        ]
    )
