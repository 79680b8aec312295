"""A student in Newcastle; pounds. Amounts are minor units."""

from __future__ import annotations

from finance_core.model import AccountKind
from finance_core.sandbox import shops
from finance_core.sandbox.calendars import Monthly, Weekly
from finance_core.sandbox.households import forms
from finance_core.sandbox.plans import AccountPlan, Habit, Plan, Stream

PRIYA = Plan(
    name="priya",
    title="Priya Nair",
    currency="GBP",
    institution_id="ins_quayside",
    institution="Quayside Building Society",
    accounts=(
        AccountPlan("main", "Student Account", AccountKind.CHECKING, 41_260, limit=100_000),
        AccountPlan("savings", "Rainy Day Saver", AccountKind.SAVINGS, 90_000, rate=0.02),
    ),
    streams=(
        Stream(
            "main",
            forms.bill(
                "Student Loans Company", "BACS SLC MAINTENANCE LOAN {ref}", "INCOME_OTHER_INCOME"
            ),
            201_400,
            Monthly(22, "next", frozenset({1, 4, 9})),
        ),
        Stream(
            "main",
            forms.bill("Corner House Books", "BACS CORNER HOUSE BOOKS WAGES", "INCOME_WAGES"),
            36_200,
            Weekly(4, every=4),
            spread=0.14,
        ),
        Stream(
            "main",
            forms.bill("R Nair", "FPI R NAIR ALLOWANCE", "TRANSFER_IN_ACCOUNT_TRANSFER"),
            14_000,
            Monthly(5, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Unite Students", "DD UNITE STUDENTS ACCOM {ref}", "RENT_AND_UTILITIES_RENT"
            ),
            -52_000,
            Monthly(7, "next"),
        ),
        Stream(
            "main",
            forms.bill("Voxi", "DD VOXI MOBILE", "RENT_AND_UTILITIES_TELEPHONE"),
            -1_200,
            Monthly(12, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Spotify", "SPOTIFY P{ref} STUDENT", "ENTERTAINMENT_MUSIC_AND_AUDIO", "5815"
            ),
            -599,
            Monthly(20),
        ),
        Stream(
            "main",
            forms.bill("Disney Plus", "DISNEY PLUS LONDON", "ENTERTAINMENT_TV_AND_MOVIES", "4899"),
            -499,
            Monthly(25),
            rises=((13, -599),),
            months=(2, 10_000),
        ),
        Stream(
            "main",
            forms.bill(
                "16-25 Railcard", "RAILCARD 16-25 {ref}", "TRANSPORTATION_PUBLIC_TRANSIT", "4112"
            ),
            -3_500,
            Monthly(24, "none", frozenset({9})),
        ),
    ),
    habits=(
        Habit("main", shops.UK_GROCERIES, 2.2, 1_250, 0.5, forms.MARKET),
        Habit("main", shops.UK_COFFEE, 2.4, 340, 0.25, forms.WEEKDAYS),
        Habit("main", shops.UK_DINNER, 0.9, 1_250, 0.4, forms.EVENINGS),
        Habit("main", shops.UK_TRAINS, 0.35, 1_450, 0.5, forms.EVENINGS),
        Habit("main", shops.UK_SHOPPING, 0.45, 1_700, 0.5, forms.SATURDAYS, refunds=0.15),
        Habit("main", shops.UK_PHARMACY, 0.25, 750, 0.4, forms.SATURDAYS),
        Habit("main", shops.UK_FUN, 0.3, 950, 0.3, forms.EVENINGS),
        Habit("main", shops.UK_CASH, 0.2, 2_000, 0.4, forms.EVENINGS, step=1_000, card=False),
    ),
    towns=("NEWCASTLE", "GATESHEAD", "DURHAM"),
    card=forms.UK_CARD,
    refund="REFUND {text}",
    to_savings=("TO RAINY DAY SAVER", "FROM STUDENT ACCOUNT"),
    from_savings=("TO STUDENT ACCOUNT", "FROM RAINY DAY SAVER"),
    low=6_000,
    top_up=5_000,
    high=90_000,
)
