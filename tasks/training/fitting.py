"""Fitting the network to a corpus.

In: items to train on. Out: a trained network. For one seed, kind of processor and number of threads the result is the
same. What does not belong here: what is learnt from (`examples.py`), the network, and how good it is.
"""

from __future__ import annotations

from itertools import accumulate
from platform import machine
from random import Random
from typing import TYPE_CHECKING

import torch

from schemas.plover import NONE
from tasks.extract.pieces import load_tokenizer, pieces_of
from tasks.extract.trained_coder import find_triggers
from tasks.training.batches import HIDDEN_SHARE, SENTENCES, Asked, batch_of, mixed
from tasks.training.examples import questions
from tasks.training.network import CoderNetwork, loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from schemas.training import Design
    from tasks.extract.pieces import Span
    from tasks.training.examples import Items
    from tasks.training.network import Outputs
    from tasks.training.vocabulary import Vocabulary

    Floats = npt.NDArray[np.float32]

ENCODER_RATE = 1e-4
HEAD_RATE = 1e-3
WARM_UP = 0.1
"""Share of the steps in which the rate rises; then it falls to nothing."""
LONGEST_STEP = 1.0
"""Gradients are cut to this length."""
WEIGHT_DECAY = 0.01


def processor() -> str:
    """The kind of processor, as the matrix library sees it: another one sums in another order."""
    return f"{machine()} {torch.backends.cpu.get_cpu_capability()}"


def fit(
    sentences: Sequence[Items],
    base: Path,
    vocabulary: Vocabulary,
    design: Design,
    *,
    progress: Callable[[float], None] = lambda _done: None,
) -> CoderNetwork:
    """A network fitted to sentences.

    Args:
        sentences: The items of each sentence.
        base: The folder of the pretrained encoder, with its tokenizer.
        vocabulary: What is told apart.
        design: How.
        progress: Told after each batch which share is done.
    """
    torch.set_num_threads(design.threads)
    torch.manual_seed(design.seed)
    torch.set_flush_denormal(True)  # numbers next to nothing make the processor ten times as slow
    chance = Random(design.seed)  # noqa: S311 - no secret depends on it
    tokenizer = load_tokenizer(base / "tokenizer.json")
    network = CoderNetwork(base, vocabulary, tuned_layers=design.tuned_layers)
    network.train()
    in_pieces = [pieces_of(tokenizer, items[0]["text"]) for items in sentences]
    steps = design.epochs * -(-len(sentences) // SENTENCES)
    optimizer = _optimizer(network)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    none, mask_id = vocabulary.categories.index(NONE), tokenizer.token_to_id("[MASK]") or 0
    step = 0
    eyed: list[list[Span]] = [[] for _ in sentences]
    for _ in range(design.epochs):
        asked = [
            Asked(pieces, tuple(questions(items, vocabulary.event_types, chance, words)), number)
            for number, (pieces, items, words) in enumerate(zip(in_pieces, sentences, eyed, strict=True))
        ]
        for group in mixed(asked, chance):
            batch = batch_of(group, vocabulary, hide=lambda: chance.random() < HIDDEN_SHARE, mask_id=mask_id)
            found = network(batch)
            cost = loss(found, batch, none)
            for one, weights in zip(group, _search_weights(found, group), strict=True):
                eyed[one.number] = find_triggers(weights, one.pieces, sentences[one.number][0]["text"])
            optimizer.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), LONGEST_STEP)
            optimizer.step()
            schedule.step()
            step += 1
            progress(step / steps)
    network.eval()
    return network


def _search_weights(found: Outputs, group: Sequence[Asked]) -> list[Floats]:
    """Where the pairs of each sentence look for their triggers, [pairs, pieces of the sentence]."""
    rows = found.search.detach().softmax(-1).numpy()
    ends = accumulate(len(one.questions) for one in group)
    weights = []
    for one, end in zip(group, ends, strict=True):
        asked = range(end - len(one.questions), end)
        plain = [row for row, question in zip(asked, one.questions, strict=True) if question.trigger is None]
        weights.append(rows[plain, : len(one.pieces.ids)])
    return weights


def _optimizer(network: CoderNetwork) -> torch.optim.Optimizer:
    encoder = [weight for weight in network.encoder.parameters() if weight.requires_grad]
    heads = [weight for name, weight in network.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": encoder, "lr": ENCODER_RATE}, {"params": heads, "lr": HEAD_RATE}]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]], weight_decay=WEIGHT_DECAY, fused=True
    )


def _rate(step: int, steps: int) -> float:
    return min((step + 1) / (WARM_UP * steps), 1.0) * max(0.0, 1 - step / steps)
