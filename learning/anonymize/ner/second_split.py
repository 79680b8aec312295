# ruff: noqa: E501  (a sentence a line)
"""Writes a second set to measure on: what people write to a money assistant and to support.

``uv run python -m learning.anonymize.ner.second_split FILE.json`` writes presidio-research's
format. Sentences and values share nothing with those of ``sentences.py`` and ``values.py``: the
names are from countries whose names Faker's locales of ``words.py`` do not have, and some are
English words. A fifth of the texts holds nothing personal; what is masked there is masked in
error. Decision 032 says when it was scored and read.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from learning.anonymize.ner.texts import texts, write

SEED, COUNT = 104_729, 400

# fmt: off
SHAPES = tuple("""
hiya, (just|only) sent {amount} to {person} by mistake, can u get it back??
my card got declined at the till in {place} and {first} had to cover me
{person} says the money never arrived, it left my acount on {day}
who is {person} and why did they take {amount}
need to add {person} as a payee, iban {iban}
pls set {amount} aside for {first}'s birthday
the standing order to {person} should stop after {month}
{first} and me split the {thing} every month, how much is my half
(add|make) a note on the {amount} payment: {first} pays it back in {month}
hi there, {person} here, i cant log in any more
Hi team, this is about my joint account with {person}. We're closing it.
i got an sms that {person} wants {amount} from me, is this fraud?
owe {first} {amount} for the {thing} and {first} {amount} for {thing}, what have i left after that
my rent goes to {person} on the 1st but the bank shows {last}
can't find the payment i did for {first} last week
ive moved, my new adress is {address}
send the replacement card to {address} not the old place
the atm on {street} swallowed my card
u can reach me on {phone} after 6
my no is {phone}, email {email}
email me at {email} pls
change my mobile from {phone} to {phone}
account {account} is my mum's, hers not mine
paid {person}, acc no {account}, {amount}, never got there
card number {card} was stolen, block it
venmo me, im @{handle}
user {person} closed the chat. reason: address {address} not verified
{first} wants to know if shes still on my account
took out {amount} for {first} {last} at the counter
does {org} belong to {person}?
salary from {org} is late again, {first} in payroll says wait
im paid weekly by {org}, cash in hand from {person} on the side
{first} pays me back {amount} every friday, is it in yet
did {first}'s half of the {thing} come in
im {first}, {age}, student in {place}, can i open an account
ok so {first} sent {amount} and {first} sent {amount} but {last} never did
refund from {org} went to {first}'s card not mine
what did we spend when {first} was in {place}
forward everything to my daughter {person} at {address}
invoice 2231 for {person}, {address}: has it been paid
landlord {person} ({phone}) says no rent in {month}
remind me {first} owes {amount}
put {amount} in the pot for {person}
wrong person!! i meant {person} not {person}
bit worried, {person} got my pin
new direct debit from {last} & {last}, is it my solicitor
name on the account: {person}. sort it out please
can you check with {first} {last} from your branch on {street}
tell {first} i said thanks
can {first} see my balance
my husbands name is {person}, mine is {person}
the wage of {person} our cleaner, {amount}, due {day}
(cancel|undo) that, {first} paid already
whats the limit for sending to {place}, {person} needs {amount} there
dear support, my late father {person} held an account at {org}, he lived at {address}
booked {org} in {place} for {first} and the kids, {amount}
is it {first} or {first} that i pay for {thing}
{first}? no i dont know any {first}
thx {first}, all good now
{person} told me to write to you about my {thing}
how much did {person} cost us this year, the babysitter
regular payment called {last} {amount}
transfer to {last} bounced
found {amount} from {person} with ref {thing}, whats that
from {person}: hi can you sub me {amount} til {day}
if {first} rings again dont tell her anything
lent my {thing} money to {first}, wont see it again lol
account holder {person}, {age}, {address}
it was for {first}, my flat share mate
""".strip().splitlines())

ORDINARY = tuple("""
how much went on takeaways and coffee since (monday|payday|the 3rd)
why is my balance {amount} lower than yesterday
move {amount} to the rainy day pot on {day}
show netflix, spotify and gym payments
(tesco|lidl|aldi|ikea) charged me twice, {amount} each
can i afford a {amount} sofa before {month}
what bills are due before the 28th
cancel my gym direct debit pls
pay the gas bill {amount} on 12/08
i spent way to much on clothes in {month}
is there a fee for using an atm abroad
split last months groceries by shop
card expired, need a new one asap
whats my iban
when does the mortgage come out
put 10% of my wages away each month
did the tax refund of {amount} land
thats not right, it should be under eating out
remind me about car insurance in {month}
lol ok thanks, talk later
""".strip().splitlines())

PEOPLE = tuple("""
Tamar Kvaratskhelia|Ani Hovhannisyan|Bat-Erdene Ganbold|Aigerim Nurlanova|Yosef Abebaw|Selam Tekle
Wanjiru Kamau|Otieno Odhiambo|Kwabena Asante|Akosua Mensah|Thisara Wickramasinghe|Nimal Jayasuriya
Parisa Golshiri|Behrouz Tavakoli|Min-jun Seo|Hae-won Bae|Haruto Nakagawa|Sayuri Ogata|Shu Imai
Somchai Rattanakosin|Ploy Suwannarat|Lagi Faleolo|Sione Taufa|Rhys Llewellyn|Eirlys Gwynne
Iker Etxeberria|Nekane Goikoetxea|Doreen Borg|Karmenu Zammit|Yael Ben-Ari|Noam Shapira
Hossam El-Sherbini|Mariam Abdelrahman|Zainab Qureshi|Imran Bajwa|Sreymom Chhay|Rith Sok
Hery Rakotomalala|Lova Andriamanana|Illari Quispe|Wayra Mamani|Daryna Shevchuk|Bohdan Kravets
Tendai Moyo|Rudo Chigumba|Ousmane Diarra|Fatoumata Keita|Thandiwe Ndlela|Pema Dorji|Tshering Wangmo
Grace Poole|Mark Wood|Will Hunt|Hope Rivers|Rose Banks|Dawn Fields|Frank Bishop|Joy Winters
Ray Summers|Lily Price|Bill Cash|Ivy Park|Drew Cross|Jade Stone|Guy Short|Dean Marsh
""".replace("\n", "|").strip("|").split("|"))
PLACES = (
    "Kutaisi", "Gyumri", "Darkhan", "Mombasa", "Kumasi", "Galle", "Shiraz", "Daegu", "Sendai",
    "Chiang Rai", "Apia", "Aberystwyth", "Bilbao", "Valletta", "Haifa", "Luxor", "Multan",
    "Battambang", "Antsirabe", "Cusco", "Lviv", "Bulawayo", "Bamako", "Thimphu", "Karaganda",
)
ADDRESSES = (
    "14 Chavchavadze Ave, Tbilisi 0179", "Abovyan 22 apt 7", "Flat 3, 88 Ngong Road, Nairobi",
    "2-11-4 Nishi-Azabu, Minato", "Triq il-Kbira 41, Mosta", "Ha-Yarkon 105, Tel Aviv",
    "Gran Via 27 3B, Bilbao", "9 Heol y Bont, Llanelli SA15 3PF", "House 7, Street 12, Sector F-8",
    "Shevchenka 18, kv. 40, Lviv", "31 Osu Badu St", "No. 56/2 Galle Rd, Colombo 03",
    "77/4 Soi Sukhumvit 23", "Av. Larco 345 dpto 601", "12 Samora Machel Ave", "Lot II M 45 Ankadivato",
    "45 Sharia Talaat Harb, Cairo", "Khreshchatyk 22", "8 Cwrt y Felin", "Rruga e Durresit 9",
    "221 Gangnam-daero, Seoul", "PO Box 4471 Apia", "Valiasr 1893 unit 5", "3 Masjid Lane, Multan",
)
STREETS = (
    "Rustaveli Avenue", "Moi Avenue", "Heol Fawr", "Triq Sant Anna", "Kenyatta Road", "Ben Yehuda St",
    "Khreshchatyk", "Nanjing Road", "Calle Loreto", "Jalan Ampang", "Oxford Terrace", "Dizengoff Street",
)
ORGS = (
    "Kivu Coffee Traders", "Silknet", "Nyama Grill House", "Toyoshima Motors", "Hanwool Logistics",
    "Pwani Builders Ltd", "Cymru Cleaning Co", "Lanka Spice Imports", "Ararat Dental", "Negev Solar",
    "Mekong Textiles", "Baobab Childcare", "Dnipro Soft", "Zagros Carpets", "Andes Tutors",
)
PHONES = (
    "+995 599 12 34 56", "0722 418 905", "+254 733 209118", "077-423-8812", "+82 10-4432-9087",
    "090 8112 7743", "+972-52-334-1187", "054 7719023", "+380 67 220 19 45", "(01639) 412 887",
    "+356 7944 1123", "0300-4412987", "+51 984 220 117", "+263772418093", "08 1234 9087",
)
EMAILS = ("{}@{}.example", "{}.home@{}.example", "{}83@mail.{}.example", "the_{}@{}.example")
IBANS = (
    "GE29NB0000000101904917", "MT84MALT011000012345MTLCAST001S", "IL620108000000099999999",
    "PK36SCBL0000001123456702", "KZ86125KZT5004100100", "UA213223130000026007233566001",
)
CARDS = (
    "4539 5787 6362 1486", "5105105105105100", "4012888888881881", "3714 496353 98431",
    "6011000990139424",
)
OTHERS = {
    "thing": ("rent", "wifi", "bday cake", "boiler", "council tax", "school trip", "curry", "nursery",
              "petrol", "festival", "vet bill", "window cleaning"),
    "month": ("Feb", "april", "July", "november", "Dec", "September"),
    "day": ("mon", "the 9th", "friday", "Tues", "the last day of the month", "the 22nd"),
}
# fmt: on


class Values:
    """Draws values of every kind that the sentences ask for."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311

    def value(self, kind: str) -> str:
        """One value of ``kind``."""
        pick = self.draw.choice
        lists = {"place": PLACES, "address": ADDRESSES, "street": STREETS, "org": ORGS}
        lists |= {"phone": PHONES, "iban": IBANS, "card": CARDS, **OTHERS}
        if kind in lists:
            return pick(lists[kind])
        person = pick(PEOPLE)
        first, last = person.split(" ", 1)
        plain = first.replace("-", "").lower()
        made = {
            "person": lambda: person if self.draw.random() < 0.8 else first,
            "first": lambda: first,
            "last": lambda: last,
            "email": lambda: pick(EMAILS).format(plain, last.replace("-", "").lower()),
            "handle": lambda: f"{plain}_{self.draw.randint(1, 99)}",
            "account": lambda: str(self.draw.randint(10_000_000, 99_999_999)),
            "age": lambda: str(self.draw.randint(17, 80)),
            "amount": lambda: pick(("£{}", "{}", "{} quid", "${}.50", "{} eur", "€{}")).format(
                self.draw.randint(3, 900)
            ),
        }
        return made[kind]()


def main(path: Path) -> None:
    """Writes the texts with their gold spans to ``path``."""
    ordinary = COUNT // 5
    values = Values(SEED)
    made = list(texts(SHAPES, values, COUNT - ordinary, numbers=True))
    write(path, [*made, *texts(ORDINARY, values, ordinary)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
