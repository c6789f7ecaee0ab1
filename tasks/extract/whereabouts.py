"""Where a place lies: what the text says beside its name, else what the gazetteer knows.

In: what the lexicon sees in a parsed text, and the name of a place in it. Out: its country, coordinates where known, or
None. What does not belong here: which names are places (`entities.py`), and the mentions made of them (`toponyms.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.gazetteer import Settlement, known_otherwise, most_likely
from tasks.extract.lexicon import CountryName, Place
from tasks.extract.office_phrases import is_possessive_mark

if TYPE_CHECKING:
    from collections.abc import Collection

    from spacy.tokens import Doc, Span

    from tasks.extract.lexicon import Country
    from tasks.extract.sightings import Sightings

_MOST_MODIFIERS = 3
"""Words between a country and the noun of a place: "the northern Syrian border town of X"."""


def in_gazetteer(sightings: Sightings, name: str, named: Collection[str]) -> Settlement | None:
    """The place of that name, or the town of "Kayseri Airport"; the province Gulf only in a country that is named."""
    words = name.split()
    while len(words) > 1 and words[-1].lower() in sightings.lexicon.cues["facility_noun"]:
        words.pop()
    place = most_likely(name, named=named) or most_likely(" ".join(words), named=named)
    cues = sightings.lexicon.cues
    is_generic = all(word.lower() in cues["generic_place"] | cues["direction"] for word in words)
    if place is None and not is_generic:
        return known_otherwise(" ".join(words), named=named)
    return None if place and is_generic and place.country not in named else place


def beside(sightings: Sightings, span: Span) -> Place | Settlement | None:
    """Where the text itself says that a place lies: "Kazan, Russia", "Oxford, Ohio", "the Russian city of Kazan"."""
    doc, after = sightings.doc, span.end
    if after + 1 < len(doc) and doc[after].text == ",":
        name = sightings.name_at.get(after + 1)
        if name and isinstance(name.entry, Place) and name.entry.kind == "state":
            return name.entry  # of several towns of a name in one country the state tells the right one
    country = _country_behind(sightings, after) or _country_before(sightings, span)
    return _in_country(sightings, span, country) if country else None


def _country_behind(sightings: Sightings, after: int) -> Country | None:
    """The country of "X, Russia", "X, in northern Syria", "X in northern Syria" and "X, Chad's northernmost town"."""
    doc, index = sightings.doc, after
    is_set_off = _word_at(doc, index) == ","
    index += is_set_off
    is_in = _word_at(doc, index) == "in"
    index += is_in
    if not is_set_off and not is_in:
        return None
    start = index
    while index - start < _MOST_MODIFIERS and _word_at(doc, index) in sightings.lexicon.cues["direction"]:
        index += 1
    name = sightings.name_at.get(index)
    if name is None or name.first != index or not isinstance(name.entry, CountryName):
        return None
    is_owner = name.stop < len(doc) and is_possessive_mark(doc[name.stop])
    if is_owner:
        return name.entry.country if _ends_as_place(sightings, name.stop + 1) else None
    if name.entry.form != "name" or (not is_set_off and index == start):
        return None  # "troops met in X in Syria" is seldom written; "in X in northern Syria" is
    return name.entry.country


def _ends_as_place(sightings: Sightings, index: int) -> bool:
    """Whether a noun phrase is one for a place: "northernmost territory", "second city"."""
    doc, cues = sightings.doc, sightings.lexicon.cues
    for _ in range(_MOST_MODIFIERS + 1):
        if _word_at(doc, index) in cues["settlement_noun"]:
            return True
        if index >= len(doc) or not doc[index].tag_.startswith(("JJ", "NN", "RB")):
            return False
        index += 1
    return False


def _country_before(sightings: Sightings, span: Span) -> Country | None:
    """The country of "the Russian city of X", "the northern Syrian border town of X", "Iraq's Anbar province"."""
    doc, cues, index = sightings.doc, sightings.lexicon.cues, span.start - 1
    is_called = index > 1 and doc[index].lower_ == "of" and doc[index - 1].lower_ in cues["settlement_noun"]
    if is_called:
        index -= 2
    elif index > 0 and doc[index].lower_ in cues["settlement_noun"]:
        is_called = True
        index -= 1
    for _ in range(_MOST_MODIFIERS):
        if index < 0:
            return None
        name = sightings.name_at.get(index)
        if name and isinstance(name.entry, CountryName):
            is_adjective = is_called and name.entry.form == "adjective"
            return name.entry.country if is_adjective else None
        if is_possessive_mark(doc[index]):
            return _owner(sightings, index - 1, span, is_called=is_called)
        if not (doc[index].tag_.startswith("JJ") or (is_called and doc[index].tag_ == "NN")):
            return None
        index -= 1
    return None


def _owner(sightings: Sightings, index: int, span: Span, *, is_called: bool) -> Country | None:
    """The country that a place belongs to: "Iraq's Anbar province"; in "Turkey's Aleppo policy" it is another's."""
    name = sightings.name_at.get(index)
    if name is None or not isinstance(name.entry, CountryName) or name.entry.form == "seat":
        return None
    country = name.entry.country
    if is_called or _word_at(sightings.doc, span.end) in sightings.lexicon.cues["landscape_noun"]:
        return country
    known = in_gazetteer(sightings, span.text, {country.code})
    return country if known and known.country == country.code else None


def _word_at(doc: Doc, index: int) -> str:
    return doc[index].lower_ if index < len(doc) else ""


def _in_country(sightings: Sightings, span: Span, country: Country) -> Settlement:
    """The place of that name in a country; without coordinates if none is known."""
    known = in_gazetteer(sightings, " ".join(span.text.split()), {country.code})
    return known if known and known.country == country.code else Settlement(country.code, 0, None, None)
