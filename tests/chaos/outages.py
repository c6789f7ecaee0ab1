"""Outages on purpose: what becomes of a run, of its record and of the release if something beside it dies.

    PYTHONPATH=.:tests/unit python tests/chaos/outages.py [TRIAL ...]

Each trial brings detente up in a home of its own (`detente up`), lets a run begin, breaks one thing, and says what
became of the run, of its record on the server and of the store, and whether the next run is well. It is a program and
not a test, since each trial takes minutes; its table is in docs/architecture.md. Trials of the clock need a C compiler: a
small library moves the time of day for all that detente starts (`shifted_clock.c`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from prefect_api import PrefectApi

from flows.local_prefect import environment_of_server, free_port, server_command
from flows.operations.processes import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DAY_SECONDS = 24 * 3600
EDITIONS = 12
"""Copies of each sample article, each with a line of its own: half a minute of extraction."""
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
WAIT_SECONDS = 400.0
MINUTE = {"cron": "* * * * *", "timezone": "Etc/UTC"}


class Site:
    """A home with an inbox and a store, and detente up in it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.api = PrefectApi(f"http://127.0.0.1:{self.port}", may_be_away=True)
        (folder / "inbox").mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
        self.environment = {
            **kept,
            "PREFECT_HOME": str(folder / "home"),
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def detente(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def up(self) -> None:
        places = ("--store", f"{self.folder}/store", "--inbox", f"{self.folder}/inbox")
        ended = self.detente("up", "--port", str(self.port), *places)
        if ended.returncode:
            raise RuntimeError(ended.stderr)

    def process(self, role: str) -> psutil.Process:
        record = json.loads((self.folder / "home" / "detente" / "up.json").read_text())
        return psutil.Process(record["processes"][role])

    def deployment(self) -> str:
        return str(self.api.get("/deployments/name/build_release/daily")["id"])

    def start(self) -> str:
        """The id of a run that is under way."""
        run = self.api.post(f"/deployments/{self.deployment()}/create_flow_run", {})["id"]
        wait(lambda: self.state(run)["type"] == "RUNNING" and self.is_extracting())
        return str(run)

    def is_extracting(self) -> bool:
        """Whether a run is in the middle of its work: the first shard is there."""
        return any((self.folder / "store" / "private" / "extractions").glob("*/*.parquet"))

    def state(self, run: str) -> dict[str, Any]:
        return dict(self.api.get(f"/flow_runs/{run}")["state"])

    def scheduled(self) -> list[dict[str, Any]]:
        """Runs that the scheduler made and that are over or under way."""
        body = {"flow_runs": {"state": {"type": {"any_": [*ENDED, "RUNNING"]}}}, "limit": 200}
        return [run for run in self.api.post("/flow_runs/filter", body) if run["auto_scheduled"]]

    def processes_of(self, run: str) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter()
            if environment_of(process).get("PREFECT__FLOW_RUN_ID") == run
        ]

    def ended(self, run: str) -> str:
        """How a run ended: state, and message."""
        wait(lambda: self.state(run)["type"] in ENDED)
        state = self.state(run)
        return (
            f"{state['name']}: {(state['message'] or '').splitlines()[0][:110] if state['message'] else '-'}"
        )

    def versions(self) -> str:
        versions = sorted(path.name for path in (self.folder / "store" / "versions").glob("v*"))
        if not versions:
            return "none"
        verified = self.detente("verify", "--store", f"{self.folder}/store")
        return f"{', '.join(versions)} ({verified.stderr[-80:] if verified.returncode else 'whole'})"

    def next_run(self) -> str:
        (self.folder / "inbox" / "late.txt").write_text(
            "Accord signed\n\nNorway and Sweden signed a fisheries agreement in Oslo on 2025-03-01.\n",
            encoding="utf-8",
        )
        (self.folder / "inbox" / "late.txt").rename(self.folder / "inbox" / "2025-03-02_late.txt")
        run = self.api.post(f"/deployments/{self.deployment()}/create_flow_run", {})["id"]
        return self.ended(run)


def worker_killed(site: Site) -> str:
    """kill -9 of the worker in mid-run; then detente up again."""
    run = site.start()
    site.process("worker").kill()
    wait(lambda: not site.processes_of(run) or site.state(run)["type"] in ENDED)
    how = site.ended(run)
    site.up()
    return how


def run_killed(site: Site) -> str:
    """kill -9 of the run's own process."""
    run = site.start()
    for process in site.processes_of(run):
        process.kill()
    return site.ended(run)


def worker_and_run_killed(site: Site) -> str:
    """kill -9 of both, as when a machine loses its power; nobody says detente up: the missing heartbeat is noticed."""
    run = site.start()
    site.process("worker").kill()
    for process in site.processes_of(run):
        process.kill()
    how = site.ended(run)
    site.up()
    return how


def server_killed(site: Site) -> str:
    """kill -9 of the server in mid-run, away until the run's process has ended; then detente up again."""
    run = site.start()
    site.process("server").kill()
    wait(lambda: not site.processes_of(run), seconds=1200)
    site.up()
    return site.ended(run)


def server_restarted(site: Site) -> str:
    """kill -9 of the server in mid-run, back after ten seconds."""
    run = site.start()
    server = site.process("server")
    environment = environment_of(server)
    server.kill()
    time.sleep(10)
    with server_again(site, environment):
        return site.ended(run)


def worker_away(site: Site) -> str:
    """A schedule of every minute, and no worker for five minutes."""
    site.process("worker").kill()
    site.api.post(f"/deployments/{site.deployment()}/schedules", [{"active": True, "schedule": MINUTE}])
    time.sleep(300)
    site.up()
    time.sleep(150)
    return told_of(site.scheduled())


def clock_forward(site: Site) -> str:
    """A schedule of every minute, and a clock that jumps ahead by a day."""
    site.api.post(f"/deployments/{site.deployment()}/schedules", [{"active": True, "schedule": MINUTE}])
    wait(lambda: any(run["state_type"] in ENDED for run in site.scheduled()))
    (site.folder / "clock").write_text(f"{DAY_SECONDS}\n", encoding="utf-8")
    time.sleep(240)
    return told_of(site.scheduled())


def clock_back(site: Site) -> str:
    """The same, and a clock that is set back by a day."""
    site.api.post(f"/deployments/{site.deployment()}/schedules", [{"active": True, "schedule": MINUTE}])
    wait(lambda: any(run["state_type"] in ENDED for run in site.scheduled()))
    (site.folder / "clock").write_text(f"-{DAY_SECONDS}\n", encoding="utf-8")
    time.sleep(180)
    return told_of(site.scheduled())


def two_at_once(site: Site) -> str:
    """Two runs of build_release and a housekeeping, all due now."""
    runs = [site.api.post(f"/deployments/{site.deployment()}/create_flow_run", {})["id"] for _ in range(2)]
    house = site.api.get("/deployments/name/housekeeping/weekly")["id"]
    runs.append(site.api.post(f"/deployments/{house}/create_flow_run", {})["id"])
    return "; ".join(site.ended(run) for run in runs)


Trial = Callable[[Site], str]
TRIALS: dict[str, Trial] = {
    trial.__name__: trial
    for trial in (
        worker_killed,
        run_killed,
        worker_and_run_killed,
        server_killed,
        server_restarted,
        two_at_once,
        worker_away,
        clock_forward,
        clock_back,
    )
}


def main() -> None:
    """Make the trials, and print a row for each."""
    for name in sys.argv[1:] or TRIALS:
        with tempfile.TemporaryDirectory() as folder:
            site = Site(Path(folder), **(with_clock(Path(folder)) if name.startswith("clock") else {}))
            many = name in {
                "worker_killed",
                "run_killed",
                "worker_and_run_killed",
                "server_killed",
                "server_restarted",
            }
            fill(site.folder / "inbox" / "wire.jsonl", EDITIONS if many else 1)
            site.up()
            try:
                how = TRIALS[name](site)
                row = [name, how, site.versions(), site.next_run(), site.versions()]
            except Exception as error:  # noqa: BLE001 - the other trials are worth having
                row = [name, f"{type(error).__name__}: {error}"]
            finally:
                down = site.detente("down")
            left = [
                process
                for process in psutil.process_iter()
                if environment_of(process).get("PREFECT_HOME") == f"{folder}/home"
            ]
            print(
                " | ".join(
                    [
                        *row,
                        f"left: {len(left)}"
                        if left
                        else (down.stdout + down.stderr).strip().splitlines()[-1][:80],
                    ]
                ),
                flush=True,
            )


def with_clock(folder: Path) -> dict[str, str]:
    """The environment of processes whose time of day is moved by what the file `clock` in a folder says, 0 for now."""
    library, source = folder / "shifted_clock.so", Path(__file__).with_name("shifted_clock.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    (folder / "clock").write_text("0\n", encoding="utf-8")
    return {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(folder / "clock")}


def told_of(runs: list[dict[str, Any]]) -> str:
    """How many scheduled runs ended how."""
    return ", ".join(
        f"{number} {name}" for name, number in sorted(Counter(run["state"]["name"] for run in runs).items())
    )


def fill(path: Path, editions: int) -> None:
    """Write the samples as records, each so many times with a line of its own."""
    texts = [
        (file.stem, file.read_text(encoding="utf-8")) for file in sorted((ROOT / "samples").glob("2025*.txt"))
    ]
    with path.open("w", encoding="utf-8") as lines:
        for edition in range(editions):
            for stem, text in texts:
                title, _, body = text.partition("\n")
                record = {
                    "id": f"{stem}-{edition}",
                    "date": stem[:10],
                    "title": title,
                    "text": f"{body}\n\nEdition {edition} of {stem}.",
                }
                lines.write(json.dumps(record) + "\n")


@contextmanager
def server_again(site: Site, environment: dict[str, str]) -> Iterator[None]:
    """The server as a service manager would start it again, for as long as the block runs."""
    server = subprocess.Popen(
        server_command("127.0.0.1", site.port),
        env={**environment_of_server(), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        server.terminate()
        server.wait()
        site.up()


def wait(is_so: Callable[[], bool], *, seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: It is not after a while.
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.5)


if __name__ == "__main__":
    main()
