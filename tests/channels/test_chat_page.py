"""The chat page in Chromium, against the real app and a fake Rasa."""

import re

import pytest
from playwright.sync_api import expect

import channels.charts.draw  # noqa: F401 (loaded once, so that no picture waits for it)
from channels.app import create_app
from finance_core.services import people
from tests.channels.fake_rasa import CHART, SAVE, XSS, YES
from tests.channels.screen import loaded, picture, say
from tests.channels.serving import served

pytestmark = pytest.mark.browser


def test_a_conversation_survives_a_reload(visit, rasa):
    page = visit()
    expect(page.get_by_role("heading", name="Hello Ada, I’m Penny.")).to_be_visible()
    picture(page, "welcome")
    page.get_by_role("button", name="What’s my balance?").click()
    expect(page.locator(".penny .bubble")).to_contain_text("You said: What’s my balance?")
    expect(page.locator("#welcome")).to_be_hidden()

    say(page, "help me save")
    answer = page.locator(".penny .bubble").last
    expect(answer).to_contain_text("You can put $150.00 aside")
    assert SAVE["value"] in answer.get_attribute("data-facts")
    picture(page, "buttons")
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.locator(".penny .bubble").last).to_contain_text("Done: $150.00 went to Savings.")
    expect(page.locator(".mine .bubble").last).to_have_text("Yes, move it")
    expect(page.locator(".replies")).to_have_count(0)
    assert rasa.texts.count(YES) == 1

    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text(
        ["What’s my balance?", "help me save", "Yes, move it"]
    )
    expect(page.locator(".penny .bubble")).to_have_count(3)
    expect(page.locator(".replies")).to_have_count(0)
    assert len(rasa.asked) == 3


def test_unanswered_buttons_are_there_after_a_reload(visit, rasa):
    page = visit()
    say(page, "help me save")
    expect(page.get_by_role("button", name="Yes, move it")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.locator(".penny .bubble").last).to_contain_text("Done")


def test_the_keyboard_is_enough(visit, rasa):
    page = visit()
    expect(page.get_by_label("Your message to Penny")).to_be_focused()
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .bubble")).to_have_text("first line\nsecond line")
    expect(page.get_by_label("Your message to Penny")).to_have_value("")
    page.keyboard.press("Enter")  # nothing to send
    page.keyboard.type("help me save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Yes, move it")).to_be_visible()
    page.keyboard.press("Shift+Tab")  # the last quick reply
    page.keyboard.press("Enter")
    expect(page.locator(".penny .bubble").last).to_contain_text("Fine, nothing has moved.")
    assert len(rasa.asked) == 3


def test_lists_and_tables_are_drawn(visit):
    page = visit()
    say(page, "spending")
    rows = page.locator(".figures li")
    expect(rows).to_have_count(3)
    expect(rows.first.locator("b")).to_have_text("$382.40")
    expect(page.locator(".penny strong")).to_have_text("$642.10")
    say(page, "accounts")
    expect(page.locator("table tr")).to_have_count(4)
    expect(page.locator("th").first).to_have_text("Account")
    expect(page.locator("td.number").last).to_have_text("-$312.44")
    picture(page, "figures")


def test_what_a_reply_says_is_never_markup(visit):
    page = visit()
    say(page, "xss")
    expect(page.locator(".penny .bubble")).to_have_text(XSS)
    page.get_by_role("button", name=XSS).click()
    say(page, XSS)
    expect(page.locator(".penny .bubble").last).to_contain_text("You said: <img")
    page.reload()
    expect(page.locator(".mine .bubble").first).to_have_text("xss")
    assert page.title() == "Penny"
    assert page.locator("#log img, #log script").count() == 0


def test_pictures_come_from_here_only(visit):
    page = visit()
    say(page, "picture")
    expect(page.locator(".penny .bubble").last).to_have_text("https://elsewhere.example/chart.png")
    assert page.locator("#log img").count() == 0


