"""From a trained network to the folder that `tasks.extract.trained_coder` uses.

In: a network. Out: the encoder in ONNX with 8-bit weights, the heads as arrays, the tokenizer, and `coder.json`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import onnx

from tasks.extract.coder_network import ENCODER, HEADS, PARTS
from tasks.extract.pieces import MAX_PIECES
from tasks.extract.trained_coder import TOKENIZER, CoderFacts, write_facts
from tasks.training.encoder_graph import encoder_graph
from tasks.training.network import MATCHED
from tasks.training.word_pieces import english_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from onnx import ModelProto
    from torch import Tensor, nn

    from tasks.training.network import CoderNetwork


def export(
    network: CoderNetwork, base: Path, facts: CoderFacts, folder: Path, *, in_8_bits: bool = True
) -> None:
    """Write a coder.

    Args:
        network: Trained.
        base: The folder of the pretrained encoder, for its tokenizer.
        facts: What goes into `coder.json`.
        folder: Where to; made if it is not there.
        in_8_bits: Whether the encoder's weights are; four times as large they can be compared with the network's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, pieces = english_pieces(json.loads((base / "tokenizer.json").read_text(encoding="utf-8")))
    onnx.save(_encoder(network, pieces, in_8_bits=in_8_bits), folder / ENCODER)
    heads = {name: values.astype(np.float16) for name, values in _heads(network).items()}
    np.savez_compressed(folder / HEADS, **heads)  # type: ignore[arg-type]
    (folder / TOKENIZER).write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    write_facts(facts, folder)


def _encoder(network: CoderNetwork, pieces: list[int], *, in_8_bits: bool) -> ModelProto:
    """The encoder with some word pieces, and with the positions that coding reaches."""
    encoder = network.encoder
    weights = {name: values.detach().float().numpy() for name, values in encoder.state_dict().items()}
    words, positions = (f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position"))
    needed = {words: weights[words][pieces], positions: weights[positions][:MAX_PIECES]}
    return encoder_graph(
        {**weights, **needed},
        layers=encoder.config.num_hidden_layers,
        heads=encoder.config.num_attention_heads,
        epsilon=encoder.config.layer_norm_eps,
        in_8_bits=in_8_bits,
    )


def _heads(network: CoderNetwork) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """The heads' matrices as `values @ matrix + offset` takes them."""
    layers = {"hidden": network.hidden, "topic": network.topic}
    hidden = {
        f"{name}_{part}": matrix
        for name, layer in layers.items()
        for part, matrix in zip(PARTS, _matrix(layer).split(_width(network)), strict=True)
    }
    linear = {
        "matches": network.matches,
        **{f"match_{name}": network.match[name] for name in MATCHED},
        "query": network.query,
        "key": network.key,
        "categories": network.categories,
        "modes": network.modes,
        "statuses": network.statuses,
        "contexts": network.contexts,
        "reciprocal": network.reciprocal,
    }
    tensors = {
        **hidden,
        **{f"{name}_offset": layer.bias for name, layer in layers.items()},
        "nobody": network.nobody,
        **{name: _matrix(layer) for name, layer in linear.items()},
        **{f"{name}_offset": layer.bias for name, layer in linear.items() if layer.bias is not None},
    }
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def _matrix(layer: nn.Linear) -> Tensor:
    return layer.weight.T


def _width(network: CoderNetwork) -> int:
    return int(network.key.in_features)
