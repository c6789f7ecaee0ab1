"""Trials: work on a store is killed at some moment, and what comes of the store afterwards.

In: a `World`, which is a store before a run, the same after it, and what it all should come to. Out: for each trial
where it was killed and everything that was then not as it should be.

Everything here that uses polars happens in children (`forked`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forked import Child, ChildError, answer_of
from store_portrait import Portrait, damage, differences, leftovers, portrait_of, quotations
from threatened_articles import ThreatenedArticles, write_articles
from threatened_runs import (
    AS_OF,
    HOUSEKEEPING,
    KEEP_ALL,
    KEEP_THREE,
    keep_house,
    publish_release,
    take_down,
    unheard,
)

from tasks.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE_FLOW = "detente run"
OLD_CACHE = "000000000000"
_FLOW_START_SECONDS = 120.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What trials start from and are measured by.

    Attributes:
        folder: Where the stores are, and those of trials will be.
        articles: What the stores are made of.
        before: A store with three releases, a takedown, and articles to come.
        after: The same after the run, undisturbed.
        published: What the store is after the run.
        kept: What it is after housekeeping.
        seconds: How long each stage took.
    """

    folder: Path
    articles: ThreatenedArticles
    before: Path
    after: Path
    published: Portrait
    kept: Portrait
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the work was when it was killed, and what was wrong afterwards."""

    stage: str
    problems: tuple[str, ...]


def make_world(folder: Path) -> World:
    """Make the stores, and see what becomes of them undisturbed."""
    articles = write_articles(folder / "articles")
    before, after, kept = folder / "before", folder / "after", folder / "kept"
    answer_of(_publish_three, before, articles)
    _copy(before, after)
    seconds = _timed(_run_on(after, articles))
    _copy(after, kept)
    seconds |= _timed(_housekeeping_on(kept))
    return World(
        folder=folder,
        articles=articles,
        before=before,
        after=after,
        published=answer_of(_portrait_at, after),
        kept=answer_of(_portrait_at, kept),
        seconds=seconds,
    )


def try_stage(world: World, name: str, stage: str, share: float) -> Outcome | None:
    """Kill a stage when it has done about this share of its work; None if it was done before."""
    root = world.folder / name
    is_run = stage != HOUSEKEEPING
    _copy(world.before if is_run else world.after, root)
    child = Child(_run_on(root, world.articles) if is_run else _housekeeping_on(root))
    reached = child.listen()
    while reached not in {stage, None}:
        reached = child.listen()
    time.sleep(share * world.seconds[stage])
    child.kill()
    while (said := child.listen()) is not None:
        reached = said
    outcome = None
    if child.wait():
        judge = judge_run if is_run else judge_housekeeping
        outcome = Outcome(stage=reached, problems=_judged(judge, root, world))
    shutil.rmtree(root)
    return outcome


def try_flow(world: World, name: str, share: float) -> Outcome | None:
    """Kill `detente run` with all its processes; the next one has to come to its end.

    It is killed at a share of twice the time that its stages take without Prefect, counted from the beginning of the
    first one; None if it had ended.
    """
    root = world.folder / name
    _copy(world.before, root)
    flow = _start_flow(world, root)
    deadline = time.monotonic() + _FLOW_START_SECONDS
    while not any((root / "staging").iterdir()) and flow.poll() is None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    time.sleep(share * 2 * sum(world.seconds.values()))
    os.killpg(flow.pid, signal.SIGKILL)
    outcome = None
    if flow.wait() == -signal.SIGKILL:
        problems = answer_of(_damage_at, root)
        if _start_flow(world, root).wait() != 0:
            problems.append("the next detente run failed")
        outcome = Outcome(stage=WHOLE_FLOW, problems=(*problems, *_judged(judge_run, root, world)))
    shutil.rmtree(root)
    return outcome


def judge_run(root: Path, world: World) -> list[str]:
    """What is wrong with a store whose run was killed: at once, after the next run, and after housekeeping."""
    store = Store(root)
    problems = [*damage(store)]
    if store.latest_version() not in {"v0000003", "v0000004"}:
        problems.append(f"latest is {store.latest_version()}")
    publish_release(store, world.articles.arriving, "next", unheard)
    problems += differences(portrait_of(store), world.published)
    keep_house(store, KEEP_ALL, with_purge=False, run_id="tidy", entering=unheard)
    problems += leftovers(store)
    return problems + judge_housekeeping(root, world)


def judge_housekeeping(root: Path, world: World) -> list[str]:
    """What is wrong with a store whose housekeeping was killed: at once, and after the next one."""
    store = Store(root)
    problems = [*damage(store)]
    keep_house(store, KEEP_THREE, with_purge=True, run_id="purge", entering=unheard)
    problems += [*damage(store), *differences(portrait_of(store), world.kept), *leftovers(store)]
    return [*problems, *quotations(store, world.articles.sentences)]


def _judged(judge: Callable[..., list[str]], root: Path, world: World) -> tuple[str, ...]:
    try:
        return tuple(answer_of(judge, root, world))
    except ChildError as error:
        return (str(error),)


def _publish_three(root: Path, articles: ThreatenedArticles) -> None:
    store = Store(root)
    for number, folder in enumerate(articles.releases):
        publish_release(store, folder, f"earlier-{number}", unheard)
    take_down(store, articles.forgotten)
    (current,) = (store.private_folder / "extractions").iterdir()
    shutil.copytree(current, current.with_name(OLD_CACHE))


def _run_on(root: Path, articles: ThreatenedArticles) -> Callable[[Callable[[Any], None]], None]:
    return lambda say: publish_release(Store(root), articles.arriving, "victim", say)


def _housekeeping_on(root: Path) -> Callable[[Callable[[Any], None]], None]:
    return lambda say: keep_house(Store(root), KEEP_THREE, with_purge=True, run_id="victim", entering=say)


def _timed(work: Callable[[Callable[[Any], None]], None]) -> dict[str, float]:
    """How long each stage of some work takes in a child."""
    child = Child(work)
    seconds, stage = {}, child.listen()
    while stage is not None:
        start = time.monotonic()
        following = child.listen()
        seconds[stage] = time.monotonic() - start
        stage = following
    child.wait()
    return seconds


def _start_flow(world: World, root: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("detente")), "run", str(world.articles.arriving)]
    options = ["--store", str(root), "--as-of", AS_OF.isoformat(), "--workers", "2"]
    # A server of its own: one that the tests share would keep a killed run's slot for publishing: its leases never end.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    return subprocess.Popen(
        [*command, *options],
        env=ours | {"PREFECT_HOME": str(world.folder / "prefect")},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _portrait_at(root: Path) -> Portrait:
    return portrait_of(Store(root))


def _damage_at(root: Path) -> list[str]:
    return [*damage(Store(root))]


def _copy(store: Path, copy: Path) -> None:
    """A copy in which versions still share their files."""
    subprocess.run(["cp", "-a", str(store), str(copy)], check=True)
