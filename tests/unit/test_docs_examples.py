"""The examples of the documents run as they stand, on a release of the sample articles, and find something."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from schemas.settings import RunSettings
from tasks import stages
from tasks.store import Store

ROOT = Path(__file__).parents[2]
TABLES_PAGE = "docs/how-to/read-the-tables.md"
PAGES = ["README.md", TABLES_PAGE]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DETENTE = 'exec {python} -c "from flows.cli import main; main()" "$@"\n'


def blocks(page: str, language: str) -> list[str]:
    return [code for found, code in BLOCK.findall((ROOT / page).read_text("utf-8")) if found == language]


def each_block(language: str) -> list[pytest.param]:
    return [
        pytest.param(code, id=f"{Path(page).stem}-{number}")
        for page in PAGES
        for number, code in enumerate(blocks(page, language), start=1)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory, samples):
    """A folder with a store of the sample articles, and with `detente` where the examples call it."""
    folder = tmp_path_factory.mktemp("examples")
    store = Store(folder / "store")
    store.create()
    with store.stage("samples") as workspace:
        run = stages.start_run(store, "samples", workspace, RunSettings(workers=1))
        arrivals = stages.ingest_stage(run, [str(samples)])
        extraction = stages.extract_stage(run, arrivals)
        with store.lock():
            rebuilt = stages.aggregate_stage(run, stages.validate_stage(run, arrivals))
            findings = stages.check_stage(run, arrivals, rebuilt)
            stages.publish_stage(run, arrivals, extraction, rebuilt, findings)
    command = folder / ".venv/bin/detente"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n" + DETENTE.format(python=sys.executable))
    command.chmod(0o755)
    return folder


@pytest.fixture
def here(place, tmp_path, monkeypatch):
    """A fresh folder in which `store` is that store, as the current one."""
    for name in ("store", ".venv"):
        (tmp_path / name).symlink_to(place / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command, here):
    """What a command prints, with `detente` on its path."""
    environment = os.environ | {
        "PATH": os.pathsep.join([str(here / ".venv/bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_examples(page):
    assert blocks(page, "python")
    assert blocks(page, "sh")
    assert blocks(page, "r")


@pytest.mark.parametrize("code", each_block("python"))
def test_python(here, code):
    script = here / "example.py"
    script.write_text(code)
    names = runpy.run_path(str(script), run_name="__main__")
    frames = [value for value in names.values() if isinstance(value, pl.DataFrame | pd.DataFrame)]
    lazy = [value.collect() for value in names.values() if isinstance(value, pl.LazyFrame)]
    assert frames or lazy
    assert all(len(frame) for frame in (*frames, *lazy))


@pytest.mark.usefixtures("here")
def test_sql():
    with duckdb.connect() as connection:
        for statement in duckdb.extract_statements("\n".join(blocks(TABLES_PAGE, "sql"))):
            answer = connection.execute(statement).fetchall()
            assert answer or statement.type == duckdb.StatementType.CREATE


@pytest.mark.parametrize("query", [sql for sql in blocks(TABLES_PAGE, "sql") if "VIEW" not in sql])
def test_the_queries_for_detente_query(here, query):
    assert run(["detente", "query", query], here).startswith('{"')


@pytest.mark.parametrize("code", each_block("sh"))
def test_shell(here, code):
    printed = run(["sh", "-e", "-c", code], here)
    made = [path for path in here.iterdir() if path.name not in {"store", ".venv"}]
    assert printed or made


@pytest.mark.parametrize("page", PAGES)
def test_r(here, page):
    script = here / "example.R"
    script.write_text("\n".join(blocks(page, "r")))
    if not shutil.which("Rscript"):
        pytest.skip("Rscript is not installed")
    for package in ("arrow", "dplyr"):
        if subprocess.run(
            ["Rscript", "-e", f"library({package})"], capture_output=True, check=False
        ).returncode:
            pytest.skip(f"the R package {package} is not installed")
    run(["Rscript", str(script)], here)
