"""What housekeeping did, for a terminal and for the Prefect UI.

In: what was tidied and verified. Out: one frozen model, its lines in plain words, and Markdown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict

from tasks.report.artifacts import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.housekeeping import Tidied
    from tasks.verify import Verification


_FEW = 5


class Housekept(BaseModel):
    """How housekeeping ended.

    Attributes:
        verified: Versions that were read and found whole.
        problems: Whatever is not as its manifest says, each with its path.
        deleted: Versions that the retention rule did not name, or that could not be redacted.
        redacted: Versions from which forgotten articles were removed.
        forgotten: Articles that were removed from what the store had of the past.
        left_over: Texts, staging folders and half-written files of killed runs, and shards or caches nobody needs.
        artifacts: Artifacts in the Prefect UI that quoted forgotten articles and were deleted.
    """

    model_config = ConfigDict(frozen=True)

    verified: tuple[str, ...]
    problems: tuple[str, ...]
    deleted: tuple[str, ...]
    redacted: tuple[str, ...]
    forgotten: tuple[str, ...]
    left_over: int
    artifacts: int

    @classmethod
    def of(cls, tidied: Tidied, verified: Sequence[Verification], *, artifacts: int) -> Self:
        """The report of a run."""
        purged = tidied.purged
        cleaned = tidied.cleaned
        return cls(
            verified=tuple(each.version for each in verified if each.version and each.is_sound),
            problems=tuple(
                f"{problem.path} {problem.what}" for each in verified for problem in each.problems
            ),
            deleted=(*tidied.deleted, *(purged.deleted if purged else ())),
            redacted=(*cleaned.redacted, *(purged.redacted if purged else ())),
            forgotten=purged.articles if purged else (),
            left_over=len(cleaned.staging)
            + len(cleaned.orphans)
            + len(tidied.caches)
            + tidied.partial
            + len(tidied.orphans),
            artifacts=artifacts,
        )


def housekeeping_lines(done: Housekept) -> list[str]:
    """What was done, a line each, what matters most first."""
    lines = [f"Damaged: {problem}" for problem in done.problems]
    lines.append(f"Versions that are whole: {len(done.verified)}{_span(done.verified)}")
    if done.deleted:
        lines.append(f"Versions deleted: {', '.join(done.deleted)}")
    if done.forgotten:
        lines.append(f"Removed from the past: {', '.join(done.forgotten)}")
    if done.redacted:
        lines.append(f"Versions redacted: {', '.join(done.redacted)}")
    if done.artifacts:
        lines.append(f"Artifacts that quoted them, deleted: {done.artifacts}")
    lines.append(f"Files and folders that nobody needed, deleted: {done.left_over}")
    return lines


def housekeeping_headline(done: Housekept) -> str:
    """The same in one line; also the run's name in the Prefect UI."""
    counts = {
        "problems found": len(done.problems),
        "versions deleted": len(done.deleted),
        "versions redacted": len(done.redacted),
    }
    told = [f"{len(done.verified)} versions whole", *(f"{n} {what}" for what, n in counts.items() if n)]
    return f"housekeeping: {', '.join(told)}"


def housekeeping_note(done: Housekept) -> str:
    """The same in Markdown."""
    return "\n".join(["# Housekeeping", "", *(f"- {escaped(line)}" for line in housekeeping_lines(done))])


def _span(versions: tuple[str, ...]) -> str:
    if len(versions) <= _FEW:
        return f" ({', '.join(versions)})" if versions else ""
    return f" ({versions[0]}, ..., {versions[-1]})"
