"""A bank that lives in the test, behind the connector's Protocol, with faults on demand."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from finance_core.errors import BankRejected, BankUnavailable
from finance_core.model import (
    AccountKind,
    AccountRecord,
    SyncBatch,
    TransactionRecord,
    TransferOrder,
    TransferReceipt,
)
from finance_core.money import Money
from finance_core.services.core import Core

WINDOW = timedelta(days=30)


@dataclass
class FakeBank:
    """Two accounts, a change log, and transfers that happen once per key.

    ``style`` is ``feed`` (a cursor into the change log, as with Plaid) or ``snapshot``
    (everything of the last 30 days each time, as with SimpleFIN). ``clumsy`` feeds repeat
    and shuffle their rows.
    """

    style: str = "feed"
    currency: str = "GBP"
    clumsy: bool = False
    prefix: str = ""
    rows: dict[str, TransactionRecord] = field(default_factory=dict)
    log: list[tuple[str, TransactionRecord | None]] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    paid: dict[str, tuple[TransferOrder, int]] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fetches: int = 0
    revocable: bool = True
    revoked: list[str] = field(default_factory=list)
    delay: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.balances = {self.current: 100_000, self.savings: 0}

    @property
    def current(self) -> str:
        return f"{self.prefix}current"

    @property
    def savings(self) -> str:
        return f"{self.prefix}savings"

    # --- what happens at the bank ---

    def put(self, record: TransactionRecord) -> None:
        self.rows[record.external_id] = record
        self.log.append((record.external_id, record))

    def drop(self, external_id: str) -> None:
        del self.rows[external_id]
        self.log.append((external_id, None))

    def book(
        self, external_id: str, minor: int, day: date, text: str = "SHOP", **extra: object
    ) -> TransactionRecord:
        record = TransactionRecord(
            external_id, self.current, day, Money.from_minor(minor, self.currency), text
        )
        record = replace(record, **extra)
        self.put(record)
        return record

    def settle(self, pending_id: str, external_id: str, *, linked: bool = True) -> None:
        row = self.rows[pending_id]
        self.put(
            replace(
                row,
                external_id=external_id,
                pending=False,
                pending_external_id=pending_id if linked else None,
            )
        )
        self.drop(pending_id)

    # --- Connector ---

    def claim(self, secret: str) -> str:
        if not secret.startswith("token"):
            raise BankRejected("The bank does not know this token.")
        return f"access for {secret}"

    def fetch(self, credentials: str, cursor: str | None, today: date) -> SyncBatch:
        self.fetches += 1
        self._fail("fetch")
        time.sleep(self.delay)
        with self.guard:
            if self.style == "snapshot":
                return self._snapshot(today, cursor)
            return self._feed(cursor)

    def _feed(self, cursor: str | None) -> SyncBatch:
        latest = dict(self.log[int(cursor or 0) :])
        upserts = [record for record in latest.values() if record is not None]
        if self.clumsy:
            upserts += random.Random(len(upserts)).sample(upserts, len(upserts) // 2)
            random.Random(len(upserts)).shuffle(upserts)
        removed = frozenset(one for one, record in latest.items() if record is None)
        return SyncBatch(
            self._accounts(), tuple(upserts), removed=removed, cursor=str(len(self.log))
        )

    def _snapshot(self, today: date, cursor: str | None) -> SyncBatch:
        start = today - WINDOW if cursor else date.min
        rows = [row for row in self.rows.values() if row.posted_on >= start]
        return SyncBatch(
            self._accounts(), tuple(rows), snapshot_from=start, cursor=today.isoformat()
        )

    def _accounts(self) -> tuple[AccountRecord, ...]:
        return tuple(
            AccountRecord(
                external_id=name,
                name=name.title(),
                kind=AccountKind.SAVINGS if name == self.savings else AccountKind.CHECKING,
                current=Money.from_minor(minor, self.currency),
                available=None,
                as_of=datetime(2026, 3, 2, 8, tzinfo=UTC),
                institution="Fake Bank",
            )
            for name, minor in self.balances.items()
        )

    def revoke(self, credentials: str) -> bool:
        self._fail("revoke")
        self.revoked.append(credentials)
        return self.revocable

    def page(self, credentials: str) -> str | None:
        self._fail("page")
        return "https://fake-bank.example/"

    # --- PaymentConnector ---

    def transfer(self, credentials: str, order: TransferOrder) -> TransferReceipt:
        with self.guard:
            self.asked.append(order.idempotency_key)
        time.sleep(self.delay)
        self._fail("transfer lost")
        with self.guard:
            if order.idempotency_key not in self.paid:
                self._move(order, order.amount.minor)
                self.paid[order.idempotency_key] = (order, len(self.paid) + 1)
            number = self.paid[order.idempotency_key][1]
        self._fail("transfer silent")
        return TransferReceipt(f"T{number}", "pending")

    def reverse(
        self, credentials: str, receipt_external_id: str, order: TransferOrder
    ) -> TransferReceipt:
        with self.guard:
            self.asked.append(order.idempotency_key)
        time.sleep(self.delay)
        self._fail("reverse lost")
        with self.guard:
            if order.idempotency_key not in self.returned:
                assert receipt_external_id in {f"T{number}" for _, number in self.paid.values()}
                self._move(order, -order.amount.minor)
                self.returned[order.idempotency_key] = receipt_external_id
        self._fail("reverse silent")
        return TransferReceipt(f"R-{receipt_external_id}", "posted")

    def _move(self, order: TransferOrder, minor: int) -> None:
        self.balances[order.from_external_id] -= minor
        if order.to_external_id:
            self.balances[order.to_external_id] += minor

    def _fail(self, where: str) -> None:
        if where in self.faults:
            self.faults.remove(where)
            raise BankUnavailable("The bank is not answering right now.")
        if f"{where} no" in self.faults:
            self.faults.remove(f"{where} no")
            raise BankRejected("The bank said no.")


def at_bank(core: Core, **banks: FakeBank) -> Core:
    """The same Penny, which reaches ``banks`` by the name of their protocol."""

    def connector(protocol: str, url: str | None) -> FakeBank:
        return banks[protocol]

    def payments(protocol: str, url: str | None) -> FakeBank:
        if protocol == "readonly":
            raise BankRejected("This bank gives me no way to move money.")
        return banks[protocol]

    return replace(core, connector=connector, payments=payments)
