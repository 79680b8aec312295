"""Takes the pictures of the README from the running system.

    uv run python docs/screenshots.py

Starts a stack of its own with the demo person, holds a conversation in Chromium, and
writes ``docs/chat.png`` (desktop), ``docs/chat-phone-dark.png``, and ``docs/widget.png``,
where a page of somebody else on another origin embeds Penny.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from cli.running import connect_sandbox
from cli.stack import Stack, running_stack
from cli.training import ensure_trained
from finance_core.services import identities, people, sync
from finance_core.services.core import open_core
from finance_core.settings import CoreSettings
from tests.channels.host_application import AUDIENCE, ISSUER
from tests.channels.host_page import HostPage
from tests.channels.serving import served

AT_THE_HOST = ("what bills are coming up?", "bill")
DOCS = Path(__file__).parent
SAID = (
    ("how much did I spend on groceries last month?", "on groceries"),
    ("help me save", "Shall I move it?"),
    ("how much will I have on the 30th?", "I expect about"),
)


HOST_STYLE = """
body { margin: 0; font: 16px/1.5 Georgia, serif; color: #22303f; background: #f3f6fa; }
header { padding: 18px 48px; background: #14365c; color: #fff; font-size: 22px; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; padding: 40px 48px; }
h1 { grid-column: 1 / 3; margin: 0; font-weight: normal; }
article { padding: 24px; border-radius: 4px; background: #fff; box-shadow: 0 1px 3px #0002; }
h2 { margin: 0 0 8px; font-size: 18px; }
"""
HOST_BODY = """
<header>Acorn Credit Union</header><main><h1>Good morning, Amelia</h1>
<article><h2>Your branch</h2><p>Open today from nine to five. No appointment is needed.</p>
</article><article><h2>Members’ meeting</h2><p>The yearly meeting is on 12 March at seven in the
evening, in the town hall. Everybody has one vote.</p></article>
<article><h2>Letters</h2><p>You have no unread letters.</p></article>
<article><h2>Cards</h2><p>Lock a card, order another one, or see its number.</p></article></main>
"""


def main() -> None:
    """Takes all pictures."""
    ensure_trained()
    host = HostPage()
    host.css, host.body = HOST_STYLE, HOST_BODY
    with tempfile.TemporaryDirectory(prefix="penny-") as folder, served(host.app) as host_url:
        home = Path(folder)
        with open_core(CoreSettings(home=home)) as core:
            demo, _ = people.add(core, "Amelia", "Europe/London", "GBP")
            identities.link(core, demo.id, ISSUER, host.subject or "")
        settings = {
            "PENNY_DEMO_PERSON": demo.id,
            "PENNY_EMBED_ORIGINS": host_url,
            "PENNY_HOST_ISSUER": ISSUER,
            "PENNY_HOST_AUDIENCE": AUDIENCE,
            "PENNY_HOST_JWKS_FILE": str(host.publish(home / "host-keys.json")),
        }
        with running_stack(home, extra=settings) as stack:
            host.penny = stack.url
            os.environ.update(stack.environment)
            with open_core() as core:
                connect_sandbox(core, demo.id, "amelia")
                sync.refresh(core, demo.id, datetime.now(UTC).date())
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                converse(chromium, stack)
                embed(chromium, host_url)
                chromium.close()


def converse(chromium: Browser, stack: Stack) -> None:
    """Holds the conversation on a desktop and shows it again on a phone."""
    desktop = chromium.new_page(
        base_url=stack.url,
        viewport={"width": 900, "height": 1000},
        device_scale_factor=1.5,
    )
    desktop.goto("/")
    for text, answer in SAID:
        say(desktop, text, answer)
    settle(desktop)
    desktop.screenshot(path=DOCS / "chat.png")
    phone = chromium.new_page(
        base_url=stack.url,
        viewport={"width": 390, "height": 800},
        device_scale_factor=2,
        color_scheme="dark",
    )
    phone.goto("/")
    expect(phone.get_by_role("log")).to_contain_text(SAID[-1][1], timeout=30_000)
    settle(phone)
    phone.screenshot(path=DOCS / "chat-phone-dark.png")


def embed(chromium: Browser, host_url: str) -> None:
    """Opens Penny in the page of somebody else."""
    page = chromium.new_page(viewport={"width": 1100, "height": 780}, device_scale_factor=1.5)
    page.goto(f"{host_url}/?token-url=/token")
    page.get_by_role("button", name="Talk to Penny").click()
    expect(page.get_by_role("log")).to_contain_text(SAID[-1][1], timeout=30_000)
    say(page, *AT_THE_HOST)
    page.wait_for_timeout(1_500)
    page.screenshot(path=DOCS / "widget.png")


def say(page: Page, text: str, answer: str) -> None:
    """Says something and waits for the words of the answer."""
    box = page.get_by_role("textbox")
    box.fill(text)
    box.press("Enter")
    expect(page.get_by_role("log")).to_contain_text(answer, timeout=30_000)
    page.wait_for_timeout(600)


def settle(page: Page) -> None:
    """Waits until the chart is drawn and what fades in has arrived."""
    picture = page.get_by_role("figure").last.get_by_role("img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("(e) => e.naturalWidth > 0", arg=picture.element_handle())
    page.wait_for_timeout(600)


if __name__ == "__main__":
    main()
