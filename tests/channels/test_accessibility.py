"""Axe on every state of the chat, small screens, zoom, and the installed page without a network."""

import pytest
from playwright.sync_api import expect

from channels.app import create_app
from tests.channels.screen import check, picture, say, talk
from tests.channels.serving import served

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    ("scheme", "options"),
    [("light", {}), ("dark", {}), ("light", PHONE), ("dark", PHONE)],
    ids=["desktop", "desktop-dark", "phone", "phone-dark"],
)
def test_axe_finds_nothing_in_the_page(visit, scheme, options):
    page = visit(color_scheme=scheme, **options)
    expect(page.locator("#welcome")).to_be_visible()
    check(page, "welcome")
    talk(page)
    check(page, "talk")
    page.route("**/api/messages", lambda route: route.abort())
    say(page, "lost")
    expect(page.locator(".failed")).to_be_visible()
    check(page, "failed")
    page.get_by_role("button", name="Menu").click()
    check(page, "menu")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_people_sign_in(browser, core, settings, ada, scheme):
    with served(create_app(settings, core)) as url:
        context = browser.new_context(base_url=url, color_scheme=scheme)
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_label("Password")).to_be_visible()
        check(page, "password")
        page.get_by_label("Name", exact=True).fill("Ada")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).not_to_be_empty()
        check(page, "wrong password")
        context.close()


def test_everything_is_there_at_200_percent(visit):
    page = visit(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    talk(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.locator("#scroller").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    words = page.get_by_label("Your message to Penny").bounding_box()
    assert words["y"] + words["height"] < 400
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Clear the screen").click()  # scrolled to and reached


def test_larger_letters_make_all_of_it_larger(visit):
    page = visit()
    say(page, "balance")
    bubble = page.locator(".penny .bubble")
    size = "(e) => getComputedStyle(e).fontSize"
    assert bubble.evaluate(size) == "16px"
    page.locator(".root").evaluate("(e) => e.style.fontSize = '24px'")
    assert bubble.evaluate(size) == "24px"
    assert page.locator("#scroller").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_focus_can_be_seen_on_everything(visit):
    page = visit()
    talk(page)
    seen = set()
    page.locator("#menu").focus()
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "() => { const e = document.querySelector('penny-chat').shadowRoot.activeElement;"
                " if (!e) return 'none'; const s = getComputedStyle(e.id === 'words' ?"
                " e.closest('.box') : e); return s.outlineStyle + ' ' + (e.id || e.tagName); }"
            )
        )
    assert [name for name in seen if name.startswith("none ")] == []
    assert len(seen) > 4


def test_answers_are_announced_and_a_history_is_not(visit):
    page = visit("/healthz")
    page.add_init_script(
        "window.quiet = []; const { append } = Element.prototype;"
        " Element.prototype.append = function (...parts) {"
        " if (this.id === 'log' && parts.length) quiet.push(this.getAttribute('aria-busy'));"
        " return append.apply(this, parts); };"
    )
    page.goto("/")
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert set(page.evaluate("quiet")) == {None}
    assert page.get_by_role("log", name="Messages").get_attribute("aria-live") == "polite"
    page.reload()
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert set(page.evaluate("quiet")) == {"true"}
    assert page.get_by_role("log").get_attribute("aria-busy") is None
    assert page.locator(".penny .unseen").first.text_content() == "Penny: "


def test_the_installed_page_opens_without_a_network_and_shows_no_figures(visit):
    page = visit()
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_contain_text("$1,234.50")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        "(async () => { const found = []; for (const name of await caches.keys())"
        " for (const one of await (await caches.open(name)).keys())"
        " found.push(new URL(one.url).pathname); return found; })()"
    )
    assert "/widget.js" in kept and [path for path in kept if path.startswith("/api")] == []
    page.reload()
    expect(page.locator(".penny .bubble")).to_contain_text("$1,234.50")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("You’re offline.")).to_be_visible()
    picture(page, "installed-offline")
    assert "1,234.50" not in page.locator("#panel").inner_text()
    page.context.set_offline(False)
    expect(page.locator(".penny .bubble")).to_contain_text("$1,234.50")
