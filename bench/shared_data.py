"""The data that is shared beside the repository, and where it is."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", REPOSITORY.parent / "shared")).resolve()


class NotHereError(Exception):
    """Something that is not part of the repository is absent; the text says what and how to get it."""


def shared(*parts: str) -> Path:
    """A file or folder of the shared data.

    Raises:
        NotHereError: where it is absent.
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise NotHereError(f"needs the shared data: {'/'.join(parts)} is not under BLOCKWIRE_SHARED")
    return path
