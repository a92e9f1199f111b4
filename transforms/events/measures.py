"""Which measures are told of one and the same restriction."""

from collections.abc import Sequence
from typing import Final

from blockwire.schemas import Measure

_FAMILIES: Final = (
    frozenset(
        {
            *(Measure.WEBSITE_BLOCK, Measure.SOCIAL_MEDIA_BLOCK, Measure.MESSAGING_BLOCK, Measure.THROTTLING),
            *(Measure.TECHNICAL_INTERFERENCE, Measure.APP_STORE_REMOVAL, Measure.VPN_CIRCUMVENTION),
        }
    ),
    frozenset({Measure.SEARCH_FILTERING, Measure.CONTENT_TAKEDOWN, Measure.SOCIAL_MEDIA_BLOCK, Measure.WEBSITE_BLOCK}),
    frozenset({Measure.LEGAL_REGULATION, Measure.VPN_CIRCUMVENTION}),
    frozenset({Measure.ARREST_PROSECUTION, Measure.SURVEILLANCE_OF_USERS}),
    frozenset({Measure.TECHNICAL_INTERFERENCE, Measure.SURVEILLANCE_OF_USERS}),
)


def restriction(measures: Sequence[Measure]) -> Measure:
    """What is done, or undone: the first measure that is no lifting."""
    return next((measure for measure in measures if measure is not Measure.UNBLOCKING), measures[0])


def kin(one: Measure, other: Measure) -> bool:
    """Whether two reports on one restriction may call it by these two names."""
    return one is other or any(one in family and other in family for family in _FAMILIES)
