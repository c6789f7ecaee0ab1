"""Real Prefect for the flow tests: one temporary server and database for the whole session."""

import pytest
from prefect.settings import get_current_settings
from prefect.testing.utilities import prefect_test_harness

START_SECONDS = 180  # a fresh database is migrated first, which takes long on a busy machine


@pytest.fixture(scope="session", autouse=True)
def prefect_server():
    with prefect_test_harness(server_startup_timeout=START_SECONDS):
        yield get_current_settings().api.url
