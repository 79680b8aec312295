"""A small server that answers like Rasa does, with canned sentences."""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

YES = '/affirm{"proposal": "p-1"}'
NO = '/deny{"proposal": "p-1"}'
BALANCE = {"name": "balance", "value": "1234.50", "currency": "USD"}
SAVE = {"name": "amount", "value": "150.00", "currency": "USD"}
SPOKEN = ("alexa", "twilio", "voice")
WRITES = ("yes", "undo")
NEEDS_PIN = [
    {"text": "I need your PIN for that. Nothing has happened yet."},
    {"custom": {"facts": [{"name": "pin_needed", "value": "yes", "unit": "text"}]}},
]
XSS = (
    "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script>"
)

CHART = {
    "kind": "bars",
    "title": "Spent, October 2026",
    "summary": "Spent, October 2026: Groceries $382.40 and Eating out $1,149.70; $1,532.10 in all.",
    "currency": "USD",
    "prefix": "$",
    "columns": ["Category", "Spent"],
    "rows": [["Groceries", "382.40"], ["Eating out", "1149.70"], ["<b>$5 & مقهى</b>", "-0.50"]],
    "marks": [],
}
BAND = {
    "kind": "band",
    "title": "Checking until 30 October",
    "summary": "The balance of Checking to about $900.00 on 30 October.",
    "currency": "USD",
    "prefix": "$",
    "columns": ["Day", "Low (10%)", "Expected", "High (90%)"],
    "rows": [
        ["2026-10-15", "1234.50", "1234.50", "1234.50"],
        ["2026-10-20", "-80.25", "420.00", "610.00"],
        ["2026-10-30", "450.00", "900.00", "1300.00"],
    ],
    "marks": [["2026-10-20", "likely lowest", "-12.50"]],
    "level": ["floor", "200.00"],
}

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "balance": [
        {"text": "You have $1,234.50 in Checking."},
        {"custom": {"facts": [BALANCE]}},
    ],
    "help me save": [
        {
            "text": "You can put $150.00 aside until your pay comes. Shall I move it?",
            "buttons": [
                {"title": "Yes, move it", "payload": YES},
                {"title": "No", "payload": NO},
            ],
        },
        {"custom": {"facts": [SAVE]}},
    ],
    YES: [{"text": "Done: $150.00 went to Savings. Say “undo” to take it back."}],
    NO: [{"text": "Fine, nothing has moved."}],
    "spending": [
        {
            "text": "You spent **$642.10** in October:\n• Groceries: $382.40\n"
            "• Eating out: $149.70\n• Transport: $110.00\nThat is $38.15 less than in September."
        },
        {"custom": {"facts": [{"name": "total", "value": "642.10", "currency": "USD"}]}},
    ],
    "accounts": [
        {
            "text": "Account | Balance\n--- | ---\nChecking | $1,234.50\n"
            "Rainy-day savings | $8,020.00\nVisa card | -$312.44"
        }
    ],
    "picture": [{"text": "Here it is."}, {"image": "https://elsewhere.example/chart.png"}],
    "chart": [
        {"text": "You spent $1,532.10 in October.", "buttons": [{"title": "Why?"}]},
        {"custom": {"facts": [], "charts": [CHART]}},
    ],
    "two charts": [
        {"text": "Both, side by side."},
        {"custom": {"facts": [BALANCE], "charts": [CHART, BAND]}},
    ],
    "broken chart": [
        {"text": "No picture."},
        {"custom": {"facts": [BALANCE], "charts": [{**CHART, "rows": [["x", "1e9"]]}, "odd"]}},
    ],
    "long chart": [
        {"text": "word " * 300},
        {"custom": {"charts": [CHART]}},
    ],
    "xss": [{"text": XSS, "buttons": [{"title": XSS, "payload": "fine"}]}],
    "long": [{"text": "\n".join(f"Line {n}: " + "word " * 20 for n in range(90))}],
    "silent": [],
    "odd": [
        "no object",
        {"custom": {"facts": [BALANCE, "no fact"]}},
        {"text": "Then this."},
        {"custom": {"other": 1}},
        {"custom": {"facts": [SAVE]}},
    ],
}

