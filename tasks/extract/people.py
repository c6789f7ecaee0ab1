"""People by name: who is named where, and for whom they act by the text's own words.

In: what the lexicon sees in a parsed text, its office phrases, the model's PERSON entities. Out: `PersonName`s, each
with the person that all names of one article share: full name, side, sector, role. Titles, appositions and
possessives of the text say who somebody is; what they leave open, a user's lexicon may know, and ours has no list of
today's office holders. Pronouns and persons without a name do not belong here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.lexicon import CountryName, Organization
from tasks.extract.office_phrases import OfficePhrase, is_possessive_mark
from tasks.extract.sightings import Side
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

    from tasks.extract.sightings import Sightings

COUNTERPARTS = frozenset({"counterpart", "colleague", "homologue"})
"""The roles that say: the same as the one that it is the counterpart of."""

_HEADS = frozenset({"president", "prime minister", "premier", "chancellor"})
"""Whose surname readers know without a country; a foreign minister of that name is more often somebody else."""

PARTICLES = frozenset(
    {
        "al",
        "el",
        "bin",
        "ibn",
        "bint",
        "ben",
        "abu",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "der",
        "den",
    }
    | {"di", "du", "la", "le", "van", "von", "ter", "ten", "y", "e", "st"}
)
LONGEST_NAME = 6
_INNER_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_NAME_TAGS = frozenset({"NNP", "NNPS"})
_NAMES_OF_ALL_KINDS = frozenset({"PERSON", "GPE", "ORG", "NORP"})
_NO_NAMES = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "PERCENT", "MONEY", "QUANTITY"})
_CUTS = frozenset({",", "and", "&", "/", ";", ":", "(", ")", "--", "–", "—"})
_ENDS_DESCRIPTION = frozenset({"VB", "MD", "WP", "WD", "CC"})
_LONGEST_DESCRIPTION = 14
"""Tokens of a description that are read: "a lecturer in politics at the University of"."""
_HYPHENS = frozenset({"-", "\u2010", "\u2011", "\u2013"})


@dataclass(slots=True)
class Person:
    """What the article says of a person; filled in as its mentions are read."""

    name: str
    side: Side | None = None
    sector: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person named at tokens [first, stop)."""

    first: int
    stop: int
    person: Person


@dataclass(frozen=True, slots=True)
class People:
    """The persons of an article where they are named, and the office phrases that describe them."""

    names: tuple[PersonName, ...]
    titles: frozenset[int]
    """First tokens of the phrases that are a named person's title or apposition."""

    owners: dict[int, Person]
    """Persons by the tokens of their names."""

    def side_of_owner(self, phrase: OfficePhrase) -> Side | None:
        """The side of the person whose office it is: "the Larsen administration", "Berg's spokesman"."""
        owner = self.owners.get(phrase.owner) if phrase.owner is not None else None
        return owner.side if owner and phrase.office.noun not in COUNTERPARTS else None


def find_people(sightings: Sightings, phrases: Sequence[OfficePhrase]) -> People:
    """All persons that a text names, in its order."""
    spans = _merged(
        [
            *_model_names(sightings),
            *_titled_names(sightings, phrases),
            *_described_names(sightings, phrases),
            *_known_names(sightings),
        ]
    )
    spans = _supported(sightings, spans)
    spans = _merged([*spans, *_known_surnames(sightings, spans)])
    names = _identified(sightings.doc, spans)
    described = _described(sightings.doc, names, phrases)
    people = People(
        names=tuple(names),
        titles=frozenset(phrase.first for _, phrase in described),
        owners={index: name.person for name in names for index in range(name.first, name.stop)},
    )
    _adopt(described)
    _adopt_beside(sightings, names, phrases)
    _adopt_owners(people, described)
    _adopt_known(sightings, names)
    _adopt_from_surnames(sightings, names)
    _adopt_owners(people, described)  # whose side may be known by now
    return people


# Where persons are named


