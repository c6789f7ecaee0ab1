"""On the development data beside the checkout, which a user's clone has not; the scorers are those of ../shared/eval."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows.build_release import build_release
from schemas.settings import RunSettings

SHARED = Path(__file__).parents[3] / "shared"
SEED_FACTS = 37  # of 45; raise it with what extraction learns

pytestmark = pytest.mark.shared


def test_the_facts_of_the_seed_article(tmp_path):
    found = tmp_path / "seed.jsonl"
    with found.open("wb") as output:
        seed = next((SHARED / "data" / "seed").glob("*.txt"))
        detente = Path(sys.executable).parent / "detente"
        subprocess.run([detente, "extract", seed], stdout=output, check=True)
    scorer = [sys.executable, SHARED / "eval" / "score_seed.py", found]
    scored = subprocess.run(scorer, capture_output=True, check=True)
    assert json.loads(scored.stdout.splitlines()[-1])["found"] >= SEED_FACTS


@pytest.mark.usefixtures("prefect_server")
def test_real_articles_of_three_decades_are_all_accounted_for(tmp_path):
    lines = (SHARED / "data" / "newswire.jsonl").read_text(encoding="utf-8").splitlines()[::120]
    sample = tmp_path / "wire.jsonl"
    sample.write_text("\n".join(lines), encoding="utf-8")
    summary = build_release([str(sample)], tmp_path / "store", RunSettings())
    assert summary.tables["articles"] == len(lines) == summary.read["accepted"]
    assert summary.refused == {}
