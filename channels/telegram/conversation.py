"""What happens to each kind of update: commands, words, voice notes, buttons, groups.

A private chat belongs to a person once it was tied to them with a one-time code; a chat
that is not tied learns nothing. In a group that was allowed Penny answers whoever speaks
to her, if that person's own chat is tied, and leaves all other groups.
"""

from __future__ import annotations

from contextlib import suppress

from anyio import to_thread
from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.constants import ChatType, MessageEntityType
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from channels.contract import House
from channels.conversations import IdReused, TooFast
from channels.intake import Said, clean_text
from channels.limits import RateLimiter
from channels.problems import Problem
from channels.telegram import looks, sending
from channels.telegram.inbox import Answering
from channels.telegram.listening import Listening
from channels.turns import Button
from finance_core.errors import NotSignedIn
from finance_core.model import Person
from finance_core.services import people

CHANNEL = "telegram"

_Context = ContextTypes.DEFAULT_TYPE


class Conversation:
    """Answers the updates of one bot."""

    def __init__(self, house: House, answering: Answering, groups: frozenset[int]) -> None:
        self._house = house
        self._answering = answering
        self._groups = groups
        self._listening = Listening(house)
        self._strangers = RateLimiter(per_minute=10, burst=10)
        self._codes = RateLimiter(per_minute=1, burst=5)

    def register(self, bot: Application) -> None:  # type: ignore[type-arg]
        """Adds the handlers."""
        private, new = filters.ChatType.PRIVATE, filters.UpdateType.MESSAGE
        changed = filters.UpdateType.EDITED_MESSAGE
        allowed = filters.Chat(self._groups) if self._groups else filters.Chat(())
        mine = private | allowed
        bot.add_handler(MessageHandler(filters.ChatType.GROUPS & ~allowed, self._leave))
        bot.add_handler(MessageHandler(new & filters.FORWARDED & private, self._forwarded))
        bot.add_handler(CommandHandler("start", self._start, private & new))
        bot.add_handler(CommandHandler("stop", self._stop, private & new))
        bot.add_handler(CommandHandler("settings", self._settings, private & new))
        bot.add_handler(MessageHandler(private & new & filters.COMMAND, self._help))
        bot.add_handler(MessageHandler(mine & new & filters.TEXT, self._text))
        bot.add_handler(MessageHandler(private & new & filters.VOICE, self._voice))
        bot.add_handler(MessageHandler(private & changed & filters.TEXT, self._edited))
        bot.add_handler(MessageHandler(private & new & ~filters.StatusUpdate.ALL, self._no_text))
        bot.add_handler(CallbackQueryHandler(self._button))

    # --- commands -----------------------------------------------------------------

    async def _start(self, update: Update, context: _Context) -> None:
        chat, code = _chat(update), " ".join(context.args or ())
        person = await self._person(update)
        if code and self._codes.wait(chat.id):
            await self._say(update, looks.TOO_MANY_CODES)
            return
        if code:
            try:
                person = await to_thread.run_sync(
                    people.link_chat, self._house.core, code, CHANNEL, str(chat.id)
                )
            except NotSignedIn as error:
                await self._say(update, str(error))
                return
        welcome = looks.WELCOME.format(name=person.name) if person else looks.HOW_TO_LINK
        await self._say(update, welcome)

    async def _stop(self, update: Update, context: _Context) -> None:
        if await self._person(update) is None:
            await self._say(update, looks.HOW_TO_LINK)
            return
        await self._say(update, looks.STOPPED)
        await to_thread.run_sync(
            people.unlink_chat, self._house.core, CHANNEL, str(_chat(update).id)
        )

    async def _settings(self, update: Update, context: _Context) -> None:
        if person := await self._known(update):
            await self._turn(update, person, looks.SETTINGS)

    async def _help(self, update: Update, context: _Context) -> None:
        if await self._known(update):
            await self._say(update, looks.HELP)

    # --- messages -----------------------------------------------------------------

    async def _text(self, update: Update, context: _Context) -> None:
        message = _message(update)
        words = _to_me(message, context.bot.username, context.bot.id)
        if words is None:
            return  # people of a group among themselves
        if person := await self._known(update):
            await self._turn(update, person, words)

    async def _voice(self, update: Update, context: _Context) -> None:
        message = _message(update)
        assert message.voice  # noqa: S101 (the filter let only voice notes through)
        if not (person := await self._known(update)):
            return
        async with sending.typing(_chat(update)):
            heard = await self._listening.heard(message.voice, person)
        if heard.excuse:
            await self._say(update, heard.excuse)
        else:
            await self._turn(update, person, heard.text, looks.HEARD.format(text=heard.text))

    async def _edited(self, update: Update, context: _Context) -> None:
        """The latest message may be put right; for older ones the talk has gone on."""
        message = _message(update)
        if not (person := await self._known(update)):
            return
        turns = await self._house.conversations.history.turns(person.id, "main")
        latest = turns[-1].message_id if turns else ""
        mine = _message_id(message)
        if latest == mine or latest.startswith(f"{mine}-"):
            await self._turn(update, person, message.text or "")
        else:
            await self._say(update, looks.EDITED)

    async def _forwarded(self, update: Update, context: _Context) -> None:
        if await self._known(update):
            await self._say(update, looks.FORWARDED)

    async def _no_text(self, update: Update, context: _Context) -> None:
        if await self._known(update):
            await self._say(update, looks.TEXT_ONLY)

    async def _leave(self, update: Update, context: _Context) -> None:
        with suppress(BadRequest):  # cannot write there, or has left already
            await self._say(update, looks.NOT_ALLOWED)
            await _chat(update).leave()

    # --- buttons ------------------------------------------------------------------

    async def _button(self, update: Update, context: _Context) -> None:
        query = update.callback_query
        assert query  # noqa: S101 (a callback handler gets nothing else)
        message = query.message
        person = await self._person(update) if message else None
        if message is None or person is None:
            await _acknowledge(query)
            return
        button = await self._pressed(person, query.data or "")
        if button is None:
            await _acknowledge(query, looks.OLD_BUTTON)
            return
        await _acknowledge(query)
        await _settle(query, button.title)
        with suppress(IdReused):  # another button of the same message was pressed before
            await self._turn(update, person, button.payload)

    async def _pressed(self, person: Person, data: str) -> Button | None:
        """The button behind callback data, which a modified client could have forged."""
        message_id, _, place = data.partition("|")
        turn = await self._house.conversations.history.find(person.id, "main", message_id)
        messages = turn.messages if turn else ()
        buttons = [button for message in messages for button in message.buttons]
        return buttons[int(place)] if place.isdecimal() and int(place) < len(buttons) else None

    # --- who, and what they are told ----------------------------------------------

    async def _person(self, update: Update) -> Person | None:
        """Whose update this is: the person whose private chat the speaker's is."""
        speaker = update.effective_user
        if speaker is None:
            return None
        return await to_thread.run_sync(people.by_chat, self._house.core, CHANNEL, str(speaker.id))

    async def _known(self, update: Update) -> Person | None:
        """The person who speaks; somebody unknown is told how to become known."""
        person = await self._person(update)
        if person is None:
            await self._say(update, looks.HOW_TO_LINK)
        return person

    async def _turn(
        self, update: Update, person: Person, words: str, lead: str | None = None
    ) -> None:
        chat, message = _chat(update), update.message
        reply_to = message.message_id if message and chat.type != ChatType.PRIVATE else None
        try:
            text = clean_text(words, self._house.settings.text_limit)
            async with sending.typing(chat):
                outcome = await self._house.conversations.take(
                    person.id, Said(text=text, channel=CHANNEL, message_id=_turn_id(update))
                )
        except (Problem, TooFast) as error:
            await self._say(update, str(error), reply_to)
            return
        if update.callback_query and outcome.repeated and not self._answering.begun_before(update):
            return  # pressed twice: the first press has its answer
        parts = sending.text_parts(chat, lead, reply_to=reply_to) if lead else []
        parts += sending.parts_of(
            chat, person, outcome.turn, self._house.core, self._house.studio, reply_to
        )
        await self._answering.show(update, parts)

    async def _say(self, update: Update, text: str, reply_to: int | None = None) -> None:
        chat = _chat(update)
        if await self._person(update) is None and self._strangers.wait(chat.id):
            return  # flooding us
        await self._answering.show(update, sending.text_parts(chat, text, reply_to=reply_to))


