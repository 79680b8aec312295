"""Both protocols over real HTTP, against the sandbox bank in its own process."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.connectors.base import Connector, PaymentConnector
from finance_core.connectors.http import BankHttp
from finance_core.connectors.plaid import Plaid
from finance_core.connectors.registry import connector, payment_connector
from finance_core.connectors.simplefin import SimpleFin
from finance_core.errors import BankConsentExpired, BankError, BankRejected, BankUnavailable
from finance_core.model import (
    AccountRecord,
    SyncBatch,
    TransactionRecord,
    TransferOrder,
    TransferReceipt,
)
from finance_core.money import Money
from finance_core.settings import CoreSettings

FAST = CoreSettings(home=Path("unused"), bank_timeout=0.4, bank_attempts=2)
PROTOCOLS = ("simplefin", "plaid")


class Bank:
    """The running sandbox, from its administrator's side."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(timeout=60)

    def post(self, what: str, **body: Any) -> Any:
        answer = self.client.post(f"{self.url}/admin/{what}", json=body)
        answer.raise_for_status()
        return answer.json()

    def today(self) -> date:
        return date.fromisoformat(self.client.get(f"{self.url}/healthz").json()["today"])

    def clear(self) -> None:
        self.client.delete(f"{self.url}/admin/faults").raise_for_status()

    def ledger(self, household: str) -> list[dict[str, Any]]:
        answer = self.client.get(f"{self.url}/admin/ledger/{household}")
        answer.raise_for_status()
        accounts: list[dict[str, Any]] = answer.json()["accounts"]
        return accounts

    def connect(self, household: str, protocol: str) -> tuple[Connector, str, str]:
        """A connector, its credentials, and the consent's id."""
        granted = self.post(f"households/{household}/{protocol}")
        http = BankHttp(self.client, timeout=0.4, attempts=2, sleep=lambda _: None)
        made = SimpleFin(http) if protocol == "simplefin" else Plaid(http, self.url, "me", "key")
        secret = granted["setup_token" if protocol == "simplefin" else "public_token"]
        return made, made.claim(secret), granted["item_id"]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    home = tmp_path_factory.mktemp("sandbox")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PENNY_")},
        "PENNY_HOME": str(home),
        "PENNY_SANDBOX_PORT": "0",
        "PENNY_SANDBOX_TODAY": "2024-06-15",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "finance_core.sandbox"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert server.stdout
    url = server.stdout.readline().rpartition(" ")[2].strip()
    assert url.startswith("http://127.0.0.1:"), "the sandbox bank did not start"
    try:
        found = Bank(url)
        _wait(lambda: found.today() == date(2024, 6, 15))
        yield found
    finally:
        server.terminate()
        server.wait(10)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            if ready():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the sandbox bank does not answer"
        time.sleep(0.05)


