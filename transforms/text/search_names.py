"""What services and tools are called in every language and script, so that any of their names finds an item about them."""

from collections.abc import Iterable, Iterator

from blockwire.schemas.rules import RuleSet, Service
from blockwire.transforms.text.search_terms import lemmas


class SearchNames:
    """The names of the gazetteer as search terms."""

    def __init__(self, rules: RuleSet) -> None:
        self._services = {service.id: service for service in rules.services}

    def terms(self, ids: Iterable[str]) -> str:
        """The normal forms of all names of these services, with a space between; ids that are unknown have none."""
        services = (self._services[one] for one in dict.fromkeys(ids) if one in self._services)
        return " ".join(dict.fromkeys(name for service in services for name in _names(service)))


def _names(service: Service) -> Iterator[str]:
    yield lemmas(service.name, "en")
    for language, patterns in service.names.items():
        for pattern in patterns:
            # Between the parts of a pattern with a gap may be anything: that is no name to look for.
            if ".." not in pattern:
                yield lemmas(pattern.strip("=~*"), language)
