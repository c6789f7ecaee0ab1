"""For whom officials and bodies of state act where the text does not say so: "Foreign Minister Eva Berg", "the police".

In: the official or body, and what the article has mentioned so far. Out: the code of a country and how sure that is, or None.
There is no default: signs of the context are weighed, and the country that they favour must be clearly ahead. What
the text says outright ("the Norwegian foreign minister") is read in `people`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tasks.extract.discourse import MENTIONS_LOOKED_AT, role_noun
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from tasks.extract.annotations import Mention
    from tasks.extract.discourse import Discourse

STATE_SECTORS = frozenset({"GOV", "MIL", "LEG", "JUD", "POL", "INT"})

# What a sign weighs, by how seldom it misleads: reasoned, not fitted.
_AT_OWN_CAPITAL = 3.0
"""'In Oslo, Foreign Minister Eva Berg said': ministers receive at home more often than their side is left unsaid."""
_OWN_PLAN = 2.5
"""'Norway would not retaliate, Foreign Minister Eva Berg said': one announces the plans of one's own side."""
_SAME_SUBJECT = 1.5
"""Whom this sentence or the one before is about; half of it across the end of a paragraph."""
_IN_OWN_CAPITAL = 2.0
"""'Foreign Minister Eva Berg said in Oslo'."""
_FREQUENCY = 2.0
"""Times the country's share of all that the article names."""
_ONLY_COUNTRY = 3.0
"""The article speaks of no other country at all."""
_OWN_ACT = 1.0
"""'Norway has asked for talks, Foreign Minister Eva Berg said', unless the act is a hostile one."""
_SAME_OFFICE = 2.5
"""'the French ambassador' and later 'the ambassador, Luc Morel'."""
_PARAGRAPH = 1.5
"""The only country that the paragraph has named so far."""
LEAST_NAMED = 3
LEAST_WEIGHT = 0.4
LEAST_LEAD = 0.55
_SURE_LEAD = 2.5

_DEEPEST_PHRASE = 8
_LONGEST_OPENING, _LONGEST_QUOTE, _SENTENCES_OF_PARAGRAPH = 10, 1000, 12
"""How far is looked: characters of "In ", of a quotation, sentences: an endless one must not make this quadratic."""


def side_of_state_actor(
    discourse: Discourse, actor: Mention, *, besides: str | None = None
) -> tuple[str, float] | None:
    """The country that an official or body most likely acts for, with a confidence of 0.7 or 0.85.

    Args:
        discourse: The article so far.
        actor: Whom the text names or speaks of as one that the reader knows; others than state actors get None.
        besides: The code of the one whose counterpart it is.
    """
    if not _is_state_actor(discourse, actor):
        return None
    weights: defaultdict[str, float] = defaultdict(float)
    # An opening sentence has named nobody yet: then all that follows counts.
    named = discourse.named if discourse.named.total() >= LEAST_NAMED else discourse.named_in_all
    total = named.total() or 1
    for code, count in named.items():
        if code in discourse.countries:
            weights[code] += _FREQUENCY * count / total
    for code, weight in _signs(discourse, actor):
        if code in discourse.countries:
            weights[code] += weight
    for code in {*others_than(discourse, actor), besides or ""}:
        weights.pop(code, None)
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < LEAST_WEIGHT:
        return None
    lead = ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)
    if lead < LEAST_LEAD:
        return None
    return ranked[0][0], 0.85 if lead >= _SURE_LEAD else 0.7


def _is_state_actor(discourse: Discourse, actor: Mention) -> bool:
    """Whether somebody or something acts for a state, and one that the reader is expected to know."""
    if actor.sector not in STATE_SECTORS or (actor.kind == "person" and not actor.role):
        return False
    if actor.how == "name":
        return True
    first = discourse.first_token(actor)
    is_definite = first > 0 and discourse.doc[first - 1].lower_ in {"the", "this", "that"}
    if actor.kind == "organization":
        is_office = actor.sector == "GOV" and discourse.binding.is_plural(
            actor.head
        )  # "the ministers" of many
        return (is_definite and not is_office) or actor.sector == "POL"
    return is_definite and actor.sector == "GOV"  # "the airman" may be anybody's


def others_than(discourse: Discourse, actor: Mention) -> set[str]:
    """The countries that an actor is surely not of.

    One does not deal with one's own side ("accused Spain", "met his Turkish counterpart"), and each country has one
    foreign minister.
    """
    return {*held_by_others(discourse, actor), *_dealt_with(discourse, actor, _verb_of(discourse, actor))}


def held_by_others(discourse: Discourse, actor: Mention) -> set[str]:
    """The countries that have somebody else in the very same office: each has one foreign minister."""
    if actor.role is None:
        return set()
    role = actor.role.lower()
    return {
        other.code
        for other in discourse.in_office(role_noun(actor))
        if other.code
        and other.how == "name"
        and other.name != actor.name
        and (other.role or "").lower() == role
    }


def _signs(discourse: Discourse, actor: Mention) -> Iterator[tuple[str, float]]:
    verb = _verb_of(discourse, actor)
    yield from _capitals(discourse, actor)
    paragraph = _codes_of_paragraph(discourse)
    if len(paragraph) == 1:
        yield paragraph.pop(), _PARAGRAPH
    yield from _acts_reported(discourse, verb)
    for other in discourse.in_office(role_noun(actor)) if actor.role else ():
        if other.code and other.how == "title":
            yield other.code, _SAME_OFFICE
    for subject in _subjects_before(discourse, actor):
        if subject.code:
            is_near = subject.start >= discourse.start_of_paragraph()
            yield subject.code, _SAME_SUBJECT if is_near else _SAME_SUBJECT / 2
    if discourse.lone_country:
        yield discourse.lone_country, _ONLY_COUNTRY


