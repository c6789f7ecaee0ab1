"""The files of docs/how-to/production.md name settings, commands and addresses that exist and agree with each other."""

from __future__ import annotations

import configparser
import importlib
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from prefect.events.schemas.automations import AutomationCore
from prefect.settings import Settings

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
FOLDER = HOW_TO / "systemd"
PAGE = (HOW_TO / "production.md").read_text(encoding="utf-8")
UNITS = ["detente-server.service", "detente-worker@.service"]
SETTINGS = ["server.env", "worker.env"]
NOT_OF_PREFECT = {"DO_NOT_TRACK"}


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def service(unit):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text(unit))
    return parser["Service"]


def settings(name):
    lines = [line for line in text(name).splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def port(address):
    return re.search(r"127\.0\.0\.1:(\d+)", address).group(1)


def test_the_page_links_every_file():
    linked = set(re.findall(r"\(systemd/([^)]+)\)", PAGE))
    assert linked - {""} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_starts_a_command_of_ours_with_options_that_it_has(unit):
    program, *arguments = service(unit)["ExecStart"].split()
    name = program.removeprefix("/opt/detente/.venv/bin/")
    assert name in entry_points(group="console_scripts").names
    options = {argument for argument in arguments if argument.startswith("--")}
    told = subprocess.run(
        [sys.executable, "-m", name, *arguments[:2], "--help"], capture_output=True, text=True, check=True
    )
    assert options <= set(re.findall(r"--[a-z-]+", told.stdout))


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_reads_settings_that_are_there(unit):
    assert Path(service(unit)["EnvironmentFile"]).name in SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_prefect_knows_every_setting(name, monkeypatch):
    ours = settings(name)
    for setting, value in ours.items():
        monkeypatch.setenv(setting, value)
    known = Settings().to_environment_variables(exclude_unset=True)
    assert set(ours) - NOT_OF_PREFECT <= set(known)


@pytest.mark.parametrize("name", SETTINGS)
def test_nothing_is_sent_to_prefects_makers(name):
    ours = settings(name)
    assert ours["DO_NOT_TRACK"] == "1"
    assert ours["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_leases_outlive_the_server():
    assert importlib.import_module(settings("server.env")["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"])


def test_server_worker_and_proxy_agree_on_address_and_password():
    start = service("detente-server.service")["ExecStart"]
    listens = re.search(r"--host (\S+) --port (\d+)", start)
    assert listens.group(1) == "127.0.0.1"
    proxied = re.findall(r"proxy_pass\s+(\S+);", text("nginx-detente.conf"))
    called = [settings("worker.env")["PREFECT_API_URL"], *proxied]
    assert {port(address) for address in called} == {listens.group(2)}
    password = settings("server.env")["PREFECT_SERVER_API_AUTH_STRING"]
    assert settings("worker.env")["PREFECT_API_AUTH_STRING"] == password


def test_the_automation_waits_for_three_heartbeats():
    automation = AutomationCore.model_validate(yaml.safe_load(text("runs-without-a-heartbeat.yaml")))
    heartbeat = int(settings("worker.env")["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    assert automation.trigger.within.total_seconds() == 3 * heartbeat


def test_the_command_of_an_administrator_says_how_it_is_used():
    ended = subprocess.run(["sh", FOLDER / "detente-admin"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "usage" in ended.stderr
