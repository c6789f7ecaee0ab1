"""Quality checks: what a release-to-be is measured by, against its bounds and against the release before.

In: counts of what a run made, the bounds, and the manifest of the latest version. Out: a `Finding` for each check
(`schemas.quality`). Counts are of the rows that this run makes anew: in a store of years the articles of one bad day
would change no share of the whole. What does not belong here: checking single rows (`tasks.validate`), and showing
findings (`tasks.report.artifacts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from schemas.articles import Articles
from schemas.events import Events
from schemas.participants import Participants
from schemas.quality import CHECKS, LEAST_ROWS, Bounds, CheckName
from schemas.tables import name_of
from schemas.uncertain_events import UncertainEvents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.manifest import Manifest
    from tasks.validate import Validated

Verdict = Literal["fine", "too low", "high", "too few rows"]

COUNTED, AMONG = "quality_counted", "quality_among"
"""Where a manifest's counts keep what was measured, each by check."""


class RefusedToPublishError(RuntimeError):
    """What a run made is not good enough to be published; the latest version stays.

    Attributes:
        reason: What is not, as a clause.
        advice: What the user can do, in sentences.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        """Made of what is told."""
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        """All of it."""
        return f"{self.reason}: nothing was published{f'. {self.advice}' if self.advice else ''}"


class QualityError(RefusedToPublishError):
    """A quality check is below its minimum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number as a part and the whole that it is a part of, so that measures of several months can be added."""

    counted: int
    among: int

    def __add__(self, other: Measure) -> Measure:
        """That of both parts together."""
        return Measure(counted=self.counted + other.counted, among=self.among + other.among)

    @property
    def value(self) -> float | None:
        """The part divided by the whole; None of nothing."""
        return self.counted / self.among if self.among else None


Measures = dict[CheckName, Measure]
"""By name of the check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check of one run.

    Attributes:
        check: Its name in `schemas.quality.CHECKS`.
        measure: What it found.
        before: Its value when the latest version was made, None if that did not have it.
        bounds: Those that count.
        verdict: How it stands between them.
    """

    check: CheckName
    measure: Measure
    before: float | None
    bounds: Bounds
    verdict: Verdict

    @property
    def failures(self) -> int | None:
        """How many of the rows are not fine; None of a check that is no share."""
        return self.measure.among - self.measure.counted if CHECKS[self.check].is_share else None


def measured_in(validated: Validated) -> Measures:
    """What the checks count in the rows of some articles."""
    events, uncertain = (validated.tables[name_of(table)] for table in (Events, UncertainEvents))
    articles, participants = (validated.tables[name_of(table)] for table in (Articles, Participants))
    valid = sum(rows.height for rows in validated.tables.values())
    return {
        "rows_valid": Measure(counted=valid, among=valid + len(validated.refused)),
        "articles_with_events": Measure(counted=events["article_id"].n_unique(), among=articles.height),
        "events_per_article": Measure(counted=events.height, among=articles.height),
        "events_sure": Measure(counted=events.height, among=events.height + uncertain.height),
        "participants_with_side": Measure(
            counted=participants.filter(pl.col("code").is_not_null()).height, among=participants.height
        ),
    }


def added(measures: Iterable[Measures]) -> Measures:
    """The measures of several parts as those of the whole."""
    total: Measures = {}
    for part in measures:
        for check, measure in part.items():
            total[check] = total[check] + measure if check in total else measure
    return total


def judged(
    measures: Measures, bounds: Mapping[CheckName, Bounds], *, latest: Manifest | None
) -> tuple[Finding, ...]:
    """A finding for each check that was measured, in their order.

    Args:
        measures: What was measured.
        bounds: Bounds that differ from the default ones, by check.
        latest: The version before.
    """
    before = measured_before(latest)
    return tuple(
        _finding(check, measures[check], before.get(check), bounds.get(check, CHECKS[check].bounds))
        for check in CHECKS
        if check in measures
    )


def require_quality(findings: Iterable[Finding]) -> None:
    """Nothing, if every check is above its minimum.

    Raises:
        QualityError: One is not; the message says which, and by how much.
    """
    failed = [in_words(finding) for finding in findings if finding.verdict == "too low"]
    if failed:
        raise QualityError("; ".join(failed))


def counts_of(findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """What a manifest keeps of what was measured, for the next version to be compared with."""
    measures = {str(finding.check): finding.measure for finding in findings}
    return {
        COUNTED: {check: measure.counted for check, measure in measures.items()},
        AMONG: {check: measure.among for check, measure in measures.items()},
    }


def measured_before(latest: Manifest | None) -> Mapping[str, float | None]:
    """What the checks found when a version was made, by check; nothing of a version that kept none."""
    counts = latest.counts if latest else {}
    counted, among = counts.get(COUNTED), counts.get(AMONG)
    if not isinstance(counted, dict) or not isinstance(among, dict):
        return {}
    return {
        check: Measure(counted=counted[check], among=among[check]).value
        for check in counted
        if check in among
    }


def _finding(check: CheckName, measure: Measure, before: float | None, bounds: Bounds) -> Finding:
    return Finding(
        check=check, measure=measure, before=before, bounds=bounds, verdict=_verdict(measure, bounds)
    )


def _verdict(measure: Measure, bounds: Bounds) -> Verdict:
    value = measure.value
    if value is None or measure.among < LEAST_ROWS:
        return "too few rows"
    if bounds.minimum is not None and value < bounds.minimum:
        return "too low"
    return "high" if bounds.maximum is not None and value > bounds.maximum else "fine"


def in_words(finding: Finding) -> str:
    """A finding that is not fine, as a clause."""
    measure, bounds, check = finding.measure, finding.bounds, CHECKS[finding.check]
    is_low = finding.verdict == "too low"
    bound, side = (bounds.minimum, "at least") if is_low else (bounds.maximum, "at most")
    return (
        f"the quality check {finding.check} is {check.in_units(measure.value)} ({measure.counted:,} "
        f"{'of' if check.is_share else 'for'} {measure.among:,} {check.rows} of this run) and should be "
        f"{check.in_units(bound)} {side}"
    )
