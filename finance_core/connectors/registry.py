"""Makes the connector of a protocol."""

from __future__ import annotations

import httpx

from finance_core.connectors.addresses import bank_address, is_loopback
from finance_core.connectors.base import Connector, PaymentConnector
from finance_core.connectors.http import BankHttp
from finance_core.connectors.plaid import Plaid
from finance_core.connectors.simplefin import SimpleFin
from finance_core.errors import BadInput, BankRejected
from finance_core.settings import CoreSettings

PROTOCOLS = ("simplefin", "plaid")
_SANDBOX_KEY = "penny"  # a bank on this machine takes any; a real one never sees it


def connector(
    protocol: str, client: httpx.Client, settings: CoreSettings, url: str | None = None
) -> Connector:
    """The connector that speaks ``protocol``.

    Args:
        protocol: ``simplefin`` or ``plaid``.
        client: shared HTTP client; its open connections are reused.
        settings: time-outs, attempts and Penny's own keys.
        url: address of the API where it is not the protocol's usual one. SimpleFIN's
            comes with its tokens.

    Raises:
        BadInput: unknown protocol, or an address Penny may not ask.
    """
    http = BankHttp(client, timeout=settings.bank_timeout, attempts=settings.bank_attempts)
    if protocol == "simplefin":
        return SimpleFin(http)
    if protocol == "plaid":
        return _plaid(http, settings, url)
    raise BadInput(f"I can't connect {protocol!r}; I know {' and '.join(PROTOCOLS)}.")


def payment_connector(
    protocol: str, client: httpx.Client, settings: CoreSettings, url: str | None = None
) -> PaymentConnector:
    """Like ``connector``, for moving money.

    Raises:
        BankRejected: this protocol can only read.
    """
    made = connector(protocol, client, settings, url)
    # Plaid's own transfers go between a person and whoever holds the keys, never between
    # two accounts of the person; only a bank on this machine knows such a move.
    if not isinstance(made, Plaid) or not is_loopback(bank_address(url or settings.plaid_url)):
        raise BankRejected("I can read this bank, but it gives me no way to move money.")
    return made


def _plaid(http: BankHttp, settings: CoreSettings, url: str | None) -> Plaid:
    address = bank_address(url or settings.plaid_url)
    trusted = _may_have_keys(address, settings)
    if trusted and settings.plaid_client_id and settings.plaid_secret:
        secret = settings.plaid_secret.get_secret_value()
        return Plaid(http, str(address), settings.plaid_client_id, secret)
    if is_loopback(address):
        return Plaid(http, str(address), _SANDBOX_KEY, _SANDBOX_KEY)
    if trusted:
        raise BadInput("Plaid needs PENNY_PLAID_CLIENT_ID and PENNY_PLAID_SECRET to be set.")
    raise BadInput("That is not an address of Plaid's.")


def _may_have_keys(address: httpx.URL, settings: CoreSettings) -> bool:
    """Penny's keys go to Plaid and to the address whoever runs Penny has set, nowhere else."""
    configured = httpx.URL(settings.plaid_url)
    return address.host.endswith(".plaid.com") or address.host == configured.host
