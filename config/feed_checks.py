"""What makes an entry of a feed list a feed, and what to say where it is none."""

import json
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import pycountry
from pydantic import ValidationError

from blockwire.config.errors import ConfigurationError
from blockwire.config.expectations import expected, suggestion
from blockwire.config.yaml_nodes import Entry
from blockwire.schemas import Feed, FeedKind

_ADDRESS = "an address that starts with http:// or https://"
_SLUG = "1 to 80 small letters, digits, dots, hyphens and underscores, a letter or digit first"
_EXPECTED = {
    "id": _SLUG,
    "owner": _SLUG,
    "name": "a name",
    "url": _ADDRESS,
    "home": _ADDRESS,
    "kind": f"one of {', '.join(FeedKind)}",
    "languages": "a list of ISO 639 codes, such as [en, zh-Hant]",
    "countries": "a list of ISO 3166-1 codes of two capitals, such as [UA, RU], or EU",
    "full_text": "true, false or null",
    "enabled": "true or false",
    "min_interval_minutes": "a whole number from 5 to 10080",
    "note": "text",
}
_OTHER_COUNTRIES = {"EU", "XK"}
"""The European Union, and Kosovo as the news has it: reserved and user-assigned codes."""


def checked_feed(entry: Entry, file: str | None) -> Feed:
    """The feed that an entry describes.

    Raises:
        ConfigurationError: at the first mistake, with its line.
    """
    for name, value in entry.fields.items():
        if name not in _EXPECTED:
            near = suggestion(name, _EXPECTED)
            raise ConfigurationError(
                file, value.line, "key", name, f"one of {', '.join(_EXPECTED)}", near or "remove it or correct it"
            )
    data = {name: value.data for name, value in entry.fields.items()}
    try:
        feed = Feed.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            shown = entry.text_of("id") or entry.text_of("url")
            raise ConfigurationError(
                file, entry.line, "feed", shown, f"a line `{name}:` with {_EXPECTED[name]}", "add it"
            ) from error
        position = first["loc"][1] if len(first["loc"]) > 1 else None
        near = suggestion(str(first["input"]), list(FeedKind)) if name == "kind" else ""
        raise _mistake(entry, file, name, position, _EXPECTED.get(name) or expected(first), near) from error
    _check_meaning(feed, entry, file)
    return feed


def same_address(url: str) -> str:
    """What two URLs of one feed have in common: all but the scheme, the host's capitals and a last slash."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"


def _check_meaning(feed: Feed, entry: Entry, file: str | None) -> None:
    """What a pattern cannot tell: that hosts, languages and countries exist."""
    if not feed.name.strip():
        raise _mistake(entry, file, "name", None, _EXPECTED["name"])
    for name, url in (("url", feed.url), ("home", feed.home)):
        if url is not None and not is_address(url):
            raise _mistake(entry, file, name, None, f"{_ADDRESS} and has a host")
    for position, language in enumerate(feed.languages):
        if not is_language(language):
            raise _mistake(entry, file, "languages", position, "an ISO 639 code, with the script where it matters")
    for position, country in enumerate(feed.countries):
        if country not in _countries():
            raise _mistake(entry, file, "countries", position, "a code of ISO 3166-1, or EU")


def is_address(url: str) -> bool:
    """Whether this is an http or https URL with a possible host and port."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or any(character.isspace() for character in url):
        return False
    try:
        ip_address(host)
    except ValueError:
        return all(label and not label.startswith("-") for label in host.removesuffix(".").split("."))
    return True


def _mistake(
    entry: Entry, file: str | None, name: str, position: object, expectation: str, next_step: str = ""
) -> ConfigurationError:
    value = entry.fields[name]
    line, shown = value.line, value.data
    if isinstance(position, int) and isinstance(shown, list) and position < len(shown):
        line, shown = value.item_lines[position], shown[position]
    return ConfigurationError(
        file, line, name, shown, expectation, next_step or ("correct the line" if file else "correct it")
    )


def is_language(tag: str) -> bool:
    """Whether this is an ISO 639 code, with an ISO 15924 script or without."""
    code, _, script = tag.partition("-")
    if len(code) not in (2, 3):
        return False
    known = pycountry.languages.get(**{f"alpha_{len(code)}": code}) is not None
    return known and (not script or pycountry.scripts.get(alpha_4=script) is not None)


@cache
def _countries() -> frozenset[str]:
    return frozenset({country.alpha_2 for country in pycountry.countries} | _OTHER_COUNTRIES)
