"""Rebuild the months of a release that an arrival, a correction or a takedown changes.

In: the latest version, the articles that arrived, what is to be forgotten, the extraction cache. Out: table files in
the run's workspace, and the list of the parent's files that stay as they are. Needs the store's lock: what is built
follows the latest version.

A release is a function of the current articles and the code. Tables that come from articles are split by month of
publication, so a month is rebuilt when the set of its articles changed, or the story of one of them; the aggregates of
a period read the months of publication of the period and the one after (fresh events reach one month back, and copies
a week ahead), so a changed month M rebuilds the periods M-1 and M. In a month, rows are made anew for the articles that
changed; the others keep the parent's. New code makes everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.actors import Actors
from schemas.appearances import Appearances
from schemas.articles import Articles
from schemas.context_periods import ContextPeriods
from schemas.country_periods import CountryPeriods
from schemas.dyads import Dyads
from schemas.manifest import SCHEMA_VERSION
from schemas.months import month_after, month_before
from schemas.quality_periods import QualityPeriods
from schemas.quarantine import Quarantine
from schemas.stories import Stories
from schemas.tables import EXTRACTED, TABLES, empty, key_of, name_of, polars_schema
from tasks.aggregate import actors_of, context_periods_of, country_periods_of, dyads_of, left_out, placed
from tasks.article_files import (
    article_file_month,
    current_articles,
    scan_article_files,
    time_of_publication,
    with_texts,
)
from tasks.durable import sha256_of
from tasks.parquet_files import scan_files, write_parquet
from tasks.progress import report_progress
from tasks.quality import Measures, added, measured_in
from tasks.quality_periods import quality_periods_of
from tasks.refusal_files import read_refusals, write_refusals
from tasks.release import scan_table
from tasks.stories import STORY_SCHEMA, stories_after, stories_of, story_columns
from tasks.validate import validate
from tasks.version_files import StagedPrivate, StagedTable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from schemas.manifest import FileEntry, Manifest, PrivateFile
    from schemas.refusal import Refusal
    from tasks.extract.shards import ExtractionCache
    from tasks.store import Store
    from tasks.takedowns import Forgotten

BY_PUBLICATION = [name_of(Articles), name_of(Appearances), *map(name_of, EXTRACTED)]
_PLACED_BY = ["article_id", "event_id", "status", "event_date", "date_precision"]
BY_PERIOD = [name_of(Stories), name_of(Dyads), name_of(CountryPeriods), name_of(ContextPeriods)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """What, besides the articles, decides the rows of a release; where it differs, everything is rebuilt."""

    code_version: str
    extractor_version: str
    with_text: bool
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """What a run rebuilds, and what of it is built so far.

    Attributes:
        parent: The version that it follows.
        articles: The file of all current articles without their texts, with `month`, `story_id`, `duplicate_of`, and
            `is_changed`: whether their rows are to be made anew.
        article_files: Every file of private articles that counts from now on, those of this run included.
        private: The files of this run among them.
        replaced: Files of the parent's texts in which something had to be forgotten; `private` has the rest of them.
        takedowns: What the new version does not hold.
        months: Months of publication to rebuild, sorted; a month may have no article left.
        tables: New table files.
        refusals: Files of what was refused in this run.
        left_out: Events of the new version that `dyads` does not count as events, by reason.
        articles_rebuilt: Articles whose rows were made anew.
        articles_lost: Those among them that could not be extracted or broke a rule.
        measures: What quality checks count in these rows.
    """

    parent: Manifest | None
    articles: Path
    article_files: tuple[Path, ...]
    private: tuple[StagedPrivate, ...]
    months: tuple[str, ...]
    replaced: tuple[PrivateFile, ...] = ()
    takedowns: tuple[str, ...] = ()
    tables: tuple[StagedTable, ...] = ()
    refusals: tuple[Path, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    articles_rebuilt: int = 0
    articles_lost: int = 0
    measures: Measures = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether the next version would be the latest one."""
        return not self.months and (self.parent is None or self.parent.takedowns == self.takedowns)

    @property
    def periods(self) -> tuple[str, ...]:
        """Months whose aggregates are rebuilt."""
        return tuple(sorted({*self.months, *map(month_before, self.months)}))

    @property
    def rows_by_table(self) -> dict[str, int]:
        """Rows of each table in the new version: of the new files and of those that stay."""
        files: list[StagedTable | FileEntry] = [*self.tables, *self.kept]
        return {
            name: sum(file.rows for file in files if file.table == name)
            for name in sorted({file.table for file in files})
        }

    def refused_by_reason(self) -> dict[str, int]:
        """What this run's extraction and validation refused, by table (if it is of one) and reason."""
        rows = read_refusals([path for path in self.refusals if path.exists()])
        words = pl.concat_str([pl.col("table") + pl.lit(": "), pl.col("reason")], ignore_nulls=True)
        return dict(sorted(rows.select(words.alias("why"))["why"].value_counts().iter_rows()))

    @property
    def kept(self) -> tuple[FileEntry, ...]:
        """The parent's table files that stay."""
        rebuilt = {(table, month) for table in BY_PUBLICATION for month in self.months}
        rebuilt |= {(table, period) for table in BY_PERIOD for period in self.periods}
        files = self.parent.files if self.parent else ()
        return tuple(f for f in files if f.month is not None and (f.table, f.month) not in rebuilt)

    @property
    def kept_private(self) -> tuple[PrivateFile, ...]:
        """The parent's files of texts that stay."""
        files = self.parent.private_files if self.parent else ()
        return tuple(file for file in files if file not in self.replaced)