def _model_names(sightings: Sightings) -> Iterator[tuple[int, int]]:
    """The model's persons, without what it wrongly takes in: titles, possessives, what a comma or "and" adds."""
    for entity in sightings.entities:
        if entity.label == "PERSON":
            for first, stop in _runs(sightings.doc, entity.first, entity.stop):
                trimmed = _trimmed(sightings, first, stop)
                if (
                    trimmed
                    and _can_be_name(sightings, *trimmed)
                    and not _is_known_otherwise(sightings, *trimmed)
                ):
                    yield trimmed


def _can_be_name(sightings: Sightings, first: int, stop: int) -> bool:
    """Whether words can be a person's name: no figures, no plural, not "... de Venezuela", not "RosNeft"."""
    words = sightings.doc[first:stop]
    if any(character.isdigit() for token in words for character in token.text):
        return False
    if stop - first == 1:
        is_coined = bool(_INNER_CAPITAL.search(words[0].text)) and not _speaks(words[0])
        return words[0].tag_ != "NNPS" and not is_coined
    country = sightings.name_at.get(stop - 1)
    is_of_country = country is not None and country.first == stop - 1 and words[-2].lower_ in PARTICLES
    return not is_of_country


def _runs(doc: Doc, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Tokens [first, stop) cut at possessives, conjunctions, punctuation and line ends."""
    is_pair = stop - first == 3 and doc[first + 1].text in _HYPHENS and stop < len(doc)
    is_pair = is_pair and doc[stop].tag_ in {"NN", "NNS"}  # "the Larsen-Okoye summit"
    begin = first
    for index in range(first, stop):
        token = doc[index]
        is_cut = token.lower_ in _CUTS or token.is_space or is_possessive_mark(token)
        if is_cut or (is_pair and index == first + 1):
            if index > begin:
                yield begin, index
            begin = index + 1
    if stop > begin:
        yield begin, stop


def _trimmed(sightings: Sightings, first: int, stop: int) -> tuple[int, int] | None:
    """The name without titles and nationality words before it and lower-case words around it."""
    doc = sightings.doc
    while first < stop:
        office, name = sightings.office_at.get(first), sightings.name_at.get(first)
        if office and office.first == first and office.stop < stop:
            first = office.stop
        elif name and name.stop < stop and _is_no_first_name(name.entry):
            first = name.stop
        elif not _is_capitalised(doc[first]) and doc[first].lower_ not in PARTICLES:
            first += 1
        else:
            break
    while stop > first and not _is_capitalised(doc[stop - 1]):
        stop -= 1
    return (first, stop) if stop > first and stop - first <= 2 * LONGEST_NAME else None


def _is_no_first_name(entry: object) -> bool:
    return isinstance(entry, Organization) or (isinstance(entry, CountryName) and entry.form == "adjective")


def _is_known_otherwise(sightings: Sightings, first: int, stop: int) -> bool:
    """Whether the lexicon knows the whole span as a country, a body, a place or an office."""
    name, office = sightings.name_at.get(first), sightings.office_at.get(first)
    if name and name.first == first and name.stop >= stop:
        return True
    # "the King said" is an office, "King said" a surname.
    is_definite = first > 0 and sightings.doc[first - 1].tag_ in {"DT", "PRP$", "POS", "JJ"}
    return bool(office and office.stop >= stop and (is_definite or office.stop - office.first > 1))


def _titled_names(sightings: Sightings, phrases: Sequence[OfficePhrase]) -> Iterator[tuple[int, int]]:
    """Names that the model misses, by the title before them ("Deputy Trade Minister Grace Otieno")."""
    for phrase in phrases:
        if (
            phrase.office.kind != "body"
            and not phrase.is_plural
            and not _is_in_other_name(sightings.doc, phrase)
        ):
            first = phrase.stop
            stop = _name_run(sightings, first)
            if stop == first:
                first, stop = _apposed_name(sightings, phrase)
            if stop > first and not _is_known_otherwise(sightings, first, stop):
                yield first, stop


def _apposed_name(sightings: Sightings, phrase: OfficePhrase) -> tuple[int, int]:
    """The name of "his Greek counterpart, NAME,": one word may be a place, more that commas close in are a name."""
    doc, comma = sightings.doc, phrase.stop
    if comma + 2 < len(doc) and doc[comma].tag_ == "IN" and comma + 1 in sightings.name_at:
        comma = sightings.name_at[comma + 1].stop  # "the ambassador in Lima, NAME"
    if comma >= len(doc) or doc[comma].text != "," or not (phrase.side or phrase.has_determiner):
        return comma, comma
    stop = _name_run(sightings, comma + 1)
    is_closed = stop == len(doc) or doc[stop].is_punct or doc[stop].is_space or is_possessive_mark(doc[stop])
    return (comma + 1, stop) if stop >= comma + 3 and is_closed else (comma, comma)


def _described_names(sightings: Sightings, phrases: Sequence[OfficePhrase]) -> Iterator[tuple[int, int]]:
    """Names that the model misses, by what a comma adds to them: "Grace Otieno, who speaks for the growers,"."""
    doc = sightings.doc
    offices = {phrase.first for phrase in phrases if phrase.office.kind == "office" and not phrase.is_plural}
    for comma in range(2, len(doc) - 1):
        if (
            doc[comma].text == ","
            and not doc[comma].is_sent_start
            and _describes_person(doc, comma + 1, offices)
        ):
            first = comma
            while first > 0 and comma - first <= LONGEST_NAME and _name_run(sightings, first - 1) == comma:
                first -= 1
            is_name = comma - first >= 2 and _can_be_described(doc, first, comma)
            if is_name and not _is_known_otherwise(sightings, first, comma):
                yield first, comma


def _can_be_described(doc: Doc, first: int, stop: int) -> bool:
    """Whether a run of names can be one person: "the Rolling Stones, who play in Lima," are none."""
    labels = {token.ent_type_ for token in doc[first:stop]} - {"", "PERSON"}
    is_definite = first > 0 and doc[first - 1].tag_ == "DT"
    return not labels and not is_definite and doc[stop - 1].tag_ != "NNPS"


def _describes_person(doc: Doc, index: int, offices: set[int]) -> bool:
    """Whether a token begins "who ..." or "a spokesman ..."."""
    if doc[index].tag_ in {"WP", "WP$"}:
        return True
    return doc[index].tag_ == "DT" and index + 1 in offices


def _known_names(sightings: Sightings) -> Iterator[tuple[int, int]]:
    """Names that the lexicon has, whatever the model takes them for; not inside another longer name."""
    longer = {
        index: entity.stop - entity.first
        for entity in sightings.entities
        if entity.label != "PERSON"
        for index in range(entity.first, entity.stop)
    }
    for first, stop in sightings.people:
        if longer.get(first, 0) <= stop - first and not _is_known_otherwise(sightings, first, stop):
            yield first, stop


def _is_in_other_name(doc: Doc, phrase: OfficePhrase) -> bool:
    """Whether the office and what follows are one name of something else ("General Haulage Corp.")."""
    if phrase.stop >= len(doc) or doc[phrase.stop].ent_iob_ != "I":
        return False
    return doc[phrase.stop - 1].ent_type_ not in {"", "PERSON"}


def _name_run(sightings: Sightings, first: int) -> int:
    """One past the last token of the proper name that begins at a token; the token itself if none does."""
    doc = sightings.doc
    stop = first
    while stop < min(len(doc), first + LONGEST_NAME):
        token = doc[stop]
        if token.is_space or (stop > first and _ends_sentence(doc, stop)) or stop in sightings.office_at:
            break
        if stop > first and _is_hyphenated(doc, stop):  # "Sang-ho", "Ben-Ami"
            stop += 2
            continue
        is_name = token.tag_ in _NAME_TAGS and _is_capitalised(token) and token.ent_type_ not in _NO_NAMES
        if not is_name and not (token.lower_ in PARTICLES and stop + 1 < len(doc) and doc[stop + 1].is_title):
            break
        name = sightings.name_at.get(stop)
        # "President Jordan" is left to the model.
        if name and (stop == first or _is_no_first_name(name.entry)):
            break
        stop += 1
    while stop > first and not _is_capitalised(doc[stop - 1]) and not _is_hyphenated(doc, stop - 2):
        stop -= 1
    return stop


def _ends_sentence(doc: Doc, index: int) -> bool:
    """Whether a sentence ends before a token; where no mark ends it the parser has only lost its way."""
    return bool(doc[index].is_sent_start) and (doc[index - 1].is_punct or doc[index - 1].is_space)


def _is_hyphenated(doc: Doc, hyphen: int) -> bool:
    """Whether a token is a hyphen that joins the words on both its sides into one."""
    if not 0 < hyphen < len(doc) - 1 or doc[hyphen].text not in _HYPHENS:
        return False
    is_close = not doc[hyphen - 1].whitespace_ and not doc[hyphen].whitespace_
    return is_close and doc[hyphen + 1].is_alpha and _is_capitalised(doc[hyphen - 1])


def _supported(sightings: Sightings, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names without the single words that nothing but the model calls a person.

    A report gives a person's name in full, or with a title, or lets a bare name speak; what else the model takes for a
    person is mostly a river or a firm.
    """
    doc = sightings.doc
    longer = {token.lower_ for first, stop in spans if stop - first > 1 for token in doc[first:stop]}
    titled = {doc[first].lower_ for first, _ in spans if first - 1 in sightings.office_at}
    return [
        (first, stop)
        for first, stop in spans
        if stop - first > 1
        or doc[first].lower_ in longer | titled
        or _speaks(doc[first])
        or _has_administration(sightings, stop)
    ]


def _has_administration(sightings: Sightings, stop: int) -> bool:
    """Whether a name that ends here is a known surname before "administration", as of a president."""
    doc = sightings.doc
    is_known = doc[stop - 1].text in sightings.lexicon.countries_by_surname
    return is_known and stop < len(doc) and doc[stop].lower_ == "administration"


def _speaks(token: Token) -> bool:
    return token.dep_ == "nsubj" and token.head.lower_ in word_class("reporting_verb")


def _known_surnames(sightings: Sightings, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where a name that the text gives in full or with a title stands alone and the model missed it."""
    doc = sightings.doc
    taken = {index for first, stop in spans for index in range(first, stop)}
    surnames = {doc[stop - 1].orth for _, stop in spans if len(doc[stop - 1]) > 2}
    for index in [index for index, orth in enumerate(doc.to_array("ORTH").tolist()) if orth in surnames]:
        token = doc[index]
        # A country's word is the person only where the model says so: "Jordan" may be both in one article.
        is_other = index in sightings.name_at and token.ent_type_ != "PERSON"
        if index not in taken and not is_other and _can_be_surname(token):
            # A sentence's first word is capitalised anyway: "Following Larsen's trip".
            before = token.i > 0 and not doc[token.i - 1].is_sent_start and _is_part_of_name(doc[token.i - 1])
            after = token.i + 1 < len(doc) and _is_part_of_name(doc[token.i + 1])
            if not (before or after):
                yield token.i, token.i + 1


def _can_be_surname(token: Token) -> bool:
    """Whether a word that is somebody's surname can be the surname here; a rare one is often tagged NN."""
    if token.tag_ in _NAME_TAGS or (_is_capitalised(token) and token.ent_type_ in _NAMES_OF_ALL_KINDS):
        return True
    if token.tag_ != "NN" or not _is_capitalised(token) or token.i + 1 >= len(token.doc):
        return False
    following = token.nbor(1)
    return not token.is_sent_start or is_possessive_mark(following) or following.tag_[:2] in {"VB", "MD"}


def _is_part_of_name(token: Token) -> bool:
    return token.tag_ in _NAME_TAGS and token.ent_type_ in {"ORG", "GPE", "FAC", "LOC", "PERSON", "PRODUCT"}


def _is_capitalised(token: Token) -> bool:
    return token.text[:1].isupper()


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap joined."""
    merged: list[tuple[int, int]] = []
    for first, stop in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((first, stop))
    return merged


# Which names are one person


def _identified(doc: Doc, spans: Sequence[tuple[int, int]]) -> list[PersonName]:
    """Each name with its person. A short name is the person last named in full with it, else the next one."""
    words = [_words(doc, first, stop) for first, stop in spans]
    full: dict[tuple[str, ...], Person] = {}
    by_word: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for position, name in enumerate(words):
        if len(name) > 1:
            full.setdefault(name, Person(_spaced(doc[slice(*spans[position])].text)))
            for word in dict.fromkeys(name):
                by_word.setdefault(word, []).append((position, name))
    names: list[PersonName] = []
    alone: dict[tuple[str, ...], Person] = {}
    for position, ((first, stop), name) in enumerate(zip(spans, words, strict=True)):
        longer = _longer_name(name, position, by_word)
        if longer:
            person = full[longer]
        elif len(name) > 1:
            person = full[name]
        else:
            person = alone.setdefault(name, Person(_spaced(doc[first:stop].text)))
        names.append(PersonName(first, stop, person))
    return names


def _words(doc: Doc, first: int, stop: int) -> tuple[str, ...]:
    words = tuple(token.lower_ for token in doc[first:stop] if not token.is_punct or token.text in _HYPHENS)
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return words or (doc[first].lower_,)


def _longer_name(
    name: tuple[str, ...], position: int, by_word: dict[str, list[tuple[int, tuple[str, ...]]]]
) -> tuple[str, ...] | None:
    """The full name that a shorter one stands for: by its end (Otieno), else by its beginning (Kim)."""
    uses = by_word.get(name[-1], [])
    at = bisect_left(uses, (position, ()))
    nearest = uses[max(0, at - _NEARBY) : at][::-1] + uses[at : at + _NEARBY]
    for _, other in nearest:
        if len(other) > len(name) and other[-len(name) :] == name:
            return other
    for _, other in nearest:
        if len(name) == 1 and other[0] == name[0]:
            return other
    for _, other in nearest:
        if len(other) > len(name) > 1 and other[-1] == name[-1] and _same_first(name[0], other[0]):
            return other
    return None


_NEARBY = 20
"""Full names around a short one that are compared with it; more would make a list of namesakes quadratic."""


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _same_first(short: str, long: str) -> bool:
    return short == long or (short.rstrip(".") == long[:1] and len(long) > 2)


# Who they are


def _described(
    doc: Doc, names: Sequence[PersonName], phrases: Sequence[OfficePhrase]
) -> list[tuple[PersonName, OfficePhrase]]:
    """The phrases that say who a named person is: a title before the name, or an apposition on either side."""
    by_first = {phrase.first: phrase for phrase in phrases}
    by_stop = {phrase.stop: phrase for phrase in phrases}
    name_starts = {name.first for name in names}
    described: list[tuple[PersonName, OfficePhrase]] = []
    for name in names:
        title = by_stop.get(name.first)
        before = _apposition_before(doc, name, title.first if title else name.first, by_stop)
        described += [(name, phrase) for phrase in (title, before) if phrase and _is_for_one(phrase)]
        apposition = _apposition_after(doc, name, by_first)
        if apposition and apposition.stop not in name_starts:
            described.append((name, apposition))
    return described


def _is_for_one(phrase: OfficePhrase) -> bool:
    return not phrase.is_plural and phrase.office.kind != "body"


def _apposition_before(
    doc: Doc, name: PersonName, first: int, by_stop: dict[int, OfficePhrase]
) -> OfficePhrase | None:
    """The phrase of "the Turkish foreign minister, NAME,"; the name with its own title begins at a token."""
    if first < 2 or doc[first - 1].text != ",":
        return None
    phrase = by_stop.get(first - 1) or _before_complement(doc, first - 1, by_stop)
    is_closed = name.stop >= len(doc) or doc[name.stop].is_punct or is_possessive_mark(doc[name.stop])
    return phrase if phrase and is_closed and (phrase.has_determiner or phrase.side) else None


def _before_complement(doc: Doc, comma: int, by_stop: dict[int, OfficePhrase]) -> OfficePhrase | None:
    """The phrase of "the commander of the forces in the south, NAME": a few words of place or purpose between."""
    for stop in range(comma - 2, max(0, comma - LONGEST_NAME - 1), -1):
        token = doc[stop]
        if token.is_punct or token.tag_[:2] in {"VB", "MD"}:
            return None
        if stop in by_stop and token.tag_ == "IN":
            return by_stop[stop]
    return None


def _apposition_after(doc: Doc, name: PersonName, by_first: dict[int, OfficePhrase]) -> OfficePhrase | None:
    """The phrase of "NAME, Norway's top diplomat,", also with an age or a determiner between."""
    index = name.stop
    if index >= len(doc) or doc[index].text not in {",", "(", "-", "–", "—"}:
        return None
    index += 1
    if index + 1 < len(doc) and doc[index].tag_ == "CD" and doc[index + 1].text == ",":
        index += 2
    if index < len(doc) and doc[index].tag_ == "DT":
        index += 1
    phrase = by_first.get(index) or _after_possessor(doc, index, by_first)
    is_wanted = phrase and phrase.office.kind == "office" and not phrase.is_plural and not phrase.is_modifier
    return phrase if is_wanted else None


def _after_possessor(doc: Doc, index: int, by_first: dict[int, OfficePhrase]) -> OfficePhrase | None:
    """The phrase of "NAME, the department's chief negotiator"."""
    for mark in range(index + 1, min(len(doc) - 1, index + LONGEST_NAME)):
        if is_possessive_mark(doc[mark]):
            return by_first.get(mark + 1)
        if doc[mark].tag_[:2] not in {"NN", "JJ"}:
            return None
    return None


def _adopt_beside(sightings: Sightings, names: Sequence[PersonName], phrases: Sequence[OfficePhrase]) -> None:
    """Let people act for whom the words beside their name say, unless a title says otherwise."""
    by_first = {phrase.first: phrase for phrase in phrases}
    for name in names:
        side = (
            _possessor(sightings, name)
            or _belonging(sightings, name.stop, by_first, {"of", "from"})
            or _described_side(sightings, name, by_first)
            or _workplace(sightings, name)
        )
        if side:
            name.person.side = name.person.side or side
            name.person.sector = name.person.sector or side.sector


def _possessor(sightings: Sightings, name: PersonName) -> Side | None:
    """Norway, of "Norway's Eva Berg"."""
    owner = sightings.name_at.get(name.first - 2)
    return owner.side if owner and is_possessive_mark(sightings.doc[name.first - 1]) else None


def _belonging(
    sightings: Sightings,
    index: int,
    by_first: dict[int, OfficePhrase],
    prepositions: frozenset[str] | set[str],
) -> Side | None:
    """Norway, of "Eva Berg of the Norwegian general staff" or "from Norway"; the preposition stands at a token."""
    doc = sightings.doc
    if index + 1 >= len(doc) or doc[index].lower_ not in prepositions or doc[index].is_sent_start:
        return None
    index += 2 if doc[index + 1].tag_ in {"DT", "PDT"} and index + 2 < len(doc) else 1
    phrase, found = by_first.get(index), sightings.name_at.get(index)
    if phrase and phrase.side:
        return phrase.side
    if found and found.side:
        return found.side
    if doc[index].ent_type_ == "ORG" and doc[index].ent_iob_ == "B":  # "at the University of Norway"
        while index < len(doc) - 1 and doc[index + 1].ent_iob_ == "I" and index not in sightings.name_at:
            index += 1
        inside = sightings.name_at.get(index)
        return inside.side if inside else None
    return None


def _described_side(sightings: Sightings, name: PersonName, by_first: dict[int, OfficePhrase]) -> Side | None:
    """The country of "NAME, a Norwegian trader", "NAME, 31, the Norwegian who leads them", "a lecturer at Oslo"."""
    doc = sightings.doc
    index = name.stop
    if index + 2 >= len(doc) or doc[index].text != ",":
        return None
    index += 1
    if doc[index].tag_ == "CD" and doc[index + 1].text == ",":
        index += 2
    if index >= len(doc) or doc[index].tag_ != "DT":
        return None
    for position in range(index + 1, min(len(doc), index + _LONGEST_DESCRIPTION)):
        token = doc[position]
        if (token.is_punct and token.text not in _HYPHENS) or token.tag_[:2] in _ENDS_DESCRIPTION:
            return None
        if token.tag_ == "IN":  # what follows is somewhere, not somebody's: only an institution tells more
            return _institution(sightings, position, by_first)
        found = sightings.name_at.get(position)
        if found and isinstance(found.entry, CountryName) and found.entry.form == "adjective":
            # "a Mexican War hero" has the country of a name that is nobody's.
            is_part_of_name = doc[found.stop].tag_ in _NAME_TAGS and found.stop not in by_first
            return None if sightings.is_taking_sides(found) or is_part_of_name else found.side
    return None


def _institution(sightings: Sightings, position: int, by_first: dict[int, OfficePhrase]) -> Side | None:
    """The side of "a lecturer in politics at the University of Norway", "of the Norwegian navy"."""
    doc = sightings.doc
    for index in range(position, min(len(doc) - 2, position + _LONGEST_DESCRIPTION)):
        if doc[index].is_punct or doc[index].tag_[:2] in _ENDS_DESCRIPTION:
            return None
        if doc[index].lower_ in {"of", "at", "from"}:
            first = index + 2 if doc[index + 1].tag_ == "DT" else index + 1
            if first in by_first or doc[first].ent_type_ == "ORG":
                return _belonging(sightings, index, by_first, {"of", "at", "from"})
    return None


def _workplace(sightings: Sightings, name: PersonName) -> Side | None:
    """Norway, of "NAME, who teaches law in Oslo": what somebody does now, and where."""
    doc = sightings.doc
    index = name.stop + 1
    if index + 1 >= len(doc) or doc[name.stop].text != "," or doc[index].lower_ != "who":
        return None
    if doc[index + 1].lower_ not in sightings.lexicon.cues["verb_of_work"]:
        return None
    for position in range(index + 2, min(len(doc), index + _LONGEST_DESCRIPTION)):
        if doc[position].text in {",", ".", ";"} or doc[position].tag_[:2] in {"VB", "MD"}:
            return None
        found = sightings.name_at.get(position)
        if found and doc[position - 1].lower_ in {"in", "at", "from", "of"}:
            return found.side
    return None


def _adopt(described: Sequence[tuple[PersonName, OfficePhrase]]) -> None:
    """Give each person the first role that the text states, and the first side.

    An office of one's own goes before "counterpart", a role with its side before one without.
    """
    for name, phrase in sorted(
        described, key=lambda item: (item[1].office.noun in COUNTERPARTS, item[1].side is None)
    ):
        person = name.person
        person.side = person.side or phrase.side
        if phrase.office.sector and person.role is None:
            person.role, person.sector = phrase.role, phrase.sector


def _adopt_owners(people: People, described: Sequence[tuple[PersonName, OfficePhrase]]) -> None:
    """Let "Larsen's spokesman Eva Berg" act for Larsen's side, unless a title says otherwise."""
    for name, phrase in described:
        name.person.side = name.person.side or people.side_of_owner(phrase)


def _adopt_known(sightings: Sightings, names: Sequence[PersonName]) -> None:
    """Let the lexicon say what the text leaves open; whom the text puts on another side is somebody else."""
    for name in names:
        person, known = name.person, sightings.lexicon.people.get(name.person.name)
        if known and (person.side is None or person.side.code == known.code):
            person.name = known.name
            person.side = person.side or Side(known.name, known.code, known.country)
            person.sector = person.sector or known.sector
            person.role = person.role or known.role


def _adopt_from_surnames(sightings: Sightings, names: Sequence[PersonName]) -> None:
    """Let "President Reagan" and "the Reagan administration" be of the country of all known people of that surname."""
    for name in names:
        person = name.person
        code = sightings.lexicon.countries_by_surname.get(person.name)
        is_in_office = (person.role or "").lower() in _HEADS or _has_administration(sightings, name.stop)
        if code and person.side is None and is_in_office:
            person.side = Side(person.name, code, code)
