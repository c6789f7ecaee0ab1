"""The deployments of `prefect.yaml`, filled with a store and an inbox, and registered with a server.

In: prefect.yaml, which stays the one source for schedules, parameters, tags and limits; the folders of one machine.
Out: deployments whose runs work in any directory, and when each of them runs next.
What does not belong here: `prefect deploy`, which registers the same file as it is (docs/how-to/schedule.md). It takes
nine seconds here, most of it to import what `detente up` imports while the server starts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, cast

import yaml
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.schemas.schedules import CronSchedule as CronDates
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel, ConfigDict, ValidationError

from flows.local_prefect import ServerError

if TYPE_CHECKING:
    from pathlib import Path

    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient

_EVERY_MINUTE = "* * * * *"


class _Part(BaseModel):
    """A part of prefect.yaml; a key that is not known here must not be passed over without a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_Part):
    """When a deployment runs by itself."""

    slug: str
    cron: str
    timezone: str = "Etc/UTC"

    def next_run(self, now: datetime) -> datetime:
        """When it is due next, in its time zone."""
        dates = CronDates(cron=self.cron, timezone=self.timezone).get_dates(1, start=now)
        return cast("datetime", asyncio.run(dates)[0])


class _WorkPool(_Part):
    name: str
    job_variables: dict[str, Any] = {}


class _Limit(_Part):
    limit: int
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"]


class Deployment(_Part):
    """One deployment of prefect.yaml."""

    name: str
    description: str
    entrypoint: str
    tags: list[str] = []
    parameters: dict[str, Any] = {}
    schedules: list[Schedule] = []
    concurrency_limit: _Limit | None = None
    work_pool: _WorkPool

    @property
    def flow_name(self) -> str:
        """The name of its flow, which is that of the function."""
        return self.entrypoint.rpartition(":")[2]

    @property
    def full_name(self) -> str:
        """What it is called in the UI and by `prefect deployment run`."""
        return f"{self.flow_name}/{self.name}"

    @property
    def module_path(self) -> str:
        """Its entry point as a module, which is found from any directory, and without reading files of the user's."""
        file, _, function = self.entrypoint.partition(":")
        return ".".join([*file.removesuffix(".py").split("/"), function])


def read_deployments(path: Path) -> list[Deployment]:
    """The deployments of a prefect.yaml.

    Raises:
        ServerError: The file has something that `detente up` does not register.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return [Deployment.model_validate(one) for one in content["deployments"]]
    except ValidationError as error:
        raise ServerError(f"{path} has something that `detente up` does not know: {error}") from error


@dataclass(frozen=True)
class Place:
    """Where the deployments of one machine work."""

    store: Path
    inbox: Path
    demo: bool = False
    """Whether `build_release` runs every minute."""

    def fill(self, deployment: Deployment) -> Deployment:
        """A deployment that works here."""
        parameters = dict(deployment.parameters)
        if "store" in parameters:
            parameters["store"] = str(self.store)
        if "sources" in parameters:
            parameters["sources"] = [str(self.inbox)]
        schedules = deployment.schedules
        if self.demo and deployment.flow_name == "build_release":
            schedules = [Schedule(slug="every-minute", cron=_EVERY_MINUTE)]
        return deployment.model_copy(update={"parameters": parameters, "schedules": schedules})


def load_flow(deployment: Deployment) -> Flow[..., Any]:
    """The flow of a deployment; takes seconds, since it imports what the flow imports."""
    module, _, name = deployment.module_path.rpartition(".")
    return cast("Flow[..., Any]", getattr(import_module(module), name))


def register(client: SyncPrefectClient, deployment: Deployment) -> None:
    """Register a deployment, or put it in the place of the one of its name."""
    flow = load_flow(deployment)
    limit = deployment.concurrency_limit
    client.create_deployment(
        flow_id=client.create_flow_from_name(flow.name),
        name=deployment.name,
        description=deployment.description,
        entrypoint=deployment.module_path,
        pull_steps=[],
        tags=deployment.tags,
        parameters=deployment.parameters,
        parameter_openapi_schema=parameter_schema(flow).model_dump(exclude_unset=True),
        enforce_parameter_schema=True,
        work_pool_name=deployment.work_pool.name,
        job_variables=deployment.work_pool.job_variables,
        concurrency_limit=limit.limit if limit else None,
        concurrency_options=ConcurrencyOptions.model_validate(
            {"collision_strategy": limit.collision_strategy}
        )
        if limit
        else None,
        schedules=[
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=schedule.cron, timezone=schedule.timezone), slug=schedule.slug
            )
            for schedule in deployment.schedules
        ],
    )


@dataclass(frozen=True)
class Due:
    """A deployment and when it runs."""

    name: str
    when: str
    """The name of its schedule, or how it is started."""
    at: datetime | None


def due(deployment: Deployment) -> Due:
    """When a deployment runs next."""
    now = datetime.now(UTC)
    dates = {schedule.next_run(now): schedule for schedule in deployment.schedules}
    if not dates:
        return Due(deployment.full_name, "when you start it", None)
    first = min(dates)
    return Due(deployment.full_name, dates[first].slug.replace("-", " "), first)
