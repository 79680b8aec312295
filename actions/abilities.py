"""What Penny can do, as people ask for it: for help, and when a turn was not understood."""

from __future__ import annotations

from collections.abc import Iterable

type Button = tuple[str, str]

EXAMPLES: tuple[Button, ...] = (
    ("Balances", "what are my balances?"),
    ("Spending", "how much did I spend this month?"),
    ("Bills", "what bills are coming up?"),
    ("Look ahead", "how much will I have at the end of the month?"),
    ("Save", "help me save"),
)

ABILITIES = (
    "your balances, income and net worth, in every currency",
    "what you spend by category, merchant and period, what changed and what is unusual",
    "finding payments, and putting them into the right category",
    "bills and subscriptions that come up, paid now or on a day",
    "how much you will have on a day, what you can afford and what is safe to spend",
    "budgets, goals and a plan to get out of debt",
    "moving money to savings, between your accounts and to payees you saved, once you say yes",
    "savings rules such as round-ups; everything can be undone or paused",
    "your data: a copy of it, or its deletion",
)

# The sentence that asks for each skill, by intent.
_ASKING: dict[str, Button] = {
    "check_balance": ("Balances", "what are my balances?"),
    "list_accounts": ("My accounts", "which accounts do I have?"),
    "check_net_worth": ("Net worth", "what is my net worth?"),
    "check_income": ("Income", "how much did I earn this month?"),
    "spending_report": ("Spending", "how much did I spend this month?"),
    "compare_spending": ("Compare months", "am I spending more than last month?"),
    "search_transactions": ("Find payments", "show my last transactions"),
    "find_unusual_spending": ("Unusual payments", "is there anything unusual in my spending?"),
    "upcoming_bills": ("Bills", "what bills are coming up?"),
    "list_subscriptions": ("Subscriptions", "which subscriptions do I have?"),
    "forecast_balance": ("Look ahead", "how much will I have at the end of the month?"),
    "check_affordability": ("Can I afford it?", "can I afford something?"),
    "safe_to_spend": ("Safe to spend", "how much is safe to spend?"),
    "set_budget": ("Set a budget", "set a budget"),
    "check_budget": ("Budgets", "how are my budgets?"),
    "create_goal": ("New goal", "I want to save for a goal"),
    "check_goal": ("Goals", "how are my goals?"),
    "savings_advice": ("Save", "help me save"),
    "set_savings_rule": ("Savings rule", "set up a savings rule"),
    "pause_savings": ("Pause saving", "pause my savings rules"),
    "transfer_money": ("Move money", "move money between my accounts"),
    "pay_bill": ("Pay a bill", "pay a bill"),
    "debt_plan": ("Pay off debt", "make a plan to pay off my debts"),
    "recategorize_transaction": ("Change a category", "change a category"),
    "explain": ("Why?", "why?"),
    "connect_account": ("Connect a bank", "connect my bank"),
    "refresh_accounts": ("Refresh", "refresh my accounts"),
    "export_data": ("Export my data", "export my data"),
    "delete_data": ("Delete my data", "delete my data"),
    "notification_settings": ("Notifications", "change my notifications"),
    "report_fraud": ("Card or fraud", "I want to report fraud"),
    "human_handoff": ("Talk to a person", "I want to talk to a person"),
    "help": ("What can you do?", "what can you do?"),
}


def likeliest(ranking: Iterable[tuple[str, float]], count: int = 2) -> tuple[Button, ...]:
    """Buttons for the likeliest skills of a turn that was not understood."""
    found = (_ASKING[intent] for intent, _ in ranking if intent in _ASKING)
    return tuple(dict.fromkeys(found))[:count]
