"""Names of people: known names and the words around them, as spaCy token patterns.

A name that is no ordinary word is enough by itself; one that is ("Mark",
"Grace") needs a capital letter and company: another name, a title, or a phrase
that introduces people ("my name is", "my sister", "transfer 20 to").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from learning.anonymize.gazetteer import Gazetteer, folded
from learning.anonymize.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

LABEL = "PERSON"
_SHORTEST_LOWER = 4  # a shorter name in lower case is more often a slip or a foreign word
_STRANGE = range(3, 7)  # letters of an unknown word; longer ones are slips or found by themselves
_LONG_LOWER = 6  # a last name of so many letters is no slip either
# fmt: off
_TITLES = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "lady", "lord",
    "herr", "frau", "señor", "señora", "monsieur", "madame", "uncle", "aunt", "auntie", "aunty",
]
_RELATIVES = [
    "wife", "husband", "partner", "son", "daughter", "mother", "father", "mum", "mom", "dad",
    "brother", "sister", "friend", "boss", "landlord", "landlady", "flatmate", "roommate",
    "housemate", "boyfriend", "girlfriend", "fiance", "fiancee", "cousin", "nephew", "niece",
    "grandmother", "grandfather", "colleague", "neighbour", "neighbor", "nanny", "cleaner",
]
_PARTICLES = [
    "de", "la", "del", "della", "di", "da", "dos", "das", "van", "von", "der", "den", "le",
    "el", "al", "bin", "ibn", "ter", "ten", "st", "st.", "y", "e",
]
_HANDS = [
    "to", "from", "with", "for", "by", "owe", "owes", "owed", "pay", "paid", "and", "met",
    "dear", "hi", "hello", "hey", "ask", "asked", "tell", "told", "regards", "sincerely",
    "cheers", "attn",
]
_LETTER_WORDS = ["dear", "regards", "sincerely", "faithfully"]
# fmt: on

_PLAIN_TAGS = frozenset(("OTHER", "CAPITAL", "STRANGE", "LOWER_WORDY"))
_TELLING = frozenset(  # words of the patterns that do without a listed name
    (*_TITLES, *(f"{one}." for one in _TITLES), *_RELATIVES, *_LETTER_WORDS)
).union(("name", "names", "called", "named", "call", "this", "am", "'m", "m"))
_SUFFIXES = ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "md", "phd", "esq")
_Pattern = list[dict[str, Any]]


class PersonNames:
    """Finds names of people in documents of one spaCy pipeline."""

    def __init__(self, nlp: Language, names: Gazetteer) -> None:
        from spacy.matcher import Matcher  # noqa: PLC0415 (takes a second to load)

        self._names = names
        self._matcher = Matcher(nlp.vocab)
        for key, (pattern, skipped) in enumerate(_patterns()):
            self._matcher.add(f"{key}:{skipped}", [pattern], greedy="LONGEST")
        self._strings, self._vocab = nlp.vocab.strings, nlp.vocab
        self._tag_of = lru_cache(maxsize=65_536)(self._word_tag)

    def find(self, doc: Doc) -> Iterator[Span]:
        """Spans of names, without the words that gave them away. Sets the tokens' tags."""
        tags = [self._tag(token) for token in doc]
        if not _may_name(doc, tags):
            return
        for token, tag in zip(doc, tags, strict=True):
            token.tag_ = tag
        for match_id, start, end in self._matcher(doc):
            skipped = int(self._strings[match_id].split(":")[1])
            name = doc[start + skipped : end]
            yield Span(name.start_char, name.end_char, LABEL)

    def _tag(self, token: Token) -> str:
        tag = self._tag_of(token.text)
        if tag == "INNER_WORDY" and (_starts_sentence(token) or token.text.isupper()):
            return "OUTER_WORDY"
        return tag

    def _word_tag(self, word: str) -> str:
        """What the word alone says: one of the names' lists, a capital, or nothing."""
        name = folded(word)
        capital = word[0].isupper() and len(name) > 1 and word[-1].isalpha()
        if self._vocab[word].is_stop:
            return "OTHER"
        if name in self._names.first and (capital or len(name) >= _SHORTEST_LOWER):
            return "FIRST"
        if name in self._names.last:
            return "LAST" if capital or len(name) >= _LONG_LOWER else "LOWER_LAST"
        if name in self._names.wordy_first:
            return "INNER_WORDY" if capital else "LOWER_WORDY"
        if not capital:
            strange = word.isalpha() and len(name) in _STRANGE
            return "STRANGE" if strange and self._names.is_unknown(name) else "OTHER"
        return "WORDY" if name in self._names.wordy_last else "CAPITAL"