ALOUD: dict[str, list[dict[str, Any]]] = {
    "save": [
        {
            "text": "You could move $150.25 from Checking to Savings. Shall I move it?",
            "buttons": [{"title": "Yes", "payload": "yes"}, {"title": "No", "payload": "no"}],
        },
        {"custom": {"facts": [{"name": "amount", "value": "150.25", "currency": "USD"}]}},
    ],
    "yes": [{"text": "Done: $150.25 moved.", "buttons": [{"title": "Undo", "payload": "undo"}]}],
    "undo": [{"text": "Undone: $150.25 is back."}],
    "no": [{"text": "All right, nothing is moved."}],
}


class FakeRasa:
    """Remembers what it was asked.

    Attributes:
        asked: bodies of all messages, in order.
        delay: seconds every answer takes.
        broken: how it fails: None, ``500`` or ``garbage``.
        fails_every: each that many-th message fails with status 500; none when 0.
        answers: what it says to a text, before ``ANSWERS``.
        intents: what it takes a text for.
        opening: texts after which it waits for an answer.
        model: the id of its model.
        token: what the tracker and status addresses ask for.
    """

    def __init__(self, token: str = "rasa-secret") -> None:
        self.asked: list[dict[str, Any]] = []
        self.delay = 0.0
        self.broken: str | None = None
        self.fails_every = 0
        self.answers: dict[str, str] = {}
        self.intents: dict[str, str] = {}
        self.opening: set[str] = set()
        self.model = "champion-id"
        self.token = token
        self.app = Starlette(
            routes=[
                Route("/webhooks/rest/webhook", self._message, methods=["POST"]),
                Route("/webhooks/standing/", self._standing, methods=["POST"]),
                Route("/conversations/{conversation}/tracker", self._tracker),
                Route("/model/parse", self._parse, methods=["POST"]),
                Route("/status", self._status),
            ]
        )

    @property
    def texts(self) -> list[str]:
        """The texts it was sent."""
        return [body["message"] for body in self.asked]

    async def _message(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body)
        await asyncio.sleep(self.delay)
        if self.broken == "500" or (self.fails_every and len(self.asked) % self.fails_every == 0):
            return PlainTextResponse("Traceback: secret figures", 500)
        if self.broken == "garbage":
            return PlainTextResponse("<html>not json")
        text = body["message"]
        metadata = body.get("metadata") or {}
        aloud = metadata.get("channel") in SPOKEN
        if aloud and text in WRITES and not metadata.get("verified"):
            return JSONResponse(NEEDS_PIN)
        if aloud and text in ALOUD:
            return JSONResponse(ALOUD[text])
        if text in self.answers:
            return JSONResponse([{"recipient_id": body["sender"], "text": self.answers[text]}])
        answer = ANSWERS.get(text.lower(), ANSWERS.get(text, [{"text": f"You said: {text}"}]))
        return JSONResponse(
            [
                row | {"recipient_id": body["sender"]} if isinstance(row, dict) else row
                for row in answer
            ]
        )

    async def _tracker(self, request: Request) -> Response:
        if request.query_params.get("token") != self.token:
            return JSONResponse({"status": "failure"}, 401)
        said = [b for b in self.asked if b["sender"] == request.path_params["conversation"]]
        intent = "check_balance" if said[-1]["message"] == "balance" else "out_of_scope"
        return JSONResponse(
            {
                "sender_id": request.path_params["conversation"],
                "latest_message": {
                    "intent": {"name": intent, "confidence": 0.97},
                    "entities": [{"entity": "account", "value": "checking"}],
                },
            }
        )

    async def _standing(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "not allowed"}, 401)
        sender = (await request.json())["sender"]
        said = [body["message"] for body in self.asked if body["sender"] == sender]
        if not said:
            return JSONResponse({"intent": None, "entities": [], "open": False, "model": None})
        intent = self.intents.get(said[-1], "check_balance")
        return JSONResponse(
            {
                "intent": intent,
                "entities": [["named", said[-1]]],  # no two messages mean the same
                "open": said[-1] in self.opening,
                "model": self.model,
            }
        )

    async def _parse(self, request: Request) -> Response:
        if request.query_params.get("token") != self.token or self.broken:
            return JSONResponse({"error": "not allowed"}, 401)
        text = (await request.json())["text"]
        return JSONResponse({"intent": {"name": self.intents.get(text, "check_balance")}})

    async def _status(self, request: Request) -> Response:
        allowed = request.query_params.get("token") == self.token
        return JSONResponse({"model_file": "m.tar.gz"}, 200 if allowed else 401)
