"""The pages of account linking: plain HTML, no script, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from channels.voice.linking_server import Asked
from finance_core.services import links

STYLE = "/oauth/page.css"

_MAY = {
    links.ASK: "ask about your accounts, balances, spending and plans",
    links.ACT: "say yes to what Penny offers, such as moving money; each time with your PIN",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">{head}
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def consent(
    asked: Asked, fields: Mapping[str, str], person: str | None, wrong: str = ""
) -> HTMLResponse:
    """Asks whether a service may be linked.

    Args:
        asked: what the service wants.
        fields: its request, to be sent along with the answer.
        person: name of who is signed in; None asks for an access token.
        wrong: why the last answer could not be taken, if there was one.
    """
    service = escape(asked.client.name)
    kept = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    may = "\n".join(f"<li>{_MAY[scope]}</li>" for scope in asked.scopes)
    alert = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    who = (
        f"<p>You are signed in as <strong>{escape(person)}</strong>.</p>"
        if person
        else '<label for="token">Your access token for Penny</label>\n<input id="token" '
        'name="token" type="password" autocomplete="current-password" autofocus>'
    )
    content = f"""<p><strong>{service}</strong> would like to talk to Penny for you. It will be able
to</p>
<ul>
{may}
</ul>
<p>You can end this at any time on Penny's page.</p>
{alert}
<form method="post" action="/oauth/authorize">
{kept}
{who}
<div class="choices">
<button name="choice" value="allow">Link {service}</button>
<button name="choice" value="deny" class="quiet" formnovalidate>No, thank you</button>
</div>
</form>"""
    page = _page(f"Link {asked.client.name} with Penny?", content, 401 if wrong else 200)
    # A browser holds the redirect that follows a form to the same rule as the form itself.
    target = urlsplit(asked.redirect_uri)
    page.headers["Content-Security-Policy"] = _policy(f"'self' {target.scheme}://{target.netloc}")
    return page


def again() -> HTMLResponse:
    """Comes back by itself: a strict cookie is not sent on the way from another site."""
    head = '\n<meta http-equiv="refresh" content="0">'
    return _page("One moment", '<p><a href="">Go on</a></p>', head=head)


def refused(sentence: str) -> HTMLResponse:
    """Says why nothing can be linked."""
    return _page("This cannot be linked", f"<p>{escape(sentence)}</p>", 400)


def _page(title: str, content: str, status: int = 200, head: str = "") -> HTMLResponse:
    html = _PAGE.format(title=escape(title), content=content, head=head, style=STYLE)
    headers = {
        "Content-Security-Policy": _policy("'none'"),
        "Referrer-Policy": "same-origin",  # else a form's Origin would be "null"
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers)


def _policy(forms: str) -> str:
    return (
        f"default-src 'none'; style-src 'self'; form-action {forms}; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
