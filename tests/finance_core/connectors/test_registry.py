from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from finance_core.connectors.kinds import kind_from_name
from finance_core.connectors.plaid import Plaid
from finance_core.connectors.registry import connector, payment_connector
from finance_core.connectors.simplefin import SimpleFin
from finance_core.errors import BadInput, BankRejected
from finance_core.model import AccountKind
from finance_core.settings import CoreSettings

CLIENT = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(500)))
BARE = CoreSettings(home=Path("unused"))
KEYS = CoreSettings(home=Path("unused"), plaid_client_id="id", plaid_secret=SecretStr("hush-hush"))


def test_each_protocol_has_its_connector() -> None:
    assert isinstance(connector("simplefin", CLIENT, BARE), SimpleFin)
    assert isinstance(connector("plaid", CLIENT, KEYS), Plaid)
    assert isinstance(payment_connector("plaid", CLIENT, BARE, "http://127.0.0.1:8100"), Plaid)


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(BadInput, match="simplefin and plaid"):
        connector("swift", CLIENT, BARE)
    with pytest.raises(BadInput, match="PENNY_PLAID_SECRET"):
        connector("plaid", CLIENT, BARE)
    with pytest.raises(BankRejected, match="no way to move money"):
        payment_connector("simplefin", CLIENT, BARE)


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.example", "https://plaid.com.evil.example", "http://plaid.com"),
        *("https://10.0.0.8", "nonsense", "https://evilplaid.com"),
    ],
)
def test_pennys_own_keys_go_to_plaid_only(url: str) -> None:
    with pytest.raises(BadInput):
        connector("plaid", CLIENT, KEYS, url)


def test_a_sandbox_on_this_machine_never_sees_the_real_keys() -> None:
    asked = []

    def play(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        return httpx.Response(400)

    client = httpx.Client(transport=httpx.MockTransport(play))
    with pytest.raises(BankRejected):
        connector("plaid", client, KEYS, "http://localhost:8100").claim("public-x")
    assert asked and b"hush-hush" not in asked[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Everyday", AccountKind.CHECKING),
        ("Acme Credit Union Checking", AccountKind.CHECKING),
        ("Visa Platinum", AccountKind.CREDIT),
        ("High-Yield Savings", AccountKind.SAVINGS),
        ("Cash ISA", AccountKind.SAVINGS),
        ("Home mortgage", AccountKind.LOAN),
        ("Roth IRA", AccountKind.INVESTMENT),
        ("0042", AccountKind.CHECKING),
    ],
)
def test_names_tell_the_kind(name: str, kind: AccountKind) -> None:
    assert kind_from_name(name) is kind


def test_a_real_plaid_never_moves_money_for_us():
    settings = CoreSettings(home=Path("unused"), plaid_client_id="id", plaid_secret="secret")
    with httpx.Client() as client, pytest.raises(BankRejected, match="no way to move money"):
        payment_connector("plaid", client, settings, "https://production.plaid.com")
