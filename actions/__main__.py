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


def main() -> None:
    """Serves until stopped; the port is ``PENNY_ACTIONS_PORT`` (5055)."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    # Ready before the first turn: the database now, the category model meanwhile.
    threading.Thread(target=base.core().category_model, daemon=True).start()
    executor = ActionExecutor()
    executor.register_package("actions")
    port = int(os.environ.get("PENNY_ACTIONS_PORT", "5055"))
    app = create_app(executor, cors_origins=None)
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
