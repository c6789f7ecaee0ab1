"""The stage `validate`: every row against the contract of its table.

In: the articles of a month and their cached extractions. Out: the month's valid tables, and a refusal for each row
that breaks a rule. A row that fails is refused, together with the rows that refer to it; a table with wrong columns
is our own fault and stops the run.

The rules are those that `schemas/` declares: dtypes, nulls, ranges and code lists (checked by pandera), words that
quote the article to the character, references from one table to another, and keys: of the rows that keep all other
rules and share a key, the first in the order of the text stays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandera.polars as pa
import polars as pl

from schemas.appearances import Appearances
from schemas.articles import Articles
from schemas.refusal import Refusal
from schemas.tables import EXTRACTED, contract_of, key_of, name_of, polars_schema
from tasks.article_files import time_of_publication
from tasks.extract.shards import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.columns import Table

_ROW = "_row"
_CHECK = "_check"
_PANDERA_KEY_CHECK = "multiple_fields_uniqueness"


class BrokenTableError(RuntimeError):
    """A table does not have the columns that its schema declares; no row of it can be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The valid rows of every table that comes from articles, sorted by key, and what was refused."""

    tables: Mapping[str, pl.DataFrame]
    refused: tuple[Refusal, ...]


def validate(articles: pl.DataFrame, extracted: pl.DataFrame, *, with_text: bool = False) -> Validated:
    """Check the articles of a month and all that was found in them.

    Args:
        articles: Current articles (`tasks.article_files`), with `story_id` and `duplicate_of`.
        extracted: Their rows of the extraction cache.
        with_text: Release the full texts as well.

    Raises:
        BrokenTableError: A table has wrong columns.
    """
    texts = articles.select("article_id", "text")
    failed = extracted.filter(pl.col("error").is_not_null()).select("article_id", "error")
    refused = [_failed_extraction(*row) for row in failed.iter_rows()]
    readable = articles.join(failed, on="article_id", how="anti", maintain_order="left")
    tables: dict[str, pl.DataFrame] = {}
    candidates: dict[type[Table], pl.DataFrame] = {
        Articles: _article_rows(readable, with_text=with_text),
        Appearances: _appearances(readable),
        **{table: _with_lent_columns(table, table_of(extracted, table), articles) for table in EXTRACTED},
    }
    for table, found in candidates.items():
        tables[name_of(table)], failures = check(table, found, texts=texts, valid=tables)
        refused.extend(failures)
    for table in candidates:
        tables, failures = _without_needy(table, tables)
        refused.extend(failures)
    return Validated(tables=tables, refused=tuple(_with_articles(refused, articles)))


def check(
    table: type[Table], rows: pl.DataFrame, *, texts: pl.DataFrame, valid: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[Refusal]]:
    """Split rows into those that keep the table's contract, sorted by key, and refusals of the others.

    Args:
        table: The table.
        rows: Its candidate rows.
        texts: article_id and text of every article that may be quoted.
        valid: The valid rows of the tables that this one refers to.

    Raises:
        BrokenTableError: The columns are wrong.
    """
    numbered = rows.with_row_index(_ROW)
    failures = pl.concat(
        [
            _schema_failures(table, rows),
            *(_reference_failures(numbered, column, valid[of]) for column, of in _references(table)),
            *(_quote_failures(numbered, texts, *columns) for columns in contract_of(table).get("quotes", ())),
        ]
    )
    sound = numbered.join(failures, on=_ROW, how="anti", maintain_order="left")
    failures = pl.concat([failures, _repeated_keys(sound, key_of(table))])
    first = failures.sort(_ROW, _CHECK).unique(_ROW, keep="first", maintain_order=True)
    refused = [
        _failed_check(name_of(table), row)
        for row in numbered.join(first, on=_ROW, how="inner", maintain_order="left").drop(_ROW).to_dicts()
    ]
    kept = numbered.join(first, on=_ROW, how="anti").drop(_ROW)
    return kept.sort(key_of(table)), refused


def _without_needy(
    table: type[Table], tables: dict[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], list[Refusal]]:
    """Refuse rows that lack a row in a table that they need, and drop what refers to them."""
    name, key, needs = name_of(table), key_of(table), contract_of(table).get("needs", ())
    rows = tables[name]
    lacking = pl.concat(
        [
            rows.join(tables[needed], on=key, how="anti").with_columns(pl.lit(f"no {needed}").alias(_CHECK))
            for needed in needs
        ]
        or [rows.clear().with_columns(pl.lit("").alias(_CHECK))]
    ).unique(key, keep="first", maintain_order=True)
    if lacking.is_empty():
        return tables, []
    gone = lacking.select(key)
    kept = {
        other: frame.join(gone, on=key, how="anti", maintain_order="left")
        if other == name or other in needs
        else frame
        for other, frame in tables.items()
    }
    return kept, [_failed_check(name, row) for row in lacking.to_dicts()]


def _article_rows(articles: pl.DataFrame, *, with_text: bool) -> pl.DataFrame:
    return articles.with_columns(
        pl.lit("en").alias("language"),
        time_of_publication(),
        _word_count().alias("word_count"),
        text=pl.col("text") if with_text else pl.lit(None, dtype=pl.String),
    ).select(list(polars_schema(Articles)))


def _appearances(articles: pl.DataFrame) -> pl.DataFrame:
    addresses = articles.select("article_id", source_uri="other_addresses")
    return addresses.explode("source_uri", empty_as_null=False).drop_nulls("source_uri")


def _with_lent_columns(table: type[Table], rows: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table with what their articles say of them (`schemas.columns.Contract.of_article`)."""
    lent = contract_of(table).get("of_article", ())
    if not lent:
        return rows
    lenders = articles.select("article_id", *lent).unique("article_id", keep="first", maintain_order=True)
    joined = rows.join(lenders, on="article_id", how="left", maintain_order="left")
    return joined.select(list(polars_schema(table)))


