"""Does a store survive? Work on it is killed at random moments, again and again: `make chaos`.

In: how many kills. Out: a table of what was tried and what was survived; exit code 1 if not everything was. What is
killed and how its end is judged: `trials`.

    python tests/chaos/chaos.py --kills 100 --flow-kills 3 --minutes 10

Stages are killed in as many lanes side by side as --lanes says, and `detente run` beside them. A kill that comes too
late does not count. With the same --seed and --lanes the same moments are drawn; when they come, the machine decides.
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

from forked import Child
from threatened_runs import HOUSEKEEPING, RUN_STAGES
from trials import WHOLE_FLOW, Outcome, make_world, try_flow, try_stage

from tasks.extract.language_model import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STAGES = (*RUN_STAGES, HOUSEKEEPING)
LONGEST = 1.25
"""Kills come up to this share of a stage's length after its beginning: beside others it may take longer."""


def main() -> None:
    """Kill runs and housekeeping at random moments, and tell what became of their stores."""
    chosen = _options()
    logging.disable(logging.WARNING)  # that a version was adopted is no news here
    deadline = time.monotonic() + 60 * chosen.minutes
    parse("India warned China.")  # every child begins with the model loaded
    print(f"seed {chosen.seed}", flush=True)
    with TemporaryDirectory(prefix="detente-chaos-") as folder:
        world = make_world(Path(folder))

        def kill_a_stage(name: str, moments: random.Random) -> Outcome | None:
            return try_stage(world, name, moments.choice(STAGES), moments.uniform(0, LONGEST))

        def kill_a_flow(name: str, moments: random.Random) -> Outcome | None:
            return try_flow(world, name, moments.random())

        lanes = [
            Child(
                _lane(
                    f"{chosen.seed}-{lane}",
                    len(range(lane, chosen.kills, chosen.lanes)),
                    kill_a_stage,
                    deadline,
                )
            )
            for lane in range(chosen.lanes)
        ]
        outcomes = list(kills(f"{chosen.seed}-flow", chosen.flow_kills, kill_a_flow, deadline))
        for lane in lanes:
            outcomes += [Outcome(*said) for said in iter(lane.listen, None)]
            if lane.wait():
                sys.exit("a lane was killed")
    print(table(outcomes))
    wanted = chosen.kills + chosen.flow_kills
    if len(outcomes) < wanted:
        print(f"Time was up after {len(outcomes)} of {wanted} kills.")
    sys.exit(any(outcome.problems for outcome in outcomes))


def kills(
    seed: str, number: int, attempt: Callable[[str, random.Random], Outcome | None], deadline: float
) -> Iterator[Outcome]:
    """So many kills, or those for which there is time; what was not survived is told at once."""
    moments = random.Random(seed)  # noqa: S311
    done = trial = 0
    while done < number and time.monotonic() < deadline:
        trial += 1
        outcome = attempt(f"trial-{seed}-{trial}", moments)
        if outcome:
            done += 1
            for problem in outcome.problems:
                print(f"seed {seed}, trial {trial}, killed in {outcome.stage}: {problem}", flush=True)
            yield outcome


def table(outcomes: Sequence[Outcome]) -> str:
    """Tried and survived, by the stage that was killed."""
    tried = Counter(outcome.stage for outcome in outcomes)
    survived = Counter(outcome.stage for outcome in outcomes if not outcome.problems)
    rows = [(stage, tried[stage], survived[stage]) for stage in (*STAGES, WHOLE_FLOW) if tried[stage]]
    rows.append(("in all", tried.total(), survived.total()))
    lines = [f"| {stage:<12} | {tries:>5} | {alive:>8} |" for stage, tries, alive in rows]
    return "\n".join(["| killed in    | tried | survived |", "|--------------|------:|---------:|", *lines])


def _lane(
    seed: str, number: int, attempt: Callable[[str, random.Random], Outcome | None], deadline: float
) -> Callable[[Callable[[object], None]], None]:
    def work(say: Callable[[object], None]) -> None:
        for outcome in kills(seed, number, attempt, deadline):
            say([outcome.stage, outcome.problems])

    return work


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=100, help="of a stage, without Prefect")
    parser.add_argument("--flow-kills", type=int, default=3, help="of detente run with all its processes")
    parser.add_argument("--minutes", type=float, default=10, help="no kill is begun later")
    parser.add_argument("--lanes", type=int, default=2, help="kills of stages side by side")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    main()
