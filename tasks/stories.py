"""Stories: which articles are near-identical copies of one dispatch, and of which one.

In: articles with the time of their publication, and their titles and texts. Out: for each the article that it is a
copy of, or itself; and the table `stories`. What does not belong here: when two articles resemble each other
(`tasks.resemblance`).

The rule: in order of (published_at, article_id) each article joins the earliest *original* of the week before that it
resembles, else it is an original. So a copy never has copies of its own, and what comes later never changes what an
earlier article is. An article that arrives late may, inside its window: what was an original becomes a copy of it,
what had joined that one looks for another, and so on. `story_of_each` decides about all articles, `stories_after` about
those that an arrival, a correction or a takedown can have touched, with the same result.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.identity import id_of, story_id
from schemas.stories import Stories
from schemas.tables import key_of, polars_schema
from tasks.resemblance import Originals, Shingles, shingles_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas.article import Article

WINDOW = timedelta(days=7)
"""As long as an event counts as fresh: what is published later is told anew."""

STORY_SCHEMA = pl.Schema(
    {"article_id": pl.String(), "published_at": pl.Datetime("us", "UTC"), "original": pl.String()}
)
"""Grain: one row per article; `original` is the article that it is a copy of, itself for an original."""

_DAYS_AT_ONCE = 7
_ARTICLES_AT_ONCE = 500
"""What is held: the texts of a week, and the words of 500 articles beside the shingles of the window's originals."""


class _Window:
    """The originals that the article whose turn it is may be a copy of.

    Time parts only articles whose times are known: one without is in the window of all that come after it.
    """

    def __init__(self) -> None:
        self._undated: Originals[str] = Originals()
        self._dated: Originals[tuple[datetime, str]] = Originals()

    def add(self, article_id: str, published_at: datetime | None, shingles: Shingles) -> None:
        """Add an original, not earlier than those that are there."""
        if published_at is None:
            self._undated.add(article_id, shingles)
        else:
            self._dated.add((published_at, article_id), shingles)

    def original_of(self, article_id: str, published_at: datetime | None, shingles: Shingles) -> str:
        """The original that an article is a copy of, or itself, which the window then holds."""
        found = self._undated.resembled_by(shingles)
        if found is None and published_at is not None:
            self._drop_before(published_at - WINDOW)
            earliest = self._dated.resembled_by(shingles)
            found = earliest[1] if earliest else None
        if found is None:
            self.add(article_id, published_at, shingles)
            return article_id
        return found

    def _drop_before(self, moment: datetime) -> None:
        while (earliest := self._dated.earliest()) is not None and earliest[0] < moment:
            self._dated.drop_earliest()


def story_of_each(articles: pl.DataFrame) -> pl.DataFrame:
    """The original of each article, one row per article in their order of publication (see STORY_SCHEMA).

    Args:
        articles: article_id, published_at (null comes first), title and text.
    """
    window = _Window()
    ordered = articles.sort("published_at", "article_id", nulls_last=False)
    rows = [
        (article_id, published_at, window.original_of(article_id, published_at, shingles))
        for article_id, published_at, shingles in _with_shingles(ordered)
    ]
    return pl.DataFrame(rows, schema=STORY_SCHEMA, orient="row")


def story_ids(articles: Sequence[Article]) -> list[str]:
    """The story_id of each article, in their order; what is an article twice is one, and told once."""
    schema = {
        "article_id": pl.String(),
        "published_at": pl.Datetime("us", "UTC"),
        "title": pl.String(),
        "text": pl.String(),
    }
    ids = [id_of(article) for article in articles]
    rows = {
        key: (key, published_at(article), article.title, article.text)
        for key, article in zip(ids, articles, strict=True)
    }
    told = story_of_each(pl.DataFrame(list(rows.values()), schema=schema, orient="row"))
    original_of = dict(told.select("article_id", "original").iter_rows())
    return [story_id(original_of[key]) for key in ids]


def published_at(article: Article) -> datetime | None:
    """When an article was published: midnight where only the day is known, None where nothing is."""
    if article.published_at or not article.published_date:
        return article.published_at
    return datetime.combine(article.published_date, time(), UTC)