class Ledger:
    """What a batch means, in the plainest way: the reference that stores are held to."""

    def __init__(self) -> None:
        self.accounts: dict[str, AccountRecord] = {}
        self.rows: dict[str, TransactionRecord] = {}
        self.cursor: str | None = None

    def apply(self, batch: SyncBatch) -> None:
        self.accounts |= {account.external_id: account for account in batch.accounts}
        if batch.snapshot_from:
            self.rows = {
                id: row for id, row in self.rows.items() if row.posted_on < batch.snapshot_from
            }
        for row in batch.upserts:
            self.rows.pop(row.pending_external_id or "", None)
            self.rows[row.external_id] = row
        for id in batch.removed:
            self.rows.pop(id, None)
        self.cursor = batch.cursor

    def same_as(self, bank: Bank, household: str, since: date = date.min) -> bool:
        theirs = bank.ledger(household)
        balances = {account["name"]: account["balance"] for account in theirs}
        names = {account.external_id: account.name for account in self.accounts.values()}
        rows = Counter(
            (account["name"], row["date"], row["amount"], row["description"], row["pending"])
            for account in theirs
            for row in account["rows"]
            if row["date"] >= since.isoformat()
        )
        ours = Counter(
            (
                names[row.account_external_id],
                row.posted_on.isoformat(),
                str(row.amount.amount),
                row.description,
                row.pending,
            )
            for row in self.rows.values()
            if row.posted_on >= since
        )
        found = {account.name: str(account.current.amount) for account in self.accounts.values()}
        assert found == balances
        assert ours - rows == Counter() and rows - ours == Counter()
        return True


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("household", ["amelia", "marcus", "elena", "priya", "harper"])
def test_a_first_fetch_brings_the_whole_ledger(bank: Bank, household: str, protocol: str) -> None:
    made, credentials, _ = bank.connect(household, protocol)
    ledger = Ledger()
    ledger.apply(made.fetch(credentials, None, bank.today()))
    assert ledger.same_as(bank, household)
    assert len(ledger.rows) > 100


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_secret_is_good_once(bank: Bank, protocol: str) -> None:
    granted = bank.post(f"households/amelia/{protocol}")
    made = connector(protocol, bank.client, FAST, bank.url)
    secret = granted["setup_token" if protocol == "simplefin" else "public_token"]
    made.claim(secret)
    with pytest.raises(BankRejected):
        made.claim(secret)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_consent_that_is_gone_and_comes_back(bank: Bank, protocol: str) -> None:
    made, credentials, item = bank.connect("priya", protocol)
    bank.post("faults", kind="expire_consent", item=item)
    with pytest.raises(BankConsentExpired):
        made.fetch(credentials, None, bank.today())
    bank.post("faults", kind="restore_consent", item=item)
    assert made.fetch(credentials, None, bank.today()).accounts


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout", "seconds": 2},
        {"kind": "rate_limit", "retry_after": 0},
        {"kind": "server_error"},
        {"kind": "broken_json"},
        {"kind": "disconnect"},
        {"kind": "latency", "seconds": 0.05},
        {"kind": "repeat_rows"},
        {"kind": "reorder"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_one_fault_is_survived_within_one_fetch(
    bank: Bank, protocol: str, fault: dict[str, Any]
) -> None:
    made, credentials, item = bank.connect("priya", protocol)
    bank.post("faults", item=item, count=1, **fault)
    ledger = Ledger()
    ledger.apply(made.fetch(credentials, None, bank.today()))
    assert ledger.same_as(bank, "priya")
    bank.clear()


@pytest.mark.parametrize("kind", ["repeat_page", "mutation"])
def test_pages_that_repeat_or_change(bank: Bank, kind: str) -> None:
    made, credentials, item = bank.connect("harper", "plaid")
    bank.post("faults", item=item, kind=kind, count=1, skip=1, path="/transactions/sync")
    ledger = Ledger()
    ledger.apply(made.fetch(credentials, None, bank.today()))
    assert ledger.same_as(bank, "harper")
    bank.clear()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_bank_that_asks_to_wait_too_long_is_unavailable(bank: Bank, protocol: str) -> None:
    made, credentials, item = bank.connect("amelia", protocol)
    bank.post("faults", item=item, kind="rate_limit", retry_after=3600, count=None)
    started = time.monotonic()
    with pytest.raises(BankUnavailable, match="wait"):
        made.fetch(credentials, None, bank.today())
    assert time.monotonic() - started < 2
    bank.clear()


def test_a_bank_that_is_not_there_is_unavailable() -> None:
    with httpx.Client() as client, pytest.raises(BankUnavailable):
        connector("plaid", client, FAST, "http://127.0.0.1:9").claim("public-x")


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["sync", "sync", "post_pending", "drop_pending", "row"]),
        st.integers(1, 20),  # days that pass
        st.tuples(
            st.sampled_from(
                [
                    *("rate_limit", "server_error", "broken_json", "disconnect", "repeat_rows"),
                    *("reorder", "repeat_page", "mutation", "timeout"),
                ]
            ),
            st.integers(1, 3),
            st.integers(0, 5),
        ),
    ),
    max_size=8,
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(steps=STEPS)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_the_ledger_ends_equal_to_the_banks(
    bank: Bank, protocol: str, steps: list[Any]
) -> None:
    household = "marcus"
    made, credentials, item = bank.connect(household, protocol)
    since = bank.today() - timedelta(days=700)
    ledger = Ledger()

    def sync() -> None:
        with suppress(BankError):
            ledger.apply(made.fetch(credentials, ledger.cursor, bank.today()))

    for step in steps:
        if step == "sync":
            sync()
        elif step == "row":
            bank.post("rows", account="marcus-main", amount="-7.77", description="X", pending=True)
        elif isinstance(step, str):
            bank.post("faults", kind=step, household=household)
        elif isinstance(step, int):
            bank.post("advance", days=step)
        else:
            kind, count, skip = step
            more = {"retry_after": 0} if kind == "rate_limit" else {"seconds": 1}
            bank.post("faults", kind=kind, item=item, count=count, skip=skip, **more)
    bank.clear()
    ledger.apply(made.fetch(credentials, ledger.cursor, bank.today()))
    assert ledger.same_as(bank, household, since)


