"""The Prefect UI over detente's runs, in a real browser: what people who do not know the code get to see.

A real server, real runs and Debian's Chromium, headless. Nothing but the server can be reached; who else a page asks
for is recorded. With DETENTE_SCREENSHOTS=FOLDER the pages are kept as pictures.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect_api import PrefectApi

from flows.local_prefect import ui_server
from flows.operations.deployments import Place, read_deployments, register
from flows.operations.shipped import shipped
from schemas.quality import LEAST_ROWS
from schemas.refusal import excerpt
from schemas.settings import RunSettings
from tasks.report.artifacts import JOINER

playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not here")
expect = playwright.expect

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not here: apt-get install chromium")

COMMAND = str(Path(sys.executable).parent / "detente")
PATIENCE = 60_000  # milliseconds; machines are slow
STAGES = ["ingest", "extract", "validate", "aggregate", "check", "publish", "describe"]
ARTIFACTS = ["counts", "data-quality", "drift", "extraction-progress", "release"]
TRACKER = "sr-client-cfg.amplitude.com"
GREEN, RED = (34, 157, 75), (224, 7, 37)
HOSTILE = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "[here](https://evil.example/a)",
    "![x](https://evil.example/b.png)",
    "**bold** {{ 7*7 }} {% raw %} ${x}",
    "https://evil.example/c",
]
EVERYTHING = " ".join(HOSTILE)
HOSTILE_SOURCES = [f"{words} {EVERYTHING}" for words in HOSTILE]
HOSTILE_FILE = "<img src=x onerror=window.hacked=1>.jsonl"


def as_shown(words):
    return words.replace("://", f"://{JOINER}")


# -------------------------------------------------------------------------------------------------- what there is to see


@pytest.fixture(scope="module")
def seen(tmp_path_factory, samples):
    """A server with three deployments and three runs: a first release, a second one, and one that is held back."""
    folder = tmp_path_factory.mktemp("seen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.delenv("PREFECT_API_URL", raising=False)
        patch.delenv("PREFECT_LOGGING_LEVEL", raising=False)
        with ui_server() as address:
            patch.setenv("PREFECT_API_URL", f"{address}/api")
            with ThreadPoolExecutor() as together:
                held_back = together.submit(detente, dull_articles(folder), store=folder / "dull", code=3)
                together.submit(register_deployments, address, folder).result()
                detente(*sorted(samples.glob("2025*.txt"))[:2], store=folder / "store")
                detente(samples, hostile_articles(folder), store=folder / "store")
                held_back.result()
            yield what_there_is(address)


def detente(*sources, store, code=0):
    ended = subprocess.run(
        [COMMAND, "run", *map(str, sources), "--store", str(store)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ended.returncode == code, ended.stderr


def hostile_articles(folder):
    """Words that would act stand in every field, and beside events that a release note tells of."""
    file = folder / "hostile.jsonl"
    records = [
        {
            "id": f"n{number} {EVERYTHING}",
            "title": EVERYTHING,
            "source": source,
            "date": "2025-11-03",
            "text": f"Syria bombed Turkey on Monday, and report {number} says {EVERYTHING}.",
            "url": f"https://example.org/{number}?{source}",
        }
        for number, source in enumerate(HOSTILE_SOURCES)
    ]
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return file


def dull_articles(folder):
    """Articles that are accepted, and report nothing, in a file whose name would act."""
    file = folder / HOSTILE_FILE
    records = [
        {"id": f"d{n}", "date": "2025-06-01", "text": f"The garden has {n} roses, and it is quiet there."}
        for n in range(LEAST_ROWS)
    ]
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return file


def register_deployments(address, folder):
    """As `detente up` does."""
    place = Place(folder / "store", folder / "inbox")
    with SyncPrefectClient(f"{address}/api") as client:
        client.create_work_pool(WorkPoolCreate(name="detente", type="process"))
        for deployment in read_deployments(shipped("prefect.yaml")):
            register(client, place.fill(deployment))


def what_there_is(address):
    api = PrefectApi(address)
    released, held_back = (
        api.post("/flow_runs/filter", {"flow_runs": {"name": {"like_": name}}})[0]
        for name in ("v0000002", "nothing published")
    )
    of_release = {"artifacts": {"flow_run_id": {"any_": [released["id"]]}}}
    artifacts = api.post("/artifacts/filter", of_release)
    deployment = api.get("/deployments/name/build_release/daily")
    return SimpleNamespace(
        address=address,
        released=f"/runs/flow-run/{released['id']}",
        held_back=f"/runs/flow-run/{held_back['id']}",
        artifacts={one["key"]: f"/artifacts/artifact/{one['id']}" for one in artifacts},
        daily=f"/deployments/deployment/{deployment['id']}",
    )


# ------------------------------------------------------------------------------------------------------------ the browser


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def tab(browser, address):
    """A page that reaches the server alone, and whom else it asked for."""
    strangers = []

    def only_the_server(route):
        if route.request.url.startswith(address):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, base_url=address)
    context.set_default_timeout(PATIENCE)
    context.route("**/*", only_the_server)
    page = context.new_page()
    page.on("dialog", lambda dialog: strangers.append(f"dialog: {dialog.message}"))
    yield page, strangers
    context.close()


@pytest.fixture
def page(browser, seen):
    """A page; in the end nothing has acted, and nobody else was asked for anything."""
    with tab(browser, seen.address) as (page, strangers):
        yield page
        assert_nothing_acted(page)
        assert strangers == []


def assert_nothing_acted(page):
    assert page.evaluate("typeof window.hacked") == "undefined"
    made_of_words = "img[src='x'], img[src*='evil'], a[href*='evil.example'], [onerror], strong:text('bold')"
    assert page.locator(made_of_words).count() == 0
    assert page.locator("script", has_text="hacked").count() == 0


def keep(page, name, *, whole=False):
    """A picture of a page, if somebody wants pictures; with `whole`, as high as what it holds."""
    folder = os.environ.get("DETENTE_SCREENSHOTS")
    if not folder:
        return
    if whole:
        height = page.evaluate(
            "Math.max(...[...document.querySelectorAll('*')].map(element => element.scrollHeight))"
        )
        page.set_viewport_size({"width": 1400, "height": height})
    Path(folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def wait_until_drawn(page, colour):
    """The graph is painted on a canvas: wait until boxes of a colour are on it."""
    canvas = page.locator("canvas").first
    expect(canvas).to_be_visible()
    count = """async ([picture, colour]) => {
        const image = await createImageBitmap(await (await fetch(picture)).blob());
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        const {data} = canvas.getImageData(0, 0, image.width, image.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4)
            found += colour.every((part, k) => Math.abs(data[i + k] - part) < 8);
        return found;
    }"""
    for _ in range(60):
        picture = "data:image/png;base64," + base64.b64encode(canvas.screenshot()).decode()
        if page.evaluate(count, [picture, colour]) > 500:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no boxes of the colour {colour} in the graph")


# ------------------------------------------------------------------------------------------------------------------- runs


def test_the_list_of_runs_says_what_each_did(page):
    page.goto("/runs")
    for name in (
        re.compile(r"v0000001: 2 articles in, \d+ events in all, 0 refused"),
        re.compile(r"v0000002: 28 articles in, \d+ events in all, 2 refused"),
        re.compile(r"nothing published: the quality check articles_with_events is 0%"),
    ):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    keep(page, "runs")


def test_the_page_of_a_run_shows_the_graph_of_the_stages(page, seen):
    with page.expect_response(re.compile(r"/flow_runs/.*/graph")) as answered:
        page.goto(seen.released)
    graph = answered.value.json()
    nodes = dict(graph["nodes"])
    labels = [node["label"] for node in nodes.values()]
    assert sorted(labels) == sorted(STAGES)
    edges = {
        (nodes[parent["id"]]["label"], node["label"]) for node in nodes.values() for parent in node["parents"]
    }
    assert edges >= set(pairwise(STAGES)), "each stage follows the one before it"
    wait_until_drawn(page, GREEN)
    expect(page.get_by_text("Completed").first).to_be_visible()
    keep(page, "run")


def test_the_logs_of_a_run_are_sentences(page, seen):
    page.goto(seen.released)
    expect(page.get_by_text(re.compile(r"19 files, 32 read, 28 accepted"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"extracted 28 articles"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"rebuilt \d+ months of publication"))).to_be_visible()


def test_a_run_lists_its_artifacts(page, seen):
    page.goto(seen.released)
    page.get_by_text("Artifacts", exact=True).click()
    for key in ARTIFACTS:
        expect(page.get_by_role("link", name=f"{key} Created")).to_be_visible()
    keep(page, "run-artifacts", whole=True)


def test_a_run_that_was_held_back_is_red_and_says_why(page, seen):
    page.goto(seen.held_back)
    expect(page.get_by_text(re.compile("^nothing published: the quality check"))).to_be_visible()
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible()
    wait_until_drawn(page, RED)
    expect(page.get_by_text(HOSTILE_FILE).first).to_be_visible()
    page.get_by_text("Details", exact=True).click()
    page.get_by_text("See More").click()
    expect(
        page.get_by_text(re.compile("QualityError: .* 2% at least: nothing was published"))
    ).to_be_visible()
    keep(page, "run-held-back")


# -------------------------------------------------------------------------------------------------------------- artifacts


@pytest.mark.parametrize(
    ("key", "headers", "cells"),
    [
        pytest.param(
            "counts",
            ["stage", "what", "count", "what that is"],
            ["accepted", "are new", "broken json", "a line that is not JSON"],
            id="counts",
        ),
        pytest.param(
            "data-quality",
            ["check", "result", "verdict", "allowed", "last release", "change", "failures", "out of"],
            ["articles_with_events", "fine", "2% or more", "100%"],
            id="data-quality",
        ),
        pytest.param(
            "drift",
            ["source", "day", "unusual", "articles", "refused", "without events", "unsure events"],
            ["SAMPLE WIRE", "nothing", *(as_shown(excerpt(words, limit=40)) for words in HOSTILE_SOURCES)],
            id="drift",
        ),
    ],
)
def test_a_table_can_be_read(page, seen, key, headers, cells):
    page.goto(seen.artifacts[key])
    table = page.get_by_role("table")
    for header in headers:
        expect(table.get_by_role("columnheader", name=header, exact=True)).to_be_visible()
    for cell in cells:
        expect(table.get_by_text(cell, exact=True).first).to_be_visible()
    keep(page, key, whole=True)


def test_the_release_note_tells_the_news(page, seen):
    page.goto(seen.artifacts["release"])
    expect(page.get_by_text(as_shown(EVERYTHING)).first).to_be_visible()
    for heading in ("Events that tell most", "Since v0000001", "Refused", "What v0000002 holds"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name="Syria → Turkey")).to_be_visible()
    expect(page.get_by_text("1 no date: no date of publication")).to_be_visible()
    keep(page, "release", whole=True)


@pytest.mark.parametrize("key", ["release", "drift"])
def test_words_of_articles_do_nothing_in_the_newer_ui_either(browser, seen, key):
    """It is there to switch to. It asks a tracking service for its settings, whatever it shows."""
    with tab(browser, seen.address) as (page, strangers):
        page.context.add_cookies([{"name": "prefect_ui_version", "value": "v2", "url": seen.address}])
        page.goto(f"/v2{seen.artifacts[key]}")
        expect(page.get_by_text(re.compile(r"<script")).first).to_be_visible()
        expect(page.get_by_text("evil").first).to_be_visible()
        keep(page, f"{key}-newer-ui")
        assert_nothing_acted(page)
        assert {urlsplit(url).hostname for url in strangers} <= {TRACKER}


def test_the_front_page_asks_nobody_else(page):
    page.goto("/")
    expect(page.get_by_text("Flow Runs").first).to_be_visible()
    assert "/v2" not in page.url
    expect(page.get_by_text("Upgrade")).to_have_count(0)
    keep(page, "dashboard")


# ------------------------------------------------------------------------------------------------------------ deployments


def test_the_deployments_stand_with_their_schedules(page):
    page.set_viewport_size({"width": 1700, "height": 800})
    page.goto("/deployments")
    for name in ("daily", "weekly", "by-hand"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_text("At 06:00 AM every day")).to_be_visible()
    keep(page, "deployments")


def test_the_form_says_what_each_parameter_is(page, seen):
    page.goto(f"{seen.daily}/run")
    for description in (
        "Files, folders or glob patterns of .txt, .jsonl, .csv and .parquet articles",
        "The folder of the store; made if it is not there.",
        *(field.description for field in RunSettings.model_fields.values()),
    ):
        expect(page.get_by_text(description).first).to_be_visible()
    keep(page, "form", whole=True)
