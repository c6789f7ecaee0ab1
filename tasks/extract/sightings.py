"""What the lexicon sees in a parsed text: names and offices where they stand, by character and by token.

In: a parsed text and the lexicon. Out: `Sightings`, which the steps that find people, offices and countries share.
Which sighting becomes a mention is decided elsewhere; here only readings that cannot be meant are dropped ("US$40m",
"WHO" in a line of capitals, Georgia the American state).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.extract.dependents import Dependents
from tasks.extract.entities import Entity, find_entities
from tasks.extract.gazetteer import only_country
from tasks.extract.lexicon import CountryName, NamedEntry, Organization, Pieces, Place, as_key
from tasks.extract.place_contexts import state_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from spacy.tokens import Doc

    from tasks.extract.lexicon import Homonym, Lexicon, Office, PhraseMatch

AHEAD_AT_HOME, AHEAD_IN_TITLE = 3, 2
LEAST_NAMED_AT_HOME, LEAST_NAMED_ALONE = 4, 2
"""A report on the affairs of one country names others in passing, and that one again and again."""

# Acronyms that are words when a whole line is in capitals.
_WORDS_IN_CAPITALS = frozenset({"US", "WHO", "AU", "UN", "SANA", "AES"})
_WORD = re.compile(r"\w+")
_OPPOSED = re.compile(r"(?:pro|anti|non)[-\u2010\u2011\u2013]\s?$", re.IGNORECASE)
_HELPED = re.compile(
    r"[-\u2010\u2011\u2013]\s?(?:backed|supported|allied|aligned|sponsored|funded|financed|trained|armed|friendly"
    r"|occupied|held|controlled|affiliated|linked|made|built|supplied|brokered|mediated|installed|inspired)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:\d|\b(?:hundred|thousand|million|billion|trillion|mln|bln|bn|in))\s*$", re.IGNORECASE
)
_HALF = re.compile(r"\b[Tt]he (?P<word>North|South)(?![ -][A-Z])\b")
_ETHNIC = re.compile(r"\bethnic(?:ally)?[- ]$", re.IGNORECASE)
_OF_LANGUAGE = re.compile(r"[-\u2010\u2011\u2013 ](?:language|speaking|speakers?|dubbed)\b", re.IGNORECASE)
_IN_LANGUAGE = re.compile(r"\b(?:in|into|from|speaks?|spoke|speaking)\s$", re.IGNORECASE)
_ENDS_PHRASE = re.compile(
    r"[.,;:!?)\"\u201d]|\s(?:and|or|to|on|at|for|that|as|is|are|was|were|when|with)\b|\s*$"
)
"""Where "in Spanish" ends: "in Spanish towns" goes on."""
_LONGEST_AFFIX = 16
"""Characters around a name in which an affix of either kind can stand."""


@dataclass(frozen=True, slots=True)
class Side:
    """The country or body that somebody acts for."""

    name: str
    code: str | None
    country: str | None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class NameSighting:
    """A name of the lexicon: characters [start, end), tokens [first, stop)."""

    start: int
    end: int
    first: int
    stop: int
    entry: NamedEntry

    @property
    def side(self) -> Side | None:
        """Whom the name stands for; None for a place without a country."""
        match self.entry:
            case CountryName(country=country):
                return Side(country.name, country.code, country.code)
            case Organization(name=name, code=code, country=country_code, sector=sector):
                return Side(name, code, country_code, sector)
            case Place(name=name, country=country_code) if country_code:
                return Side(name, country_code, country_code)
        return None


@dataclass(frozen=True, slots=True)
class OfficeSighting:
    """An office's noun or a title: tokens [first, stop)."""

    first: int
    stop: int
    office: Office
    is_plural: bool


