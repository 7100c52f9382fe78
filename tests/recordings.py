"""Recordings of real rooms lie outside the project; their tests skip where they are absent, and
fail where LUCHTIG_REQUIRE_DATA is set."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "data"


def recording(name: str) -> Path:
    """The path of a recording, like ``windesheim/windesheim-999169.csv``."""
    path = FOLDER / name
    if not path.exists():
        message = f"{name} is absent: recordings are not part of the project"
        if os.environ.get("LUCHTIG_REQUIRE_DATA"):
            pytest.fail(message)
        pytest.skip(message)
    return path