def stories_after(
    before: pl.DataFrame,
    articles: pl.DataFrame,
    *,
    with_texts: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    """The original of each article of a store, given those of the version before (see STORY_SCHEMA).

    Only the texts around articles that came, went or moved are read: from the first of them on until, for the length
    of the window, every original is again what it was.

    Args:
        before: What the version before said; empty to decide about all.
        articles: All articles from now on: article_id, published_at (never null), title.
        with_texts: Adds the texts to some of these.
    """
    ordered = articles.sort("published_at", "article_id").with_columns(_day())
    same = ["article_id", "published_at"]
    kept = before.join(ordered, on=same, how="semi")
    changed = pl.concat(
        [
            ordered.join(before, on=same, how="anti").select("_day"),
            before.join(ordered, on=same, how="anti").select(_day()),
        ]
    )
    original_of: dict[str, str] = dict(kept.select("article_id", "original").iter_rows())
    days = deque(changed["_day"].unique().sort())
    while days:
        _decide_from_first(days, ordered, original_of, with_texts)
    return ordered.select(*same, pl.col("article_id").replace_strict(original_of).alias("original"))


def stories_of(articles: pl.DataFrame) -> pl.DataFrame:
    """The table `stories`.

    Args:
        articles: Rows of the table `articles`; of each story whose original is among them, all.
    """
    originals = articles.filter(pl.col("duplicate_of").is_null())
    told = articles.group_by("story_id").agg(
        first_published_date=pl.col("published_date").min(),
        last_published_date=pl.col("published_date").max(),
        articles=pl.len().cast(pl.Int64),
        sources=pl.col("source_name").drop_nulls().unique().sort(),
    )
    rows = originals.select("story_id", "article_id", "title").join(told, on="story_id")
    return rows.select(list(polars_schema(Stories))).sort(key_of(Stories))


def story_columns(stories: pl.DataFrame) -> pl.DataFrame:
    """What the table `articles` says of stories: article_id, story_id and duplicate_of, from rows of STORY_SCHEMA."""
    originals = stories["original"].unique()
    ids = {original: story_id(original) for original in originals}
    return stories.select(
        "article_id",
        pl.col("original").replace_strict(ids, return_dtype=pl.String).alias("story_id"),
        pl.when(pl.col("original") != pl.col("article_id")).then("original").alias("duplicate_of"),
    )


def _decide_from_first(
    days: deque[date],
    ordered: pl.DataFrame,
    original_of: dict[str, str],
    with_texts: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    """Decide anew from the first of some days on, as far as it can matter; the days that were reached are taken away."""
    first = days[0]
    window = _Window()
    before = ordered.filter(pl.col("_day").is_between(first - WINDOW, first, closed="left"))
    is_original = pl.Series(
        [original_of[article] == article for article in before["article_id"]], dtype=pl.Boolean
    )
    for article_id, published_at, shingles in _with_shingles(with_texts(before.filter(is_original))):
        window.add(article_id, published_at, shingles)
    day = reach = first
    while day <= reach:
        last = day + timedelta(days=_DAYS_AT_ONCE - 1)
        while days and days[0] <= last:
            reach = max(reach, days.popleft() + WINDOW)
        last = min(last, reach)
        now = ordered.filter(pl.col("_day").is_between(day, last))
        for article_id, published_at, shingles in _with_shingles(with_texts(now)):
            original = window.original_of(article_id, published_at, shingles)
            was_original = original_of.get(article_id) == article_id
            if (original == article_id) != was_original:
                reach = max(reach, published_at.astimezone(UTC).date() + WINDOW)
            original_of[article_id] = original
        day = last + timedelta(days=1)


def _with_shingles(articles: pl.DataFrame) -> Iterator[tuple[str, datetime, Shingles]]:
    """Each article with its shingles, some hundred at a time: their words take ten times the room of their shingles."""
    for some in articles.iter_slices(_ARTICLES_AT_ONCE):
        shingles = shingles_of(some.select("title", "text").iter_rows())
        yield from zip(some["article_id"], some["published_at"], shingles, strict=True)


def _day() -> pl.Expr:
    return pl.col("published_at").dt.date().alias("_day")