def _chat(update: Update) -> Chat:
    chat = update.effective_chat
    assert chat  # noqa: S101 (every update we ask for happens in a chat)
    return chat


def _message(update: Update) -> Message:
    message = update.effective_message
    assert message  # noqa: S101 (the filters let only messages through)
    return message


def _message_id(message: Message) -> str:
    return f"tg-{message.get_bot().id}-{message.chat.id}-{message.message_id}"


def _turn_id(update: Update) -> str:
    """The same however often the update arrives: one for a message, each edit, each press."""
    message = _message(update)
    if update.callback_query:
        return f"{_message_id(message)}-pressed"
    if update.edited_message and message.edit_date:
        return f"{_message_id(message)}-{message.edit_date.timestamp():.0f}"
    return _message_id(message)


def _to_me(message: Message, name: str, my_id: int) -> str | None:
    """What a message says to the bot; None where people of a group talk to each other."""
    text = message.text or ""
    if message.chat.type == ChatType.PRIVATE:
        return text
    answered: User | None = message.reply_to_message.from_user if message.reply_to_message else None
    called = f"@{name}".lower()
    mentions = message.parse_entities([MessageEntityType.MENTION]).values()
    if called not in (mention.lower() for mention in mentions):
        return text if answered and answered.id == my_id else None
    at = text.lower().index(called)
    return f"{text[:at]} {text[at + len(called) :]}".strip() or None


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    with suppress(TelegramError):  # too old to be acknowledged; the press still counts
        await query.answer(text)


async def _settle(query: CallbackQuery, title: str) -> None:
    """Takes the buttons away and shows which one was pressed."""
    message = query.message
    text, caption = (getattr(message, name, None) for name in ("text", "caption"))
    shown = f"\n\n✓ {title}"
    with suppress(TelegramError):  # a second press finds nothing left to change
        if text and looks.units(text + shown) <= looks.LONGEST_MESSAGE:
            entities = getattr(message, "entities", ())
            await query.edit_message_text(text + shown, entities=entities, reply_markup=None)
        elif caption and looks.units(caption + shown) <= looks.LONGEST_CAPTION:
            entities = getattr(message, "caption_entities", ())
            await query.edit_message_caption(
                caption + shown, caption_entities=entities, reply_markup=None
            )
        else:
            await query.edit_message_reply_markup(None)
