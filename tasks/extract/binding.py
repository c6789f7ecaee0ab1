"""Which nouns the grammar lets a pronoun stand for: the subjects of the clauses around it, nearest first.

In: a parsed text. Out: token indices. Who stands at a token, and whether number and kind agree, is asked elsewhere
(`discourse`, `coreference`); nothing here knows of mentions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.dependents import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Span, Token

    from tasks.extract.dependents import Dependents

LONGEST_CLIMB = 12
"""Steps up the parse from a pronoun to the subjects that govern it."""

LONGEST_SENTENCE = 100
"""Tokens before a pronoun in which an earlier clause is looked for."""

_RELATIVE_TAGS = frozenset({"WDT", "WP"})
_PLURAL_TAGS = frozenset({"NNS", "NNPS"})
_PLURAL_PRONOUNS = frozenset({"they", "them", "we", "us", "these", "those", "both", "all"})


class Binding:
    """The subjects over a pronoun, and what number they have."""

    def __init__(self, doc: Doc, dependents: Dependents, *, robbing_verbs: frozenset[str]) -> None:
        """Look at a parsed text; nothing is copied.

        Args:
            doc: The text.
            dependents: Its dependents.
            robbing_verbs: The verbs whose object has what "of" takes from it ("stripped Peru of its vote").
        """
        self._robbing_verbs = robbing_verbs
        self._doc = doc
        self._dependents = dependents

    def governing_subjects(self, token: Token) -> Iterator[int]:
        """Who may be meant by a pronoun in its own sentence, the nearest clause first.

        The subject of the pronoun's own clause is one of them for a possessive ("Peru withdrew its envoy"); a subject
        that the pronoun itself is, or stands in, is not. The object stands before the subject where it controls the
        clause ("urged Peru to open its market", "accused Peru of closing its market", "stripped Peru of its vote").
        """
        seen: set[int] = set()
        for found in self._subjects_above(token):
            if found not in seen and found < token.i:
                seen.add(found)
                yield found

    def _subjects_above(self, token: Token) -> Iterator[int]:
        inside, is_clause = token, False
        for _ in range(LONGEST_CLIMB):
            head = inside.head
            if head is inside:
                return
            if inside.dep_ == "conj" and head.dep_ in SUBJECTS:
                yield head.i  # "Norway and its allies"
            if inside.dep_ == "prep" and is_clause and head.tag_.startswith("NN"):
                yield from self._dependents.of(head.i, "poss")  # "Norway's success in freeing its economy"
            is_robbed = inside.lower_ == "of" and head.lower_ in self._robbing_verbs
            is_controlled = inside.dep_ == "prep" and head.tag_.startswith("VB") and (is_clause or is_robbed)
            if inside.dep_ == "xcomp" or is_controlled:
                yield from self._dependents.of(head.i, "dobj")
            if inside.dep_ not in SUBJECTS:
                subject = self.subject_of(head)
                if subject is not None:
                    yield subject
                yield from self._dependents.of(head.i, "dobj")  # "drove villagers from their homes"
            inside, is_clause = head, inside.dep_ == "pcomp"

    def subject_of(self, verb: Token) -> int | None:
        """The subject of a verb; of a relative clause the noun that it describes."""
        own = self._dependents.of(verb.i, *SUBJECTS)
        if not own:
            return None
        if self._doc[own[0]].tag_ not in _RELATIVE_TAGS:
            return own[0]
        for _ in range(LONGEST_CLIMB):  # "which came and went": the second verb hangs on the first
            if verb.dep_ in {"relcl", "acl"}:
                return verb.head.i
            if verb.head is verb:
                break
            verb = verb.head
        return None

    def is_of_own_clause(self, subject: int, token: Token) -> bool:
        """Whether a subject is that of the clause in which a pronoun is the object: it is somebody else."""
        if token.dep_ not in {"dobj", "pobj", "dative"}:
            return False
        verb = token.head.head if token.dep_ == "pobj" else token.head
        return self.subject_of(verb) == subject or self._shared_subject(verb) == subject

    def _shared_subject(self, verb: Token) -> int | None:
        """The subject that a coordinated verb has from the first one."""
        for _ in range(LONGEST_CLIMB):
            if verb.dep_ != "conj" or verb.head is verb:
                return None
            verb = verb.head
            subject = self.subject_of(verb)
            if subject is not None:
                return subject
        return None

    def main_subjects(self, sentence: Span) -> Iterator[int]:
        """Whom a sentence is about: the subject of its main clause, then that of what is said in it."""
        root = sentence.root
        subject = self.subject_of(root)
        if subject is not None:
            yield subject
        for clause in self._dependents.of(root.i, "ccomp"):
            inner = self.subject_of(self._doc[clause])
            if inner is not None:
                yield inner

    def subjects_before(self, sentence: Span, token: Token) -> list[int]:
        """The subjects of clauses that go before the one in which a pronoun is the subject: "They left; they had to"."""
        if token.dep_ not in SUBJECTS:
            return []
        own = range(max(sentence.start, token.i - LONGEST_SENTENCE), token.i)
        return [
            index for index in own if self._doc[index].dep_ in SUBJECTS and self._doc[index].tag_[:2] == "NN"
        ]

    def is_plural(self, index: int) -> bool:
        """Whether a noun or pronoun is plural, or the first of several that "and" joins."""
        token = self._doc[index]
        if token.tag_ in _PLURAL_TAGS or token.lower_ in _PLURAL_PRONOUNS:
            return True
        return bool(self.conjuncts(index))

    def conjuncts(self, index: int) -> list[int]:
        """The nouns that are coordinated with a noun, in the order of the text, itself left out."""
        found: list[int] = []
        current = index
        for _ in range(LONGEST_CLIMB):
            following = [
                i for i in self._dependents.of(current, "conj") if self._doc[i].tag_[:2] in {"NN", "PR", "CD"}
            ]
            if not following:
                break
            found.append(following[0])
            current = following[0]
        return found
