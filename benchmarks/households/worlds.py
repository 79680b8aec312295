"""Countries as a bank statement shows them: money, working days, and how rows are worded.

Part of the generated households (``python benchmarks/households``). Nothing here is shared
with Penny's own code, so that what finds streams is measured against something else.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

_SYLLABLES = [
    "bel",
    "cor",
    "dan",
    "eri",
    "fal",
    "gro",
    "hol",
    "ivo",
    "jul",
    "kar",
    "lum",
    "mer",
    "nov",
    "ost",
    "pal",
    "qui",
    "ros",
    "sel",
    "tor",
    "umb",
    "vex",
    "wil",
    "yor",
    "zan",
    "bri",
    "cle",
    "dro",
    "fen",
    "gar",
    "hes",
    "kel",
    "lor",
    "mon",
    "nel",
    "orb",
    "pru",
    "rav",
    "sto",
    "tan",
    "vor",
    "wex",
    "zil",
]
_PEOPLE = [
    "A Moreau",
    "J Petersen",
    "K Novak",
    "L Rossi",
    "M Okafor",
    "N Gupta",
    "O Lindqvist",
    "P Kowal",
    "R Tanaka",
    "S Brandt",
    "T Hughes",
    "V Marin",
    "D Farrow",
    "E Castell",
    "F Nyberg",
    "H Osei",
]


@dataclass(frozen=True)
class World:
    """One country.

    Attributes:
        places: decimal places of the currency.
        scale: what one euro's worth is in it, for prices.
        holidays: (month, day) on which banks rest, besides Easter.
        wordings: way of paying → template with NAME, REF, CITY, DAY.
        trades: kind of merchant → words its name may end in.
        pay: how wages come: ``monthly``, ``semimonthly``, ``biweekly``.
    """

    code: str
    currency: str
    places: int
    scale: float
    holidays: frozenset[tuple[int, int]]
    wordings: dict[str, str]
    cities: tuple[str, ...]
    trades: dict[str, tuple[str, ...]]
    pay: tuple[str, ...]

    def working(self, day: date) -> bool:
        """Whether banks book on that day."""
        rest = easter(day.year) + timedelta(days=1), easter(day.year) - timedelta(days=2)
        return day.weekday() < 5 and (day.month, day.day) not in self.holidays and day not in rest

    def booked(self, day: date, shift: str) -> date:
        """``day``, moved to the ``next`` or ``previous`` working day, or left (``none``)."""
        step = {"next": 1, "previous": -1, "none": 0}[shift]
        while step and not self.working(day):
            day += timedelta(days=step)
        return day

    def priced(self, euros: float, ending: float | None = None) -> int:
        """About ``euros`` in minor units of the currency; ``ending`` 0.99 makes it x.99."""
        units = euros * self.scale
        if self.places == 0:
            return max(1, round(units, -1 if units > 200 else 0).__int__())
        if ending is not None:
            return int(units) * 100 + round(ending * 100)
        return max(1, round(units * 100))

    def worded(self, way: str, name: str, chance: random.Random, day: date, town: str) -> str:
        """A row's text, as the bank of this country would print it."""
        said = {
            "NAME": name,
            "REF": str(chance.randrange(10**6, 10**8)),
            "CITY": town,
            "DAY": f"{day:%d%b}".upper(),
        }
        return re.sub("NAME|REF|CITY|DAY", lambda found: said[found[0]], self.wordings[way])


def person(chance: random.Random) -> str:
    """Somebody money is sent to."""
    return chance.choice(_PEOPLE).upper()


def brand(chance: random.Random) -> str:
    """An invented name."""
    return "".join(chance.sample(_SYLLABLES, chance.choice((2, 2, 3)))).upper()


