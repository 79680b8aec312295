"""How Penny asks a bank: what is tried again, how long she waits, what errors become."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from finance_core.connectors.http import BankHttp, Reply, refuse
from finance_core.errors import BankConsentExpired, BankError, BankRejected, BankUnavailable

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
Answer = httpx.Response | Exception


class Bank:
    """Plays answers in turn, on a clock that only waiting moves."""

    def __init__(self, *answers: Answer, attempts: int = 4, seconds_each: float = 0.0) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.waits: list[float] = []
        self.time = 0.0
        self.seconds_each = seconds_each
        client = httpx.Client(transport=httpx.MockTransport(self.play))
        self.http = BankHttp(
            client,
            timeout=20,
            attempts=attempts,
            total=60,
            sleep=self.sleep,
            clock=lambda: self.time,
            now=lambda: NOW,
        )

    def play(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.time += self.seconds_each
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    def ask(self, method: str = "GET", repeatable: bool = True, url: str = "", **more: Any) -> Any:
        def read(reply: Reply) -> Any:
            refuse(reply)
            return reply.json()

        return self.http.ask(
            method, url or "https://bank.example/x", read, repeatable=repeatable, **more
        )


def ok() -> httpx.Response:
    return httpx.Response(200, json={"fine": True})


PASSING: list[Callable[[], Answer]] = [
    lambda: httpx.Response(500),
    lambda: httpx.Response(502),
    lambda: httpx.Response(503),
    lambda: httpx.Response(504),
    lambda: httpx.Response(429),
    lambda: httpx.Response(408),
    lambda: httpx.Response(200, text="<html>broken"),
    lambda: httpx.Response(200, text='{"fine": NaN}'),
    lambda: httpx.Response(200, text="[" * 100_000),
    lambda: httpx.ConnectError("refused"),
    lambda: httpx.ConnectTimeout("slow"),
    lambda: httpx.ReadTimeout("slow"),
    lambda: httpx.ReadError("reset"),
    lambda: httpx.RemoteProtocolError("closed in the middle"),
    lambda: httpx.PoolTimeout("busy"),
    lambda: httpx.Response(302, headers={"location": "https://bank.example:port/"}),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_read_is_tried_again_after_a_passing_fault(fault: Callable[[], Answer]) -> None:
    bank = Bank(fault(), fault(), ok())
    assert bank.ask() == {"fine": True}
    assert len(bank.asked) == 3


@pytest.mark.parametrize("fault", PASSING)
def test_a_bank_that_stays_down_is_unavailable(fault: Callable[[], Answer]) -> None:
    bank = Bank(*(fault() for _ in range(4)))
    with pytest.raises(BankUnavailable) as caught:
        bank.ask()
    assert len(bank.asked) == 4
    assert caught.value.__cause__ is not None


SURELY_NOT_TAKEN = [PASSING[4], PASSING[9], PASSING[10], PASSING[14]]


@pytest.mark.parametrize("fault", PASSING)
def test_a_write_without_key_is_repeated_only_if_it_was_surely_not_taken(
    fault: Callable[[], Answer],
) -> None:
    bank = Bank(fault(), ok())
    if fault in SURELY_NOT_TAKEN:
        assert bank.ask("POST", repeatable=False) == {"fine": True}
    else:
        with pytest.raises(BankUnavailable):
            bank.ask("POST", repeatable=False)
        assert len(bank.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BankRejected),
        (401, BankConsentExpired),
        (403, BankConsentExpired),
        (404, BankRejected),
        (422, BankRejected),
        (302, BankRejected),
        (501, BankUnavailable),
    ],
)
def test_a_refusal_is_not_tried_again(status: int, error: type[BankError]) -> None:
    bank = Bank(httpx.Response(status, headers={"location": "https://elsewhere.example/"}))
    with pytest.raises(error):
        bank.ask()
    assert len(bank.asked) == 1


def test_waits_grow_with_jitter_and_stay_bounded() -> None:
    seen = []
    for _ in range(20):
        bank = Bank(*(httpx.Response(500) for _ in range(10)), attempts=10)
        with pytest.raises(BankUnavailable):
            bank.ask()
        seen.append(bank.waits)
        assert bank.waits[0] <= 1.0 and max(bank.waits) <= 10.5
        assert bank.waits[3] > bank.waits[0]
        assert bank.time <= 60
    assert len({waits[0] for waits in seen}) > 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(NOW + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0.0),
        ("Fri, 01 Mar 2024 12:00:05 -0000", 5.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_bank_says_how_long_to_wait(status: int, retry_after: str, seconds: float) -> None:
    bank = Bank(httpx.Response(status, headers={"retry-after": retry_after}), ok())
    bank.ask()
    assert seconds <= bank.waits[0] <= seconds + 0.5


@pytest.mark.parametrize("retry_after", ["soon", "-5", "", "1.5", "²", "Fri, 99 Mar 2024"])
def test_a_senseless_retry_after_is_passed_over(retry_after: str) -> None:
    headers = [(b"retry-after", retry_after.encode())]
    bank = Bank(httpx.Response(429, headers=headers), ok())
    bank.ask()
    assert bank.waits[0] <= 1.0


@pytest.mark.parametrize("retry_after", ["61", "86400", "9" * 400])
def test_nobody_waits_longer_than_the_total_time(retry_after: str) -> None:
    bank = Bank(httpx.Response(429, headers={"retry-after": retry_after}))
    with pytest.raises(BankUnavailable, match="wait"):
        bank.ask()
    assert bank.waits == []


def test_slow_attempts_use_up_the_total_time() -> None:
    bank = Bank(*(httpx.ReadTimeout("slow") for _ in range(10)), attempts=10, seconds_each=20)
    with pytest.raises(BankUnavailable):
        bank.ask()
    assert len(bank.asked) == 3
    assert bank.asked[0].extensions["timeout"]["read"] <= 20


def test_an_answer_that_drips_is_cut_off_at_the_total_time() -> None:
    bank = Bank()

    def drip() -> Iterator[bytes]:
        while True:
            bank.time += 10
            yield b" "

    bank.answers = [httpx.Response(200, content=drip())]
    with pytest.raises(BankUnavailable):
        bank.ask()
    assert bank.time <= 80


def test_an_answer_without_end_is_refused() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 2**20

    with pytest.raises(BankRejected, match="too large"):
        Bank(httpx.Response(200, content=endless())).ask()


def test_redirects_are_followed_at_the_same_place_only() -> None:
    bank = Bank(httpx.Response(307, headers={"location": "/y"}), ok())
    assert bank.ask(auth=("me", "key")) == {"fine": True}
    assert str(bank.asked[1].url) == "https://bank.example/y"
    for elsewhere in (
        "https://evil.example/",
        "http://bank.example/x",
        "https://bank.example:8443/x",
        "//evil.example/x",
        "http://169.254.169.254/latest",
    ):
        bank = Bank(httpx.Response(307, headers={"location": elsewhere}))
        with pytest.raises(BankRejected):
            bank.ask(auth=("me", "key"))
        assert len(bank.asked) == 1


def test_redirects_that_never_end_are_given_up() -> None:
    bank = Bank(*(httpx.Response(302, headers={"location": "/x"}) for _ in range(20)))
    with pytest.raises(BankRejected):
        bank.ask()
    assert len(bank.asked) <= 3


def test_amounts_in_json_stay_exact() -> None:
    reply = Reply(200, httpx.Headers(), b'{"amount": 0.1}')
    assert str(reply.json()["amount"]) == "0.1"


def test_no_secret_reaches_a_message_or_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", False)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    secrets = ("SECRET-PATH", "SECRET-KEY", "SECRET-BODY", "SECRET-QUERY")
    for fault in PASSING:
        bank = Bank(*(fault() for _ in range(4)))
        with pytest.raises(BankUnavailable) as caught:
            bank.ask(
                "POST",
                url="https://bank.example/claim/SECRET-PATH",
                params={"q": "SECRET-QUERY"},
                body={"token": "SECRET-BODY"},
                auth=("me", "SECRET-KEY"),
            )
        assert not any(secret in str(caught.value) for secret in secrets)
    assert "bank.example" in caplog.text
    assert not any(secret in caplog.text for secret in secrets)