def known_articles(store: Store, parent: Manifest | None) -> tuple[Path, ...]:
    """The files of private articles that a version is made of."""
    return tuple(store.private_path_of(file) for file in parent.private_files) if parent else ()


def plan_rebuild(
    store: Store,
    arrivals: Path,
    *,
    makers: Makers,
    cache: ExtractionCache,
    forgotten: Forgotten,
    workspace: Path,
) -> Rebuild:
    """What to rebuild, given the latest version, the file of arriving articles, and what is to be forgotten."""
    parent = store.latest()
    arriving = scan_files([arrivals]).filter(~forgotten.is_met).collect()
    replaced = tuple(files_to_forget_in(store, parent, forgotten))
    remaining = (texts_without(store.private_path_of(file), forgotten) for file in replaced)
    private = tuple(split_by_month(pl.concat([arriving, *remaining]), workspace / "private"))
    plan = Rebuild(
        parent=parent,
        articles=workspace / "articles.parquet",
        article_files=(),
        private=private,
        months=(),
        replaced=replaced,
        takedowns=forgotten.takedowns,
    )
    stays = tuple(store.private_path_of(file) for file in plan.kept_private)
    plan = replace(plan, article_files=(*stays, *(file.path for file in private)))
    before, after = _shown(known_articles(store, parent)), _shown(plan.article_files)
    is_remade = parent is not None and _makers_of(parent) != makers
    came = after if is_remade else _not_in(after, before)
    went = before if is_remade else _not_in(before, after)
    if came.is_empty() and went.is_empty():
        return plan
    told = originals_in(store, None if is_remade else parent)
    placed_anew = story_columns(stories_of_articles(plan.article_files, _readable(after, cache), told))
    changed = {*came["article_id"], *_not_in(placed_anew, story_columns(told))["article_id"]}
    articles = after.join(placed_anew, on="article_id", how="left", maintain_order="left").with_columns(
        is_changed=pl.col("article_id").is_in(sorted(changed))
    )
    write_parquet(articles, plan.articles)
    months = {*articles.filter("is_changed")["month"], *went["month"]}
    return replace(plan, months=tuple(sorted(months)))


def rebuild_months(
    plan: Rebuild, store: Store, cache: ExtractionCache, *, workspace: Path, with_text: bool = False
) -> Rebuild:
    """Write the tables of each month: rows of articles that stay as they are, and validated ones of the others.

    Raises:
        StaleParentError: An article has not been extracted, because another run with another extractor published.
        tasks.validate.BrokenTableError: A table has wrong columns.
    """
    tables: list[StagedTable] = []
    refused: list[Refusal] = []
    measures: list[Measures] = []
    rebuilt = lost = 0
    for number, month in enumerate(plan.months, start=1):
        articles = scan_files([plan.articles]).filter(pl.col("month") == month).collect()
        if articles.height:
            changed = _with_texts(plan.article_files, articles.filter("is_changed"))
            validated = validate(changed, cache.read(changed["article_id"].to_list()), with_text=with_text)
            refused.extend(validated.refused)
            measures.append(measured_in(validated))
            rebuilt += changed.height
            lost += changed.height - validated.tables[name_of(Articles)].height
            for name in BY_PUBLICATION:
                same = _rows_of(plan, store, name, month, articles.filter(~pl.col("is_changed")))
                rows = pl.concat([same, validated.tables[name]]).sort(key_of(TABLES[name]))
                tables.append(write_table(workspace, name, month, rows))
        report_progress("validate", number, len(plan.months))
    refusals = workspace / "refused-by-validation.parquet"
    write_refusals(refusals, refused)
    return replace(
        plan,
        tables=(*plan.tables, *tables),
        refusals=(*plan.refusals, refusals),
        articles_rebuilt=rebuilt,
        articles_lost=lost,
        measures=added(measures),
    )


