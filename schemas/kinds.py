"""The kinds of what is kept, as both the mappings and the stores name them."""

from typing import Final

KINDS: Final = (
    "items",
    "entries",
    "dead-letters",
    "feeds",
    "rounds",
    "locks",
    "events",
    "reports",
    "corrections",
    "alerts",
    "channels",
)
"""What there is an index for; each has its mapping in the JSON file of this name."""
