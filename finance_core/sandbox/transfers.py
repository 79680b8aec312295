"""Payments: authorized, made once, cancelled or refunded. Amounts are minor units.

Every step is one database transaction that first looks whether it was done before:
the same idempotency key never moves money twice, whoever asks at the same moment and
whatever crashed in between.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from secrets import token_urlsafe

from finance_core.counterparty import Counterparty
from finance_core.errors import NotFound
from finance_core.model import AccountKind
from finance_core.sandbox import transfer_rows as rows
from finance_core.sandbox.consents import Item
from finance_core.sandbox.database import Database
from finance_core.sandbox.ledger import Ledger
from finance_core.sandbox.payments import (
    Authorization,
    Payer,
    Payment,
    Refund,
    Transfer,
    TransferRefused,
)
from finance_core.sandbox.records import (
    BankAccount,
    Change,
    Fate,
    Household,
    State,
)

_RAILS = {"GBP": "FASTER PAYMENT", "EUR": "SEPA INSTANT", "USD": "RTP PAYMENT"}
_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"

Clock = Callable[[Household], date]


class Transfers:
    """Makes payments on the ledger."""

    def __init__(self, database: Database, ledger: Ledger, today: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._today = today

    def authorize(
        self,
        payer: Payer,
        account: BankAccount,
        amount: int,
        network: str,
        key: str | None,
        kind: str = "debit",
    ) -> Authorization:
        """Says whether a payment could be made now; the same key gives the same word."""
        with self._database.transaction() as sql:
            found = rows.one(sql, "authorization", payer.client, key)
            if found:
                terms = (found["account_id"], found["amount"], found["type"])
                if terms != (account.id, amount, kind):
                    raise TransferRefused(_KEY_REUSED, "This key belongs to another request.")
                return rows.authorization(found)
            enough = self._ledger.available(account) >= amount
            authorization = Authorization(
                f"auth-{token_urlsafe(12)}",
                account.id,
                amount,
                network,
                payer.legal_name,
                None if enough else "NSF",
                rows.now(),
                kind,
            )
            sql.execute(
                "INSERT INTO authorization VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    authorization.id,
                    payer.client,
                    key,
                    payer.item.id,
                    account.id,
                    amount,
                    network,
                    payer.legal_name,
                    authorization.refusal,
                    authorization.made_at,
                    kind,
                ),
            )
            return authorization

    def create(self, payer: Payer, payment: Payment) -> Transfer:
        """Makes a payment, once; TransferRefused."""
        with self._database.transaction() as sql:
            authorization = self._authorized(sql, payer, payment)
            amount = authorization.amount if payment.amount is None else payment.amount
            done = (
                rows.one(sql, "transfer", payer.client, payment.idempotency_key)
                or sql.execute(
                    "SELECT * FROM transfer WHERE authorization_id = ?", (authorization.id,)
                ).fetchone()
            )
            if done:
                return self._repeated(sql, done, payment, amount)
            if authorization.refusal:
                raise TransferRefused("INSUFFICIENT_FUNDS", "This transfer was not authorized.")
            leave = (authorization.account_id, authorization.amount, authorization.type)
            if leave != (payment.account_id, amount, payment.type):
                raise TransferRefused(
                    "INVALID_AUTHORIZATION", "The authorization is for other terms."
                )
            source = self._own(payer.item, payment.account_id)
            movement = self._pay(source, payment, amount)
            transfer_id = f"transfer-{token_urlsafe(12)}"
            sql.execute(
                "INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
                (
                    transfer_id,
                    payer.client,
                    payment.idempotency_key,
                    payer.item.id,
                    authorization.id,
                    source.id,
                    payment.to_account_id,
                    amount,
                    authorization.network,
                    authorization.legal_name,
                    payment.description,
                    rows.text(payment),
                    movement,
                    rows.now(),
                    payment.type,
                ),
            )
            return self._transfer(sql, payer.client, transfer_id)

    def get(self, client: str, transfer_id: str) -> Transfer:
        """A client's transfer as it stands; NotFound."""
        with self._database.transaction() as sql:
            return self._transfer(sql, client, transfer_id)

    def cancel(self, client: str, transfer_id: str) -> None:
        """Calls a payment back that has not left the bank yet; TransferRefused once it has."""
        with self._database.transaction() as sql:
            transfer = self._transfer(sql, client, transfer_id)
            if transfer.status == "cancelled":
                return
            if transfer.status != "pending":
                raise TransferRefused(
                    "TRANSFER_NOT_CANCELLABLE", f"The transfer is {transfer.status} already."
                )
            movement = sql.execute(
                "SELECT movement_id FROM transfer WHERE id = ?", (transfer_id,)
            ).fetchone()["movement_id"]
            row = self._ledger.row_or_successor(movement)
            if row:
                self._ledger.apply([Change("removed", row)])
            sql.execute("UPDATE transfer SET cancelled = 1 WHERE id = ?", (transfer_id,))

    def refund(self, client: str, transfer_id: str, amount: int, key: str) -> Refund:
        """Moves money of an own-account transfer back, once per key; TransferRefused."""
        with self._database.transaction() as sql:
            done = rows.one(sql, "refund", client, key)
            if done:
                if (done["transfer_id"], done["amount"]) != (transfer_id, amount):
                    raise TransferRefused(_KEY_REUSED, "This key belongs to another refund.")
                return rows.refund(done)
            transfer = self._transfer(sql, client, transfer_id)
            if transfer.to_account_id is None:
                raise TransferRefused("REFUND_NOT_POSSIBLE", "The money has left the bank.")
            if not 0 < amount <= transfer.amount - transfer.refunded:
                raise TransferRefused(
                    "REFUND_AMOUNT_EXCEEDED", "More than is left of the transfer."
                )
            source = self._ledger.account(transfer.to_account_id)
            target = self._ledger.account(transfer.account_id)
            self._move(source, target, amount, f"REVERSAL {transfer.description}")
            refund = Refund(f"refund-{token_urlsafe(12)}", transfer_id, amount, rows.now())
            sql.execute(
                "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?)",
                (refund.id, client, key, transfer_id, amount, refund.made_at),
            )
            return refund

    # --- steps ------------------------------------------------------------------------------

    def _authorized(self, sql: sqlite3.Connection, payer: Payer, payment: Payment) -> Authorization:
        found = sql.execute(
            "SELECT authorization.* FROM authorization JOIN item ON item.id = item_id"
            " WHERE authorization.id = ? AND client = ? AND household = ?",
            (payment.authorization_id, payer.client, payer.item.household),
        ).fetchone()
        if found is None:
            raise TransferRefused("INVALID_AUTHORIZATION", "There is no such authorization.")
        return rows.authorization(found)

    def _repeated(
        self, sql: sqlite3.Connection, done: sqlite3.Row, payment: Payment, amount: int
    ) -> Transfer:
        terms = (done["account_id"], done["to_account_id"], done["amount"], done["metadata"])
        asked = (payment.account_id, payment.to_account_id, amount, rows.text(payment))
        if terms != asked:
            raise TransferRefused(_KEY_REUSED, "This key belongs to another transfer.")
        return self._transfer(sql, done["client"], done["id"])

    def _own(self, item: Item, account_id: str) -> BankAccount:
        account = self._ledger.account(account_id)
        if account.household != item.household:
            raise NotFound("This bank has no such account.")
        return account

    def _pay(self, source: BankAccount, payment: Payment, amount: int) -> str:
        if payment.counterparty:
            return self._credit(source, payment, payment.counterparty, amount)
        if payment.to_account_id is None:
            return self._send_out(source, payment, amount)
        target = self._ledger.account(payment.to_account_id)
        if target.household != source.household or target.id == source.id:
            raise TransferRefused("INVALID_TARGET", "Not another account of the same customer.")
        return self._move(source, target, amount, payment.description)

    def _move(self, source: BankAccount, target: BankAccount, amount: int, words: str) -> str:
        """Books both sides of a move between two accounts at once."""
        if source.currency != target.currency:
            raise TransferRefused("INVALID_TARGET", "The accounts have different currencies.")
        self._need(source, amount)
        day = self._day(source)
        sent = rows.row(source, -amount, f"TRANSFER TO {target.name.upper()} {words}", day)
        received = rows.row(target, amount, f"TRANSFER FROM {source.name.upper()} {words}", day)
        self._ledger.apply([Change("added", sent), Change("added", received)])
        return sent.id

    def _send_out(self, source: BankAccount, payment: Payment, amount: int) -> str:
        """Holds the money until it leaves the bank on the next day."""
        self._need(source, amount)
        day = self._day(source)
        row = rows.row(source, -amount, f"ACH PAYMENT {payment.description}", day)
        row = replace(
            row,
            category="TRANSFER_OUT_ACCOUNT_TRANSFER",
            state=State.PENDING,
            due=day + timedelta(days=1),
            fate=Fate.KEEP,
        )
        self._ledger.apply([Change("added", row)])
        return row.id

    def _credit(
        self, source: BankAccount, payment: Payment, payee: Counterparty, amount: int
    ) -> str:
        """Sends money to somebody's account elsewhere, at once and for good."""
        if payee.account.currency not in (None, source.currency):
            raise TransferRefused("INVALID_TARGET", "That account is kept in another currency.")
        self._need(source, amount)
        rail = _RAILS.get(source.currency, "CREDIT TRANSFER")
        words = f"{rail} TO {payee.name.upper()} {payment.description}"
        row = rows.row(source, -amount, words, self._day(source))
        row = replace(row, category="TRANSFER_OUT_ACCOUNT_TRANSFER", merchant=payee.name)
        self._ledger.apply([Change("added", row)])
        return row.id

    def _need(self, source: BankAccount, amount: int) -> None:
        if source.kind is AccountKind.CREDIT:
            raise TransferRefused("INVALID_SOURCE", "Money can't be sent from a credit card.")
        if self._ledger.available(source) < amount:
            raise TransferRefused("INSUFFICIENT_FUNDS", "There is not enough in the account.")

    def _day(self, account: BankAccount) -> date:
        return self._today(self._ledger.household(account.household))

    def _transfer(self, sql: sqlite3.Connection, client: str, transfer_id: str) -> Transfer:
        found = sql.execute(
            "SELECT * FROM transfer WHERE id = ? AND client = ?", (transfer_id, client)
        ).fetchone()
        if found is None:
            raise NotFound("There is no such transfer.")
        refunds = sql.execute(
            "SELECT * FROM refund WHERE transfer_id = ? ORDER BY rowid", (transfer_id,)
        )
        return Transfer(
            found["id"],
            found["item_id"],
            found["authorization_id"],
            found["account_id"],
            found["to_account_id"],
            found["amount"],
            found["network"],
            found["legal_name"],
            found["description"],
            json.loads(found["metadata"]),
            self._status(found),
            tuple(rows.refund(refund) for refund in refunds),
            found["made_at"],
            found["type"],
        )

    def _status(self, found: sqlite3.Row) -> str:
        if found["cancelled"]:
            return "cancelled"
        if found["to_account_id"] or found["type"] == "credit":
            return "settled"
        row = self._ledger.row_or_successor(found["movement_id"])
        if row is None:
            return "returned"
        return "pending" if row.state is State.PENDING else "posted"
