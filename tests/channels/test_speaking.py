"""Talking to Penny through the browser's own speech, which is played here; and the menu."""

import pytest
from playwright.sync_api import Page, expect

from tests.channels.screen import picture, say

pytestmark = pytest.mark.browser

HEARING = """
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  start() {
    if (window.denied) return setTimeout(() => {
      this.onerror({error: window.denied});
      this.onend();
    });
    window.ear = this;
  }
  hear(words, isFinal) {
    const result = Object.assign([{transcript: words}], {isFinal});
    this.onresult({results: [result]});
    if (isFinal) this.onend();
  }
  stop() { window.stopped = true; this.onend(); }
  abort() { window.stopped = true; this.onend(); }
};
"""
SPEAKING = """
window.said = []; window.hushed = 0;
window.SpeechSynthesisUtterance = class { constructor(words) { this.text = words; } };
Object.defineProperty(window, "speechSynthesis", {value: {
  speak: (utterance) => window.said.push(utterance.text),
  cancel: () => { window.hushed += 1; },
}});
"""
DEAF = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


@pytest.fixture
def spoken(visit):
    """Opens the page in a browser that hears and speaks, or not."""

    def open_page(*scripts: str, **options: object) -> Page:
        page = visit("/healthz", **options)
        for script in scripts or (HEARING, SPEAKING):
            page.add_init_script(script)
        page.goto("/")
        expect(page.get_by_label("Your message to Penny")).to_be_visible()
        return page

    return open_page


def turn_on(page: Page) -> None:
    page.get_by_role("button", name="Speak (voice input is off)").click()
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Stop listening")).to_be_visible()


def switch(page: Page, name: str) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("switch", name=name).click()
    page.keyboard.press("Escape")


def test_nobody_listens_until_somebody_says_so(spoken):
    page = spoken()
    page.get_by_role("button", name="Speak (voice input is off)").click()
    sheet = page.get_by_role("dialog", name="Speak to Penny?")
    expect(sheet).to_contain_text("Voice input is off.")
    picture(page, "voice-off")
    sheet.get_by_role("button", name="Not now").click()
    assert page.evaluate("window.ear") is None
    expect(page.get_by_role("button", name="Speak (voice input is off)")).to_be_focused()


def test_what_was_heard_can_be_changed_before_it_is_sent(spoken, rasa):
    page = spoken()
    turn_on(page)
    expect(page.locator("#mic")).to_have_attribute("aria-pressed", "true")
    words = page.get_by_label("Your message to Penny")
    page.evaluate("ear.hear('what is my bal', false)")
    expect(words).to_have_value("what is my bal")
    picture(page, "listening")
    page.evaluate("ear.hear('balance', true)")
    expect(words).to_have_value("balance")
    expect(page.locator("#mic")).to_have_attribute("aria-pressed", "false")
    assert rasa.asked == []
    page.keyboard.press("Enter")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    page.reload()  # the choice is kept
    expect(page.get_by_role("button", name="Speak", exact=True)).to_be_visible()


def test_it_is_sent_at_once_for_those_who_want_that(spoken, rasa):
    page = spoken()
    switch(page, "Send as soon as I stop speaking")
    turn_on(page)
    page.evaluate("ear.hear('balance', true)")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert rasa.texts == ["balance"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("not-allowed", "The microphone is not allowed here."),
        ("no-speech", "I heard nothing."),
        ("network", "the browser’s service can’t be reached"),
        ("something-new", "I could not hear you."),
    ],
)
def test_trouble_with_the_microphone_is_said(spoken, error, sentence):
    page = spoken()
    page.evaluate(f"window.denied = '{error}'")
    page.get_by_role("button", name="Speak (voice input is off)").click()
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#trouble")).to_contain_text(sentence)
    expect(page.locator("#mic")).to_have_attribute("aria-pressed", "false")


def test_answers_are_read_aloud_and_muted(spoken):
    page = spoken()
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert page.evaluate("said") == []  # off until asked for
    switch(page, "Spoken replies")
    say(page, "spending")
    expect(page.locator(".penny .bubble")).to_have_count(2)
    [said] = page.evaluate("said")
    assert said == (
        "You spent $642.10 in October: Groceries: $382.40. Eating out: $149.70. "
        "Transport: $110.00. That is $38.15 less than in September."
    )
    hushed = page.evaluate("hushed")
    page.get_by_role("button", name="Stop reading aloud").click()
    assert page.evaluate("hushed") > hushed
    expect(page.get_by_role("button", name="Stop reading aloud")).to_be_hidden()
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(3)
    assert len(page.evaluate("said")) == 1


def test_who_starts_to_speak_is_not_talked_over(spoken):
    page = spoken()
    switch(page, "Spoken replies")
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    hushed = page.evaluate("hushed")
    turn_on(page)
    assert page.evaluate("hushed") > hushed


def test_a_history_is_not_read_aloud(spoken):
    page = spoken()
    switch(page, "Spoken replies")
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    page.reload()
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert page.evaluate("said") == []


def test_a_browser_that_cannot_hear_says_so(spoken):
    page = spoken(DEAF, SPEAKING)
    expect(page.locator("#mic")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_text("This browser can’t turn speech into words.")).to_be_visible()
    expect(page.get_by_role("switch", name="Spoken replies")).to_be_visible()


def test_the_menu_works_with_the_keyboard(spoken):
    page = spoken()
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Menu")
    expect(sheet).to_be_visible()
    for _ in range(12):  # what is below cannot be reached
        page.keyboard.press("Tab")
        inside = "() => document.querySelector('penny-chat').shadowRoot.activeElement"
        assert page.evaluate(f"!({inside})() || ({inside})().closest('.cover') !== null")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    menu.focus()
    page.keyboard.press("Enter")
    sheet.get_by_role("heading", name="Menu").press("Escape")
    expect(menu).to_be_focused()


def test_the_theme_is_kept(spoken):
    page = spoken(color_scheme="light")
    page.get_by_role("button", name="Menu").click()
    picture(page, "menu")
    page.get_by_label("Dark").check()
    ground = "(e) => getComputedStyle(e).backgroundColor"
    assert page.locator("#panel").evaluate(ground) == "rgb(21, 23, 26)"
    picture(page, "menu-dark")
    page.reload()
    expect(page.get_by_label("Your message to Penny")).to_be_visible()
    assert page.locator("#panel").evaluate(ground) == "rgb(21, 23, 26)"


def test_the_screen_can_be_cleared(spoken):
    page = spoken()
    for text in ("balance", "accounts"):
        say(page, text)
    expect(page.locator(".penny .bubble")).to_have_count(2)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Clear the screen").click()
    expect(page.locator(".penny")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    say(page, "spending")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text(["spending"])
