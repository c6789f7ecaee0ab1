"""Finding many fixed phrases in a text in one pass.

In: phrases, each with what it stands for. Out: the places where they stand, longest first, never overlapping.
The search reads characters, not spaCy tokens, so that "Russian" is found in "Sino-Russian" and "U.S." in "U.S.-led"
however the tokenizer cut them. It costs one dictionary look-up per word, whatever the number of phrases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Meaning = TypeVar("Meaning")

_PIECE = re.compile(r"\w+|[^\w\s]")
_END = ""
"""The key that holds a phrase's meaning in the tree; no piece of a text is empty."""

_APOSTROPHES = {"’": "'", "‘": "'"}


@dataclass(frozen=True, slots=True)
class PhraseMatch(Generic[Meaning]):
    """A phrase where it stands: characters [start, end) and what the phrase means."""

    start: int
    end: int
    meaning: Meaning


class Pieces:
    """A text cut into words and single marks, once for all indexes that search it.

    Attributes:
        words: The pieces, typographic apostrophes as plain ones.
        lower: The same in lower case.
        spaced: Whether white space goes before each piece.
        starts: First character of each.
        ends: One past the last character of each.
    """

    __slots__ = ("ends", "lower", "spaced", "starts", "words")

    def __init__(self, text: str) -> None:
        """Cut a text; its length in characters does not change."""
        matches = list(_PIECE.finditer(text))
        self.words = [_APOSTROPHES.get(match.group(), match.group()) for match in matches]
        self.lower = [word.lower() for word in self.words]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.spaced = [start > end for start, end in zip(self.starts, [0, *self.ends], strict=False)]


class PhraseIndex(Generic[Meaning]):
    """Phrases by their words. A phrase added again replaces the earlier one.

    White space matches any run of white space, typographic apostrophes match plain ones.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], *, ignore_case: bool = False) -> None:
        """Index the phrases.

        Args:
            phrases: Each phrase as it is written, and its meaning.
            ignore_case: Find it in any case; otherwise exactly as it is written.
        """
        self._ignore_case = ignore_case
        self._tree: dict[str, Any] = {}
        for phrase, meaning in phrases:
            pieces = Pieces(phrase)
            node = self._tree
            for position, word in enumerate(self._words(pieces)):
                node = node.setdefault(f" {word}" if position and pieces.spaced[position] else word, {})
            node[_END] = meaning

    def find(self, text: str | Pieces) -> list[PhraseMatch[Meaning]]:
        """All phrases of the text from left to right; where several begin, the longest."""
        pieces = Pieces(text) if isinstance(text, str) else text
        words, tree = self._words(pieces), self._tree
        matches: list[PhraseMatch[Meaning]] = []
        stop = 0
        for position, word in enumerate(words):
            if position < stop or word not in tree:
                continue
            length, meaning = self._longest(words, pieces.spaced, position)
            if length:
                stop = position + length
                matches.append(PhraseMatch(pieces.starts[position], pieces.ends[stop - 1], meaning))
        return matches

    def get(self, phrase: str) -> Meaning | None:
        """What exactly this phrase means, None if it is not in the index."""
        matches = self.find(phrase)
        is_whole = len(matches) == 1 and (matches[0].start, matches[0].end) == (0, len(phrase))
        return matches[0].meaning if is_whole else None

    def _words(self, pieces: Pieces) -> list[str]:
        return pieces.lower if self._ignore_case else pieces.words

    def _longest(self, words: list[str], spaced: list[bool], position: int) -> tuple[int, Any]:
        node = self._tree
        length, meaning = 0, None
        for index in range(position, len(words)):
            # Only inside a phrase does it matter whether white space goes before a piece.
            is_spaced = index > position and spaced[index]
            following = node.get(f" {words[index]}" if is_spaced else words[index])
            if following is None:
                break
            node = following
            if _END in node:
                length, meaning = index - position + 1, node[_END]
        return length, meaning
