"""What Prefect costs: start-up, each task, the exit; and `detente run` with nothing new, beside an empty flow.

    python benchmarks/prefect_cost.py [--rounds 3]

Every figure is the wall time of a process of its own, the median of some rounds, with all ways side by side in each
round: with the temporary server that a run brings along, and against a server that runs already. The database is made
before the first round.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from flows.local_prefect import prepare, ui_server

ROOT = Path(__file__).parents[1]
TASKS = 20

_EMPTY = "from prefect import flow\n@flow\ndef nothing():\n    pass\nnothing()"
_WITH_TASKS = f"""
from prefect import flow, task
@task
def little():
    pass
@flow
def several():
    for _ in range({TASKS}):
        little()
several()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PREFECT_HOME": f"{folder}/prefect", "PREFECT_LOGGING_LEVEL": "ERROR"}
        os.environ.pop("PREFECT_API_URL", None)
        prepare(quiet=True)
        run = [sys.executable, "-c", "from flows.cli import main; main()", "run", str(ROOT / "samples")]
        run += ["--store", f"{folder}/store"]
        ways = {
            "import prefect": [sys.executable, "-c", "import prefect, prefect.client.orchestration"],
            "empty flow": [sys.executable, "-c", _EMPTY],
            f"flow of {TASKS} tasks": [sys.executable, "-c", _WITH_TASKS],
            "detente run, nothing new": run,
        }
        _seconds(run, {})
        seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        for _ in range(rounds):
            for name, command in ways.items():
                seconds[name, "own server"].append(_seconds(command, {}))
        with ui_server() as address:
            for _ in range(rounds):
                for name, command in ways.items():
                    seconds[name, "running server"].append(
                        _seconds(command, {"PREFECT_API_URL": f"{address}/api"})
                    )
    print(f"{'':28}{'own server':>16}{'running server':>18}")
    for name in ways:
        own, running = (median(seconds[name, server]) for server in ("own server", "running server"))
        print(f"{name:28}{own:14.2f} s{running:16.2f} s")


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
