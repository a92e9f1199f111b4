"""Templates, and how values read in them. Everything from the news is escaped; links lead to http and https only."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from blockwire.transforms.alerts.rendering import safe_url
from blockwire.transforms.alerts.wording import country_name, plain, status_words
from blockwire.transforms.browse.names import Names, language_name

FOLDER = Path(__file__).parent
LONGEST_TITLE = 400
"""Characters of a title in a list; its page has all of it."""


def environment(names: Names) -> Environment:
    """What templates are rendered with."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "words": plain,
        "country": country_name,
        "language": language_name,
        "name": lambda value, facet: names.of(facet, value),
        "safe_url": safe_url,
        "host": _host,
        "iso": _iso,
        "minute": _minute,
        "clipped": _clipped,
    }
    made.globals |= {"status_words": status_words}
    return made


def _host(url: str) -> str:
    """The host of an address, as it is looked up: ``xn--`` names stay so, for look-alike letters to be seen."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


def _clipped(text: str) -> str:
    return f"{text[:LONGEST_TITLE]}…" if len(text) > LONGEST_TITLE else text
