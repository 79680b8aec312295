"""Rasa's command line as Penny runs it: ``python -m bot.launch train|run|… ARGUMENTS``.

The same commands and options as ``rasa``, with three replacements made before it starts:
TensorFlow is not loaded (:mod:`bot.without_tensorflow`; ``PENNY_TENSORFLOW=1`` loads it),
actions are called in a lean way (:mod:`bot.components.remote_action`), and predictions run
without a scheduler (:mod:`bot.components.graph_runner`).
"""

from __future__ import annotations

import os
import sys
import warnings


def main() -> None:
    """Starts Rasa's command line with the arguments given."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    if os.environ.get("PENNY_TENSORFLOW") != "1":
        from bot.without_tensorflow import AbsentTensorflow  # noqa: PLC0415

        sys.meta_path.insert(0, AbsentTensorflow())

    # Only now: these import TensorFlow.
    import rasa.core.actions.action  # noqa: PLC0415
    import rasa.core.processor  # noqa: PLC0415
    from rasa.__main__ import main as rasa_main  # noqa: PLC0415

    from bot.components.graph_runner import SequentialGraphRunner  # noqa: PLC0415
    from bot.components.remote_action import LeanRemoteAction  # noqa: PLC0415

    rasa.core.actions.action.RemoteAction = LeanRemoteAction
    rasa.core.processor.DaskGraphRunner = SequentialGraphRunner
    rasa_main()


if __name__ == "__main__":
    main()
