"""Weekly wages in Ohio; dollars. Amounts are minor units."""

from __future__ import annotations

from finance_core.model import AccountKind
from finance_core.sandbox import shops
from finance_core.sandbox.calendars import Monthly, Weekly
from finance_core.sandbox.households import forms
from finance_core.sandbox.plans import AccountPlan, Habit, Plan, Stream

MARCUS = Plan(
    name="marcus",
    title="Marcus Reed",
    currency="USD",
    institution_id="ins_copperline",
    institution="Copperline Credit Union",
    accounts=(
        AccountPlan("main", "Everyday Checking", AccountKind.CHECKING, 96_210, limit=30_000),
        AccountPlan("savings", "Share Savings", AccountKind.SAVINGS, 64_000, rate=0.012),
    ),
    streams=(
        Stream(
            "main",
            forms.bill(
                "Buckeye Fabrication", "ACH DEPOSIT BUCKEYE FABRICATION PAYROLL", "INCOME_WAGES"
            ),
            73_600,
            Weekly(4),
            spread=0.09,
        ),
        Stream(
            "main",
            forms.bill(
                "Linden Apartments", "ACH WEB LINDEN APARTMENTS RENT", "RENT_AND_UTILITIES_RENT"
            ),
            -109_500,
            Monthly(1, "next"),
            rises=((13, -114_000),),
        ),
        Stream(
            "main",
            forms.bill("Ally Auto", "ACH ALLY AUTO PYMT {ref}", "LOAN_PAYMENTS_CAR_PAYMENT"),
            -26_840,
            Monthly(9, "next"),
        ),
        Stream(
            "main",
            forms.bill("Progressive", "PROGRESSIVE INS PREM", "GENERAL_SERVICES_INSURANCE"),
            -11_920,
            Monthly(16, "next"),
            rises=((12, -13_150),),
        ),
        Stream(
            "main",
            forms.bill(
                "AEP Ohio",
                "ACH AEP OHIO ELEC {ref}",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY",
            ),
            -9_600,
            Monthly(20, "next"),
            spread=0.12,
            season=0.2,
        ),
        Stream(
            "main",
            forms.bill("T-Mobile", "T-MOBILE PCS SVC", "RENT_AND_UTILITIES_TELEPHONE"),
            -5_500,
            Monthly(11),
        ),
        Stream(
            "main",
            forms.bill("Spectrum", "SPECTRUM INTERNET", "RENT_AND_UTILITIES_INTERNET_AND_CABLE"),
            -5_999,
            Monthly(23),
            rises=((11, -6_999),),
        ),
        Stream(
            "main",
            forms.bill("Hulu", "HULU 877-824-4858 CA", "ENTERTAINMENT_TV_AND_MOVIES", "4899"),
            -799,
            Monthly(5),
            rises=((12, -999),),
        ),
        Stream(
            "main",
            forms.bill(
                "Planet Fitness", "PLANET FIT CLUB FEES", "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS"
            ),
            -1_099,
            Monthly(17),
        ),
        Stream(
            "main",
            forms.bill(
                "Ohio BMV",
                "OHIO BMV REGISTRATION",
                "GOVERNMENT_AND_NON_PROFIT_GOVERNMENT_DEPARTMENTS_AND_AGENCIES",
            ),
            -8_150,
            Monthly(14, "next", frozenset({6})),
        ),
        Stream(
            "main",
            forms.bill("Savings", "", "TRANSFER_OUT_SAVINGS"),
            -2_500,
            Weekly(0, every=2),
            to="savings",
        ),
    ),
    habits=(
        Habit("main", shops.US_GROCERIES, 2.0, 4_200, 0.55, forms.MARKET),
        Habit("main", shops.US_FUEL, 1.3, 3_900, 0.2, forms.SATURDAYS),
        Habit("main", shops.US_LUNCH, 2.6, 1_150, 0.3, forms.WEEKDAYS),
        Habit("main", shops.US_COFFEE, 1.6, 590, 0.3, forms.WEEKDAYS),
        Habit("main", shops.US_DINNER, 0.7, 3_200, 0.4, forms.EVENINGS, tips=0.5),
        Habit("main", shops.US_SHOPPING, 0.7, 3_300, 0.6, forms.SATURDAYS, refunds=0.1),
        Habit("main", shops.US_PHARMACY, 0.3, 1_650, 0.5, forms.SATURDAYS),
        Habit("main", shops.US_FUN, 0.3, 2_400, 0.3, forms.SATURDAYS),
        Habit("main", shops.US_CASH, 0.3, 4_000, 0.4, forms.EVENINGS, step=2_000, card=False),
    ),
    towns=("COLUMBUS OH", "DUBLIN OH", "GROVE CITY OH"),
    card=forms.US_CARD,
    refund="PURCHASE RETURN {text}",
    to_savings=("INTERNET TRANSFER TO SHARE SAVINGS", "INTERNET TRANSFER FROM CHECKING"),
    from_savings=("INTERNET TRANSFER TO CHECKING", "INTERNET TRANSFER FROM SHARE SAVINGS"),
    low=15_000,
    top_up=5_000,
    high=130_000,
)
