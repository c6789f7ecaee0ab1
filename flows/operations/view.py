"""What `detente up` and `detente down` say, for a terminal.

In: an overview, or what was stopped. Out: rich renderables.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.operations.record import state_folder
from flows.operations.roles import FEEDER, RUNS_AT_A_TIME, SERVER, WORKER
from schemas.refusal import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from rich.console import RenderableType

    from flows.operations.deployments import Due
    from flows.operations.down import Stopped
    from flows.operations.up import Overview

_SCHEDULE_WIDTH = 16
_DOES = {
    SERVER: "keeps schedules and records",
    WORKER: f"runs what is due, {RUNS_AT_A_TIME} at a time",
    FEEDER: "brings the inbox a made-up article now and then",
}


def up_view(overview: Overview, *, command: str = "detente") -> RenderableType:
    """What runs where, when each deployment runs next, and how to stop it all.

    Args:
        overview: What is up.
        command: The command, as the user called it.
    """
    record = overview.record
    parts: list[RenderableType] = [
        Text("detente is up already" if overview.was_up else "detente is up", style="bold green"),
        Text(""),
        _rows(
            [
                ("UI", Text(record.public_address, style="cyan")),
                ("store", Text(inert(str(record.store)))),
                ("inbox", Text(inert(str(record.inbox)))),
                ("alerts", _alerts(overview.alerts)),
            ]
        ),
        Text(""),
        Text("What runs when", style="bold"),
        _rows((due.name, _when(due)) for due in overview.due),
        Text(""),
        Text("What goes on in the background", style="bold"),
        _processes(record.processes),
        Text(""),
    ]
    if overview.died:
        parts += [
            Text(f"The {' and the '.join(overview.died)} had died; all was started anew.", style="yellow"),
            Text(""),
        ]
    if overview.dead_runs:
        number = len(overview.dead_runs)
        what = "1 run was" if number == 1 else f"{number} runs were"
        parts += [
            Text(f"{what} found dead, and marked as crashed: {_names(overview.dead_runs)}", style="yellow"),
            Text(""),
        ]
    what_next = (
        "A made-up article arrives every forty seconds, and every minute a run takes up what is new: watch it in the UI."
        if record.demo
        else "Put articles into the inbox and leave them there. To run it now: Quick run of build_release/daily in the UI."
    )
    versions = shlex.join([command, "versions", "--store", str(record.store)])
    parts += [
        Text(what_next),
        Text.assemble("To see what was published: ", (inert(versions), "bold")),
        Text.assemble("To stop it all: ", (f"{inert(command)} down", "bold")),
    ]
    return Group(*parts)


def down_view(stopped: Stopped) -> RenderableType:
    """What was stopped, and what became of the runs that were under way."""
    if stopped.processes:
        what = ", ".join(f"{role} ({pid})" for role, pid in stopped.processes.items())
        parts = [Text.assemble(("detente is down", "bold green"), f". Stopped: {what}")]
    else:
        parts = [Text("detente is down; its processes had ended before", style="bold green")]
    if stopped.runs:
        number = len(stopped.runs)
        what = "1 run was" if number == 1 else f"{number} runs were"
        parts.append(Text(f"{what} under way, and marked as crashed: {_names(stopped.runs)}"))
    if stopped.unmarked:
        parts.append(
            Text(
                f"The server could not say which runs were under way ({inert(stopped.unmarked)}); the next "
                "`detente up` marks them.",
                style="yellow",
            )
        )
    return Group(*parts)


def _alerts(ways: Sequence[str]) -> Text:
    if ways:
        return Text(f"by {' and '.join(ways)}")
    return Text("sent nowhere (docs/how-to/schedule.md says how)", style="dim")


def _when(due: Due) -> Text:
    if due.at is None:
        return Text(due.when, style="dim")
    zone = str(due.at.tzinfo).removeprefix("Etc/")
    at = f"{due.at:%a %d %b %H:%M} {zone}, {_in_words(due.at - datetime.now(UTC))}"
    return Text.assemble(due.when.ljust(_SCHEDULE_WIDTH), (at, "dim"))


def _in_words(left: timedelta) -> str:
    minutes = max(int(left.total_seconds()), 0) // 60
    days, hours = minutes // (24 * 60), minutes // 60
    if days > 1:
        return f"in {days} days"
    if hours > 1:
        return f"in {hours} hours"
    return f"in {minutes} minutes" if minutes > 1 else "in a minute or less"


def _processes(processes: dict[str, int]) -> RenderableType:
    table = _grid(3)
    for role, pid in processes.items():
        table.add_row(f"  {role}", Text(str(pid), style="cyan"), _DOES[role])
    logs = Text(f"  Their logs are in {inert(str(state_folder()))}", style="dim")
    return Group(table, logs)


def _names(runs: Sequence[str]) -> str:
    return ", ".join(inert(name) for name in runs)


def _rows(rows: Iterable[tuple[str, Text]]) -> Table:
    table = _grid(2)
    for name, what in rows:
        table.add_row(f"  {name}", what)
    return table


def _grid(columns: int) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table
