"""The stage `ingest`: read the sources, decide about each article, write down what arrives.

In: sources as the user names them, and the article files of the store's latest version. Out: one file of arriving
articles and one of refusals, in the run's workspace. Nothing of the store is changed here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import polars as pl

from tasks.article_files import article_frame, latest_versions
from tasks.ingest.accept import AcceptedArticle, decide
from tasks.ingest.sources import find_files, read_file
from tasks.parquet_files import write_parquet
from tasks.refusal_files import write_refusals
from tasks.takedowns import NOTHING_FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions
    from tasks.takedowns import Forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What came in.

    Attributes:
        articles: The file of articles that the store does not hold in this form (`tasks.article_files`).
        refusals: The file of refusals; it is not there if nothing was refused.
        counts: `files`, `read`, and what became of what was read: `accepted`, `unchanged`, `corrections`,
            `superseded`, `appearances`, `forgotten`, `passed_over`, `refused` (they sum to `read`); `repaired` of the accepted.
        refused_by_reason: The refused, by reason.
    """

    articles: Path
    refusals: Path
    counts: Mapping[str, int]
    refused_by_reason: Mapping[str, int]


def ingest(
    sources: Sequence[str],
    known: pl.LazyFrame,
    *,
    options: IngestOptions,
    workspace: Path,
    forgotten: Forgotten = NOTHING_FORGOTTEN,
) -> Arrivals:
    """Read the sources and write down what arrives.

    Args:
        sources: Files, folders and patterns.
        known: Rows of the store's article files.
        options: How to read, and what to refuse.
        workspace: The run's folder.
        forgotten: What the store has been told to forget.

    Raises:
        tasks.ingest.sources.SourceError: A source stands for no file.
    """
    files = find_files(sources, allow_empty_folders=options.allow_empty_folders)
    # Now, since a purge may replace these files while the sources are read.
    in_store = known.drop("text").collect()
    read = (outcome for file in files for outcome in read_file(file, options=options))
    decisions = decide(read, _accepted(in_store.lazy()), forgotten=forgotten).within(options.months)
    # Also of articles that the store has, if this record of them says something else (another id or address of the
    # same text): which record speaks for an article must not depend on which came first.
    arriving = article_frame(
        version.article
        for version in (
            *decisions.new,
            *decisions.corrections,
            *decisions.unchanged,
            *decisions.appearances,
        )
    ).unique()
    keys = [name for name in arriving.columns if name != "text"]  # the ids stand for it
    if options.months:
        arriving = arriving.filter(options.months.hold(pl.col("published_date")))
    arriving = arriving.join(in_store.select(keys), on=keys, how="anti", nulls_equal=True)
    arriving = arriving.sort("published_date", "article_id", *keys)
    articles = workspace / "arrivals.parquet"
    write_parquet(arriving, articles)
    refusals = workspace / "refused-by-ingest.parquet"
    write_refusals(refusals, (_of_run(refusal, options) for refusal in decisions.refused))
    return Arrivals(
        articles=articles,
        refusals=refusals,
        counts={
            "files": len(files),
            **decisions.counts,
            "repaired": sum(bool(v.article.repairs) for v in (*decisions.new, *decisions.corrections)),
        },
        refused_by_reason=decisions.refused_by_reason,
    )


def _of_run(refusal: Refusal, options: IngestOptions) -> Refusal:
    """A refusal with the source and the day of the run where the input tells none."""
    return replace(
        refusal,
        source_name=refusal.source_name or options.default_source,
        day=refusal.day or options.as_of,
    )


def _accepted(known: pl.LazyFrame) -> list[AcceptedArticle]:
    columns = [field.name for field in fields(AcceptedArticle)]
    return [AcceptedArticle(**row) for row in latest_versions(known).select(columns).collect().to_dicts()]
