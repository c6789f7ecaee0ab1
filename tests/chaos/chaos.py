"""Does a store survive? Work on it is killed at random moments, again and again: `make chaos`.

In: how many kills. Out: a table of what was tried and what was survived; exit code 1 if not everything was. What is
killed and how its end is judged: `trials`.

    python tests/chaos/chaos.py --kills 100 --flow-kills 3 --minutes 10

A failure is repeated as far as the machine repeats its times by `--seed`.
"""

from __future__ import annotations

import argparse
import logging
import random
import secrets
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from threatened_runs import HOUSEKEEPING, RUN_STAGES
from trials import WHOLE_FLOW, Outcome, World, make_world, try_flow, try_stage

from tasks.extract.language_model import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = (*RUN_STAGES, HOUSEKEEPING)


def main() -> None:
    """Kill runs and housekeeping, and tell what became of their stores."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100, help="of a stage, without Prefect")
    parser.add_argument("--flow-kills", type=int, default=3, help="of detente run")
    parser.add_argument("--minutes", type=float, default=10, help="no trial begins later")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)  # that a version is adopted is what we want
    deadline = time.monotonic() + 60 * chosen.minutes
    parse("India warned China.")  # loads the model for every child
    print(f"seed {chosen.seed}", flush=True)
    with TemporaryDirectory(prefix="detente-chaos-") as folder:
        world = make_world(Path(folder))
        moments = random.Random(chosen.seed)
        outcomes = []
        for outcome in (
            *flow_kills(world, moments, chosen.flow_kills, deadline),
            *stage_kills(world, moments, chosen.kills, deadline),
        ):
            outcomes.append(outcome)
            for problem in outcome.problems:
                print(f"killed in {outcome.stage}: {problem}", flush=True)
    print(table(outcomes))
    wanted = chosen.kills + chosen.flow_kills
    if len(outcomes) < wanted:
        print(f"Time was up after {len(outcomes)} of {wanted}.")
    sys.exit(any(outcome.problems for outcome in outcomes))


def stage_kills(world: World, moments: random.Random, kills: int, deadline: float) -> Iterator[Outcome]:
    """So many kills of stages, at random moments of random ones."""
    done = trial = 0
    while done < kills and time.monotonic() < deadline:
        trial += 1
        outcome = try_stage(world, f"trial-{trial}", moments.choice(STAGES), moments.random())
        if outcome:
            done += 1
            yield outcome


def flow_kills(world: World, moments: random.Random, kills: int, deadline: float) -> Iterator[Outcome]:
    """So many kills of the whole flow, at random moments."""
    done = trial = 0
    while done < kills and time.monotonic() < deadline:
        trial += 1
        outcome = try_flow(world, f"flow-{trial}", moments.random())
        if outcome:
            done += 1
            yield outcome


def table(outcomes: list[Outcome]) -> str:
    """Tried and survived, by the stage that was killed."""
    tried = Counter(outcome.stage for outcome in outcomes)
    survived = Counter(outcome.stage for outcome in outcomes if not outcome.problems)
    rows = [(stage, tried[stage], survived[stage]) for stage in (*STAGES, WHOLE_FLOW) if tried[stage]]
    rows.append(("in all", tried.total(), survived.total()))
    lines = [f"| {stage:<12} | {tries:>5} | {alive:>8} |" for stage, tries, alive in rows]
    return "\n".join(["| killed in    | tried | survived |", "|--------------|------:|---------:|", *lines])


if __name__ == "__main__":
    main()
