"""What tests do with the chat in a browser: write, look, and wait for a picture."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.channels.fake_rasa import CHART


def say(page: Page, text: str) -> None:
    """Writes a message and sends it."""
    page.get_by_label("Your message to Penny").fill(text)
    page.keyboard.press("Enter")


def picture(page: Page, name: str) -> None:
    """Takes a picture, for who wants to look at the tests."""
    if folder := os.environ.get("PENNY_SCREENSHOTS"):
        page.wait_for_timeout(300)  # what fades in has arrived
        page.screenshot(path=Path(folder) / f"{name}.png")


def loaded(image: Locator) -> None:
    """Waits until a picture is there and has a size."""
    image.scroll_into_view_if_needed()
    handle = image.element_handle()
    image.page.wait_for_function("(e) => e.complete && e.naturalWidth > 0", arg=handle)


def talk(page: Page) -> None:
    """A chart with its table, a table, a list and quick replies."""
    say(page, "chart")
    expect(page.get_by_role("img", name=CHART["summary"])).to_be_visible()
    page.get_by_text("Show as a table").click()
    for text in ("accounts", "spending", "help me save"):
        say(page, text)
    expect(page.get_by_role("button", name="Yes, move it")).to_be_visible()


def check(page: Page, state: str) -> None:
    """Axe finds nothing."""
    page.wait_for_timeout(250)  # what fades in has its colours
    found = Axe().run(page).response["violations"]
    assert [(state, one["id"], one["nodes"][0]["html"]) for one in found] == []
