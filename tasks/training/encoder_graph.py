"""A BERT encoder as a graph of onnxruntime's own operators, its matrices in 8 bits.

In: the weights of a `transformers` BERT, by name. Out: an ONNX model, [1, pieces] numbers in and [1, pieces, D] vectors
out. Written by hand, because what torch exports has twelve times as many nodes, none of which onnxruntime joins to an
attention: it takes 1.4 times as long for a sentence (`benchmarks/coder_speed.py`, by the first coder and the second).

Of every matrix product the weights have a scale per column, made here, and the activations one for the sentence, made
when it is read: no sentence depends on another. Word vectors have a scale each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Weights = Mapping[str, Floats]

OPSET, MICROSOFT_OPSET, IR_VERSION = 17, 1, 9
MICROSOFT = "com.microsoft"
LARGEST = 127
"""Of the numbers that a weight in 8 bits can be; the smallest is its negative."""


def encoder_graph(
    weights: Weights, *, layers: int, heads: int, epsilon: float, in_8_bits: bool
) -> ModelProto:
    """The encoder: reads numbers `ids`, gives `vectors`.

    Args:
        weights: By their names in `transformers.BertModel`; as many positions as sentences may have pieces.
        layers: Of the encoder.
        heads: Of each attention.
        epsilon: Of the norms.
        in_8_bits: Whether weights are; else as they come.
    """
    graph = _Graph(weights, epsilon, in_8_bits=in_8_bits)
    values = graph.norm(graph.words(), "embeddings.LayerNorm")
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        columns = [f"{layer}.attention.self.{name}" for name in ("query", "key", "value")]
        parts = graph.split(graph.product(values, columns), len(columns))
        read = graph.node("MultiHeadAttention", parts, domain=MICROSOFT, num_heads=heads)
        attended = graph.product(read, [f"{layer}.attention.output.dense"])
        values = graph.norm(graph.node("Add", [attended, values]), f"{layer}.attention.output.LayerNorm")
        wide = graph.product(values, [f"{layer}.intermediate.dense"])
        active = graph.node("FastGelu", [wide], domain=MICROSOFT)
        narrow = graph.product(active, [f"{layer}.output.dense"])
        values = graph.norm(graph.node("Add", [narrow, values]), f"{layer}.output.LayerNorm")
    return graph.model(values)


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self, weights: Weights, epsilon: float, *, in_8_bits: bool) -> None:
        self._weights = weights
        self._epsilon = epsilon
        self._in_8_bits = in_8_bits
        self._nodes: list[object] = []
        self._constants: list[TensorProto] = []

    def node(self, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: object) -> str:
        """Add a node with one output; the output's name."""
        return self._add(operator, inputs, 1, domain=domain, **attributes)[0]

    def split(self, values: str, parts: int) -> list[str]:
        """Equal parts of the last axis."""
        return self._add("Split", [values], parts, axis=2)

    def words(self) -> str:
        """The sum of each piece's vector and that of its place; all are of the first of BERT's two segments."""
        vectors = self._weights["embeddings.word_embeddings.weight"]
        if self._in_8_bits:
            small, scales = in_8_bits(vectors.T)
            columns = [self._constant(small.T), self._constant(scales[:, None])]
            picked, scale = (self.node("Gather", [one, "ids"]) for one in columns)
            word = self.node("Mul", [self.node("Cast", [picked], to=TensorProto.FLOAT), scale])
        else:
            word = self.node("Gather", [self._constant(vectors), "ids"])
        places = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        first, last = self._constant(np.array([0])), self._constant(np.array([1]))
        length = self.node("Slice", [self.node("Shape", ["ids"]), last, self._constant(np.array([2]))])
        return self.node("Add", [word, self.node("Slice", [self._constant(places), first, length, first])])

    def norm(self, values: str, name: str) -> str:
        """A layer norm."""
        parts = [self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.node("LayerNormalization", [values, *parts], axis=-1, epsilon=self._epsilon)

    def product(self, values: str, names: Sequence[str]) -> str:
        """Linear layers of the same input, side by side."""
        matrix = np.concatenate([self._weights[f"{name}.weight"].T for name in names], axis=1)
        offset = self._constant(np.concatenate([self._weights[f"{name}.bias"] for name in names]))
        if self._in_8_bits:
            small, scales = in_8_bits(matrix)
            weights = [self._constant(small), self._constant(scales)]
            return self.node("DynamicQuantizeMatMul", [values, *weights, "", offset], domain=MICROSOFT)
        return self.node("Add", [self.node("MatMul", [values, self._constant(matrix)]), offset])

    def model(self, vectors: str) -> ModelProto:
        """The finished model."""
        self._nodes.append(helper.make_node("Identity", [vectors], ["vectors"]))
        width = self._weights["embeddings.word_embeddings.weight"].shape[1]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, "pieces", width])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, MICROSOFT_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def _add(
        self, operator: str, inputs: Sequence[str], outputs: int, *, domain: str = "", **attributes: object
    ) -> list[str]:
        names = [f"{operator}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return names

    def _constant(self, values: npt.NDArray[np.generic]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def in_8_bits(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix as whole numbers, and the scale by which each column is multiplied to get it back."""
    scales = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / np.float32(LARGEST)
    return np.round(matrix / scales).astype(np.int8), scales.astype(np.float32)
