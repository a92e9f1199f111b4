"""What a match means: the labels behind the automaton, built from a rule set."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blockwire.schemas.rules import Agency, Lexicon, RuleSet, Service
from blockwire.transforms.classification.countries import Name, country_names
from blockwire.transforms.classification.folding import Folding
from blockwire.transforms.classification.matching import Matcher, Wanted

SUBSTRING = frozenset({"zh", "zh-Hant", "my", "th", "ja", "ko"})
ARABIC = frozenset({"ar", "fa", "ur"})
"""Languages of one script: words of one are other words in the next, so only one of them counts in a text."""
LATIN = frozenset({"en", "es", "pt", "fr", "de", "tr", "id", "vi", "pl", "it", "nl", "uz", "az", "sw", "ha"})
ACRONYM = 6
"""The length up to which a name in capitals is an acronym."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one pattern stands for."""

    rule: str
    """The id to show: ``en.block``, ``service.telegram``."""
    kind: str
    """concept, service, agency, country, region or occupied."""
    mask: int
    """The concepts, one bit each."""
    language: str = ""
    identity: str = ""
    """Of the service, agency or country."""
    country: str = ""
    detail: str = ""
    """The kind of service or agency, or the name of a region."""
    cue: bool = False
    """It counts only with other words around it that make it plain."""


@dataclass
class Vocabulary:
    """All labels, the bit of each concept, and the automaton."""

    rules: RuleSet
    labels: list[Label] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folding = Folding(self.rules.characters)
        self.bits = {concept: 1 << number for number, concept in enumerate(self.rules.concepts)}
        self._prefixes = {
            one.language: frozenset(map(self.folding.pattern, one.prefixes)) for one in self.rules.lexicons
        }
        wanted = [*self._lexicons(), *self._services(), *self._agencies(), *self._places()]
        self.matcher = Matcher(wanted, self.folding)

    def mask(self, concepts: tuple[str, ...]) -> int:
        """The bits of some concepts."""
        total = 0
        for concept in concepts:
            total |= self.bits[concept]
        return total

    def _label(self, label: Label) -> int:
        self.labels.append(label)
        return len(self.labels) - 1

    def _wanted(self, pattern: str, label: int, language: str) -> Wanted:
        return Wanted(pattern, label, language in SUBSTRING, self._prefixes.get(language, frozenset()))

    def _lexicons(self) -> Iterator[Wanted]:
        for lexicon in self.rules.lexicons:
            yield from self._lexicon(lexicon)

    def _lexicon(self, lexicon: Lexicon) -> Iterator[Wanted]:
        prefixes = self._prefixes[lexicon.language]
        for concept, patterns in lexicon.concepts.items():
            label = self._label(Label(f"{lexicon.language}.{concept}", "concept", self.bits[concept], lexicon.language))
            for pattern in patterns:
                yield Wanted(pattern, label, lexicon.substring, prefixes)

    def _services(self) -> Iterator[Wanted]:
        for service in self.rules.services:
            yield from self._named(service, self.rules.service_concepts[service.kind], "service", "")

    def _agencies(self) -> Iterator[Wanted]:
        for agency in self.rules.agencies:
            yield from self._named(agency, self.rules.agency_concepts[agency.kind], "agency", agency.country)

    def _named(self, entry: Service | Agency, concept: str, kind: str, country: str) -> Iterator[Wanted]:
        labels = [
            self._label(Label(f"{kind}.{entry.id}", kind, self.bits[concept], "", entry.id, country, entry.kind, cue))
            for cue in (False, True)
        ]
        cues = {self.folding.pattern(name.rstrip("*~")) for name in entry.cue}
        names = [("", entry.name), *((lang, name) for lang, some in entry.names.items() for name in some)]
        for language, name in names:
            needs_cue = self.folding.pattern(name.rstrip("*~")) in cues
            written = f"={name}" if _is_acronym(name) else name
            yield self._wanted(written, labels[needs_cue], language)

    def _places(self) -> Iterator[Wanted]:
        extra = [Name(pattern, place.country, "country", "") for place in self.rules.places for pattern in place.names]
        regions = [
            Name(pattern, place.country, "region", region)
            for place in self.rules.places
            for region, patterns in place.regions.items()
            for pattern in patterns
        ]
        occupied = [Name(p, codes, "occupied", "") for codes, some in self.rules.occupied.items() for p in some]
        made: dict[tuple[str, str, str], int] = {}
        for name in [*country_names(), *extra, *regions, *occupied]:
            key = (name.country, name.kind, name.region)
            if key not in made:
                rule = f"{name.kind}.{name.country.lower().replace(':', '-')}"
                made[key] = self._label(
                    Label(rule, name.kind, self.bits["nation"], "", name.country, name.country, name.region)
                )
            yield self._wanted(name.pattern, made[key], _writes_like(name.pattern))


def _is_acronym(name: str) -> bool:
    """Acronyms count as they are written: ``ARE`` is an authority, ``are`` is not."""
    letters = name.rstrip("*~")
    return letters == name and len(name) <= ACRONYM and name.isupper()


def _writes_like(name: str) -> str:
    """A language whose way of joining words holds for a name: prefixes in Arabic and Amharic, no spaces in Chinese."""
    first = name.lstrip("*=")[0]
    for language, low, high in (("zh", "\u2e80", "\ufa00"), ("ar", "\u0600", "\u06ff"), ("am", "\u1200", "\u137f")):
        if low <= first <= high:
            return language
    return ""
