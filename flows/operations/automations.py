"""What the server does by itself: tell of detente's events, and mark runs whose heartbeat stopped.

In: where to send alerts, from the environment. Out: automations and the blocks that they use, once each, however often
it is called.
What does not belong here: the events themselves (`flows.notices`).

Addresses hold secrets (a webhook's is one). They come from the environment only, are kept encrypted in Prefect blocks,
and are neither printed nor handed to the server's, the worker's or a run's environment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from httpx import HTTPStatusError
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.local_prefect import ServerError
from flows.notices import QUALITY_FAILED, RELEASE_PUBLISHED, RUN_ENDED, SOURCE_SILENT
from flows.operations.environment import ALERT_VARIABLES, EMAIL, HEARTBEAT_SECONDS, WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.actions import ActionTypes

_MISSED_HEARTBEATS = 3
_ENDS = ("Completed", "Failed", "Cancelled", "Crashed")


@dataclass(frozen=True)
class Alert:
    """An event of ours, and how it is told."""

    event: str
    name: str
    description: str
    sentence: str
    """A template of Prefect's over the event's payload."""


ALERTS = (
    Alert(
        RELEASE_PUBLISHED,
        "detente: version published",
        "Tells when a store has a new version.",
        "{{ event.payload.store }} has a new version. {{ event.payload.headline }}",
    ),
    Alert(
        QUALITY_FAILED,
        "detente: nothing published, quality check failed",
        "Tells when a run refused to publish.",
        "Nothing was published to {{ event.payload.store }}: {{ event.payload.reason }}",
    ),
    Alert(
        SOURCE_SILENT,
        "detente: source silent",
        "Tells when a source has sent nothing for longer than it usually does.",
        "{{ event.payload.source }} has been silent for {{ event.payload.silent_days }} days: its last article in "
        "{{ event.payload.store }} is of {{ event.payload.last_day }}",
    ),
)
DEAD_RUNS = "detente: runs without a heartbeat"


def create_automations(client: SyncPrefectClient, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Create what is missing and bring what is there up to date; actions that others added stay.

    Args:
        client: The server.
        environment: Where to send alerts, by the names in `ALERT_VARIABLES`.

    Returns:
        The ways by which alerts are sent.

    Raises:
        ServerError: An address is not one.
    """
    wanted = {way: environment.get(variable, "") for way, variable in ALERT_VARIABLES.items()}
    before = {way: _saved(client, way) for way in wanted}
    blocks = {way: _save(way, address) for way, address in wanted.items() if address}
    ours = {*before.values(), *blocks.values()}
    for alert in ALERTS:
        _ensure(client, _automation(alert, blocks), ours)
    _ensure(client, _without_heartbeat(), ours)
    for way, block in before.items():
        if block and way not in blocks:
            client.delete_block_document(block)
    return list(blocks)


def ways_of_alerts(client: SyncPrefectClient) -> list[str]:
    """The ways by which alerts are sent now."""
    return [way for way in ALERT_VARIABLES if _saved(client, way)]


def _saved(client: SyncPrefectClient, way: str) -> UUID | None:
    """The block that an earlier call saved for a way to be told."""
    block_type = Webhook if way == WEBHOOK else SlackWebhook
    try:
        return client.read_block_document_by_name(_block_name(way), block_type.get_block_type_slug()).id
    except ObjectNotFound:
        return None


def _save(way: str, address: str) -> UUID:
    """Save an address as a block, in the place of the one before."""
    try:
        block = _block(way, address)
    except (ValueError, TypeError, AttributeError):
        # The address must not be in the message, nor an error behind it that may quote it.
        raise ServerError(f"{ALERT_VARIABLES[way]} is not an address that can be used for {way}") from None
    try:
        return cast("UUID", block.save(_block_name(way), overwrite=True))
    except HTTPStatusError as error:  # its message has all that was sent
        status = error.response.status_code
        raise ServerError(f"the server did not take {ALERT_VARIABLES[way]}: status {status}") from None


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _block(way: str, address: str) -> Webhook | SlackWebhook:
    if way == WEBHOOK:
        if not _is_web_address(address):
            raise ValueError
        return Webhook(url=SecretStr(address), headers=SecretDict({"Content-Type": "application/json"}))
    if way == EMAIL:
        # Prefect has no block for mail over SMTP; this one hands any address of apprise's on that is not Slack's.
        # As text: apprise's default is HTML, in which words of articles would be markup.
        address += f"{'&' if '?' in address else '?'}format=text"
    block = SlackWebhook(url=SecretStr(address))
    if not block._apprise_client:  # noqa: SLF001 - it takes anything, and would only fail when there is an alert
        raise ValueError
    return block


