"""The merchants of the sandbox: how each is written on a statement, and what it sells."""

from __future__ import annotations

from finance_core.sandbox.plans import Shop


def _shops(category: str, mcc: str | None, lines: str, *, town: bool = True) -> tuple[Shop, ...]:
    """Reads ``Name | STATEMENT TEXT`` lines, favourites first."""
    pairs = (line.split("|") for line in lines.strip().splitlines())
    return tuple(Shop(name.strip(), text.strip(), category, mcc, town) for name, text in pairs)


_GROCERIES = ("FOOD_AND_DRINK_GROCERIES", "5411")
_COFFEE = ("FOOD_AND_DRINK_COFFEE", "5814")
_LUNCH = ("FOOD_AND_DRINK_FAST_FOOD", "5814")
_DINNER = ("FOOD_AND_DRINK_RESTAURANT", "5812")
_TRANSIT = ("TRANSPORTATION_PUBLIC_TRANSIT", "4111")
_RIDES = ("TRANSPORTATION_TAXIS_AND_RIDE_SHARES", "4121")
_FUEL = ("TRANSPORTATION_GAS", "5541")
_ONLINE = ("GENERAL_MERCHANDISE_ONLINE_MARKETPLACES", "5399")
_CLOTHES = ("GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES", "5651")
_DEPARTMENT = ("GENERAL_MERCHANDISE_DEPARTMENT_STORES", "5311")
_BOOKS = ("GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS", "5942")
_PHARMACY = ("MEDICAL_PHARMACIES_AND_SUPPLEMENTS", "5912")
_HARDWARE = ("HOME_IMPROVEMENT_HARDWARE", "5200")
_CINEMA = ("ENTERTAINMENT_TV_AND_MOVIES", "7832")
_HAIR = ("PERSONAL_CARE_HAIR_AND_BEAUTY", "7230")
_PETS = ("GENERAL_MERCHANDISE_PET_SUPPLIES", "5995")
_ATM = ("TRANSFER_OUT_WITHDRAWAL", "6011")

# --- Britain -------------------------------------------------------------------

UK_GROCERIES = _shops(
    *_GROCERIES,
    """
    Tesco | TESCO STORES {store}
    Sainsbury's | SAINSBURYS S/MKTS
    Aldi | ALDI STORES {store}
    Lidl | LIDL GB
    Co-op | CO-OP GROUP FOOD {store}
    Waitrose | WAITROSE & PARTNERS
    Marrow & Finch | MARROW AND FINCH GREENGROCER
    """,
)
UK_COFFEE = _shops(
    *_COFFEE,
    """
    Pret A Manger | PRET A MANGER {store}
    Costa Coffee | COSTA COFFEE {store}
    Slow Kettle | SUMUP *SLOW KETTLE
    Greggs | GREGGS PLC {store}
    Caffe Nero | CAFFE NERO {store}
    """,
)
UK_DINNER = _shops(
    *_DINNER,
    """
    Nando's | NANDOS {store}
    Deliveroo | DELIVEROO.COM
    The Brass Lantern | THE BRASS LANTERN PUB
    Wagamama | WAGAMAMA {store}
    Pizza Express | PIZZA EXPRESS {store}
    Saffron House | ZETTLE *SAFFRON HOUSE
    Dishoom | DISHOOM
    """,
)
UK_TRANSIT = _shops(*_TRANSIT, "TfL | TFL TRAVEL CHARGE TFL.GOV.UK/CP", town=False)
UK_TRAINS = _shops(
    *_TRANSIT, "Trainline | TRAINLINE.COM\nNorthern Rail | NORTHERN RAIL TVM {store}"
)
UK_RIDES = _shops(*_RIDES, "Uber | UBER *TRIP HELP.UBER.COM\nBolt | BOLT.EU/O/{ref}", town=False)
UK_SHOPPING = (
    *_shops(*_ONLINE, "Amazon | AMZNMKTPLACE*{ref}", town=False),
    *_shops(*_CLOTHES, "Uniqlo | UNIQLO {store}\nZara | ZARA UK {store}\nAsos | ASOS.COM LTD"),
    *_shops(*_DEPARTMENT, "John Lewis | JOHN LEWIS\nArgos | ARGOS LTD {store}"),
    *_shops(*_BOOKS, "Waterstones | WATERSTONES {store}"),
    *_shops(*_HARDWARE, "B&Q | B & Q {store}\nIkea | IKEA LTD {store}"),
)
UK_PHARMACY = _shops(*_PHARMACY, "Boots | BOOTS {store}\nSuperdrug | SUPERDRUG STORES {store}")
UK_FUN = (
    *_shops(*_CINEMA, "Vue Cinema | VUE CINEMAS {store}\nOdeon | ODEON LIMITED"),
    *_shops(*_HAIR, "Fringe Benefits | FRINGE BENEFITS HAIR"),
)
UK_CASH = _shops(*_ATM, "Cash machine | CASH NOTEMACHINE {store}\nCash machine | LNK CO-OP ATM")

# --- United States --------------------------------------------------------------

