"""The one line that a person gets."""

import pickle
from pathlib import Path

from blockwire.config.errors import ConfigurationError


def test_the_parts_and_the_line() -> None:
    error = ConfigurationError("feeds.yaml", 17, "url", "htp://x", "an address", "correct the line")
    assert str(error) == "feeds.yaml:17: url 'htp://x': expected an address; correct the line"
    assert (error.file, error.line, error.what, error.value, error.expected) == (
        "feeds.yaml",
        17,
        "url",
        "htp://x",
        "an address",
    )


def test_it_stays_one_line_whatever_the_value() -> None:
    assert "\n" not in str(ConfigurationError(None, None, "text", "a\nb", "x\ny"))
    assert len(str(ConfigurationError(Path("f"), None, "text", "x" * 10_000, "less"))) < 250


def test_it_can_cross_processes() -> None:
    error = ConfigurationError("f", 1, "key", ["v"], "x", "y")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
