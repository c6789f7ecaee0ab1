"""Approximations: whether a text says about, at least or at most so much.

In: a parsed text and the span of an amount. Out: "about", "min", "max" or None. What does not belong here: the upper
end of a range, which is a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from tasks.extract.annotations import AmountModifier

_WORDS: dict[AmountModifier, str] = {
    "about": "about|some|around|nearly|almost|roughly|approximately|perhaps|near|barely|estimated at|estimated to be|estimated|circa|close to",
    "min": "at least|more than|greater than|over|above|no fewer than|no less than|not less than|not fewer than|upwards of"
    "|upward of|in excess of|a minimum of|minimum|exceed|exceeds|exceeded|exceeding|surpassed|topped",
    "max": "up to|as many as|as much as|less than|fewer than|under|below|at most|at the most|no more than|not more than"
    "|a maximum of|maximum",
}
_MODIFIER_OF = {words: modifier for modifier, phrases in _WORDS.items() for words in phrases.split("|")}
_PHRASES = "|".join(sorted(_MODIFIER_OF, key=lambda words: (-len(words), words))).replace(" ", r"\s")
_BEFORE = re.compile(
    rf"\b(?P<words>{_PHRASES})"
    r"\s(?:(?P<article>an?|the)\s)?(?:(?:another|further|additional|extra|record|total\sof|estimated|combined)\s)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\+|-plus\b|,?\s(?:or\s(?P<or>more|so|less|fewer|thereabouts)\b|at\s(?:the\s)?(?P<at>least|most)\b)",
    re.IGNORECASE,
)
_MODIFIER_AFTER: dict[str, AmountModifier] = {
    "more": "min",
    "least": "min",
    "so": "about",
    "thereabouts": "about",
    "less": "max",
    "fewer": "max",
    "most": "max",
}
_ALSO_PREPOSITIONS = frozenset({"about", "around", "over", "under"})
"""Words that elsewhere say where or of what: "protested over two flights"."""
_WITH_A_TOPIC = frozenset(
    {
        "speak",
        "spoke",
        "spoken",
        "speaking",
        "talk",
        "talks",
        "talked",
        "talking",
        "complained",
        "worried",
        "concerned",
        "clear",
    }
)
"""Words after which "about" says of what."""
_LOOK_BACK = 48
OR_MORE = re.compile(r"(?:\sor\s(?:more|so|less|fewer)|\splus|-plus|\+)(?=\s)", re.IGNORECASE)
"""What may stand between a number and its noun: "14 or more people"."""


def modifier_of(
    doc: Doc, text: str, start: int, ends: Sequence[int], token_starts: Sequence[int]
) -> AmountModifier | None:
    """What the words before or after an amount make of it.

    Args:
        doc: The parsed text.
        text: Its characters.
        start: First character of the amount.
        ends: Where its number and where its words end.
        token_starts: The first character of each token.
    """
    match = _BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    if match:
        words = " ".join(match["words"].lower().split())
        token = doc[bisect_right(token_starts, match.start()) - 1]
        is_topic = match["article"] is not None or (
            words == "about" and token.i > 0 and token.nbor(-1).lower_ in _WITH_A_TOPIC
        )
        is_preposition = token.dep_ in {"prep", "prt"} and token.head.i < token.i
        if words not in _ALSO_PREPOSITIONS or not (is_topic or is_preposition):
            return _MODIFIER_OF[words]
    for end in ends:
        match = _AFTER.match(text, end)
        if match:
            return _MODIFIER_AFTER[(match["or"] or match["at"] or "more").lower()]
    return None
