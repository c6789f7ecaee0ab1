"""What needs the context: pronouns, "the two countries", "the agency", "his counterpart", state actors without a side.

In: what the lexicon sees in a parsed text, and the mentions that stand on their own. Out: these and the ones that
refer to them, in the order of the text, each with how sure it is. Precise rather than complete: a reference with more
than one plausible antecedent gives no mention. Pronouns, groups, definite nouns and
the sides of state actors each have a module of their own. Short forms of a person's name belong to `people`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tasks.extract import groups, nominals, pronouns
from tasks.extract.allegiance import STATE_SECTORS, held_by_others, others_than, side_of_state_actor
from tasks.extract.annotations import Mention
from tasks.extract.binding import LONGEST_CLIMB
from tasks.extract.discourse import Discourse, role_noun
from tasks.extract.groups import Group
from tasks.extract.local_groups import country_of_scene
from tasks.extract.people import COUNTERPARTS
from tasks.extract.references import CAPITAL, Reference, find_references
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.extract.annotations import How
    from tasks.extract.nominals import Link
    from tasks.extract.sightings import Sightings

_OWNED = re.compile(r"(?:\s+[\w'\u2019-]+){0,3}\s*")
"""What may stand between "his" and "counterpart"."""
_WHOSE = re.compile(r"\s*,?\s*whose")
_LONGEST_TITLE = 120
"""Characters before a name in which its title and the owner of that office stand."""
_POSSESSED = re.compile(r"\s*['\u2019]s\s*")
_BY_CLAUSE, _BY_SCENE, _BY_HOME = 0.9, 0.75, 0.6


def resolve(sightings: Sightings, mentions: Sequence[Mention], *, title: str = "") -> tuple[Mention, ...]:
    """The mentions with those that refer to them, sorted and without overlap.

    Args:
        sightings: What the lexicon sees in the text.
        mentions: What stands on its own, sorted.
        title: The headline: "the two countries" may be the two that it names.
    """
    discourse = Discourse(sightings, title=title)
    position, end = 0, 0
    for sentence in sightings.doc.sents:
        begin = position
        while position < len(mentions) and mentions[position].start < sentence.end_char:
            position += 1
        discourse.begin(sentence, mentions[begin:position])
        for item in _in_text_order(mentions[begin:position], find_references(sightings, sentence)):
            if item.start >= end:  # else a mention reaches over the end of its sentence
                mention = (
                    _referent(discourse, item) if isinstance(item, Reference) else _complete(discourse, item)
                )
                if mention is not None:
                    end = mention.end
                    discourse.note(mention)
    return tuple(discourse.completed(mention) for sentence in discourse.sentences for mention in sentence)


def _in_text_order(own: Sequence[Mention], references: list[Reference]) -> list[Mention | Reference]:
    """Mentions and references by their start; of two that overlap the one that says more stands.

    A mention with a code or a name says more than a reference; a pronoun or a group more than a bare noun ("ministers"
    in "the two ministers"), and that more than a definite noun, which it is itself.
    """
    firm = [mention for mention in own if mention.code or mention.how != "nominal"]
    bare = [mention for mention in own if not mention.code and mention.how == "nominal"]
    free = _without_overlap([reference for reference in references if not reference.is_nominal], firm)
    bare = _without_overlap(bare, free)
    nouns = _without_overlap(
        [reference for reference in references if reference.is_nominal], [*firm, *free, *bare]
    )
    items: list[Mention | Reference] = [*firm, *free, *bare, *nouns]
    return sorted(items, key=lambda item: item.start)


_Spanned = TypeVar("_Spanned", "Mention", Reference)


def _without_overlap(items: Sequence[_Spanned], others: Sequence[Mention | Reference]) -> list[_Spanned]:
    spans = sorted((other.start, other.end) for other in others)
    kept = []
    for item in items:
        after = bisect_left(spans, (item.end, 0))  # the first that starts at or behind the item's end
        if after == 0 or spans[after - 1][1] <= item.start:
            kept.append(item)
    return kept


# Mentions that stand on their own, completed from the context


def _complete(discourse: Discourse, mention: Mention) -> Mention:
    mention = discourse.completed(mention)
    if mention.kind == "person" and mention.role and role_noun(mention) in COUNTERPARTS:
        return _as_counterpart(discourse, mention)
    is_title = mention.how == "title" and mention.kind == "person"
    if mention.how == "nominal" or is_title or _is_common_noun(mention):
        mention = _as_known(discourse, mention)
    if mention.code:
        return mention
    owner = _owner(discourse, mention)
    if owner is not None and owner.code and not owner.members:
        return _of_owner(mention, owner)
    return _of_context(discourse, mention)


def _of_context(discourse: Discourse, mention: Mention) -> Mention:
    """The mention with the side that nothing but the context tells."""
    if mention.kind == "person" and mention.role:
        mention = _by_leadership(discourse, mention)
    mention = _with_side(discourse, mention)
    scene = None if mention.code or mention.kind == "person" else country_of_scene(discourse, mention)
    if scene:
        return _of_country(mention, scene, _BY_SCENE)
    is_somebody = mention.kind == "person" or mention.how == "nominal" or mention.sector in STATE_SECTORS
    home = discourse.home if is_somebody and not mention.code else None
    # Senators and strikers deal with their own side, heads of government with others.
    is_of_government = bool(mention.role) and mention.sector == "GOV"
    excluded = others_than if is_of_government else held_by_others
    if home is None or home in excluded(discourse, mention):
        return mention
    return _of_country(mention, home, _BY_HOME)


def _of_country(mention: Mention, code: str, confidence: float) -> Mention:
    return replace(mention, code=code, country=code, confidence=confidence)


def _of_owner(mention: Mention, owner: Mention) -> Mention:
    """Somebody's spokesman, ambassador or parliament: of the same side, and of the sector unless one is known."""
    sector = owner.sector if owner.sector == "IGO" else mention.sector or owner.sector
    return replace(
        mention,
        code=owner.code,
        country=owner.country,
        sector=sector,
        confidence=round(_BY_CLAUSE * owner.confidence, 3),
    )


