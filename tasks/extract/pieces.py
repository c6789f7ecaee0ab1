"""A sentence as the coder's network reads it: word pieces, and who stands on which of them.

In: a text and spans of characters. Out: `Pieces`, and masks over them. Training and coding both use this module, so
that a network sees a sentence in use as it saw it in training. What does not belong here: the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

MAX_PIECES = 256
"""Longer sentences are lists; what stands behind is not read. The network knows 512 positions at most."""

Span = tuple[int, int]
"""[start, end) characters."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in word pieces.

    Attributes:
        ids: Numbers of the vocabulary; the first and the last are marks of the text's ends.
        spans: The characters of each piece; empty for marks.
    """

    ids: tuple[int, ...]
    spans: tuple[Span, ...]

    def mask(self, span: Span | None) -> npt.NDArray[np.float32]:
        """1 for each piece that shares a character with a span, else 0; all 0 for None. Shape [pieces]."""
        if span is None:
            return np.zeros(len(self.ids), dtype=np.float32)
        start, end = span
        return np.array([first < end and start < last for first, last in self.spans], dtype=np.float32)


class Paired(Protocol):
    """Anything that asks of an actor and a recipient."""

    @property
    def actor(self) -> Span:
        """Who would do it."""
        ...

    @property
    def recipient(self) -> Span | None:
        """Whom it would be done to, None where nobody is asked for."""
        ...


def party_masks(
    pieces: Pieces, pairs: Sequence[Paired]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Where the actors and the recipients of pairs stand; [pairs, pieces] each."""
    masks = {span: pieces.mask(span) for pair in pairs for span in (pair.actor, pair.recipient)}
    return (
        np.stack([masks[pair.actor] for pair in pairs]),
        np.stack([masks[pair.recipient] for pair in pairs]),
    )


@lru_cache(maxsize=4)
def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file, without padding and cutting."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pieces_of(tokenizer: Tokenizer, text: str) -> Pieces:
    """The text in pieces, the first `MAX_PIECES` of them."""
    encoded = tokenizer.encode(text)
    cut = slice(MAX_PIECES)
    return Pieces(tuple(encoded.ids[cut]), tuple(encoded.offsets[cut]))
