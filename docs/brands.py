"""Writes ``finance_core/enrich/brands.csv``: brands of shops with the category of what they sell.

From the name-suggestion-index of OpenStreetMap (npm ``name-suggestion-index``, BSD-3-Clause):

    npm pack name-suggestion-index@8.0.20260918 && tar xzf name-suggestion-index-*.tgz
    python docs/brands.py package/dist/json/nsi.min.json
"""

from __future__ import annotations

import collections
import csv
import json
import sys
from pathlib import Path

from finance_core.enrich.phrases import fold, packaged

TARGET = Path(__file__).parent.parent / "finance_core" / "enrich" / "brands.csv"
CATEGORIES = {
    "groceries": """shop/supermarket shop/convenience shop/bakery shop/butcher
        shop/greengrocer shop/alcohol shop/beverages shop/cheese shop/chocolate
        shop/coffee shop/confectionery shop/dairy shop/deli shop/farm shop/frozen_food
        shop/health_food shop/kiosk shop/nuts shop/pasta shop/pastry shop/seafood
        shop/tea shop/water shop/wine shop/wholesale shop/food shop/spices shop/honey""",
    "dining": """amenity/fast_food amenity/restaurant amenity/cafe amenity/pub
        amenity/bar amenity/ice_cream amenity/food_court shop/caterer amenity/biergarten""",
    "transport": """amenity/parking amenity/bicycle_rental amenity/car_sharing
        amenity/taxi amenity/kick-scooter_rental amenity/scooter_rental
        amenity/motorcycle_rental amenity/ferry_terminal amenity/parking_entrance""",
    "fuel": "amenity/fuel amenity/charging_station shop/gas shop/fuel",
    "car": """shop/car shop/car_parts shop/car_repair shop/tyres shop/motorcycle
        amenity/car_wash shop/motorcycle_repair shop/truck amenity/vehicle_inspection
        shop/truck_repair amenity/driver_training shop/caravan""",
    "utilities": "office/energy_supplier office/water_utility office/power_utility",
    "phone_internet": "shop/mobile_phone shop/telecommunication office/telecommunication",
    "home": """shop/furniture shop/doityourself shop/houseware shop/hardware
        shop/bed shop/kitchen shop/paint shop/garden_centre shop/interior_decoration
        shop/appliance shop/lighting shop/flooring shop/carpet shop/curtain shop/trade
        shop/storage_rental shop/bathroom_furnishing shop/window_blind shop/tiles
        shop/doors shop/glaziery craft/locksmith craft/key_cutter shop/locksmith
        shop/country_store shop/household_linen shop/fireplace shop/swimming_pool
        shop/pest_control shop/tool_hire craft/cleaning craft/plumber""",
    "entertainment": """amenity/cinema shop/bookmaker shop/lottery amenity/casino
        amenity/gambling leisure/amusement_arcade leisure/bowling_alley
        leisure/escape_game leisure/trampoline_park leisure/indoor_play
        leisure/adult_gaming_centre leisure/water_park shop/video_games
        tourism/theme_park amenity/nightclub amenity/theatre leisure/miniature_golf
        shop/games amenity/karaoke_box tourism/aquarium shop/music
        shop/musical_instrument shop/video shop/ticket amenity/internet_cafe""",
    "shopping": """shop/clothes shop/shoes shop/electronics shop/books shop/jewelry
        shop/department_store shop/variety_store shop/sports shop/toys shop/outdoor
        shop/stationery shop/bicycle shop/bag shop/watches shop/fabric shop/craft
        shop/computer shop/tobacco shop/e-cigarette shop/newsagent shop/second_hand
        shop/charity shop/baby_goods shop/fashion shop/fashion_accessories shop/general
        shop/mall shop/hifi shop/photo shop/camera shop/hunting shop/fishing shop/golf
        shop/leather shop/art shop/collector shop/party shop/catalogue shop/outpost
        shop/underwear shop/sewing shop/pawnbroker shop/wool shop/cannabis shop/religion
        shop/comic shop/anime shop/model shop/surf shop/ski shop/boutique
        amenity/post_office shop/antiques shop/candles shop/pottery shop/discount""",
    "health": """amenity/pharmacy shop/optician shop/hearing_aids amenity/dentist
        amenity/clinic amenity/doctors amenity/hospital healthcare/laboratory
        healthcare/physiotherapist shop/medical_supply shop/nutrition_supplements
        healthcare/audiologist healthcare/optometrist healthcare/blood_donation
        healthcare/counselling healthcare/rehabilitation shop/herbalist
        healthcare/sample_collection""",
    "fitness": "leisure/fitness_centre leisure/sports_centre leisure/dance leisure/sports_hall",
    "personal_care": """shop/hairdresser shop/beauty shop/cosmetics shop/chemist
        shop/perfumery shop/massage shop/laundry shop/dry_cleaning shop/tattoo
        shop/hairdresser_supply amenity/public_bath shop/nail_salon
        leisure/tanning_salon""",
    "insurance": "office/insurance",
    "travel": """tourism/hotel tourism/motel tourism/hostel tourism/apartment
        amenity/car_rental shop/travel_agency tourism/camp_site tourism/caravan_site
        tourism/chalet tourism/guest_house""",
    "education": """amenity/prep_school amenity/language_school amenity/driving_school
        amenity/college amenity/university amenity/music_school amenity/training
        office/tutoring""",
    "childcare": "amenity/kindergarten amenity/childcare",
    "pets": "shop/pet shop/pet_grooming amenity/veterinary amenity/animal_boarding",
    "gifts": "shop/florist shop/gift",
    "services": """office/accountant office/lawyer office/tax_advisor shop/copyshop
        shop/funeral_directors amenity/moving shop/rental office/coworking
        amenity/coworking_space shop/tailor shop/shoe_repair office/moving_company
        shop/printing""",
    "loan_payment": "shop/money_lender",
}
OPERATORS = {
    "operators/amenity/parking",
    "operators/amenity/university",
    "operators/amenity/college",
}
FEWEST_LETTERS = 4
MOST_WORDS = 5


def main(source: Path) -> None:
    """Reads the index, keeps names whose trade is clear, writes them sorted."""
    of_tag = {tag: code for code, tags in CATEGORIES.items() for tag in tags.split()}
    votes: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    spelled: dict[str, str] = {}
    for path, group in json.loads(source.read_text("utf-8"))["nsi"].items():
        tree, _, tag = path.partition("/")
        code = of_tag.get(tag)
        if code is None or (tree != "brands" and path not in OPERATORS):
            continue
        for item in group["items"]:
            tags = item["tags"]
            for field in ("name", "brand", "operator", "brand:en", "name:en"):
                name = " ".join(tags.get(field, "").split())
                key = fold(name)
                if _usable(name, key):
                    votes[key][code] += 1
                    spelled.setdefault(key, name)
    rows = sorted((spelled[key], found) for key in votes if (found := _clear(votes[key])))
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("name", "category"))
        writer.writerows(rows)


def _usable(name: str, key: str) -> bool:
    letters = sum(map(str.isalpha, key))
    latin = letters >= 0.6 * sum(map(str.isalpha, name))
    place = key in {fold(place) for place in packaged("noise.yml")["places"]}
    return letters >= FEWEST_LETTERS and latin and not place and _is_plain(name)


def _is_plain(name: str) -> bool:
    return len(name.split()) <= MOST_WORDS and not set(name) & set('(),;|/"')


def _clear(votes: collections.Counter[str]) -> str | None:
    (best, count), *others = votes.most_common(2)
    return best if not others or count > 2 * others[0][1] else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
