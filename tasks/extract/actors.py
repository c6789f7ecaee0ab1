"""Who: every mention of a person, organisation, country or place in an article.

In: a parsed text. Out: `Mention`s in the order of the text, never overlapping, each with the side that it stands for
as far as the text says so. The steps, each in its module: what the lexicon sees (`sightings`), offices
(`office_phrases`), people, organizations, countries and places (`toponyms`), and what needs the context
(`coreference`). What happens between the mentioned does not belong here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.annotations import Mention
from tasks.extract.coreference import resolve
from tasks.extract.dependents import head_of
from tasks.extract.lexicon import load_lexicon
from tasks.extract.office_phrases import find_office_phrases
from tasks.extract.organizations import find_organizations
from tasks.extract.people import find_people
from tasks.extract.sightings import look_up
from tasks.extract.toponyms import named_by_lexicon, named_by_model

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from spacy.tokens import Doc

    from tasks.extract.lexicon import Lexicon
    from tasks.extract.office_phrases import OfficePhrase
    from tasks.extract.organizations import NamedOrganization
    from tasks.extract.people import People, PersonName
    from tasks.extract.sightings import Sightings

_SECTORS_WITHOUT_SIDE = frozenset(
    {"GOV", "MIL", "LEG", "JUD", "POL", "INT", "REB", "OPP", "CVL", "REF", "MED"}
)


def find_mentions(
    doc: Doc, *, title: str = "", published: date | None = None, lexicon: Lexicon | None = None
) -> tuple[Mention, ...]:
    """All mentions of an article.

    Args:
        doc: The article's text, parsed.
        title: Its headline: it helps to tell homonyms apart and to resolve groups; nothing in it is a mention.
        published: Day of publication, for capitals that stood for another state in their time.
        lexicon: Another lexicon than ours.
    """
    sightings = look_up(doc, lexicon or load_lexicon(), title=title, published=published)
    phrases = find_office_phrases(sightings)
    people = find_people(sightings, phrases)
    claims = _Claims(len(sightings.text))
    # What is longer and surer goes first; a country's adjective inside "the Turkish army" is then taken.
    claims.add(_person(doc, name) for name in people.names)
    organizations = find_organizations(sightings, phrases, titles=people.titles)
    inside = {index for item in organizations for index in range(item.first, item.stop)}
    after = {item.first for item in organizations}
    claims.add(
        _office_holder(doc, phrase, people)
        for phrase in phrases
        # "National Bank" is a name, "the Japanese carmaker Hoshino" describes one.
        if _is_actor(phrase, people) and phrase.head not in inside and phrase.stop not in after
    )
    claims.add(_organization(sightings, item) for item in organizations)
    claims.add(named_by_lexicon(sightings))
    claims.add(named_by_model(sightings))
    return resolve(sightings, claims.mentions(), title=title)


class _Claims:
    """The mentions so far; a later one is dropped where it would overlap an earlier one."""

    def __init__(self, characters: int) -> None:
        self._taken = bytearray(characters)
        self._mentions: list[Mention] = []

    def add(self, mentions: Iterable[Mention]) -> None:
        for mention in mentions:
            if not any(self._taken[mention.start : mention.end]):
                self._taken[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
                self._mentions.append(mention)

    def mentions(self) -> list[Mention]:
        return sorted(self._mentions, key=lambda mention: mention.start)


def _person(doc: Doc, name: PersonName) -> Mention:
    span, person = doc[name.first : name.stop], name.person
    return Mention(
        start=span.start_char,
        end=span.end_char,
        text=span.text,
        kind="person",
        how="name",
        name=person.name,
        code=person.side.code if person.side else None,
        country=person.side.country if person.side else None,
        sector=person.sector,
        role=person.role,
        head=head_of(doc, name.first, name.stop),
    )


def _organization(sightings: Sightings, item: NamedOrganization) -> Mention:
    return Mention(
        start=item.start,
        end=item.end,
        text=sightings.text[item.start : item.end],
        kind="organization",
        how="name",
        name=item.name,
        code=item.code,
        country=item.country,
        sector=item.sector,
        head=head_of(sightings.doc, item.first, item.stop),
    )


def _is_actor(phrase: OfficePhrase, people: People) -> bool:
    """Whether an office phrase is an actor of its own, and not a title, a modifier or a word in another sense."""
    if phrase.first in people.titles or phrase.is_modifier or phrase.office.kind == "title":
        return False
    if phrase.side:
        return True
    if phrase.office.kind == "office" and not phrase.is_plural:
        return (
            phrase.has_determiner
        )  # "justice" and "general" are somebody only as "the justice", "a general"
    if phrase.sector not in _SECTORS_WITHOUT_SIDE or phrase.office.borrows:
        return False  # "council", "forces": anybody's
    return phrase.has_determiner or phrase.is_plural or phrase.office.plural is None


def _office_holder(doc: Doc, phrase: OfficePhrase, people: People) -> Mention:
    span = doc[phrase.first : phrase.stop]
    side = phrase.side or people.side_of_owner(phrase)
    is_person = phrase.office.kind == "office" and not phrase.is_plural
    return Mention(
        start=span.start_char,
        end=span.end_char,
        text=span.text,
        kind="person" if is_person else "organization",
        how="title" if phrase.side else "nominal",
        name=" ".join(span.text.split()),
        code=side.code if side else None,
        country=side.country if side else None,
        sector=phrase.sector,
        role=phrase.role if is_person else None,
        head=phrase.head,
    )