# --- moving money ---------------------------------------------------------------


@dataclass(frozen=True)
class Payer:
    """Amelia, who moves money between her two accounts."""

    bank: Bank
    made: PaymentConnector
    credentials: str
    item: str
    ids: dict[str, str]

    def order(self, amount: str) -> TransferOrder:
        money = Money.of(amount, "GBP")
        ends = self.ids["Current Account"], self.ids["Easy Saver"]
        return TransferOrder(*ends, money, uuid4().hex, "Savings move, please")

    def transfer(self, order: TransferOrder) -> TransferReceipt:
        return self.made.transfer(self.credentials, order)

    def balances(self) -> dict[str, Money]:
        ledger = self.bank.ledger("amelia")
        return {account["name"]: Money.of(account["balance"], "GBP") for account in ledger}


@pytest.fixture(scope="module")
def payer(bank: Bank) -> Payer:
    bank.post("reset")
    reading, credentials, item = bank.connect("amelia", "plaid")
    found = reading.fetch(credentials, None, bank.today()).accounts
    ids = {account.name: account.external_id for account in found}
    made = payment_connector("plaid", bank.client, FAST, bank.url)
    return Payer(bank, made, credentials, item, ids)


def test_money_moves_once_and_comes_back_once(payer: Payer) -> None:
    before = payer.balances()
    order = payer.order("12.34")
    receipt = payer.transfer(order)
    again = payer.transfer(order)
    assert (receipt.status, again.external_id) == ("settled", receipt.external_id)
    moved = payer.balances()
    assert before["Current Account"] - moved["Current Account"] == order.amount
    assert moved["Easy Saver"] - before["Easy Saver"] == order.amount
    back = replace(order, idempotency_key=uuid4().hex)
    first = payer.made.reverse(payer.credentials, receipt.external_id, back)
    second = payer.made.reverse(payer.credentials, receipt.external_id, back)
    assert first.external_id == second.external_id
    assert payer.balances() == before


@pytest.mark.parametrize("kind", ["server_error", "broken_json", "disconnect", "timeout"])
@pytest.mark.parametrize("path", ["/transfer/authorization/create", "/transfer/create"])
def test_a_transfer_whose_answer_is_lost_happens_once(payer: Payer, kind: str, path: str) -> None:
    before = payer.balances()
    fault = {"kind": kind, "path": path, "when": "after", "count": 1, "seconds": 1}
    payer.bank.post("faults", item=payer.item, **fault)
    order = payer.order("5.00")
    payer.transfer(order)
    payer.transfer(order)
    assert before["Current Account"] - payer.balances()["Current Account"] == order.amount


def test_a_transfer_without_the_money_is_refused(payer: Payer) -> None:
    before = payer.balances()
    with pytest.raises(BankRejected) as caught:
        payer.transfer(payer.order("999999.00"))
    assert str(caught.value).endswith(".")
    assert payer.balances() == before


def test_a_receipt_that_is_unknown_is_refused(payer: Payer) -> None:
    with pytest.raises(BankRejected):
        payer.made.reverse(payer.credentials, "no-such-transfer", payer.order("1.00"))


def test_a_served_ledger_file_is_read_like_any_bank(bank: Bank) -> None:
    rows = [
        f"A,{date(2024, 3, 1) + timedelta(days=n)},{-n - 1}.50,GBP,Shop {n % 3}\n"
        for n in range(90)
    ]
    content = "account,date,amount,currency,description\n" + "".join(rows)
    bank.post("csv", household="served", content=content)
    for protocol in PROTOCOLS:
        made, credentials, _ = bank.connect("served", protocol)
        ledger = Ledger()
        ledger.apply(made.fetch(credentials, None, bank.today()))
        assert ledger.same_as(bank, "served")
        assert len(ledger.rows) == 90
