"""``python -m channels`` runs the door."""

from __future__ import annotations

import logging
import sys

import uvicorn
from finance_core.services.core import open_core
from pydantic import ValidationError

from channels.app import create_app
from channels.settings import ChannelSettings
from finance_core.errors import PennyError


def main() -> int:
    """Serves until told to stop; returns the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # These write whole addresses, and two servers we call want their token in the address.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        settings = ChannelSettings()
        core = open_core()
    except ValidationError as error:
        wrong = ", ".join(f"PENNY_{str(fault['loc'][0]).upper()}" for fault in error.errors())
        print(f"These settings cannot be used: {wrong}.", file=sys.stderr)  # noqa: T201
        return 2
    except PennyError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    uvicorn.run(
        create_app(settings, core),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
