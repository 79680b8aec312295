"""What tests do with the chat in a browser: write, look, and wait for a picture."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page


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
