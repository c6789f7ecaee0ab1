"""What the flows consist of, each step as one call.

These are the six stages of a release (ingest, extract, validate, aggregate, check, publish), the survey before a backfill,
and the tidying of housekeeping. What they hand to each other are handles: paths in the run's workspace, with counts.
Nothing here knows Prefect (`tasks.prefect_tasks` wraps these functions) or decides what a row says.

The first two stages run beside other runs. The last four build on the latest version, so the caller holds the store's
lock from `validate_stage` to `publish_stage`.
"""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from importlib import metadata
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import polars as pl

from schemas.article import Article
from schemas.manifest import Provenance, RunInfo
from schemas.months import month_of
from schemas.quality import Bounds
from schemas.settings import RunSettings
from tasks.article_files import current_articles, scan_article_files
from tasks.code_version import code_version, extractor_version
from tasks.codebook import datapackage
from tasks.durable import sha256_of, written_whole
from tasks.extract.batches import extract_articles
from tasks.extract.resources import Resources, read_resources
from tasks.extract.shards import ExtractionCache
from tasks.extract.trained_coder import name_of
from tasks.housekeeping import remains_of, require_whole, tidy
from tasks.ingest.arrivals import ingest
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles
from tasks.parquet_files import write_parquet
from tasks.publish import Published, Staged, Unchanged, publish
from tasks.quality import Finding, Measure, RefusedToPublishError, counts_of, judged, measured_before
from tasks.rebuild import (
    Makers,
    add_quality_periods,
    add_quarantine,
    known_articles,
    plan_rebuild,
    rebuild_aggregates,
    rebuild_months,
)
from tasks.redact import Redactor
from tasks.refusal_files import not_yet_kept, quarantine_folder
from tasks.takedowns import add_later_refusals, forgotten_by
from tasks.verify import damage_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from schemas.months import Months
    from schemas.retention import Retention
    from tasks.extract.batches import ExtractionReport
    from tasks.extract.kernels import Gemm
    from tasks.housekeeping import Tidied
    from tasks.ingest.arrivals import Arrivals
    from tasks.rebuild import Rebuild
    from tasks.store import Store


P = ParamSpec("P")
R = TypeVar("R")

_LEXICON, _CODER = "lexicon", "coder"
"""What the user's lexicon and coder are called among the inputs that a manifest lists."""


class TooManyRefusedError(RefusedToPublishError):
    """More of the input was refused than the settings allow; nothing is published.

    Attributes:
        finding: The check that says so.
    """

    def __init__(self, reason: str, advice: str, finding: Finding) -> None:
        """Made of what is told."""
        super().__init__(reason, advice)
        self.finding = finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: what it works on and where.

    Attributes:
        run_id: Its name, also that of its staging folder.
        store: The store, whose staging folder of this run the caller holds.
        workspace: That folder.
        settings: What the user chose.
        resources: What extraction works with by these settings, as it was when the run began.
        as_of: The day of the run; nothing dated later is accepted.
        started_at: UTC.
    """

    run_id: str
    store: Store
    workspace: Path
    settings: RunSettings
    resources: Resources
    as_of: date
    started_at: datetime

    @property
    def cache(self) -> ExtractionCache:
        """The extractions that the store holds for this extractor."""
        return ExtractionCache(_extractions(self.store, self.resources))

    @property
    def makers(self) -> Makers:
        """What decides the rows of this run's release besides the articles."""
        return Makers(
            code_version=code_version(),
            extractor_version=_extractor_version(self.resources),
            with_text=self.settings.with_text,
        )


def unchanged(store: Store) -> Unchanged | None:
    """The outcome of a run that publishes nothing: the latest version stays, None if there is none."""
    latest = store.latest()
    return Unchanged(manifest=latest) if latest else None


def settings_of(store: Store) -> RunSettings:
    """The settings that made the latest version, for a run that is to change nothing but its articles.

    The day of that run is left out; settings of an older detente that this one does not know are, too.
    """
    latest = store.latest()
    made = latest.provenance.settings if latest else {}
    known = RunSettings.model_fields.keys() - {"as_of", "months"}
    return RunSettings.model_validate({name: value for name, value in made.items() if name in known})


