"""The savings conversation in the chat page, in a real browser against the real stack."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_demo_person_asks_saves_and_undoes(browser, stack):
    page = browser.new_context(base_url=stack.url, locale="en-GB").new_page()
    page.goto("/")
    box = page.get_by_role("textbox")
    log = page.get_by_role("log")

    def say(text, answer):
        box.fill(text)
        box.press("Enter")
        expect(log).to_contain_text(answer, timeout=20_000)

    say("what's my balance?", re.compile(r"Current Account: £[\d,]+\.\d\d"))
    say("how much did I spend on groceries last month?", "on groceries in")
    say("help me save", "Shall I move it?")
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(log).to_contain_text("Done:", timeout=20_000)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(log).to_contain_text("Undone:", timeout=20_000)
    page.context.close()