def _may_name(doc: Doc, tags: Sequence[str]) -> bool:
    """Whether any pattern could match: each has a name, or a word that gives names away."""
    if not _PLAIN_TAGS.issuperset(tags):
        return True
    return any(
        word in _TELLING or (len(word) == 2 and word[1] == ".")  # an initial
        for word in (token.lower_ for token in doc)
    )


def _starts_sentence(token: Token) -> bool:
    """True for the first word, and where the word before is no word either."""
    return token.i == 0 or not (token.nbor(-1).is_alpha or token.nbor(-1).text == ",")


def _tag(*tags: str) -> dict[str, Any]:
    return {"TAG": {"IN": list(tags)}}


def _word(*words: str) -> dict[str, Any]:
    return {"LOWER": {"IN": list(words)}}


_FIRST, _LAST, _INNER = _tag("FIRST"), _tag("LAST"), _tag("INNER_WORDY")
_OUTER = _tag("OUTER_WORDY")
_WORDY = _tag("WORDY", "INNER_WORDY", "OUTER_WORDY")
_CAPITAL = _tag("CAPITAL")
_NAME = _tag("FIRST", "LAST", "LOWER_LAST")
_UPPER = _tag("FIRST", "LAST", "WORDY", "INNER_WORDY", "OUTER_WORDY", "CAPITAL")
_INITIAL = {"TEXT": {"REGEX": r"^[A-Z]\.?$"}}
_DOTTED_INITIAL = {"TEXT": {"REGEX": r"^[A-Z]\.$"}}
_SPOKEN = {"IS_ALPHA": True, "IS_STOP": False}
_REST = [
    {**_INITIAL, "OP": "?"},
    {"LOWER": {"IN": _PARTICLES}, "OP": "*"},
    {**_UPPER, "OP": "{0,3}"},
]


def _patterns() -> Iterator[tuple[_Pattern, int]]:
    """Token patterns, each with the number of leading tokens that are no name."""
    for start in (_FIRST, _LAST, _INNER):
        yield [start, *_REST, {**_word(*_SUFFIXES), "OP": "?"}], 0
        yield [start, {**_NAME, "OP": "{0,2}"}], 0
        yield [start, {"TEXT": "-"}, _UPPER], 0
        yield [_WORDY, start], 0
        yield [_INITIAL, {**_INITIAL, "OP": "?"}, start], 0
    yield [_DOTTED_INITIAL, _UPPER], 0
    yield [_CAPITAL, _LAST], 0
    yield [_OUTER, {**_INITIAL, "OP": "?"}, {**_CAPITAL, "IS_TITLE": True}], 0
    for either in (_FIRST, _LAST, _WORDY):
        yield [_WORDY, {**_INITIAL, "OP": "?"}, either], 0
        yield [_word(*_HANDS), either, *_REST], 1
    suffix = {**_word(*_SUFFIXES), "OP": "?"}
    title = _word(*_TITLES, *(f"{one}." for one in _TITLES))
    dot = {"TEXT": ".", "OP": "?"}  # the tokenizer parts "mr." but not "Mr."
    yield [title, dot, _UPPER, *_REST, suffix], 0
    yield [title, dot, _NAME], 0
    yield [_word("mr", "mr.", "mrs", "mrs.", "dr", "dr."), dot, _SPOKEN], 0
    yield [_word(*_RELATIVES), _UPPER, *_REST], 1
    yield [_word(*_RELATIVES), _NAME], 1
    yield [_word(*_RELATIVES, *_LETTER_WORDS), _tag("STRANGE")], 1
    yield [_word(*_RELATIVES), _tag("LOWER_WORDY")], 1
    yield [_tag("LOWER_WORDY"), _tag("LAST", "LOWER_LAST")], 0
    yield [_word("name"), _word("is", "'s", "was", ":"), _SPOKEN, {**_SPOKEN, "OP": "?"}], 2
    yield [_word("names"), _word("is", "are"), _SPOKEN], 2
    yield [_word("called", "named"), _UPPER, *_REST], 1
    yield [_word("call"), _word("me"), _SPOKEN], 2
    yield [_word("this"), _word("is"), _UPPER, *_REST], 2
    yield [_word("i"), _word("am", "'m", "m"), _UPPER, *_REST], 2
