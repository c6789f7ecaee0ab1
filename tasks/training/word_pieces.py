"""The word pieces that a coder of English needs.

Half of a small encoder's bytes are the vectors of its word pieces, and one piece in thirteen is never met in
English: letters of other scripts, and pieces that the base model keeps free. In: a tokenizer. Out: a smaller one, and which
pieces are left. English text is cut as before; a word in another script becomes one unknown piece.
"""

from __future__ import annotations

import unicodedata
from typing import Any


def english_pieces(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """A tokenizer without the pieces that English does not need.

    Args:
        tokenizer: The content of `tokenizer.json`, of a word-piece model.

    Returns:
        The content of the smaller one, and the former number of each piece in it.
    """
    special = {piece["content"] for piece in tokenizer["added_tokens"]}
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    kept = sorted(
        (piece for piece in vocabulary if piece in special or _is_english(piece)),
        key=lambda piece: vocabulary[piece],
    )
    numbers = {piece: number for number, piece in enumerate(kept)}
    marks = {
        name: {**mark, "ids": [numbers[piece] for piece in mark["tokens"]]}
        for name, mark in tokenizer["post_processor"]["special_tokens"].items()
    }
    smaller = {
        **tokenizer,
        "added_tokens": [{**one, "id": numbers[one["content"]]} for one in tokenizer["added_tokens"]],
        "post_processor": {**tokenizer["post_processor"], "special_tokens": marks},
        "model": {**tokenizer["model"], "vocab": numbers},
    }
    return smaller, [vocabulary[piece] for piece in kept]


def _is_english(piece: str) -> bool:
    is_free = piece.startswith("[unused")
    return not is_free and all(
        unicodedata.name(one, "").startswith("LATIN") for one in piece if one.isalpha()
    )
