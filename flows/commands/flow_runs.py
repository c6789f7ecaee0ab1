"""How a command runs a flow: with a bar for what takes long, and an error of its own as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flows.commands.options import REFUSED_TO_PUBLISH, errors, fail, failing_clearly

if TYPE_CHECKING:
    from prefect import Flow, State

T = TypeVar("T")

ANSWER_SECONDS = 10.0
"""A server that takes longer to say that it is well would make the run wait for it at every step."""


def finished(flow: Flow[..., T], **parameters: Any) -> T:
    """Run a flow with a bar for what takes long, and wait until its record is complete; what it returned."""
    from httpx import HTTPError

    from flows.housekeeping import DamagedStoreError
    from flows.local_prefect import settle
    from tasks.progress import listening
    from tasks.quality import RefusedToPublishError
    from tasks.report.progress_bars import ProgressBars

    _require_server()
    try:
        with ProgressBars(errors) as bars, listening(bars):
            state: State[T] = flow(**parameters, return_state=True)  # type: ignore[assignment]
            if state.state_details.flow_run_id:
                settle(state.state_details.flow_run_id)
    except HTTPError as error:
        fail(
            f"The Prefect server went away while the run was under way ({error}), so its record there is not complete. "
            "A version is published whole or not at all: `detente versions` says whether this run came so far. If it "
            "did not, run again; what was extracted is not extracted again."
        )
    try:
        with failing_clearly():
            return state.result()
    except RefusedToPublishError as error:
        fail(str(error), code=REFUSED_TO_PUBLISH)
    except DamagedStoreError as error:
        fail(str(error))


def _require_server() -> None:
    """Ends the command if PREFECT_API_URL names a server that does not answer, instead of asking it for minutes."""
    from httpx import URL, TransportError, get
    from prefect.settings import get_current_settings

    address = get_current_settings().api.url
    if address is None:
        return
    try:
        get(f"{address}/health", timeout=ANSWER_SECONDS)
    except TransportError as error:
        shown = URL(address).copy_with(username=None, password=None)
        fail(
            f"The Prefect server at {shown} does not answer ({error}). Start it (`detente up`), or unset PREFECT_API_URL "
            "to run without it."
        )
