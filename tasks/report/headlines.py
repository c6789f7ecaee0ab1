"""What a run did, in one line: the runs' names in the Prefect UI, alerts, and lines of the log.

In: how a run ended. Out: plain text, without a line break.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.refusal import inert
from tasks.report.count_words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.months import Months
    from tasks.quality import RefusedToPublishError
    from tasks.report.summary import Summary


def headline(summary: Summary) -> str:
    """Of a run that ended well."""
    arrived = summary.read["accepted"] + summary.read["corrections"]
    if summary.is_new:
        return (
            f"{summary.version}: {arrived:,} articles in, {summary.tables.get('events', 0):,} events in all, "
            f"{sum(summary.refused.values()):,} refused"
        )
    if summary.waiting:
        return f"{summary.extracted:,} articles extracted, {summary.waiting:,} of other months wait: nothing published yet"
    return f"nothing new: {summary.read['read']:,} articles read, {summary.version or 'no version'} stays"


def headline_of_refusal(error: RefusedToPublishError) -> str:
    """Of a run that was refused to publish."""
    return f"nothing published: {inert(error.reason)}"


def headline_of_backfill(months: Months, summaries: Sequence[Summary]) -> str:
    """Of a backfill that went through some months."""
    if not summaries:
        return f"backfill of {months}: nothing to do"
    last = summaries[-1]
    extracted = sum(one.extracted for one in summaries)
    outcome = f"{last.waiting:,} of other months wait" if last.waiting else f"the latest is {last.version}"
    return f"backfill of {months}: {extracted:,} articles extracted, {outcome}"


def arrivals_in_words(counts: Mapping[str, int], refused: Mapping[str, int]) -> str:
    """What was read, as a line of the log."""
    read = ", ".join(f"{count:,} {plain(name)}" for name, count in counts.items() if count)
    reasons = ", ".join(f"{count:,} {plain(reason)}" for reason, count in refused.items())
    return f"{read}{f' ({reasons})' if reasons else ''}"