def test_a_chart_is_a_picture_and_a_table(visit):
    page = visit()
    say(page, "chart")
    figure = page.get_by_role("figure", name="Spent, October 2026")
    image = figure.get_by_role("img", name=CHART["summary"])
    expect(image).to_be_visible()
    loaded(image)
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.get_by_text("Show as a table").click()
    table = figure.get_by_role("table", name="Spent, October 2026")
    expect(table.get_by_role("columnheader")).to_have_text(["Category", "Spent"])
    expect(table.get_by_role("rowheader")).to_have_text([row[0] for row in CHART["rows"]])
    expect(table.get_by_role("cell")).to_have_text(["$382.40", "$1,149.70", "-$0.50"])
    picture(page, "chart")
    page.reload()
    loaded(page.get_by_role("img", name=CHART["summary"]))


def test_a_chart_of_days_names_them(visit):
    page = visit()
    say(page, "two charts")
    figure = page.get_by_role("figure", name="Checking until 30 October")
    loaded(figure.get_by_role("img"))
    figure.get_by_text("Show as a table").click()
    expect(figure.get_by_role("rowheader").first).to_have_text("Thu 15 October")
    expect(figure.get_by_role("row").nth(2).get_by_role("cell")).to_have_text(
        ["-$80.25", "$420.00", "$610.00"]
    )
    expect(figure.locator(".note")).to_have_text(
        ["Tue 20 October, likely lowest: -$12.50", "floor: $200.00"]
    )


def test_a_picture_that_does_not_come_leaves_its_figures(visit):
    page = visit()
    page.route("**/api/charts/**", lambda route: route.abort())
    say(page, "chart")
    figure = page.get_by_role("figure")
    expect(figure.get_by_text(CHART["summary"])).to_be_visible()
    expect(figure.get_by_role("table")).to_be_visible()
    expect(figure.get_by_role("img")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "width", "wanted"),
    [
        ("light", 900, "theme=light&size=wide"),
        ("dark", 900, "theme=dark&size=wide"),
        ("light", 360, "theme=light&size=small"),
        ("dark", 360, "theme=dark&size=small"),
    ],
)
def test_the_picture_suits_the_screen(visit, scheme, width, wanted):
    page = visit(viewport={"width": width, "height": 700}, color_scheme=scheme)
    say(page, "two charts")
    expect(page.get_by_role("img")).to_have_count(2)
    for image in page.get_by_role("img").all():
        loaded(image)
        assert image.evaluate("(e) => e.currentSrc").endswith(wanted)
        assert image.evaluate("(e) => e.getBoundingClientRect().right <= innerWidth")
    assert page.locator("#scroller").evaluate("(e) => e.scrollWidth > e.clientWidth") is False
    picture(page, f"charts-{width}-{scheme}")
    for name in ("figcaption", "summary"):
        assert page.locator(name).first.evaluate(CONTRAST) >= 4.5


@pytest.mark.parametrize("height", [500, 1600])
def test_an_answer_is_read_from_its_beginning(visit, height):
    page = visit(viewport={"width": 360, "height": height})
    for text in ("spending", "two charts"):
        say(page, text)
    expect(page.get_by_role("figure")).to_have_count(2)
    expect(page.locator(".picture").first).not_to_contain_class("waiting")
    from_the_start = (
        "(e) => { const top = e.querySelector('.turn:last-child').getBoundingClientRect().top;"
        " const away = top - e.getBoundingClientRect().top;"
        " return e.scrollHeight - e.scrollTop - e.clientHeight < 5 || (away > 0 && away < 20); }"
    )
    page.wait_for_function(from_the_start, arg=page.locator("#scroller").element_handle())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_small_phone_has_no_sideways_scroll(visit, scheme):
    page = visit(viewport={"width": 360, "height": 700}, color_scheme=scheme, has_touch=True)
    expect(page.locator("#welcome")).to_be_visible()
    assert page.locator("#scroller").evaluate("(e) => e.scrollTop") == 0
    picture(page, f"phone-welcome-{scheme}")
    for text in ("spending", "accounts", "w" * 300, "help me save"):
        say(page, text)
        expect(page.locator(".mine.sending")).to_have_count(0)
        sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert page.evaluate(sideways) is False, text
        box = "(e) => e.scrollWidth > e.clientWidth"
        assert page.locator("#scroller").evaluate(box) is False, text
    picture(page, f"phone-{scheme}")
    small = page.locator(".replies button:visible, .send").evaluate_all(
        "(all) => all.filter((e) => e.getBoundingClientRect().height < 40).length"
    )
    assert small == 0


