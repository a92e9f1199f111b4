"""What a check came to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How good that is, the best first."""

    OK = "ok"
    WARN = "warn"
    """It works, and somebody should look."""
    FAIL = "fail"
    """The wire does not run, or nobody hears of what it finds."""

    @property
    def exit_status(self) -> int:
        """As monitoring takes it (https://nagios-plugins.org/doc/guidelines.html): 0, 1 or 2."""
        return list(Grade).index(self)


@dataclass(frozen=True)
class Finding:
    """One line of a check-up."""

    about: str
    """What was looked at: ``store``, ``disk``."""
    grade: Grade
    told: str
    """What was found, without any secret."""
    remedy: str = ""
    """What to do; empty where there is nothing to do."""


def worst(findings: Iterable[Finding]) -> Grade:
    """The grade of all together."""
    return max((one.grade for one in findings), key=list(Grade).index, default=Grade.OK)
