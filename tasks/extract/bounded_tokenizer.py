"""A tokenizer whose time is bounded, whatever the text.

spaCy's tokenizer peels prefixes and suffixes off what stands between spaces, one at a time, in a time that grows with
the square of their number: 10,000 quotation marks in a row take 11 s. Chunks that are longer than any word of news are
cut at once instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer

LONGEST_CHUNK = 300
"""Characters without a space; addresses of web pages are the longest that occur in news."""

_LONG_CHUNK = re.compile(rf"\S{{{LONGEST_CHUNK},}}")
_PIECE = re.compile(r"\w{1,100}|[^\w\s]")


class BoundedTokenizer:
    """spaCy's tokenizer, with chunks of more than `LONGEST_CHUNK` characters cut into words and single marks."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap a pipeline's tokenizer."""
        self.tokenizer = tokenizer

    def __call__(self, text: str) -> Doc:
        """The tokens of a text; its characters are all kept."""
        if not _LONG_CHUNK.search(text):
            doc: Doc = self.tokenizer(text)
            return doc
        words: list[str] = []
        spaces: list[bool] = []
        position = 0
        for chunk in _LONG_CHUNK.finditer(text):
            self._add(text[position : chunk.start()], words, spaces)
            pieces = _PIECE.findall(chunk[0])
            words += pieces
            spaces += [False] * len(pieces)
            position = chunk.end()
        self._add(text[position:], words, spaces)
        return Doc(self.tokenizer.vocab, words=words, spaces=spaces)

    def _add(self, text: str, words: list[str], spaces: list[bool]) -> None:
        for token in self.tokenizer(text):
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
