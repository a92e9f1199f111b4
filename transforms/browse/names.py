"""What people read instead of codes and ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from blockwire.transforms.alerts.wording import country_name, plain


@dataclass(frozen=True)
class Names:
    """Names by id. What has none keeps its id."""

    services: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    feeds: Callable[[str], str] = str
    """The name of a feed: rounds bring new ones while pages are shown."""

    def of(self, facet: str, value: str) -> str:
        """The name of a facet's value."""
        match facet:
            case "country":
                return country_name(value)
            case "service" | "target":
                return self.services.get(value, plain(value))
            case "censor":
                return self.agencies.get(value, value)
            case "source" | "feed":
                return self.feeds(value)
            case "language":
                return language_name(value)
            case _:
                return plain(value)


@cache
def language_name(tag: str) -> str:
    """The English name of a language, with its script where the tag has one; the tag itself where there is none."""
    code, _, script = tag.partition("-")
    english = Locale("en")
    name = str(english.languages.get(code, code))
    return f"{name} ({english.scripts.get(script, script)})" if script else name
