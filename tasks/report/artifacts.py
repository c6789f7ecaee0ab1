"""What the Prefect UI shows of a run: a table of counts and a description of the release, as plain values.

In: the summary of a run. Out: rows and Markdown. Words of articles are made inert before they go into Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.quality import CHECKS
from schemas.refusal import excerpt, inert
from tasks.report.count_words import NOT_IN_DYADS, READ, SHOWN_IF_ANY, TABLES, plain, refusal_in_words
from tasks.report.headlines import headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemas.quality import Bounds, QualityCheck
    from tasks.quality import Finding
    from tasks.report.release_changes import ReleaseChanges
    from tasks.report.summary import Summary, TellingEvent
    from tasks.silence import SilentSource

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""Markdown gives a meaning to some of it, its dialects to more (a bare address is a link); all may be escaped."""

_HARMLESS = re.compile(r"\(?[^\W_]+(?:[ ,&'()-]+[^\W_]+)*\)?")
"""Words and what joins them: no mark that begins or ends anything in Markdown."""

_CELL_CHARACTERS = 40
"""A longer name pushes all other columns out of sight."""

_MOVED = (
    "The pairs that moved most. Events score from -10 (hostile) to 10 (friendly). A change is that of the sum of a month's "
    "scores: below 0 means that the release knows of more hostile acts, or of fewer friendly ones, than the one before."
)

JOINER = "\u2060"
_ADDRESS = re.compile(r"://|www(?=\.)|@", re.IGNORECASE)
"""Prefect's newer UI looks for addresses when escapes are gone, and makes links of them. A joiner in them, which nobody
sees and `inert` leaves in no text, ends that."""

NOTHING = "–"
"""In a cell that has no value; an empty one looks like a fault of the page."""


def counts_table(summary: Summary) -> list[dict[str, str | int]]:
    """One row per count, stage by stage, with what it counts."""
    return [
        *_rows("ingest", summary.read, READ),
        *(
            _row("refused", reason, count, refusal_in_words(reason))
            for reason, count in summary.refused.items()
        ),
        _row(
            "extract", "articles extracted", summary.extracted, "the others were extracted by an earlier run"
        ),
        *_rows("release", summary.tables, TABLES),
        *_rows("not in dyads", summary.not_in_dyads, NOT_IN_DYADS),
    ]