def rebuild_aggregates(plan: Rebuild, store: Store, *, workspace: Path) -> Rebuild:
    """Write the aggregates of each period that changed, and the actors of the whole store."""
    tables: list[StagedTable] = []
    for number, period in enumerate(plan.periods, start=1):
        months = [period, month_after(period)]
        events = _read(plan, store, "events", months)
        participants = _read(plan, store, "participants", months)
        articles = _read(plan, store, "articles", months)
        in_period = placed(events, articles).filter(pl.col("period").dt.strftime("%Y-%m") == period)
        for table, rows in (
            (Stories, stories_of(articles).filter(_month("first_published_date") == period)),
            (Dyads, dyads_of(in_period, participants)),
            (CountryPeriods, country_periods_of(in_period, participants)),
            (ContextPeriods, context_periods_of(in_period)),
        ):
            if rows.height:
                tables.append(write_table(workspace, name_of(table), period, rows))
        report_progress("aggregate", number, len(plan.periods))
    everything = actors_of(*(_scan(plan, store, table) for table in ("mentions", "participants", "articles")))
    tables.append(write_table(workspace, name_of(Actors), None, everything))
    built = replace(plan, tables=(*plan.tables, *tables))
    events = _scan(built, store, "events").select(_PLACED_BY).collect()
    participants = _scan(built, store, "participants").select("event_id", "role", "code").collect()
    articles = _scan(built, store, "articles").select("article_id", "published_date").collect()
    return replace(built, left_out=left_out(placed(events, articles), participants))


def add_quarantine(
    plan: Rebuild, refusals: Sequence[Path], *, workspace: Path, without: Collection[str] = ()
) -> Rebuild:
    """Write the table `quarantine`: all refusals of the store, this run's included, but those that quote what is forgotten."""
    there = [path for path in (*refusals, *plan.refusals) if path.exists()]
    is_gone = pl.col("refusal_id").is_in(sorted(without))
    rows = read_refusals(there).filter(~is_gone).select(list(polars_schema(Quarantine)))
    return replace(plan, tables=(*plan.tables, write_table(workspace, name_of(Quarantine), None, rows)))


def add_quality_periods(plan: Rebuild, store: Store, *, workspace: Path) -> Rebuild:
    """Write the table `quality_periods` of the whole store; comes last, since it counts the quarantine, too."""
    rows = quality_periods_of(
        *(
            _scan(plan, store, table)
            for table in ("articles", "events", "uncertain_events", "participants", "quarantine")
        )
    )
    return replace(plan, tables=(*plan.tables, write_table(workspace, name_of(QualityPeriods), None, rows)))


def files_to_forget_in(store: Store, parent: Manifest | None, forgotten: Forgotten) -> Iterator[PrivateFile]:
    """The files of a version's texts that hold something which its takedowns do not know of yet."""
    if parent is None or parent.forgotten.issuperset(forgotten.takedowns):
        return
    yield from (file for file in parent.private_files if _meets(store.private_path_of(file), forgotten))


@lru_cache(maxsize=100_000)  # versions share these files, which never change
def _meets(path: Path, forgotten: Forgotten) -> bool:
    records = scan_article_files([path]).filter(forgotten.is_met)
    return bool(records.select(pl.len()).collect().item())


def texts_without(path: Path, forgotten: Forgotten) -> pl.DataFrame:
    """The records of a file with texts, less what is to be forgotten."""
    return scan_article_files([path]).filter(~forgotten.is_met).collect()


