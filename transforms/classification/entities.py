"""Who, where and what: countries, jurisdictions, services, domains, censors, providers and tools, each with its quote."""

from collections import defaultdict
from dataclasses import dataclass, field

from blockwire.schemas.rules import RuleSet
from blockwire.schemas.taxonomy import Scope
from blockwire.transforms.classification.analysis import DOMAIN, Analysis, Found, SentenceView
from blockwire.transforms.classification.scoring import Match
from blockwire.transforms.classification.vocabulary import Vocabulary
from blockwire.transforms.text.urls import public_suffixes

_ACTORS = frozenset({"regulator", "technical", "council", "committee", "ministry", "government", "prosecutor", "court", "police", "security",
                     "military", "legislature"})  # fmt: skip
_OPERATORS = frozenset({"operator", "industry"})
_FILES = frozenset({"php", "html", "htm", "js", "py", "exe", "md", "txt", "pdf", "jpg", "png", "net", "zip"})
ADJACENT = 3
"""Characters between a country's name and the service that comes from there: ``'s`` and a space."""
ORIGIN = 0.3
"""What the name of a service's home counts."""
PRESENT = 4.0
"""From this weight of matches in the present on, what is told of years past names nothing."""
COUNTRY_SHARE = 0.5
"""A further country is named where it has this share of the first one's weight."""
REACH = 200
"""Characters within which a service is said to work."""
SERVICE_SHARE = 0.3
NATIONAL_MENTION = 0.35
"""What a country's name counts outside the sentences that matched, against one inside."""


@dataclass(frozen=True)
class Named:
    """Something named, and where."""

    kind: str
    identity: str
    sentence: SentenceView
    start: int
    end: int
    rule: str


@dataclass
class Entities:
    """What an article names."""

    countries: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    censors: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    scope: Scope = Scope.UNKNOWN
    named: list[Named] = field(default_factory=list)


