"""Whatever the bank does and whenever it fails: in the end the ledger is the bank's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.sandbox.app import make_app
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.settings import SandboxSettings
from finance_core.services import balances, people, sync
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from finance_core.store import queries
from tests.channels.serving import served

HOUSEHOLD, START = "marcus", date(2026, 1, 20)
# what a first fetch always reaches back to; the bank itself keeps more as its days pass
PROMISED = timedelta(days=730)

faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            [
                "server_error",
                "broken_json",
                "disconnect",
                "rate_limit",
                "repeat_rows",
                "reorder",
                "repeat_page",
                "mutation",
                "post_pending",
                "drop_pending",
            ]
        ),
        "skip": st.integers(0, 3),
        "seed": st.integers(0, 99),
    }
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("fault"), faults),
        st.tuples(st.just("advance"), st.integers(1, 4)),
        st.tuples(st.just("sync"), st.sampled_from(["plaid", "simplefin"])),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    bank = Bank(SandboxSettings(home=tmp_path_factory.mktemp("bank"), sandbox_today=START))
    with served(make_app(bank)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client
    bank.close()


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    home = tmp_path_factory.mktemp("core")
    with open_core(CoreSettings(home=home, bank_attempts=1, bank_timeout=5)) as opened:
        yield opened


@given(steps)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_interleaving_of_faults_and_syncs_ends_with_the_banks_ledger(bank, core, script):
    connected = {p: connect(core, bank, p) for p in ("plaid", "simplefin")}
    for what, value in script:
        if what == "fault":
            bank.post("/admin/faults", json={**value, "household": HOUSEHOLD}).raise_for_status()
        elif what == "advance":
            bank.post("/admin/advance", json={"days": value}).raise_for_status()
        else:
            sync.refresh(core, connected[value], today(bank))
    bank.request("DELETE", "/admin/faults").raise_for_status()
    for person_id in connected.values():
        sync.refresh(core, person_id, today(bank))
        since = today(bank) - PROMISED
        assert ledger(core, person_id, since) == banks_ledger(bank, since)


def connect(core: Core, bank: httpx.Client, protocol: str) -> str:
    """A fresh person with one connection."""
    person, _ = people.add(core, f"{protocol} {datetime.now(UTC).timestamp()}", "UTC", "USD")
    answer = bank.post(f"/admin/households/{HOUSEHOLD}/{protocol}").raise_for_status().json()
    secret = answer.get("setup_token") or answer["public_token"]
    sync.connect(core, person.id, protocol, secret, today(bank), url=str(bank.base_url))
    return person.id


def today(bank: httpx.Client):
    return datetime.fromisoformat(bank.get("/admin/households").json()["today"]).date()


def ledger(core: Core, person_id: str, since: date):
    with core.sessions() as session:
        rows = queries.transactions(session, person_id)
        names = {account.id: account.name for account in queries.accounts(session, person_id)}
    found = balances.balances(core, person_id, max(row.posted_on for row in rows))
    return (
        sorted(
            (names[row.account_id], str(row.posted_on), row.amount.amount, row.pending)
            for row in rows
            if row.posted_on >= since
        ),
        {entry.account.name: entry.account.current.amount for entry in found.accounts},
    )


def banks_ledger(bank: httpx.Client, since: date):
    accounts = bank.get(f"/admin/ledger/{HOUSEHOLD}").json()["accounts"]
    return (
        sorted(
            (account["name"], row["date"], Decimal(row["amount"]), row["pending"])
            for account in accounts
            for row in account["rows"]
            if date.fromisoformat(row["date"]) >= since
        ),
        {account["name"]: Decimal(account["balance"]) for account in accounts},
    )
