"""Lost connections, restarts and other people: nothing is lost, doubled, or shown to a stranger."""

import json
import threading

import pytest
from playwright.sync_api import expect

from channels.app import create_app
from channels.settings import ChannelSettings
from tests.channels.fake_rasa import BALANCE, CHART
from tests.channels.screen import picture, say
from tests.channels.serving import served

pytestmark = pytest.mark.browser


def test_a_restart_in_mid_conversation_neither_loses_nor_doubles(
    browser, core, settings, ada, rasa
):
    demo = settings.model_copy(update={"demo_person": ada[0]})
    with served(create_app(demo, core)) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/")
        say(page, "balance")
        expect(page.locator(".penny .bubble")).to_have_count(1)
        rasa.delay = 0.4
        say(page, "asked as the server goes")
        expect(page.locator("#typing")).to_be_visible()
    rasa.delay = 0.0
    say(page, "asked while it is away")
    expect(page.locator(".failed").last).to_contain_text("I keep trying")
    with served(create_app(demo, core), port=int(url.rpartition(":")[2])):
        answers = [
            "You have $1,234.50 in Checking.",
            "You said: asked as the server goes",
            "You said: asked while it is away",
        ]
        bubbles = page.locator(".penny .bubble")
        expect(bubbles).to_have_text(answers, timeout=15_000)
        expect(page.locator(".failed")).to_have_count(0)
        expect(page.locator("#state")).to_have_text("Your money assistant", timeout=15_000)
        page.reload()
        expect(bubbles).to_have_text(answers)
        assert rasa.texts == ["balance", "asked as the server goes", "asked while it is away"]
        context.close()


def test_what_is_written_offline_is_sent_once_the_network_is_back(visit, rasa):
    page = visit()
    expect(page.get_by_label("Your message to Penny")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("#state")).to_contain_text("You’re offline")
    say(page, "balance")
    expect(page.locator(".failed")).to_contain_text("I keep trying to send this.")
    picture(page, "offline")
    page.context.set_offline(False)
    expect(page.locator(".penny .bubble")).to_have_text("You have $1,234.50 in Checking.")
    expect(page.locator(".failed")).to_have_count(0)
    expect(page.locator("#state")).to_have_text("Your money assistant")
    assert rasa.texts == ["balance"]


def test_what_waits_survives_a_reload(visit, rasa):
    page = visit()
    page.route("**/api/messages", lambda route: route.abort())
    for text in ("balance", "accounts"):
        say(page, text)
    expect(page.locator(".failed")).to_have_count(1)  # one after the other: the second waits
    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text(["balance", "accounts"])
    page.unroute("**/api/messages")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".penny .bubble")).to_have_count(2)
    assert rasa.texts == ["balance", "accounts"]
    page.reload()
    expect(page.locator(".penny .bubble")).to_have_count(2)
    assert len(rasa.asked) == 2


def test_what_waited_too_long_is_not_sent_without_asking(visit, rasa):
    page = visit()
    page.route("**/api/messages", lambda route: route.abort())
    say(page, "balance")
    expect(page.locator(".failed")).to_have_count(1)
    page.unroute("**/api/messages")
    page.add_init_script(
        "for (const name of Object.keys(sessionStorage)) if (name.endsWith('outbox'))"
        ' sessionStorage[name] = sessionStorage[name].replace(/"since":\\d+/, \'"since":1\');'
    )
    page.reload()
    expect(page.locator(".failed")).to_contain_text("Shall I send it now?")
    assert rasa.asked == []
    page.get_by_role("button", name="Don’t send").click()
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_label("Your message to Penny")).to_have_value("balance")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_huge_message_is_refused_politely_and_stays(visit, rasa):
    page = visit()
    text = "word " * 2_000
    say(page, text)
    expect(page.locator("#trouble")).to_contain_text("please stay under 2,000 characters")
    expect(page.get_by_label("Your message to Penny")).to_have_value(text)
    assert rasa.asked == []


@pytest.mark.parametrize("status", [403, 422])
def test_what_is_refused_for_good_is_not_sent_again(visit, rasa, status):
    page = visit()
    tried = []

    def refuse(route):
        tried.append(route.request.post_data_json["message_id"])
        route.fulfill(status=status, json={"error": "Not like this."})

    page.route("**/api/messages", refuse)
    say(page, "odd one")
    expect(page.locator(".failed")).to_contain_text("Not like this.")
    page.unroute("**/api/messages")
    say(page, "balance")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert len(tried) == 1 and rasa.texts == ["balance"]


def test_too_fast_waits_for_its_turn(visit, rasa):
    page = visit()
    refused = []

    def slow_down(route):
        if refused:
            route.continue_()
        else:
            refused.append(route.request.post_data_json["message_id"])
            headers = {"Retry-After": "1"}
            route.fulfill(status=429, json={"error": "You're quicker than I am!"}, headers=headers)

    page.route("**/api/messages", slow_down)
    say(page, "balance")
    expect(page.locator(".failed")).to_contain_text("quicker than I am")
    expect(page.locator(".penny .bubble")).to_have_count(1)
    assert [row["metadata"]["message_id"] for row in rasa.asked] == refused


