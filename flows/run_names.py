"""What a run is called in the Prefect UI: first what it is to do, and in the end what it did.

What does not belong here: the words for what a flow did (`tasks.report`).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from schemas.refusal import inert

if TYPE_CHECKING:
    from collections.abc import Iterator


def called(path: str | Path) -> str:
    """A file or folder in a name, which is read at a glance; whole paths are among the run's parameters."""
    return inert(Path(path).name or str(path))


def rename(name: str) -> None:
    """Give the run that this is called in another name; outside of a run nothing happens."""
    if flow_run.id:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, name=name)


@contextmanager
def showing() -> Iterator[None]:
    """What is done in here is for the UI alone; what the run did stands even if that fails."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever the server says
        get_run_logger().warning("the run cannot be described in the UI: %s", error)
