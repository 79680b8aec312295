"""What Penny does not do; said so, unless it answers a question she asked."""

from __future__ import annotations

import zlib
from dataclasses import replace

from actions.base import PennyAction, skill_named
from actions.payees import names_payee
from actions.turn import Reply, Turn
from finance_core.services.core import Core

_OUTSIDE = (
    "That's outside what I know. I can look at your balances, spending, bills and savings; ask "
    "“what can you do?” for examples.",
    "I can't help with that one, I only know about your money: balances, spending, bills, "
    "forecasts and savings.",
    "Sorry, that is not something I can do. Try me on your accounts, for example “how much did I "
    "spend on groceries last month?”",
)


class OutOfScope(PennyAction):
    """Something that is not about money, or only looks like it."""

    skill = "out_of_scope"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """That Penny can't; names and account numbers of a payee go to who asked for them."""
        paying = skill_named("transfer_money")
        if paying and names_payee(turn):
            return paying.respond_within(core, replace(turn, intent="inform"))
        return Reply(_OUTSIDE[zlib.crc32(turn.text.encode()) % len(_OUTSIDE)])
