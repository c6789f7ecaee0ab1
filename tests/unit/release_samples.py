"""A small article with everything in it, a toy extractor, and whole runs without a language model.

The toy extractor reads sentences such as "IND warned CHN on 2025-08-09.", and is not sure of "IND perhaps warned CHN on
2025-08-09." Two articles with one text have one extraction, as with the real one, and a test can say in words what an
article should give.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.article import Article
from schemas.identity import id_of, story_id
from schemas.manifest import Provenance, RunInfo
from tasks.aggregate import actors_of, context_periods_of, country_periods_of, dyads_of, placed
from tasks.article_files import article_frame, articles_of, current_articles, scan_article_files
from tasks.extract.annotations import (
    Amount,
    DateExpression,
    Event,
    Evidence,
    Extraction,
    Mention,
    Participant,
    Quote,
)
from tasks.extract.rows import rows_of
from tasks.extract.shards import SHARD_SCHEMA, Extracted, ExtractionCache, write_shard
from tasks.publish import Published, Staged, Unchanged, publish
from tasks.quality_periods import quality_periods_of
from tasks.rebuild import (
    Makers,
    Rebuild,
    add_quality_periods,
    add_quarantine,
    known_articles,
    plan_rebuild,
    rebuild_aggregates,
    rebuild_months,
)
from tasks.refusal_files import refusal_frame
from tasks.stories import stories_of
from tasks.takedowns import forgotten_by
from tasks.validate import Validated, validate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.refusal import Refusal
    from tasks.store import Store

TEXT = "India warned China on Sunday. “We agree on that,” said Anita Rao in Delhi. It paid 2 million dollars."
PUBLISHED = date(2025, 8, 11)
MAKERS = Makers(code_version="1", extractor_version="a", with_text=False)

_TOY_SENTENCE = re.compile(
    r"(?P<actor>[A-Z]{3}) (?P<doubt>perhaps )?(?P<trigger>met|warned|aided) (?P<other>[A-Z]{3}) on (?P<day>\d{4}-\d\d-\d\d)\."
)
_TOY_TYPES = {"met": "CONSULT", "warned": "THREATEN", "aided": "AID"}
_TOY_CONTEXTS = {"met": ("diplomatic",), "warned": ("diplomatic", "military"), "aided": ()}


def article(text: str = TEXT, *, key: str = "n1", day: date = PUBLISHED, **changes: Any) -> Article:
    fields: dict[str, Any] = {
        "source_id": key,
        "title": "Envoys exchange words",
        "text": text,
        "published_date": day,
        "source_name": "Alpine Wire",
        "origin": f"{key}.jsonl:1",
    }
    return Article(**(fields | changes))


def span(words: str, text: str = TEXT) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def evidence(sentence: str, trigger: str, text: str = TEXT) -> Evidence:
    whole = span(sentence, text)
    inside = whole["start"] + sentence.index(trigger)
    return Evidence(
        start=whole["start"],
        end=whole["end"],
        sentence=sentence,
        trigger_start=inside,
        trigger_end=inside + len(trigger),
        trigger=trigger,
    )


def country(words: str, code: str, text: str = TEXT) -> Mention:
    return Mention(**span(words, text), kind="country", how="name", name=words, code=code, country=code)


INDIA, CHINA = country("India", "IND"), country("China", "CHN")
RAO = Mention(
    **span("Anita Rao"),
    kind="person",
    how="name",
    name="Anita Rao",
    code="IND",
    country="IND",
    sector="GOV",
    role="Foreign Minister",
)
DELHI = Mention(
    **span("Delhi"),
    kind="place",
    how="name",
    name="Delhi",
    country="IND",
    latitude=28.65,
    longitude=77.23,
)
WARNING = Event(
    event_type="THREATEN",
    mode=None,
    status="actual",
    event_date=date(2025, 8, 10),
    date_precision="day",
    date_source="clause",
    confidence=0.8,
    participants=(Participant(role="actor", mention=INDIA), Participant(role="recipient", mention=CHINA)),
    evidence=(evidence("India warned China on Sunday.", "warned"),),
    contexts=("diplomatic", "military"),
)
PAYMENT = replace(
    WARNING,
    event_type="AID",
    confidence=0.2,
    evidence=(evidence("It paid 2 million dollars.", "paid"),),
    contexts=("economic",),
)
EXTRACTION = Extraction(
    mentions=(INDIA, CHINA, RAO, DELHI),
    events=(WARNING,),
    quotes=(
        Quote(
            **span("“We agree on that,”"), kind="direct", speaker_text="Anita Rao", speaker=RAO, cue="said"
        ),
    ),
    amounts=(Amount(**span("2 million dollars"), kind="money", value=2e6, unit="USD", currency="USD"),),
    dates=(
        DateExpression(
            **span("Sunday"),
            type="DATE",
            value="2025-08-10",
            earliest=date(2025, 8, 10),
            latest=date(2025, 8, 10),
        ),
    ),
    uncertain=(PAYMENT,),
)


def shard_frame(extracted: Sequence[Extracted]) -> pl.DataFrame:
    """What a cache gives for these articles."""
    rows = [{"article_id": one.article_id, "error": one.error, **one.rows} for one in extracted]
    return pl.DataFrame(rows, schema=SHARD_SCHEMA)


def originals(*articles: Article, other_addresses: Sequence[str] = ()) -> pl.DataFrame:
    """Current articles as a plan hands them on: each the original of a story, all with the same other addresses."""
    frame = article_frame(articles)
    return frame.with_columns(
        story_id=pl.col("article_id").map_elements(story_id, return_dtype=pl.String),
        duplicate_of=pl.lit(None, dtype=pl.String),
        other_addresses=pl.lit(list(other_addresses), dtype=pl.List(pl.String)),
    )


def valid_tables(refusals: Sequence[Refusal]) -> dict[str, pl.DataFrame]:
    """Every table of a release with the sample article; the quarantine holds the given refusals."""
    key = id_of(article())
    told = originals(article(), other_addresses=["https://alpine.example/late/7"])
    valid: Validated = validate(told, shard_frame([Extracted(key, rows_of(key, EXTRACTION))]))
    assert valid.refused == ()
    tables = dict(valid.tables)
    events = placed(tables["events"], tables["articles"])
    quarantine = refusal_frame(refusals).drop("record")
    counted = ("articles", "events", "uncertain_events", "participants")
    return {
        **tables,
        "stories": stories_of(tables["articles"]),
        "actors": actors_of(*(tables[name].lazy() for name in ("mentions", "participants", "articles"))),
        "dyads": dyads_of(events, tables["participants"]),
        "country_periods": country_periods_of(events, tables["participants"]),
        "context_periods": context_periods_of(events),
        "quarantine": quarantine,
        "quality_periods": quality_periods_of(*(tables[name].lazy() for name in counted), quarantine.lazy()),
    }


# ------------------------------------------------------------------------------------------------ the toy extractor


def toy_extraction(text: str) -> Extraction:
    mentions: list[Mention] = []
    events: list[Event] = []
    uncertain: list[Event] = []
    for match in _TOY_SENTENCE.finditer(text):
        actor, other = (_toy_mention(match, group) for group in ("actor", "other"))
        mentions += [actor, other]
        trigger = match["trigger"]
        (uncertain if match["doubt"] else events).append(
            Event(
                event_type=_TOY_TYPES[trigger],
                mode=None,
                status="actual",
                event_date=date.fromisoformat(match["day"]),
                date_precision="day",
                date_source="clause",
                confidence=0.4 if match["doubt"] else 0.9,
                participants=(
                    Participant(role="actor", mention=actor),
                    Participant(role="actor" if trigger == "met" else "recipient", mention=other),
                ),
                evidence=(
                    Evidence(
                        start=match.start(),
                        end=match.end(),
                        sentence=match[0],
                        trigger_start=match.start("trigger"),
                        trigger_end=match.end("trigger"),
                        trigger=trigger,
                    ),
                ),
                contexts=_TOY_CONTEXTS[trigger],
            )
        )
    return Extraction(
        mentions=tuple(mentions),
        events=tuple(events),
        quotes=(),
        amounts=(),
        dates=(),
        uncertain=tuple(uncertain),
    )


def _toy_mention(match: re.Match[str], group: str) -> Mention:
    code = match[group]
    start, end = match.span(group)
    return Mention(
        start=start, end=end, text=code, kind="country", how="name", name=code, code=code, country=code
    )


def toy_extracted(one: Article) -> Extracted:
    return Extracted(id_of(one), rows_of(id_of(one), toy_extraction(one.text)))


def extract_toys(articles: pl.LazyFrame, cache: ExtractionCache) -> None:
    """Extract what the cache lacks, one shard for each article."""
    known = cache.article_ids()
    for one in articles_of(articles.collect()):
        if id_of(one) not in known:
            write_shard(cache.folder / f"{id_of(one)}.parquet", [toy_extracted(one)])


# ------------------------------------------------------------------------------------------------------- whole runs


def arrive(workspace: Path, articles: Sequence[Article]) -> Path:
    path = workspace / "arrivals.parquet"
    article_frame(articles).write_parquet(path)
    return path


def publish_toys(
    store: Store, arrivals: Path, workspace: Path, *, run_id: str, makers: Makers = MAKERS
) -> tuple[Rebuild, Published | Unchanged | None]:
    """A run from its arrivals on: extract, validate, aggregate and publish as `tasks.stages` does."""
    cache = ExtractionCache(store.private_folder / "extractions" / makers.extractor_version)
    with store.lock(timeout=30):
        known = known_articles(store, store.latest())
        extract_toys(current_articles(scan_article_files((*known, arrivals))), cache)
        plan = plan_rebuild(
            store,
            arrivals,
            makers=makers,
            cache=cache,
            forgotten=forgotten_by(store),
            workspace=workspace,
        )
        if plan.changes_nothing:
            return plan, Unchanged(manifest=plan.parent) if plan.parent else None
        rebuilt = rebuild_months(plan, store, cache, workspace=workspace, with_text=makers.with_text)
        rebuilt = rebuild_aggregates(rebuilt, store, workspace=workspace)
        rebuilt = add_quarantine(rebuilt, (), workspace=workspace)
        rebuilt = add_quality_periods(rebuilt, store, workspace=workspace)
        return rebuilt, publish(store, _staged(rebuilt, run_id, makers))


def add_articles(
    store: Store, articles: Sequence[Article], *, run_id: str = "run", makers: Makers = MAKERS
) -> tuple[Rebuild, Published | Unchanged | None]:
    with store.stage(run_id) as workspace:
        return publish_toys(store, arrive(workspace, articles), workspace, run_id=run_id, makers=makers)


def table(store: Store, name: str) -> pl.DataFrame:
    """A table of the latest version, all its months."""
    manifest = store.latest()
    assert manifest
    paths = [store.path_of(file, manifest.version) for file in manifest.files if file.table == name]
    return pl.concat([pl.read_parquet(path, hive_partitioning=False, glob=False) for path in paths])


def _staged(rebuilt: Rebuild, run_id: str, makers: Makers) -> Staged:
    parent, noon = rebuilt.parent, datetime(2025, 9, 1, 12, tzinfo=UTC)
    return Staged(
        parent=parent.version if parent else None,
        tables=rebuilt.tables,
        keep=rebuilt.kept,
        private=rebuilt.private,
        keep_private=rebuilt.kept_private,
        takedowns=rebuilt.takedowns,
        provenance=Provenance(
            code_version=makers.code_version,
            extractor_version=makers.extractor_version,
            language_model="toy",
            lexicon_version="1",
            gemm="none",
            settings={"with_text": makers.with_text},
        ),
        counts={"tables": rebuilt.rows_by_table, "not_in_dyads": rebuilt.left_out},
        run=RunInfo(run_id=run_id, started_at=noon, finished_at=noon, workers=1),
        datapackage="{}\n",
    )
