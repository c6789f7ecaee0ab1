"""The dependents of each token by their relation, listed once per text.

spaCy finds the children of a token by walking over its whole subtree; asked for each pronoun of one huge sentence
that would be quadratic. In: a parsed text. Out: a look-up that costs the same however long the sentence is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

SUBJECTS = ("nsubj", "nsubjpass")
MOST_DEPENDENTS = 10
"""Dependents of one kind that are kept per token; a sentence that somebody wrote has fewer."""

_LISTED = (*SUBJECTS, "dobj", "poss", "conj", "appos", "ccomp", "csubj", "attr")


class Dependents:
    """Which tokens depend on a token as its subject, object, possessor and so on."""

    def __init__(self, doc: Doc) -> None:
        """Read the dependencies of a parsed text."""
        strings = doc.vocab.strings
        name_of = {strings[relation]: relation for relation in _LISTED}
        self._by_head: dict[tuple[int, str], list[int]] = {}
        relations = doc.to_array("DEP").tolist()
        offsets = doc.to_array("HEAD").astype("int64").tolist()
        for index, (relation, offset) in enumerate(zip(relations, offsets, strict=True)):
            if relation in name_of and offset:
                listed = self._by_head.setdefault((index + offset, name_of[relation]), [])
                if len(listed) < MOST_DEPENDENTS:
                    listed.append(index)

    def of(self, head: int, *relations: str) -> Sequence[int]:
        """The dependents of a token in any of these relations, the first relation first, each in text order."""
        found = [self._by_head.get((head, relation), ()) for relation in relations]
        return [index for indices in found for index in indices]


def head_of(doc: Doc, first: int, stop: int) -> int:
    """The token of a phrase that depends on one outside it (spaCy's `root` climbs to the root of the sentence)."""
    for index in range(first, stop):
        head = doc[index].head.i
        if head == index or not first <= head < stop:
            return index
    return first
