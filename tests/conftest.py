"""What several tests share. Prefect reads its settings at import, so they are set here, before any test imports it."""

import os
from pathlib import Path

import pytest

from flows.local_prefect import prepare

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

os.environ.pop("PREFECT_API_URL", None)
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
prepare(quiet=False)


START_SECONDS = 180  # a fresh database is migrated first, which takes long on a busy machine


@pytest.fixture(scope="session")
def prefect_server():
    """Real Prefect: one temporary server and database for the whole session; its address."""
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=START_SECONDS):
        yield get_current_settings().api.url


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of made-up articles that the project ships."""
    return ROOT / "samples"


def pytest_addoption(parser):
    parser.addoption(
        "--write-golden", action="store_true", help="Write the expected files of tests/golden anew."
    )


def pytest_collection_modifyitems(items):
    if SHARED.is_dir():
        return
    reason = "the development data (../shared) are not here"
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=reason))
