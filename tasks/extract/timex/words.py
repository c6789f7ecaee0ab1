"""The words of a parsed text, found by their place in it: how guards and circumstances look around an expression.

In: a spaCy `Doc`. Out: tokens and sentences by character. Every look-up costs the logarithm of the text's length, so
that a text of nothing but dates stays linear (nearly).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

FIGURE_TAGS: Final = frozenset({"CD", "$"})


class Words:
    """The words of a parsed text, found by their place in it."""

    def __init__(self, doc: Doc) -> None:
        """Index the tokens of `doc` by their first character."""
        self.doc = doc
        self.text = doc.text
        self._starts: list[int] = doc.to_array("IDX").tolist()
        self._sentences: list[tuple[int, int]] = [(sentence.start, sentence.end) for sentence in doc.sents]
        self._with_figures: dict[int, bool] = {}

    def at(self, character: int) -> Token:
        """The token that covers a character."""
        return self.doc[max(bisect_right(self._starts, character) - 1, 0)]

    def before(self, character: int) -> Token | None:
        """The last token before the one that covers a character, blanks left out."""
        index = self.at(character).i - 1
        while index >= 0 and self.doc[index].is_space:
            index -= 1
        return self.doc[index] if index >= 0 else None

    def after(self, character: int) -> Token | None:
        """The first token that begins at or after a character, blanks left out."""
        index = bisect_right(self._starts, character - 1)
        while index < len(self.doc) and self.doc[index].is_space:
            index += 1
        return self.doc[index] if index < len(self.doc) else None

    def sentence(self, character: int) -> Span:
        """The sentence of the token that covers a character (`Token.sent` walks the whole text for each)."""
        index = self.at(character).i
        start, end = self._sentences[bisect_right(self._sentences, (index, len(self.doc))) - 1]
        return self.doc[start:end]

    def has_figures(self, character: int) -> bool:
        """Whether the sentence around a character has numbers or amounts."""
        sentence = self.sentence(character)
        if sentence.start not in self._with_figures:
            self._with_figures[sentence.start] = any(token.tag_ in FIGURE_TAGS for token in sentence)
        return self._with_figures[sentence.start]

    def head(self, start: int, end: int) -> Token:
        """The syntactic head of a span: the first of its tokens, articles aside, whose own head lies outside."""
        first, last = self.at(start).i, self.at(end - 1).i
        for token in self.doc[first : last + 1]:
            outside = not first <= token.head.i <= last or token.head.i == token.i
            if outside and token.dep_ != "det":
                return token
        return self.doc[last]
