"""Definite nouns: whom "the agency", "the kingdom", "his country" and "the minister" come back to.

In: what the article has mentioned so far. Out: the antecedent and how sure it is, or None. A noun that more than one
of them fits equally well gives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.discourse import role_noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.extract.annotations import Mention
    from tasks.extract.discourse import Discourse
    from tasks.extract.references import Reference

SENTENCES_FOR_BODIES = 20
"""How far a body's noun reaches back."""
SENTENCES_AT_HAND = 3
"""Of two bodies that a noun fits, the nearer one is meant if the other was not named in so many sentences."""

LEAST_NAMED = 4
"""So often a country must have been named, and twice as often as any other, to be "the country" among several."""

_BY_NAME, _BY_KIND, _BY_OWNER, _BY_SUBJECT, _BY_OFFICE, _BY_NEARNESS = 0.9, 0.8, 0.9, 0.8, 0.9, 0.75


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a reference means, and how sure that is (0 to 1)."""

    antecedent: Mention
    confidence: float


def country(discourse: Discourse, reference: Reference) -> Link | None:
    """For "the country", "the kingdom", "his country"."""
    if reference.owner is not None:
        owner = discourse.at(reference.owner)
        return _of_code(discourse, owner.code, _BY_OWNER) if owner and not owner.members else None
    if reference.refers_to in discourse.cues["kingdom_noun"]:
        return _kingdom(discourse)
    subjects = discourse.binding.governing_subjects(discourse.doc[reference.head])
    for subject in subjects:
        mention = discourse.at(subject)
        if mention and mention.code and not mention.members and mention.kind != "place":
            return _of_code(discourse, mention.code, _BY_SUBJECT)
    return _lone(discourse)


def capital(discourse: Discourse, reference: Reference) -> Link | None:
    """For "the Burmese capital": the city if the article has named it; for "the capital" the only one that it has."""
    named = discourse.capitals
    if reference.owner is not None:
        owner = discourse.at(reference.owner)
        found = named.get(owner.code or "") if owner and owner.kind == "country" else None
        return Link(found, _BY_OWNER) if found else None
    return Link(next(iter(named.values())), _BY_KIND) if len(named) == 1 else None


def body(discourse: Discourse, phrase: str, *, sector: str | None = None) -> Link | None:
    """For "the agency": a body whose name has all words of the phrase, else the only one of a kind that is called so.

    Args:
        discourse: The article so far.
        phrase: The noun, with its modifiers if it has any ("interior ministry").
        sector: What the phrase itself says of the body's sector.
    """
    words = {word.lower().removesuffix("s") for word in phrase.split()}
    nominal = discourse.lexicon.nominals.get(phrase.lower())
    by_name: dict[str, tuple[int, Mention]] = {}
    by_kind: dict[str, tuple[int, Mention]] = {}
    for back, mention in _bodies(discourse):
        if words <= discourse.words(mention) or (nominal and {mention.name, mention.text} & nominal.names):
            by_name.setdefault(mention.name, (back, mention))
        elif (
            nominal
            and mention.how == "name"
            and mention.sector in nominal.sectors & {sector or mention.sector}
        ):
            by_kind.setdefault(mention.name, (back, mention))
    if by_name:
        found = list(by_name.values())
        is_only = len(found) == 1 or found[1][0] - found[0][0] >= SENTENCES_AT_HAND
        return Link(found[0][1], _BY_NAME) if is_only else None
    return Link(next(iter(by_kind.values()))[1], _BY_KIND) if len(by_kind) == 1 else None


def person(discourse: Discourse, mention: Mention) -> Link | None:
    """For "the president": the only one that the article has named, or the only one in this sentence and the last."""
    if not mention.role:
        return None
    words = set(mention.role.lower().split())
    named = [
        other
        for other in discourse.in_office(role_noun(mention))
        if words <= set((other.role or "").lower().split()) and other.start < mention.start
    ]
    if len(named) == 1:
        return Link(named[0], _BY_OFFICE)
    near = {person.name for back in (0, 1) for person in discourse.persons(back)}
    fitting = [other for other in named if other.name in near]
    return Link(fitting[0], _BY_NEARNESS) if len(fitting) == 1 else None


def _bodies(discourse: Discourse) -> Iterator[tuple[int, Mention]]:
    """The bodies mentioned so far by name or with words of their own, the last first, with how many sentences back."""
    for back in range(SENTENCES_FOR_BODIES):
        for mention in reversed(discourse.sentence(back)):
            is_body = mention.kind == "organization" and not mention.members
            is_modified = (
                " " in mention.text and mention.sector != "GOV"
            )  # "the state government" is not the government
            is_own = mention.name == mention.text and (mention.code or is_modified)
            if is_body and (mention.how == "name" or (mention.how != "pronoun" and is_own)):
                yield back, mention


def _kingdom(discourse: Discourse) -> Link | None:
    """The only monarchy that was named lately."""
    codes = {
        mention.code
        for back in range(SENTENCES_AT_HAND)
        for mention in discourse.sentence(back)
        if mention.code in discourse.cues["kingdom_code"]
    }
    return _of_code(discourse, codes.pop(), _BY_KIND) if len(codes) == 1 else None


def _lone(discourse: Discourse) -> Link | None:
    """The only country that this sentence and the last speak of, else the one that the article speaks of most by far."""
    near = [mention for back in (0, 1) for mention in discourse.sentence(back)]
    codes = {mention.code for mention in near if mention.code and mention.code in discourse.countries}
    if len(codes) == 1 and not any(len(mention.members) > 1 for mention in near):
        return _of_code(discourse, codes.pop(), _BY_NEARNESS)
    ranked = [(count, code) for code, count in discourse.named.most_common() if code in discourse.countries]
    is_ahead = len(ranked) > 1 and ranked[0][0] >= LEAST_NAMED and ranked[0][0] >= 2 * ranked[1][0]
    return _of_code(discourse, ranked[0][1], _BY_NEARNESS) if is_ahead and ranked[0][1] in codes else None


def _of_code(discourse: Discourse, code: str | None, confidence: float) -> Link | None:
    mention = discourse.last_of_code.get(code or "")
    if mention is None or code not in discourse.countries:
        return None
    return Link(discourse.as_country(mention), confidence)
