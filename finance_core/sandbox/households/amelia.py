"""A monthly salary in Leeds; pounds. Amounts are minor units."""

from __future__ import annotations

from finance_core.model import AccountKind
from finance_core.sandbox import shops
from finance_core.sandbox.calendars import Monthly
from finance_core.sandbox.households import forms
from finance_core.sandbox.plans import AccountPlan, Habit, Plan, Stream

AMELIA = Plan(
    name="amelia",
    title="Amelia Hart",
    currency="GBP",
    institution_id="ins_thornbury",
    institution="Thornbury Bank",
    accounts=(
        AccountPlan("main", "Current Account", AccountKind.CHECKING, 118_420, limit=50_000),
        AccountPlan("savings", "Easy Saver", AccountKind.SAVINGS, 210_000, rate=0.031),
    ),
    streams=(
        Stream(
            "main",
            forms.bill("Calder Logistics", "BACS CALDER LOGISTICS LTD SALARY", "INCOME_WAGES"),
            241_862,
            Monthly(28, "previous"),
            rises=((12, 250_327),),
        ),
        Stream(
            "main",
            forms.bill(
                "Ashgrove Lettings", "STO ASHGROVE LETTINGS RENT FLAT 4", "RENT_AND_UTILITIES_RENT"
            ),
            -92_500,
            Monthly(1, "next"),
            rises=((14, -96_000),),
        ),
        Stream(
            "main",
            forms.bill(
                "Leeds City Council",
                "DD LEEDS CITY COUNCIL CTAX",
                "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT",
            ),
            -13_200,
            Monthly(3, "next", frozenset({1, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
        ),
        Stream(
            "main",
            forms.bill(
                "Octopus Energy",
                "DD OCTOPUS ENERGY A-{ref}",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY",
            ),
            -9_400,
            Monthly(12, "next"),
            spread=0.08,
            season=0.38,
        ),
        Stream(
            "main",
            forms.bill("Yorkshire Water", "DD YORKSHIRE WATER {ref}", "RENT_AND_UTILITIES_WATER"),
            -3_150,
            Monthly(17, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Hyperoptic",
                "DD HYPEROPTIC LTD BROADBAND",
                "RENT_AND_UTILITIES_INTERNET_AND_CABLE",
            ),
            -3_000,
            Monthly(8, "next"),
            rises=((10, -3_300), (22, -3_550)),
        ),
        Stream(
            "main",
            forms.bill("giffgaff", "DD GIFFGAFF MOBILE", "RENT_AND_UTILITIES_TELEPHONE"),
            -1_500,
            Monthly(19, "next"),
        ),
        Stream(
            "main",
            forms.bill("Netflix", "NETFLIX.COM 0800 000", "ENTERTAINMENT_TV_AND_MOVIES", "4899"),
            -1_099,
            Monthly(6),
            rises=((15, -1_299),),
        ),
        Stream(
            "main",
            forms.bill("Spotify", "SPOTIFY P{ref} LONDON", "ENTERTAINMENT_MUSIC_AND_AUDIO", "5815"),
            -1_199,
            Monthly(14),
            rises=((18, -1_299),),
        ),
        Stream(
            "main",
            forms.bill(
                "PureGym",
                "DD PUREGYM LTD",
                "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS",
            ),
            -2_499,
            Monthly(2, "next"),
            months=(3, 10_000),
        ),
        Stream(
            "main",
            forms.bill(
                "TV Licence",
                "DD TV LICENCE BCD",
                "GOVERNMENT_AND_NON_PROFIT_OTHER_GOVERNMENT_AND_NON_PROFIT",
            ),
            -16_950,
            Monthly(1, "next", frozenset({10})),
        ),
        Stream(
            "main",
            forms.bill("Aviva", "DD AVIVA HOME INSURANCE", "GENERAL_SERVICES_INSURANCE"),
            -18_740,
            Monthly(21, "next", frozenset({3})),
        ),
        Stream(
            "main",
            forms.bill("Saver", "", "TRANSFER_OUT_SAVINGS"),
            -7_500,
            Monthly(1, "next"),
            to="savings",
        ),
    ),
    habits=(
        Habit("main", shops.UK_GROCERIES, 2.6, 2_350, 0.55, forms.MARKET),
        Habit("main", shops.UK_COFFEE, 3.2, 395, 0.25, forms.WEEKDAYS),
        Habit("main", shops.UK_DINNER, 1.3, 2_150, 0.45, forms.EVENINGS),
        Habit("main", shops.UK_TRANSIT, 3.4, 560, 0.3, forms.WEEKDAYS),
        Habit("main", shops.UK_RIDES, 0.4, 1_120, 0.4, forms.EVENINGS),
        Habit("main", shops.UK_SHOPPING, 0.9, 2_800, 0.6, forms.SATURDAYS, refunds=0.12),
        Habit("main", shops.UK_PHARMACY, 0.4, 1_050, 0.5, forms.SATURDAYS),
        Habit("main", shops.UK_FUN, 0.4, 1_900, 0.4, forms.EVENINGS),
        Habit("main", shops.UK_CASH, 0.25, 3_000, 0.4, forms.SATURDAYS, step=1_000, card=False),
    ),
    towns=("LEEDS", "YORK", "LONDON", "MANCHESTER"),
    card=forms.UK_CARD,
    refund="CARD REFUND {text}",
    to_savings=("TFR TO EASY SAVER", "TFR FROM CURRENT ACCOUNT"),
    from_savings=("TFR TO CURRENT ACCOUNT", "TFR FROM EASY SAVER"),
    low=25_000,
    top_up=10_000,
    high=150_000,
)
