"""The few words that alerts are made of: field values in English, in one line each. Nothing is said that no field holds."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from babel import Locale

from blockwire.schemas import BlockEvent, Development, DevelopmentKind, Measure, Severity, Status
from blockwire.schemas.alerting import AlertRule
from blockwire.transforms.text.cleaning import clean_line

LINE_CHARS: Final = 300
"""The longest value that is shown."""

TITLE_CHARS: Final = 200
"""Short enough for the subject of a mail (RFC 5322 bounds a line to 998 bytes) in any script."""

_ACRONYMS: Final = frozenset({"api", "bgp", "dns", "dpi", "http", "ip", "sni", "tls", "vpn"})


def line(value: str, max_chars: int = LINE_CHARS) -> str:
    """A value as one harmless line."""
    return clean_line(value, max_chars)


def plain(value: str) -> str:
    """An enum's value as words: ``in_force`` is ``in force``, ``vpn_circumvention`` is ``VPN circumvention``."""
    return " ".join(word.upper() if word in _ACRONYMS else word for word in value.split("_"))


def status_words(status: Status, measure: Measure) -> str:
    """A status as words. Of what was given back, nothing says "in force"."""
    return "restored" if measure is Measure.UNBLOCKING and status is Status.IN_FORCE else plain(status)


@cache
def country_name(code: str) -> str:
    """The English name of a country; the code itself where there is none."""
    return str(Locale("en").territories.get(code, code))


def place(event: BlockEvent) -> str:
    """Where people are affected, and who orders where that is somebody else: ``Ukraine (ordered by Russia)``."""
    where = ", ".join(country_name(code) for code in event.countries) or country_name(event.jurisdiction)
    return (
        where if event.jurisdiction in event.countries else f"{where} (ordered by {country_name(event.jurisdiction)})"
    )


def counted_sources(event: BlockEvent) -> str:
    """``2 independent of 3 articles``; ``1 article``."""
    articles = len(event.evidence)
    return "1 article" if articles == 1 else f"{event.independent_sources} independent of {articles} articles"


def is_confirmed(event: BlockEvent) -> bool:
    """Whether more than one independent source tells of it, an official one or a measurement."""
    return event.independent_sources > 1 or any(one.official or one.measurement for one in event.evidence)


def headline(event: BlockEvent, status: Status, severity: Severity) -> str:
    """``[critical] Ukraine (ordered by Russia): messaging block, calls: telegram, whatsapp: ordered, unconfirmed``"""
    features = "".join(f", {plain(feature)}" for feature in event.features if feature != "whole_service")
    how_sure = "" if is_confirmed(event) or status is Status.DENIED else ", unconfirmed"
    how_far = f"{status_words(status, event.measure)}{how_sure}"
    what = (place(event), f"{plain(event.measure)}{features}", ", ".join(event.targets), how_far)
    return line(f"[{severity}] {': '.join(filter(None, what))}", TITLE_CHARS)


def reason_of(measure: Measure, before: Development | None, developments: Sequence[Development]) -> str:
    """What is new, in words: ``status from proposed to ordered; new target telegram``.

    Args:
        measure: the event's.
        before: the development before these.
        developments: those of one round, in order.
    """
    told: list[str] = []
    for one in developments:
        told += _news(measure, before, one)
        before = one
    return line("; ".join(dict.fromkeys(told)))


def rule_terms(rule: AlertRule) -> str:
    """What a rule asks for: ``rule urgent: severity critical and above, countries UA RU``."""
    conditions = ("countries", "services", "measures", "languages", "sources")
    asked = [f"{name} {' '.join(getattr(rule, name))}" for name in conditions if getattr(rule, name)]
    return line(f"rule {rule.id}: {', '.join([f'severity {rule.severity} and above', *asked])}")


def _news(measure: Measure, before: Development | None, now: Development) -> Iterable[str]:
    status = status_words(now.status, measure)
    if before is None or now.kind is DevelopmentKind.OPENED:
        yield f"new event, {status}"
    elif now.kind is DevelopmentKind.STATUS and now.at < before.at:
        yield f"an earlier status came to be known: {status}"
    elif now.kind is DevelopmentKind.STATUS:
        yield f"status from {status_words(before.status, measure)} to {status}"
    elif now.kind is DevelopmentKind.SEVERITY:
        yield f"severity from {before.severity} to {now.severity}"
    else:
        yield f"new target {', '.join(sorted(set(now.targets) - set(before.targets))) or 'added'}"