def _with_articles(refused: Sequence[Refusal], articles: pl.DataFrame) -> Iterator[Refusal]:
    """Refusals with the source and the day of the article that they name as their origin."""
    origins = sorted({refusal.origin for refusal in refused})
    named = articles.filter(pl.col("article_id").is_in(origins))
    told = {
        key: told for key, *told in named.select("article_id", "source_name", "published_date").iter_rows()
    }
    for refusal in refused:
        source_name, day = told.get(refusal.origin, (None, None))
        yield replace(refusal, source_name=source_name, day=day)


def _word_count() -> pl.Expr:
    return pl.col("text").str.count_matches(r"\S+").cast(pl.Int64)


def _references(table: type[Table]) -> list[tuple[str, str]]:
    return sorted(contract_of(table).get("references", {}).items())


def _schema_failures(table: type[Table], rows: pl.DataFrame) -> pl.DataFrame:
    try:
        table.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        # pandera would refuse every row of a repeated key; `_repeated_keys` keeps the first.
        cases = errors.failure_cases.filter(pl.col("check").ne_missing(_PANDERA_KEY_CHECK))
    else:
        return _no_failures()
    broken = cases.filter(pl.col("index").is_null())
    if broken.height:
        found = ", ".join(f"{row['check']} ({row['column']})" for row in broken.to_dicts())
        raise BrokenTableError(f"Table {name_of(table)} does not match its schema: {found}.")
    failures: pl.DataFrame = cases.select(
        pl.col("index").cast(pl.UInt32).alias(_ROW),
        pl.concat_str("column", pl.lit(": "), "check").alias(_CHECK),
    )
    return failures


def _repeated_keys(sound: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    repeated = sound.filter(~pl.struct(key).is_first_distinct())
    return repeated.select(_ROW, pl.lit(f"{', '.join(key)}: the key of an earlier row").alias(_CHECK))


def _reference_failures(numbered: pl.DataFrame, column: str, target: pl.DataFrame) -> pl.DataFrame:
    known = target.select(column).drop_nulls().unique()
    return (
        numbered.filter(pl.col(column).is_not_null())
        .join(known, on=column, how="anti")
        .select(_ROW, pl.lit(f"{column}: refers to nothing").alias(_CHECK))
    )


def _quote_failures(
    numbered: pl.DataFrame, texts: pl.DataFrame, start: str, end: str, words: str
) -> pl.DataFrame:
    length = pl.col(end) - pl.col(start)
    is_quote = (pl.col("_text").str.slice(pl.col(start), length) == pl.col(words)) & (
        pl.col(words).str.len_chars() == length  # a slice past the end of the text is shorter
    )
    return (
        numbered.filter((pl.col(start) >= 0) & (pl.col(end) > pl.col(start)))
        .select(_ROW, "article_id", start, end, words)
        .join(texts.rename({"text": "_text"}), on="article_id", how="inner")
        .filter(~is_quote)
        .select(_ROW, pl.lit(f"{words}: not the article's words at {start}").alias(_CHECK))
    )


def _no_failures() -> pl.DataFrame:
    return pl.DataFrame(schema={_ROW: pl.UInt32, _CHECK: pl.String})


def _failed_check(table: str, row: dict[str, object]) -> Refusal:
    detail = f"The row breaks a rule of its table: {row.pop(_CHECK)}."
    return Refusal(
        stage="validate",
        table=table,
        reason="failed_check",
        detail=detail,
        origin=str(row["article_id"]),
        value=json.dumps(row, default=str, ensure_ascii=False, sort_keys=True),
        record=json.dumps(row, default=str, ensure_ascii=False, sort_keys=True),
    )


def _failed_extraction(article: str, error: str) -> Refusal:
    return Refusal(
        stage="extract",
        table=None,
        reason="extraction_failed",
        detail="Extraction stopped with an error; the article stays in the store and is tried again by the next version.",
        origin=article,
        value=error,
        record=None,
    )
