"""A real core on a fresh folder, a fake Rasa on a real socket, and clients for the app."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from channels.app import create_app
from channels.settings import ChannelSettings
from finance_core.services import people
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from tests.channels.fake_rasa import FakeRasa
from tests.channels.serving import served


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with an empty database, to copy: making one takes longer."""
    home = tmp_path_factory.mktemp("empty") / "home"
    open_core(core_settings(home)).close()
    return home


@pytest.fixture
def core(tmp_path: Path, empty_home: Path) -> Iterator[Core]:
    shutil.copytree(empty_home, tmp_path / "home")
    with open_core(core_settings(tmp_path / "home")) as opened:
        yield opened


def core_settings(home: Path) -> CoreSettings:
    return CoreSettings(home=home, database_url=None, secret_key=None)


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[tuple[FakeRasa, str]]:
    rasa = FakeRasa()
    with served(rasa.app) as url:
        yield rasa, url


@pytest.fixture
def rasa(rasa_server: tuple[FakeRasa, str]) -> FakeRasa:
    rasa = rasa_server[0]
    rasa.asked.clear()
    rasa.delay, rasa.broken = 0.0, None
    return rasa


@pytest.fixture
def settings(tmp_path: Path, rasa: FakeRasa, rasa_server: tuple[FakeRasa, str]) -> ChannelSettings:
    return ChannelSettings(
        home=tmp_path / "home",
        rasa_url=rasa_server[1],
        rasa_token=rasa.token,
        demo_person=None,
        telegram_token=None,
    )


@pytest.fixture
def ada(core: Core) -> tuple[str, str]:
    """A person's id and access token."""
    person, token = people.add(core, "Ada")
    return person.id, token


@pytest.fixture
def bob(core: Core) -> tuple[str, str]:
    person, token = people.add(core, "Bob", currency="GBP")
    return person.id, token


@pytest.fixture
async def open_client(
    core: Core, settings: ChannelSettings
) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Makes clients of the app in this process; settings may be changed by keyword."""
    clients: list[httpx.AsyncClient] = []

    def make(address: str = "127.0.0.1", **changes: object) -> httpx.AsyncClient:
        app = create_app(settings.model_copy(update=changes), core)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://localhost"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(open_client: Callable[..., httpx.AsyncClient]) -> httpx.AsyncClient:
    return open_client()


@pytest.fixture
def signed(client: httpx.AsyncClient, ada: tuple[str, str]) -> httpx.AsyncClient:
    """A client that sends Ada's access token."""
    client.headers["Authorization"] = f"Bearer {ada[1]}"
    return client


@pytest.fixture
def address(core: Core, settings: ChannelSettings, ada: tuple[str, str]) -> Iterator[str]:
    """A served Penny whose visitors are Ada."""
    app = create_app(settings.model_copy(update={"demo_person": ada[0]}), core)
    with served(app) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page in a fresh profile; every error of the page fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str = "/", **options: object) -> Page:
        contexts.append(browser.new_context(base_url=address, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
