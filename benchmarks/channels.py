"""Measures what the channels process adds to a turn, holds in memory, and refuses.

    make bench        (or: uv run python benchmarks/channels.py)

The process is the real one; the Rasa behind it is the played one of the tests, in a process
of its own, so that what is measured is the way from the door to Rasa and back alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import uvicorn

from finance_core.services import people
from finance_core.services.core import open_core
from finance_core.settings import CoreSettings
from tests.channels.fake_rasa import FakeRasa

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 200
TURNS = 500
EARLIER = 120  # turns before the measurement: more than the history keeps
FLOOD_PER_SECOND, FLOOD_SECONDS = 50, 8
Ask = Callable[[str], Awaitable[httpx.Response]]


def main() -> None:
    """Prints one JSON object with all figures."""
    if sys.argv[1:2] == ["rasa"]:
        uvicorn.run(FakeRasa().app, port=int(sys.argv[2]), log_level="critical", access_log=False)
        return
    if sys.argv[1:2] == ["flood"]:
        print(json.dumps(asyncio.run(flooded(*sys.argv[2:]))))  # noqa: T201
        return
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        home = Path(folder)
        with open_core(CoreSettings(home=home, database_url=None)) as core:
            tokens = [people.add(core, f"Person {number}")[1] for number in range(CLIENTS)]
        rasa = f"http://127.0.0.1:{free_port()}"
        rasa_process = running([__file__, "rasa", rasa.rpartition(":")[2]], {}, rasa + "/status")
        with rasa_process:
            figures = {
                "added_ms": measured(home, rasa, UNLIMITED, lambda door: added(rasa, door, tokens)),
                "idle_clients": measured(home, rasa, {}, lambda door: idle(door, tokens)),
                "politeness": measured(home, rasa, {}, lambda door: polite(door, tokens)),
            }
    print(json.dumps(figures, indent=2))  # noqa: T201 this is a script


UNLIMITED = {"PENNY_TURNS_PER_MINUTE": "1000000", "PENNY_TURN_BURST": "1000000"}


class Door:
    """The channels process that is measured."""

    def __init__(self, url: str, process: psutil.Process | None = None) -> None:
        self.url = url
        self.process = process or psutil.Process()

    def megabytes(self) -> float:
        """Its resident memory."""
        return round(self.process.memory_info().rss / 2**20, 1)

    def asker(self, client: httpx.AsyncClient, token: str) -> Ask:
        """Says something as one person."""
        headers = {"Authorization": f"Bearer {token}"}

        async def ask(text: str) -> httpx.Response:
            return await client.post(
                f"{self.url}/api/messages", json={"text": text}, headers=headers
            )

        return ask


def measured(
    home: Path,
    rasa: str,
    extra: dict[str, str],
    measure: Callable[[Door], Awaitable[dict[str, object]]],
) -> dict[str, object]:
    """Starts a fresh process, measures, and stops it."""
    port = free_port()
    settings = {"PENNY_HOME": str(home), "PENNY_PORT": str(port), "PENNY_RASA_URL": rasa, **extra}
    url = f"http://127.0.0.1:{port}"
    with running(["-m", "channels"], settings, url + "/healthz") as process:
        return asyncio.run(measure(Door(url, psutil.Process(process.pid))))  # type: ignore[arg-type]


async def added(rasa: str, door: Door, tokens: Sequence[str]) -> dict[str, object]:
    """One turn after the other, directly and through the door in turns; milliseconds."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def direct(text: str) -> httpx.Response:
            said = {"sender": "person~main", "message": text, "metadata": {"channel": "web"}}
            return await client.post(f"{rasa}/webhooks/rest/webhook", json=said)

        through = door.asker(client, tokens[0])
        for _ in range(EARLIER):
            await through("spending")
        straight, taken = [], []
        before = door.process.cpu_times()
        for number in range(TURNS):
            text = ("spending", "balance", "help me save", "chart")[number % 4]
            straight.append(await timed(direct, text, 200))
            taken.append(await timed(through, text, 200))
        after = door.process.cpu_times()
    seconds = after.user + after.system - before.user - before.system
    return {
        "turns": TURNS,
        "cpu_ms_a_turn": round(seconds / TURNS * 1000, 2),  # what a busy machine leaves as it is
        "rasa_alone": spread(straight),
        "through_channels": spread(taken),
        "added": {
            key: round(spread(taken)[key] - spread(straight)[key], 2) for key in spread(taken)
        },
    }


