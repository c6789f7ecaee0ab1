"""Cues of reports that govern no clause: ", he said,", "as Tass reported", "according to", "citing", "by her count".

In: the tree of a sentence. Out: for a token, the cues that hang on it. What does not belong here: whom a cue names
(`tasks.extract.citations`), and how far what it reports reaches (`tasks.extract.reporting_clauses`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from tasks.extract.syntax import FINITE_TAGS, SUBJECTS_AND_CLAUSES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.extract.syntax import SentenceTree

CITING = frozenset({"citing", "quoting"})
BREAKS = frozenset({",", ";", ":", "--", "—"})
LINKS = frozenset({"CC", "IN", "WDT", "WP", "WRB", "TO"})
"""Tags of words that join a clause to the one before: "and he said", "as he said", "which he denied"."""
MAX_CLOSING = 20
"""Tokens on each side of a cue that closes a sentence."""

_MAX_CUES = 4
"""Cues looked at on each side of a trigger where many hang on one token: such a sentence is a list or a trick."""
_INSERTED = frozenset({"parataxis", "advcl", "ccomp", "dep", "conj"})


class Cues:
    """The cues of a sentence that govern no clause.

    Gathered once per sentence; each is kept at the token that it hangs on, or at the sentence's root where it ends the
    sentence: the parse hangs it on the last verb, and means it for all.
    """

    def __init__(self, tree: SentenceTree) -> None:
        """Look at each token of a sentence once."""
        self._at: dict[int, list[int]] = {}
        self._semicolons = [token for token in tree if tree.word(token) == ";"]
        root = next((token for token in tree if tree.head(token) == token), tree.start)
        for token in tree:
            if _ends_sentence(tree, token):
                self._at.setdefault(root, []).append(token)
            elif _is_aside(tree, token):
                self._at.setdefault(tree.head(token), []).append(token)

    def at(self, token: int, trigger: int) -> Sequence[int]:
        """The cues that hang on a token, those nearest to a trigger first, no more than a sentence has room for."""
        found = self._at.get(token, [])
        middle = bisect_left(found, trigger)
        near = found[max(0, middle - _MAX_CUES) : middle + _MAX_CUES]
        return sorted(near, key=lambda cue: abs(cue - trigger))

    def is_divided(self, one: int, other: int) -> bool:
        """Whether a semicolon stands between two tokens."""
        first, last = min(one, other), max(one, other)
        index = bisect_left(self._semicolons, first)
        return index < len(self._semicolons) and self._semicolons[index] < last


def count_after(tree: SentenceTree, by: int) -> int | None:
    """The count or account that "by" has after it: "by her account", "by the rebels' own count"."""
    if tree.word(by) != "by":
        return None
    return next((c for c in tree.children(by, "pobj") if tree.word(c) in word_class("count_noun")), None)


def is_cue_verb(tree: SentenceTree, token: int) -> bool:
    """Whether a token is a form of "say" and its like; "citing X" and "quoting X" say nothing themselves."""
    return tree.word(token) in word_class("attributing_verb") and tree.word(token) not in CITING


def _is_aside(tree: SentenceTree, token: int) -> bool:
    word = tree.word(token)
    if word in CITING:
        return bool(tree.children(token, "dobj"))
    if not is_cue_verb(tree, token):
        return word == "according" or count_after(tree, token) is not None
    marks = tree.children(token, "mark")
    return (
        tree.dep(token) in _INSERTED
        and _has_subject_alone(tree, token)
        and not tree.children(token, "ccomp", "xcomp")
        and all(tree.word(mark) == "as" for mark in marks)
    )


def _has_subject_alone(tree: SentenceTree, verb: int) -> bool:
    """Whether somebody says it and no object tells what: "he said", "he told reporters"; not "pictures show tanks"."""
    is_content_free = tree.word(verb) in word_class("telling_verb") or not tree.children(verb, "dobj")
    return is_content_free and bool(tree.children(verb, *SUBJECTS_AND_CLAUSES))


def _ends_sentence(tree: SentenceTree, cue: int) -> bool:
    """Whether a cue closes its sentence after a comma: ", the ministry said on Monday.", ", according to rebels."."""
    start: int | None = cue
    if is_cue_verb(tree, cue):
        start = _start_of_closing_clause(tree, cue)
    elif tree.word(cue) != "according" and count_after(tree, cue) is None:
        return False
    if start is None or start == tree.start or tree.word(start - 1) != ",":
        return False
    after = range(cue + 1, min(cue + MAX_CLOSING, tree.end))
    return not any(tree.word(token) in BREAKS or tree.is_verb(token) for token in after)


def _start_of_closing_clause(tree: SentenceTree, verb: int) -> int | None:
    """Where the clause of a finite verb begins, None if it is no "X said" of its own."""
    if tree.tag(verb) not in FINITE_TAGS or not _has_subject_alone(tree, verb):
        return None
    start = verb
    while start > max(tree.start, verb - MAX_CLOSING) and tree.word(start - 1) not in BREAKS:
        start -= 1
        if tree.is_verb(start):
            return None
    return None if start == verb or tree.tag(start) in LINKS else start
