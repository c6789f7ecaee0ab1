"""The network that is trained: the encoder of a language model, and heads on pairs and triggers.

In: batches of sentences with masks. Out: scores, and the loss against the answers. `export.py` writes it in the form
that `tasks.extract.coder_network` runs; both compute the same.

Shapes: B sentences, R questions of a sentence (padded), T pieces (padded), D the width of a vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.training.vocabulary import Vocabulary

DROPOUT = 0.2
SMOOTHING = 0.05
"""Share of the probability that the loss wants on other categories: it keeps the network from certainty."""

# What a mistake in each answer costs beside one in the category. Design choices.
TRIGGER_COST = 0.3
MODE_COST = 0.3
STATUS_COST = 0.3
CONTEXT_COST = 25.0  # a mean over 37 questions whose answer is nearly always no
RECIPROCAL_COST = 0.2
GIVEN_COST = 0.5
"""What a question with a trigger counts beside one without."""
CONTEXT_START = -2.5
"""The score of a context before training: one in thirteen."""
FAR_BELOW = -1e4

# Widths of the heads: small enough for the whole coder to stay under 25 MB.
SEARCH_WIDTH = 128
MATCH_WIDTH = 128
HIDDEN_WIDTH = 256
TOPIC_WIDTH = 128

MATCHED = ("actor", "trigger_of_actor", "recipient", "trigger_of_recipient")
"""What is multiplied two by two: whether somebody is a trigger's doer is a question of both, not of each for itself."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions of several sentences.

    Attributes:
        ids: Word pieces, [B, T]; 0 behind a sentence's end.
        present: 1 for pieces, 0 behind the end, [B, T].
        actors: 1 where the actor stands, [B, R, T].
        recipients: The same for recipients.
        given: The same for a trigger that is part of the question.
        asked: Whether there is such a question, [B, R].
        triggers: 1 where the pair's triggers stand; the first piece if it has none, [B, R, T].
        category: Number, [B, R].
        mode: Number; -1 without an answer.
        status: Number; -1 without an answer.
        contexts: 1 for the contexts of the answer, [B, R, contexts].
        reciprocal: 1 or 0; -1 where it is not asked.
    """

    ids: Tensor
    present: Tensor
    actors: Tensor
    recipients: Tensor
    given: Tensor
    asked: Tensor
    triggers: Tensor
    category: Tensor
    mode: Tensor
    status: Tensor
    contexts: Tensor
    reciprocal: Tensor


@dataclass(frozen=True, slots=True)
class Outputs:
    """Scores of questions, one row for each that is asked, in the order of the batch.

    Attributes:
        search: Of the pieces as triggers of the pair, [questions, T].
        categories: [questions, categories]; NONE last.
        modes: [questions, modes].
        statuses: [questions, 4].
        contexts: [questions, contexts].
        reciprocal: [questions, 1].
    """

    search: Tensor
    categories: Tensor
    modes: Tensor
    statuses: Tensor
    contexts: Tensor
    reciprocal: Tensor


class CoderNetwork(nn.Module):
    """Encoder and heads."""

    def __init__(self, base: Path, vocabulary: Vocabulary, *, tuned_layers: int | None = None) -> None:
        """Begin from a pretrained encoder.

        Args:
            base: The folder of a pretrained BERT.
            vocabulary: What the heads tell apart.
            tuned_layers: How many of the encoder's last layers are trained; None for all. Word vectors never are: words
                that the corpus does not have shall stay where their neighbours are.
        """
        super().__init__()
        disable_progress_bar()  # of reading the weights, which takes a second
        # The tangent form of GELU is what onnxruntime computes fastest; the two differ by less than 8 bits can tell.
        self.encoder = AutoModel.from_pretrained(base, hidden_act="gelu_pytorch_tanh")
        width = self.encoder.config.hidden_size
        self.nobody = nn.Parameter(torch.zeros(width))
        self.query = nn.Linear(2 * width, SEARCH_WIDTH)
        self.key = nn.Linear(width, SEARCH_WIDTH)
        self.match = nn.ModuleDict({name: nn.Linear(width, MATCH_WIDTH, bias=False) for name in MATCHED})
        self.matches = nn.Linear(2 * MATCH_WIDTH, HIDDEN_WIDTH, bias=False)
        self.hidden = nn.Linear(4 * width, HIDDEN_WIDTH)
        self.topic = nn.Linear(4 * width, TOPIC_WIDTH)
        self.dropout = nn.Dropout(DROPOUT)
        self.categories = nn.Linear(HIDDEN_WIDTH, len(vocabulary.categories))
        self.modes = nn.Linear(HIDDEN_WIDTH, len(vocabulary.modes))
        self.statuses = nn.Linear(HIDDEN_WIDTH, len(vocabulary.statuses))
        self.contexts = nn.Linear(TOPIC_WIDTH, len(vocabulary.contexts))
        self.reciprocal = nn.Linear(HIDDEN_WIDTH, 1)
        nn.init.constant_(self.contexts.bias, CONTEXT_START)
        self.encoder.embeddings.word_embeddings.requires_grad_(False)
        if tuned_layers is not None:
            layers = self.encoder.encoder.layer
            self.encoder.embeddings.requires_grad_(False)
            for layer in layers[: len(layers) - tuned_layers]:
                layer.requires_grad_(False)

    def read(self, ids: Tensor, present: Tensor) -> Tensor:
        """The vectors of the pieces, [B, T, D]; in 16 bits inside, which halves the time."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found: Tensor = self.encoder(input_ids=ids, attention_mask=present).last_hidden_state
        return found.float()

    def forward(self, batch: Batch) -> Outputs:
        """The scores of a batch's questions."""
        vectors = self.read(batch.ids, batch.present)
        actor = torch.bmm(_share(batch.actors), vectors)
        recipient = torch.bmm(_share(batch.recipients), vectors)
        recipient = recipient + (batch.recipients.sum(-1, keepdim=True) == 0) * self.nobody
        search = self.query(torch.cat([actor, recipient], -1)) @ self.key(vectors).transpose(1, 2)
        search = search / SEARCH_WIDTH**0.5
        search = search.masked_fill(batch.present[:, None, :] == 0, FAR_BELOW)
        is_given = batch.given.sum(-1, keepdim=True) > 0
        weights = torch.where(is_given, _share(batch.given), search.softmax(-1))
        trigger = torch.bmm(weights, vectors)
        sentence = torch.bmm(_share(batch.present)[:, None, :], vectors).expand_as(actor)
        match = [
            self.match[doer](party) * self.match[act](trigger)
            for doer, act, party in (
                ("actor", "trigger_of_actor", actor),
                ("recipient", "trigger_of_recipient", recipient),
            )
        ]
        everything = torch.cat([actor, recipient, trigger, sentence], -1)[batch.asked]
        hidden = self.hidden(self.dropout(everything)) + self.matches(torch.cat(match, -1)[batch.asked])
        hidden = self.dropout(functional.gelu(hidden, approximate="tanh"))
        topic = self.topic(self.dropout(everything))
        topic = self.dropout(functional.gelu(topic, approximate="tanh"))
        return Outputs(
            search=search[batch.asked],
            categories=self.categories(hidden),
            modes=self.modes(hidden),
            statuses=self.statuses(hidden),
            contexts=self.contexts(topic),
            reciprocal=self.reciprocal(hidden),
        )


