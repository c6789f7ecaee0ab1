"""Files of accepted articles with their full texts: the private side of a store.

Grain: one row per record that was accepted. The same article can stand in several rows (the same text under two ids,
an old version and its correction); `current_articles` says which row speaks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.article import Article
from schemas.identity import content_hash, id_of, identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

ARTICLE_FILE_SCHEMA = pl.Schema(
    {
        "article_id": pl.String(),
        "source_identity": pl.String(),
        "content_hash": pl.String(),
        "published_date": pl.Date(),
        "published_at": pl.Datetime("us", "UTC"),
        "updated_at": pl.Datetime("us", "UTC"),
        "source_id": pl.String(),
        "source_uri": pl.String(),
        "source_name": pl.String(),
        "title": pl.String(),
        "text": pl.String(),
        "declared_count": pl.Int64(),
        "has_own_id": pl.Boolean(),
        "repairs": pl.List(pl.String),
    }
)
"""`origin` is left out: where detente read an article is nothing that a store depends on."""

_RECORD_ORDER = [
    "source_uri",
    "source_name",
    "source_id",
    "title",
    "published_at",
    "declared_count",
    "has_own_id",
    "repairs",
]
"""All in which two records of one article can differ, besides `updated_at`."""


def article_frame(articles: Iterable[Article]) -> pl.DataFrame:
    """Articles as rows of an article file."""
    return pl.DataFrame([_row(article) for article in articles], schema=ARTICLE_FILE_SCHEMA)


def articles_of(frame: pl.DataFrame) -> Iterator[Article]:
    """The articles of an article file's rows, in their order."""
    for row in frame.drop("article_id", "source_identity", "content_hash").iter_rows(named=True):
        yield Article(**{**row, "repairs": tuple(row["repairs"])})


def scan_article_files(paths: Sequence[Path]) -> pl.LazyFrame:
    """All rows of some article files."""
    if not paths:
        return pl.LazyFrame(schema=ARTICLE_FILE_SCHEMA)
    return pl.scan_parquet(list(paths), hive_partitioning=False, glob=False)


def current_articles(records: pl.LazyFrame) -> pl.LazyFrame:
    """One row per article that a release holds: corrections and repeated records are folded.

    Of the records with one source identity the latest `updated_at` wins, then the larger content hash; a record
    without `updated_at` is older than any with. Of the records of one article the latest speaks, then the least in a
    fixed order, in which what is said comes before what is not.
    Both are maxima over a set, so the result does not depend on the order of arrival.
    """
    one_per_article = records.sort(
        "article_id",
        pl.col("updated_at").is_null(),
        -pl.col("updated_at").dt.epoch("us"),
        *_RECORD_ORDER,
        nulls_last=True,
    ).unique("article_id", keep="first", maintain_order=True)
    identity = pl.coalesce("source_identity", "article_id")
    return (
        one_per_article.with_columns(identity.alias("_identity"))
        .sort("_identity", "updated_at", "content_hash", nulls_last=False)
        .unique("_identity", keep="last", maintain_order=True)
        .drop("_identity")
        .sort("published_date", "article_id")
    )


def read_articles_of(records: pl.LazyFrame, chosen: pl.LazyFrame) -> pl.DataFrame:
    """Current articles with their texts.

    The texts of others are never read. Fold without the texts first, choose from that, then read: of a million
    articles a run needs a few.

    Args:
        records: All rows of the article files.
        chosen: `article_id`s of current articles.
    """
    return current_articles(records.join(chosen.select("article_id"), on="article_id", how="semi")).collect()


def _row(article: Article) -> dict[str, object]:
    return {
        "article_id": id_of(article),
        "source_identity": identity_of(article),
        "content_hash": content_hash(article.title, article.text, article.published_date),
        **{
            name: getattr(article, name)
            for name in ARTICLE_FILE_SCHEMA
            if name not in {"article_id", "source_identity", "content_hash", "repairs"}
        },
        "repairs": list(article.repairs),
    }