# WCAG 2.1 contrast of an element's colour against the background it stands on.
CONTRAST = """
(element) => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (colour) => {
    const [r, g, b] = [...rgb(colour)].slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
    .map(light).sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes(visit, scheme):
    page = visit(color_scheme=scheme)
    background = page.locator("#panel").evaluate("(e) => getComputedStyle(e).backgroundColor")
    red = int(re.findall(r"\d+", background)[0])
    assert (red < 60) == (scheme == "dark")
    seen = [
        "h1",
        "#state",
        "h2",
        "#welcome > p",
        "#examples button",
        "#examples span",
        ".hint",
        ".pill",
    ]
    ratios = {name: page.locator(name).first.evaluate(CONTRAST) for name in seen}
    say(page, "accounts")
    say(page, "help me save")
    expect(page.locator(".replies button").first).to_be_visible()
    page.get_by_label("Your message to Penny").fill("x")
    for name in (".mine .bubble", ".penny .bubble p", ".meta", ".day", "th", ".replies button"):
        ratios[name] = page.locator(name).first.evaluate(CONTRAST)
    ratios["composer"] = page.get_by_label("Your message to Penny").evaluate(CONTRAST)
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
    picture(page, f"talk-{scheme}")


def test_motion_stops_for_those_who_ask(visit, rasa):
    page = visit(reduced_motion="reduce")
    rasa.delay = 0.5
    say(page, "balance")
    expect(page.locator("#typing")).to_be_visible()
    assert page.locator(".dots i").first.evaluate("(e) => getComputedStyle(e).animationName") == (
        "none"
    )


def test_penny_is_seen_and_heard_typing(visit, rasa):
    page = visit()
    rasa.delay = 0.6
    say(page, "balance")
    expect(page.locator("#typing")).to_be_visible()
    expect(page.locator("#typing-text")).to_have_text("Penny is typing")
    picture(page, "typing")
    expect(page.locator(".penny .bubble")).to_have_text("You have $1,234.50 in Checking.")
    expect(page.locator("#typing")).to_be_hidden()
    assert page.get_by_role("log").get_attribute("aria-live") == "polite"


def test_a_failure_can_be_tried_again_and_nothing_happens_twice(visit, rasa):
    page = visit()
    rasa.broken = "500"
    say(page, "help me save")
    failed = page.locator(".failed")
    expect(failed).to_contain_text("Sorry, something on my side isn't working")
    picture(page, "failed")
    rasa.broken = None
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Yes, move it")).to_be_visible()
    expect(failed).to_have_count(0)
    expect(page.locator(".mine")).to_have_count(1)


def test_an_answer_lost_on_the_way_is_fetched_not_repeated(visit, rasa):
    page = visit()
    lost = []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/api/messages", lose)
    say(page, "help me save")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    expect(page.locator(".failed")).to_have_count(0)
    assert rasa.texts == ["help me save"]


def test_two_tabs_show_the_same_conversation(visit, address):
    first = visit()
    second = first.context.new_page()
    second.goto(address)
    expect(second.locator("#welcome")).to_be_visible()
    say(first, "balance")
    expect(second.locator(".mine .bubble")).to_have_text("balance")
    expect(second.locator(".penny .bubble")).to_have_text("You have $1,234.50 in Checking.")
    expect(first.locator(".mine")).to_have_count(1)


def test_signing_in_with_a_token(browser, core, settings, bob):
    with served(create_app(settings, core)) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        page.get_by_role("button", name="Use an access token instead").click()
        token = page.get_by_label("Access token")
        expect(token).to_be_focused()
        picture(page, "sign-in")
        token.fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That access token is not valid.")
        token.fill(bob[1])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Hello Bob, I’m Penny.")).to_be_visible()
        say(page, "balance")
        expect(page.locator(".penny .bubble")).to_have_count(1)
        assert bob[1] not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        assert page.locator(".mine").count() == 0
        page.reload()
        expect(page.get_by_label("Password")).to_be_visible()
        context.close()


def test_a_session_that_ends_asks_to_sign_in(visit, core, ada):
    page = visit()
    for cookie in page.context.cookies():
        people.revoke_token(core, cookie["value"])
    page.wait_for_timeout(3_200)  # a token is believed for three seconds
    say(page, "balance")
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.locator(".mine").count() == 0
