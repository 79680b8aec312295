"""Which addresses Penny may ask on a person's word.

A setup token or a connection address comes from outside, so it must not lead Penny
into the network she runs in (server-side request forgery): only https, and plain
http just on this very machine, where the sandbox bank lives.
"""

from __future__ import annotations

import ipaddress

import httpx

from finance_core.errors import BadInput


def bank_address(text: str) -> httpx.URL:
    """Checks the address of a bank.

    Raises:
        BadInput: not an address, not https (loopback may be http), or an address
            inside a private network.
    """
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        raise BadInput("That is not a web address.") from None
    if not url.host:
        raise BadInput("That is not a web address.")
    local = is_loopback(url)
    if url.scheme != "https" and not (local and url.scheme == "http"):
        raise BadInput("A bank's address has to start with https://.")
    if not local and _is_private(url.host):
        raise BadInput("A bank's address can't lie inside a private network.")
    return url


def web_page(text: object) -> str | None:
    """A bank's page as it may be shown to a person; None for anything that is not one.

    Takes an https address or a bare domain, and never one with a user name in it.
    """
    if not isinstance(text, str) or not text.strip():
        return None
    address = text.strip()
    try:
        url = httpx.URL(address if "//" in address else f"https://{address}")
    except httpx.InvalidURL:
        return None
    proper = url.scheme == "https" and not url.userinfo and "." in url.host
    return str(url) if proper and not url.query and not _is_private(url.host) else None


def is_loopback(url: httpx.URL) -> bool:
    """Whether ``url`` stays on this machine."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