@dataclass(frozen=True, slots=True)
class TokenGrid:
    """Where the tokens of a text start and end, to go from characters to tokens without walking through them."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, doc: Doc) -> TokenGrid:
        """The grid of a parsed text."""
        offsets = doc.to_array(["IDX", "LENGTH"])
        return cls(offsets[:, 0].tolist(), (offsets[:, 0] + offsets[:, 1]).tolist())

    def tokens_of(self, start: int, end: int) -> tuple[int, int]:
        """The tokens [first, stop) that characters [start, end) touch."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """A parsed text with everything that the lexicon sees in it, in the order of the text.

    `text` is `doc.text`, which spaCy puts together anew each time that it is asked for. `people` are the tokens
    [first, stop) of each name of a person that the lexicon knows. `countries` counts how often
    each country is named, directly or by what lies or sits there, headline included; `title_countries` in the headline alone; `named` are those that words of the lexicon name.
    """

    doc: Doc
    text: str
    grid: TokenGrid = field(repr=False)
    dependents: Dependents = field(repr=False)
    lexicon: Lexicon
    names: tuple[NameSighting, ...]
    offices: tuple[OfficeSighting, ...]
    people: tuple[tuple[int, int], ...]
    entities: tuple[Entity, ...]
    name_at: dict[int, NameSighting] = field(repr=False)
    office_at: dict[int, OfficeSighting] = field(repr=False)
    countries: Counter[str] = field(repr=False)
    title_countries: Counter[str] = field(repr=False)
    named: frozenset[str] = field(repr=False)

    @property
    def lone_country(self) -> str | None:
        """The only country that the article speaks of, and more than once; None if there are others."""
        if len(self.countries) == 1 and self.countries.total() > 1:
            return next(iter(self.countries))
        return None

    @property
    def home(self) -> str | None:
        """The country at whose affairs the article looks: named often, and far more often than any other; else None."""
        ranked = self.countries.most_common(2)
        if not ranked:
            return None
        code, times = ranked[0]
        is_in_title = set(self.title_countries) == {code}
        least = LEAST_NAMED_AT_HOME if len(ranked) > 1 and not is_in_title else LEAST_NAMED_ALONE
        ahead = AHEAD_IN_TITLE if is_in_title else AHEAD_AT_HOME
        return code if times >= least and (len(ranked) == 1 or times >= ahead * ranked[1][1]) else None

    def is_taking_sides(self, name: NameSighting) -> bool:
        """Whether the name says whom others are for, against or helped by: "pro-Russian", "U.S.-backed"."""
        text = self.text
        before = text[max(0, name.start - _LONGEST_AFFIX) : name.start]
        return bool(_OPPOSED.search(before) or _HELPED.match(text[name.end : name.end + _LONGEST_AFFIX]))


def look_up(doc: Doc, lexicon: Lexicon, *, title: str = "", published: date | None = None) -> Sightings:
    """The names and offices of the lexicon in a text.

    Args:
        doc: The text.
        lexicon: Where to look.
        title: The headline, which only helps to tell homonyms apart.
        published: Day of publication: up to 1991 Moscow stands for the Soviet Union.
    """
    text = doc.text
    grid = TokenGrid.of(doc)
    pieces = Pieces(text)
    words = _Words(f"{title}\n{text}")
    names: list[NameSighting] = []
    for match in lexicon.names.find(pieces):
        entry = _in_its_time(
            _reading(match, text, lexicon=lexicon, words=words),
            text[match.start : match.end],
            lexicon,
            published,
        )
        if entry is not None:
            names.append(NameSighting(match.start, match.end, *grid.tokens_of(match.start, match.end), entry))
    names = sorted([*names, *_halves(text, grid, names, lexicon)], key=lambda name: name.start)
    offices = [
        OfficeSighting(*grid.tokens_of(match.start, match.end), match.meaning.office, match.meaning.is_plural)
        for match in lexicon.offices.find(pieces)
    ]
    offices += [
        OfficeSighting(*grid.tokens_of(match.start, match.end), match.meaning, is_plural=False)
        for match in lexicon.titles.find(pieces)
    ]
    offices = _longest(offices)
    entities = find_entities(doc, {office.stop for office in offices}, lexicon)
    name_at = {index: name for name in names for index in range(name.first, name.stop)}
    title_countries = _countries_of(title, lexicon)
    return Sightings(
        doc=doc,
        text=text,
        grid=grid,
        dependents=Dependents(doc),
        lexicon=lexicon,
        names=tuple(names),
        offices=tuple(offices),
        people=tuple(grid.tokens_of(match.start, match.end) for match in lexicon.people.find(pieces)),
        entities=entities,
        name_at=name_at,
        office_at={index: office for office in offices for index in range(office.first, office.stop)},
        named=frozenset(name.side.country for name in names if name.side and name.side.country),
        countries=_named_countries(doc, names, entities, name_at) + title_countries,
        title_countries=title_countries,
    )


def _countries_of(title: str, lexicon: Lexicon) -> Counter[str]:
    """How often the headline names each country."""
    sides = (NameSighting(0, 0, 0, 0, match.meaning).side for match in lexicon.names.find(title))
    return Counter(side.country for side in sides if side and side.country)


def _named_countries(
    doc: Doc, names: Sequence[NameSighting], entities: Sequence[Entity], name_at: dict[int, NameSighting]
) -> Counter[str]:
    """How often each country is named, directly, by a body of it, or by a place that lies nowhere else."""
    counts = Counter(name.side.country for name in names if name.side and name.side.country)
    for entity in entities:
        if entity.label == "GPE" and entity.first not in name_at:
            country = only_country(doc[entity.first : entity.stop].text)
            if country:
                counts[country] += 1
    return counts


def _halves(
    text: str, grid: TokenGrid, names: list[NameSighting], lexicon: Lexicon
) -> Iterator[NameSighting]:
    """ "The North" and "the South", where the article names both states of a divided people."""
    named = Counter(side.code for side in (name.side for name in names) if side)
    meant = _halves_meant(named, lexicon)
    if not meant:
        return
    taken = {name.first for name in names}
    for match in _HALF.finditer(text):
        code = meant.get(match["word"])
        start, end = match.span("word")
        first, stop = grid.tokens_of(start, end)
        if code and first not in taken:
            yield NameSighting(start, end, first, stop, CountryName(lexicon.countries[code], "name"))


def _halves_meant(named: Counter[str | None], lexicon: Lexicon) -> dict[str, str]:
    """The state that each word stands for: of two divided peoples the one that is named more often, else nobody."""
    by_word: dict[str, list[tuple[int, str]]] = {}
    for word, code, other in lexicon.halves:
        if named[code] and named[other]:
            by_word.setdefault(word, []).append((named[code] + named[other], code))
    return {
        word: ranked[0][1]
        for word, found in by_word.items()
        if len(ranked := sorted(found, reverse=True)) == 1 or ranked[0][0] > ranked[1][0]
    }


class _Words:
    """The words of a text, listed when first asked for: most articles name nothing that has two readings."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: frozenset[str] | None = None

    def count_of(self, phrases: frozenset[str]) -> int:
        if self._words is None:
            self._words = frozenset(_WORD.findall(self._text))
        return sum(phrase in self._words if phrase.isalnum() else phrase in self._text for phrase in phrases)


