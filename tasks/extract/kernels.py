"""Which matrix product the language model runs on: blis (spaCy's own) or numpy's BLAS.

The blis wheel carries generic kernels for many CPUs, and numpy's product makes the parse up to 1.6 times as fast with
the same output (`benchmarks/`, figures in README). The rule is fixed: numpy's, if on this machine it parses a probe
text to the same annotations as blis does; else blis. The manifest records the choice.

One BLAS thread per process: extraction runs one process per core, and more threads only spin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from thinc.api import NumpyOps, set_current_ops
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language
    from spacy.tokens import Doc

Gemm = Literal["numpy", "blis"]

PROBE = (
    "The foreign ministers of Norway and Chile met in Oslo on 3 March 1999 and agreed to cut tariffs by 12.5 percent, "
    "officials said. \u201cWe will not wait for others,\u201d the Chilean envoy told reporters, although talks over "
    "fishing rights, which had stalled twice since January, were not expected to resume before Tuesday."
)
"""Made up to touch names, numbers, quotes, a passive and a relative clause; any text would do."""


def load_on_fastest_kernel(load: Callable[[], Language]) -> tuple[Language, Gemm]:
    """The model on numpy's product if that gives the same annotations as blis, else on blis.

    Args:
        load: Loads the model anew; its layers take the operations that are current at that moment.

    Returns:
        The model, and the name of the product that it uses.
    """
    threadpool_limits(limits=1)
    operations = NumpyOps(
        use_blis=False
    )  # every layer of the model keeps this object, so one load serves both
    set_current_ops(operations)
    model = load()
    on_numpy = annotations_of(model(PROBE))
    operations.use_blis = True
    on_blis = annotations_of(model(PROBE))
    operations.use_blis = on_numpy != on_blis
    return model, "blis" if operations.use_blis else "numpy"


def annotations_of(doc: Doc) -> list[tuple[str, int, str, str]]:
    """All that extraction reads of a parse, token by token."""
    return [(token.tag_, token.head.i, token.dep_, token.ent_iob_ + token.ent_type_) for token in doc]
