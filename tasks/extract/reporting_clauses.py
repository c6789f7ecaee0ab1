"""How far a report reaches: which clauses a verb or noun of reporting, or a cue beside them, speaks of.

In: the way from the token that carries an event up its tree. Out: whether the verb, noun or cue at the upper end
reports it. What does not belong here: who speaks (`tasks.extract.citations`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.extract.syntax import SUBJECTS_AND_CLAUSES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.extract.reporting_cues import Cues
    from tasks.extract.syntax import SentenceTree

WILLING = frozenset({"will", "'ll", "’ll", "wo", "would", "shall", "must"})
"""Modals of what somebody has made up his mind to."""
OPEN = frozenset({"should", "could", "can", "may", "might"})
"""Modals that leave it open."""
MAX_TO_VERB = 6
"""Steps from a noun up to the verb of its clause; more are not a phrase but a broken parse."""
_MAX_NESTING = 10
"""Steps from a noun down to the first word of its phrase."""

_CLAUSES = frozenset({"conj", "advcl", "parataxis", "ccomp"})
_COORDINATORS = frozenset({"and", "but", "or"})
_BACKSHIFTED = frozenset({"had", "would", "could", "might"})
_CONDITIONS = frozenset({"if", "unless"})
_QUESTIONS = frozenset({"if", "whether", "how", "why"})
# A clause that limits or dates the sentence around an inserted "he said" belongs to what he said; "although" and
# "whereas" set the reporter's own knowledge against it.
_OF_THE_STATEMENT = _CONDITIONS | {"after", "before", "when", "because", "since", "once", "until"}
_CONTRARY = frozenset({"although", "though", "whereas"})


@dataclass(slots=True)
class Climb:
    """The way from the token that carries an event up to one of its governors.

    Attributes:
        trigger: The token.
        steps: Each token on the way with its head, the trigger's first.
    """

    trigger: int
    steps: list[tuple[int, int]] = field(default_factory=list)

    @property
    def top(self) -> int:
        """The governor that is reached."""
        return self.steps[-1][1] if self.steps else self.trigger

    @property
    def below_top(self) -> int:
        """The token through which the trigger hangs on it."""
        return self.steps[-1][0] if self.steps else self.trigger


def verb_reports(tree: SentenceTree, climb: Climb) -> bool:
    """Whether the verb at the top reports what hangs on it."""
    verb = climb.top
    if tree.word(verb) not in word_class("attributing_verb") or _is_unsaid(tree, verb):
        return False
    holds = _BY_DEPENDENCY.get(tree.dep(climb.below_top))
    return holds is not None and holds(tree, climb)


def noun_reports(tree: SentenceTree, climb: Climb) -> bool:
    """Whether the noun at the top reports the clause or act that hangs on it: "reports that", "allegations of"."""
    below, noun = climb.below_top, climb.top
    if tree.word(noun) not in word_class("report_noun") or not tree.is_nominal(noun):
        return False
    if tree.dep(below) in {"acl", "relcl", "ccomp"}:
        return bool(tree.children(below, *SUBJECTS_AND_CLAUSES)) and _mark(tree, below) in {"that", ""}
    return tree.dep(below) == "prep" and tree.word(below) == "of"


def is_told_otherwise(tree: SentenceTree, climb: Climb) -> bool:
    """Whether the clause below the top is no part of what is said of the one above it.

    So are what is known to readers ("since the war began", "condemned the raid"), what others say of it ("as rebels allege", "a charge that
    Oslo denies"), and what leaves the tense of reported speech ("said that the ship had turned, and Oslo protested").
    """
    below, above = climb.below_top, climb.top
    dep = tree.dep(below)
    if dep in {"dobj", "nsubjpass"}:
        return tree.word(above) in word_class("judging_verb") and tree.word(below) not in word_class(
            "report_noun"
        )
    if dep == "relcl":
        return tree.word(above) in word_class("report_noun") and _mark(tree, below) != "that"
    if dep == "advcl":
        mark = _mark(tree, below)
        return mark == "since" or (mark == "as" and tree.word(below) in word_class("attributing_verb"))
    if dep != "conj" or tree.tag(below) != "VBD" or not tree.children(below, *SUBJECTS_AND_CLAUSES):
        return False
    helpers = {tree.word(child) for child in tree.children(above, "aux", "auxpass")}
    return not helpers.isdisjoint(_BACKSHIFTED) and not tree.children(below, "aux", "auxpass")


def reaches(tree: SentenceTree, cues: Cues, climb: Climb, cue: int) -> bool:
    """Whether what a cue reports, which stands at the top or hangs on it, reaches down to the event."""
    if cues.is_divided(climb.trigger, cue):
        return False
    for below, above in climb.steps:
        if _is_after_cue_alone(tree, below, above, cue) or _is_contrary(tree, below, above, cue):
            return False
        if tree.dep(below) == "relcl" and not _is_news(tree, climb, above, cue):
            return False
    return not _begins_anew(tree, climb.trigger, cue)


def _is_after_cue_alone(tree: SentenceTree, below: int, above: int, cue: int) -> bool:
    """Whether a clause stands for itself behind a cue: "troops crossed, Tass said, and Oslo protested"."""
    if (
        not above < cue < below
        or tree.dep(below) not in _CLAUSES
        or not tree.children(below, *SUBJECTS_AND_CLAUSES)
    ):
        return False
    return tree.dep(below) != "advcl" or _mark(tree, below) not in _OF_THE_STATEMENT


def _is_contrary(tree: SentenceTree, below: int, above: int, cue: int) -> bool:
    """Whether "although" sets a clause against what is reported: "although troops had crossed, Tass said".

    What is reported may hold it ("said that although troops had crossed, none had fired"), as what a cue closes may.
    """
    is_inside = cue < below < above
    return _mark(tree, below) in _CONTRARY and not is_inside and cue <= max(below, above)


def _is_news(tree: SentenceTree, climb: Climb, noun: int, cue: int) -> bool:
    """Whether a relative clause tells something new: at the end of what an inserted or following cue reports.

    What a relative clause says of a subject, or in "said that he would end the ban that they imposed", is known before.
    """
    verb = next((token for token in tree.ancestors(noun, MAX_TO_VERB) if tree.is_verb(token)), None)
    governs = climb.top == cue and cue < climb.below_top
    return verb is not None and verb < noun and not governs


def _begins_anew(tree: SentenceTree, trigger: int, cue: int) -> bool:
    """Whether a cue begins another statement than the one before it: "Oslo protested, and Tass said that"."""
    subjects = tree.children(cue, *SUBJECTS_AND_CLAUSES)
    if not subjects or trigger > subjects[0]:
        return False
    before = _left_edge(tree, subjects[0]) - 1
    return before >= tree.start and tree.word(before) in _COORDINATORS


def _left_edge(tree: SentenceTree, token: int) -> int:
    """The first token of a phrase; of a phrase nested too deeply, one inside it."""
    for _ in range(_MAX_NESTING):
        first = next(iter(tree.children(token)), token)
        if first >= token:
            break
        token = first
    return token


def _is_unsaid(tree: SentenceTree, verb: int) -> bool:
    """Whether nobody says it, or not yet: "did not say that", "will tell him that", "refused to confirm"."""
    helpers = [tree.word(child) for child in tree.children(verb, "aux")]
    is_infinitive = "to" in helpers and "have" not in helpers
    return bool(tree.children(verb, "neg")) or is_infinitive or not (WILLING | OPEN).isdisjoint(helpers)


def _tells_clause(tree: SentenceTree, climb: Climb) -> bool:
    """Whether a complement tells a fact: "said that", "denied arming", "claims to have shot"; not "told him to go".

    A verb with an object before a comma has said what it says: "the day he announced his bid, rebels met".
    """
    clause, verb = climb.below_top, climb.top
    mark = _mark(tree, clause)
    if mark in _QUESTIONS:
        return False
    helpers = [tree.word(child) for child in tree.children(clause, "aux", "auxpass")]
    if tree.dep(clause) == "xcomp" and "to" in helpers:
        return "have" in helpers or tree.word(verb) in word_class("confirming_verb") or tree.is_passive(verb)
    if mark or clause < verb or tree.word(verb) in word_class("telling_verb"):
        return True
    return not (tree.children(verb, "dobj") and _is_after_comma(tree, clause))


def _is_after_comma(tree: SentenceTree, clause: int) -> bool:
    """Whether a comma stands before the subject of a clause."""
    first = next(
        (_left_edge(tree, subject) for subject in tree.children(clause, *SUBJECTS_AND_CLAUSES)), tree.start
    )
    return first > tree.start and tree.word(first - 1) == ","


def _tells_object(tree: SentenceTree, climb: Climb) -> bool:
    """Whether an object is the act or holds it: "confirmed the attack", "accused him of", "told a conference that"."""
    word, inner = tree.word(climb.top), climb.below_top
    first = climb.steps[-2][0] if len(climb.steps) > 1 else inner
    if word in word_class("charging_verb"):
        return tree.dep(first) == "prep" and tree.word(first) in {"of", "for"}
    if word in word_class("telling_verb"):  # the parse hangs the clause on those who are told
        return tree.dep(first) in {"acl", "relcl"} and _mark(tree, first) == "that"
    is_act = len(climb.steps) > 1 or tree.word(inner) not in word_class("report_noun")
    return is_act and word in word_class("confirming_verb")


def _charges_with(tree: SentenceTree, climb: Climb) -> bool:
    """ "Accused Oslo of", where the parse hangs the phrase on the verb."""
    is_charge = tree.word(climb.top) in word_class("charging_verb")
    return is_charge and tree.word(climb.below_top) in {"of", "for"}


def _runs_on(tree: SentenceTree, climb: Climb) -> bool:
    """ "He said: troops have crossed", where the verb has no other clause."""
    is_sentence = climb.below_top > climb.top and bool(tree.children(climb.below_top, *SUBJECTS_AND_CLAUSES))
    return is_sentence and not tree.children(climb.top, "ccomp")


def _limits_statement(tree: SentenceTree, climb: Climb) -> bool:
    """ "Troops withdrew, he said, after rebels attacked"; "said that it would fire if they attacked"."""
    clause, verb = climb.below_top, climb.top
    complements, mark = tree.children(verb, "ccomp"), _mark(tree, clause)
    is_inserted = any(complement < verb for complement in complements) and clause > verb
    return (is_inserted and mark in _OF_THE_STATEMENT) or (bool(complements) and mark in _CONDITIONS)


_BY_DEPENDENCY: dict[str, Callable[[SentenceTree, Climb], bool]] = {
    "ccomp": _tells_clause,
    "xcomp": _tells_clause,
    "dobj": _tells_object,
    "prep": _charges_with,
    "parataxis": _runs_on,
    "advcl": _limits_statement,
}
"""How a verb of reporting governs what it reports, by the dependency of that."""


def _mark(tree: SentenceTree, clause: int) -> str:
    return next((tree.word(child) for child in tree.children(clause, "mark", "advmod")), "")
