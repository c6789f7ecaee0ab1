"""Five kills of stages and one of the whole flow; `make chaos` does a hundred of them."""

import os
import subprocess
import sys
from pathlib import Path

CHAOS = Path(__file__).parents[1] / "chaos" / "chaos.py"


def test_killed_runs_leave_stores_that_the_next_run_completes(prefect_server):
    options = ["--kills", "5", "--flow-kills", "1", "--lanes", "1", "--minutes", "8"]
    ended = subprocess.run(
        [sys.executable, str(CHAOS), *options],
        env=os.environ | {"PREFECT_API_URL": prefect_server, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "| in all       |     6 |        6 |" in ended.stdout
    assert "| detente run  |     1 |        1 |" in ended.stdout
