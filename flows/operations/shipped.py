"""Files that go with the code: `prefect.yaml` and the sample articles.

In a checkout they lie beside the packages; in a wheel, which holds packages only, beside this module (pyproject.toml).
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_CHECKOUT = _HERE.parent.parent


def shipped(name: str) -> Path:
    """Where a file or folder of ours lies.

    Raises:
        FileNotFoundError: The installation is not complete.
    """
    for folder in (_CHECKOUT, _HERE / "shipped"):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"this installation of detente lacks {name}: install it again")