def test_another_screen_shows_that_penny_is_at_work(visit, address, rasa):
    first = visit()
    second = first.context.new_page()
    second.goto(address)
    expect(second.locator("#welcome")).to_be_visible()
    rasa.delay = 0.8
    say(first, "balance")
    expect(second.locator("#typing")).to_be_visible()
    expect(second.locator(".penny .bubble")).to_have_count(1)
    expect(second.locator("#typing")).to_be_hidden()


def sign_in(page, token):
    page.get_by_role("button", name="Use an access token instead").click()
    page.get_by_label("Access token").fill(token)
    page.keyboard.press("Enter")


def sign_out(page):
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()


def test_another_person_sees_nothing_of_the_one_before(
    browser, core, settings: ChannelSettings, ada, bob, rasa
):
    with served(create_app(settings, core)) as url:
        context = browser.new_context(base_url=url)
        page, tab = context.new_page(), context.new_page()
        page.goto("/")
        sign_in(page, ada[1])
        expect(page.get_by_text("Hello Ada")).to_be_visible()
        tab.goto("/")
        say(tab, "ada's question")
        expect(page.locator(".penny .bubble")).to_have_text("You said: ada's question")
        page.route("**/api/messages", lambda route: route.abort())
        say(page, "ada's unsent words")
        expect(page.locator(".failed")).to_have_count(1)

        sign_out(tab)
        expect(page.get_by_label("Password")).to_be_visible()  # in every tab
        page.unroute("**/api/messages")
        assert page.evaluate("JSON.stringify([localStorage, sessionStorage])").count("ada") == 0
        sign_in(tab, bob[1])
        for screen in (page, tab):
            expect(screen.get_by_text("Hello Bob")).to_be_visible()
            assert "ada" not in screen.locator("#panel").inner_text()
        say(page, "balance")
        expect(tab.locator(".mine .bubble")).to_have_text(["balance"])
        assert rasa.asked[-1]["sender"].startswith(bob[0])
        assert "ada's unsent words" not in rasa.texts
        context.close()


def test_an_answer_that_comes_after_signing_out_is_not_shown(browser, core, settings, ada, rasa):
    with served(create_app(settings, core)) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/")
        sign_in(page, ada[1])
        expect(page.get_by_text("Hello Ada")).to_be_visible()
        rasa.delay = 0.6
        say(page, "balance")
        expect(page.locator("#typing")).to_be_visible()
        sign_out(page)
        expect(page.get_by_label("Password")).to_be_visible()
        page.wait_for_timeout(800)
        assert page.locator(".penny").count() == 0
        assert page.evaluate("sessionStorage.length") == 0
        context.close()


NUDGE = {
    "id": "nudge-1",
    "thread": "main",
    "at": "2026-10-14T08:00:00+00:00",
    "why": "You asked me to tell you about bills three days ahead.",
    "text": "Rent of $900.00 is due on Friday.",
    "buttons": [{"title": "What else is due?", "payload": "balance"}],
    "facts": [BALANCE],
    "image": "/api/charts/main/nudge-1/0",
    "chart": CHART,
}


def nudged(page, rasa, as_turn: bool):
    """Plays a server that begins a conversation: as an event, or in the history as well."""
    message = {name: NUDGE[name] for name in ("text", "buttons", "facts", "image", "chart")}
    turn = {
        "message_id": NUDGE["id"], "at": NUDGE["at"], "channel": "nudge", "text": "", "said": "",
        "messages": [message], "intent": None, "entities": [], "retry": False,
    }  # fmt: skip
    stream = "event: ready\r\ndata: {}\r\n\r\n: ping\r\n\r\n"
    stream += f"event: nudge\r\ndata: {json.dumps(NUDGE)}\r\n\r\n"
    answer = {"status": 200, "content_type": "text/event-stream", "body": stream}
    page.route("**/api/events", lambda route: route.fulfill(**answer))
    if as_turn:
        page.route("**/api/history", lambda route: route.fulfill(json={"turns": [turn]}))


@pytest.mark.parametrize("as_turn", [False, True])
def test_a_nudge_is_shown_once_and_can_be_dismissed(visit, rasa, as_turn):
    page = visit("/healthz")
    nudged(page, rasa, as_turn)
    page.goto("/")
    bubble = page.locator(".penny .bubble")
    expect(bubble).to_contain_text("Rent of $900.00 is due on Friday.")
    page.wait_for_timeout(700)  # the played stream has ended and come again
    expect(bubble).to_have_count(1)
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_role("figure")).to_have_count(1)
    if not as_turn:
        page.get_by_text("Why am I seeing this?").click()
        expect(page.get_by_text(NUDGE["why"])).to_be_visible()
        picture(page, "nudge")
    page.get_by_role("button", name="Dismiss this message").click()
    expect(bubble).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Your message to Penny")).to_be_visible()
    page.wait_for_timeout(500)
    expect(bubble).to_have_count(0)


def test_a_nudge_leaves_the_buttons_of_a_proposal(visit, rasa):
    page = visit("/healthz")
    here = threading.Event()

    def stream(route):
        body = "event: ready\r\ndata: {}\r\n\r\n"
        if here.is_set():
            body += f"event: nudge\r\ndata: {json.dumps(NUDGE)}\r\n\r\n"
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/api/events", stream)
    page.goto("/")
    say(page, "help me save")
    expect(page.get_by_role("button", name="Yes, move it")).to_be_visible()
    here.set()
    expect(page.get_by_role("button", name="What else is due?")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.locator(".turn:not(.nudge) .penny .bubble").last).to_contain_text("Done")
