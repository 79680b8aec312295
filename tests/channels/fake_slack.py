"""A small Slack: its Web API for the app's bot, and the signed requests it sends the app."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "xoxb-slack-secret"
SECRET = "slack-signing-secret"
TEAM = "T1"


class FakeSlack:
    """One workspace with one app.

    Attributes:
        calls: every call of the Web API, as (method, parameters).
        refuses: what the next calls are answered with instead, as (status, body, headers).
        app_url: where the app is.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refuses: list[tuple[int, dict[str, Any], dict[str, str]]] = []
        self.app_url = ""
        self._number = 0
        self._lock = threading.Lock()
        self.app = Starlette(routes=[Route("/api/{method}", self._serve, methods=["POST"])])

    # --- what a member does -------------------------------------------------------

    def write(self, text: str, user: str = "U1", event_id: str | None = None, **more: Any) -> str:
        """A member writes to the app; returns the event's id."""
        event = {
            "type": "message",
            "channel": f"D{user}",
            "channel_type": "im",
            "user": user,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            **more,
        }
        event_id = event_id or f"Ev{self._next()}"
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}
        assert self.send("events", json.dumps(body)).status_code == 200
        return event_id

    def press(self, message: dict[str, Any], value: str, user: str = "U1", **more: Any) -> None:
        """A member presses a button under ``message``."""
        body = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user},
            "channel": {"id": f"D{user}", "name": "directmessage"},
            "message": message,
            "actions": [{"action_id": "penny-0", "value": value}],
            "trigger_id": f"{self._next()}.1.a",
            **more,
        }
        form = urlencode({"payload": json.dumps(body)})
        assert self.send("interactions", form).status_code == 200

    def send(self, address: str, body: str, **headers: str) -> httpx.Response:
        """A request as Slack signs it; headers given by name replace its own."""
        stamp = headers.pop("stamp", str(int(time.time())))
        own = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(stamp, body),
        }
        url = f"{self.app_url}/slack/{address}"
        return httpx.post(url, content=body.encode(), headers={**own, **headers}, timeout=10)

    # --- what a test looks at -----------------------------------------------------

    def posted(self, user: str = "U1") -> list[dict[str, Any]]:
        """The messages that were posted to a member."""
        places = (f"D{user}", user)
        calls = list(self.calls)
        return [d for name, d in calls if name == "chat.postMessage" and d["channel"] in places]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of ``method``."""
        return [data for name, data in list(self.calls) if name == method]

    def until(self, condition: Callable[[], bool], seconds: float = 8) -> None:
        """Waits until ``condition`` holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"did not happen; calls: {self.calls}"
            time.sleep(0.01)

    # --- the server ---------------------------------------------------------------

    def _next(self) -> int:
        with self._lock:
            self._number += 1
            return self._number

    async def _serve(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        if self.refuses:
            status, body, headers = self.refuses.pop(0)
            return JSONResponse(body, status, headers)
        data = await _parameters(request)
        wrong = _wrong(data)
        if wrong:
            return JSONResponse({"ok": False, "error": "invalid_blocks", "detail": wrong})
        data["ts"] = data.get("ts") or f"1700000000.{self._next():06}"
        self.calls.append((request.path_params["method"], data))
        return JSONResponse({"ok": True, "ts": data["ts"], "channel": data["channel"]})


def signature(stamp: str, body: str, secret: str = SECRET) -> str:
    """Slack's signature (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = f"v0:{stamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def seen(data: dict[str, Any]) -> str:
    """What a person reads of a message: its sections without Slack's marks."""
    texts = [b["text"]["text"] for b in data["blocks"] if b["type"] == "section"]
    text = "\n".join(texts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def buttons(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message."""
    return [e for b in data["blocks"] if b["type"] == "actions" for e in b["elements"]]


async def _parameters(request: Request) -> dict[str, Any]:
    body = (await request.body()).decode()
    if request.headers["content-type"].startswith("application/json"):
        return dict(json.loads(body))
    found: dict[str, Any] = {name: values[0] for name, values in parse_qs(body).items()}
    found["blocks"] = json.loads(found.get("blocks", "[]"))
    return found


def _wrong(data: dict[str, Any]) -> str | None:
    """What Slack would refuse of a message's blocks (https://docs.slack.dev/reference/block-kit)."""
    blocks = data["blocks"]
    if not 0 < len(blocks) <= 50:
        return "between 1 and 50 blocks"
    for block in blocks:
        if block["type"] == "section" and not 0 < len(block["text"]["text"]) <= 3000:
            return "a section's text"
        if block["type"] == "actions":
            elements = block["elements"]
            names = {element["action_id"] for element in elements}
            if not 0 < len(elements) <= 25 or len(names) != len(elements):
                return "an actions block's elements"
            if any(len(e["text"]["text"]) > 75 or len(e["value"]) > 2000 for e in elements):
                return "a button"
    return None