def _block_name(way: str) -> str:
    return f"detente-{way.replace('-', '').lower()}"


def _automation(alert: Alert, blocks: Mapping[str, UUID]) -> AutomationCore:
    actions: list[ActionTypes] = []
    for way, block in blocks.items():
        if way == WEBHOOK:
            actions.append(CallWebhook(block_document_id=block, payload=_as_json(alert.sentence)))
        else:
            body = _as_text(alert.sentence)
            actions.append(SendNotification(block_document_id=block, subject=alert.name, body=body))
    return AutomationCore(
        name=alert.name,
        description=alert.description,
        tags=["detente"],
        trigger=EventTrigger(expect={alert.event}, posture=Posture.Reactive, threshold=1),
        actions=actions or [DoNothing()],
    )


def _without_heartbeat() -> AutomationCore:
    """Prefect's recipe for runs that died with their machine: one heartbeat, and then neither another nor an end."""
    seconds = HEARTBEAT_SECONDS * _MISSED_HEARTBEATS
    return AutomationCore(
        name=DEAD_RUNS,
        description="Marks a run as crashed when its process has given no sign of life for three heartbeats.",
        tags=["detente"],
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", RUN_ENDED, *(f"prefect.flow-run.{end}" for end in _ENDS)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=seconds),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED, message=f"No sign of life from this run for {seconds} seconds."
            )
        ],
    )


def _as_json(sentence: str) -> str:
    """A template of one JSON object: the event, when, the sentence, its run, and the payload. Quotes are escaped."""
    return (
        f"{{% set sentence %}}{sentence}{{% endset %}}"
        "{{ dict(event.payload, event=event.event, time=event.occurred.isoformat(), sentence=sentence|string, "
        "run=(flow_run|ui_url if flow_run else none)) | tojson }}"
    )


def _as_text(sentence: str) -> str:
    """A template of words that mention nobody and link nowhere: Slack acts on <!channel> and on <address|words>."""
    return (
        f"{{% set sentence %}}{sentence}{{% endset %}}"
        "{{ sentence | replace('<', '‹') | replace('>', '›') }}"
        "{% if flow_run %}\n{{ flow_run|ui_url }}{% endif %}"
    )


def _ensure(client: SyncPrefectClient, wanted: AutomationCore, our_blocks: set[UUID | None]) -> None:
    """Create an automation, or bring the one of its name up to date without touching what a user made of it."""
    existing = client.read_automations_by_name(wanted.name)
    if not existing:
        client.create_automation(_in_full(wanted))
        return
    current = existing[0]
    added = [action for action in current.actions if not _is_ours(action, wanted, our_blocks)]
    kept = [action for action in wanted.actions if not (added and isinstance(action, DoNothing))]
    changed = wanted.model_copy(update={"enabled": current.enabled, "actions": [*kept, *added]})
    client.update_automation(current.id, _in_full(changed))


def _in_full(automation: AutomationCore) -> AutomationCore:
    """With defaults as if they had been set: Prefect's client leaves out others, and an action's type is a default."""
    return AutomationCore.model_validate(automation.model_dump(mode="json", exclude={"owner_resource"}))


def _is_ours(action: ActionTypes, wanted: AutomationCore, our_blocks: set[UUID | None]) -> bool:
    if isinstance(action, CallWebhook | SendNotification):
        return action.block_document_id in our_blocks
    return isinstance(action, DoNothing) or action.type in {one.type for one in wanted.actions}