def loss(found: Outputs, batch: Batch, none: int) -> Tensor:
    """How far scores are from the answers.

    Args:
        found: The scores.
        batch: With the answers.
        none: The number of NONE.
    """
    asked = batch.asked
    category, given = batch.category[asked], batch.given[asked].sum(-1) > 0
    costs = functional.cross_entropy(found.categories, category, label_smoothing=SMOOTHING, reduction="none")
    total = (costs * torch.where(given, GIVEN_COST, 1.0)).sum() / (~given).sum()
    wanted = _share(batch.triggers[asked])
    total = total - TRIGGER_COST * (found.search.log_softmax(-1) * wanted).sum(-1)[~given].mean()
    event = category != none
    if event.any():
        total = total + MODE_COST * functional.cross_entropy(found.modes[event], batch.mode[asked][event])
        total = total + STATUS_COST * functional.cross_entropy(
            found.statuses[event], batch.status[asked][event]
        )
        total = total + CONTEXT_COST * functional.binary_cross_entropy_with_logits(
            found.contexts[event], batch.contexts[asked][event]
        )
    mutual = batch.reciprocal[asked]
    if (mutual >= 0).any():
        total = total + RECIPROCAL_COST * functional.binary_cross_entropy_with_logits(
            found.reciprocal[mutual >= 0, 0], mutual[mutual >= 0]
        )
    return total


def _share(mask: Tensor) -> Tensor:
    """A mask whose rows sum to 1; empty rows stay empty."""
    return mask / mask.sum(-1, keepdim=True).clamp(min=1)
