"""A couple with a joint account and a credit card in Minnesota; dollars, in minor units."""

from __future__ import annotations

from finance_core.model import AccountKind
from finance_core.sandbox import shops
from finance_core.sandbox.calendars import Monthly, Weekly
from finance_core.sandbox.households import forms
from finance_core.sandbox.plans import AccountPlan, Habit, Plan, Stream

HARPER = Plan(
    name="harper",
    title="Jordan and Sam Harper",
    currency="USD",
    institution_id="ins_granitefalls",
    institution="Granite Falls Bank",
    accounts=(
        AccountPlan("main", "Joint Checking", AccountKind.CHECKING, 402_375, limit=50_000),
        AccountPlan("savings", "Household Savings", AccountKind.SAVINGS, 925_000, rate=0.036),
        AccountPlan("card", "Cash Back Credit Card", AccountKind.CREDIT, -61_240, limit=900_000),
    ),
    streams=(
        Stream(
            "main",
            forms.bill(
                "Lakeshore Medical Center", "ACH CREDIT LAKESHORE MED CTR PAYROLL", "INCOME_WAGES"
            ),
            221_310,
            Weekly(4, every=2, offset=1),
            rises=((12, 229_055),),
        ),
        Stream(
            "main",
            forms.bill("Tamarack Schools", "ACH CREDIT TAMARACK SCHOOLS DIR DEP", "INCOME_WAGES"),
            141_375,
            Monthly(15, "previous"),
        ),
        Stream(
            "main",
            forms.bill("Tamarack Schools", "ACH CREDIT TAMARACK SCHOOLS DIR DEP", "INCOME_WAGES"),
            141_375,
            Monthly(31, "previous"),
        ),
        Stream(
            "main",
            forms.bill(
                "Northland Mortgage",
                "ACH NORTHLAND MORTGAGE PMT {ref}",
                "LOAN_PAYMENTS_MORTGAGE_PAYMENT",
            ),
            -198_412,
            Monthly(1, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Little Acorns", "ACH LITTLE ACORNS CHILDCARE", "GENERAL_SERVICES_CHILDCARE"
            ),
            -31_500,
            Weekly(0),
            rises=((13, -33_000),),
        ),
        Stream(
            "main",
            forms.bill(
                "Xcel Energy", "ACH XCEL ENERGY {ref}", "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY"
            ),
            -16_800,
            Monthly(18, "next"),
            spread=0.1,
            season=0.35,
        ),
        Stream(
            "main",
            forms.bill("City of Duluth", "ACH CITY OF DULUTH WATER", "RENT_AND_UTILITIES_WATER"),
            -7_420,
            Monthly(26, "next"),
            spread=0.06,
        ),
        Stream(
            "main",
            forms.bill(
                "State Farm", "STATE FARM INSURANCE 800-956-6310", "GENERAL_SERVICES_INSURANCE"
            ),
            -21_460,
            Monthly(8, "next"),
        ),
        Stream(
            "main",
            forms.bill("Verizon", "VERIZON WIRELESS PYMT", "RENT_AND_UTILITIES_TELEPHONE"),
            -12_288,
            Monthly(19),
        ),
        Stream(
            "main",
            forms.bill(
                "St Louis County",
                "ACH ST LOUIS COUNTY PROPERTY TAX",
                "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT",
            ),
            -118_300,
            Monthly(15, "next", frozenset({5})),
        ),
        Stream(
            "card",
            forms.bill(
                "Comcast",
                "COMCAST XFINITY INTERNET",
                "RENT_AND_UTILITIES_INTERNET_AND_CABLE",
                "4899",
            ),
            -7_500,
            Monthly(13),
            rises=((12, -8_300),),
        ),
        Stream(
            "card",
            forms.bill(
                "Netflix", "NETFLIX.COM LOS GATOS CA", "ENTERTAINMENT_TV_AND_MOVIES", "4899"
            ),
            -1_549,
            Monthly(4),
            rises=((14, -1_799),),
        ),
        Stream(
            "card",
            forms.bill(
                "YMCA", "DULUTH AREA FAMILY YMCA", "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS", "7997"
            ),
            -7_900,
            Monthly(3),
        ),
        Stream(
            "card",
            forms.bill(
                "Costco Membership",
                "COSTCO MEMBERSHIP RENEWAL",
                "GENERAL_MERCHANDISE_SUPERSTORES",
                "5300",
            ),
            -6_500,
            Monthly(27, "none", frozenset({8})),
        ),
        Stream(
            "main",
            forms.bill("Savings", "", "TRANSFER_OUT_SAVINGS"),
            -25_000,
            Monthly(16, "next"),
            to="savings",
        ),
    ),
    habits=(
        Habit("card", shops.US_GROCERIES, 2.4, 6_100, 0.5, forms.MARKET),
        Habit("card", shops.US_COSTCO, 0.4, 16_500, 0.35, forms.SATURDAYS),
        Habit("card", shops.US_FUEL, 1.6, 4_300, 0.2, forms.SATURDAYS),
        Habit("main", shops.US_COFFEE, 2.2, 720, 0.3, forms.WEEKDAYS),
        Habit("main", shops.US_LUNCH, 1.6, 1_480, 0.3, forms.WEEKDAYS),
        Habit("card", shops.US_DINNER, 1.1, 5_600, 0.4, forms.EVENINGS, tips=0.5),
        Habit("card", shops.US_SHOPPING, 1.4, 4_700, 0.6, forms.SATURDAYS, refunds=0.12),
        Habit("main", shops.US_PHARMACY, 0.5, 2_100, 0.5, forms.SATURDAYS),
        Habit("main", shops.US_FUN, 0.5, 3_900, 0.4, forms.SATURDAYS),
        Habit("main", shops.US_CASH, 0.25, 6_000, 0.4, forms.SATURDAYS, step=2_000, card=False),
    ),
    towns=("DULUTH MN", "HERMANTOWN MN", "MINNEAPOLIS MN"),
    card=forms.US_CARD,
    refund="RETURN {text}",
    to_savings=("ONLINE TRANSFER TO HOUSEHOLD SAVINGS", "ONLINE TRANSFER FROM JOINT CHECKING"),
    from_savings=("ONLINE TRANSFER TO JOINT CHECKING", "ONLINE TRANSFER FROM HOUSEHOLD SAVINGS"),
    low=60_000,
    top_up=20_000,
    high=430_000,
    credit="card",
)