US_GROCERIES = _shops(
    *_GROCERIES,
    """
    Kroger | KROGER #{store}
    Walmart | WM SUPERCENTER #{store}
    Aldi | ALDI {store}
    Trader Joe's | TRADER JOE S #{store}
    Meijer | MEIJER # {store}
    Prairie Market | PRAIRIE MARKET CO-OP
    """,
)
US_COSTCO = _shops(*_GROCERIES, "Costco | COSTCO WHSE #{store}")
US_COFFEE = _shops(
    *_COFFEE,
    """
    Starbucks | STARBUCKS STORE {store}
    Dunkin' | DUNKIN #{store}
    Blue Door Coffee | SQ *BLUE DOOR COFFEE
    """,
)
US_LUNCH = _shops(
    *_LUNCH,
    """
    Chipotle | CHIPOTLE {store}
    McDonald's | MCDONALD'S F{store}
    Wendy's | WENDYS #{store}
    Taco Bell | TACO BELL #{store}
    Subway | SUBWAY {store}
    """,
)
US_DINNER = _shops(
    *_DINNER,
    """
    Lou's Diner | TST* LOUS DINER
    Olive Garden | OLIVE GARDEN {store}
    DoorDash | DD *DOORDASH {ref}
    Casa Verde | TST* CASA VERDE GRILL
    Texas Roadhouse | TEXAS ROADHOUSE #{store}
    """,
)
US_FUEL = _shops(*_FUEL, "Shell | SHELL OIL {store}\nSpeedway | SPEEDWAY {store}\nBP | BP#{store}")
US_SHOPPING = (
    *_shops(*_ONLINE, "Amazon | AMAZON.COM*{ref} AMZN.COM/BILL", town=False),
    *_shops(*_DEPARTMENT, "Target | TARGET {store}\nKohl's | KOHL'S #{store}"),
    *_shops(*_CLOTHES, "Old Navy | OLD NAVY #{store}\nT.J. Maxx | TJMAXX #{store}"),
    *_shops(*_HARDWARE, "Home Depot | THE HOME DEPOT #{store}\nLowe's | LOWES #{store}"),
)
US_PHARMACY = _shops(*_PHARMACY, "CVS | CVS/PHARMACY #{store}\nWalgreens | WALGREENS #{store}")
US_FUN = (
    *_shops(*_CINEMA, "AMC Theatres | AMC {store} ONLINE"),
    *_shops(*_HAIR, "Great Clips | GREAT CLIPS AT {store}"),
    *_shops(*_PETS, "Petco | PETCO {store}"),
)
US_CASH = _shops(*_ATM, "ATM | ATM WITHDRAWAL {store} MAIN ST")

# --- Germany --------------------------------------------------------------------

DE_GROCERIES = _shops(
    *_GROCERIES,
    """
    Rewe | REWE MARKT GMBH {store}
    Edeka | EDEKA CENTER {store}
    Lidl | LIDL SAGT DANKE
    Aldi | ALDI NORD
    Kornblume | BIOLADEN KORNBLUME
    """,
)
DE_COFFEE = _shops(
    *_COFFEE, "Backhaus Lerch | BACKHAUS LERCH {store}\nKaffeemitte | SUMUP *KAFFEEMITTE"
)
DE_DINNER = _shops(
    *_DINNER,
    """
    Lieferando | LIEFERANDO.DE {ref}
    Trattoria Lupo | TRATTORIA LUPO
    Vapiano | VAPIANO {store}
    Gasthaus Linde | GASTHAUS ZUR LINDE
    """,
)
DE_TRANSIT = _shops(*_TRANSIT, "Deutsche Bahn | DB VERTRIEB GMBH {ref}")
DE_SHOPPING = (
    *_shops(*_ONLINE, "Amazon | AMZN MKTP DE*{ref}"),
    *_shops(*_CLOTHES, "Zalando | ZALANDO SE\nH&M | H+M {store}"),
    *_shops(*_DEPARTMENT, "Galeria | GALERIA {store}"),
    *_shops(*_BOOKS, "Thalia | THALIA BUCHHANDLUNG {store}"),
    *_shops(*_HARDWARE, "Obi | OBI BAU- UND HEIMWERKERMARKT {store}"),
)
DE_PHARMACY = _shops(*_PHARMACY, "dm | DM-DROGERIE MARKT {store}\nRossmann | ROSSMANN {store}")
DE_CASH = _shops(*_ATM, "Geldautomat | BARGELDAUSZAHLUNG GA {store}")
DE_CLIENTS = _shops(
    "INCOME_WAGES",
    None,
    """
    Studio Nordlicht | GUTSCHRIFT STUDIO NORDLICHT GMBH RE {ref}
    Halden Verlag | GUTSCHRIFT HALDEN VERLAG RECHNUNG {ref}
    Brightwave | SEPA CREDIT BRIGHTWAVE LTD INV {ref}
    Museum am Hafen | GUTSCHRIFT MUSEUM AM HAFEN HONORAR {ref}
    """,
    town=False,
)
