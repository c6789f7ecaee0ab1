"""English or not.

In: an article's text. Out: the language that it is surely in, if that is not English. To refuse an English article
is worse than to let another pass, so that doubt always passes: short texts, tables, market reports, lists of names.
"""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LETTER_BYTES_NEEDED = 40
"""Letters that a verdict needs, counted in UTF-8 bytes: eight English words, or 13 Chinese characters.

The shares of the identifier are calibrated by length: what is short and no clear case stays below `SURE` anyway."""

SURE = 0.9
"""What the likeliest two languages must have together. Two, because neighbours (Indonesian and Malay, Danish and
Norwegian) share what there is to have, while a text that is no prose spreads over many."""

ENGLISH_AT_MOST = 0.05
FUNCTION_WORDS_AT_MOST = 0.07
"""English prose has a share of 0.1 to 0.25 of the words below, whatever names stand between them."""

_ENGLISH_ALONE = (
    "the of and with from that which who said says been were its their they this these would could"
)
"""Frequent English words that other languages hardly have; not "to", "for", "at", which are Danish, too."""

_FUNCTION_WORDS = frozenset(_ENGLISH_ALONE.split())
_NO_OTHER_LANGUAGE = ("en", "pcm", "zxx")
"""English, the pidgin that terse English is taken for, and "no linguistic content"."""

_SAMPLE = 2_000  # characters from either end: a preamble in another language decides nothing


def other_language(text: str) -> str | None:
    """The ISO 639 code of the language that a text is surely in; None for English and wherever there is doubt."""
    sample = text if len(text) <= 2 * _SAMPLE else f"{text[:_SAMPLE]}\n{text[-_SAMPLE:]}"
    letters = "".join(filter(str.isalpha, sample))
    if len(letters.encode("utf-8", "replace")) < LETTER_BYTES_NEEDED:
        return None
    if _function_word_share(sample) > FUNCTION_WORDS_AT_MOST:
        return None
    ranking = _identifier().rank(sample)
    (first, first_share), (_, second_share) = ranking[:2]
    english = sum(share for language, share in ranking if language in _NO_OTHER_LANGUAGE)
    if first in _NO_OTHER_LANGUAGE or round(english, 2) > ENGLISH_AT_MOST:
        return None
    return str(first) if round(first_share + second_share, 2) >= SURE else None


def _function_word_share(sample: str) -> float:
    words = sample.lower().split()
    return sum(word in _FUNCTION_WORDS for word in words) / max(len(words), 1)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The identifier of this process, loaded when the first text needs it (0.7 s)."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
