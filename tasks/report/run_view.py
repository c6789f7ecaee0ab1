"""The summary of a run, for a terminal.

In: a `Summary`. Out: rich renderables: what went in, what came out, what was refused and why, the events that tell
most, and where to look next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.refusal import inert
from tasks.report.count_words import SHOWN_IF_ANY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from schemas.months import Months
    from schemas.takedown import Takedown
    from tasks.report.summary import Summary, TellingEvent


def run_view(summary: Summary, *, store: str, command: str = "detente") -> RenderableType:
    """The run, from what went in to where to look next.

    Args:
        summary: The run.
        store: The store, as the user named it.
        command: The command, as the user called it.
    """
    parts: list[RenderableType] = [_numbers("What went in", summary.read), Text("")]
    if summary.refused:
        parts += [_numbers("What was refused, and why", summary.refused), Text("")]
    if summary.waiting:
        return Group(*parts, Text(waiting_in_words(summary), style="bold yellow"))
    if summary.version is None:
        return Group(*parts, Text("The store is empty: no article was accepted.", style="bold"))
    parts += [_numbers(f"What came out: {summary.version}", summary.tables), Text("")]
    if summary.warnings:
        parts += [*(Text(f"Warning: {warning}", style="yellow") for warning in summary.warnings), Text("")]
    if summary.telling:
        parts += [Text("The events that tell most", style="bold")]
        for event in summary.telling:
            parts += [_event(event), Text("")]
    what = "Published" if summary.is_new else "Nothing new: the latest version stays"
    parts += [
        Text.assemble((f"{what} {summary.version}", "bold green"), f" in {inert(summary.folder or '')}"),
        Text(f"Data digest {summary.data_digest}", style="dim"),
        Text(""),
        _next_steps(store, command, has_refused=bool(summary.refused)),
    ]
    return Group(*parts)


def backfill_view(months: Months, summaries: Sequence[Summary]) -> RenderableType:
    """What a backfill did, month by month in sum, and what it left to do."""
    if not any(one.is_new or one.extracted or one.waiting for one in summaries):
        return Text(f"Nothing to do from {months.first} to {months.last}.")
    last = summaries[-1]
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_row(str(len(summaries)), "months with something to do")
    table.add_row(f"{sum(one.read['accepted'] for one in summaries):,}", "articles added")
    table.add_row(f"{sum(one.extracted for one in summaries):,}", "articles extracted")
    table.add_row(f"{max(one.read['refused'] for one in summaries):,}", "records of the sources refused")
    table.add_row(f"{sum(one.is_new for one in summaries):,}", "versions published")
    outcome = waiting_in_words(last) if last.waiting else f"The latest version is {last.version}"
    return Group(table, Text(""), Text(outcome, style="bold yellow" if last.waiting else "bold green"))


def forgotten_view(
    takedown: Takedown,
    summary: Summary,
    *,
    holding: Sequence[str],
    store: str,
    command: str = "detente",
) -> RenderableType:
    """What was forgotten and what went with it, the version without it, and what still holds it.

    Args:
        takedown: What was decided, now or earlier.
        summary: The run that followed.
        holding: Older versions that may still have it.
        store: The store, as the user named it.
        command: The command, as the user called it.
    """
    what = "published without it" if summary.is_new else "was without it already"
    parts = [
        Text(f"{takedown.article_id} is forgotten since {takedown.decided_on}: {inert(takedown.reason)}")
    ]
    if takedown.others:
        parts.append(Text(f"With it went what says the same or corrects it: {', '.join(takedown.others)}"))
    parts.append(Text(f"{summary.version} {what}", style="bold green"))
    if holding:
        parts += [
            Text(""),
            Text("Older versions, cached extractions and the text still hold it. To remove it there:"),
            Text(f"  {inert(command)} housekeeping --store {inert(store)} --purge"),
        ]
    return Group(*parts)


def waiting_in_words(summary: Summary) -> str:
    """Why a run over some months published nothing."""
    return (
        f"Nothing published yet: {summary.waiting:,} articles of other months wait to be extracted by this version "
        "of detente. Backfill their months, or run detente without months."
    )


def _numbers(title: str, numbers: dict[str, int]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    for name, number in numbers.items():
        if not number and name in SHOWN_IF_ANY:
            continue
        table.add_row(f"{number:,}", Text(inert(name.replace("_", " "))))
    return Group(Text(title, style="bold"), table)


def _event(event: TellingEvent) -> Text:
    mode = f" ({event.mode})" if event.mode else ""
    return Text.assemble(
        (f"  {inert(event.event_type + mode)}", "bold yellow"),
        f" {event.date}  ",
        (inert(", ".join(event.actors)), "cyan"),
        " → " if event.recipients else "",
        (inert(", ".join(event.recipients)), "magenta"),
        f"\n    {inert(event.sentence)}",
        (f"\n    {inert(event.source)}", "dim"),
    )


def _next_steps(store: str, command: str, *, has_refused: bool) -> Table:
    table = Table(
        title="Where to look next", title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_row(Text(f"{inert(command)} ui"), "this run in the Prefect UI")
    table.add_row(Text(f"{inert(command)} verify --store {inert(store)}"), "every checksum again")
    if has_refused:
        table.add_row(
            Text(f"{inert(command)} quarantine --store {inert(store)}"),
            "what was refused, to be mended and run again",
        )
    table.add_row("docs/how-to/read-the-tables.md", "the tables in Python, R and SQL")
    return table
