"""Server-sent events over a real socket."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from channels.app import create_app
from finance_core.services import people
from finance_core.services.core import Core
from tests.channels.serving import served


@asynccontextmanager
async def listening(client: httpx.AsyncClient, token: str) -> AsyncIterator[AsyncIterator[str]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with client.stream("GET", "/api/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        lines = response.aiter_lines()
        assert await anext(lines) == "event: ready"
        yield lines


async def next_data(lines: AsyncIterator[str], event: str) -> dict:
    async for line in lines:
        if line == f"event: {event}":
            return json.loads((await anext(lines)).removeprefix("data: "))
    raise AssertionError("the stream ended")


@pytest.fixture
async def online(core, settings, request) -> AsyncIterator[httpx.AsyncClient]:
    changes = getattr(request, "param", {})
    app = create_app(settings.model_copy(update=changes), core)
    with served(app) as url:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            yield client


async def test_a_turn_reaches_the_persons_other_screens_alone(online, ada, bob):
    async with listening(online, ada[1]) as first, listening(online, ada[1]) as second:
        for token, text in ((bob[1], "bob's secret"), (ada[1], "balance")):
            await online.post(
                "/api/messages", json={"text": text}, headers={"Authorization": f"Bearer {token}"}
            )
        for lines in (first, second):
            turn = await next_data(lines, "turn")
            assert (turn["said"], turn["thread"], turn["channel"]) == ("balance", "main", "web")
            assert turn["messages"][0]["text"] == "You have $1,234.50 in Checking."


async def test_signing_out_everywhere_ends_the_persons_streams_alone(online, ada, bob):
    async with listening(online, ada[1]) as hers, listening(online, bob[1]) as his:
        headers = {"Authorization": f"Bearer {ada[1]}"}
        await online.delete("/api/devices", headers=headers)
        assert [line async for line in hers if line.startswith("event")] == []
        headers = {"Authorization": f"Bearer {bob[1]}"}
        await online.post("/api/messages", json={"text": "balance"}, headers=headers)
        assert (await next_data(his, "turn"))["said"] == "balance"


async def test_other_screens_hear_that_an_answer_is_on_its_way(online, ada, rasa):
    headers = {"Authorization": f"Bearer {ada[1]}"}
    async with listening(online, ada[1]) as lines:
        await online.post(
            "/api/messages", json={"text": "balance", "message_id": "m-1"}, headers=headers
        )
        typing = {"thread": "main", "message_id": "m-1", "on": True}
        assert await next_data(lines, "typing") == typing
        assert (await next_data(lines, "turn"))["message_id"] == "m-1"
        rasa.broken = "500"
        await online.post(
            "/api/messages", json={"text": "balance", "message_id": "m-2"}, headers=headers
        )
        states = [await next_data(lines, "typing") for _ in range(2)]
        assert [(one["message_id"], one["on"]) for one in states] == [("m-2", True), ("m-2", False)]


@pytest.mark.parametrize(
    "online", [{"heartbeat_seconds": 0.1, "stream_seconds": 0.5}], indirect=True
)
async def test_a_stream_has_a_heartbeat_and_ends_in_time(online, ada):
    started = time.monotonic()
    async with listening(online, ada[1]) as lines:
        beats = [line async for line in lines if line.startswith(": ping")]
    assert beats
    assert 0.4 < time.monotonic() - started < 5


@pytest.mark.parametrize("online", [{"streams_per_person": 1}], indirect=True)
async def test_only_so_many_screens(online, ada, bob):
    headers = {"Authorization": f"Bearer {ada[1]}"}
    async with listening(online, ada[1]):
        assert (await online.get("/api/events", headers=headers)).status_code == 429
        async with listening(online, bob[1]):
            pass


def test_the_process_stops_at_once_with_a_stream_open(core: Core, settings, ada, tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PENNY_HOME": str(settings.home),
        "PENNY_PORT": str(port),
        "PENNY_RASA_URL": settings.rasa_url,
        "PENNY_RASA_TOKEN": settings.rasa_token.get_secret_value(),
        "PENNY_DEMO_PERSON": ada[0],
    }
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen([sys.executable, "-m", "channels"], env=environment, stderr=log) as door,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        try:
            wait_for(client)
            assert client.get("/").cookies
            own = {"Sec-Fetch-Site": "same-origin"}
            said = client.post("/api/messages", json={"text": "balance"}, headers=own)
            assert said.json()["messages"][0]["facts"]
            assert client.get("/readyz").status_code == 200
            with client.stream("GET", "/api/events", headers=own) as stream:
                assert next(stream.iter_lines()) == "event: ready"
                started = time.monotonic()
                door.terminate()
                door.wait(10)
            assert time.monotonic() - started < 4
        finally:
            door.kill()
    written = (tmp_path / "log").read_text()
    assert people.get(core, ada[0]).name == "Ada"
    for secret in (settings.rasa_token.get_secret_value(), "penny_", "Traceback"):
        assert secret not in written


def wait_for(client: httpx.Client) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            client.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the process did not start")
