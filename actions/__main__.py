"""``python -m actions`` serves the actions to Rasa, on loopback, in one process.

The same server as ``python -m rasa_sdk --actions actions``, without its parent process,
which would load everything a second time.
"""

from __future__ import annotations

import logging
import os
import threading

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from actions import base
from finance_core.services import forecasts


def main() -> None:
    """Serves until stopped; the port is ``PENNY_ACTIONS_PORT`` (5055)."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    base.core()  # the database is ready before the first turn
    executor = ActionExecutor()
    executor.register_package("actions")
    port = int(os.environ.get("PENNY_ACTIONS_PORT", "5055"))
    app = create_app(executor, cors_origins=None)
    app.register_listener(_warm_up, "after_server_start")
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)


def _warm_up(*_: object) -> None:
    """Loads the slow models once the server answers, so that the start does not wait for them."""
    threading.Thread(target=_load_models, daemon=True).start()


def _load_models() -> None:
    base.core().category_model()
    forecasts.warm_up(base.core())


if __name__ == "__main__":
    main()
