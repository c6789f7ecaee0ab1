"""The status of an event: whether the text says that it happened, will, may, or did not.

In: the tree of a sentence and the token that carries an event. Out: its status, and whether it is only the content of
another act ("urged Peru to withdraw": the withdrawal is no event beside the request). What does not belong here:
which category it is, and dates, which `events.py` weighs against the status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from schemas.plover import EVENT_TYPES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.plover import Status
    from tasks.extract.syntax import SentenceTree

MAX_CLIMB = 16
"""Governors above a trigger that are looked at."""

_WILL = frozenset({"will", "'ll", "’ll", "wo", "shall", "going"})
_MAY = frozenset({"may", "might", "could", "can", "ca", "should", "ought", "must"})
_IF = frozenset({"if", "unless", "whether", "lest"})
_NOT = frozenset({"no", "not", "n't", "n’t", "never", "nor", "neither"})
_PARTICIPLE_PREPOSITIONS = frozenset({"following", "including", "according", "regarding", "concerning"})
_WHEN_PLANNED = {name: kind.future for name, kind in EVENT_TYPES.items() if kind.future}
_REFUSED = frozenset({*_WHEN_PLANNED, "AGREE", "CONCEDE"})
_ACTS_WITH_CONTENT = frozenset({"REQUEST", "THREATEN", "REJECT", "AGREE"})
_NOMINAL_CONTENT = frozenset({"REQUEST", "THREATEN", "REJECT", "AGREE", "PROTEST"})


class Sign(NamedTuple):
    """A status, and the token that gives it; None where nothing speaks against "actual"."""

    status: Status
    token: int | None


def status_of(tree: SentenceTree, trigger: int) -> Status:
    """What the sentence says of the event that a token carries."""
    return sign_of(tree, trigger).status


def sign_of(tree: SentenceTree, trigger: int) -> Sign:
    """The status of the event that a token carries, with the word that gives it, the nearest if several do.

    Negation outweighs possibility, and possibility outweighs plans: "may not be planned" did not happen.
    """
    found = list(_signs(tree, trigger))
    for status in ("negated", "hypothetical", "planned"):
        for sign in found:
            if sign.status == status:
                return sign
    return Sign("actual", None)


def category_when(event_type: str, status: Status) -> str:
    """The category of an act with a status: what is cooperative and still to come is only agreed or conceded."""
    return _WHEN_PLANNED.get(event_type, event_type) if status == "planned" else event_type


def is_refusal(tree: SentenceTree, trigger: int, event_type: str) -> bool:
    """Whether somebody says that he will not cooperate: "will not recognise" is a rejection, and a fact."""
    if event_type not in _REFUSED:
        return False
    children = tree.children(trigger)
    will = any(tree.word(child) in _WILL | {"would"} and tree.dep(child) == "aux" for child in children)
    return will and any(tree.dep(child) == "neg" for child in children)


def is_content_of(tree: SentenceTree, trigger: int, other: int, event_type: str) -> bool:
    """Whether an event is what another act asks for, threatens, refuses, promises or alleges.

    Args:
        tree: The sentence's.
        trigger: The token that carries the event.
        other: The token that carries the other act.
        event_type: The other act's category.
    """
    below, is_clausal = trigger, False
    for governor in tree.ancestors(trigger, limit=MAX_CLIMB):
        dep = tree.dep(below)
        if dep in {"relcl", "advcl", "conj"} and not _is_infinitive(tree, below):
            return False
        is_clausal = is_clausal or dep in {"xcomp", "ccomp", "pcomp", "advcl", "acl"}
        if governor == other:
            if dep in {"nsubj", "nsubjpass", "agent", "poss"}:
                return False
            if is_clausal:
                return event_type in _ACTS_WITH_CONTENT or event_type in {"ACCUSE", "PROTEST"}
            return event_type in _NOMINAL_CONTENT
        below = governor
    return False


def _signs(tree: SentenceTree, trigger: int) -> Iterator[Sign]:
    """Every sign of another status than actual, on the trigger and on what governs it."""
    yield from _own_signs(tree, trigger)
    below = trigger
    for governor in tree.ancestors(trigger, limit=MAX_CLIMB):
        if not _carries_over(tree, below, governor):
            if tree.dep(below) == "ccomp" and tree.is_verb(governor):
                yield from _matrix_signs(tree, governor)
            return
        yield from _matrix_signs(tree, governor)
        if tree.is_verb(below) and not _is_infinitive(tree, below) and tree.dep(below) == "ccomp":
            return
        yield from _own_signs(tree, governor)
        below = governor


def _own_signs(tree: SentenceTree, token: int) -> Iterator[Sign]:
    """Signs among the dependents of a token: modals, negation, conditions, adjectives of plan."""
    for child in tree.children(token):
        word, dep = tree.word(child), tree.dep(child)
        if word in _NOT and dep in {"neg", "det", "preconj", "advmod"}:
            yield Sign("negated", child)
        elif dep in {"mark", "advmod"} and word in _IF:
            yield Sign("hypothetical", child)
        elif dep == "aux" and word in _WILL:
            yield Sign("planned", child)
        elif dep == "aux" and word in _MAY:
            yield Sign("hypothetical", child)
        elif dep == "aux" and word in {"would", "'d", "’d"}:
            yield Sign("planned" if _is_reported(tree, token) else "hypothetical", child)
        elif dep in {"amod", "acl"}:
            yield from _signs_of_modifier(tree, child)
        elif dep in {"nsubj", "nsubjpass"}:
            yield from (Sign("negated", nobody) for nobody in _nobody(tree, child))


def _signs_of_modifier(tree: SentenceTree, modifier: int) -> Iterator[Sign]:
    word = tree.word(modifier)
    if word in word_class("plan_word") or (word in word_class("plan_verb") and tree.tag(modifier) == "VBN"):
        yield Sign("planned", modifier)
    elif word in word_class("possible_word") or (
        word in word_class("possible_verb") and tree.tag(modifier) == "VBN"
    ):
        yield Sign("hypothetical", modifier)


def _matrix_signs(tree: SentenceTree, governor: int) -> Iterator[Sign]:
    """What the meaning of a governor says of what it governs."""
    word = tree.word(governor)
    if tree.is_verb(governor):
        if word in word_class("negative_verb"):
            yield Sign("negated", governor)
        elif word in word_class("possible_verb"):
            yield Sign("hypothetical", governor)
        elif word in word_class("plan_verb"):
            yield Sign("planned", governor)
        else:
            subjects = tree.children(governor, "nsubj")
            plans = (child for child in subjects if tree.word(child) in word_class("plan_noun"))
            yield from (Sign("planned", plan) for plan in plans)
    elif word in word_class("plan_word") or word in word_class("plan_noun"):
        yield Sign("planned", governor)
    elif word in word_class("possible_word") or word in word_class("possible_noun"):
        yield Sign("hypothetical", governor)
    elif word == "without":
        yield Sign("negated", governor)
    elif word in word_class("future_preposition"):
        yield Sign("planned", governor)


def _carries_over(tree: SentenceTree, below: int, governor: int) -> bool:
    """Whether what holds of the governor holds of what it governs."""
    dep = tree.dep(below)
    if dep in {"ccomp", "advcl", "acl", "relcl", "pcomp"} and tree.is_verb(below):
        return _clause_carries_over(tree, below, governor)
    if dep == "conj":
        return not tree.children(below, "nsubj", "nsubjpass")
    if dep in {"pobj", "pcomp", "prep", "advmod"}:
        return _phrase_carries_over(tree, below, governor)
    if dep == "nsubj":
        return _is_occurrence(tree, governor)
    if dep in {"nsubjpass", "dobj", "attr"}:
        return _is_about_events(tree, governor) or (dep == "nsubjpass" and _is_occurrence(tree, governor))
    return dep in {"xcomp", "oprd", "acomp", "auxpass"}


def _clause_carries_over(tree: SentenceTree, clause: int, governor: int) -> bool:
    """A clause without a subject and a finite verb of its own depends on what governs it."""
    if tree.dep(clause) == "ccomp":
        return _is_infinitive(tree, clause) or tree.word(governor) in word_class("possible_verb")
    if tree.dep(clause) in {"acl", "relcl"}:
        return _is_infinitive(tree, clause)
    is_preposition = tree.word(clause) in _PARTICIPLE_PREPOSITIONS
    return not is_preposition and not tree.children(clause, "nsubj", "nsubjpass")


def _phrase_carries_over(tree: SentenceTree, below: int, governor: int) -> bool:
    if tree.dep(below) == "pobj":
        return True  # the preposition itself decides, one step further up
    word = tree.word(below)
    if word in word_class("future_preposition") or word == "without":
        return False
    if tree.is_verb(governor):
        return word in {"for", "in", "at", "on", "during"} and tree.word(governor) in word_class(
            "occasion_verb"
        )
    classes = ("plan_noun", "possible_noun", "support_noun", "future_preposition")
    return any(tree.word(governor) in word_class(name) for name in classes)


def _is_about_events(tree: SentenceTree, verb: int) -> bool:
    """Whether the status of a verb is that of the event its object or subject names ("hold talks", "plan talks")."""
    word = tree.word(verb)
    classes = ("support_verb", "undergo_verb", "plan_verb", "possible_verb")
    if any(word in word_class(name) for name in classes):
        return True
    return any(tree.word(child) in word_class("plan_noun") for child in tree.children(verb, "nsubj"))


def _is_occurrence(tree: SentenceTree, verb: int) -> bool:
    """Whether the verb only says that its subject happens: "begin" without an object, "take place"."""
    objects = [tree.word(child) for child in tree.children(verb, "dobj")]
    return tree.word(verb) in word_class("occurrence_verb") and objects in ([], ["place"], ["effect"])


def _is_infinitive(tree: SentenceTree, verb: int) -> bool:
    return any(tree.word(child) == "to" for child in tree.children(verb, "aux", "mark"))


def _is_reported(tree: SentenceTree, verb: int) -> bool:
    """ "Said that it would": the past of "will" in reported speech."""
    for governor in tree.ancestors(verb, limit=4):
        if tree.is_verb(governor) and tree.word(governor) in word_class("reporting_verb") | word_class(
            "plan_verb"
        ):
            return True
    return False


def _nobody(tree: SentenceTree, subject: int) -> list[int]:
    """The words of a subject that make it nobody, if any do."""
    if tree.word(subject) in {"nobody", "none", "neither"}:
        return [subject]
    determiners = tree.children(subject, "det", "neg", "preconj")
    return [child for child in determiners if tree.word(child) in {"no", "neither"}]
