"""How a command runs a flow: with a bar for what takes long, and an error of its own as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flows.commands.options import REFUSED_TO_PUBLISH, errors, fail, failing_clearly

if TYPE_CHECKING:
    from prefect import Flow, State

T = TypeVar("T")


def finished(flow: Flow[..., T], **parameters: Any) -> T:
    """Run a flow with a bar for what takes long, and wait until its record is complete; what it returned."""
    from flows.housekeeping import DamagedStoreError
    from flows.local_prefect import settle
    from tasks.progress import listening
    from tasks.quality import RefusedToPublishError
    from tasks.report.progress_bars import ProgressBars

    with ProgressBars(errors) as bars, listening(bars):
        state: State[T] = flow(**parameters, return_state=True)  # type: ignore[assignment]
        if state.state_details.flow_run_id:
            settle(state.state_details.flow_run_id)
    try:
        with failing_clearly():
            return state.result()
    except RefusedToPublishError as error:
        fail(str(error), code=REFUSED_TO_PUBLISH)
    except DamagedStoreError as error:
        fail(str(error))