def _longest(offices: list[OfficeSighting]) -> list[OfficeSighting]:
    """Sightings in the order of the text, none overlapping another; the longer of two stands."""
    kept: list[OfficeSighting] = []
    for office in sorted(offices, key=lambda office: (office.first, -office.stop)):
        if not kept or office.first >= kept[-1].stop:
            kept.append(office)
    return kept


def _reading(
    match: PhraseMatch[NamedEntry], text: str, *, lexicon: Lexicon, words: _Words
) -> NamedEntry | None:
    """What the phrase stands for at this place, None if for nothing."""
    entry, start, end = match.meaning, match.start, match.end
    phrase = text[start:end]
    is_adjective = isinstance(entry, CountryName) and entry.form == "adjective"
    is_nothing = isinstance(entry, Place) and entry.kind == "none"
    if is_nothing or (is_adjective and _is_of_no_country(text, start, end, lexicon)):
        return None
    if text[end : end + 1] == "$" or (phrase in _WORDS_IN_CAPITALS and _is_shouted(text, start, end)):
        return None
    homonym = lexicon.homonyms.get(phrase)
    if homonym and _is_other_reading(homonym, words):
        return _elsewhere(phrase, homonym.other_country) if homonym.other_country else None
    if isinstance(entry, CountryName) and entry.form == "seat":
        state = state_after(text, end, lexicon)
        if state and state.country != entry.country.code:
            return _elsewhere(phrase, state.country)
    return entry


def _is_of_no_country(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether an adjective tells of a people that lives elsewhere ("ethnic Albanians"), of money or of a language."""
    before = text[max(0, start - _LONGEST_AFFIX) : start]
    if _ETHNIC.search(before) or _OF_LANGUAGE.match(text, end):
        return True
    if _IN_LANGUAGE.search(before) and _ENDS_PHRASE.match(text, end):
        return True
    following = _WORD.match(text, end + 1)
    is_currency = following is not None and following.group() in lexicon.cues["currency_noun"]
    return is_currency and bool(_NUMBER.search(text[max(0, start - _LONGEST_AFFIX) : start]))


def _in_its_time(
    entry: NamedEntry | None, phrase: str, lexicon: Lexicon, published: date | None
) -> NamedEntry | None:
    """The state that a capital stood for when the article was published."""
    if published is None or not isinstance(entry, CountryName) or entry.form != "seat":
        return entry
    states = lexicon.historical_seats.get(as_key(phrase), ())
    state = next((state for state in states if published <= state.until), None)
    return CountryName(lexicon.countries[state.code], "seat") if state else entry


def _is_other_reading(homonym: Homonym, words: _Words) -> bool:
    return words.count_of(homonym.other_cues) > words.count_of(homonym.cues)


def _elsewhere(name: str, country: str | None) -> Place:
    return Place(name=name, other_names=(), kind="city", country=country, latitude=None, longitude=None)


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether the words on both sides are in capitals as well."""
    before = _WORD.findall(text[max(0, start - 30) : start])[-1:]
    after = _WORD.findall(text[end : end + 30])[:1]
    neighbours = [word for word in before + after if word.isalpha()]
    return bool(neighbours) and all(word.isupper() and len(word) > 1 for word in neighbours)
