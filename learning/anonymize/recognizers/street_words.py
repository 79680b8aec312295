"""Words that streets begin and end with, as alternatives of a regular expression."""

ENDINGS = (
    "straße|strasse|gasse|platz|allee|weg|ring|damm|ufer|steig|steenweg|straat|laan|lei|dreef|gracht|"
    "plein|kade|gatan|vägen|gränd|stigen|gade|vej|vænget|gata|gaten|veien|katu|kuja|polku|utca|ulica|"
    "cesta"
)
HEADS = (
    "rua|rue|vicolo|viale|piazza|calle|avenida|travessa|praça|strada|stradă|aleea|ulica|ulice|ul|"
    "námestie|náměstí|nábřeží|jalan|jl|gg|rruga|bulevardul|bulvar|șoseaua|soseaua|carrer|cami|chemin|"
    "allée|allé|impasse|rodovia|boulevard|gamla|prospekt|transversal"
)
TAILS = (  # how streets of the United States end: Postal Service, Publication 28, appendix C1
    "alley|annex|arcade|avenue|bayou|beach|bend|bluffs?|bottom|boulevard|branch|bridge|brooks?|burgs?|"
    "bypass|camp|canyon|cape|causeway|centers?|circles?|cliffs?|club|common|corners?|course|courts?|"
    "coves?|creek|crescent|crest|crossing|crossroads?|curve|dale|dam|divide|drives?|estates?|"
    "expressway|extensions?|falls?|ferry|fields?|flats?|fords?|forest|forges?|forks?|fort|freeway|"
    "gardens?|gateway|glens?|greens?|groves?|harbors?|haven|heights|highway|hills?|hollow|inlet|"
    "islands?|isle|junctions?|keys?|knolls?|lakes?|land|landing|lane|lights?|loaf|locks?|lodge|loop|"
    "mall|manors?|meadows?|mews|mills?|mission|motorway|mount|mountains?|neck|orchard|oval|overpass|"
    "parks?|parkways?|pass|passage|path|pike|pines?|place|plains?|plaza|points?|ports?|prairie|radial|"
    "ramp|ranch|rapids?|rest|ridges?|river|roads?|route|row|run|shoals?|shores?|skyway|springs?|spurs?|"
    "squares?|station|stravenue|stream|streets?|summit|terrace|throughway|trace|track|trafficway|trail|"
    "trailer|tunnel|turnpike|underpass|unions?|valleys?|viaduct|views?|villages?|ville|vista|walks?|"
    "wall|ways?|wells?"
)
