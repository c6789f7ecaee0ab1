"""The difference of two versions, for a terminal.

In: a `DiffSummary`. Out: rich renderables: rows per table, columns that came and went, the events in words. Words of
articles are printed as `Text`, never as markup, and made inert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from schemas.refusal import excerpt, inert
from tasks.row_changes import ADDED, CHANGES, REMOVED, REVISED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from tasks.report.diff_summary import ChangedEvent, DiffSummary

_STYLES = {ADDED: "bold green", REVISED: "bold yellow", REMOVED: "bold red"}
_SHOWN_CHARACTERS = 60  # of a value before or after


def diff_view(summary: DiffSummary, *, command: str) -> RenderableType:
    """What changed, from counts to single events.

    Args:
        summary: The difference.
        command: The command that writes every changed row.
    """
    title = Text(f"{summary.before} → {summary.after}", style="bold")
    if not summary.tables:
        return Group(title, Text("No row differs."), _digests(summary))
    parts: list[RenderableType] = [title, _counts(summary), *_columns(summary), Text("")]
    for change, events in summary.events.items():
        if events:
            parts += [*_events(change, events, summary.rows("events", change)), Text("")]
    return Group(*parts, _digests(summary), Text(f"Every row that changed: {inert(command)}", style="dim"))


def columns_in_words(table: str, new: tuple[str, ...], lost: tuple[str, ...]) -> str:
    """Which columns of a table came and went, in a line; nothing if none did."""
    came = [f"new {_plural(new)} {', '.join(new)}"] if new else []
    went = [f"without {_plural(lost)} {', '.join(lost)}"] if lost else []
    return f"{table}: {'; '.join(came + went)}" if came or went else ""


def _plural(columns: tuple[str, ...]) -> str:
    return "column" if len(columns) == 1 else "columns"


def _counts(summary: DiffSummary) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("table")
    for change in CHANGES:
        table.add_column(change, justify="right")
    for counts in summary.tables:
        numbers = [
            Text(f"{counts.rows[change]:,}", style=_STYLES[change] if counts.rows[change] else "dim")
            for change in CHANGES
        ]
        table.add_row(Text(inert(counts.table)), *numbers)
    return table


def _columns(summary: DiffSummary) -> Iterator[Text]:
    for counts in summary.tables:
        line = columns_in_words(counts.table, counts.new_columns, counts.lost_columns)
        if line:
            yield Text(inert(line))


def _events(change: str, events: tuple[ChangedEvent, ...], total: int) -> Iterator[RenderableType]:
    yield Text(f"Events {change}", style="bold")
    for event in events:
        yield Padding.indent(_event(change, event), 2)
        for column, before, after in event.revisions:
            revision = Text.assemble((column, "dim"), f": {_value(before)} → {_value(after)}")
            yield Padding.indent(revision, 4)
    if total > len(events):
        yield Padding.indent(Text(f"and {total - len(events):,} more", style="dim"), 2)


def _event(change: str, event: ChangedEvent) -> Text:
    mode = f" ({event.mode})" if event.mode else ""
    return Text.assemble(
        (inert(event.event_type + mode), _STYLES[change]),
        f" {inert(event.status)} {event.date}  ",
        (inert(", ".join(event.actors)), "cyan"),
        " → " if event.recipients else "",
        (inert(", ".join(event.recipients)), "magenta"),
    )


def _value(value: str | None) -> str:
    return "nothing" if value is None else excerpt(value, limit=_SHOWN_CHARACTERS)


def _digests(summary: DiffSummary) -> Text:
    if summary.before_digest == summary.after_digest:
        return Text(f"The data digests agree: {summary.after_digest[:12]}", style="dim")
    return Text(f"Data digest {summary.before_digest[:12]} → {summary.after_digest[:12]}", style="dim")
