"""Pronouns: whom "he", "it" and "they" mean.

In: a pronoun, and what the article has mentioned so far. Out: the antecedent or the group, with how sure that is, or
None. The grammar proposes (`binding`), the nearest clause first; the first subject of the right number and kind is
meant, and if it is nobody that the article has mentioned, nobody is. Only where no clause governs the pronoun is the
sentence before asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.dependents import SUBJECTS
from tasks.extract.groups import Group
from tasks.extract.nominals import Link
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from tasks.extract.annotations import Mention
    from tasks.extract.discourse import Discourse
    from tasks.extract.references import Reference

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
_LONGEST_PREDICATE = 4
"""Words behind "it is" in which "clear", "too early" and the like show."""
SENTENCES_BACK = 5
"""How far "he" looks back over sentences that name nobody: a quotation may lie between."""

_BY_CLAUSE, _BY_LAST_SENTENCE, _BY_NEARNESS = 0.9, 0.8, 0.75


def _object_before(discourse: Discourse, token: Token) -> int | None:
    """Whom an object pronoun takes up from the verb before: "met the envoys and urged them to stay"."""
    verb = token.head
    if token.dep_ != "dobj" or verb.dep_ != "conj":
        return None
    objects = discourse.dependents.of(verb.head.i, "dobj")
    return objects[-1] if objects and objects[-1] < token.i else None


def person(discourse: Discourse, reference: Reference) -> Link | None:
    """Whom "he" or "she" means: a subject over it, else who the last sentence was about, else the only person near."""
    token, binding = discourse.doc[reference.head], discourse.binding
    excluded = {*_named_after(discourse, reference), *_named_in_content(discourse, token)}
    taken_up = discourse.at(index) if (index := _object_before(discourse, token)) is not None else None
    if taken_up and taken_up.kind == "person" and discourse.can_be(reference.refers_to, taken_up):
        return Link(taken_up, _BY_CLAUSE)
    for subject in binding.governing_subjects(token):
        if binding.is_of_own_clause(subject, token):
            mention = discourse.at(subject)
            excluded |= {mention.name} if mention else set()
            continue
        mention = discourse.at(subject)
        if not discourse.is_heard(discourse.doc[subject].idx, reference.start):
            continue
        if mention is None:
            if subject in discourse.office_at and not binding.is_plural(subject):
                return None  # somebody who is no actor
            continue
        if mention.members and mention.kind == "person":
            return None
        is_fit = mention.name not in excluded and discourse.can_be(reference.refers_to, mention)
        if mention.kind == "person" and is_fit and not _is_one_of_several(discourse, subject):
            return Link(mention, _BY_CLAUSE)
    earlier = {
        mention.name: mention
        for mention in map(discourse.at, binding.subjects_before(discourse.spans[-1], token))
        if mention and mention.kind == "person" and not mention.members and mention.name not in excluded
        if mention.how == "name" or mention.code
        if discourse.is_heard(mention.start, reference.start)
    }
    if len(earlier) == 1:
        (only,) = earlier.values()
        return Link(only, _BY_LAST_SENTENCE) if discourse.can_be(reference.refers_to, only) else None
    return _person_before(discourse, reference, excluded)


def _person_before(discourse: Discourse, reference: Reference, excluded: set[str]) -> Link | None:
    """Who the last sentence was about, else its last subject, else the only person near."""

    def fitting(back: int) -> list[Mention]:
        return [
            person
            for person in discourse.persons(back, listener=reference.start)
            if person.name not in excluded and discourse.can_be(reference.refers_to, person)
        ]

    for subject in discourse.main_subjects_before():
        mention = discourse.at(subject)
        if mention in fitting(1) and not _is_one_of_several(discourse, subject):
            return Link(mention, _BY_LAST_SENTENCE)
    looked_at = range(1, SENTENCES_BACK)
    near = next((back for back in looked_at if discourse.persons(back, listener=reference.start)), 1)
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
        for mention in discourse.ahead_of(reference.end):
            if mention.kind == "person" and mention.how == "name":
                yield mention.name


def _named_in_content(discourse: Discourse, token: Token) -> Iterator[str]:
    """Whom the subject of a cue cannot mean: in "Larsen was wrong, he said", he is not Larsen."""
    verb = token.head
    if token.dep_ != "nsubj" or verb.lower_ not in word_class("reporting_verb"):
        return
    heads = [discourse.doc[index] for index in discourse.dependents.of(verb.i, "ccomp")]
    if verb.dep_ == "parataxis":
        heads.append(verb.head)
    for head in heads:
        for subject in discourse.dependents.of(head.i, "nsubj", "nsubjpass"):
            mention = discourse.at(subject)
            if mention and mention.how == "name":
                yield mention.name


def body(discourse: Discourse, reference: Reference) -> Link | None:
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
        is_other = binding.is_plural(subject) or binding.is_of_own_clause(subject, token)
        if is_other or _is_demanded(discourse, token, subject) or _is_person(discourse, subject):
            continue
        mention = discourse.at(subject)
        return Link(mention, _BY_CLAUSE) if mention and _is_body(mention) else None
    return _body_before(discourse, token)


def _body_before(discourse: Discourse, token: Token) -> Link | None:
    """The body that the last sentence was about, for "it" where it does something."""
    if not _acts(discourse, token):
        return None
    for subject in discourse.main_subjects_before():
        mention = discourse.at(subject)
        if mention and _is_body(mention) and not discourse.binding.is_plural(subject):
            return Link(mention, _BY_LAST_SENTENCE)
        if mention is None or mention.kind != "person":
            break
    return None


def _is_person(discourse: Discourse, subject: int) -> bool:
    """Whether a person stands at a token, or a pronoun that nobody resolved."""
    mention = discourse.at(subject)
    if mention is not None:
        return mention.kind == "person"
    return subject in discourse.office_at or discourse.doc[subject].tag_.startswith("PRP")


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


def _counted_before(discourse: Discourse, token: Token) -> int | None:
    """The noun that a partitive counts: in "640 foreigners, most of them Indians", "shot settlers, killing 13 of them"."""
    quantity = token.head.head
    if quantity.i > 1 and token.doc[quantity.i - 1].text in {",", ";"}:
        return int(quantity.i) - 2
    verb = quantity.head
    objects = discourse.dependents.of(verb.head.i, "dobj") if verb.dep_ in {"advcl", "conj"} else ()
    return objects[-1] if objects and objects[-1] < token.i else None


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


def several(discourse: Discourse, reference: Reference) -> Link | Group | None:
    """Whom "they" means: the nearest plural subject, if that is somebody."""
    token, binding = discourse.doc[reference.head], discourse.binding
    counted = _counted_before(discourse, token) if _is_partitive(token) else _object_before(discourse, token)
    if counted is not None and binding.is_plural(counted):
        return _several_at(discourse, counted, _BY_CLAUSE)
    for subject in binding.governing_subjects(token):
        is_other = binding.is_of_own_clause(subject, token) or _is_demanded(discourse, token, subject)
        if not is_other and binding.is_plural(subject):
            is_open = token.lower_ == "them" and _has_rival(discourse, 0, {subject})
            return None if is_open else _several_at(discourse, subject, _BY_CLAUSE)
    return _several_before(discourse, token) if token.lower_ != "them" else None


def _several_before(discourse: Discourse, token: Token) -> Link | Group | None:
    """The only plural subject of an earlier clause, or whom alone the last sentence was about."""
    binding = discourse.binding
    earlier = [
        index for index in binding.subjects_before(discourse.spans[-1], token) if binding.is_plural(index)
    ]
    if earlier:
        return _several_at(discourse, earlier[0], _BY_LAST_SENTENCE) if len(earlier) == 1 else None
    if _acts(discourse, token):
        for subject in discourse.main_subjects_before():
            if binding.is_plural(subject) and not _has_rival(discourse, 1, {subject}):
                return _several_at(discourse, subject, _BY_LAST_SENTENCE)
    return None


def _has_rival(discourse: Discourse, back: int, meant: set[int]) -> bool:
    """Whether a sentence speaks of other plural actors than those at some tokens, and those coordinated with them."""
    own = meant.union(*(discourse.binding.conjuncts(index) for index in meant))
    return any(
        mention.head not in own and discourse.binding.is_plural(mention.head) and mention.kind != "place"
        for mention in discourse.sentence(back)
    )


def _several_at(discourse: Discourse, subject: int, confidence: float) -> Link | Group | None:
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
        return Group(sides, confidence) if len(sides) > 1 else None
    if first.members:
        return Group(first.members, confidence)
    return Link(first, confidence) if first.kind != "place" else None