async def idle(door: Door, tokens: Sequence[str]) -> dict[str, object]:
    """Everybody's page open and nothing said; megabytes of the whole process."""
    async with httpx.AsyncClient(timeout=30) as client:
        await door.asker(client, tokens[0])("balance")
    before = door.megabytes()
    streams = [await listening(door.url, token) for token in tokens]
    await asyncio.sleep(20)  # a heart beat has reached everybody
    after = door.megabytes()
    for writer in streams:
        writer.close()
    return {"clients": len(streams), "before_mb": before, "with_clients_mb": after}


async def listening(url: str, token: str) -> asyncio.StreamWriter:
    """An open event stream of one person."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = f"GET /api/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(request.encode())
    assert b"200" in await reader.readline()  # noqa: S101 a refused client would be no client
    await reader.readuntil(b"event: ready")
    return writer


async def polite(door: Door, tokens: Sequence[str]) -> dict[str, object]:
    """One person floods; what they get, and what another one notices of it; milliseconds."""
    async with httpx.AsyncClient(timeout=30) as client:
        calm = door.asker(client, tokens[1])
        alone = [await timed(calm, "balance", 200) for _ in range(40)]
        crowd = await asyncio.create_subprocess_exec(  # its own work is not to slow us down
            sys.executable,
            __file__,
            "flood",
            door.url,
            tokens[0],
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        flooding = asyncio.create_task(crowd.communicate())
        beside = []
        while not flooding.done():
            beside.append(await timed(calm, "balance", 200))
            await asyncio.sleep(0.25)
        answers = json.loads((await flooding)[0])
    refused = [ms for status, ms in answers if status == 429]
    return {
        "sent_per_second": FLOOD_PER_SECOND,
        "answered": sum(status == 200 for status, _ in answers),
        "refused": len(refused),
        "refused_ms": spread(refused),
        "another_person_alone_ms": spread(alone),
        "another_person_beside_ms": spread(beside),
    }


async def flooded(url: str, token: str) -> list[tuple[int, float]]:
    """Status and milliseconds of every message of somebody who does not stop."""
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client:
        ask = Door(url).asker(client, token)

        async def one() -> tuple[int, float]:
            started = time.perf_counter()
            response = await ask("balance")
            return response.status_code, (time.perf_counter() - started) * 1000

        sent = []
        for _ in range(FLOOD_PER_SECOND * FLOOD_SECONDS):
            sent.append(asyncio.create_task(one()))
            await asyncio.sleep(1 / FLOOD_PER_SECOND)
        return await asyncio.gather(*sent)


async def timed(ask: Ask, text: str, status: int) -> float:
    """Milliseconds that an answer takes."""
    started = time.perf_counter()
    response = await ask(text)
    taken = (time.perf_counter() - started) * 1000
    if response.status_code != status:
        raise RuntimeError(f"{response.status_code}: {response.text}")
    return taken


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """The quick end (what is left of a busy machine), the middle and the slow end."""
    ordered = sorted(milliseconds)
    return {
        "p10": round(ordered[len(ordered) // 10], 2),
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
    }


@contextmanager
def running(
    command: Sequence[str], extra: dict[str, str], address: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that answers at ``address``, ended afterwards."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PENNY_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), **extra}
    with subprocess.Popen([sys.executable, *command], env=environment) as process:
        try:
            until = time.monotonic() + 30
            while True:
                try:
                    httpx.get(address)
                    break
                except httpx.TransportError:
                    if process.poll() is not None or time.monotonic() > until:
                        raise
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            process.wait(15)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