class EntityReader:
    """Reads entities out of the sentences in which something matched."""

    def __init__(self, rules: RuleSet, vocabulary: Vocabulary) -> None:
        self._kinds = {service.id: service.kind for service in rules.services}
        self._by_domain = {domain: service.id for service in rules.services for domain in service.domains}
        self._agency_kinds = {agency.id: agency.kind for agency in rules.agencies}
        bits = vocabulary.bits
        self._actions = vocabulary.mask(
            (
                "block",
                "unblock",
                "cut",
                "slow",
                "remove",
                "outage",
                "limit",
                "watch",
                "censor",
                "arrest",
                "punish",
                "restore",
                "order",
            )
        )
        self._origin = vocabulary.mask(("social", "app", "messenger"))
        self._history = rules.tuning.history_factor or 1.0
        self._working = bits["works"]
        self._blocks = vocabulary.mask(("block", "unblock"))
        self._scopes = {bits["national"]: Scope.NATIONAL, bits["regional"]: Scope.REGIONAL, bits["local"]: Scope.LOCAL}

    def read(self, analysis: Analysis, matches: list[Match]) -> Entities:
        """The entities of an article that matched."""
        heat = self._heat(matches)
        result = Entities()
        self._places(analysis, heat, result)
        self._services(analysis, heat, result)
        self._agencies(analysis, heat, result)
        self._domains(analysis, heat, result)
        self._jurisdictions(analysis, heat, result)
        result.scope = self._scope(analysis, heat, result)
        return result

    def _heat(self, matches: list[Match]) -> dict[int, float]:
        """How much each sentence has to say, by identity; sentences of the past say little."""
        heat: dict[int, float] = defaultdict(float)
        told = [match for match in matches if match.rule.weight > 0]
        present = sum(match.weight for match in told if not match.past)
        for match in told:
            weight = match.weight
            if match.past:
                weight = 0.0 if present >= PRESENT else weight / self._history
            heat[id(match.sentence)] += weight
        return {key: min(value, 4.0) for key, value in heat.items()}

    def _places(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> None:
        weight: dict[str, float] = defaultdict(float)
        first: dict[str, Named] = {}
        occupied: dict[str, float] = defaultdict(float)
        regions: dict[tuple[str, str], float] = defaultdict(float)
        for sentence in analysis.sentences:
            hot = heat.get(id(sentence), 0.0)
            whole = (
                sentence.weight * (NATIONAL_MENTION + min(hot, 3.0) / 3.0) * (1.6 if sentence.field == "title" else 1.0)
            )
            counted: set[str] = set()
            for found in sentence.found:
                label = found.label
                if label.kind not in ("country", "region", "occupied", "agency") or label.identity in counted:
                    continue
                counted.add(label.identity)
                share = whole * ORIGIN if label.kind == "country" and self._is_origin(found, sentence) else whole
                if label.kind == "occupied":
                    country = label.country.split(":")[0]
                    occupied[label.country] += share
                    weight[country] += share * 1.2
                elif label.kind == "agency":
                    if (
                        len(label.country) != 2
                        or (label.cue and label.country != analysis.home)
                        or label.detail == "monitor"
                    ):
                        continue
                    country = label.country
                    weight[country] += share * 0.9
                else:
                    country = label.country
                    weight[country] += share
                    if label.kind == "region":
                        regions[country, label.detail] += share
                named = Named("country", country, sentence, found.start, found.end, label.rule)
                if country not in first or (share > first[country].sentence.weight and sentence.field == "title"):
                    first[country] = named
        if not weight:
            return
        best = max(weight.values())
        ranked = sorted(weight, key=lambda country: -weight[country])
        chosen = [country for country in ranked if weight[country] >= best * COUNTRY_SHARE and weight[country] >= 0.5][
            :4
        ] or ranked[:1]
        for codes, share in occupied.items():
            country, jurisdiction = codes.split(":")
            if share >= 1.0 and share >= 0.3 * best:
                chosen = [country, *(c for c in chosen if c not in (country, jurisdiction))]
                result.jurisdictions = (jurisdiction,)
                result.scope = Scope.OCCUPIED_TERRITORY
        result.countries = tuple(chosen)
        result.regions = tuple(
            dict.fromkeys(name for (country, name), share in regions.items() if country in chosen and share >= 0.5)
        )
        result.named += [first[country] for country in chosen if country in first]

    def _is_origin(self, country: Found, sentence: SentenceView) -> bool:
        """Whether the name says where a service comes from (``Russia's VKontakte``), not where something happens."""
        return any(
            0 < other.start - country.end <= ADJACENT
            and (other.label.kind == "service" or other.label.mask & self._origin)
            for other in sentence.found
        )

    def _services(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> None:
        weight: dict[str, float] = defaultdict(float)
        first: dict[str, Named] = {}
        for sentence in analysis.sentences:
            hot = heat.get(id(sentence), 0.0)
            if hot <= 0:
                continue
            share = sentence.weight * min(hot, 3.0) / 3.0 * (2.0 if sentence.field == "title" else 1.0)
            counted: set[str] = set()
            for found in sentence.found:
                label = found.label
                if label.kind != "service" or label.identity in counted:
                    continue
                counted.add(label.identity)
                if self._works(found, sentence):
                    continue
                near = self._near_action(found, sentence, label.detail)
                weight[label.identity] += share * (1.0 if near else 0.0 if label.detail == "news" else 0.4)
                first.setdefault(
                    label.identity, Named("service", label.identity, sentence, found.start, found.end, label.rule)
                )
        if not weight:
            return
        best = max(weight.values())
        chosen = [s for s in weight if weight[s] >= max(best * SERVICE_SHARE, 0.3)]
        result.services = tuple(s for s in chosen if self._kinds[s] != "circumvention")
        result.tools = tuple(s for s in chosen if self._kinds[s] == "circumvention")
        result.named += [first[s] for s in chosen]

    def _works(self, found: Found, sentence: SentenceView) -> bool:
        """Whether it is named as what works all the same: that is said closer by than what is done."""
        if not sentence.mask & self._working:
            return False
        nearest = {True: REACH, False: REACH}
        for other in sentence.found:
            is_working = bool(other.label.mask & self._working)
            if is_working or other.label.mask & self._actions:
                gap = max(other.start - found.end, found.start - other.end, 0)
                nearest[is_working] = min(nearest[is_working], gap)
        return nearest[True] < nearest[False]

    def _near_action(self, found: Found, sentence: SentenceView, kind: str) -> bool:
        """Whether something is done to it; news media are named as sources too, so they need a plain block."""
        actions = self._blocks if kind == "news" else self._actions
        for other in sentence.found:
            if other.label.mask & actions:
                gap = other.start - found.end if other.start >= found.end else found.start - other.end
                if gap <= 70:
                    return True
        return False

    def _agencies(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> None:
        countries = set(result.countries) | set(result.jurisdictions)
        censors: dict[str, float] = defaultdict(float)
        providers: dict[str, float] = defaultdict(float)
        for sentence in analysis.sentences:
            hot = heat.get(id(sentence), 0.0)
            if hot <= 0 and sentence.field == "text" and sentence.weight < 1.0:
                continue
            for found in sentence.found:
                label = found.label
                if label.kind != "agency" or (label.cue and label.country not in countries):
                    continue
                if label.detail in _ACTORS:
                    target = censors
                elif label.detail in _OPERATORS:
                    target = providers
                else:
                    continue
                if label.identity not in target:
                    kind = "censor" if target is censors else "provider"
                    result.named.append(Named(kind, label.identity, sentence, found.start, found.end, label.rule))
                target[label.identity] += hot + 0.1
        result.censors = tuple(sorted(censors, key=lambda a: -censors[a])[:6])
        result.providers = tuple(sorted(providers, key=lambda a: -providers[a])[:8])

    def _domains(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> None:
        domains: dict[str, None] = {}
        services = dict.fromkeys(result.services)
        for sentence in analysis.sentences:
            if heat.get(id(sentence), 0.0) <= 0:
                continue
            folded = analysis.title if sentence.field == "title" else analysis.text
            for match in DOMAIN.finditer(folded.text, sentence.start, sentence.end):
                parts = public_suffixes()(match[0], include_psl_private_domains=False)
                name = parts.top_domain_under_public_suffix or (match[0] if match[0].endswith(".example") else "")
                if not name or (parts.suffix in _FILES and not parts.subdomain and len(parts.domain) < 3):
                    continue
                service = self._by_domain.get(match[0]) or self._by_domain.get(name)
                rule = f"service.{service}" if service else "domain"
                if service:
                    services.setdefault(service)
                else:
                    domains.setdefault(name)
                result.named.append(
                    Named(
                        "service" if service else "domain", service or name, sentence, match.start(), match.end(), rule
                    )
                )
        result.domains = tuple(domains)[:40]
        result.services = tuple(services)

    def _jurisdictions(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> None:
        if not result.jurisdictions:
            result.jurisdictions = result.countries

    def _scope(self, analysis: Analysis, heat: dict[int, float], result: Entities) -> Scope:
        if result.scope is Scope.OCCUPIED_TERRITORY:
            return result.scope
        votes: dict[Scope, float] = defaultdict(float)
        for sentence in analysis.sentences:
            hot = heat.get(id(sentence), 0.0)
            if hot <= 0:
                continue
            for found in sentence.found:
                scope = self._scopes.get(found.label.mask)
                if scope:
                    votes[scope] += hot * sentence.weight
                elif found.label.kind == "region":
                    votes[Scope.REGIONAL] += hot * sentence.weight
        if len(result.countries) > 2:
            return Scope.TRANSNATIONAL
        if not votes:
            return Scope.NATIONAL if result.countries else Scope.UNKNOWN
        return max(votes, key=lambda scope: votes[scope])
