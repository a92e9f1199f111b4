"""What of a text is left to compare where spaces, marks and case come and go."""

import re
from typing import Final

_BESIDE_LETTERS: Final = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Letters and digits only, in one case: the same for a line and its repetition."""
    return _BESIDE_LETTERS.sub("", text.casefold())
