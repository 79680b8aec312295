"""``python -m channels`` runs the door."""

from __future__ import annotations

import logging
import os
import socket
import sys

import uvicorn
from pydantic import ValidationError

from channels.app import create_app
from channels.settings import ChannelSettings
from finance_core.errors import PennyError
from finance_core.services.core import open_core
from finance_core.settings import CoreSettings


def main() -> int:
    """Serves until told to stop; returns the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # These write whole addresses, and two servers we call want their token in the address;
    # Authlib would write down tokens.
    for name in ("httpx", "httpcore", "alembic", "authlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        settings = ChannelSettings()
        core_settings = CoreSettings()
    except ValidationError as error:
        wrong = ", ".join(f"PENNY_{str(fault['loc'][0]).upper()}" for fault in error.errors())
        return give_up(f"These settings cannot be used: {wrong}.")
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else "no such address"
        return give_up(f"Penny cannot listen on {settings.host}:{settings.port}: {reason}.")
    try:
        core = open_core(core_settings)
        app = create_app(settings, core)
    except PennyError as error:
        return give_up(str(error))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
    core.close()
    return 0


def give_up(sentence: str) -> int:
    """Says why, and returns the exit code for bad input."""
    print(sentence, file=sys.stderr)  # noqa: T201
    return 2


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        OSError: the address is not ours or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


if __name__ == "__main__":
    sys.exit(main())
