"""What is wrong with the configuration, in one line for a person."""

from pathlib import Path

from blockwire.config.masking import without_secrets

SHOWN = 120
"""Characters of a wrong value that a message shows."""


class ConfigurationError(Exception):
    """A mistake in a settings file, a variable, a flag or a feed list.

    Its text is one line: where, what, the value, what was expected, and the next step:
    ``feeds.yaml:17: url 'htp://x': expected an address that starts with http:// or https://; correct the line``.
    """

    def __init__(
        self,
        file: str | Path | None,
        line: int | None,
        what: str,
        value: object,
        expected: str,
        next_step: str = "correct it and try again",
    ) -> None:
        """Keeps the parts.

        Args:
            file: the file, or ``environment`` or ``command line``; None where it comes from nowhere in particular.
            line: its line, counted from 1, where there is one.
            what: the key, variable or flag, or a few words.
            value: what stands there.
            expected: what should stand there.
            next_step: what to do about it.
        """
        super().__init__(file, line, what, value, expected, next_step)
        self.file = file
        self.line = line
        self.what = what
        self.value = value
        self.expected = expected
        self.next_step = next_step

    def __str__(self) -> str:
        """The line."""
        place = "" if self.file is None else f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        shown = repr(str(self.value) if isinstance(self.value, Path) else self.value)
        if len(shown) > SHOWN:
            shown = shown[:SHOWN] + "…"
        line = f"{place}{self.what} {without_secrets(shown)}: expected {self.expected}; {self.next_step}"
        return " ".join(line.split())
