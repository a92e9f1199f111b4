"""Holds a built wheel and sdist against the repository: all that runs is in them, and nothing else.

``python release/check_archives.py DIST``, in a checkout.
"""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

ROOMS: Final = ("schemas", "config", "transforms", "pipelines")
_BESIDE: Final = re.compile(r"^blockwire-[^/]+\.dist-info/")
_NEVER: Final = re.compile(r"(^|/)(tests|shared|bench|\.servers|\.venv[^/]*|\.git)/|\.(sqlite|pyc)$")


def tracked() -> set[str]:
    """The files of the rooms that git knows, by the names that they are installed under."""
    listed = subprocess.run(["git", "ls-files", "-z", *ROOMS], check=True, capture_output=True, text=True).stdout
    return {f"blockwire/{name}" for name in listed.split("\0") if name}


def troubles(names: set[str], wanted: set[str]) -> list[str]:
    """What is wrong with the contents of a wheel.

    Args:
        names: the files in it.
        wanted: those that have to be in it.
    """
    missing = sorted(wanted - names)
    foreign = sorted(name for name in names - wanted if not _BESIDE.match(name))
    return [f"is missing: {name}" for name in missing] + [f"does not belong there: {name}" for name in foreign]


def main(folder: Path) -> int:
    """Prints what is wrong; 1 where that is anything."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    found = [f"{wheel.name} {one}" for one in troubles(in_wheel, tracked())]
    found += [f"{sdist.name} has {name}" for name in sorted(in_sdist) if _NEVER.search(name)]
    sys.stdout.write("".join(f"{one}\n" for one in found))
    sys.stdout.write(f"{wheel.name}: {len(in_wheel)} files; {sdist.name}: {len(in_sdist)}; {len(found)} troubles\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
