"""Measures the whole stack on this machine: training, start-up, turns and memory.

    make bench

Ten people talk at once: back to back, without any pause between answer and next question,
and with about a second to read and type. Every figure is of real processes over real HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from cli import training
from cli.core import open_core
from cli.running import connect_sandbox
from cli.stack import Stack, running_stack
from finance_core.services import people, sync

PEOPLE = 10
TURNS = 30
UNLIMITED = {"PENNY_TURNS_PER_MINUTE": "1000000", "PENNY_TURN_BURST": "1000000"}
HOUSEHOLDS = ("amelia", "marcus", "elena", "priya", "harper")
SAID = (
    "what is my balance",
    "how much did I spend on groceries last month",
    "and the month before?",
    "what bills are coming up",
    "show me my last transactions",
    "how much will I have on the 30th?",
    "can I afford 100 on friday",
    "hello",
    "thanks",
    "what can you do",
)


def main() -> None:
    """Prints one JSON object with all figures."""
    figures: dict[str, object] = {"cores": os.cpu_count(), "train_seconds": train()}
    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        home = Path(folder)
        started = time.monotonic()
        with running_stack(home, extra=UNLIMITED) as s:
            figures["start_seconds"] = round(time.monotonic() - started, 1)
            tokens = sign_up(s)
            figures["one_person"] = asyncio.run(talk(s, tokens[:1]))
            figures["ten_people_back_to_back"] = asyncio.run(talk(s, tokens))
            figures["ten_people_a_second_apart"] = asyncio.run(talk(s, tokens, pause=1.0))
            figures["memory_mb"] = memory(s)
    print(json.dumps(figures, indent=2))  # noqa: T201 this is a script


def train() -> float:
    """Seconds a full training takes."""
    wanted = training.MODELS / f"penny-{training.fingerprint()}.tar.gz"
    return round(training.run_training(wanted), 1)


def sign_up(stack: Stack) -> list[str]:
    """Ten people with accounts from the sandbox bank; their tokens."""
    os.environ.update(stack.environment)
    tokens = []
    with open_core() as core:
        for number in range(PEOPLE):
            person, token = people.add(core, f"Person {number}", "UTC", "USD")
            connect_sandbox(core, person.id, HOUSEHOLDS[number % len(HOUSEHOLDS)])
            sync.refresh(core, person.id, person.today(datetime.now(UTC)))
            tokens.append(token)
    return tokens


async def talk(stack: Stack, tokens: Sequence[str], pause: float = 0.0) -> dict[str, float]:
    """Everybody says the sentences, ``pause`` seconds apart; latencies in milliseconds."""
    async with httpx.AsyncClient(base_url=stack.url, timeout=60) as client:
        await asyncio.gather(*(_person(client, token, len(SAID)) for token in tokens))  # warm up
        started = time.monotonic()
        taken = await asyncio.gather(*(_person(client, token, TURNS, pause) for token in tokens))
        seconds = time.monotonic() - started
    latencies = sorted(ms for person in taken for ms in person)
    return {
        "turns": len(latencies),
        "turns_per_second": round(len(latencies) / seconds, 1),
        "p50_ms": round(statistics.median(latencies), 1),
        "p95_ms": round(latencies[int(len(latencies) * 0.95)], 1),
    }


async def _person(
    client: httpx.AsyncClient, token: str, turns: int, pause: float = 0.0
) -> list[float]:
    latencies = []
    for number in range(turns):
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 no secret
        started = time.perf_counter()
        response = await client.post(
            "/api/messages",
            headers={"Authorization": f"Bearer {token}"},
            json={"text": SAID[number % len(SAID)]},
        )
        response.raise_for_status()
        latencies.append((time.perf_counter() - started) * 1000)
    return latencies


def memory(stack: Stack) -> dict[str, int]:
    """Resident memory of each part with its children, in megabytes, and of all together."""
    parts = {}
    for name, process in stack.running.items():
        family = [psutil.Process(process.pid)]
        family += family[0].children(recursive=True)
        parts[name] = sum(member.memory_info().rss for member in family) >> 20
    return {**parts, "all": sum(parts.values())}


if __name__ == "__main__":
    main()
