"""The extraction cache: Parquet files of one row per article, with the article's rows of every table nested in it.

Grain: one row per article_id and extractor version; key: article_id. A shard is written aside and renamed, so that a
file that is there is complete; a run that is killed leaves the shards that it finished, and the next run uses them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.tables import EXTRACTED, extracted_schema, name_of
from tasks.durable import written_whole
from tasks.parquet_files import scan_files, write_parquet
from tasks.store_errors import StaleParentError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from schemas.columns import Table

_log = logging.getLogger(__name__)

SHARD_SCHEMA = pl.Schema(
    {
        "article_id": pl.String(),
        "error": pl.String(),
        **{name_of(table): pl.List(pl.Struct(dict(extracted_schema(table)))) for table in EXTRACTED},
    }
)

_INDEX_SCHEMA = pl.Schema({"article_id": pl.String(), "shard": pl.String(), "failed": pl.Boolean()})


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one article gave: its rows by table, or the error that extraction stopped with."""

    article_id: str
    rows: Mapping[str, list[dict[str, Any]]]
    error: str | None = None


def write_shard(path: Path, extracted: Iterable[Extracted]) -> None:
    """Write a shard; at every moment the file is whole or not there."""
    frame = pl.DataFrame(
        [
            {
                "article_id": one.article_id,
                "error": one.error,
                **{name_of(table): one.rows.get(name_of(table), []) for table in EXTRACTED},
            }
            for one in extracted
        ],
        schema=SHARD_SCHEMA,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as aside:
        write_parquet(frame, aside)


class ExtractionCache:
    """The shards of one extractor version in a store."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder of shards; it need not exist yet."""
        self.folder = folder
        self._written: dict[Path, int] = {}
        self._index = pl.DataFrame(schema=_INDEX_SCHEMA)

    def shards(self) -> list[Path]:
        """The shards, sorted by name."""
        return sorted(self.folder.glob("*.parquet"))

    def index(self) -> pl.DataFrame:
        """Every article that has been extracted, one row per `article_id`: its `shard`, and whether it `failed`.

        A shard that cannot be read (after a failure of the disk, say) is deleted: it is a cache, and its articles are
        extracted again. A shard is read once, unless it is replaced.
        """
        written = {path: path.stat().st_mtime_ns for path in self.shards()}
        if written != self._written:
            same = [str(path) for path in written if self._written.get(path) == written[path]]
            new = [path for path in written if self._written.get(path) != written[path]]
            known = self._index.filter(pl.col("shard").is_in(same))
            self._index = pl.concat([known, self._read_index(new)]).sort("shard", maintain_order=True)
            self._written = {path: written[path] for path in written if path.exists()}
        return self._index.unique("article_id", keep="first", maintain_order=True)

    def shards_with(self, articles: Collection[str]) -> list[Path]:
        """The shards that hold any of some articles, sorted by name."""
        self.index()
        held = self._index.filter(pl.col("article_id").is_in(sorted(articles)))
        return sorted(map(Path, set(held["shard"])))

    def article_ids(self) -> set[str]:
        """Every article that has been extracted."""
        return set(self.index()["article_id"])

    def read(self, articles: Collection[str]) -> pl.DataFrame:
        """The nested rows of some articles, one row per article_id, sorted by it.

        Raises:
            StaleParentError: One of them has not been extracted: another run, with another extractor, published it.
        """
        wanted = self.index().filter(pl.col("article_id").is_in(sorted(set(articles))))
        missing = set(articles).difference(wanted["article_id"])
        if missing:
            raise StaleParentError(
                f"{len(missing)} articles of the latest version have not been extracted by this version of detente, among "
                f"them {min(missing)}: another one published meanwhile; run again"
            )
        frames = [pl.DataFrame(schema=SHARD_SCHEMA)]
        for (path,), here in wanted.group_by("shard"):
            shard = pl.read_parquet(str(path), glob=False)
            frames.append(shard.filter(pl.col("article_id").is_in(here["article_id"].to_list())))
        return pl.concat(frames).sort("article_id")

    def _read_index(self, paths: Sequence[Path]) -> pl.DataFrame:
        """The articles of some shards, all in one pass: of a store with many small releases there are thousands."""
        try:
            return _index_of(paths)
        except pl.exceptions.PolarsError:
            frames = [pl.DataFrame(schema=_INDEX_SCHEMA)]
            for path in paths:
                try:
                    frames.append(_index_of([path]))
                except pl.exceptions.PolarsError:
                    _log.warning("%s cannot be read: its articles are extracted again", path)
                    path.unlink(missing_ok=True)
            return pl.concat(frames)


def _index_of(paths: Sequence[Path]) -> pl.DataFrame:
    if not paths:
        return pl.DataFrame(schema=_INDEX_SCHEMA)
    rows = scan_files(paths, path_column="shard")
    return rows.select("article_id", "shard", failed=pl.col("error").is_not_null()).collect()


def table_of(extracted: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    """The rows of one table, un-nested from a cache's frame; in the order of article and text."""
    name = name_of(table)
    rows = extracted.select(name).explode(name, empty_as_null=False).drop_nulls(name)
    return rows.unnest(name).select(list(extracted_schema(table)))
