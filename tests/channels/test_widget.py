"""Penny within somebody else's page: one script tag, a hostile style sheet, a strict policy."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import channels.charts.draw  # noqa: F401 (loaded once, so that no picture waits for it)
from channels.app import create_app
from finance_core.services import devices, identities
from tests.channels.fake_rasa import CHART, XSS
from tests.channels.host_application import AUDIENCE, ISSUER
from tests.channels.host_page import KIND, HostPage
from tests.channels.screen import check, picture, say, talk
from tests.channels.serving import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def host_server() -> Iterator[tuple[HostPage, str]]:
    host = HostPage()
    with served(host.app) as url:
        yield host, url


@pytest.fixture
def host(host_server: tuple[HostPage, str]) -> HostPage:
    host_server[0].reset()
    return host_server[0]


@pytest.fixture
def changes() -> dict[str, object]:
    """Settings of Penny that a test wants otherwise."""
    return {}


@pytest.fixture
def embedded(
    browser: Browser, core, settings, ada, bob, host, host_server, tmp_path: Path, changes
) -> Iterator[Callable[..., Page]]:
    """Opens the host's page, where Ada is customer-7 and Bob customer-8."""
    identities.link(core, ada[0], ISSUER, "customer-7")
    identities.link(core, bob[0], ISSUER, "customer-8")
    named = {
        "embed_origins": (host_server[1],),
        "host_issuer": ISSUER,
        "host_audience": AUDIENCE,
        "host_jwks_file": host.publish(tmp_path / "keys.json"),
        **changes,
    }
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(query: str = "token-url=/token&label=Ask%20Penny", **options: object) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(f"{host_server[1]}/?{query}")
        return page

    with served(create_app(settings.model_copy(update=named), core)) as url:
        host.penny = url
        yield open_page
        for context in contexts:
            context.close()
    assert faults == []


def opened(page: Page) -> Page:
    page.get_by_role("button", name="Ask Penny").click()
    expect(page.get_by_label("Your message to Penny")).to_be_visible()
    return page


def test_one_script_tag_is_enough_in_a_hostile_page(embedded, host):
    page = embedded()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    launcher = page.get_by_role("button", name="Ask Penny")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    assert host.tokens == 0  # nobody is asked about before somebody wants to talk
    opened(page)
    expect(page.get_by_label("Your message to Penny")).to_be_focused()
    say(page, "spending")
    expect(page.locator(".figures b").first).to_have_text("$382.40")
    bubble = page.locator(".penny .bubble")
    seen = bubble.evaluate(
        "(e) => { const s = getComputedStyle(e); return [s.color, s.fontSize, s.letterSpacing,"
        " s.textTransform, s.visibility, s.lineHeight] }"
    )
    assert seen == ["rgb(31, 36, 33)", "16px", "normal", "none", "visible", "24px"]
    box = page.locator("#panel").bounding_box()
    assert box["width"] == 410 and box["height"] > 500
    picture(page, "widget-hostile")
    assert [url for url in asked if "token=" in url or "eyJ" in url or "penny_" in url] == []
    storage = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "penny_" not in storage and "eyJ" not in storage


def test_the_page_around_it_keeps_its_looks(embedded, host):
    host.css = KIND
    page = embedded("penny=manual")
    looks = "JSON.stringify([...document.querySelectorAll('html, body, h1, p')].map((e) =>"
    looks += " [...getComputedStyle(e)].map((n) => getComputedStyle(e)[n])))"
    before = page.evaluate(looks)
    page.evaluate(
        "() => { const penny = document.createElement('penny-chat');"
        " penny.setAttribute('token-url', '/token'); document.body.append(penny); penny.open(); }"
    )
    expect(page.get_by_label("Your message to Penny")).to_be_visible()
    assert page.evaluate(looks) == before
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert [name for name in page.evaluate("Object.keys(window)") if "enny" in name] == []


def test_the_keyboard_opens_and_closes_it_and_the_page_hears_nothing(embedded):
    page = embedded()
    page.evaluate(
        "() => { window.heard = []; addEventListener('keydown', (e) => heard.push(e.key)); }"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    words = page.get_by_label("Your message to Penny")
    expect(words).to_be_focused()
    page.keyboard.type("what s/he said?")
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    launcher = page.get_by_role("button", name="Ask Penny")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(words).to_have_value("what s/he said?")
    assert "s" not in page.evaluate("heard") and "/" not in page.evaluate("heard")


def test_it_is_open_again_on_the_next_page(embedded):
    page = opened(embedded())
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text("balance")
    page.get_by_role("button", name="Close Penny").click()
    page.reload()
    expect(page.get_by_role("button", name="Ask Penny")).to_be_visible()
    expect(page.locator("#panel")).to_be_hidden()


def test_a_chart_is_painted_though_the_page_allows_no_pictures(embedded):
    page = opened(embedded())
    say(page, "chart")
    image = page.get_by_role("img", name=CHART["summary"])
    expect(image).to_be_visible()
    assert image.evaluate("(e) => e.width") > 500
    ink = "(e) => new Set(e.getContext('2d').getImageData(0, 0, e.width, e.height).data).size > 9"
    assert image.evaluate(ink)
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("rowheader").last).to_have_text(CHART["rows"][2][0])
    picture(page, "widget-chart")


