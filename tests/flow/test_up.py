"""`detente up` and `detente down` as a user calls them: a real server, worker and feeder, on a free port."""

import json
import os
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from prefect_api import PrefectApi

from flows.local_prefect import free_port
from tasks.store import Store

COMMAND = str(Path(sys.executable).parent / "detente")
WAIT_SECONDS = 150
SECRET = "token-that-nobody-may-see"  # noqa: S105
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
pytestmark = pytest.mark.usefixtures("said")
ODD_SOURCE = 'The "Daily" <!channel> \\ {{ event.id }}'


class Machine:
    """A machine of its own: a home, a port, receivers of alerts; and detente on it."""

    def __init__(self, home):
        self.home = home
        self.port = free_port()
        self.calls, self.mails = [], []
        self.api = PrefectApi(f"http://127.0.0.1:{self.port}")
        self._receivers = [http_receiver(self.calls), mail_receiver(self.mails)]
        webhook, mail = (receiver.server_address[1] for receiver in self._receivers)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT")},
            "PREFECT_HOME": str(home),
            "COLUMNS": "160",
            "DETENTE_WEBHOOK_URL": f"http://127.0.0.1:{webhook}/{SECRET}",
            "DETENTE_EMAIL_URL": f"mailto://127.0.0.1:{mail}/?from=detente@example.org&to=analyst@example.org",
        }

    @property
    def store(self):
        return Store(self.home / "detente" / "demo" / "store")

    @property
    def record(self):
        return json.loads((self.home / "detente" / "up.json").read_text())

    def detente(self, *arguments, code=0, **changes):
        ended = subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=self.environment | changes,
            cwd=self.home,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
        return ended.stdout + ended.stderr

    def up(self, *arguments, **options):
        return self.detente("up", "--demo", "--port", self.port, *arguments, **options)

    def runs(self, *states):
        wanted = {"flow_runs": {"state": {"type": {"any_": list(states)}}}, "sort": "START_TIME_ASC"}
        return self.api.post("/flow_runs/filter", wanted)

    def run(self, run_id):
        return self.api.get(f"/flow_runs/{run_id}")

    def told(self, event):
        """What the webhook was called with, of an event."""
        assert {headers["content-type"] for headers, _ in self.calls} <= {"application/json"}
        return [told for told in (json.loads(body) for _, body in self.calls) if told["event"] == event]

    def read(self):
        """The mails that arrived."""
        return [message_from_bytes(mail, policy=policy.default) for mail in self.mails]

    def start_run(self):
        """Does not wait for the minute."""
        deployment = self.api.get("/deployments/name/build_release/daily")
        self.api.post(f"/deployments/{deployment['id']}/create_flow_run", {})

    def emit(self, event, run, **payload):
        self.api.post(
            "/events",
            [
                {
                    "id": str(uuid4()),
                    "occurred": "2025-03-01T06:00:00Z",
                    "event": event,
                    "resource": {"prefect.resource.id": "detente.store", "prefect.resource.name": "store"},
                    "related": [
                        {
                            "prefect.resource.id": f"prefect.flow-run.{run}",
                            "prefect.resource.role": "flow-run",
                        }
                    ],
                    "payload": payload,
                }
            ],
        )

    def close(self):
        self.detente("down")
        for receiver in self._receivers:
            receiver.shutdown()
            receiver.server_close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    machine = Machine(tmp_path_factory.mktemp("home"))
    yield machine
    machine.close()


@pytest.fixture(scope="module")
def said(machine):
    """What the first `detente up --demo` said; it stays up for the tests of this module, which build on each other."""
    return machine.up()


def test_it_says_what_runs_where(machine, said):
    assert f"http://127.0.0.1:{machine.port}" in said
    assert str(machine.store.root) in said
    assert "every minute" in said
    for name in ("build_release/daily", "housekeeping/weekly", "backfill/by-hand"):
        assert name in said
    assert "by webhook and e-mail" in said
    assert "down" in said.splitlines()[-1]
    assert list(machine.record["processes"]) == ["server", "worker", "feeder"]
    for pid in machine.record["processes"].values():
        assert str(pid) in said
        assert psutil.pid_exists(pid)


def test_nobody_else_may_read_the_record(machine):
    assert (machine.home / "detente" / "up.json").stat().st_mode & 0o077 == 0


def test_the_server_is_on_loopback_only_and_sends_no_telemetry(machine):
    server = psutil.Process(machine.record["processes"]["server"])
    listening = {one.laddr.ip for one in server.net_connections("inet") if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    assert server.environ()["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert server.environ()["DO_NOT_TRACK"] == "1"


def test_said_again_it_changes_nothing(machine):
    before = machine.record
    for again in (machine.up(), machine.detente("up")):
        assert "up already" in again
        assert str(machine.store.root) in "".join(again.split())
    assert machine.record == before
    names = [automation["name"] for automation in machine.api.post("/automations/filter", {})]
    assert len(names) == len(set(names)) == 4


def test_another_store_needs_a_down_first(machine, tmp_path):
    assert "`detente down` first" in machine.up("--store", tmp_path, code=1)
    assert not any(tmp_path.iterdir())


def test_a_scheduled_run_publishes_by_itself(machine):
    run = machine_waits(machine, lambda: machine.runs(*ENDED))[0]
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert run["auto_scheduled"]
    assert machine.store.latest().counts["tables"]["articles"] >= 1
    told = machine_waits(machine, lambda: machine.told("detente.release.published"))[0]
    assert told["version"] == "v0000001"
    assert told["store"] == str(machine.store.root)
    assert told["run"] == f"http://127.0.0.1:{machine.port}/runs/flow-run/{run['id']}"


def test_a_run_that_has_ended_is_not_missed(machine):
    """The bucket of the automation that waits for its next sign of life is filled by its end."""
    run = machine_waits(machine, lambda: machine.runs(*ENDED))[0]
    records = sqlite3.connect(machine.home / "prefect.db")
    told = "SELECT count FROM automation_bucket WHERE bucketing_key LIKE ? AND count > 0"
    assert machine_waits(machine, lambda: records.execute(told, [f"%{run['id']}%"]).fetchall())


EVENTS = [
    (
        "detente.release.published",
        {
            "version": "v0000007",
            "headline": "v0000007: 3 articles in",
            "articles": 3,
            "events": 9,
            "store": "/s",
        },
        "/s has a new version. v0000007: 3 articles in",
    ),
    (
        "detente.quality.failed",
        {"reason": 'a "quoted" reason\nand more', "store": "/s"},
        'Nothing was published to /s: a "quoted" reason\nand more',
    ),
    (
        "detente.source.silent",
        {"source": ODD_SOURCE, "last_day": "2025-02-01", "silent_days": 28, "store": "/s"},
        f"{ODD_SOURCE} has been silent for 28 days: its last article in /s is of 2025-02-01",
    ),
]


@pytest.mark.parametrize(("event", "payload", "sentence"), EVENTS, ids=[event for event, _, _ in EVENTS])
def test_an_event_reaches_the_webhook_and_the_mailbox_with_its_words_inert(machine, event, payload, sentence):
    run = machine.runs(*ENDED)[0]["id"]
    machine.emit(event, run, **payload)
    [told] = machine_waits(machine, lambda: [one for one in machine.told(event) if one["store"] == "/s"])
    run_page = f"http://127.0.0.1:{machine.port}/runs/flow-run/{run}"
    details = {"event": event, "sentence": sentence, "time": "2025-03-01T06:00:00+00:00", "run": run_page}
    assert told == payload | details
    words = [*sentence.replace("<", "‹").replace(">", "›").split(), run_page]
    [mail] = machine_waits(
        machine, lambda: [one for one in machine.read() if one.get_content().split() == words]
    )
    assert mail["To"] == "analyst@example.org"
    assert mail["Subject"].startswith("detente: ")
    assert mail.get_content_type() == "text/plain"


def test_addresses_are_in_no_log_and_no_environment(machine):
    for log in (machine.home / "detente").glob("*.log"):
        assert SECRET not in log.read_text()
    for pid in machine.record["processes"].values():
        assert SECRET not in str(psutil.Process(pid).environ())
    for automation in machine.api.post("/automations/filter", {}):
        assert SECRET not in json.dumps(automation)
    for event in machine.api.post("/events/filter", {"limit": 50})["events"]:
        assert SECRET not in json.dumps(event)


def test_a_killed_run_is_marked_and_blocks_nobody(machine):
    with machine.store.lock():  # so that runs do not end by themselves
        machine.start_run()
        killed = machine_waits(machine, lambda: under_way(machine))
        worker, run = machine.record["processes"]["worker"], process_of(killed)
        os.kill(worker, signal.SIGKILL)
        os.kill(run, signal.SIGKILL)

        again = machine.detente("up")
        assert "The worker had died" in again
        assert "1 run was found dead" in again
        marked = machine.run(killed["id"])["state"]
        assert (marked["type"], marked["name"]) == ("CRASHED", "Crashed")
        assert "it was killed" in marked["message"]

        machine.start_run()
        following = machine_waits(machine, lambda: under_way(machine))
        assert following["id"] != killed["id"]
        stopped = machine.detente("down")
        assert "1 run was under way" in stopped
        assert "".join(following["name"].split()) in "".join(stopped.split())
    kept = sqlite3.connect(machine.home / "prefect.db")
    of_the_run = "SELECT state_type FROM flow_run WHERE id = ?"
    assert kept.execute(of_the_run, [following["id"]]).fetchone() == ("CRASHED",)


def test_after_down_nothing_is_left(machine):
    assert not processes_of(machine)
    assert not (machine.home / "detente" / "up.json").exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", machine.port))
    assert machine.detente("down") == "Nothing is up.\n"


def test_a_step_that_fails_leaves_nothing_behind_and_tells_no_secret(machine):
    told = machine.up(code=1, DETENTE_WEBHOOK_URL=f"{SECRET}.example")
    assert "DETENTE_WEBHOOK_URL is not an address" in told
    assert SECRET not in told
    assert not processes_of(machine)


def test_a_port_that_is_taken_is_said_before_anything_starts(machine):
    with socket.create_server(("127.0.0.1", machine.port)):
        assert "choose another --port" in machine.up(code=1)
    assert not (machine.home / "detente" / "up.json").exists()


def test_an_up_that_is_asked_to_end_takes_with_it_what_it_started(machine):
    starting = subprocess.Popen(
        [COMMAND, "up", "--demo", "--port", str(machine.port)],
        env=machine.environment,
        cwd=machine.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    machine_waits(machine, lambda: any("server" in process.cmdline() for process in processes_of(machine)))
    starting.send_signal(signal.SIGTERM)
    assert "started is stopped" in starting.communicate()[1]
    assert starting.returncode == 1
    assert not processes_of(machine)


def machine_waits(machine, found):
    """Wait until there is something; what it is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.2)
    logs = [log.read_text()[-2000:] for log in (machine.home / "detente").glob("*.log")]
    raise AssertionError("\n\n".join(logs))


def under_way(machine):
    """A run of the schedule that works, or waits for the store's lock."""
    running = [run for run in machine.runs("RUNNING") if run["infrastructure_pid"]]
    return running[0] if running else None


def process_of(run):
    return int(run["infrastructure_pid"])


def processes_of(machine):
    """All living processes with this machine's home, whoever started them, but the command itself."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except psutil.Error:
            continue
        if environment.get("PREFECT_HOME") == str(machine.home) and "DETENTE_UP" in environment:
            found.append(process)
    return found


def http_receiver(calls):
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    return serving(ThreadingHTTPServer(("127.0.0.1", 0), Receiver))


def mail_receiver(mails):
    """As much of SMTP as it takes to be sent a mail."""

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                if verb == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 fine\r\n")

    return serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiver))


def serving(server):
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
