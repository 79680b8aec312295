"""A small Bot API server: what python-telegram-bot needs of Telegram."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "12345:telegram-secret"
BOT = {"id": 12345, "is_bot": True, "first_name": "Penny", "username": "penny_test_bot"}


class FakeTelegram:
    """One bot's Telegram.

    A bot that starts over is handed every update again, as when it died before it
    could confirm what it had read.

    Attributes:
        token: of the bot.
        calls: every call but the polls, as (method, parameters).
        documents: every file sent, as (chat, name, content).
        photos: every picture sent, as (chat, caption, content, buttons).
        refuses_photos: answers as Telegram does to a picture it cannot read.
        floods: how many of the next messages are refused for being too fast.
        down: the next so many messages fail with a server error.
        webhook: the last ``setWebhook``, as parameters.
        files: content of files by their id.
        refusals: what it answers to the next messages instead of taking them, see `flood`.
    """

    def __init__(self, first_update: int = 1000, token: str = TOKEN) -> None:
        self.token = token
        self.me = BOT | {"id": int(token.partition(":")[0])}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.documents: list[tuple[int, str, bytes]] = []
        self.photos: list[tuple[int, str, bytes, Any]] = []
        self.refuses_photos = False
        self.floods = self.down = 0
        self.webhook: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.refusals: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._next_update = first_update
        self._next_message = 1
        self._lock = threading.Lock()
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
                Route("/file/bot{token}/{file}", self._file),
            ]
        )

    # --- what a person does -------------------------------------------------------

    def write(self, text: str | None, chat: int = 7, kind: str = "private", **more: Any) -> int:
        """A person writes; returns the update's id."""
        message = self._message(chat, kind) | {"from": _user(chat)} | more
        if text is not None:
            message["text"] = text
            if text.startswith("/") and "entities" not in more:
                length = len(text.split()[0])
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self._queue({"message": message})

    def change(self, message_id: int, text: str, chat: int = 7, at: int = 1_700_000_100) -> int:
        """A person edits a message; returns the update's id."""
        message = self._message(chat) | {"from": _user(chat), "text": text, "edit_date": at}
        return self._queue({"edited_message": message | {"message_id": message_id}})

    def speak(self, note: bytes, chat: int = 7, seconds: int = 3) -> int:
        """A person sends a voice note."""
        self.files["note"] = note
        voice = {"file_id": "note", "file_unique_id": "n", "duration": seconds,
                 "mime_type": "audio/ogg", "file_size": len(note)}  # fmt: skip
        return self.write(None, chat, voice=voice)

    def updates(self) -> list[dict[str, Any]]:
        """Every update so far, as a webhook would get it."""
        return list(self._updates)

    def press(
        self, message: dict[str, Any], data: str, chat: int = 7, by: int | None = None
    ) -> int:
        """A person presses a button under ``message``."""
        query = {
            "id": str(self._next_update),
            "from": _user(by or chat),
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
        return self._queue({"callback_query": query})

    def flood(self, seconds: int) -> None:
        """The next message is refused as one too many."""
        self.refusals.append(
            {"error_code": 429, "description": "Too Many Requests: retry later",
             "parameters": {"retry_after": seconds}}
        )  # fmt: skip

    def block(self) -> None:
        """The next message finds the bot blocked."""
        said = "Forbidden: bot was blocked by the user"
        self.refusals.append({"error_code": 403, "description": said})

    # --- what a test looks at -----------------------------------------------------

    def sent(self, chat: int = 7) -> list[dict[str, Any]]:
        """The messages the bot sent to a chat."""
        calls = list(self.calls)
        return [data for name, data in calls if name == "sendMessage" and data["chat_id"] == chat]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of ``method``."""
        return [data for name, data in list(self.calls) if name == method]

    def until(self, condition: Callable[[], bool], seconds: float = 8) -> None:
        """Waits until ``condition`` holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"did not happen; calls: {self.calls}"
            time.sleep(0.02)

    # --- the server ---------------------------------------------------------------

    def _queue(self, update: dict[str, Any]) -> int:
        with self._lock:
            self._next_update += 1
            self._updates.append({"update_id": self._next_update, **update})
            return self._next_update

    def _message(self, chat: int, kind: str = "private") -> dict[str, Any]:
        with self._lock:
            self._next_message += 1
            title = {"first_name": "Ada"} if kind == "private" else {"title": "A group"}
            return {
                "message_id": self._next_message,
                "date": 1_700_000_000,
                "chat": {"id": chat, "type": kind, **title},
            }

    async def _serve(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return JSONResponse(
                {"ok": False, "error_code": 401, "description": "Unauthorized"}, 401
            )
        method = request.path_params["method"]
        if self.refusals and method in ("sendMessage", "sendPhoto"):
            refusal = self.refusals.pop(0)
            return JSONResponse({"ok": False, **refusal}, refusal["error_code"])
        if method == "sendDocument":
            return await self._document(request)
        if method == "sendPhoto":
            return await self._photo(request)
        form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        data = {key: value if key == "text" else _plain(value) for key, value in form}
        if method in ("sendMessage", "sendChatAction") and (refused := self._refusal(method)):
            return refused
        if data.get("parse_mode") == "MarkdownV2" and (wrong := _unreadable(data["text"])):
            return JSONResponse({"ok": False, "error_code": 400, "description": wrong}, 400)
        if data.get("parse_mode") == "MarkdownV2":
            data["markdown"], data["text"] = data["text"], visible(data["text"])
        if method == "setWebhook":
            self.webhook = data
        if method == "getFile":
            file = {"file_id": "note", "file_unique_id": "n", "file_path": data["file_id"]}
            return _ok(file)
        if method == "getUpdates":
            return _ok(await self._poll(int(data.get("offset", 0)), float(data.get("timeout", 0))))
        result: Any = True
        if method == "getMe":
            result = self.me
        elif method in ("sendMessage", "editMessageText"):
            result = self._message(data["chat_id"]) | {"from": self.me, "text": data["text"]}
            if "reply_markup" in data:
                result["reply_markup"] = data["reply_markup"]
            data["result"] = result
        self.calls.append((method, data))
        return _ok(result)

    def _refusal(self, method: str) -> Response | None:
        if method == "sendMessage" and self.floods:
            self.floods -= 1
            body = {"ok": False, "error_code": 429, "description": "Too Many Requests",
                    "parameters": {"retry_after": 1}}  # fmt: skip
            return JSONResponse(body, 429)
        if method == "sendMessage" and self.down:
            self.down -= 1
            return JSONResponse({"ok": False, "error_code": 502, "description": "Bad Gateway"}, 502)
        return None

    async def _file(self, request: Request) -> Response:
        return Response(self.files[request.path_params["file"]])

    async def _photo(self, request: Request) -> Response:
        if self.refuses_photos:
            return JSONResponse({"ok": False, "error_code": 400, "description": "IMAGE"}, 400)
        parts = await _parts(request)
        said = {name: part.get_payload(decode=True) for name, part in parts.items()}
        chat, caption = int(said["chat_id"]), said["caption"].decode()
        if wrong := _unreadable(caption):
            return JSONResponse({"ok": False, "error_code": 400, "description": wrong}, 400)
        caption = visible(caption)
        markup = json.loads(said["reply_markup"]) if "reply_markup" in said else None
        self.photos.append((chat, caption, said["photo"], markup))
        photo = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
        message = self._message(chat) | {"from": BOT, "photo": [photo], "caption": caption}
        if markup:
            message["reply_markup"] = markup
        self.calls.append(("sendPhoto", {"chat_id": chat, "result": message}))
        return _ok(message)

    async def _document(self, request: Request) -> Response:
        parts = await _parts(request)
        file, chat = parts["document"], int(parts["chat_id"].get_payload())
        self.documents.append((chat, file.get_filename(), file.get_payload(decode=True)))
        document = {"file_id": "1", "file_unique_id": "1", "file_name": self.documents[-1][1]}
        return _ok(self._message(chat) | {"from": BOT, "document": document})

    async def _poll(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        end = time.monotonic() + min(timeout, 1.0)
        while True:
            with self._lock:
                fresh = [update for update in self._updates if update["update_id"] >= offset]
            if fresh or time.monotonic() >= end:
                return fresh
            await asyncio.sleep(0.02)


async def _parts(request: Request) -> dict[str, Any]:
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    return {
        part.get_param("name", header="Content-Disposition"): part
        for part in message_from_bytes(head + await request.body()).get_payload()
    }


_ESCAPED = re.compile(r"\\([_*\[\]()~`>#+\-=|{}.!\\])")
_TABLE = re.compile(r"```\n((?:[^`\\]|\\[`\\])*)\n```")
_RESERVED = re.compile(r"[_\[\]()~`>#+\-=|{}.!\\]")


def _unreadable(text: str) -> str | None:
    """What Telegram says to MarkdownV2 that it cannot read; None when it can.

    Knows what Penny uses: bold, and preformatted blocks
    (https://core.telegram.org/bots/api#markdownv2-style).
    """
    bare = _ESCAPED.sub("", _TABLE.sub("", text))
    if found := _RESERVED.search(bare):
        return f"Bad Request: can't parse entities: character '{found[0]}' is reserved"
    if bare.count("*") % 2:
        return "Bad Request: can't parse entities: can't find end of bold entity"
    return None


def visible(text: str) -> str:
    """What a person sees of MarkdownV2."""
    parts = _TABLE.split(text)
    return "".join(
        re.sub(r"\\([`\\])", r"\1", part)
        if place % 2
        else _ESCAPED.sub(r"\1", re.sub(r"(?<!\\)((?:\\\\)*)\*", r"\1", part))
        for place, part in enumerate(parts)
    )


def _user(chat: int) -> dict[str, Any]:
    return {"id": abs(chat), "is_bot": False, "first_name": "Ada"}


def _plain(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})
