"""What a run tells the Prefect server besides its state: events that automations can act on.

| event | when | what it is about |
|---|---|---|
| `detente.release.published` | a new version is there | the store |
| `detente.quality.failed` | a run was refused to publish | the store |
| `detente.source.silent` | a regular source has no news, at each run until it has some or has been gone for a month | the source |
| `detente.run.ended` | a run has come to an end by itself, well or not | the run |

The last is for the automation that marks dead runs: Prefect puts its own events of a run in order, and of a run that its
scheduler made it waits a quarter of an hour for a first one that is never sent. Until then a run that has ended seems to have
fallen silent.

The run belongs to each as a related resource, as Prefect does by itself. An event that cannot be sent costs the run
nothing but a line in its log. What does not belong here: what is done about them (`flows.operations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.events import emit_event

from schemas.refusal import excerpt, inert
from tasks.prefect_tasks import only_warning
from tasks.report.headlines import headline

if TYPE_CHECKING:
    from pathlib import Path

    from prefect import Flow, State
    from prefect.client.schemas.objects import FlowRun

    from tasks.quality import RefusedToPublishError
    from tasks.report.summary import Summary

RELEASE_PUBLISHED = "detente.release.published"
QUALITY_FAILED = "detente.quality.failed"
SOURCE_SILENT = "detente.source.silent"
RUN_ENDED = "detente.run.ended"

_MOST_CHARACTERS = 1000
"""Of a reason: an alert is read on a telephone."""


def tell_of_release(store: Path, summary: Summary) -> None:
    """Say that a version was published, if one was, and which sources are silent."""
    where = str(store.resolve())
    if summary.is_new:
        payload = {
            "version": summary.version,
            "headline": headline(summary),
            "articles": summary.tables.get("articles", 0),
            "events": summary.tables.get("events", 0),
            "store": inert(where),
        }
        _emit(RELEASE_PUBLISHED, "detente.store", where, payload)
    for silent in summary.silent:
        payload = {
            "source": inert(silent.source),
            "last_day": silent.last_day.isoformat(),
            "silent_days": silent.silent_days,
            "store": inert(where),
        }
        _emit(SOURCE_SILENT, "detente.source", silent.source, payload)


def tell_of_refusal(store: Path, error: RefusedToPublishError) -> None:
    """Say that a run was refused to publish, and why."""
    where = str(store.resolve())
    reason = excerpt(str(error), limit=_MOST_CHARACTERS)
    _emit(QUALITY_FAILED, "detente.store", where, {"reason": reason, "store": inert(where)})


def tell_of_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Say that a run has ended: a hook of flows."""
    del flow
    _emit(RUN_ENDED, "prefect.flow-run", str(flow_run.id), {"state": state.name})


def _emit(event: str, kind: str, name: str, payload: dict[str, Any]) -> None:
    resource = {"prefect.resource.id": f"{kind}.{inert(name)}", "prefect.resource.name": inert(name)}
    with only_warning(f"the event {event} cannot be sent"):
        emit_event(event=event, resource=resource, payload=payload)
