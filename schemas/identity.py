"""Identity: how every id of detente is made.

An id is a short prefix that says what it names and 80 bits of BLAKE2b over its parts. Parts are joined with their
lengths, so that no two lists of parts give one string. An id depends on what it names and on nothing else: not on
the run, the order of the input, the machine or the version of the extractor.
"""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schemas.article import Article

ID_BYTES = 10  # 80 bits: a billion rows meet a collision with a chance of one in two million


def id_of(article: Article) -> str:
    """The article_id of an article in memory."""
    return article_id(
        title=article.title,
        text=article.text,
        published_date=article.published_date,
        source_identity=identity_of(article),
    )


def identity_of(article: Article) -> str | None:
    """The source identity of an article in memory."""
    return source_identity(
        source_uri=article.source_uri,
        source_name=article.source_name,
        source_id=article.source_id if article.has_own_id else None,
    )


def article_id(
    *,
    title: str,
    text: str,
    published_date: date | None,
    source_identity: str | None,
) -> str:
    """The id of an article: its source identity (None if it has none) and its normalised content."""
    return _make_id("art", [source_identity or "", content_hash(title, text, published_date)])


def content_hash(title: str, text: str, published_date: date | None) -> str:
    """A hash of what an article says: its normalised title, its day and its text to the character.

    The text is not normalised, because offsets count its characters: two layouts of one text are two articles.
    """
    day = published_date.isoformat() if published_date else ""
    return _digest([normalise(title), day, text])


def source_identity(*, source_uri: str | None, source_name: str | None, source_id: str | None) -> str | None:
    """What makes two records the same article of a source: its address, or the source's name and its own id.

    Returns:
        None if the record has neither; then only its content identifies it, and it can never be corrected.
    """
    address = (source_uri or "").strip()
    if address:
        return f"uri:{address}"
    name, own_id = normalise(source_name or ""), (source_id or "").strip()
    # To `normalise` the separator is white space, so it never occurs in a name: no two pairs give one string.
    return f"id:{name}\x1f{own_id}" if name and own_id else None


def story_id(original: str) -> str:
    """The id of a story: its original, the article that the others are copies of."""
    return _make_id("sto", [original])


def takedown_id(article: str) -> str:
    """The id of a takedown: the article that is to be forgotten."""
    return _make_id("tak", [article])


def event_id(article: str, trigger: tuple[int, int], ordinal: int) -> str:
    """The id of an event: its article, the span of its first trigger, and its place among that trigger's events.

    Type, status, date and confidence are left out on purpose: a better coder revises an event and keeps its id.

    Args:
        article: article_id.
        trigger: [start, end) of the first evidence's trigger.
        ordinal: Place among the events of the same trigger, in the order of their participants' spans.
    """
    return _make_id("evt", [article, *map(str, trigger), str(ordinal)])


def span_id(prefix: str, article: str, start: int, end: int) -> str:
    """The id of something that is named by where it stands (a quote, an amount)."""
    return _make_id(prefix, [article, str(start), str(end)])


def actor_id(*, name: str, kind: str, country: str | None) -> str:
    """The id of an actor: two mentions are one actor when name (case and spacing aside), kind and country agree."""
    return _make_id("act", [normalise(name).casefold(), kind, country or ""])


def quarantine_id(*, stage: str, table: str | None, reason: str, origin: str, value: str) -> str:
    """The id of a refusal: the same input refused again for the same reason is one row."""
    return _make_id("ref", [stage, table or "", reason, origin, value])


def item_id(
    text: str, actor: Sequence[int], recipient: Sequence[int] | None, trigger: Sequence[int] | None
) -> str:
    """The id of a labelled item of a corpus: its sentence, the spans of the pair and of the trigger, not its label."""
    return _make_id("itm", [text, *(" ".join(map(str, span or ())) for span in (actor, recipient, trigger))])


def split_of(sentence: str) -> str:
    """Whether a sentence is one to train on (four fifths) or to test on.

    Fixed by the sentence alone: it never changes sides when others are added, and all its items are on one.
    """
    return "test" if int(_digest([normalise(sentence)]), 16) % 5 == 0 else "train"


def normalise(text: str) -> str:
    """Text for comparison: NFC, runs of white space as one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _make_id(prefix: str, parts: Sequence[str]) -> str:
    return f"{prefix}_{_digest(parts)}"


def _digest(parts: Sequence[str]) -> str:
    hashed = blake2b(digest_size=ID_BYTES)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        hashed.update(len(raw).to_bytes(8, "big"))
        hashed.update(raw)
    return hashed.hexdigest()
