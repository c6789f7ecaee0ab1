import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.extract.workers import POOL_CHARACTERS, cores, default_workers, worker_pool

PARENT = """
import sys, time
from tasks.extract.workers import worker_pool
if __name__ == "__main__":
    with worker_pool(2) as pool:
        print(*{pool.submit(__import__("os").getpid).result() for _ in range(20)}, flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize(
    ("characters", "expected"),
    [(0, 1), (POOL_CHARACTERS - 1, 1), (POOL_CHARACTERS, cores())],
    ids=["nothing", "little", "much"],
)
def test_a_pool_only_where_it_is_worth_its_start(characters, expected):
    assert default_workers(characters) == expected


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert all(map(is_alive, workers))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def test_an_error_ends_the_workers_in_the_middle_of_their_work():
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        interrupt_a_pool_at_work()
    assert time.monotonic() - started < 30


def interrupt_a_pool_at_work():
    with worker_pool(2) as pool:
        pool.submit(time.sleep, 60)
        raise TimeoutError


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").is_dir() else True
