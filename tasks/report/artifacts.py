"""What the Prefect UI shows of a run: a table of counts and a description of the release, as plain values.

In: the summary of a run. Out: rows and Markdown. Words of articles are made inert before they go into Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.quality import CHECKS
from schemas.refusal import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.quality import Finding
    from tasks.report.release_changes import ReleaseChanges
    from tasks.report.summary import Summary, TellingEvent
    from tasks.silence import SilentSource

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""Markdown gives a meaning to some of it, its dialects to more (a bare address is a link); all may be escaped."""


def counts_table(summary: Summary) -> list[dict[str, str | int]]:
    """One row per count, stage by stage."""
    rows: list[dict[str, str | int]] = []
    rows += [{"stage": "ingest", "what": name, "count": count} for name, count in summary.read.items()]
    rows += [
        {"stage": "refused", "what": reason, "count": count} for reason, count in summary.refused.items()
    ]
    rows.append({"stage": "extract", "what": "articles extracted", "count": summary.extracted})
    rows += [{"stage": "release", "what": name, "count": count} for name, count in summary.tables.items()]
    rows += [
        {"stage": "not in dyads", "what": reason, "count": count}
        for reason, count in summary.not_in_dyads.items()
    ]
    return rows


def quality_table(findings: Iterable[Finding]) -> list[dict[str, str | int | float | None]]:
    """One row per quality check: what it looked at, what it found, how that was before, and between which bounds."""
    return [
        {
            "check": finding.check,
            "what it says": CHECKS[finding.check].says,
            "of": CHECKS[finding.check].rows,
            "rows": finding.measure.among,
            "failures": finding.failures,
            "value": _rounded(finding.measure.value),
            "last release": _rounded(finding.before),
            "change": _change(finding),
            "minimum": finding.bounds.minimum,
            "maximum": finding.bounds.maximum,
            "verdict": finding.verdict,
        }
        for finding in findings
    ]


def release_note(summary: Summary) -> str:
    """What the run did, for someone who does not know the code, in Markdown."""
    lines = [f"# {headline(summary)}", ""]
    if summary.version:
        lines += [
            f"Version **{summary.version}**, data digest `{summary.data_digest}`, in {escaped(summary.folder or '')}.",
            "",
            "| table | rows |",
            "|---|---|",
            *(f"| {escaped(name)} | {rows:,} |" for name, rows in summary.tables.items()),
            "",
        ]
    if summary.changes:
        lines += [*_changes(summary.changes), ""]
    if summary.warnings:
        lines += ["## Warnings", "", *(f"- {escaped(warning)}" for warning in summary.warnings), ""]
    if summary.silent:
        lines += ["## Sources without news", "", *map(_silence, summary.silent), ""]
    if summary.refused:
        lines += [
            "## Refused",
            "",
            *(f"- {escaped(reason)}: {n}" for reason, n in summary.refused.items()),
            "",
        ]
    if summary.telling:
        lines += ["## Events that tell most", "", *(_event_line(event) for event in summary.telling), ""]
    return "\n".join(lines)


def headline(summary: Summary) -> str:
    """The run in one line; also its name in the Prefect UI."""
    arrived = summary.read["accepted"] + summary.read["corrections"]
    if summary.is_new:
        return (
            f"{summary.version}: {arrived} articles in, {summary.tables.get('events', 0)} events in all, "
            f"{sum(summary.refused.values())} refused"
        )
    if summary.waiting:
        return f"{summary.extracted} articles extracted, {summary.waiting} of other months wait: nothing published yet"
    return f"nothing new: {summary.read['read']} articles read, {summary.version or 'no version'} stays"


def escaped(words: str) -> str:
    """Words of an article, so that Markdown shows them and does nothing else."""
    return _PUNCTUATION.sub(r"\\\1", inert(words))


def _changes(changes: ReleaseChanges) -> list[str]:
    lines = [
        f"## Since {changes.since}",
        "",
        f"{changes.added:,} events added, {changes.revised:,} revised, {changes.removed:,} removed.",
    ]
    if changes.moved:
        lines += [
            "",
            "The pairs that moved most (sum of the scores of a month's events; below 0 is more hostile than before):",
            "",
            "| month | who → to whom | change | events | mean score before | now |",
            "|---|---|---|---|---|---|",
            *(
                f"| {pair.month} | {escaped(pair.actor)} → {escaped(pair.recipient)} | {pair.change:+.1f} "
                f"| {pair.events:+d} | {_score(pair.before)} | {_score(pair.after)} |"
                for pair in changes.moved
            ),
        ]
    return lines


def _silence(silent: SilentSource) -> str:
    return (
        f"- {escaped(silent.source)}: none for {silent.silent_days} days, the last on {silent.last_day}; usually one every "
        f"{silent.usual_gap:.1f} days."
    )


def _score(mean: float | None) -> str:
    return "none" if mean is None else f"{mean:.1f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _change(finding: Finding) -> float | None:
    value, before = finding.measure.value, finding.before
    return None if value is None or before is None else round(value - before, 3)


def _event_line(event: TellingEvent) -> str:
    what = escaped(f"{event.event_type}{f' ({event.mode})' if event.mode else ''}")
    towards = f" → {escaped(', '.join(event.recipients))}" if event.recipients else ""
    return (
        f"- **{what}**, {escaped(event.status)}, {escaped(event.date)}: {escaped(', '.join(event.actors))}{towards}. "
        f"“{escaped(event.sentence)}” ({escaped(event.source)})"
    )
