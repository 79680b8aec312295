"""``python -m finance_core.sandbox``: runs the sandbox bank on the loopback address."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from finance_core.errors import BadInput
from finance_core.sandbox import csv_bank
from finance_core.sandbox.admin import read_file
from finance_core.sandbox.app import make_app
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.settings import SandboxSettings

_ADDRESS = "127.0.0.1"


def main(arguments: list[str] | None = None) -> int:
    """Runs the server; returns 2 with one line on stderr when it cannot start."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    try:
        settings = SandboxSettings()
        listener = _listen(settings.sandbox_port)
        bank = Bank(settings)
        if options.csv:
            csv_bank.load(bank, read_file(options.csv), _load(options))
    except ValidationError as err:
        name = str(err.errors()[0]["loc"][0]).upper()
        return _complain(f"a setting is wrong: PENNY_{name}")
    except (BadInput, OSError) as err:
        return _complain(str(err))
    server = uvicorn.Server(
        uvicorn.Config(make_app(bank), log_level="warning", timeout_graceful_shutdown=1)
    )
    print(f"sandbox bank on http://{_ADDRESS}:{listener.getsockname()[1]}", flush=True)  # noqa: T201
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        bank.close()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m finance_core.sandbox", description=__doc__)
    parser.add_argument("--csv", type=Path, help="also serve this CSV file's accounts")
    parser.add_argument("--household", default="file", help="name to serve the file under")
    parser.add_argument("--profile", default="ledger", help="how its columns are named")
    parser.add_argument("--account", action="append", default=[], help="only this account of it")
    parser.add_argument("--currency", help="currency, where the file does not say")
    parser.add_argument("--savings", help="open an empty savings account of this name beside")
    return parser.parse_args(arguments)


def _load(options: argparse.Namespace) -> csv_bank.Load:
    return csv_bank.Load(
        household=options.household,
        profile=options.profile,
        accounts=tuple(options.account),
        currency=options.currency,
        savings=options.savings,
    )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_ADDRESS, port))
    except OSError as err:
        listener.close()
        raise BadInput(f"port {port} is in use; set PENNY_SANDBOX_PORT to another") from err
    return listener


def _complain(message: str) -> int:
    print(f"sandbox bank: {message}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main())
