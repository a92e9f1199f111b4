"""The machine: what is installed, disk and clock."""

import shutil
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from blockwire.transforms.checkup.finding import Finding, Grade

DISK_FAIL_BYTES: Final = 200 * 1024**2
DISK_WARN_BYTES: Final = 2 * 1024**3
CLOCK_WARN: Final = timedelta(seconds=30)
CLOCK_FAIL: Final = timedelta(minutes=10)
"""Feeds date their entries by the minute, and the lease of the round's lock lasts one."""


def check_installation(package: str = "blockwire") -> Finding:
    """Whether everything that the package asks for is there, in a version that it takes."""
    python = ".".join(map(str, sys.version_info[:3]))
    try:
        here, asked = version(package), requires(package) or []
    except PackageNotFoundError:
        remedy = "install it: pip install ."
        return Finding("installation", Grade.WARN, f"Python {python}; {package} runs from its source folder", remedy)
    wrong = [trouble for text in asked if (trouble := _trouble(Requirement(text)))]
    if wrong:
        remedy = "install them: pip install --upgrade blockwire"
        return Finding("installation", Grade.FAIL, f"{package} {here}: {'; '.join(wrong)}", remedy)
    return Finding("installation", Grade.OK, f"{package} {here} on Python {python}, all it needs is there")


def _trouble(asked: Requirement) -> str | None:
    if asked.marker is not None and not asked.marker.evaluate({"extra": ""}):
        return None
    try:
        found = version(asked.name)
    except PackageNotFoundError:
        return f"{asked.name} is missing"
    return None if asked.specifier.contains(found, prereleases=True) else f"{asked} is asked for, {found} is there"


def check_disk(folder: Path) -> Finding:
    """Whether there is room where something is written."""
    there = next(place for place in (folder, *folder.resolve().parents) if place.is_dir())
    free = shutil.disk_usage(there).free
    told = f"{free / 1024**3:,.1f} GiB free in {str(there.resolve())!r}"
    if free < DISK_WARN_BYTES:
        grade = Grade.FAIL if free < DISK_FAIL_BYTES else Grade.WARN
        return Finding("disk", grade, told, "free some space, or move the store to another disk")
    return Finding("disk", Grade.OK, told)


def check_clock(others: Mapping[str, datetime], now: datetime) -> Finding:
    """Whether this clock agrees with others.

    Args:
        others: what the time is, by whose clock (``the server's``).
        now: by this machine's clock.
    """
    if not others:
        return Finding("clock", Grade.OK, f"{now:%Y-%m-%d %H:%M:%S} UTC, with no other clock to compare it with")
    off = max((now - at for at in others.values()), key=abs)
    ahead = "ahead of" if off > timedelta() else "behind"
    told = f"{abs(off).total_seconds():.0f} s {ahead} {' and '.join(others)}"
    if abs(off) <= CLOCK_WARN:
        return Finding("clock", Grade.OK, told)
    grade = Grade.FAIL if abs(off) > CLOCK_FAIL else Grade.WARN
    return Finding("clock", grade, told, "set the clocks by a time service (systemd-timesyncd, chrony)")
