"""`prefect.yaml` as `detente up` reads it; `test_schedule.py` deploys it as Prefect does."""

from datetime import UTC, datetime

import pytest
import yaml

from flows.local_prefect import ServerError
from flows.operations.deployments import Place, due, load_flow, read_deployments
from flows.operations.shipped import shipped

PATH = shipped("prefect.yaml")


def test_each_deployment_works_in_the_folders_of_this_machine(tmp_path):
    place = Place(tmp_path / "store", tmp_path / "inbox")
    filled = {one.full_name: place.fill(one).parameters for one in read_deployments(PATH)}
    assert {parameters["store"] for parameters in filled.values()} == {str(tmp_path / "store")}
    assert filled["build_release/daily"]["sources"] == [str(tmp_path / "inbox")]
    assert filled["build_release/daily"]["settings"] == {"allow_empty_folders": True}


def test_each_deployment_names_its_flow():
    for one in read_deployments(PATH):
        assert load_flow(one).name == one.flow_name


def test_the_demonstration_runs_every_minute_and_keeps_house_as_ever(tmp_path):
    place = Place(tmp_path, tmp_path, demo=True)
    crons = {one.flow_name: [s.cron for s in place.fill(one).schedules] for one in read_deployments(PATH)}
    assert crons == {"build_release": ["* * * * *"], "housekeeping": ["0 3 * * 0"], "backfill": []}


def test_the_next_run_is_told_in_the_time_zone_of_its_schedule():
    daily = read_deployments(PATH)[0]
    schedule = daily.schedules[0].model_copy(update={"timezone": "Asia/Tokyo"})
    following = schedule.next_run(datetime(2025, 3, 1, 22, tzinfo=UTC))
    assert following.isoformat() == "2025-03-03T06:00:00+09:00"
    by_hand = read_deployments(PATH)[-1]
    assert due(by_hand).at is None


@pytest.mark.parametrize(
    ("change", "told"),
    [({"triggers": []}, "triggers"), ({"schedules": [{"interval": 60}]}, "interval")],
    ids=["a key of the deployment", "another kind of schedule"],
)
def test_what_is_not_registered_is_not_passed_over(tmp_path, change, told):
    content = yaml.safe_load(PATH.read_text())
    content["deployments"][0] |= change
    other = tmp_path / "prefect.yaml"
    other.write_text(yaml.safe_dump(content))
    with pytest.raises(ServerError, match=told):
        read_deployments(other)
