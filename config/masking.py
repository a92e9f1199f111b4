"""Passwords and keys that must not be shown."""

import re

MASK = "***"

_WORDS = r"key|token|password|passwd|secret"
_LOGIN = re.compile(r"(://[^/\s:@]*):[^/\s@]*@")
_QUERY = re.compile(rf"([?&][^=&\s]*(?:{_WORDS})=)[^&\s\"']*", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a variable or parameter of this name holds a secret."""
    return re.search(f"(?:{_WORDS})$", name, re.IGNORECASE) is not None


def without_secrets(text: str) -> str:
    """The text with the passwords and keys of the addresses in it masked."""
    return _QUERY.sub(rf"\1{MASK}", _LOGIN.sub(rf"\1:{MASK}@", text))
