"""Parts of invented values, and the locales that the others come from."""

# fmt: off
LOCALES = (
    "en_US", "en_GB", "en_AU", "en_CA", "en_IE", "en_IN", "en_NZ", "de_DE", "de_AT", "de_CH",
    "fr_FR", "fr_CA", "es_ES", "es_MX", "es_CO", "it_IT", "pt_PT", "pt_BR", "nl_NL", "nl_BE",
    "da_DK", "no_NO", "sv_SE", "fi_FI", "is_IS", "pl_PL", "cs_CZ", "sk_SK", "sl_SI", "hr_HR",
    "hu_HU", "ro_RO", "tr_TR", "et_EE", "lt_LT", "lv_LV", "id_ID", "fil_PH", "az_AZ", "yo_NG",
    "zu_ZA", "sq_AL", "vi_VN", "el_GR", "ru_RU", "bg_BG",
)
PREFIXES = (
    "Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Prof.", "Mr", "Mrs", "Dr", "Sir", "Herr", "Señora",
)
PARTICLES = ("van", "de", "von", "al", "della", "van der")
THINGS = (
    "rent", "dinner", "tickets", "gas bill", "deposit", "loan", "invoice", "laptop", "groceries",
    "taxi", "holiday", "concert", "school fees", "bike", "phone", "present", "insurance", "report",
    "plumber", "garage", "wedding", "pizza", "library", "bridge", "sofa", "meeting", "statement",
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "October")
DAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "the 5th",
    "tomorrow",
)
VERBS = (
    "bought", "sold", "broke", "fixed", "cleaned", "cooked", "drove", "found", "forgot", "lost",
    "kept", "made", "moved", "opened", "painted", "picked", "ordered", "repaired", "rented",
    "returned", "signed", "stole", "used", "visited", "washed", "won", "read", "built", "called",
    "changed", "checked", "chose", "closed", "collected", "counted", "cut", "delivered", "dropped",
    "finished", "hid", "hired", "left", "liked", "locked", "missed", "needed", "noticed", "paid",
    "planned", "planted", "printed", "promised", "received", "remembered", "replaced", "saved",
    "saw", "sent", "shared", "showed", "started", "stopped", "threw", "took", "tried", "wore",
    "buys", "wants", "has", "keeps", "sees", "hates", "likes", "gets", "runs", "loves",
)
LEGAL = (
    "Ltd", "Ltd.", "LLC", "Inc", "Inc.", "PLC", "GmbH", "AG", "Corp.", "Corporation", "Group",
    "& Sons",
    "& Co", "Company", "Holdings", "Partners", "S.A.", "B.V.", "Oy", "AB", "Limited", "LLP",
)
TRADES = (
    "Plumbing", "Insurance", "Health", "Data", "Logistics", "Garden Services", "Software", "Energy",
    "Analytics", "Media", "Bakery", "Technologies", "Consulting", "Foods", "Capital", "Research",
    "Solutions", "Systems", "Motors", "Properties", "Labs", "Networks", "Cleaning", "Finance",
    "Robotics", "Design", "Dental", "Mutual", "Trading", "Books", "Studio", "Ventures", "Legal",
)
HEADS = (
    "Blue", "Open", "Green", "Silver", "Social", "Global", "North", "Bright", "Smart", "Think",
    "Solar",
    "Urban", "Clear", "Rapid", "First", "United", "Golden", "Expert", "Pacific", "Data", "Simple",
    "Iron",
    "Red", "Civic", "Meta", "Quantum", "Nova", "Key", "Maple", "River", "Better", "National",
    "Street",
)
TAILS = (
    "ware", "ly", "zen", "tics", "city", "curve", "base", "soft", "sense", "logic", "bridge",
    "box", "hub",
    "nest", "metrics", "star", "works", "dera", "scape", "link", "point", "stack", "via", "io",
    "fy",
)
PUBLIC = (
    "Department of {}", "Ministry of {}", "Institute for {}", "University of {}", "Friends of {}",
    "Bureau of {}", "{} Society", "{} Foundation", "The {} Report", "The {} Times", "{} Council",
    "Society for {}", "{} Trust", "Center for {}", "Bank of {}", "{} Football Club", "{} Orchestra",
)
FIELDS = (
    "Labour", "Education", "Public Health", "Peace", "Modern Art", "Better Roads", "Science",
    "Transport",
)
SHORT = (
    "USD", "EUR", "GBP", "ATM", "PIN", "SEPA", "VAT", "APR", "ISA", "TV", "OK", "PDF", "APP",
    "night", "home",
    "once", "work", "lunch", "payday", "christmas", "easter", "english", "french", "chinese",
    "debt", "me",
    "Netflix", "Tesco", "Uber", "Amazon", "Spotify", "Apple Pay", "Google Pay", "Visa",
    "Mastercard", "PayPal",
    "euros", "dollars", "american", "european", "swift", "bitcoin", "friday", "june",
    "the weekend", "now",
)
UNITS = (
    "Apt. {}", "Suite {}", "Flat {}", "Unit {}", "apt {}", "Apt {}", "Room {}", "Floor {}", "#{}",
)
STREET_ENDS = (
    " Street", " Road", " Avenue", " Lane", "strasse", "weg", "gatan", "vej", "laan", " utca",
    " tér", " út", " u.", "katu", "gade", "veien", "gasse", " Drive", "straat",
)
STREET_HEADS = (
    "Rue de ", "Via ", "Calle ", "Rua ", "ul. ", "Avenida ", "Rue ", "Piazza ", "C/ ", "Plaza ",
    "Untere ", "Kleine ", "Gamla ", "Boulevard ", "Largo ", "Travessa ", "Strada ", "nábřeží ",
)
# fmt: on
