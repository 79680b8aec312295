"""The forms in the menu for the password and for the voice PIN, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from channels.app import create_app
from finance_core.services import passwords, pins
from finance_core.store import audit
from tests.channels.screen import check, picture
from tests.channels.serving import served

pytestmark = pytest.mark.browser

GOOD, BETTER = "plum-anchor-violet-93", "quiet-marble-lantern-4"
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 64, 1))
    monkeypatch.setattr("channels.auth._REMEMBERED_SECONDS", 0.0)


@pytest.fixture
def address(core, settings, ada) -> Iterator[str]:
    """A served Penny at which Ada signs in with a password."""
    passwords.assign(core, ada[0], GOOD)
    with served(create_app(settings, core)) as url:
        yield url


@pytest.fixture
def enter(visit) -> Callable[..., Page]:
    """Opens the page and signs Ada in."""

    def signed_in(password: str = GOOD, **options: object) -> Page:
        page = visit(**options)
        page.get_by_label("Name", exact=True).fill("Ada")
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        expect(page.locator("#welcome")).to_be_visible()
        return page

    return signed_in


def opened(page: Page, name: str) -> None:
    """Opens a form of the menu by keyboard alone."""
    page.get_by_role("button", name="Menu").press("Enter")
    page.get_by_role("button", name=name, exact=True).press("Enter")
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    page.keyboard.press("Tab")  # the button that closes
    page.keyboard.press("Tab")  # the first field


def typed(page: Page, *words: str) -> None:
    for number, word in enumerate(words):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(word)
    page.keyboard.press("Enter")


def actions(core, person_id: str) -> list[tuple[str, str]]:
    with core.sessions() as session:
        return [(one.action, one.channel) for one in audit.entries(session, person_id)]


def test_a_new_password_signs_everybody_else_out(enter, core, ada):
    page, elsewhere = enter(), enter()
    opened(page, "Password")
    typed(page, GOOD, BETTER, BETTER)
    status = page.get_by_role("dialog").get_by_role("status")
    expect(status).to_have_text("Your new password is set, and one other session has ended.")
    expect(elsewhere.get_by_label("Password")).to_be_visible()
    page.get_by_role("button", name="Done").press("Enter")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    enter(BETTER)
    assert ("password.set", "web") in actions(core, ada[0])


def test_who_only_finds_the_page_open_changes_nothing(enter, core, ada):
    page = enter()
    alert = page.get_by_role("dialog").get_by_role("alert")
    opened(page, "Password")
    typed(page, GOOD, BETTER, f"{BETTER}!")
    expect(alert).to_have_text("The two are not the same.")
    page.keyboard.press("Escape")
    opened(page, "Voice PIN")
    typed(page, "a guess", "4921", "4921")
    expect(alert).to_have_text("That is not your current password.")
    for number in range(5):
        page.get_by_label("Current password").fill(f"guess {number}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Set PIN")).to_be_enabled()
    expect(alert).to_contain_text("try again in")
    assert not pins.is_set(core, ada[0])
    assert ("pin.set", "web") not in actions(core, ada[0])


def test_the_pin_is_set_changed_and_removed(enter, core, ada):
    page = enter()
    dialog = page.get_by_role("dialog")
    opened(page, "Voice PIN")
    typed(page, GOOD, "1234", "1234")
    expect(dialog.get_by_role("alert")).to_contain_text("too easy to guess")
    page.get_by_label("New PIN, 4 to 8 digits").fill("4921")
    page.get_by_label("New PIN again").fill("4921")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("Your PIN is set.")
    assert pins.check(core, ada[0], "4921", channel="alexa").verdict is pins.Verdict.RIGHT
    assert ("pin.set", "web") in actions(core, ada[0])
    page.keyboard.press("Escape")
    opened(page, "Voice PIN")
    expect(page.get_by_role("button", name="Change PIN")).to_be_visible()
    page.get_by_role("button", name="Remove the PIN").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("Your PIN is gone.")
    assert not pins.is_set(core, ada[0])


@pytest.mark.parametrize(
    ("scheme", "options", "turned"),
    [("light", {}, False), ("dark", {}, False), ("dark", PHONE, False), ("light", PHONE, True)],
    ids=["desktop", "desktop-dark", "phone-dark", "phone-rtl"],
)
def test_the_forms_are_fit_for_everybody(enter, core, ada, scheme, options, turned):
    pins.put(core, ada[0], "4921", channel="web")
    page = enter(color_scheme=scheme, **options)
    if turned:
        page.evaluate("document.documentElement.dir = 'rtl'")
    for name in ("Password", "Voice PIN"):
        opened(page, name)
        typed(page, "wrong", "4" * 8, "5" * 8)
        expect(page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
        check(page, name)
        picture(page, f"{name.lower().replace(' ', '-')}-{scheme}-{len(options)}-{turned}")
        sheet = page.locator(".sheet")
        assert sheet.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        for field in page.locator(".sheet input:visible, .sheet button").all():
            box = field.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
            assert box["height"] >= 40, "large enough for a thumb"
        assert sheet.evaluate("(e) => getComputedStyle(e).direction") == (
            "rtl" if turned else "ltr"
        )
        page.keyboard.press("Escape")


def test_who_has_no_password_yet_sets_one_after_signing_in_with_the_token(
    visit, core, settings, bob
):
    page = visit()
    page.get_by_role("button", name="Use an access token instead").click()
    page.get_by_label("Access token").fill(bob[1])
    page.keyboard.press("Enter")
    expect(page.locator("#welcome")).to_be_visible()
    opened(page, "Password")
    expect(page.get_by_label("Current password")).to_have_count(0)
    typed(page, BETTER, BETTER)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(
        "Your new password is set."
    )
    assert passwords.is_set(core, bob[0])


def test_the_demo_has_neither(browser, core, settings, ada):
    app = create_app(settings.model_copy(update={"demo_person": ada[0]}), core)
    with served(app) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("button", name="Clear the screen")).to_be_visible()
        for name in ("Password", "Voice PIN"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        context.close()
