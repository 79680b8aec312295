"""``GET /rollout``: a page for whoever operates this Penny. It names no person."""

from __future__ import annotations

import hmac
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from channels.auth import is_local
from channels.problems import Problem
from channels.settings import ChannelSettings
from learning.rollout.following import Following
from learning.rollout.plan import SHARES

_KINDS = {
    "fallback": "Not understood",
    "rephrased": "Said again within a minute",
    "negative": "Complaints about an answer",
    "error": "No answer",
    "many errors": "No answer, at most one in ten",
    "regretted": "Complaints and repetitions where the two understand differently",
    "slower": "Slower than the champion",
}


def shown(request: Request, settings: ChannelSettings, following: Following) -> Response:
    """The page, for a visitor on this very machine or one with the operator's token.

    Raises:
        Problem: 404 for everybody else: there is nothing here for them.
    """
    if not (is_local(request) or _has_token(request, settings)):
        raise Problem(404, "There is nothing here.")
    return HTMLResponse(page(following.status()))


def page(status: dict[str, Any] | None) -> str:
    """The page of a rollout's status; reloads itself."""
    body = _rollout(status) if status else "<p>There has been no rollout yet.</p>"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="refresh" content="5">\n<title>Rollout – Penny</title>\n'
        '<link rel="stylesheet" href="/web/rollout.css">\n</head>\n<body>\n<main>\n'
        f"<h1>Rollout</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _rollout(status: dict[str, Any]) -> str:
    groups = status["groups"]
    said = escape(status["why"] or status["next_why"])
    return (
        f"<p><strong>{escape(status['status'].capitalize())}</strong>: candidate "
        f"<code>{escape(status['candidate'])}</code> beside "
        f"<code>{escape(status['champion'] or 'the first model')}</code>, "
        f"since {escape(status['began_at'])}.</p>\n<p>{said}</p>\n{_stages(status)}\n"
        f"<p>Turns: {groups['candidate']['turns']:,} of the candidate, "
        f"{groups['champion']['turns']:,} of the champion.</p>\n{_findings(status)}"
    )


def _stages(status: dict[str, Any]) -> str:
    steps = "".join(
        f"<li{_current(number, status)}>{share:.0%}</li>" for number, share in enumerate(SHARES)
    )
    return f'<ol class="stages" aria-label="Share of people">{steps}</ol>'


def _current(number: int, status: dict[str, Any]) -> str:
    return ' aria-current="step"' if number == status["stage"] and status["share"] else ""


def _findings(status: dict[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_KINDS[found["kind"]]}</th><td>{_rate(found["champion"])}</td>'
        f"<td>{_rate(found['candidate'])}</td>"
        f"<td>{found['evidence']:,.2g} of {found['wanted']:,.0f}</td>"
        f"<td>{'worse' if found['worse'] else 'not shown worse'}</td></tr>"
        for found in status["findings"]
    )
    return (
        "<table>\n<thead><tr><td></td>"
        '<th scope="col">Champion</th><th scope="col">Candidate</th>'
        '<th scope="col">Evidence</th><th scope="col">Verdict</th></tr></thead>\n'
        f"<tbody>{rows}</tbody>\n</table>"
    )


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def _has_token(request: Request, settings: ChannelSettings) -> bool:
    wanted = settings.operator_token.get_secret_value() if settings.operator_token else ""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), wanted.encode())
    return bool(wanted) and scheme.lower() == "bearer" and right
