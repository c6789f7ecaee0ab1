"""How many sentences a second the event coder codes, alone and on one thread.

    python benchmarks/coder_speed.py [--coder FOLDER]

Over the sentences of the corpus's test fifth with all ordered pairs of the parties that are marked in each: what
extraction asks (`read`: every trigger with every pair), the surest event of each pair (`code`), and the encoder alone,
side by side; each is the median of five rounds.
"""

from __future__ import annotations

import argparse
from itertools import permutations
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from tasks.corpus.items import read_corpus
from tasks.extract.coder_network import Network
from tasks.extract.event_coder import Pair
from tasks.extract.pieces import load_tokenizer, pieces_of
from tasks.extract.trained_coder import OURS, TOKENIZER, TrainedCoder

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parents[1] / "corpus"
SENTENCES = 600
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    threadpool_limits(limits=1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--coder", type=Path, default=OURS)
    folder = parser.parse_args().coder
    asked = _asked()
    coder, network, tokenizer = TrainedCoder(folder), Network(folder), load_tokenizer(folder / TOKENIZER)
    pairs = sum(len(each) for each in asked.values())
    print(
        f"{len(asked)} sentences, {pairs} pairs, {sum(map(len, asked)) / len(asked):.0f} characters a sentence"
    )
    ways: dict[str, Callable[[str, list[Pair]], object]] = {
        "read": coder.read,
        "code": coder.code,
        "encoder alone": lambda text, _: network.read(pieces_of(tokenizer, text)),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = process_time()
            for text, each in asked.items():
                way(text, each)
            rates[name].append(len(asked) / (process_time() - start))
    for name, found in rates.items():
        print(f"{name:14} {median(found):6.0f} sentences a CPU second ({min(found):.0f} to {max(found):.0f})")


def _asked() -> dict[str, list[Pair]]:
    """Sentences with the ordered pairs of their parties."""
    spans: dict[str, set[tuple[int, int]]] = {}
    for item in read_corpus(CORPUS).to_dicts():
        if item["split"] == "test":
            known = spans.setdefault(item["text"], set())
            known.update(tuple(item[role]) for role in ("actor", "recipient") if item[role])
    first = sorted(spans)[:SENTENCES]
    return {text: [Pair(*pair) for pair in permutations(sorted(spans[text]), 2)] for text in first}


if __name__ == "__main__":
    main()
