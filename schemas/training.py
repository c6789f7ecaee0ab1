"""How an event coder is trained: what a user can choose, with its meaning, default and bounds.

The fields' descriptions are what the Prefect UI's parameter form shows.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Design(BaseModel):
    """How a coder is trained. The same design, corpus, machine and versions give the same coder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=7, ge=1, description="How often the corpus is gone through.")
    seed: int = Field(default=0, ge=0, description="Decides all that is left to chance.")
    tuned_layers: int | None = Field(
        default=None,
        ge=0,
        description="How many of the encoder's last layers are trained; all if left empty.",
    )
    threads: int = Field(
        default=2, ge=1, description="Of the matrix library: sums in another order give another coder."
    )