def _verb_of(discourse: Discourse, actor: Mention) -> Token | None:
    """The verb whose subject the actor is."""
    token = _head_of_phrase(discourse, actor)
    return token.head if token.dep_ in {"nsubj", "nsubjpass"} else None


def _capitals(discourse: Discourse, actor: Mention) -> Iterator[tuple[str, float]]:
    """The countries in whose capitals the sentence says that something is said; the one that it begins with, if any.

    Ministers travel; their spokesmen speak at home.
    """
    seats = [
        mention
        for mention in discourse.ahead[:MENTIONS_LOOKED_AT]
        if mention.code and mention.kind == "place" and discourse.is_seat(mention)
    ]
    if seats and _opens_sentence(discourse, seats[0]):
        yield seats[0].code or "", _AT_OWN_CAPITAL
        return
    is_at_home = bool(actor.role) and role_noun(actor).startswith("spokes")
    for mention in seats:
        yield mention.code or "", _AT_OWN_CAPITAL if is_at_home else _IN_OWN_CAPITAL


def _codes_of_paragraph(discourse: Discourse) -> set[str]:
    """The countries that the paragraph has named up to here."""
    start = discourse.start_of_paragraph()
    codes: set[str] = set()
    for back in range(min(_SENTENCES_OF_PARAGRAPH, len(discourse.spans))):
        if discourse.spans[-1 - back].start_char < start or len(codes) > 1:
            break
        codes |= {m.code for m in discourse.sentence(back) if m.code and m.code in discourse.countries}
    return codes


def _head_of_phrase(discourse: Discourse, actor: Mention) -> Token:
    """The noun that stands for the actor in the clause, where title and name are in apposition."""
    token = discourse.doc[actor.head]
    for _ in range(_DEEPEST_PHRASE):
        if token.head is token or token.dep_ not in {"appos", "compound", "nmod"}:
            break
        token = token.head
    return token


def _opens_sentence(discourse: Discourse, mention: Mention) -> bool:
    """Whether the sentence begins "In Oslo," or "In Oslo"."""
    start = discourse.spans[-1].start_char
    return (
        mention.start - start < _LONGEST_OPENING
        and discourse.text[start : mention.start].strip().lower() == "in"
    )


def _acts_reported(discourse: Discourse, verb: Token | None) -> Iterator[tuple[str, float]]:
    """The country whose own plan or act the actor tells: "Norway would not retaliate, ... said"."""
    if verb is None:
        return
    for index in discourse.dependents.of(verb.i, "ccomp"):
        clause = discourse.doc[index]
        subject = discourse.binding.subject_of(clause)
        mention = discourse.ahead_at(subject) if subject is not None else None
        start = max(discourse.spans[-1].start_char, clause.idx - _LONGEST_QUOTE)
        is_quoted = discourse.text[start : clause.idx].count('"') % 2 == 1
        if mention and mention.code and mention.kind != "person" and not is_quoted:
            words = {token.lower_ for token in discourse.doc[max(0, clause.i - 4) : clause.i + 1]}
            if words & discourse.cues["own_plan"]:
                yield mention.code, _OWN_PLAN
            elif clause.lower_ not in word_class("hostile_verb"):
                yield mention.code, _OWN_ACT


def _subjects_before(discourse: Discourse, actor: Mention) -> Iterator[Mention]:
    """The bodies that this sentence so far, and the one before, are about."""
    token = _head_of_phrase(discourse, actor)
    for subject in discourse.binding.governing_subjects(token):
        mention = discourse.at(subject)
        if mention and mention.kind != "place" and not discourse.binding.is_of_own_clause(subject, token):
            yield mention
            break
    for subject in discourse.main_subjects_before():
        mention = discourse.at(subject)
        if mention and not discourse.binding.conjuncts(subject):  # "Norway and Chile" are two
            yield mention
        if mention:
            break


def _dealt_with(discourse: Discourse, actor: Mention, verb: Token | None) -> Iterator[str]:
    """The countries that the actor's own act is directed at, and the one whose act the actor undergoes."""
    token, binding = _head_of_phrase(discourse, actor), discourse.binding
    for subject in binding.governing_subjects(token):
        subject_mention = discourse.at(subject)
        if subject_mention and subject_mention.code and binding.is_of_own_clause(subject, token):
            yield subject_mention.code
    for mention in discourse.ahead_of(actor.end) if verb is not None else ():
        # Ministers tell the press and their own parliament.
        is_partner = mention.kind != "place" and mention.sector not in {"MED", "LEG"}
        if mention.code and is_partner and _is_below(discourse.doc[mention.head], verb):
            yield mention.code


def _is_below(token: Token, verb: Token | None) -> bool:
    """Whether a word belongs to a verb's own clause."""
    for _ in range(_DEEPEST_PHRASE):
        if token.head is token or token.dep_ in {"ccomp", "relcl", "advcl"} or token.lower_ == "for":
            return False  # "speaking for the fleet"
        token = token.head
        if token == verb:
            return True
    return False