def _as_known(discourse: Discourse, mention: Mention) -> Mention:
    """For "the president", "the ministry": who or what was so called before."""
    if mention.kind == "person":
        link = nominals.person(discourse, mention)
        if link and mention.code in {None, link.antecedent.code}:
            known = link.antecedent
            return replace(
                mention,
                name=known.name,
                code=known.code or mention.code,
                country=known.country or mention.country,
                sector=known.sector,
                role=known.role,
                confidence=round(link.confidence * known.confidence, 3),
            )
        return mention
    if mention.code or not _is_definite(discourse, mention):
        return mention
    link = nominals.body(discourse, mention.text, sector=mention.sector)
    if link is None:
        return mention
    return _refer(mention, link.antecedent, how="nominal", confidence=link.confidence)


def _is_common_noun(mention: Mention) -> bool:
    """Whether a name is but the noun of a longer one: "the Bank said", after the Bank of England."""
    is_name = mention.kind == "organization" and mention.how == "name" and mention.name == mention.text
    return is_name and mention.text.lower() in word_class("body_noun")


def _is_definite(discourse: Discourse, mention: Mention) -> bool:
    first = discourse.first_token(mention)
    return first > 0 and discourse.doc[first - 1].lower_ in {"the", "this", "that"}


def _as_counterpart(discourse: Discourse, mention: Mention) -> Mention:
    """For "his Danish counterpart": in the office of the one that "his" refers to."""
    owner = _owner(discourse, mention)
    if owner is None or owner.kind != "person" or owner.members:
        return mention
    owner = discourse.completed(owner)
    counterpart = replace(mention, role=owner.role or mention.role, sector=owner.sector)
    return _with_side(discourse, counterpart, besides=owner.code)


def _owner(discourse: Discourse, mention: Mention) -> Mention | None:
    """Whose somebody is, by the words just before the title or noun: "its parliament", "whose minister, Eva Berg"."""
    window = max(0, mention.start - _LONGEST_TITLE)
    before = discourse.text[window : mention.start].rstrip(" ,")
    role = mention.role or ""
    if mention.how == "name" and role and before.lower().endswith(role.lower()):
        before = before[: len(before) - len(role)].rstrip(" ,")
    for owner in reversed(discourse.sentences[-1][-4:]):
        if window <= owner.end <= window + len(before):
            between = before[owner.end - window :]
            is_owned = re.fullmatch(_OWNED if owner.how == "pronoun" else _POSSESSED, between)
            if is_owned or re.fullmatch(_WHOSE, between):
                return owner
    return None


def _with_side(discourse: Discourse, actor: Mention, *, besides: str | None = None) -> Mention:
    side = None if actor.code else side_of_state_actor(discourse, actor, besides=besides)
    if side is None:
        return actor
    code, confidence = side
    return _of_country(actor, code, confidence)


