"""Values for the sentences: names, places, companies and addresses of many countries.

From Faker's locales (MIT) and this package's place lists, and invented ones besides, so
that the recognizer learns how such words stand in a sentence and not the lists by heart.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from faker import Faker
from spacy.lang.en.stop_words import STOP_WORDS

from learning.anonymize import gazetteer
from learning.anonymize.ner import words
from learning.anonymize.ner.spelling import Spelling

_WORDY = 0.03  # share of the names that are English words too
_ODD = 0.07  # share of these and of short ones
_SHORT = 4


class Values:
    """Draws values of every kind a sentence asks for.

    Args:
        odd: whether some names are hard to tell: English words ("rose") and short ones ("bo").
    """

    def __init__(
        self, seed: int, locales: Sequence[str] = words.LOCALES, *, odd: bool = False
    ) -> None:
        self.draw = random.Random(seed)  # noqa: S311
        Faker.seed(seed)
        self._fakers = [Faker(locale) for locale in locales]
        cities = _listed("cities")
        self._cities = [one.title() for one in cities]
        self._countries = [one.title() for one in _listed("countries")]
        common = self._fakers[0].words(600, unique=True)
        self._english = [*common, *common, *self.draw.sample(_listed("english"), 4000)]
        self._invented_place = Spelling([one for one in cities if one.isalpha()])
        self._invented_first = Spelling(_listed("first"))
        self._invented_last = Spelling(_listed("last"))
        self._wordy, self._odd = (_WORDY, _ODD) if odd else (0.0, 0.0)
        self._wordy_first = sorted(gazetteer.load().wordy_first - STOP_WORDS)
        self._short_first = [name for name in _listed("first") if len(name) <= _SHORT]
        self._wordy_last = sorted(gazetteer.load().wordy_last - STOP_WORDS)
        self._short_last = [name for name in _listed("last") if len(name) <= _SHORT]

    def value(self, kind: str) -> str:
        """One value of ``kind``, on one or more lines."""
        made: Any = getattr(self, f"_{kind}")()
        return str(made)

    def _faker(self) -> Any:
        return self.draw.choice(self._fakers)

    def _from(self, one: Any, *kinds: str) -> str:
        """What a locale has of the first of ``kinds`` that it knows."""
        for kind in kinds:
            if hasattr(one, kind):
                return " ".join(str(getattr(one, kind)()).split())
        return self._invented_place.word(self.draw)

    def _first(self, one: Any = None) -> str:
        hard = self._wordy_first, self._short_first
        return self._name("first_name", one, hard, self._invented_first, 0.2)

    def _last(self, one: Any = None) -> str:
        hard = self._wordy_last, self._short_last
        return self._name("last_name", one, hard, self._invented_last, 0.35)

    def _name(
        self,
        kind: str,
        one: Any,
        hard: tuple[Sequence[str], Sequence[str]],
        invented: Spelling,
        share: float,
    ) -> str:
        """A word, a short name, an invented one by a chance of ``share``, or a locale's."""
        chance = self.draw.random()
        if chance < self._wordy:
            return self.draw.choice(hard[0]).title()
        if chance < self._odd:
            return self.draw.choice(hard[1]).title()
        if chance < self._odd + share:
            return invented.word(self.draw)
        return self._from(one or self._faker(), kind)

    def _person(self) -> str:
        one, chance = self._faker(), self.draw.random()
        if chance < 0.3:
            return self._first(one)
        first, last = self._first(one), self._last(self._faker() if chance < 0.6 else one)
        if chance > 0.95:
            return f"{first} {self.draw.choice('ABCDEFGHJKLMPRSTVW')}. {last}"
        if chance > 0.92:
            return (
                f"{first} {self.draw.choice(('van', 'de', 'von', 'al', 'della', 'van der'))} {last}"
            )
        return f"{first[0]}. {last}" if chance > 0.89 else f"{first} {last}"

    def _place(self) -> str:
        chance = self.draw.random()
        if chance < 0.25:
            return self.draw.choice(self._countries)
        if chance < 0.5:
            return self.draw.choice(self._cities)
        if chance < 0.75:
            word = self._invented_place.word(self.draw)
            extra = (
                "",
                "",
                "",
                " 2",
                " nad " + self._invented_place.word(self.draw),
                " Central",
                " del Monte",
                "-" + self._invented_place.word(self.draw),
                " K",
                " Green",
            )
            return (
                self.draw.choice(("", "", "", "", "Saint ", "San ", "Bad ", "New "))
                + word
                + self.draw.choice(extra)
            )
        return self._from(self._faker(), "city", "city_name")

    def _org(self) -> str:
        chance, pick = self.draw.random(), self.draw.choice
        if chance < 0.25:
            return self._from(self._faker(), "company")
        if chance < 0.5:
            name = pick(
                (
                    pick(words.HEADS) + pick(words.TAILS),
                    self._invented_last.word(self.draw) + pick(words.TAILS),
                    pick(words.HEADS) + pick(words.HEADS).lower(),
                    f"{self.draw.randint(2, 9)}{pick(words.HEADS).lower()}",
                    pick(words.HEADS) + pick(words.HEADS),
                )
            )
            return name + pick(("", "", "", f" {pick(words.LEGAL)}", f" {pick(words.TRADES)}"))
        if chance < 0.7:
            head = pick(
                (
                    self._last(),
                    pick(words.HEADS),
                    self._invented_place.word(self.draw),
                    pick(self._cities),
                )
            )
            more = pick(("", f" {pick(words.TRADES)}"))
            return f"{head} {pick(words.TRADES)}{more}" + pick(("", f" {pick(words.LEGAL)}"))
        if chance < 0.82:
            last = [self._last() for _ in range(3)]
            return pick(
                (
                    f"{last[0]}-{last[1]}",
                    f"{last[0]} {pick(words.LEGAL)}",
                    f"{last[0]}, {last[1]} and {last[2]}",
                    f"{last[0]} & {last[1]}",
                )
            )
        if chance < 0.92:
            return pick(words.PUBLIC).format(pick((pick(words.FIELDS), pick(self._cities))))
        letters = self.draw.sample("ABCDEFGHIKLMNOPRSTUVW", self.draw.randint(2, 4))
        return pick(("", ".")).join(letters)

    def _street(self) -> str:
        one, chance, pick = self._faker(), self.draw.random(), self.draw.choice
        if chance < 0.6:
            street = self._from(one, "street_name", "street_address")
        elif chance < 0.8:
            street = self._invented_last.word(self.draw) + pick(words.STREET_ENDS)
        else:
            street = pick(words.STREET_HEADS) + pick(
                (self._last(), self._first() + " " + self._last(), self._place())
            )
        return street

    def _address(self) -> str:
        pick, chance = self.draw.choice, self.draw.random()
        number = str(self.draw.randint(1, 9999 if self.draw.random() < 0.2 else 250))
        street = self._street()
        if chance < 0.06:
            return f"{pick(('PO Box', 'P.O. Box', 'Box'))} {number}" + self._lines(0.7)
        if chance < 0.1:
            return f"{pick(('the corner of ', ''))}{street} and {self._street()}"
        if street[-1].isdigit() or street[0].isdigit():
            line = street
        else:
            line = pick(
                (
                    f"{number} {street}",
                    f"{street} {number}",
                    f"{number} {street}",
                    f"{street} {number}",
                    f"{street} {number}.",
                    f"{self.draw.randint(1, 99)} {street} {number}",
                    f"{self.draw.randint(1, 99)} {number} {street}",
                    f"{street} {number}{pick('abc')}",
                )
            )
        if self.draw.random() < 0.35:
            line += pick((" ", ", ", "\n", "\n ")) + pick(words.UNITS).format(
                self.draw.randint(1, 999)
            )
        return line + self._lines(0.65)

    def _lines(self, chance: float) -> str:
        """City, region, country and post code, each now and then."""
        if self.draw.random() > chance:
            return ""
        pick = self.draw.choice
        apart = pick((", ", " ", "\n", ", ", "\n ", ",\n", "\n, "))
        city = self._place()
        city = city.upper() if self.draw.random() < 0.15 else city
        code = str(self.draw.randint(1000, 99999)).zfill(pick((4, 5)))
        code = (
            self._from(self._fakers[pick((1, 3, 0, 5))], "postcode")
            if self.draw.random() < 0.3
            else code
        )
        region = pick(("", "", "".join(self.draw.sample("ABCDEIKLMNOPRSTVWXYZ", 2)), self._place()))
        parts = pick(
            (
                [city],
                [city, code],
                [code + " " + city],
                [city, region + " " + code],
                [city, region, pick(self._countries)],
                [city, pick(self._countries) + " " + code],
            )
        )
        return "".join(apart + part.strip() for part in parts if part.strip())

    def _ordinary(self) -> str:
        """Words that stand where a name could, and are none."""
        pick, chance = self.draw.choice, self.draw.random()
        if chance < 0.15:
            return pick(words.SHORT)
        said = " ".join(self.draw.choices(self._english, k=pick((1, 1, 1, 2))))
        return pick(("", "", "", "the ", "my ", "a ", "our ", "this ", "some ", "any ")) + said

    def prose(self) -> str:
        """A sentence of ordinary words, with no sense and no names."""
        return str(self._fakers[0].sentence(nb_words=12))

    def _phone(self) -> str:
        return self._from(self._faker(), "phone_number")

    def _email(self) -> str:
        return self._from(self._fakers[0], "email")

    def _card(self) -> str:
        return self._from(self._fakers[0], "credit_card_number")

    def _job(self) -> str:
        return self._from(self._fakers[self.draw.randrange(3)], "job").lower()

    def _prefix(self) -> str:
        return self.draw.choice(words.PREFIXES)

    def _thing(self) -> str:
        return self.draw.choice(words.THINGS)

    def _verb(self) -> str:
        return self.draw.choice(words.VERBS)

    def _month(self) -> str:
        return self.draw.choice(words.MONTHS)

    def _day(self) -> str:
        return self.draw.choice(words.DAYS)

    def _age(self) -> str:
        return str(self.draw.randint(3, 95))

    def _number(self) -> str:
        return str(self.draw.randint(1, 300))

    def _year(self) -> str:
        return str(self.draw.randint(1850, 2026))

    def _amount(self) -> str:
        amount = self.draw.choice((self.draw.randint(1, 900), round(self.draw.uniform(1, 3000), 2)))
        return self.draw.choice(
            ("{}", "£{}", "${}", "{} EUR", "€{}", "{} euros", "{:,} dollars")
        ).format(amount)


def _listed(name: str) -> list[str]:
    text = files("learning.anonymize.gazetteer").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
