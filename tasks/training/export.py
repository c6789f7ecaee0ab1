"""From a trained network to the folder that `tasks.extract.trained_coder` uses.

In: a network. Out: the encoder in ONNX with 8-bit weights, the heads as arrays, the tokenizer, and `coder.json`.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from tasks.extract.coder_network import ENCODER, HEADS
from tasks.extract.pieces import MAX_PIECES
from tasks.extract.trained_coder import TOKENIZER, CoderFacts, write_facts
from tasks.training.network import MATCHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.training.network import CoderNetwork

OPSET = 17
SAMPLE_PIECES = 12


class _Encoder(nn.Module):
    """The encoder of one sentence without padding: word pieces in, vectors out."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor) -> Tensor:
        vectors: Tensor = self.encoder(input_ids=ids).last_hidden_state
        return vectors


def export(
    network: CoderNetwork, base: Path, facts: CoderFacts, folder: Path, *, in_8_bits: bool = True
) -> None:
    """Write a coder. The network is not to be trained further: it loses positions that coding never reaches.

    Args:
        network: Trained.
        base: The folder of the pretrained encoder, for its tokenizer.
        facts: What goes into `coder.json`.
        folder: Where to; made if it is not there.
        in_8_bits: Whether the encoder's weights are; four times as large they can be compared with the network's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    with _quiet(), TemporaryDirectory() as space:
        full = Path(space) / ENCODER
        _write_encoder(network, full)
        if in_8_bits:
            _quantise(full, folder / ENCODER)
        else:
            shutil.copyfile(full, folder / ENCODER)
    heads = {name: values.astype(np.float16) for name, values in _heads(network).items()}
    np.savez_compressed(folder / HEADS, **heads)  # type: ignore[arg-type]
    shutil.copyfile(base / "tokenizer.json", folder / TOKENIZER)
    write_facts(facts, folder)


def _write_encoder(network: CoderNetwork, path: Path) -> None:
    encoder = network.encoder
    encoder.set_attn_implementation("eager")  # the fused one has no form in ONNX
    positions = encoder.embeddings.position_embeddings
    positions.weight = nn.Parameter(positions.weight[:MAX_PIECES])
    with torch.no_grad():
        torch.onnx.export(
            _Encoder(encoder).eval(),  # else the export leaves the encoder dropping out
            (torch.ones((1, SAMPLE_PIECES), dtype=torch.int64),),
            str(path),
            input_names=["ids"],
            output_names=["vectors"],
            dynamic_axes={"ids": {1: "pieces"}, "vectors": {1: "pieces"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _quantise(full: Path, path: Path) -> None:
    """Weights of matrix products and word vectors in 8 bits, a scale for each column; activations when they come.

    A scale of activations is taken over one sentence, which is what the encoder is given, so that no sentence depends
    on another.
    """
    quantize_dynamic(
        full,
        path,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the advice that both libraries give on forms of ONNX that we do not want."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _heads(network: CoderNetwork) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """The heads' matrices as `values @ matrix + offset` takes them."""
    hidden = {
        f"hidden_{part}": matrix
        for part, matrix in zip(
            ("actor", "recipient", "trigger", "sentence"),
            _matrix(network.hidden).split(_width(network)),
            strict=True,
        )
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
        "hidden_offset": network.hidden.bias,
        "nobody": network.nobody,
        **{name: _matrix(layer) for name, layer in linear.items()},
        **{f"{name}_offset": layer.bias for name, layer in linear.items() if layer.bias is not None},
    }
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def _matrix(layer: nn.Linear) -> Tensor:
    return layer.weight.T


def _width(network: CoderNetwork) -> int:
    return int(network.key.in_features)
