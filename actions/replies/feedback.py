"""Words for praise and blame."""

from __future__ import annotations

from datetime import datetime

from actions.abilities import EXAMPLES
from actions.turn import Reply

_THANKS = (
    "Thank you, that's good to hear.",
    "Lovely, thanks for telling me.",
    "Glad that helped.",
)
_WHY = ("Why?", "why?")
_FIGURES = frozenset(
    {"check_balance", "check_net_worth", "check_income", "upcoming_bills", "list_subscriptions",
     "forecast_balance", "check_affordability", "safe_to_spend", "savings_advice"}
)  # fmt: skip
_SPENDING = frozenset(
    {"spending_report", "compare_spending", "search_transactions", "find_unusual_spending"}
)


def praised(now: datetime) -> Reply:
    """Thanks, not always in the same words."""
    return Reply(_THANKS[now.second % len(_THANKS)])


def blamed(skill: str) -> Reply:
    """What can be done about an answer of ``skill`` that was not right."""
    sorry = "I'm sorry that wasn't right."
    if skill in _SPENDING:
        return Reply(
            f"{sorry} Ask me why, and I show which payments I counted. If one is in the wrong "
            "category, say “the second one was groceries”; if I misread you, say it again with "
            "the period and the shop or category, like “no, I meant June” or “only groceries”.",
            (),
            (_WHY, ("Change a category", "change a category")),
        )
    if skill in _FIGURES:
        return Reply(
            f"{sorry} Ask me why, and I show where the figure comes from. If I misread you, say "
            "it again with the account and the day, like “no, the savings account” or “on the "
            "30th”; if the bank's figures are old, I can fetch them anew.",
            (),
            (_WHY, ("Refresh", "refresh my accounts")),
        )
    return Reply(
        f"{sorry} Please say it in other words, best with the account, the period and the shop "
        "or category you mean, for example:",
        (),
        EXAMPLES[:3],
    )
