"""Takes the pictures of the README from the running system.

    uv run python docs/screenshots.py

Starts a stack of its own with the demo person, holds a conversation in Chromium, and
writes ``docs/chat.png`` (desktop) and ``docs/chat-phone-dark.png``.
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
from finance_core.services import people, sync
from finance_core.services.core import open_core
from finance_core.settings import CoreSettings

DOCS = Path(__file__).parent
SAID = (
    ("how much did I spend on groceries last month?", "on groceries"),
    ("help me save", "Shall I move it?"),
    ("how much will I have on the 30th?", "I expect about"),
)


def main() -> None:
    """Takes all pictures."""
    ensure_trained()
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        home = Path(folder)
        with open_core(CoreSettings(home=home)) as core:
            demo, _ = people.add(core, "Amelia", "Europe/London", "GBP")
        with running_stack(home, extra={"PENNY_DEMO_PERSON": demo.id}) as stack:
            os.environ.update(stack.environment)
            with open_core() as core:
                connect_sandbox(core, demo.id, "amelia")
                sync.refresh(core, demo.id, datetime.now(UTC).date())
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                converse(chromium, stack)
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
        box = desktop.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        expect(desktop.get_by_role("log")).to_contain_text(answer, timeout=30_000)
        expect(desktop.get_by_role("textbox")).to_be_enabled()
        desktop.wait_for_timeout(600)
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


def settle(page: Page) -> None:
    """Waits until the chart is drawn and what fades in has arrived."""
    page.wait_for_function("() => [...document.images].at(-1).naturalWidth > 0")
    page.wait_for_timeout(600)


if __name__ == "__main__":
    main()
