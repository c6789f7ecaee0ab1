"""What `detente up` and `detente down` build on: whose process it is, the record, the articles of the demonstration."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import psutil
import pytest

from flows.local_prefect import ServerError
from flows.operations import demo, processes
from flows.operations.record import Record, alone, read_record

ENDLESS = "import time; print('begun', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + ENDLESS
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ENDLESS!r}], start_new_session=True)"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def started(tmp_path):
    """Starts a program in the background; ends what is left of it."""
    logs = []

    def start(program, mark="mine"):
        logs.append(tmp_path / f"{len(logs)}.log")
        process = processes.start(
            [sys.executable, "-c", program],
            mark=mark,
            environment=dict(os.environ),
            folder=tmp_path,
            log=logs[-1],
        )
        while "begun" not in logs[-1].read_text():
            assert process.poll() is None
        return process

    yield start
    processes.stop(processes.marked("mine"), grace=0)


def test_a_process_is_found_by_its_mark_and_so_is_what_it_starts(started):
    parent = started(CHILD)
    found = {process.pid for process in processes.marked("mine")}
    assert parent.pid in found
    assert len(found) == 2


def test_a_process_id_that_was_given_again_is_not_ours(started):
    stranger = started(ENDLESS, mark="somebody else's")
    assert not processes.is_alive(stranger.pid, "mine")
    assert not processes.marked("mine")
    stranger.kill()
    stranger.wait()
    assert not processes.is_alive(stranger.pid, "somebody else's")


@pytest.mark.parametrize("program", [ENDLESS, STUBBORN, CHILD], ids=["ends", "stays", "has a child"])
def test_what_is_stopped_has_ended(started, program):
    started(program)
    processes.stop(processes.marked("mine"), grace=0.5)
    assert not processes.marked("mine")


def test_the_log_before_is_kept(tmp_path):
    log = tmp_path / "server.log"
    for _ in range(2):
        processes.start(
            [sys.executable, "-c", "print('said')"], mark="mine", environment={}, folder=tmp_path, log=log
        ).wait()
    assert [processes.tail(one) for one in (log, log.with_suffix(".previous.log"))] == ["said", "said"]


def test_a_search_path_means_the_same_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "path.log"
    (tmp_path / "elsewhere").mkdir()
    processes.start(
        [sys.executable, "-c", "import os; print(os.environ['PYTHONPATH'])"],
        mark="mine",
        environment={"PYTHONPATH": os.pathsep.join([".", "/opt/code"])},
        folder=tmp_path / "elsewhere",
        log=log,
    ).wait()
    assert processes.tail(log) == os.pathsep.join([str(tmp_path), "/opt/code"])


def test_a_record_is_read_as_it_was_written(tmp_path):
    assert read_record() is None
    record(tmp_path).write()
    assert read_record() == record(tmp_path)


def test_a_damaged_record_is_said(home, tmp_path):
    record(tmp_path).write()
    (home / "detente" / "up.json").write_text("{")
    with pytest.raises(ServerError, match="damaged"):
        read_record()


@pytest.mark.parametrize(
    ("host", "address", "is_everywhere"),
    [
        ("127.0.0.1", "http://127.0.0.1:4200", False),
        ("0.0.0.0", "http://127.0.0.1:4200", True),  # noqa: S104
        ("::", "http://[::1]:4200", True),
        ("news.example.org", "http://news.example.org:4200", False),
    ],
)
def test_a_server_reaches_itself_where_it_listens(tmp_path, host, address, is_everywhere):
    one = record(tmp_path, host=host)
    assert one.address == address
    assert (one.public_address != address) == is_everywhere


def test_one_at_a_time():
    with alone():
        program = "from flows.operations.record import alone\nwith alone(): pass"
        second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "another `detente up` or `detente down` is at work" in second.stderr


def test_the_demonstration_brings_every_sample_once(tmp_path, samples, capsys):
    demo.feed(samples, tmp_path, seconds=0)
    brought = {path.name for path in tmp_path.iterdir()}
    assert brought == {path.name for path in samples.iterdir() if path.suffix in {".txt", ".jsonl"}}
    assert len(capsys.readouterr().out.splitlines()) == len(brought)
    demo.feed(samples, tmp_path, seconds=0)
    assert not capsys.readouterr().out


def record(folder, host="127.0.0.1"):
    return Record(
        mark="mine",
        host=host,
        port=4200,
        store=folder / "store",
        inbox=folder / "inbox",
        demo=False,
        started=datetime(2025, 3, 1, tzinfo=UTC),
        processes={"server": psutil.Process().pid},
    )
