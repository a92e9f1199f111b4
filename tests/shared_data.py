"""The data that is shared beside the repository: where it is, and skipping by name where it is not."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", REPOSITORY.parent / "shared")).resolve()


def shared(*parts: str) -> Path:
    """A file or folder of the shared data; the test is skipped, saying so, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the shared data: {'/'.join(parts)} is not under BLOCKWIRE_SHARED")
    return path
