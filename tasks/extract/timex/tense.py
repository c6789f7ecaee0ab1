"""Which way time runs at an expression, read off the verb that governs it.

In: a token of the parse. Out: "past" or "future", None if the syntax does not say. What does not belong here: what
that means for a date.

An expression that stands right at its verb ("met on Friday") takes the verb's tense. One inside a noun phrase ("the
talks on Friday") takes only a future, and one before its noun ("the Friday attack") nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from spacy.tokens import Token

Tense = Literal["past", "future"]
_VerbForm = Literal["past", "present", "future", "infinitive", "inherited"]

MAX_CLIMB: Final = 40
"""Steps up the tree before giving up; longer chains are lists and broken parses, where tense means little."""

AUXILIARY_REACH: Final = 12
"""Words between an auxiliary and its verb."""

_VERB_TAGS: Final = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
_SIMPLE_FORMS: Final[dict[str, _VerbForm]] = {"VBD": "past", "VBZ": "present", "VBP": "present"}
_PREMODIFIERS: Final = frozenset({"compound", "amod", "nmod", "nummod", "poss", "quantmod"})
_PERFECT: Final = frozenset({"has", "have", "had", "having", "'ve", "'d"})
# What they govern has not happened yet, whatever their own tense: "expected in May", "scheduled for Friday".
_FORWARD_WORDS: Final = frozenset(
    {
        "expected", "scheduled", "slated", "due", "planned", "set", "bound", "upcoming", "forthcoming", "effective",
        "projected", "forecast", "poised", "proposed", "postponed", "expects", "plans", "aims", "hopes", "intends",
        "wants", "expect", "plan", "aim", "hope", "intend", "want", "expecting", "planning", "hoping", "aiming",
        "intending", "starting", "expiring", "maturing",
    }
)  # fmt: skip
_FORWARD_PREPOSITIONS: Final = frozenset({"by", "until", "till"})
_GOALS: Final = frozenset({"to", "until", "till", "through", "by"})
# An infinitive below them is what happened ("managed to leave on Friday").
_ACHIEVING_VERBS: Final = frozenset(
    {
        "managed",
        "failed",
        "began",
        "started",
        "continued",
        "happened",
        "came",
        "refused",
        "used",
        "went",
        "helped",
    }
)


def tense_at(token: Token) -> Tense | None:
    """The direction of time at `token`, from its preposition and the verbs above it."""
    if token.dep_ in _PREMODIFIERS and token.head.i > token.i:
        return None
    preposition = token.head if token.dep_ in {"pobj", "pcomp"} else None
    if preposition is not None and preposition.lower_ == "since":
        return "past"
    if preposition is not None and preposition.lower_ == "for" and _is_passive(preposition.head):
        return "future"  # "was pencilled in for October"
    tense = _tense_above(token)
    if tense == "past" and preposition is not None and preposition.lower_ in _GOALS:
        return None  # "extended the truce to 20 November" is of the past, its goal need not be
    if tense != "past" and preposition is not None and preposition.lower_ in _FORWARD_PREPOSITIONS:
        return "future"
    return tense


def _tense_above(token: Token) -> Tense | None:
    """The tense of the nearest verb above that has one."""
    direct = True
    for _ in range(MAX_CLIMB):
        if token.lower_ in _FORWARD_WORDS and token.tag_ != "VBD":
            return "past" if _is_pluperfect(token) else "future"
        if token.tag_ in _VERB_TAGS:
            form = _form(token)
            if form == "infinitive":
                return _tense_of_infinitive(token)
            if form != "inherited":
                return _tense_of_form(form, direct=direct)
        if token.head.i == token.i:
            return None
        beside = token.dep_ in {"conj", "appos"}
        token = token.head
        direct = direct and (beside or token.tag_ in {"IN", "TO", *_VERB_TAGS})
    return None


def _tense_of_form(form: _VerbForm, *, direct: bool) -> Tense | None:
    if form == "future":
        return "future"
    if not direct:
        return None
    return "past" if form == "past" else "future"  # "meets on Friday" is still to come


def _form(verb: Token) -> _VerbForm:
    """What a verb and its auxiliaries say of time; participles and conjuncts without any inherit it from above."""
    auxiliaries = _auxiliaries(verb)
    if auxiliaries:
        return _compound_form(verb, auxiliaries)
    if verb.tag_ == "VBN":
        return "inherited" if verb.dep_ == "conj" else "past"
    return _SIMPLE_FORMS.get(verb.tag_, "inherited")


def _compound_form(verb: Token, auxiliaries: list[Token]) -> _VerbForm:
    perfect = any(auxiliary.lower_ in _PERFECT and auxiliary.tag_ != "MD" for auxiliary in auxiliaries)
    tags = {auxiliary.tag_ for auxiliary in auxiliaries}
    if perfect or ("VBD" in tags and "MD" not in tags):
        return "past"
    if "MD" in tags:
        return "future"
    if "TO" in tags:
        return "infinitive"
    return "future" if verb.tag_ == "VBG" else "present"  # "is meeting on Friday"


def _tense_of_infinitive(verb: Token) -> Tense | None:
    """A "to"-clause looks forward ("agreed to meet Friday"), unless it says what for or what came of something."""
    governor = verb.head
    if verb.dep_ == "advcl" and governor.i != verb.i:
        return "past" if governor.tag_ == "VBD" else "future"
    return "past" if governor.lower_ in _ACHIEVING_VERBS or _is_pluperfect(governor) else "future"


def _is_passive(verb: Token) -> bool:
    return verb.tag_ == "VBN" and any(auxiliary.dep_ == "auxpass" for auxiliary in _auxiliaries(verb))


def _is_pluperfect(token: Token) -> bool:
    """Whether "had" stands before the verb of `token` or the one above it ("had been due to expire Friday")."""
    return any(auxiliary.lower_ == "had" for verb in (token, token.head) for auxiliary in _auxiliaries(verb))


def _auxiliaries(verb: Token) -> list[Token]:
    """The auxiliaries of a verb. They stand near: `Token.lefts` would walk a long sentence for every date in it."""
    near = verb.doc[max(verb.i - AUXILIARY_REACH, 0) : verb.i]
    return [token for token in near if token.head.i == verb.i and token.dep_ in {"aux", "auxpass"}]
