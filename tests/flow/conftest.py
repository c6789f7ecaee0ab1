"""Every test here runs flows, so that every test here has Prefect."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def prefect(prefect_server):
    return prefect_server
