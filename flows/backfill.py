"""Backfill: a span of months, one at a time.

Each month is a run of `build_release` of its own: articles of the sources that were published in it are added, articles
of the store that this extractor has not seen are extracted again, and a version is published as soon as no article of
the store waits for its extraction. What is done stays done, so a backfill that is stopped goes on where it was.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prefect import flow, get_run_logger

from flows.build_release import DEFAULT_SETTINGS, build_release
from flows.notices import tell_of_end
from flows.run_names import NOT_DESCRIBED, rename
from schemas.months import Months
from schemas.settings import DEFAULT_STORE, RunSettings, Sources, StorePath
from tasks.prefect_tasks import only_warning, survey
from tasks.progress import in_words, report_progress
from tasks.report.headlines import headline_of_backfill
from tasks.store import Store

if TYPE_CHECKING:
    from tasks.report.summary import Summary

LIMIT_SECONDS = 30 * 24 * 3600.0
"""An archive of years may take days; what takes a month hangs. Each of its months has the limit of `build_release`."""


@flow(
    name="backfill",
    flow_run_name="{store}: backfill {months}",
    description="Add or extract again the articles of a span of months, one month at a time.",
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
    timeout_seconds=LIMIT_SECONDS,
    on_completion=[tell_of_end],
    on_failure=[tell_of_end],
    on_crashed=[tell_of_end],
)
def backfill(
    months: Months,
    sources: Sources = [],  # noqa: B006 - Prefect shows it in its form, and nobody changes it
    store: StorePath = DEFAULT_STORE,
    settings: RunSettings = DEFAULT_SETTINGS,
) -> list[Summary]:
    """Go through the months in which there is something to do; their summaries, in order.

    Args:
        months: The span.
        sources: Files, folders or patterns of articles to add; none to extract again what the store has.
        store: The folder of the store; made if it is not there.
        settings: How articles are read, extracted and published.
    """
    Store(store).create()
    summaries = _gone_through(months, sources, store, settings)
    with only_warning(NOT_DESCRIBED):
        rename(headline_of_backfill(months, summaries))
    return summaries


def _gone_through(months: Months, sources: Sources, store: StorePath, settings: RunSettings) -> list[Summary]:
    due = survey(store, sources, settings, months)
    log, started = get_run_logger(), time.monotonic()
    log.info("%d months from %s to %s have something to do", len(due), months.first, months.last)
    if not due:  # all is extracted, and perhaps a run that was stopped has not published it
        caught_up = build_release(sources, store, settings.model_copy(update={"months": months}))
        return [caught_up] if caught_up.is_new else []
    summaries = []
    for number, month in enumerate(due, start=1):
        one = settings.model_copy(update={"months": Months(first=month, last=month)})
        summaries.append(build_release(sources, store, one))
        report_progress("backfill", number, len(due))
        left = (time.monotonic() - started) / number * (len(due) - number)
        log.info("%s done, %d of %d months; %s left", month, number, len(due), in_words(left))
    if sources and any(one.waiting for one in summaries) and not summaries[-1].waiting:
        # Articles that came while others waited were extracted and not published: take them all now.
        summaries.append(build_release(sources, store, settings.model_copy(update={"months": months})))
    return summaries
