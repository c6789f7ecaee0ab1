"""One input or row that was refused, and why.

What belongs here: the record, its fixed words, and what makes it safe to show. Who refuses what is decided by the
stage that does it; the table that refusals end in is `schemas.quarantine`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from datetime import date

Stage = Literal["ingest", "extract", "validate"]
Reason = Literal[
    "ambiguous_column",
    "bad_date",
    "binary_file",
    "broken_csv",
    "broken_json",
    "broken_parquet",
    "duplicate_id",
    "empty",
    "extraction_failed",
    "failed_check",
    "future_date",
    "missing_text",
    "no_date",
    "not_english",
    "too_long",
    "unpaired_surrogate",
    "unreadable_file",
    "unsupported_format",
    "wrong_type",
]
REASONS: tuple[str, ...] = get_args(Reason)

MAX_VALUE_CHARACTERS = 200
_UNSEEN = {"Cc", "Cf", "Cs"}
"""Control, format (among them those that turn the direction of writing) and unpaired surrogates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that was kept out, with what is needed to see why, to mend it and to run it again.

    `detail` and `value` are made inert: whatever is handed over, they are one line each, can be printed on a terminal
    and stored as UTF-8, and `value` is at most 200 characters long.

    Attributes:
        stage: Who refused it.
        table: The table of a refused row; None for a refused input.
        reason: Why, as a fixed word; counts go by it.
        detail: Why, in a sentence for the user.
        origin: Where it came from: a path, with ":line" of a record, or ":row" in Parquet.
        value: An excerpt of what was wrong.
        record: The full raw input as text, a row as a line of JSON; None if it is binary, cannot be read or is too
            large to be kept.
        source_identity: Whose article it would have been, as far as it said so; looked at, and kept nowhere.
        source_name: Who published it, as far as it said so; of a refused row, who published its article.
        day: Its day of publication, as far as it told one that can be; of a refused row, that of its article.
    """

    stage: Stage
    table: str | None
    reason: Reason
    detail: str
    origin: str
    value: str
    record: str | None
    source_identity: str | None = None
    source_name: str | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        """Make what people will look at inert."""
        object.__setattr__(self, "detail", inert(self.detail))
        object.__setattr__(self, "value", excerpt(self.value))


def excerpt(raw: str, *, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """The first characters of a text on one inert line; "…" at the end says that there is more."""
    shown = inert(raw[:limit])
    return shown if max(len(raw), len(shown)) <= limit else shown[: limit - 1] + "…"


def inert(raw: str) -> str:
    r"""A text on one line that does nothing: white space as single spaces, what cannot be seen as \u escapes."""
    return visible(" ".join(raw.split()))


def visible(raw: str) -> str:
    r"""A text in which what cannot be seen, or would make a terminal act, stands as \u escapes; spaces stay."""
    return "".join(_visible(character) for character in raw)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
