"""The environment of what goes on in the background: the server, the worker and through it every run.

In: this process's environment. Out: the same with what one machine needs, and without addresses that are secrets.
What does not belong here: the deployments' own variables (prefect.yaml).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.local_prefect import environment_of_prefect
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
# In memory, as is Prefect's default, leases end with the server: a run that outlives a restart of it is ended, too.
_LEASES_ON_DISK = "prefect.server.concurrency.lease_storage.filesystem"


def of_server(record: Record) -> dict[str, str]:
    """The server's environment."""
    environment = _of_all()
    environment.setdefault("PREFECT_SERVER_UI_API_URL", f"{record.public_address}/api")
    environment.setdefault("PREFECT_UI_URL", record.public_address)
    environment.setdefault("PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE", _LEASES_ON_DISK)
    return environment


def of_worker(record: Record) -> dict[str, str]:
    """The worker's environment, which its runs inherit."""
    environment = {**_of_all(), **of_client(record)}
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


def _of_all() -> dict[str, str]:
    environment = environment_of_prefect()
    for variable in (*ALERT_VARIABLES.values(), "PREFECT_API_URL"):
        environment.pop(variable, None)
    return {**environment, "PREFECT_HOME": str(prefect_home()), "PREFECT_LOGGING_COLORS": "false"}
