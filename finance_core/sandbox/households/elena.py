"""A freelance designer in Hamburg; euros. Amounts are minor units."""

from __future__ import annotations

from finance_core.model import AccountKind
from finance_core.sandbox import shops
from finance_core.sandbox.calendars import Monthly
from finance_core.sandbox.households import forms
from finance_core.sandbox.plans import AccountPlan, Habit, Plan, Stream

ELENA = Plan(
    name="elena",
    title="Elena Vogt",
    currency="EUR",
    institution_id="ins_hafenbank",
    institution="Hafenbank",
    accounts=(
        AccountPlan("main", "Girokonto", AccountKind.CHECKING, 264_055, limit=100_000),
        AccountPlan("savings", "Tagesgeld", AccountKind.SAVINGS, 480_000, rate=0.0225),
    ),
    streams=(
        Stream(
            "main",
            forms.bill(
                "Hausverwaltung Brandt",
                "DAUERAUFTRAG HAUSVERWALTUNG BRANDT MIETE",
                "RENT_AND_UTILITIES_RENT",
            ),
            -86_000,
            Monthly(1, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Finanzamt Hamburg",
                "SEPA LASTSCHRIFT FINANZAMT HAMBURG EST-VZ {ref}",
                "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT",
            ),
            -98_000,
            Monthly(10, "next", frozenset({3, 6, 9, 12})),
        ),
        Stream(
            "main",
            forms.bill(
                "Techniker Krankenkasse",
                "SEPA LASTSCHRIFT TECHNIKER KRANKENKASSE",
                "GENERAL_SERVICES_INSURANCE",
            ),
            -41_230,
            Monthly(15, "next"),
            rises=((12, -43_580),),
        ),
        Stream(
            "main",
            forms.bill(
                "Vattenfall",
                "SEPA LASTSCHRIFT VATTENFALL STROM {ref}",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY",
            ),
            -7_200,
            Monthly(5, "next"),
            spread=0.06,
            season=0.25,
        ),
        Stream(
            "main",
            forms.bill(
                "Telekom",
                "SEPA LASTSCHRIFT TELEKOM DEUTSCHLAND {ref}",
                "RENT_AND_UTILITIES_INTERNET_AND_CABLE",
            ),
            -4_495,
            Monthly(18, "next"),
        ),
        Stream(
            "main",
            forms.bill(
                "Adobe",
                "ADOBE CREATIVE CLOUD DUBLIN",
                "GENERAL_SERVICES_OTHER_GENERAL_SERVICES",
                "5734",
            ),
            -6_185,
            Monthly(9),
            rises=((13, -6_664),),
        ),
        Stream(
            "main",
            forms.bill(
                "Deutschlandticket",
                "SEPA LASTSCHRIFT HVV DEUTSCHLANDTICKET",
                "TRANSPORTATION_PUBLIC_TRANSIT",
            ),
            -4_900,
            Monthly(1, "next"),
            rises=((8, -5_800),),
        ),
        Stream(
            "main",
            forms.bill(
                "Allianz", "SEPA LASTSCHRIFT ALLIANZ HAFTPFLICHT", "GENERAL_SERVICES_INSURANCE"
            ),
            -7_890,
            Monthly(2, "next", frozenset({1})),
        ),
        Stream(
            "main",
            forms.bill(
                "Rundfunkbeitrag",
                "SEPA LASTSCHRIFT RUNDFUNK ARD ZDF DRADIO",
                "RENT_AND_UTILITIES_OTHER_UTILITIES",
            ),
            -5_508,
            Monthly(15, "next", frozenset({2, 5, 8, 11})),
        ),
    ),
    habits=(
        Habit(
            "main",
            shops.DE_CLIENTS,
            0.78,
            92_000,
            0.45,
            (1, 1, 1, 1, 1, 0, 0),
            card=False,
            income=True,
        ),
        Habit("main", shops.DE_GROCERIES, 2.7, 2_450, 0.5, (1, 0.8, 0.9, 1.1, 1.5, 2.0, 0)),
        Habit("main", shops.DE_COFFEE, 2.4, 480, 0.3, forms.WEEKDAYS),
        Habit("main", shops.DE_DINNER, 0.9, 2_400, 0.4, forms.EVENINGS),
        Habit("main", shops.DE_TRANSIT, 0.3, 3_600, 0.5, forms.EVENINGS),
        Habit("main", shops.DE_SHOPPING, 0.7, 3_100, 0.6, forms.SATURDAYS, refunds=0.2),
        Habit("main", shops.DE_PHARMACY, 0.6, 1_300, 0.5, forms.SATURDAYS),
        Habit("main", shops.DE_CASH, 0.4, 5_000, 0.4, forms.SATURDAYS, step=1_000, card=False),
    ),
    towns=("HAMBURG", "BERLIN", "LUEBECK"),
    card=forms.DE_CARD,
    refund="GUTSCHRIFT KARTENZAHLUNG {text}",
    to_savings=("UMBUCHUNG AUF TAGESGELD", "UMBUCHUNG VON GIROKONTO"),
    from_savings=("UMBUCHUNG AUF GIROKONTO", "UMBUCHUNG VON TAGESGELD"),
    low=40_000,
    top_up=20_000,
    high=380_000,
)
