"""The consent page in Chromium: from another site, with a strict cookie, and back again."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from channels.app import create_app
from finance_core.services import links
from tests.channels.serving import served
from tests.channels.voice.test_linking import CHALLENGE

pytestmark = pytest.mark.browser


@pytest.fixture
def penny(core, settings):
    with served(create_app(settings, core)) as url:
        yield url


@pytest.fixture
def service():
    """A site of its own: for browsers ``localhost`` is another site than ``127.0.0.1``."""
    pages = {"start": "", "back": "<h1>Linked</h1>"}
    app = Starlette(
        routes=[
            Route("/", lambda request: HTMLResponse(pages["start"])),
            Route("/back", lambda request: HTMLResponse(pages["back"])),
        ]
    )
    with served(app) as url:
        yield url.replace("127.0.0.1", "localhost"), pages


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_signed_in_person_links_a_service(browser: Browser, penny, service, core, ada, scheme):
    site, pages = service
    client, _ = links.add_client(core, "A speaker & <co>", [f"{site}/back"])
    query = urlencode({
        "response_type": "code", "client_id": client.id, "redirect_uri": f"{site}/back",
        "state": "xyz", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })  # fmt: skip
    pages["start"] = f'<a href="{penny}/oauth/authorize?{query.replace("&", "&amp;")}">Link</a>'
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 640})
    page, faults = context.new_page(), []
    page.on("console", lambda line: faults.append(line.text))

    page.goto(site)
    page.get_by_text("Link").click()
    page.get_by_label("Your access token for Penny").fill("wrong")
    page.get_by_role("button", name="Link A speaker").click()
    expect(page.get_by_role("alert")).to_have_text("That access token is not valid.")
    assert Axe().run(page).response["violations"] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360

    signed = context.request.post(
        f"{penny}/api/session", data={"token": ada[1]}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert signed.ok
    page.goto(site)
    page.get_by_text("Link").click()
    expect(page.get_by_text("You are signed in as Ada")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Link A speaker & <co>").click()
    expect(page.get_by_role("heading", name="Linked")).to_be_visible()
    back = parse_qs(urlsplit(page.url).query)
    assert back["state"] == ["xyz"]
    assert links.redeem(core, "code", back["code"][0], client.id).link.person_id == ada[0]
    assert not [fault for fault in faults if "Content Security" in fault]
    context.close()
