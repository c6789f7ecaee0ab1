"""What needs the context: pronouns, "the two countries", "the agency", "his counterpart", officials without a side.

In: what the lexicon sees in a parsed text, and the mentions that stand on their own. Out: these and the ones that
refer to them, in the order of the text, each with how sure it is. Precise rather than complete: a reference with more
than one plausible antecedent gives no mention. Pronouns are resolved here; groups, definite nouns and the sides of
officials each have a module of their own. Short forms of a person's name belong to `people`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tasks.extract import groups, nominals
from tasks.extract.allegiance import STATE_SECTORS, side_of_state_actor
from tasks.extract.annotations import Mention
from tasks.extract.binding import LONGEST_CLIMB
from tasks.extract.dependents import SUBJECTS
from tasks.extract.discourse import Discourse, role_noun
from tasks.extract.nominals import Link
from tasks.extract.people import COUNTERPARTS
from tasks.extract.references import Reference, find_references
from tasks.extract.triggers import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token

    from tasks.extract.annotations import How
    from tasks.extract.groups import Group
    from tasks.extract.sightings import Sightings

_ACTIONS = (
    "reporting_verb",
    "object_control_verb",
    "plan_verb",
    "possible_verb",
    "hostile_verb",
    "meet_verb",
    "assist_verb",
)
"""Classes of verbs whose subject is somebody (`word_classes.tsv`)."""
_OWNED = re.compile(r"(?:\s+[\w'\u2019-]+){0,3}\s*")
"""What may stand between "his" and "counterpart"."""
_WHOSE = re.compile(r"\s*,?\s*whose")
_LONGEST_TITLE = 120
"""Characters before a name in which its title and the owner of that office stand."""
_POSSESSED = re.compile(r"\s*['\u2019]s\s*")
_LONGEST_PREDICATE = 4
"""Words behind "it is" in which "clear", "too early" and the like show."""
SENTENCES_FOR_PERSONS = 5
"""How far "he" looks back over sentences that name nobody: a quotation may lie between."""
MENTIONS_AHEAD = 10
"""The mentions behind a pronoun that it cannot mean."""

_BY_CLAUSE, _BY_LAST_SENTENCE, _BY_NEARNESS, _BY_LONE_COUNTRY, _BY_HOME = 0.9, 0.8, 0.75, 0.8, 0.6


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
    if mention.how == "nominal" or (mention.how == "title" and mention.kind == "person"):
        mention = _as_known(discourse, mention)
    if mention.code:
        return mention
    owner = _owner(discourse, mention)
    if owner is not None and owner.code and not owner.members:
        return replace(mention, code=owner.code, country=owner.country, confidence=_BY_CLAUSE)
    if mention.sector in STATE_SECTORS and discourse.lone_country:
        code = discourse.lone_country
        return replace(mention, code=code, country=code, confidence=_BY_LONE_COUNTRY)
    if mention.kind == "person" and mention.role:
        mention = _by_leadership(discourse, mention)
    mention = _with_side(discourse, mention)
    if mention.kind == "person" and mention.how == "name" and not mention.code and discourse.home:
        return replace(mention, code=discourse.home, country=discourse.home, confidence=_BY_HOME)
    return mention


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
                confidence=link.confidence,
            )
        return mention
    if mention.code or not _is_definite(discourse, mention):
        return mention
    link = nominals.body(discourse, mention.text, sector=mention.sector)
    if link is None:
        return mention
    return _refer(mention, link.antecedent, how="nominal", confidence=link.confidence)


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
    return replace(actor, code=code, country=code, confidence=confidence)


def _by_leadership(discourse: Discourse, mention: Mention) -> Mention:
    """For "Chile's progress under Prime Minister Larsen": the leader of what possesses the progress."""
    at = {item.head: item for item in discourse.sentence(0) if item.kind == "country"}
    token, is_under = discourse.doc[mention.head], False
    for _ in range(LONGEST_CLIMB):
        if token.head is token:
            break
        token = token.head
        is_under = is_under or token.lower_ == "under"
        owner = next((at[i] for i in _possessors(discourse, token.i) if i in at), None) if is_under else None
        if owner:
            return replace(mention, code=owner.code, country=owner.country, confidence=_BY_CLAUSE)
    return mention


def _possessors(discourse: Discourse, index: int) -> list[int]:
    """Who possesses a noun, or the subject or object of a verb."""
    nouns = [index, *discourse.dependents.of(index, "nsubj", "nsubjpass", "dobj")]
    return [owner for noun in nouns for owner in discourse.dependents.of(noun, "poss")]


# References


def _referent(discourse: Discourse, reference: Reference) -> Mention | None:
    match reference.refers_to:
        case "he" | "she":
            return _pronoun(discourse, reference, _person(discourse, reference))
        case "it":
            return _pronoun(discourse, reference, _body(discourse, reference))
        case "they":
            return _plural(discourse, reference)
        case "persons" | "countries" | "sides" | "several":
            return _grouped(discourse, reference, _members(discourse, reference))
        case noun:
            is_country = noun == "state" or noun in discourse.cues["country_noun"]
            link = nominals.country(discourse, reference) if is_country else nominals.body(discourse, noun)
            return _linked(discourse, reference, link, how="nominal")


def _members(discourse: Discourse, reference: Reference) -> Group | None:
    noun = discourse.doc[reference.head].lower_
    persons = (
        groups.persons(discourse, reference.count, noun=noun)
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


def _object_before(discourse: Discourse, token: Token) -> int | None:
    """Whom an object pronoun takes up from the verb before: "met the envoys and urged them to stay"."""
    verb = token.head
    if token.dep_ != "dobj" or verb.dep_ != "conj":
        return None
    objects = discourse.dependents.of(verb.head.i, "dobj")
    return objects[-1] if objects and objects[-1] < token.i else None


def _person(discourse: Discourse, reference: Reference) -> Link | None:
    """Whom "he" or "she" means: a subject over it, else who the last sentence was about, else the only person near."""
    token, binding = discourse.doc[reference.head], discourse.binding
    excluded = set(_named_after(discourse, reference))
    taken_up = discourse.at(index) if (index := _object_before(discourse, token)) is not None else None
    if taken_up and taken_up.kind == "person" and discourse.can_be(reference.refers_to, taken_up):
        return Link(taken_up, _BY_CLAUSE)
    for subject in binding.governing_subjects(token):
        if binding.is_of_own_clause(subject, token):
            mention = discourse.at(subject)
            excluded |= {mention.name} if mention else set()
            continue
        mention = discourse.at(subject)
        if mention is None:
            if subject in discourse.office_at and not binding.is_plural(subject):
                return None  # somebody who is no actor
            continue
        if mention.members and mention.kind == "person":
            return None
        is_fit = mention.name not in excluded and discourse.can_be(reference.refers_to, mention)
        if mention.kind == "person" and is_fit and not _is_one_of_several(discourse, subject):
            return Link(mention, _BY_CLAUSE)
    return _person_before(discourse, reference, excluded)


def _person_before(discourse: Discourse, reference: Reference, excluded: set[str]) -> Link | None:
    """Who the last sentence was about, else its last subject, else the only person that three sentences name."""

    def fitting(back: int) -> list[Mention]:
        return [
            person
            for person in discourse.persons(back)
            if person.name not in excluded and discourse.can_be(reference.refers_to, person)
        ]

    for subject in discourse.binding.main_subjects(discourse.spans[-2]) if len(discourse.spans) > 1 else ():
        mention = discourse.at(subject)
        if mention in fitting(1) and not _is_one_of_several(discourse, subject):
            return Link(mention, _BY_LAST_SENTENCE)
    near = next((back for back in range(1, SENTENCES_FOR_PERSONS) if discourse.persons(back)), 1)
    subjects = [person for person in fitting(near) if discourse.doc[person.head].dep_ in SUBJECTS]
    if subjects and not _is_one_of_several(discourse, subjects[-1].head):
        return Link(subjects[-1], _BY_LAST_SENTENCE)
    everyone = [*fitting(near + 1), *fitting(near), *fitting(0)]
    return Link(everyone[-1], _BY_NEARNESS) if len({person.name for person in everyone}) == 1 else None


def _is_one_of_several(discourse: Discourse, subject: int) -> bool:
    """Whether other persons are coordinated with one: "Larsen and Berg spoke. He ..."."""
    others = (discourse.at(index) for index in discourse.binding.conjuncts(subject))
    return any(other is not None and other.kind == "person" for other in others)


def _named_after(discourse: Discourse, reference: Reference) -> Iterator[str]:
    """Whom a subject pronoun cannot mean: in "he thanked Larsen", he is not Larsen."""
    if discourse.doc[reference.head].dep_ == "nsubj":
        after = bisect_left(discourse.ahead, reference.end, key=lambda mention: mention.start)
        for mention in discourse.ahead[after:][:MENTIONS_AHEAD]:
            if mention.kind == "person" and mention.how == "name":
                yield mention.name


def _body(discourse: Discourse, reference: Reference) -> Link | None:
    """The country or organisation that "it" or "its" means: the nearest singular subject, if that is one."""
    token, binding = discourse.doc[reference.head], discourse.binding
    if token.lower_ == "it" and _is_impersonal(discourse, token):
        return None
    if _is_of_thing(discourse, token):
        return None
    taken_up = discourse.at(index) if (index := _object_before(discourse, token)) is not None else None
    if taken_up and _is_body(taken_up):
        return Link(taken_up, _BY_CLAUSE)
    for subject in binding.governing_subjects(token):
        if binding.is_plural(subject) or binding.is_of_own_clause(subject, token):
            continue
        if _is_demanded(discourse, token, subject):
            continue
        mention = discourse.at(subject)
        if mention is None and (
            subject in discourse.office_at or discourse.doc[subject].tag_.startswith("PRP")
        ):
            continue  # a person, or a pronoun that nobody resolved
        if mention is not None and mention.kind == "person":
            continue
        return Link(mention, _BY_CLAUSE) if mention and _is_body(mention) else None
    if len(discourse.spans) > 1 and _acts(discourse, token):
        for subject in binding.main_subjects(discourse.spans[-2]):
            mention = discourse.at(subject)
            if mention and _is_body(mention) and not binding.is_plural(subject):
                return Link(mention, _BY_LAST_SENTENCE)
            if mention is None or mention.kind != "person":
                break
    return None


def _acts(discourse: Discourse, token: Token) -> bool:
    """Whether a pronoun does what bodies do, or possesses: a thing can "stay shut" or "cost" much, but not "argue"."""
    if token.dep_ == "poss":
        return True
    if token.dep_ not in SUBJECTS:
        return False
    verb = token.head
    if any(verb.lower_ in word_class(name) for name in _ACTIONS):
        return True
    return verb.dep_ in {"ROOT", "conj"} and verb.lower_ not in discourse.cues["verb_of_things"]


def _is_body(mention: Mention) -> bool:
    is_known = mention.code or mention.how == "name"
    return bool(mention.kind in {"country", "organization"} and not mention.members and is_known)


def _is_impersonal(discourse: Discourse, token: Token) -> bool:
    """Whether "it" only fills a place: "it is likely", "it was announced that", "would find it hard to", "none of it"."""
    if token.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj"} or _is_partitive(token):
        return True
    verb = token.head
    if verb.lower_ in discourse.cues["impersonal_verb"]:
        return True
    if verb.lower_ in discourse.cues["form_of_be"] and token.dep_ == "nsubj":
        following = verb.doc[verb.i + 1 : verb.i + 1 + _LONGEST_PREDICATE]
        return any(word.lower_ in discourse.cues["judgement_word"] for word in following)
    if token.i > 0 and token.nbor(-1).lower_ in discourse.cues["judging_verb"]:
        return True
    return token.dep_ == "nsubjpass" and bool(discourse.dependents.of(verb.i, "ccomp", "csubj"))


def _is_partitive(token: Token) -> bool:
    """ "Most of them", "none of it"."""
    return (
        token.dep_ == "pobj"
        and token.head.lower_ == "of"
        and token.head.head.tag_ in {"CD", "DT", "JJS", "JJ", "NN"}
    )


def _counted_before(token: Token) -> int | None:
    """The noun that a partitive counts: foreigners, of "640 foreigners, most of them Indians"."""
    quantity = token.head.head.i
    if quantity < 2 or token.doc[quantity - 1].text not in {",", ";"}:
        return None
    return quantity - 2


def _is_of_thing(discourse: Discourse, token: Token) -> bool:
    """Whether "its" belongs to the thing beside it: "the treaty in its present form"."""
    return token.dep_ == "poss" and token.head.lower_ in discourse.cues["aspect_noun"]


def _is_demanded(discourse: Discourse, token: Token, subject: int) -> bool:
    """Whether "it" is told to do something by the subject: "demanded that it leave", "let it have oil"."""
    inner = token.head if token.dep_ == "poss" else token  # "let its aircraft land"
    if inner.dep_ not in SUBJECTS:
        return False
    verb = inner.head.head
    is_demand = verb.lower_.startswith(tuple(discourse.cues["demand_stem"])) or (
        verb.lower_ in discourse.cues["causative_verb"]
    )
    return is_demand and discourse.binding.subject_of(verb) == subject


def _plural(discourse: Discourse, reference: Reference) -> Mention | None:
    """Whom "they" means: the nearest plural subject, if that is somebody."""
    token, binding = discourse.doc[reference.head], discourse.binding
    counted = _counted_before(token) if _is_partitive(token) else _object_before(discourse, token)
    if counted is not None and binding.is_plural(counted):
        return _several_at(discourse, reference, counted, _BY_CLAUSE)
    for subject in binding.governing_subjects(token):
        if binding.is_of_own_clause(subject, token) or _is_demanded(discourse, token, subject):
            continue
        if binding.is_plural(subject):
            is_open = token.lower_ == "them" and _has_rival(discourse, 0, {subject})
            return None if is_open else _several_at(discourse, reference, subject, _BY_CLAUSE)
    if token.lower_ == "them":
        return None
    earlier = [
        index for index in binding.subjects_before(discourse.spans[-1], token) if binding.is_plural(index)
    ]
    if earlier:
        return _several_at(discourse, reference, earlier[0], _BY_LAST_SENTENCE) if len(earlier) == 1 else None
    if len(discourse.spans) > 1 and _acts(discourse, token):
        for subject in binding.main_subjects(discourse.spans[-2]):
            if binding.is_plural(subject) and not _has_rival(discourse, 1, {subject}):
                return _several_at(discourse, reference, subject, _BY_LAST_SENTENCE)
    return None


def _has_rival(discourse: Discourse, back: int, meant: set[int]) -> bool:
    """Whether a sentence speaks of other plural actors than those at some tokens, and those coordinated with them."""
    own = meant.union(*(discourse.binding.conjuncts(index) for index in meant))
    return any(
        mention.head not in own and discourse.binding.is_plural(mention.head) and mention.kind != "place"
        for mention in discourse.sentence(back)
    )


def _several_at(
    discourse: Discourse, reference: Reference, subject: int, confidence: float
) -> Mention | None:
    """The plural actor at a token, or all of a coordination."""
    first = discourse.at(subject)
    if first is None:
        return None
    others = [discourse.at(index) for index in discourse.binding.conjuncts(subject)]
    members = [first, *(other for other in others if other is not None)]
    if len(members) < len(others) + 1:
        return None
    if others:
        sides = tuple(member for member in members if not member.members)
        return _grouped(discourse, reference, groups.Group(sides, confidence)) if len(sides) > 1 else None
    if first.members:
        return _grouped(discourse, reference, groups.Group(first.members, confidence))
    return _pronoun(discourse, reference, Link(first, confidence)) if first.kind != "place" else None


# Making mentions


def _pronoun(discourse: Discourse, reference: Reference, link: Link | None) -> Mention | None:
    return _linked(discourse, reference, link, how="pronoun")


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
    is_pronoun = reference.refers_to == "they"
    return Mention(
        start=reference.start,
        end=reference.end,
        text=discourse.text[reference.start : reference.end],
        kind="person" if is_of_persons else "country",
        how="pronoun" if is_pronoun else "nominal",
        name=" and ".join(member.name for member in group.members),
        head=reference.head,
        members=group.members,
        confidence=group.confidence,
    )