def survey_stage(store: Store, sources: Sequence[str], settings: RunSettings, months: Months) -> list[str]:
    """The months in which there is something to do: articles of the sources, and of the store without an extraction.

    Raises:
        tasks.extract.lexicon.LexiconError: The user's lexicon cannot be used.
        tasks.extract.trained_coder.CoderError: The user's coder cannot be used.
        tasks.ingest.sources.SourceError: A source stands for no file.
        tasks.store_errors.BrokenStoreError: A file of the latest version is damaged.
        tasks.store_errors.PrivateStoreError: Only another user may read what the store has.
    """
    store.require_private()
    resources = _resources_of(settings)
    options = IngestOptions(
        fields=settings.fields,
        default_date=settings.default_date,
        check_language=False,
        allow_empty_folders=settings.allow_empty_folders,
    )
    read = read_articles(sources, options=options) if sources else iter(())
    days = (article.published_date for article in read if isinstance(article, Article))
    found = {month_of(day) for day in days if day is not None}
    cache = ExtractionCache(_extractions(store, resources))
    there = pl.LazyFrame({"article_id": sorted(cache.article_ids())}, schema={"article_id": pl.String})
    known = current_articles(scan_article_files(known_articles(store, store.latest())).drop("text"))
    with damage_named(store):
        lacking = known.join(there, on="article_id", how="anti").select("published_date").unique().collect()
    found |= {month_of(day) for day in lacking["published_date"]}
    return [month for month in months.each() if month in found]


def start_run(store: Store, run_id: str, workspace: Path, settings: RunSettings) -> Run:
    """A run that starts now.

    Raises:
        tasks.extract.lexicon.LexiconError: The user's lexicon cannot be used.
        tasks.extract.trained_coder.CoderError: The user's coder cannot be used.
    """
    now = datetime.now(UTC)
    return Run(
        run_id=run_id,
        store=store,
        workspace=workspace,
        settings=settings,
        resources=_resources_of(settings),
        as_of=settings.as_of or now.date(),
        started_at=now,
    )


def _naming_damage(stage: Callable[Concatenate[Run, P], R]) -> Callable[Concatenate[Run, P], R]:
    """Makes a stage that reads the latest version name the file of it that is damaged, where one is.

    Raises:
        tasks.store_errors.BrokenStoreError: One is.
    """

    @wraps(stage)
    def naming(run: Run, /, *arguments: P.args, **named: P.kwargs) -> R:
        with damage_named(run.store):
            return stage(run, *arguments, **named)

    return naming


@_naming_damage
def ingest_stage(run: Run, sources: Sequence[str]) -> Arrivals:
    """Read the sources, and write down what arrives and what is refused.

    Raises:
        tasks.ingest.sources.SourceError: A source stands for no file.
        TooManyRefusedError: Too much of the input was refused.
    """
    options = IngestOptions(
        fields=run.settings.fields,
        default_date=run.settings.default_date,
        default_source=run.settings.default_source,
        as_of=run.as_of,
        require_date=True,
        allow_empty_folders=run.settings.allow_empty_folders,
        check_language=run.settings.check_language,
        months=run.settings.months,
    )
    arrivals = ingest(
        sources,
        _remembered(run, known_articles(run.store, run.store.latest())),
        options=options,
        workspace=run.workspace,
        forgotten=forgotten_by(run.store),
    )
    _keep_refusals(run, arrivals.refusals)
    counts = arrivals.counts
    _refuse_too_many(run, counts["refused"], counts["read"], arrivals.refused_by_reason)
    return arrivals


@_naming_damage
def extract_stage(run: Run, arrivals: Arrivals) -> ExtractionReport:
    """Extract every article that the cache does not hold for this extractor.

    Raises:
        concurrent.futures.process.BrokenProcessPool: A worker died; what was finished is used by the next run.
    """
    known = known_articles(run.store, run.store.latest())
    return extract_articles(
        _remembered(run, (*known, arrivals.articles)),
        run.cache,
        workspace=run.workspace / "batches",
        resources=run.resources,
        workers=run.settings.workers,
        months=run.settings.months,
    )


@_naming_damage
def validate_stage(run: Run, arrivals: Arrivals) -> Rebuild:
    """Rebuild the months whose articles changed, each row checked against the contract of its table.

    Raises:
        tasks.validate.BrokenTableError: A table has wrong columns.
        TooManyRefusedError: Too many articles could not be extracted or broke a rule.
        tasks.store_errors.StaleParentError: Another run, with another extractor, published meanwhile; run again.
    """
    run.store.clean_up()  # may adopt a version that a killed run left; what is built here follows it
    cache = run.cache
    plan = plan_rebuild(
        run.store,
        arrivals.articles,
        makers=run.makers,
        cache=cache,
        forgotten=forgotten_by(run.store),
        workspace=run.workspace,
    )
    rebuilt = rebuild_months(
        plan, run.store, cache, workspace=run.workspace, with_text=run.settings.with_text
    )
    for path in rebuilt.refusals:
        _keep_refusals(run, path)
    _refuse_too_many(run, rebuilt.articles_lost, rebuilt.articles_rebuilt, rebuilt.refused_by_reason())
    return rebuilt


