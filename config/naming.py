"""Names for feeds of which only the address and a title are known: an id, an owner, a language."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blockwire.config.feed_checks import is_language
from blockwire.schemas import FeedKind

if TYPE_CHECKING:
    from tldextract import TLDExtract

UNKNOWN_KIND = FeedKind.NATIONAL_MEDIA
"""Of a feed of which nothing is known: the most common kind, polled with the usual pauses."""


def slug(text: str) -> str:
    """A name as an id: ``Открытые данные / Café`` is ``cafe``; empty where no Latin letter or digit is in it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def id_for(name: str, address: str, taken: Collection[str]) -> str:
    """A free id: from the title, else from the host."""
    return free_id(slug(name) or slug(_host(address)) or "feed", taken)


def free_id(wanted: str, taken: Collection[str]) -> str:
    """The id, or with the first number behind it that makes it one of its own."""
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted[:74]}-{number}") not in taken)


def owner_for(address: str, owners: Mapping[str, str]) -> str:
    """Who answers for a site: as known for its registrable domain, else that domain."""
    domain = registrable_domain(address)
    return owners.get(domain) or re.sub(r"[^a-z0-9._-]+", "-", domain).strip("._-")[:80] or "unknown"


def registrable_domain(address: str) -> str:
    """The name that somebody registered: ``bbc.co.uk`` of ``https://www.bbc.co.uk/news``; the host itself where there is none."""
    host = _host(address)
    return _suffixes()(host).top_domain_under_public_suffix or host


def language_of(tag: str | None) -> str | None:
    """The language of a tag such as ``en-us``; None where it is no language, as the ``unknown`` of Apple's reader."""
    code = (tag or "").strip().partition("-")[0].partition("_")[0].lower()
    return code if is_language(code) else None


@lru_cache(maxsize=1)
def _suffixes() -> "TLDExtract":
    """The public suffix list of the installed package: nothing is fetched."""
    # Imported where it is needed, which most commands do not: it brings a whole HTTP client along.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _host(address: str) -> str:
    """In small letters, international names in their ASCII form; empty where the address has none."""
    try:
        host = urlsplit(address).hostname or ""
        return host.encode("idna").decode() if not host.isascii() else host
    except ValueError:
        # UnicodeError is one: a name that cannot be a host's.
        return ""
