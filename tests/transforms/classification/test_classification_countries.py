"""Names of countries come from data that other modules read too."""

import subprocess
import sys

from command_line import environment


def test_reading_the_names_leaves_the_shared_data_whole() -> None:
    """Babel keeps what it loads for the whole process: a part of a language, kept so, once broke the reading of dates."""
    program = (
        "from blockwire.transforms.classification.countries import country_names; country_names();"
        "from blockwire.transforms.feeds.dates import read_date; print(read_date('2 сентября 2025'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("2025-09-02")
