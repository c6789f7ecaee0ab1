"""The automations that `detente up` makes, on a real server. That alerts arrive is in `test_up.py`."""

import pytest
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectNotFound

from flows.local_prefect import ServerError
from flows.operations.automations import ALERTS, DEAD_RUNS, create_automations, ways_of_alerts

WEBHOOK = {"DETENTE_WEBHOOK_URL": "http://127.0.0.1:9/secret"}
NAMES = [*(alert.name for alert in ALERTS), DEAD_RUNS]


@pytest.fixture
def client():
    with get_client(sync_client=True) as client:
        yield client
        for name in NAMES:
            for automation in client.read_automations_by_name(name):
                client.delete_automation(automation.id)


def test_each_is_there_once_however_often_it_is_said(client):
    for _ in range(2):
        assert create_automations(client, WEBHOOK) == ["webhook"]
    assert all(len(client.read_automations_by_name(name)) == 1 for name in NAMES)
    assert ways_of_alerts(client) == ["webhook"]


def test_without_an_address_they_do_nothing_and_none_is_kept(client):
    create_automations(client, WEBHOOK)
    assert create_automations(client, {}) == []
    assert types_of_actions(client, ALERTS[0].name) == ["do-nothing"]
    assert types_of_actions(client, DEAD_RUNS) == ["change-flow-run-state"]
    with pytest.raises(ObjectNotFound):
        client.read_block_document_by_name("detente-webhook", "webhook")


def test_what_a_user_made_of_one_stays(client):
    create_automations(client, {})
    name = ALERTS[0].name
    theirs = Webhook(url="http://127.0.0.1:9/theirs").save("theirs", overwrite=True)
    [automation] = client.read_automations_by_name(name)
    added = [
        {"type": "call-webhook", "block_document_id": str(theirs), "payload": "theirs"},
        {"type": "pause-deployment", "source": "inferred"},
    ]
    changed = automation.model_dump(mode="json", exclude={"id", "owner_resource"})
    changed |= {"actions": added, "enabled": False}
    client.update_automation(automation.id, AutomationCore.model_validate(changed))

    create_automations(client, WEBHOOK)
    assert types_of_actions(client, name) == ["call-webhook", "call-webhook", "pause-deployment"]
    create_automations(client, {})
    [automation] = client.read_automations_by_name(name)
    assert types_of_actions(client, name) == ["call-webhook", "pause-deployment"]
    assert automation.actions[0].block_document_id == theirs
    assert not automation.enabled


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DETENTE_WEBHOOK_URL", "example.org/secret"),
        ("DETENTE_WEBHOOK_URL", "ftp://example.org/secret"),
        ("DETENTE_SLACK_WEBHOOK_URL", "secret"),
        ("DETENTE_EMAIL_URL", "secret@example.org"),
    ],
)
def test_what_is_no_address_is_said_without_repeating_it(client, variable, address):
    with pytest.raises(ServerError, match=variable) as refused:
        create_automations(client, {variable: address})
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_block_shows_its_address_to_nobody_who_does_not_ask_for_secrets(client):
    create_automations(client, WEBHOOK)
    shown = client.read_block_document_by_name("detente-webhook", "webhook", include_secrets=False)
    assert "secret" not in str(shown.data)


def types_of_actions(client, name):
    [automation] = client.read_automations_by_name(name)
    return [action.type for action in automation.actions]