@_naming_damage
def aggregate_stage(run: Run, rebuilt: Rebuild) -> Rebuild:
    """Rebuild the aggregates of the periods that changed, the actors, the quarantine, and the quality of each day."""
    if rebuilt.changes_nothing:
        return rebuilt
    aggregated = rebuild_aggregates(rebuilt, run.store, workspace=run.workspace)
    quarantined = add_quarantine(
        aggregated,
        sorted(quarantine_folder(run.store).glob("*.parquet")),
        workspace=run.workspace,
        without=forgotten_by(run.store).refusals,
    )
    return add_quality_periods(quarantined, run.store, workspace=run.workspace)


def check_stage(run: Run, arrivals: Arrivals, rebuilt: Rebuild) -> tuple[Finding, ...]:
    """Measure what the run made, and judge it; nothing if it made nothing (`tasks.quality.require_quality` decides)."""
    if rebuilt.changes_nothing:
        return ()
    read, refused = arrivals.counts["read"], arrivals.counts["refused"]
    of_accepted = bounds_of_accepted(run.settings, read=read, refused=refused)
    return judged(
        {"articles_accepted": Measure(counted=read - refused, among=read), **rebuilt.measures},
        {"articles_accepted": of_accepted, **run.settings.bounds},
        latest=rebuilt.parent,
    )


def bounds_of_accepted(settings: RunSettings, *, read: int, refused: int) -> Bounds:
    """The minimum of the check `articles_accepted`; none where too few are refused for their share to count."""
    is_too_much = refused > settings.max_refused_share * read
    if is_too_much and refused < settings.min_refused:
        return Bounds()
    return Bounds(minimum=1 - settings.max_refused_share)


def publish_stage(
    run: Run,
    arrivals: Arrivals,
    extraction: ExtractionReport,
    rebuilt: Rebuild,
    findings: Sequence[Finding],
) -> Published | Unchanged | None:
    """Publish the next version, unless the data are those of the latest one.

    Returns:
        None if there is nothing in the store and nothing to publish.
    """
    parent = rebuilt.parent
    if rebuilt.changes_nothing:
        return Unchanged(manifest=parent) if parent else None
    return publish(
        run.store,
        Staged(
            parent=parent.version if parent else None,
            tables=rebuilt.tables,
            keep=rebuilt.kept,
            private=rebuilt.private,
            keep_private=rebuilt.kept_private,
            takedowns=rebuilt.takedowns,
            provenance=_provenance(
                run,
                gemm=extraction.gemm or (parent.provenance.gemm if parent else None),
                inputs=_inputs(run, arrivals),
            ),
            counts={
                "ingest": dict(arrivals.counts),
                "refused": dict(arrivals.refused_by_reason),
                "tables": rebuilt.rows_by_table,
                "not_in_dyads": rebuilt.left_out,
                **counts_of(findings),
            },
            run=RunInfo(
                run_id=run.run_id,
                started_at=run.started_at,
                finished_at=datetime.now(UTC),
                workers=extraction.workers,
                environment=_environment(),
            ),
            datapackage=datapackage(),
        ),
    )


def _resources_of(settings: RunSettings) -> Resources:
    return read_resources(model=settings.language_model, lexicon=settings.lexicon, coder=settings.coder)


def _extractor_version(resources: Resources) -> str:
    return extractor_version(resources.model, lexicon=resources.lexicon_sha256, coder=resources.coder_sha256)


def _extractions(store: Store, resources: Resources) -> Path:
    return store.private_folder / "extractions" / _extractor_version(resources)


def _inputs(run: Run, arrivals: Arrivals) -> dict[str, str]:
    """The checksums of what the run read: the articles that arrived, the user's lexicon and coder if they have any."""
    own = {_LEXICON: run.resources.lexicon_sha256, _CODER: run.resources.coder_sha256}
    return {
        "arrivals": sha256_of(arrivals.articles),
        **{name: checksum for name, checksum in own.items() if checksum},
    }


