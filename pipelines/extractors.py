"""When a round's extractors are loaded: beside what else its start takes, where they are likely to be needed.

Nothing here brings in Beam.
"""

from contextlib import AbstractContextManager

from blockwire.config.settings import Settings
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.extraction.pool import kept_ready
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import Store


def extractors_ready(settings: Settings, rules: Packed[RuleSet]) -> AbstractContextManager[None]:
    """Begins to load them in a process of their own, and keeps them until it is left."""
    return kept_ready(rules if settings.extraction.first_look else None)


def brings_news(store: Store) -> bool:
    """Whether polls are likely to: those of the last round did, or there was none. Else extractors are loaded when they are needed."""
    before = store.rounds(1)
    return not before or before[0].entries_new > 0
