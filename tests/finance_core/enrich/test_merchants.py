"""Merchant names out of raw bank text, in the styles of many countries."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finance_core.enrich.classifier import own_descriptors
from finance_core.enrich.merchants import clean, usual_category
from finance_core.enrich.phrases import packaged

TABLE = """
CARD PURCHASE 1234 TESCO STORES 3345 LONDON GB | Tesco
SQ *BLUE BOTTLE COFFEE | Blue Bottle Coffee
SQ *LITTLE LANTERN | Little Lantern
TST* THE CORNER BISTRO - NEW YORK NY | The Corner Bistro
PAYPAL *SPOTIFY | Spotify
PURCHASE AUTHORIZED ON 03/12 SHELL OIL 574 DALLAS TX S583072 CARD 1234 | Shell
POS DEBIT WAL-MART #1234 AUSTIN TX | Walmart
AMZN Mktp US*2X34T5 Amzn.com/bill WA | Amazon
UBER   *EATS HELP.UBER.COM | Uber Eats
UBER *TRIP 8005928996 CA | Uber
NETFLIX.COM 866-579-7172 CA | Netflix
KLARNA*HM COM | H&M
APPLE.COM/BILL ITUNES.COM | Apple
GOOGLE *YouTubePremium | YouTube Premium
7-ELEVEN 35411 BROOKLYN NY | 7-Eleven
24 HOUR FITNESS 0012 | 24 Hour Fitness
ACH DEBIT COMCAST CABLE 8005551234 | Comcast Xfinity
DIRECT DEP ACME CORP PAYROLL PPD ID: 123 | Acme
DIRECT DEBIT SKY DIGITAL 12345678 | Sky
DD EE LIMITED | EE
MARKS&SPENCER PLC | Marks & Spencer
M&S SIMPLY FOOD | M&S Food
HM REVENUE AND CUSTOMS | HMRC
TESCO PFS 3321 | Tesco Petrol
O'NEILL'S PUB DUBLIN IE | O'Neill's
JOE'S PIZZA | Joe's Pizza
GREEN GROCER LTD | Green Grocer
INTERAC PURCHASE - 1234 - JOE'S DINER | Joe's Diner
VISA PURCHASE WOOLWORTHS 1234 SYDNEY AU | Woolworths
SEPA-Lastschrift Vattenfall Europe Sales GmbH Mandat 12345 Gläubiger-ID DE98ZZZ | Vattenfall
KARTENZAHLUNG NAHKAUF SCHMIDT KOELN | Nahkauf
/TRTP/SEPA Incasso/CSID/NL123/NAME/Essent Retail Energie B.V./MARF/12 | Essent
CARTE 12/03 MONOPRIX PARIS CB*1234 | Monoprix
CARTE 12/03 BOULANGERIE DUPONT LYON CB*1234 | Boulangerie Dupont
PRLV SEPA EDF clients particuliers | EDF Energy
COMPRA TARJ. 4532XXXXXXXX1234 MERCADONA-MADRID | Mercadona
COMPRA TARJ. 4532XXXXXXXX1234 BAR PEPE MADRID | Bar Pepe
RECIBO IBERDROLA CLIENTES SAU | Iberdrola
PLATBA KARTOU ALBERT 3321 PRAHA | Albert
INKASO CEZ PRODEJ | ČEZ
ZAKUP PRZY UŻYCIU KARTY BIEDRONKA 1234 WARSZAWA | Biedronka
KORTKÖP 240312 ICA SUPERMARKET | ICA
UPI-SWIGGY-swiggy@icici-HDFC0001-123456-payment | Swiggy
KARTENZAHLUNG BAECKEREI LERCH 6236//HAMBURG/DE | Baeckerei Lerch
CARD PAYMENT TO SUMUP *SLOW KETTLE LEEDS GB CONTACTLESS | Slow Kettle
DEBIT CARD PURCHASE 02/17 OLD MILL 9939 DULUTH MN CARD 4412 | Old Mill
ACH RIVER POWER M6N2P7C | River Power
ATM WITHDRAWAL 004412 HIGH ST | Cash Withdrawal
POSC09MAR HARBOUR VIEW BAKERY TRALEE | Harbour View Bakery
CARGO EE.SS. QUIXTO ALBACETE TARJETA *1234 | Quixto
QUENTOPARK00120214A | Quentopark
SEPA-LASTSCHRIFT HARZQUELL GMBH ABSCHLAG STROM 03/24 | Harzquell
Overboeking Naam: Veldzicht Beheer BV Omschrijving: huur maart | Veldzicht Beheer
PLATNOSC KARTA ZIELONY KRAM SP Z O O RZESZOW | Zielony Kram
GUTSCHRIFT QUARTALIS AG LOHN/GEHALT 03/2024 | Quartalis
PAGO EN FARMACIA ORTEGA | Farmacia Ortega
ORIG CO NAME:LARCH STUDIO ORIG ID:123 DESC DATE:MAR CO ENTRY DESCR:PAYROLL | Larch Studio
RETRAIT DAB 12/03 PARIS | Cash Withdrawal
"""

COUNTERPARTIES = """
STANDING ORDER TO J SMITH REF RENT | J Smith
FASTER PAYMENT RECEIVED FROM JANE DOE | Jane Doe
Zelle payment to Maria Lopez JPM99a8b7c | Maria Lopez
VIR SEPA RECU DE M DUPONT JEAN | M Dupont Jean
TRANSFERENCIA DE JUAN GARCIA | Juan Garcia
TRVALÝ PŘÍKAZ NOVÁK JAN | Novák Jan
UPI/DR/123456/RAMESH KUMAR/HDFC/abc | Ramesh Kumar
TRANSFER TO WEI MA | Wei Ma
TRANSFER TO JACK LONDON | Jack London
transfer to savings 12345678 | Savings
"""


def rows(table: str) -> list[tuple[str, str]]:
    lines = [line.split(" | ") for line in table.strip().splitlines()]
    return [(raw, name) for raw, name in lines]


@pytest.mark.parametrize(("raw", "name"), rows(TABLE))
def test_merchants(raw: str, name: str) -> None:
    assert clean(raw) == name


@pytest.mark.parametrize(("raw", "name"), rows(COUNTERPARTIES))
def test_counterparties_of_transfers_stay(raw: str, name: str) -> None:
    assert clean(raw) == name


@pytest.mark.parametrize("raw", ["CARD PURCHASE", "12345", "Bank of London", "eBay"])
def test_text_that_is_all_there_is_stays(raw: str) -> None:
    assert clean(raw).casefold() == raw.casefold()


@pytest.mark.parametrize("raw", ["", "   ", "***", "\n\t-"])
def test_text_that_says_nothing(raw: str) -> None:
    assert clean(raw) == "Unknown"


def test_the_banks_own_name_is_preferred() -> None:
    assert clean("CARD 4412 XYZ", hint="TESCO STORES 3345") == "Tesco"
    assert clean("TESCO STORES 3345", hint="  ") == "Tesco"


def test_every_known_merchant_is_its_own_clean_name() -> None:
    names = [name for group in packaged("merchants.yml").values() for name in group]
    assert [name for name in names if clean(name) != name] == []
    assert [name for name in names if usual_category(name) is None] == []


def test_every_spelling_leads_to_its_merchant() -> None:
    wrong = [
        (text, clean(text))
        for group in packaged("merchants.yml").values()
        for name, spellings in group.items()
        for text in spellings
        if clean(text.lstrip("=")) != name
    ]
    assert wrong == []


def test_the_same_merchant_on_many_statements_is_one_name() -> None:
    raw = [f"CARD PURCHASE {n:04} HARVEST FRESH FOODS LEEDS GB" for n in range(300, 400)]
    raw += [f"CONTACTLESS {n % 28 + 1:02}/03 HARVEST FRESH FOODS" for n in range(50)]
    assert {clean(text) for text in raw} == {"Harvest Fresh Foods"}


pieces = st.sampled_from(
    """CARD PURCHASE|POS|DIRECT DEBIT|TRANSFER TO|SQ *|PAYPAL *|12/03|1234|#55|TESCO|LONDON|GB|LTD
    |REF 99|Joe's|CAFÉ|de|THE|XXXX1234|.com|www.|/NAME/|UPI-|*|-|&|O'NEILL|24.99 EUR|NEW YORK|s.r.o.
    |Müller|İstanbul|ǅ|ß|5 MAR|NEXT|BANK OF|ﬁ|Ⅷ""".replace("\n    ", "").split("|")
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=8).map(" ".join)))
@example("TRANSFER TO TRANSFER TO CARD")
@example("ŉ ŉ")
def test_cleaning_is_idempotent_and_never_empty(raw: str) -> None:
    name = clean(raw)
    assert name.strip()
    assert clean(name) == name


def test_twenty_thousand_a_second() -> None:
    raw = [f"{text} {n}" for n in range(8) for _, text, _ in own_descriptors()]
    started = time.process_time()
    for text in raw:
        clean(text)
    taken = time.process_time() - started
    assert len(raw) / taken > 5_000  # measured above 20,000; room for a busy machine
