"""Countries, their people and capitals, and places: mentions from names of the lexicon and of the model.

In: what the lexicon sees in a parsed text. Out: mentions of kind "country" (names, adjectives, the people; a capital
that acts) and "place" (a capital where something happens, regions, cities). A place that the lexicon does not know
has a country only if the text gives it ("Kazan, Russia"). Where a place lies is looked up in `whereabouts.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.tokens import Span

from tasks.extract.annotations import Mention
from tasks.extract.dependents import head_of
from tasks.extract.entities import PLACE_LABELS
from tasks.extract.gazetteer import most_likely
from tasks.extract.lexicon import CountryName, Place, as_key
from tasks.extract.metonyms import stands_for_government
from tasks.extract.office_phrases import is_possessive_mark
from tasks.extract.whereabouts import beside, in_gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from tasks.extract.lexicon import Country
    from tasks.extract.sightings import NameSighting, Sightings

_BY_LIST, _BY_LONE_COUNTRY = 0.9, 0.7
"""How sure a place's country is that the text does not say: of namesakes the likelier, and by the article alone."""


def named_by_lexicon(sightings: Sightings) -> Iterator[Mention]:
    """Countries, their people, capitals, and the places that the lexicon knows."""
    for sighting in sightings.names:
        span = sightings.doc[sighting.first : sighting.stop]
        match sighting.entry:
            case CountryName(country=country, form="seat"):
                yield _capital(sightings, sighting, span, country)
            case CountryName(country=country) if not _is_part_of_larger_name(sightings, span):
                yield _country(sightings, sighting, span, country)
            case Place() as place:
                yield _place(sightings, sighting, span, place)


def named_by_model(sightings: Sightings) -> Iterator[Mention]:
    """Places that only the model takes for one; where the gazetteer knows the name, with country and coordinates."""
    for entity in sightings.entities:
        if entity.label in PLACE_LABELS and not _is_several(sightings.doc, entity.first):
            span = _trimmed(sightings.doc[entity.first : entity.stop])
            if span is not None:
                name = " ".join(span.text.split())
                told = beside(sightings, span)
                place = told or in_gazetteer(sightings, name, sightings.named)
                # A place that no list knows is of the country that the article is about, if that is one.
                code = place.country if place else sightings.lone_country or sightings.home
                yield Mention(
                    start=span.start_char,
                    end=span.end_char,
                    text=span.text,
                    kind="place",
                    how="name",
                    name=name,
                    code=code,
                    country=code,
                    latitude=place.latitude if place else None,
                    longitude=place.longitude if place else None,
                    confidence=1.0 if told or code is None else _BY_LIST if place else _BY_LONE_COUNTRY,
                    head=head_of(span.doc, span.start, span.end),
                )


def country_at(sightings: Sightings, index: int) -> str | None:
    """The country of the place or country whose name begins with a token; None if none does, or nobody knows where."""
    name = sightings.name_at.get(index)
    if name is not None:
        is_adjective = isinstance(name.entry, CountryName) and name.entry.form == "adjective"
        if name.first != index or is_adjective or not isinstance(name.entry, CountryName | Place):
            return None
        if name.side:
            return name.side.country
    elif not (index < len(sightings.doc) and sightings.doc[index].ent_iob_ == "B"):
        return None
    span = _place_from(sightings, index)
    place = span and (beside(sightings, span) or in_gazetteer(sightings, span.text, sightings.named))
    return place.country if place else None


def is_placed_in_full(sightings: Sightings, index: int) -> bool:
    """Whether the place whose name begins with a token has its state or country beside it: "Oxford, Ohio"."""
    span = _place_from(sightings, index)
    return span is not None and beside(sightings, span) is not None


def _place_from(sightings: Sightings, index: int) -> Span | None:
    """The name of a place that begins with a token."""
    name = sightings.name_at.get(index)
    if name is not None:
        return sightings.doc[name.first : name.stop] if name.first == index else None
    if index >= len(sightings.doc) or sightings.doc[index].ent_type_ not in PLACE_LABELS:
        return None
    return _trimmed(_entity_of(sightings.doc[index : index + 1]))