def originals_in(store: Store, parent: Manifest | None) -> pl.DataFrame:
    """The original of each article in a version (`tasks.stories.STORY_SCHEMA`)."""
    if parent is None:
        return pl.DataFrame(schema=STORY_SCHEMA)
    original = pl.coalesce("duplicate_of", "article_id").alias("original")
    return scan_table(store, parent, "articles").select("article_id", "published_at", original).collect()


def stories_of_articles(
    article_files: Sequence[Path], articles: pl.DataFrame, told: pl.DataFrame
) -> pl.DataFrame:
    """The original of each article (`tasks.stories.STORY_SCHEMA`).

    Args:
        article_files: Where their texts are.
        articles: All articles: `article_id`, `published_at`, `title` and `month`.
        told: What the version before said, empty to decide about all.
    """
    known = articles.select("article_id", "published_at", "title", "month")
    return stories_after(told, known, with_texts=partial(_with_texts, article_files))


def split_by_month(records: pl.DataFrame, folder: Path) -> Iterable[StagedPrivate]:
    """Write records into one private file for each month of publication."""
    for part in records.with_columns(month=_month("published_date")).partition_by(
        "month", maintain_order=True
    ):
        month = part["month"][0]
        path = folder / f"month={month}" / "articles.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(part.drop("month"), path)
        # Named by content: another record of the same articles is another file.
        destination = f"articles/month={month}/{sha256_of(path)[:20]}.parquet"
        yield StagedPrivate(destination=destination, path=path, rows=part.height)


def write_table(workspace: Path, table: str, month: str | None, rows: pl.DataFrame) -> StagedTable:
    """Write a table, or a month of one, as a new file in a run's workspace."""
    path = workspace / "tables" / table / f"{month or 'all'}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    # As one chunk: polars makes a chunk for each of its threads and cuts row groups where chunks end, so that a large
    # file would depend on the number of cores.
    write_parquet(rows.rechunk(), path)
    return StagedTable(table=table, month=month, path=path, rows=rows.height)


def _makers_of(manifest: Manifest) -> Makers:
    made = manifest.provenance
    return Makers(
        code_version=made.code_version,
        extractor_version=made.extractor_version,
        with_text=bool(made.settings.get("with_text")),
        schema_version=manifest.schema_version,
    )


def _shown(article_files: Sequence[Path]) -> pl.DataFrame:
    """What a release shows of its articles besides their texts, which the ids stand for."""
    current = current_articles(scan_article_files(article_files).drop("text"))
    return current.with_columns(_month("published_date").alias("month")).collect()


def _not_in(ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows of one frame that another does not have, to the last column."""
    return ones.join(others, on=ones.columns, how="anti", nulls_equal=True)


def _rows_of(plan: Rebuild, store: Store, table: str, month: str, articles: pl.DataFrame) -> pl.DataFrame:
    """The parent's rows of some articles of a month; they were validated when they were made."""
    if plan.parent is None or articles.is_empty():
        return empty(TABLES[table])
    rows = scan_table(store, plan.parent, table, [month])
    return rows.join(articles.lazy().select("article_id"), on="article_id", how="semi").collect()


def _month(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m")


def _readable(current: pl.DataFrame, cache: ExtractionCache) -> pl.DataFrame:
    """Current articles as the table `articles` has them: published at midnight where only the day is known.

    Those that could not be extracted are left out; they are in no release.
    """
    failed = cache.index().filter(pl.col("failed"))
    readable = current.join(failed, on="article_id", how="anti", maintain_order="left")
    return readable.with_columns(time_of_publication())


def _with_texts(article_files: Sequence[Path], articles: pl.DataFrame) -> pl.DataFrame:
    """Articles with their texts, from the files of their months alone."""
    months = set(articles["month"])
    files = [path for path in article_files if article_file_month(path) in months]
    return with_texts(articles, scan_article_files(files))


def _read(plan: Rebuild, store: Store, table: str, months: Sequence[str]) -> pl.DataFrame:
    return _scan(plan, store, table, months).collect()


def _scan(plan: Rebuild, store: Store, table: str, months: Sequence[str] | None = None) -> pl.LazyFrame:
    """A table as it will be in the new version: this run's files and the parent's that stay."""
    new = [(file.month, file.path) for file in plan.tables if file.table == table]
    kept = [
        (file.month, store.path_of(file, plan.parent.version))
        for file in plan.kept
        if plan.parent and file.table == table
    ]
    paths = [path for month, path in (*new, *kept) if months is None or month in months]
    return scan_files(paths, polars_schema(TABLES[table]))