def _by_leadership(discourse: Discourse, mention: Mention) -> Mention:
    """For "Chile's progress under Prime Minister Larsen('s rule)": the leader of what possesses the progress."""
    at = {item.head: item for item in discourse.sentence(0) if item.kind == "country"}
    token = discourse.doc[mention.head]
    if token.dep_ == "poss":
        token = token.head
    if token.dep_ != "pobj" or token.head.lower_ != "under":
        return mention
    for _ in range(LONGEST_CLIMB):
        if token.head is token:
            break
        token = token.head
        owner = next((at[index] for index in _possessors(discourse, token.i) if index in at), None)
        if owner:
            return _of_country(mention, owner.code or "", _BY_CLAUSE)
    return mention


def _possessors(discourse: Discourse, index: int) -> list[int]:
    """Who possesses a noun, or the subject or object of a verb."""
    nouns = [index, *discourse.dependents.of(index, "nsubj", "nsubjpass", "dobj")]
    return [owner for noun in nouns for owner in discourse.dependents.of(noun, "poss")]


# References


def _referent(discourse: Discourse, reference: Reference) -> Mention | None:
    match reference.refers_to:
        case "he" | "she":
            return _linked(discourse, reference, pronouns.person(discourse, reference), how="pronoun")
        case "it":
            return _linked(discourse, reference, pronouns.body(discourse, reference), how="pronoun")
        case "they":
            found = pronouns.several(discourse, reference)
            if isinstance(found, Group):
                return _grouped(discourse, reference, found)
            return _linked(discourse, reference, found, how="pronoun")
        case "persons" | "countries" | "sides" | "several":
            return _grouped(discourse, reference, _members(discourse, reference))
        case _:
            return _linked(discourse, reference, _noun(discourse, reference), how="nominal")


def _noun(discourse: Discourse, reference: Reference) -> Link | None:
    """What a definite noun comes back to: the capital, the country or the agency."""
    noun = reference.refers_to
    if noun == CAPITAL:
        return nominals.capital(discourse, reference)
    if noun == "state" or noun in discourse.cues["country_noun"]:
        return nominals.country(discourse, reference)
    return nominals.body(discourse, noun)


def _members(discourse: Discourse, reference: Reference) -> Group | None:
    words = discourse.text[reference.start : reference.end].lower()
    persons = (
        groups.persons(discourse, reference.count, words=words)
        if reference.refers_to in {"persons", "several"}
        else None
    )
    if persons or reference.refers_to == "persons":
        return persons
    halves = groups.of_one_name(discourse, discourse.doc[reference.head])
    if halves:
        return halves
    return groups.countries(
        discourse,
        reference.count,
        with_bodies=reference.refers_to == "sides",
        is_counted=reference.is_counted,
        besides=frozenset(_actors_on(discourse, reference)),
    )


def _actors_on(discourse: Discourse, reference: Reference) -> Iterator[str]:
    """The codes of who does something to the group: "Canberra pays the two island states"."""
    token, binding = discourse.doc[reference.head], discourse.binding
    for subject in binding.governing_subjects(token):
        if binding.is_of_own_clause(subject, token):
            for index in (subject, *binding.conjuncts(subject)):
                mention = discourse.at(index)
                if mention and mention.code:
                    yield mention.code
            return


# Making mentions


def _linked(discourse: Discourse, reference: Reference, link: Link | None, *, how: How) -> Mention | None:
    if link is None:
        return None
    span = Mention(
        start=reference.start,
        end=reference.end,
        text=discourse.text[reference.start : reference.end],
        kind=link.antecedent.kind,
        how=how,
        name=link.antecedent.name,
        head=reference.head,
    )
    return _refer(span, link.antecedent, how=how, confidence=link.confidence)


def _refer(span: Mention, antecedent: Mention, *, how: How, confidence: float) -> Mention:
    """The antecedent in other words; no surer than the antecedent itself."""
    return replace(
        antecedent,
        start=span.start,
        end=span.end,
        text=span.text,
        how=how,
        head=span.head,
        confidence=round(confidence * antecedent.confidence, 3),
    )


def _grouped(discourse: Discourse, reference: Reference, group: Group | None) -> Mention | None:
    if group is None:
        return None
    is_of_persons = all(member.kind == "person" for member in group.members)
    codes = {member.code for member in group.members}
    code = codes.pop() if len(codes) == 1 else None  # "both senators" are of one side
    is_pronoun = reference.refers_to == "they"
    return Mention(
        start=reference.start,
        end=reference.end,
        text=discourse.text[reference.start : reference.end],
        kind="person" if is_of_persons else "country",
        how="pronoun" if is_pronoun else "nominal",
        name=" and ".join(member.name for member in group.members),
        code=code,
        country=code if code in discourse.countries else None,
        head=reference.head,
        members=group.members,
        confidence=group.confidence,
    )
