"""The savings conversation at two more doors: Telegram's webhook, and a page of somebody else.

Both doors are opened in this process, on the stack's own Rasa, actions, bank and database.
"""

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from channels.app import create_app
from channels.settings import ChannelSettings
from channels.telegram.channel import webhook_secret
from finance_core.services import identities, people
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.host_application import AUDIENCE, ISSUER
from tests.channels.host_page import HostPage
from tests.channels.screen import say
from tests.channels.serving import served
from tests.end_to_end.test_savings import balances, fact

pytestmark = pytest.mark.stack

CHAT = 8080


@pytest.fixture
def offered(person) -> Decimal:
    """What is offered to a person of the same household on the web."""
    return Decimal(fact(person("amelia").say("help me save"), "amount"))


def moved(bank, before: dict[str, Decimal]) -> list[Decimal]:
    after = balances(bank, "amelia")
    return sorted(after[name] - held for name, held in before.items() if after[name] != held)


@pytest.fixture
def hooked(stack, core) -> Iterator[tuple[FakeTelegram, httpx.Client]]:
    """A bot whose updates are brought to ``POST /telegram``."""
    fake = FakeTelegram(first_update=500_000)  # a bot's updates have numbers of their own
    with served(fake.app) as api:
        settings = ChannelSettings(
            telegram_token=SecretStr(TOKEN),
            telegram_base_url=api,
            telegram_webhook_url="https://penny.example/telegram",
        )
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook_secret(TOKEN)}
        door = served(create_app(settings, core))
        with door as url, httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            fake.until(lambda: bool(fake.called("setMyCommands")))
            yield fake, client


def test_telegrams_webhook(hooked, person, core, bank, offered):
    fake, client = hooked
    talker = person("amelia")
    people.link_chat(core, people.link_code(core, talker.id), "telegram", str(CHAT))
    before = balances(bank, "amelia")

    def says(text: str) -> str:
        seen = len(fake.sent(CHAT))
        fake.write(text, chat=CHAT)
        update = fake.updates()[-1]
        for _ in range(2):  # brought twice, answered once
            assert client.post("/telegram", json=update).status_code == 200
        fake.until(lambda: len(fake.sent(CHAT)) > seen, seconds=20)
        return fake.sent(CHAT)[-1]["text"]

    offer = says("help me save")
    assert f"£{offered:,.2f}" in offer and "Shall I move it?" in offer
    assert "Done" in says("yes")
    assert moved(bank, before) == [-offered, offered]
    assert "Undone" in says("undo")
    assert moved(bank, before) == []
    assert "nothing waiting" in talker.text("yes"), "one conversation, whatever the channel"


@pytest.mark.browser
def test_the_widget_in_somebody_elses_page(
    stack, core, person, bank, offered, browser: Browser, tmp_path
):
    talker, host = person("amelia"), HostPage()
    subject = f"customer of {talker.id}"
    identities.link(core, talker.id, ISSUER, subject)
    before = balances(bank, "amelia")
    with served(host.app) as page_url:
        host.subject = subject
        settings = ChannelSettings(
            embed_origins=(page_url,),
            host_issuer=ISSUER,
            host_audience=AUDIENCE,
            host_jwks_file=host.publish(tmp_path / "keys.json"),
            telegram_token=None,
        )
        with served(create_app(settings, core)) as url:
            host.penny = url
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{page_url}/?token-url=/token&label=Ask%20Penny")
            page.get_by_role("button", name="Ask Penny").click()
            bubbles = page.locator(".penny .bubble")
            for text, told, changes in (
                ("help me save", f"£{offered:,.2f}", []),
                ("yes", "Done", [-offered, offered]),
                ("undo", "Undone", []),
            ):
                say(page, text)
                expect(bubbles.last).to_contain_text(told, timeout=20_000)
                assert moved(bank, before) == changes
            context.close()
