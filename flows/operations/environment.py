"""The environment of what goes on in the background: the server, the worker and through it every run.

In: this process's environment. Out: the same with what one machine needs, and without addresses that are secrets.
What does not belong here: the deployments' own variables (prefect.yaml).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.local_prefect import environment_of_prefect, environment_of_server
from flows.operations.record import prefect_home

if TYPE_CHECKING:
    from flows.operations.record import Record

HEARTBEAT_SECONDS = 30
"""How often a run gives a sign of life; without one for three times as long it counts as dead."""

WEBHOOK, SLACK, EMAIL = "webhook", "Slack", "e-mail"
ALERT_VARIABLES = {
    WEBHOOK: "DETENTE_WEBHOOK_URL",
    SLACK: "DETENTE_SLACK_WEBHOOK_URL",
    EMAIL: "DETENTE_EMAIL_URL",
}
"""A way to be told -> the variable with its address. The server has it from a block, nobody else needs it."""

_PASSWORD, _PASSWORD_OF_CLIENTS = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"


def of_server(record: Record) -> dict[str, str]:
    """The server's environment."""
    environment = _without_addresses(environment_of_server())
    environment.setdefault("PREFECT_SERVER_UI_API_URL", f"{record.public_address}/api")
    environment.setdefault("PREFECT_UI_URL", record.public_address)
    return environment


def of_worker(record: Record) -> dict[str, str]:
    """The worker's environment, which its runs inherit."""
    environment = {**_without_addresses(environment_of_prefect()), **of_client(record)}
    environment.pop(_PASSWORD, None)
    environment.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_SECONDS))
    return environment


def of_client(record: Record) -> dict[str, str]:
    """What a client needs in order to reach the server."""
    environment = environment_of_prefect()
    client = {"PREFECT_API_URL": record.api}
    if password := environment.get(_PASSWORD_OF_CLIENTS) or environment.get(_PASSWORD):
        client[_PASSWORD_OF_CLIENTS] = password
    return client


def is_protected() -> bool:
    """Whether the server asks for a password."""
    return bool(environment_of_prefect().get(_PASSWORD))


def _without_addresses(environment: dict[str, str]) -> dict[str, str]:
    """An environment without the addresses that alerts go to."""
    kept = {name: value for name, value in environment.items() if name not in ALERT_VARIABLES.values()}
    return {**kept, "PREFECT_HOME": str(prefect_home()), "PREFECT_LOGGING_COLORS": "false"}
