from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from finance_core.errors import BadInput
from finance_core.sandbox.faults import Call, Fault, Faults

from .test_simplefin import claim


def arm(web: httpx.Client, kind: str, **more: Any) -> None:
    answer = web.post("/admin/faults", json={"kind": kind, **more})
    assert answer.status_code == 200, answer.text


def test_rate_limits_say_when_to_come_back(web: httpx.Client) -> None:
    access = claim(web)
    arm(web, "rate_limit", retry_after=3, count=2)
    answers = [httpx.get(f"{access}/accounts?balances-only=1") for _ in range(3)]
    assert [a.status_code for a in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "3"


def test_server_errors_and_broken_json(web: httpx.Client) -> None:
    access = claim(web)
    arm(web, "server_error")
    arm(web, "broken_json")
    assert httpx.get(f"{access}/accounts").status_code == 500
    broken = httpx.get(f"{access}/accounts")
    assert broken.status_code == 200
    with pytest.raises(ValueError):
        broken.json()
    assert httpx.get(f"{access}/accounts").json()["errors"] == []


def test_the_connection_closes_in_the_middle(web: httpx.Client) -> None:
    access = claim(web)
    arm(web, "disconnect")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{access}/accounts")
    assert httpx.get(f"{access}/accounts").status_code == 200


def test_hanging_lasts_until_the_caller_gives_up(web: httpx.Client) -> None:
    access = claim(web)
    arm(web, "timeout")
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{access}/accounts", timeout=0.3)
    assert httpx.get(f"{access}/accounts").status_code == 200


def test_latency_delays_and_answers(web: httpx.Client) -> None:
    access = claim(web)
    arm(web, "latency", seconds=0.4)
    begun = time.monotonic()
    assert httpx.get(f"{access}/accounts?balances-only=1").status_code == 200
    assert time.monotonic() - begun >= 0.4


def test_rows_are_repeated_and_reordered(web: httpx.Client) -> None:
    access = claim(web)

    def ids() -> list[list[str]]:
        accounts = httpx.get(f"{access}/accounts").json()["accounts"]
        return [[row["id"] for row in account["transactions"]] for account in accounts]

    plain = ids()
    arm(web, "repeat_rows")
    repeated = ids()
    assert len(repeated[0]) > len(plain[0])
    assert [set(a) for a in repeated] == [set(a) for a in plain]
    arm(web, "reorder", seed=1)
    reordered = ids()
    assert sorted(map(sorted, reordered)) == sorted(map(sorted, plain))
    assert reordered != plain


def test_faults_strike_only_what_they_are_meant_for(web: httpx.Client) -> None:
    amelia, marcus = claim(web), claim(web, "marcus")
    arm(web, "server_error", household="marcus", protocol="simplefin", count=None)
    arm(web, "server_error", protocol="plaid", count=None)
    assert httpx.get(f"{amelia}/accounts?balances-only=1").status_code == 200
    assert httpx.get(f"{marcus}/accounts?balances-only=1").status_code == 500
    web.delete("/admin/faults")
    assert httpx.get(f"{marcus}/accounts?balances-only=1").status_code == 200


def test_skip_count_and_chance_are_seeded() -> None:
    def strikes(**fields: Any) -> list[bool]:
        faults = Faults()
        faults.arm(Fault("server_error", **fields))
        return [faults.take(Call("plaid", "/x")) is not None for _ in range(40)]

    assert strikes(skip=2, count=3) == [False] * 2 + [True] * 3 + [False] * 35
    some = strikes(chance=0.5, seed=5, count=None)
    assert some == strikes(chance=0.5, seed=5, count=None)
    assert some != strikes(chance=0.5, seed=6, count=None)
    assert 5 < sum(some) < 35


@pytest.mark.parametrize(
    "fields",
    [{"kind": "gremlins"}, {"kind": "latency", "when": "never"}, {"kind": "latency", "count": 0}],
)
def test_impossible_faults_are_refused(web: httpx.Client, fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Fault(**fields)
    assert web.post("/admin/faults", json=fields).status_code == 400


def test_armed_faults_are_listed(web: httpx.Client) -> None:
    arm(web, "latency", count=3)
    listed = web.get("/admin/faults").json()["faults"]
    assert [(f["kind"], f["left"]) for f in listed] == [("latency", 3)]
