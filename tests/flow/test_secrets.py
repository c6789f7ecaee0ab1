"""What the environment holds in secret is in nothing that a run writes: no output, log, artifact, manifest or record."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "hush-4d1f-nobody"  # noqa: S105
HOLDERS = (
    "DETENTE_WEBHOOK_URL",
    "DETENTE_SLACK_WEBHOOK_URL",
    "DETENTE_EMAIL_URL",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
    "AWS_SECRET_ACCESS_KEY",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Home, Prefect's home and store in one folder, so that all that runs write can be searched."""
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def said(place, samples):
    """What a run that publishes, one that is refused and one that meets a damaged store say."""
    article = min(samples.glob("2025*.txt"))
    store = place / "store"
    outputs = [detente(place, "run", article, "--store", store, code=0)]
    outputs.append(detente(place, "run", samples, "--store", store, "--bound", "events_sure=1:", code=3))
    for table in (store / "versions").rglob("articles/*/part-*.parquet"):
        table.chmod(0o600)
        table.write_bytes(b"damaged")
    outputs.append(detente(place, "run", article.parent, "--store", store, code=1))
    return outputs


def test_the_runs_say_what_is_wrong_and_no_secret(said):
    published, refused, damaged = said
    assert "Published v0000001" in published
    assert "quality check" in refused
    assert "Parquet" in damaged
    assert SECRET not in "".join(said)


def test_nothing_that_they_wrote_holds_it(place, said):
    assert said
    written = [path for path in place.rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in written)
    assert any(path.name == "manifest.json" for path in written)
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []


def detente(place, *arguments, code):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {
        "HOME": str(place),
        "PREFECT_HOME": str(place / "prefect"),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    environment |= dict.fromkeys(HOLDERS, f"https://user:{SECRET}@hooks.example/{SECRET}")
    ended = subprocess.run(
        [Path(sys.executable).parent / "detente", *map(str, arguments)],
        env=environment,
        capture_output=True,
        check=False,
    )
    told = ended.stdout.decode() + ended.stderr.decode()
    assert ended.returncode == code, told
    return told
