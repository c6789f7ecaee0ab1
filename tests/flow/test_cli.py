"""The `detente` command as a user calls it: in a process of its own, with its own Prefect home."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.local_prefect import free_port
from tasks.store import Store

COMMAND = [str(Path(sys.executable).parent / "detente")]
SECRET = "hush-4d1f-nobody"  # noqa: S105
HOLDERS = (
    "DETENTE_WEBHOOK_URL",
    "DETENTE_SLACK_WEBHOOK_URL",
    "DETENTE_EMAIL_URL",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
    "AWS_SECRET_ACCESS_KEY",
)
"""Every command of this module is called with secrets in these variables; the last tests look for them."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def detente(home, samples, prefect_server):
    """Runs the command with an empty home folder, on the session's Prefect server unless told otherwise."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT")},
        "PREFECT_HOME": str(home / "prefect"),
        "HOME": str(home),
        "COLUMNS": "120",
        **dict.fromkeys(HOLDERS, f"https://user:{SECRET}@hooks.example/{SECRET}"),
    }

    def run(*arguments, stdin=b"", code=0, has_server=True, address=prefect_server):
        server = {"PREFECT_API_URL": address} if has_server else {}
        ended = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=samples.parent,
            env=environment | server,
            check=False,
        )
        assert ended.returncode == code, ended.stderr.decode()
        assert SECRET.encode() not in ended.stdout + ended.stderr
        return ended

    return run


@pytest.fixture(scope="module")
def store(detente, home, samples):
    detente("run", samples, "--store", home / "store", has_server=False)
    return home / "store"


def test_run_says_what_went_in_and_came_out(detente, store, samples):
    shown = detente("run", samples, "--store", store).stdout.decode()
    assert "24  unchanged" in shown
    assert "broken json" in shown
    assert "no date" in shown
    assert "Nothing new: the latest version stays v0000001" in shown


def test_a_run_without_a_server_leaves_its_whole_record(store, home):
    run_id = Store(store).manifest("v0000001").run.run_id
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        states = dict(
            database.execute(
                "select name, state_type from task_run where replace(flow_run_id, '-', '') = ?",
                [run_id.replace("-", "")],
            )
        )
        (flow,) = database.execute(
            "select state_type from flow_run where replace(id, '-', '') = ?", [run_id.replace("-", "")]
        ).fetchone()
    assert flow == "COMPLETED"
    assert len(states) == 7
    assert set(states.values()) == {"COMPLETED"}


def test_versions_and_verify(detente, store):
    row = json.loads(detente("versions", "--store", store, "--format", "jsonl").stdout)
    assert (row["version"], row["is_latest"], row["articles"]) == ("v0000001", True, 24)
    assert "v0000001 is whole" in detente("verify", "--store", store).stdout.decode()
    assert "v0000001  (latest)" in detente("versions", "--store", store).stdout.decode()


def test_verify_finds_a_changed_byte(detente, store, tmp_path):
    copy = tmp_path / "store"
    subprocess.run(["cp", "-a", str(store), str(copy)], check=True)
    file = next((copy / "latest" / "events").rglob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    ended = detente("verify", "--store", copy, code=1)
    assert file.name in ended.stderr.decode()
    assert "damaged" in ended.stderr.decode()


def test_refused_inputs_can_be_mended_and_run_again(detente, store, tmp_path):
    shown = detente("quarantine", "--store", store).stdout.decode()
    assert "broken_json" in shown
    detente("quarantine", "--store", store, "--out", tmp_path / "mend")
    (undated,) = (tmp_path / "mend").glob("*.txt")
    (tmp_path / "mend" / "agency.jsonl").unlink()
    detente("run", undated, "--date", "2025-05-02", "--store", tmp_path / "store")
    assert Store(tmp_path / "store").latest().counts["tables"]["articles"] == 1


def test_extract_reads_files_and_standard_input(detente, samples):
    (found,) = map(json.loads, detente("extract", next(samples.glob("2025-03*.txt"))).stdout.splitlines())
    assert found["events"]
    assert found["published"].startswith("2025-03")
    record = {"key": 7, "body": "France met Chad on Tuesday.", "date": None}
    piped = detente("extract", "--field", "text=body", "--field", "id=key", stdin=json.dumps(record).encode())
    (found,) = map(json.loads, piped.stdout.splitlines())
    assert (found["id"], found["published"]) == ("7", None)
    assert found["dates"][0]["value"] == "XXXX-WXX-2"


def test_extract_goes_on_after_bad_input_and_says_so(detente):
    lines = b'{"id": "cut\n{"id": "b", "text": "Kenya accused Chad of spying."}\n'
    ended = detente("extract", stdin=lines)
    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == ["b"]
    assert "<stdin>:1: broken_json" in ended.stderr.decode()


def test_pretty_output_shows_events_in_their_sentences(detente, samples):
    article = next(samples.glob("2025-03*.txt"))
    shown = detente("extract", article, "--format", "pretty").stdout.decode()
    assert "actor" in shown.splitlines()[0]
    assert "People" in shown


def test_classify(detente):
    text = "Kenya accused Chad of spying."
    record = {"id": 1, "text": text, "source": [0, 5], "target": [14, 18]}
    coding = json.loads(detente("classify", stdin=json.dumps(record).encode()).stdout)
    assert (coding["id"], coding["event_type"], coding["quad_class"]) == (1, "ACCUSE", "verbal_conflict")
    assert sum(coding["probabilities"].values()) == pytest.approx(1, abs=0.01)


@pytest.fixture
def invoke(monkeypatch, samples):
    """Runs the command in this process, from the root of the checkout."""
    monkeypatch.chdir(samples.parent)
    return lambda arguments, stdin: CliRunner().invoke(app, arguments, input=stdin)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        pytest.param(["run"], b"", 2, "Missing argument", id="no source"),
        pytest.param(["run", "samples", "--field", "body"], b"", 2, "OURS=YOURS", id="bad mapping"),
        pytest.param(["extract", "--field", "boody=x"], b"", 2, "OURS=YOURS", id="unknown field"),
        pytest.param(["classify"], b"[1]", 1, "not an object", id="classify bad record"),
        pytest.param(["classify"], b'{"text": "x", "source": [0, 9]}', 1, "target", id="classify no span"),
        pytest.param(["versions", "--store", "samples"], b"", 1, "not a store", id="not a store"),
        pytest.param(["verify", "v9", "--store", "samples"], b"", 1, "not a store", id="verify not a store"),
        pytest.param(["extract"], b"{", 1, "broken_json", id="nothing could be extracted"),
        pytest.param(["frobnicate"], b"", 2, "No such command", id="unknown command"),
    ],
)
def test_errors_are_sentences_with_their_exit_code(invoke, arguments, stdin, code, message):
    ended = invoke(arguments, stdin)
    assert (ended.exit_code, isinstance(ended.exception, SystemExit)) == (code, True)
    assert message in " ".join(ended.stderr.split())


def test_a_source_that_is_not_there_is_wrong_use(detente, tmp_path):
    ended = detente("run", tmp_path / "no-such-folder", "--store", tmp_path / "store", code=2)
    assert "no such file or folder" in " ".join(ended.stderr.decode().split())
    assert "Traceback" not in ended.stderr.decode()


@pytest.mark.parametrize(
    "command",
    [["extract"], ["run", "samples"], ["backfill", "--from", "2025-03", "--to", "2025-04"]],
    ids=lambda command: command[0],
)
def test_a_wrong_lexicon_is_wrong_use_and_nothing_begins(invoke, command, tmp_path):
    (tmp_path / "mine.tsv").write_text("name\tother_names\tkind\tcode\tsector\trole\nQuila\t\tport\n")
    at = ["--store", str(tmp_path / "store")] if command != ["extract"] else []
    ended = invoke([*command, *at, "--lexicon", str(tmp_path / "mine.tsv")], b"")
    assert ended.exit_code == 2
    assert "mine.tsv:2:thekind'port'isnotoneof" in "".join(ended.stderr.split())  # wrapped anywhere
    assert not (tmp_path / "store").exists()


def test_too_much_refused_is_exit_code_3(detente, tmp_path):
    (tmp_path / "in.jsonl").write_text("{\n" * 10, encoding="utf-8")
    ended = detente("run", tmp_path / "in.jsonl", "--store", tmp_path / "store", code=3)
    assert "10 of 10 articles were refused" in ended.stderr.decode()
    assert "detente quarantine" in ended.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["extract", "samples/2025-03-14_lisbon-rabat-fisheries.txt"],
        ["codebook"],
        ["verify", "--help"],
        ["diff", "1", "2", "--store", "samples"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_these_commands_never_import_prefect(arguments, samples):
    probe = (
        "import sys; from flows import cli\n"
        f"try: cli.app({arguments!r})\n"
        "except SystemExit: pass\n"
        "assert 'prefect' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, cwd=samples.parent)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("password", ["", "analyst:s3cret"], ids=["open", "with a password"])
def test_the_ui_serves_the_record_and_ends_with_its_process(home, password):
    environment = {**os.environ, "PREFECT_HOME": str(home / "prefect"), "PYTHONUNBUFFERED": "1"}
    if password:
        environment["PREFECT_SERVER_API_AUTH_STRING"] = password
    process = subprocess.Popen([*COMMAND, "ui"], stdout=subprocess.PIPE, env=environment, text=True)
    try:
        address = process.stdout.readline().removeprefix("Prefect UI: ").strip()
        latest = process.stdout.readline()
        assert address.startswith("http://127.0.0.1:")
        assert f"{address}/runs/flow-run/" in latest
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0


# ------------------------------------------------------------------------------------------------ servers and bounds


def test_a_server_that_is_not_there_is_named_at_once_without_its_password(detente, samples, tmp_path):
    address = f"http://reader:s3cret@127.0.0.1:{free_port()}/api"
    said = detente("run", samples, "--store", tmp_path / "store", code=1, address=address).stderr.decode()
    assert "does not answer" in said
    assert "unset PREFECT_API_URL" in said
    assert "s3cret" not in said
    assert "Traceback" not in said
    assert not (tmp_path / "store").exists()


def test_bounds_hold_a_release_back(detente, samples, tmp_path):
    refused = detente(
        "run", samples, "--store", tmp_path / "store", "--bound", "events_sure=0.999:", code=3
    ).stderr.decode()
    assert "the quality check events_sure is" in refused.replace("\n", " ")
    assert Store(tmp_path / "store").latest() is None


@pytest.mark.parametrize(
    "bound", ["events_sure", "events_sure=0.3", "unsure=0.3:", "events_sure=a:", "events_sure=0.9:0.1"]
)
def test_bounds_that_make_no_sense_are_wrong_use(detente, samples, bound):
    assert bound in detente("run", samples, "--bound", bound, code=2).stderr.decode()


def test_an_error_of_ours_has_a_traceback_without_secrets(detente, samples, tmp_path):
    article, other = sorted(samples.glob("2025*.txt"))[:2]
    detente("run", article, "--store", tmp_path / "store")
    quarantine = tmp_path / "store" / "private" / "quarantine"
    quarantine.mkdir(exist_ok=True)
    (quarantine / "odd.parquet").write_bytes(b"nothing that we wrote")
    said = detente("run", other, "--store", tmp_path / "store", code=1).stderr.decode()
    assert "Traceback" in said


def test_secrets_are_in_nothing_that_was_written(home, store):
    assert store.is_dir()
    written = [path for path in home.rglob("*") if path.is_file()]
    assert {"prefect.db", "manifest.json"} <= {path.name for path in written}
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []
