"""The engines that the tests run on: flags that name each."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest

from bench.flink import ENGINES, flink, job_flags
from bench.shared_data import REPOSITORY, NotHereError


def absent(reason: str) -> NoReturn:
    """Skips, with the reason; in CI, where there have to be engines, it is a failure."""
    in_ci = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    (pytest.fail if in_ci else pytest.skip)(reason)


@pytest.fixture(scope="session")
def on_prism() -> tuple[str, ...]:
    """Flags for a job on Prism."""
    got = subprocess.run(
        [ENGINES / "get_prism.sh", REPOSITORY / ".servers"],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        absent(f"no Prism here: {got.stderr.strip()[-500:]}")
    return ("--runner", "PrismRunner", "--prism_location", got.stdout.split()[-1])


@pytest.fixture(scope="session")
def flink_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Flink takes jobs."""
    try:
        with flink(tmp_path_factory.mktemp("flink")) as endpoint:
            yield endpoint
    except NotHereError as failure:
        absent(f"no Flink here: {failure}")


@pytest.fixture(scope="session")
def on_flink(flink_endpoint: str) -> tuple[str, ...]:
    """Flags for a job on Flink with two task slots, its steps in the process that started it."""
    return job_flags(flink_endpoint)


@pytest.fixture(params=["prism", "flink"])
def engine(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Flags for a job on each engine."""
    flags: tuple[str, ...] = request.getfixturevalue(f"on_{request.param}")
    return flags
