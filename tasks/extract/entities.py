"""What the model takes for a name, and what it mostly takes the same words for; mended where the words beside it differ.

In: a parsed text, the tokens that follow titles, the lexicon. Out: `Entity` for each name, in the order of the text,
those included that the model has not seen and that the text makes places. What does not belong here: the names that
the lexicon knows (`sightings.py`), what the words beside a name tell (`place_contexts.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.extract.place_contexts import is_in_state, is_known_scene, is_named_a_place, is_scene, speaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

    from tasks.extract.lexicon import Lexicon

PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})

_NAME_LABELS = PLACE_LABELS | {"PERSON", "ORG", "NORP"}
_NAME_TAGS = frozenset({"NNP", "NNPS"})
_MOST_WORDS = 4
"""Words of a place's name that the model has not seen as a name."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A name: tokens [first, stop), and what it is."""

    first: int
    stop: int
    label: str


def find_entities(doc: Doc, after_titles: set[int], lexicon: Lexicon) -> tuple[Entity, ...]:
    """The names of a text.

    What the model takes for a person is a place where the gazetteer knows it, or where the words around it say so,
    unless a title or a longer name says that it is a person; what it takes for a body, where both say so. What is a
    place once is one throughout the article.
    """
    seen = _voted(doc)
    persons = {doc[one.stop - 1].lower_ for one in seen if _is_surely_a_person(doc, one)}
    persons |= {doc[index].lower_ for index in after_titles if index < len(doc)}
    entities = [
        replace(one, label="GPE") if _is_place(doc, one, after_titles, persons, lexicon) else one
        for one in seen
    ]
    return _alike(doc, entities, persons, lexicon)


def _voted(doc: Doc) -> list[Entity]:
    """The model's entities. One article rarely means two things by one name, so the labels of equal words are voted.

    A tie goes to the label that comes first in the text.
    """
    spans = [doc[entity.start : _end_without_possessive(entity)] for entity in doc.ents]
    labels = [entity.label_ for entity in doc.ents]
    votes: dict[str, Counter[str]] = {}
    for span, label in zip(spans, labels, strict=True):
        votes.setdefault(span.text, Counter())[label] += 1
    return [
        Entity(
            span.start,
            span.end,
            votes[span.text].most_common(1)[0][0] if label in _NAME_LABELS else label,
        )
        for span, label in zip(spans, labels, strict=True)
    ]


def _end_without_possessive(entity: Span) -> int:
    return entity.end - 1 if len(entity) > 1 and entity[-1].tag_ == "POS" else entity.end


def _is_surely_a_person(doc: Doc, one: Entity) -> bool:
    is_full_name = one.stop - one.first > 1 and doc[one.first].ent_type_ == "PERSON"
    return is_full_name or speaks(doc[one.stop - 1])


def _is_place(doc: Doc, one: Entity, after_titles: set[int], persons: set[str], lexicon: Lexicon) -> bool:
    """Whether what the model takes for a person or a body is a place here."""
    name = doc[one.first : one.stop]
    if one.label == "ORG":
        return is_known_scene(name) or is_in_state(name, lexicon)
    is_sure = one.first in after_titles or (len(name) == 1 and name.text.lower() in persons)
    return one.label == "PERSON" and not is_sure and is_scene(name, lexicon)


def _alike(doc: Doc, entities: Sequence[Entity], persons: set[str], lexicon: Lexicon) -> tuple[Entity, ...]:
    """The entities, and names that the model has not seen; what the words make a place once is one throughout."""
    taken = {index for one in entities for index in range(one.first, one.stop)}
    unseen = [name for name in _unseen_names(doc) if name.start not in taken]
    others = [one for one in entities if one.label in {"PERSON", "ORG"}]
    places = {doc[one.first : one.stop].text for one in entities if one.label in PLACE_LABELS}
    for name in (*(doc[one.first : one.stop] for one in others), *unseen):
        is_other = name[-1].lower_ in persons or lexicon.designators.find(name.text)
        if is_named_a_place(name, lexicon) and not is_other:
            places.add(name.text)
    mended = [
        replace(one, label="GPE")
        if one.label in {"PERSON", "ORG"} and doc[one.first : one.stop].text in places
        else one
        for one in entities
    ]
    found = [
        Entity(name.start, name.end, "GPE") for name in unseen if name.text in places or is_known_scene(name)
    ]
    return tuple(sorted([*mended, *found], key=lambda one: one.first))


def _unseen_names(doc: Doc) -> Iterator[Span]:
    """Runs of proper nouns in which the model has seen nothing."""
    first = None
    for token in doc:
        is_name = token.tag_ in _NAME_TAGS and not token.ent_type_ and token.text[:1].isupper()
        if is_name and first is None:
            first = token.i
        elif not is_name and first is not None:
            if token.i - first <= _MOST_WORDS:
                yield doc[first : token.i]
            first = None