def quality_table(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """One row per quality check: what it found, how that is, and how it was before; what it is comes last.

    The UI shows columns in this order, and on a narrow screen only the first of them.
    """
    return [_quality_row(finding, CHECKS[finding.check]) for finding in findings]


def release_note(summary: Summary) -> str:
    """What the run did, for someone who does not know the code, in Markdown: news first, numbers last."""
    lines = [f"# {headline(summary)}", ""]
    if summary.warnings:
        lines += ["## Warnings", "", *(f"- {escaped(warning)}" for warning in summary.warnings), ""]
    if summary.telling:
        lines += [
            "## Events that tell most",
            "",
            "The strongest ones of all that the store has, each with the sentence that reports it:",
            "",
            *(_event_line(event) for event in summary.telling),
            "",
        ]
    if summary.changes:
        lines += [*_changes(summary.changes), ""]
    if summary.silent:
        lines += ["## Sources without news", "", *map(_silence, summary.silent), ""]
    if summary.refused:
        lines += ["## Refused", "", *(_refusal(reason, n) for reason, n in summary.refused.items()), ""]
    if summary.version:
        lines += [
            f"## What {summary.version} holds",
            "",
            "| table | rows | of what |",
            "|---|---|---|",
            *(
                f"| {escaped(name)} | {rows:,} | {TABLES.get(name, '')} |"
                for name, rows in summary.tables.items()
                if rows
            ),
            "",
            f"It lies in {escaped(summary.folder or '')}.",
            "",
            f"Data digest, to cite and check it by: `{summary.data_digest}`",
            "",
        ]
    return "\n".join(lines)


def escaped(words: str) -> str:
    """Words of an article, so that Markdown shows them and does nothing else."""
    return _PUNCTUATION.sub(r"\\\1", _ADDRESS.sub(rf"\g<0>{JOINER}", inert(words)))


def cell(words: str) -> str:
    """Words of an article, short, for a cell of a table artifact.

    Prefect's UI takes what stands there for Markdown, its newer one does not and would show the escapes. So what is
    words and blanks, as most names are, stays as it is.
    """
    short = excerpt(words, limit=_CELL_CHARACTERS)
    return short if _HARMLESS.fullmatch(short) else escaped(short)


def _changes(changes: ReleaseChanges) -> list[str]:
    lines = [
        f"## Since {changes.since}",
        "",
        f"{changes.added:,} events added, {changes.revised:,} revised, {changes.removed:,} removed.",
    ]
    if changes.moved:
        lines += [
            "",
            _MOVED,
            "",
            "| month | who → to whom | change | new events | mean score before | now |",
            "|---|---|---|---|---|---|",
            *(
                f"| {pair.month} | {escaped(pair.actor)} → {escaped(pair.recipient)} | {pair.change:+.1f} "
                f"| {pair.events:+d} | {_score(pair.before)} | {_score(pair.after)} |"
                for pair in changes.moved
            ),
        ]
    return lines


def _refusal(reason: str, count: int) -> str:
    meaning = refusal_in_words(reason)
    return f"- {count:,} {escaped(plain(reason))}{f': {meaning}' if meaning else ''}"


def _silence(silent: SilentSource) -> str:
    return (
        f"- {escaped(silent.source)}: none for {silent.silent_days} days, the last on {silent.last_day}; usually one every "
        f"{silent.usual_gap:.1f} days."
    )


def _score(mean: float | None) -> str:
    return "none" if mean is None else f"{mean:.1f}"


def _rows(
    stage: str, counts: Mapping[str, int], meanings: Mapping[str, str]
) -> Iterator[dict[str, str | int]]:
    for name, count in counts.items():
        if count or name not in SHOWN_IF_ANY:
            yield _row(stage, name, count, meanings.get(name, ""))


def _row(stage: str, what: str, count: int, meaning: str) -> dict[str, str | int]:
    return {"stage": stage, "what": plain(what), "count": count, "what that is": meaning}


def _quality_row(finding: Finding, check: QualityCheck) -> dict[str, str]:
    return {
        "check": finding.check,
        "result": check.in_units(finding.measure.value),
        "verdict": finding.verdict,
        "allowed": _allowed(finding.bounds, check),
        "last release": check.in_units(finding.before),
        "change": _change(finding, check),
        "failures": NOTHING if finding.failures is None else f"{finding.failures:,}",
        "out of": f"{finding.measure.among:,} {check.rows}",
        "what that is": check.says,
    }


def _allowed(bounds: Bounds, check: QualityCheck) -> str:
    least = None if bounds.minimum is None else f"{check.in_units(bounds.minimum)} or more"
    most = None if bounds.maximum is None else f"{check.in_units(bounds.maximum)} or less"
    return ", ".join(bound for bound in (least, most) if bound) or "anything"


def _change(finding: Finding, check: QualityCheck) -> str:
    value, before = finding.measure.value, finding.before
    if value is None or before is None:
        return NOTHING
    return f"{100 * (value - before):+.1f} points" if check.is_share else f"{value - before:+.1f}"


def _event_line(event: TellingEvent) -> str:
    what = escaped(f"{event.event_type}{f' ({event.mode})' if event.mode else ''}")
    towards = f" → {escaped(', '.join(event.recipients))}" if event.recipients else ""
    return (
        f"- **{what}**, {escaped(event.date)}: {escaped(', '.join(event.actors))}{towards}. "
        f"“{escaped(event.sentence)}” ({escaped(event.source)})"
    )