def test_script_in_a_name_is_text(embedded):
    page = opened(embedded())
    say(page, "xss")
    expect(page.locator(".penny .bubble")).to_have_text(XSS)
    page.get_by_role("button", name=XSS).click()
    expect(page.locator(".penny .bubble").last).to_have_text("You said: fine")
    assert page.title() == "Acorn"


@pytest.mark.parametrize("changes", [{"embed_minutes": 1 / 60}])
def test_the_token_is_renewed_before_it_ends(embedded, host):
    page = opened(embedded())
    first = host.tokens
    page.wait_for_timeout(1_200)  # the token lives a second
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_text("You have $1,234.50 in Checking.")
    assert host.tokens > first


@pytest.mark.parametrize("changes", [{"embed_minutes": 1 / 60}])
def test_somebody_else_at_the_host_sees_nothing_of_before(embedded, host, rasa):
    page = opened(embedded())
    say(page, "ada's secret")
    expect(page.locator(".penny .bubble")).to_contain_text("You said: ada's secret")
    host.subject = "customer-8"
    page.wait_for_timeout(1_200)
    page.get_by_label("Your message to Penny").fill("meant as Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hello Bob, I’m Penny.")).to_be_visible()
    expect(page.locator(".mine")).to_have_count(0)
    assert "meant as Ada" not in rasa.texts


def test_a_function_of_the_page_may_give_the_token(embedded, host):
    page = embedded("penny=manual")
    page.evaluate(
        "() => { const penny = document.createElement('penny-chat');"
        " penny.getToken = async () => (await fetch('/token')).text();"
        " penny.setAttribute('mode', 'inline'); document.body.append(penny); }"
    )
    expect(page.get_by_text("Hello Ada, I’m Penny.")).to_be_visible()
    host.subject = "customer-8"
    page.evaluate(
        "() => { document.querySelector('penny-chat').getToken ="
        " async () => (await fetch('/token')).text(); }"
    )
    expect(page.get_by_text("Hello Bob, I’m Penny.")).to_be_visible()


def test_taken_out_of_the_page_it_is_silent(embedded):
    page = opened(embedded())
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    page.evaluate("window.penny = document.querySelector('penny-chat'); penny.remove()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(700)
    assert asked == []
    page.evaluate("document.body.append(penny)")
    expect(page.locator(".penny .bubble")).to_have_count(1)


def test_who_is_not_known_is_told_so(embedded, host):
    host.subject = None
    page = embedded()
    page.get_by_role("button", name="Ask Penny").click()
    expect(page.get_by_role("status").filter(has_text="could not tell Penny")).to_be_visible()
    host.subject = "customer-7"
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Hello Ada, I’m Penny.")).to_be_visible()


def test_signing_out_at_the_host_ends_the_session(embedded, host, ada, core):
    page = opened(embedded())
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    open_before = len(devices.of_person(core, ada[0]))
    host.subject = None
    page.evaluate("document.querySelector('penny-chat').signOut()")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert page.locator(".penny").count() == 0
    assert len(devices.of_person(core, ada[0])) == open_before - 1


def test_a_page_that_names_nobody_is_shown_the_way(embedded, host):
    page = embedded("label=Ask%20Penny")
    page.get_by_role("button", name="Ask Penny").click()
    expect(page.get_by_role("button", name="Open Penny")).to_be_visible()
    assert page.get_by_label("Password").count() == 0  # no page but her own asks for it


def test_the_page_may_say_how_it_looks(embedded, host):
    page = opened(embedded("token-url=/token&label=Ask%20Penny&theme=dark"))
    ground = "(e) => getComputedStyle(e).backgroundColor"
    assert page.locator("#panel").evaluate(ground) == "rgb(21, 23, 26)"
    page.evaluate("document.querySelector('penny-chat').setAttribute('theme', 'light')")
    assert page.locator("#panel").evaluate(ground) == "rgb(250, 247, 242)"


def test_right_to_left(embedded, host):
    host.html = 'lang="ar" dir="rtl"'
    host.css = KIND
    page = embedded()
    launcher = page.get_by_role("button", name="Ask Penny")
    assert launcher.bounding_box()["x"] < 100
    opened(page)
    say(page, "كم أنفقت؟")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    mine, hers = (page.locator(name).bounding_box() for name in (".mine .bubble", ".penny .bubble"))
    assert mine["x"] < hers["x"]
    assert page.locator(".mine .bubble").evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    assert page.locator(".penny .bubble p").evaluate("(e) => getComputedStyle(e).direction") == (
        "ltr"
    )
    picture(page, "widget-rtl")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_widget(embedded, host, scheme):
    host.css = KIND
    page = opened(embedded(color_scheme=scheme))
    check(page, "welcome")
    talk(page)
    check(page, "talk")
    page.get_by_role("button", name="Close Penny").click()
    check(page, "closed")


def test_it_fills_a_phone(embedded, host):
    host.css = KIND
    page = opened(embedded(viewport={"width": 360, "height": 640}, has_touch=True))
    page.locator("#panel").evaluate("(e) => Promise.all(e.getAnimations().map((a) => a.finished))")
    assert page.locator("#panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    expect(page.locator("#launcher")).to_be_hidden()
    picture(page, "widget-phone")
    page.get_by_role("button", name="Close Penny").click()
    expect(page.locator("#launcher")).to_be_visible()


def test_it_is_asked_for_at_one_address(embedded, host):
    page = embedded()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.reload()
    assert asked.count("/widget.js") == 1
    assert [path for path in asked if path.startswith("/web/")] == []