def _remembered(run: Run, files: Sequence[Path]) -> pl.LazyFrame:
    """The records of article files, less what the store has been told to forget since they were written."""
    return scan_article_files(files).filter(~forgotten_by(run.store).is_met)


def tidy_stage(store: Store, retention: Retention, workspace: Path, *, with_purge: bool) -> Tidied:
    """Delete what the store no longer needs, and with a purge what it may no longer hold of the past.

    Raises:
        tasks.store_errors.StoreError: The store is not locked, damaged or read-only.
    """
    if with_purge:
        require_whole(store)
    add_later_refusals(store)  # while the versions that know them are still there
    redactor = Redactor(
        store=store,
        forgotten=forgotten_by(store),
        workspace=workspace,
        code_version=code_version(),
        now=datetime.now(UTC),
    )
    return tidy(
        store,
        retention=retention,
        extractor_version=_next_extractor_version(store),
        redactor=redactor if with_purge else None,
        workspace=workspace,
    )


def _next_extractor_version(store: Store) -> str:
    """The extractor of the next run, if that has the settings, the lexicon and the coder of the latest version.

    Checksums do for the last two: the files may be gone, and a store can be kept without them.
    """
    latest = store.latest()
    digests = latest.provenance.input_digests if latest else {}
    model = settings_of(store).language_model
    return extractor_version(model, lexicon=digests.get(_LEXICON), coder=digests.get(_CODER))


def quoted_of_forgotten(store: Store) -> tuple[str, ...]:
    """The sentences that a store still quotes of what it has to forget."""
    return remains_of(store, forgotten_by(store)).sentences


def _keep_refusals(run: Run, refusals: Path) -> None:
    """Keep what was refused in the store, whether this run publishes or not; what is refused again only once."""
    if not refusals.exists():
        return
    folder = quarantine_folder(run.store)
    rows = not_yet_kept(refusals, folder)
    if rows.is_empty():
        return
    new = refusals.with_name(f"new-{refusals.name}")
    write_parquet(rows, new)
    folder.mkdir(parents=True, exist_ok=True)
    with written_whole(folder / f"{sha256_of(new)[:20]}.parquet", run.run_id) as aside:
        shutil.copyfile(new, aside)


def _refuse_too_many(run: Run, refused: int, among: int, by_reason: Mapping[str, int]) -> None:
    settings = run.settings
    bounds = bounds_of_accepted(settings, read=among, refused=refused)
    if bounds.minimum is None or refused <= settings.max_refused_share * among:
        return
    reasons = ", ".join(f"{number} {reason}" for reason, number in by_reason.items())
    raise TooManyRefusedError(
        f"{refused} of {among} articles were refused ({reasons}), more than {settings.max_refused_share:.0%}",
        f"`detente quarantine --store {run.store.root}` writes them out, to be mended and run again; to publish without "
        "them, raise the share that may be refused (--max-refused, the setting max_refused_share). If your records name "
        "their fields differently, say so (--field text=body, the setting fields).",
        Finding(
            check="articles_accepted",
            measure=Measure(counted=among - refused, among=among),
            before=measured_before(run.store.latest()).get("articles_accepted"),
            bounds=bounds,
            verdict="too low",
        ),
    )


def _provenance(run: Run, *, gemm: str | None, inputs: dict[str, str]) -> Provenance:
    model = run.resources.model
    return Provenance(
        code_version=run.makers.code_version,
        extractor_version=run.makers.extractor_version,
        language_model=f"{model} {metadata.version(model)}",
        lexicon_version=run.makers.extractor_version,
        event_coder=name_of(run.resources.coder),
        gemm=gemm or _gemm_of(model),
        input_digests=inputs,
        settings={**run.settings.model_dump(mode="json"), "as_of": run.as_of.isoformat()},
    )


def _gemm_of(model: str) -> Gemm:
    """The matrix product of a run that had nothing to extract and no version before it to ask."""
    from tasks.extract.language_model import gemm_in_use  # noqa: PLC0415 - spaCy, which only such a run needs here

    return gemm_in_use(model)


def _environment() -> dict[str, str]:
    """What might explain a difference between two computations; nothing that names the machine or its user."""
    packages = ("polars", "spacy", "numpy", "pandera", "prefect")
    return {
        "python": platform.python_version(),
        "processor": platform.machine(),
        **{package: metadata.version(package) for package in packages},
    }
