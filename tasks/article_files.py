"""Files of accepted articles with their full texts: the private side of a store.

Grain: one row per record that was accepted. The same article can stand in several rows (the same text under two ids or
addresses, an old version and its correction); `current_articles` says which row speaks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.article import Article
from schemas.identity import content_hash, id_of, identity_of
from tasks.parquet_files import scan_files

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

_IDS = {"article_id", "source_identity", "content_hash"}

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
    known = [name for name in ARTICLE_FILE_SCHEMA if name not in _IDS]
    for row in frame.select(known).iter_rows(named=True):
        yield Article(**{**row, "repairs": tuple(row["repairs"])})


def scan_article_files(paths: Sequence[Path]) -> pl.LazyFrame:
    """All rows of some article files."""
    return scan_files(paths, ARTICLE_FILE_SCHEMA)


def latest_versions(records: pl.LazyFrame) -> pl.LazyFrame:
    """One row per source identity: repeated records and corrections are folded.

    - Of the records of one article the latest speaks, then the least in a fixed order, in which what is said comes
      before what is not.
    - Of the articles with one source identity the latest `updated_at` wins, then the larger content hash; one without
      `updated_at` is older than any with.

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
    )


def article_file_month(path: Path) -> str:
    """The month of publication of all articles in a file, from the folder that it lies in."""
    return path.parent.name.removeprefix("month=")


def current_articles(records: pl.LazyFrame) -> pl.LazyFrame:
    """One row per article that a release holds: its latest version, under one address.

    Of what is the same (source, title, day and text) under several addresses the shortest address is the article's,
    then the least; the others stand in the added column `other_addresses`.
    """
    address = pl.col("source_uri")
    return (
        latest_versions(records)
        .sort(address.str.len_chars(), address, "article_id")
        .group_by(same_at_any_address().alias("_same"), maintain_order=True)
        .agg(pl.all().first(), other_addresses=address.slice(1).sort())
        .drop("_same")
        .sort("published_date", "article_id")
    )


def time_of_publication() -> pl.Expr:
    """When an article was published: midnight where only the day is known."""
    midnight = pl.col("published_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.coalesce("published_at", midnight).alias("published_at")


def with_texts(articles: pl.DataFrame, records: pl.LazyFrame) -> pl.DataFrame:
    """Articles, folded without their texts, with them.

    The texts of others are never read: of a million articles a run needs a few. All records of an article have one
    text, to the character, since its id is made of it.

    Args:
        articles: Rows with `article_id`, each article once.
        records: Rows of article files, among them these articles'.
    """
    chosen = articles.lazy().select("article_id")
    texts = records.select("article_id", "text").join(chosen, on="article_id", how="semi")
    return articles.join(
        texts.unique("article_id", keep="any").collect(),
        on="article_id",
        how="left",
        maintain_order="left",
    )


def same_at_any_address() -> pl.Expr:
    """What an article with an address has in common with the same article at another one; else its id."""
    source = pl.col("source_name").fill_null("").str.normalize("NFC").str.replace_all(r"\s+", " ")
    content = pl.concat_str("content_hash", pl.lit("\x1f"), source.str.strip_chars())
    has_address = pl.col("source_uri").str.strip_chars().fill_null("") != ""
    return pl.when(has_address).then(content).otherwise("article_id")


def _row(article: Article) -> dict[str, object]:
    return {
        "article_id": id_of(article),
        "source_identity": identity_of(article),
        "content_hash": content_hash(article.title, article.text, article.published_date),
        **{name: getattr(article, name) for name in ARTICLE_FILE_SCHEMA if name not in {*_IDS, "repairs"}},
        "repairs": list(article.repairs),
    }
