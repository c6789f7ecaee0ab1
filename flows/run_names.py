"""What a run is called in the Prefect UI: first what it is to do, and in the end what it did.

What does not belong here: the words for what a flow did (`tasks.report`).
"""

from __future__ import annotations

from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from schemas.refusal import inert

NOT_DESCRIBED = "the run cannot be described in the UI"
"""What the log says where a run cannot be renamed or shown."""


def called(path: str | Path) -> str:
    """A file or folder in a name, which is read at a glance; whole paths are among the run's parameters."""
    return inert(Path(path).name or str(path))


def rename(name: str) -> None:
    """Give the run that this is called in another name; outside of a run nothing happens."""
    if flow_run.id:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, name=name)