_ENGLISH = {
    "energy": ("ENERGY", "POWER", "ELECTRIC", "GAS & POWER"),
    "water": ("WATER", "WATER SERVICES"),
    "phone": ("MOBILE", "TELECOM", "WIRELESS"),
    "internet": ("BROADBAND", "FIBRE", "INTERNET"),
    "insurance": ("INSURANCE", "MUTUAL INSURANCE", "ASSURANCE"),
    "rent": ("LETTINGS", "PROPERTIES", "ESTATES RENT"),
    "loan": ("FINANCE", "LOANS", "BANK MORTGAGE"),
    "media": ("TV", "MUSIC", "STREAM", "PLAY", "CLOUD"),
    "gym": ("FITNESS", "GYM", "CLIMBING"),
    "tax": ("COUNCIL TAX", "CITY COUNCIL", "COUNTY TAX"),
    "care": ("NURSERY", "CHILDCARE", "CLEANING"),
    "club": ("CLUB", "ASSOCIATION", "MOTOR CLUB"),
    "employer": ("LTD", "GROUP", "SYSTEMS", "HOSPITAL", "LOGISTICS"),
    "grocer": ("MARKET", "FOODS", "SUPERMARKET"),
    "eatery": ("CAFE", "PIZZA", "GRILL", "BAKERY", "NOODLES"),
    "shop": ("STORE", "FASHION", "SPORTS", "BOOKS", "ONLINE"),
    "fuel": ("FUEL", "SERVICE STATION"),
    "transit": ("TRANSIT", "RAIL", "BUS"),
}
_GERMAN = _ENGLISH | {
    "energy": ("ENERGIE", "STADTWERKE", "STROM"),
    "water": ("WASSERWERKE",),
    "insurance": ("VERSICHERUNG", "LEBENSVERS AG"),
    "rent": ("HAUSVERWALTUNG", "WOHNBAU MIETE"),
    "loan": ("KREDITBANK", "BAUSPARKASSE"),
    "tax": ("STADTKASSE", "RUNDFUNKBEITRAG"),
    "care": ("KINDERGARTEN", "REINIGUNG"),
    "club": ("VEREIN", "SPORTVEREIN"),
    "employer": ("GMBH", "AG", "KLINIKUM"),
    "grocer": ("MARKT", "LEBENSMITTEL"),
    "eatery": ("BAECKEREI", "RESTAURANT"),
}
_FRENCH = _ENGLISH | {
    "energy": ("ENERGIE", "ELECTRICITE"),
    "water": ("EAUX",),
    "insurance": ("ASSURANCES", "MUTUELLE"),
    "rent": ("LOYER", "IMMOBILIER"),
    "loan": ("CREDIT", "PRET IMMO"),
    "tax": ("IMPOTS", "DGFIP"),
    "care": ("CRECHE", "GARDE"),
    "employer": ("SARL", "SA", "HOPITAL"),
    "grocer": ("MARCHE", "EPICERIE"),
    "eatery": ("BOULANGERIE", "BRASSERIE"),
}
_POLISH = _ENGLISH | {
    "energy": ("ENERGIA", "GAZ"),
    "water": ("WODOCIAGI",),
    "insurance": ("UBEZPIECZENIA",),
    "rent": ("CZYNSZ", "SPOLDZIELNIA"),
    "loan": ("KREDYT", "BANK RATA"),
    "employer": ("SP Z OO", "SA"),
    "grocer": ("SKLEP", "DELIKATESY"),
    "eatery": ("PIEKARNIA", "BAR"),
}
_SWEDISH = _ENGLISH | {
    "energy": ("ENERGI", "KRAFT"),
    "insurance": ("FÖRSÄKRING",),
    "rent": ("HYRA", "BOSTADS AB"),
    "loan": ("BOLÅN", "KREDIT"),
    "employer": ("AB", "REGION"),
    "grocer": ("LIVS", "MAT"),
    "eatery": ("KONDITORI", "KROG"),
}

