"""How each skill comes to its figures, for "why?"."""

from __future__ import annotations

BASES = {
    "check_balance": "These are the booked balances your bank last reported, less anything booked "
    "after the day you asked for.",
    "check_income": "I added up the money that came in, without refunds and moves between your "
    "own accounts.",
    "spending_report": "I added up the payments that fit, took off what was refunded, and left "
    "out income and moves between your own accounts.",
    "search_transactions": "I went through all transactions I have and kept those that fit.",
    "upcoming_bills": "I looked for payments that repeat, and carried their rhythm forward.",
    "forecast_balance": "I carried your regular payments and income forward, added what you "
    "usually spend in between, and kept the range that should hold in eight of ten cases.",
    "check_affordability": "I took the amount off your forecast balance and looked at the "
    "tightest day before the next income.",
    "list_subscriptions": "I looked for payments that repeat among subscriptions and "
    "entertainment, and took the latest price of each.",
    "check_net_worth": "I added up the booked balances, what is owed counted as negative.",
    "safe_to_spend": "I took the bills that fall due before your next income, what your goals "
    "need until then, and your floor off the booked balance.",
    "set_budget": "A suggested budget is the middle one of your last whole months, rounded up.",
    "check_budget": "I held what you spent, less refunds, against the budget, and added what the "
    "rest of a month usually costs: the middle one of the last three months.",
    "create_goal": "I shared what is missing over the months that are left, this one included; "
    "your pace is what the savings account grew by in the last three months.",
    "check_goal": "What the linked account has grown by since the goal began counts as saved, and "
    "what you told me you put aside; your pace is that of the last three months.",
    "debt_plan": "I let interest accrue month by month, paid the least payment on every debt, and "
    "gave the rest to one debt after the other: the dearest first, or the smallest first.",
    "savings_advice": "I took the low point that my forecast stays above with that chance, and "
    "left your floor in the account, or what I keep for sudden expenses where that is more.",
    "compare_spending": "I added up the payments of both periods in the same way, less refunds. "
    "What more or fewer payments account for is their change at the mean of both averages; the "
    "rest is their price.",
    "find_unusual_spending": "I held each payment against the middle of your earlier ones at the "
    "same place and of the same sort, and against how far these usually stray from it.",
    "recategorize_transaction": "Your own word on a category goes before what I find myself.",
}