def _is_several(doc: Doc, first: int) -> bool:
    """Whether several places are counted by one name: "the two Koreas" are no place but two countries."""
    is_counted = first > 0 and (doc[first - 1].tag_ == "CD" or doc[first - 1].lower_ == "both")
    return doc[first].tag_ == "NNPS" and is_counted


def _country(sightings: Sightings, sighting: NameSighting, span: Span, country: Country) -> Mention:
    return Mention(
        start=sighting.start,
        end=sighting.end,
        text=sightings.text[sighting.start : sighting.end],
        kind="country",
        how="name",
        name=country.name,
        code=country.code,
        country=country.code,
        head=head_of(span.doc, span.start, span.end),
    )


def _capital(sightings: Sightings, sighting: NameSighting, span: Span, country: Country) -> Mention:
    text = sightings.text[sighting.start : sighting.end]
    if not stands_for_government(span, sightings):
        latitude, longitude = sightings.lexicon.coordinates_of_seat(text, country)
        return Mention(
            start=sighting.start,
            end=sighting.end,
            text=text,
            kind="place",
            how="name",
            name=" ".join(text.split()),
            code=country.code,
            country=country.code,
            latitude=latitude,
            longitude=longitude,
            head=head_of(span.doc, span.start, span.end),
        )
    body = sightings.lexicon.bodies_by_seat.get(as_key(text))
    if body is None:
        return _country(sightings, sighting, span, country)
    return Mention(
        start=sighting.start,
        end=sighting.end,
        text=text,
        kind="organization",
        how="name",
        name=body.name,
        code=body.code,
        country=body.country,
        sector=body.sector,
        head=head_of(span.doc, span.start, span.end),
    )


def _place(sightings: Sightings, sighting: NameSighting, span: Span, place: Place) -> Mention:
    country, latitude, longitude = place.country, place.latitude, place.longitude
    if country is None and place.kind == "city":  # a name that cities of several countries share
        meant = most_likely(place.name, named=sightings.named)
        if meant:
            country, latitude, longitude = meant.country, meant.latitude, meant.longitude
    return Mention(
        start=sighting.start,
        end=sighting.end,
        text=sightings.text[sighting.start : sighting.end],
        kind="place",
        how="name",
        name=place.name,
        code=country,
        country=country,
        latitude=latitude,
        longitude=longitude,
        head=head_of(span.doc, span.start, span.end),
    )


def _is_part_of_larger_name(sightings: Sightings, span: Span) -> bool:
    """Whether the country's word stands in the proper name of something else (a delta, a film)."""
    if span.doc[span.start].ent_iob_ not in {"B", "I"}:
        return False
    entity = _entity_of(span)
    if entity.label_ not in {"LOC", "GPE", "WORK_OF_ART"}:
        return False
    others = [token for token in entity if not span.start <= token.i < span.end]
    if any(token.is_punct or token.tag_ == "CC" or is_possessive_mark(token) for token in others):
        return False
    proper = [
        token for token in others if token.text[:1].isupper() and token.lower_ not in {"the", "mr.", "mr"}
    ]
    return bool(proper) and not all(token.lower_ in sightings.lexicon.cues["direction"] for token in proper)


def _entity_of(span: Span) -> Span:
    """The entity that holds the span's first token; entities are short, so that the walk is."""
    doc, first, stop = span.doc, span.start, span.start + 1
    while first > 0 and doc[first].ent_iob_ == "I":
        first -= 1
    while stop < len(doc) and doc[stop].ent_iob_ == "I":
        stop += 1
    return Span(doc, first, stop, label=doc[first].ent_type_)


def _trimmed(entity: Span) -> Span | None:
    """The entity from its first capitalised word to its last; None if it has none or looks like no name."""
    doc, first, stop = entity.doc, entity.start, entity.end
    while first < stop and (doc[first].lower_ == "the" or not doc[first].text[:1].isupper()):
        first += 1
    while stop > first and (is_possessive_mark(doc[stop - 1]) or not doc[stop - 1].text[:1].isalnum()):
        stop -= 1
    span = doc[first:stop]
    return span if first < stop and any(character.isalpha() for character in span.text) else None