WORLDS = (
    World(
        "GB",
        "GBP",
        2,
        0.9,
        frozenset({(1, 1), (12, 25), (12, 26), (5, 6), (8, 26)}),
        {
            "debit": "DIRECT DEBIT NAME REF",
            "order": "STANDING ORDER NAME",
            "card": "CARD PAYMENT NAME CITY ON DAY",
            "online": "NAME.CO.UK REF",
            "wage": "NAME SALARY",
            "person": "FASTER PAYMENT TO NAME",
            "interest": "INTEREST PAID",
            "cash": "CASH WITHDRAWAL CITY DAY",
        },
        ("LEEDS", "BRISTOL", "YORK", "LONDON"),
        _ENGLISH,
        ("monthly", "monthly", "four-weekly"),
    ),
    World(
        "US",
        "USD",
        2,
        1.1,
        frozenset({(1, 1), (7, 4), (11, 11), (12, 25)}),
        {
            "debit": "ACH DEBIT NAME WEB ID: REF",
            "order": "ONLINE TRANSFER NAME",
            "card": "POS PURCHASE NAME #0REF CITY",
            "online": "NAME.COM REF",
            "wage": "NAME DIR DEP PAYROLL PPD ID: REF",
            "person": "ZELLE PAYMENT TO NAME",
            "interest": "INTEREST PAYMENT",
            "cash": "ATM WITHDRAWAL 00REF CITY",
        },
        ("AUSTIN TX", "DENVER CO", "BOISE ID"),
        _ENGLISH,
        ("biweekly", "semimonthly", "biweekly"),
    ),
    World(
        "DE",
        "EUR",
        2,
        1.0,
        frozenset({(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}),
        {
            "debit": "SEPA-LASTSCHRIFT NAME MREF REF",
            "order": "DAUERAUFTRAG NAME",
            "card": "KARTENZAHLUNG NAME//CITY/DE",
            "online": "PAYPAL *NAME REF",
            "wage": "GUTSCHRIFT NAME LOHN GEHALT",
            "person": "UEBERWEISUNG NAME",
            "interest": "ZINSEN GUTSCHRIFT",
            "cash": "BARGELDAUSZAHLUNG CITY DAY",
        },
        ("KOELN", "HAMBURG", "LEIPZIG"),
        _GERMAN,
        ("monthly",),
    ),
    World(
        "FR",
        "EUR",
        2,
        1.0,
        frozenset({(1, 1), (5, 1), (7, 14), (11, 1), (12, 25)}),
        {
            "debit": "PRLV SEPA NAME REF",
            "order": "VIR PERMANENT NAME",
            "card": "CB NAME CITY DAY",
            "online": "CB NAME.FR DAY",
            "wage": "VIR SEPA RECU NAME SALAIRE",
            "person": "VIR INST NAME",
            "interest": "INTERETS CREDITEURS",
            "cash": "RETRAIT DAB CITY DAY",
        },
        ("LYON", "NANTES", "LILLE"),
        _FRENCH,
        ("monthly",),
    ),
    World(
        "PL",
        "PLN",
        2,
        3.2,
        frozenset({(1, 1), (5, 1), (5, 3), (11, 11), (12, 25), (12, 26)}),
        {
            "debit": "POLECENIE ZAPLATY NAME REF",
            "order": "ZLECENIE STALE NAME",
            "card": "PLATNOSC KARTA NAME CITY",
            "online": "BLIK NAME REF",
            "wage": "PRZELEW PRZYCHODZACY NAME WYNAGRODZENIE",
            "person": "PRZELEW NAME",
            "interest": "ODSETKI",
            "cash": "WYPLATA BANKOMAT CITY",
        },
        ("GDANSK", "LODZ", "POZNAN"),
        _POLISH,
        ("monthly",),
    ),
    World(
        "SE",
        "SEK",
        2,
        11.0,
        frozenset({(1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26)}),
        {
            "debit": "AUTOGIRO NAME",
            "order": "STÅENDE ÖVERFÖRING NAME",
            "card": "KORTKÖP DAY NAME CITY",
            "online": "KORTKÖP DAY NAME",
            "wage": "LÖN NAME",
            "person": "SWISH NAME",
            "interest": "RÄNTA",
            "cash": "UTTAG AUTOMAT CITY",
        },
        ("MALMÖ", "UPPSALA"),
        _SWEDISH,
        ("monthly",),
    ),
    World(
        "AU",
        "AUD",
        2,
        1.6,
        frozenset({(1, 1), (1, 26), (4, 25), (12, 25), (12, 26)}),
        {
            "debit": "DIRECT DEBIT NAME REF",
            "order": "AUTOMATIC PAYMENT NAME",
            "card": "VISA PURCHASE NAME CITY AU",
            "online": "NAME.COM.AU CITY",
            "wage": "SALARY FROM NAME",
            "person": "OSKO PAYMENT NAME",
            "interest": "CREDIT INTEREST",
            "cash": "ATM CITY DAY",
        },
        ("PERTH", "HOBART", "CAIRNS"),
        _ENGLISH,
        ("biweekly", "biweekly", "monthly"),
    ),
    World(
        "JP",
        "JPY",
        0,
        160.0,
        frozenset({(1, 1), (1, 2), (1, 3), (5, 3), (5, 4), (5, 5)}),
        {
            "debit": "AUTO DEBIT NAME",
            "order": "TRANSFER NAME",
            "card": "DEBIT CARD NAME REF",
            "online": "DEBIT NAME REF",
            "wage": "SALARY NAME",
            "person": "TRANSFER NAME",
            "interest": "INTEREST",
            "cash": "CARD ATM",
        },
        ("OSAKA", "SENDAI"),
        _ENGLISH,
        ("monthly",),
    ),
    World(
        "IN",
        "INR",
        2,
        40.0,
        frozenset({(1, 26), (8, 15), (10, 2), (12, 25)}),
        {
            "debit": "ACH D- NAME-REF",
            "order": "SI NAME REF",
            "card": "POS REF NAME CITY",
            "online": "UPI-NAME-REF",
            "wage": "NEFT CR-NAME-SALARY",
            "person": "UPI-NAME-REF",
            "interest": "CREDIT INTEREST CAPITALISED",
            "cash": "ATW-REF-CITY",
        },
        ("PUNE", "JAIPUR"),
        _ENGLISH,
        ("monthly",),
    ),
)
