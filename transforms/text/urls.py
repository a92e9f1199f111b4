"""Addresses made canonical: one article has one URL, in whatever feed it stands and however it was shared.

courlan is not used here: it drops parameters that name articles (``cid``, ``eid``, ``uid``) and values that are empty.
What counts as tracking follows the public lists of AdGuard, ClearURLs and Firefox.
"""

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_URL_CHARS = 2048
"""The longest URL taken: what browsers and servers agree on."""
_MAX_UNWRAPPED = 3
_DEFAULT_PORTS = {"http": 80, "https": 443}

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_ESCAPE = re.compile("%([0-9a-fA-F]{2})")
_LONE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|oly|vero|at|ga|itm|guce|stm|bsft|trk|gad)_.+|wt[._].+|_?_hs.+|utm|"
    r"(?:fb|g|d|y|ys|tw|tt)clid|msclkid|wickedid|igshid|igsh|rdt_cid|li_fat_id|epik|gclsrc|gbraid|wbraid|srsltid|mc_[ce]id|_ga|_gl|_gac|"
    r"hsctatracking|mkt_tok|ml_subscriber.*|s_cid|ns_(?:source|mchannel|campaign|linkname|fee)|cmp|cmpid|icid|ncid|ocid|smid|smtyp|"
    r"partner_?id|xtor|ito|ref_src|ref_url|__twitter_impression|guccounter|traffic_source|maca|ftag|ftcamp|_openstat|erid|spm|scm|mbid|"
    r"soc_(?:src|trk)|sref|sharetype|share_?(?:source|from|token|id)|__source|__tn__|action_(?:object|type|ref)_map|"
    r"fb_(?:action_ids|action_types|ref|source)|_branch_match_id",
    re.IGNORECASE,
)
_ORIGIN_NAMES = frozenset(
    {"source", "src", "ref", "from", "via", "origin", "referrer", "referer", "medium", "campaign", "cid"}
)
_ORIGIN_VALUE = re.compile(
    r"(?:^|[^a-z])(?:rss|feeds?|atom|newsletter|twitter|facebook|telegram|social|feedburner)(?:[^a-z]|$)", re.I
)
# Addresses that only lead on to the one in a parameter: hosts, path, parameter.
_WRAPPERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("url", "q")),
    (re.compile(r"www\.bing\.com"), "/news/apiclick.aspx", ("url",)),
    (re.compile(r"lm?\.facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"www\.youtube\.com"), "/redirect", ("q",)),
    (re.compile(r"vk\.com"), "/away.php", ("to",)),
    (re.compile(r"out\.reddit\.com"), "/", ("url",)),
)


@lru_cache(maxsize=1)
def public_suffixes() -> "TLDExtract":
    """The public suffix list that comes with tldextract, read once; the network is never asked."""
    # Imported where it is needed, which a round without news does not: it brings a whole HTTP client along.
    from tldextract import TLDExtract

    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True, include_psl_private_domains=True)


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The canonical form of an absolute URL, or of one relative to ``base``; None if it is no http(s) URL that can be fetched.

    Lower-case host in IDNA form, no default port, no user name, no fragment (but ``#!`` routes), no tracking parameters,
    parameters in order of name, escapes normalised (RFC 3986, 6.2.2). Idempotent.
    """
    for _ in range(_MAX_UNWRAPPED):
        parts = _split(url, base)
        wrapped = _wrapped(parts) if parts else None
        if wrapped is None:
            return _compose(parts) if parts else None
        url, base = wrapped, None
    return None


def registered_domain(url: str) -> str | None:
    """The domain that somebody registered (``bbc.co.uk``, ``name.blogspot.com``); of an IP address or local name, that itself.

    By the public suffix list that comes with tldextract; the network is never asked. None if the URL has no host.
    """
    host = _host_of(url)
    return _registered(host) if host else None


def same_site(a: str, b: str) -> bool:
    """Whether two URLs are within one registered domain; IP addresses and local names count with their ports."""
    first, second = registered_domain(a), registered_domain(b)
    if first is None or first != second:
        return False
    return ("." in first and not _is_address(first)) or _port_of(a) == _port_of(b)


def _split(url: str, base: str | None) -> SplitResult | None:
    url = url.strip("\x00\t\n\r \xa0\ufeff\u200b")[: 4 * MAX_URL_CHARS]
    if not url:
        return None
    try:
        joined = urljoin(base, url) if base else url
        parts = urlsplit(joined)
        usable = parts.scheme in _DEFAULT_PORTS and parts.hostname and parts.port != 0 and "\\" not in parts.netloc
    except ValueError:
        return None
    return parts if usable else None


def _wrapped(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").lower()
    for hosts, path, names in _WRAPPERS:
        if parts.path == path and hosts.fullmatch(host):
            given = dict(parse_qsl(parts.query, max_num_fields=100))
            for name in names:
                if given.get(name, "").startswith(("http://", "https://")):
                    return given[name]
    return None


def _compose(parts: SplitResult) -> str | None:
    host = _host(parts.hostname or "")
    if host is None:
        return None
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    path = _without_dots(_escaped(parts.path, "/!$&'()*+,;=:@")) or "/"
    query = _query(parts.query)
    fragment = f"#{_escaped(parts.fragment, '/?!$&()*+,;=:@')}" if parts.fragment.startswith("!") else ""
    url = f"{parts.scheme}://{host}{port}{path}{'?' + query if query else ''}{fragment}"
    return url if len(url) <= MAX_URL_CHARS else None


@lru_cache(maxsize=4096)
def _host(name: str) -> str | None:
    name = name.lower().rstrip(".")
    if ":" in name:
        try:
            return f"[{ipaddress.IPv6Address(name).compressed}]"
        except ValueError:
            return None
    if len(name) > 253:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return name if _HOST.fullmatch(name) and ".." not in name else None


def _escaped(text: str, keep: str) -> str:
    """Percent escapes where they are needed and nowhere else, in capitals."""
    text = _LONE_PERCENT.sub("%25", _INVISIBLE.sub("", text))
    if "%" in text:
        text = _ESCAPE.sub(_normal_escape, text)
    return quote(text, safe=keep + "%~")


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match.group(1), 16))
    return character if character in _UNRESERVED else match.group().upper()


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    fields = [_escaped(field, "/?!$'()*+,;=:@") for field in query.split("&") if field]
    kept = [field for field in fields if not _is_tracking(field)]
    # Fields that are no pairs can be routes (``?/news/12``), whose order counts.
    if all("=" in field for field in kept):
        kept.sort(key=lambda field: field.partition("=")[0])
    return "&".join(kept)


def _is_tracking(field: str) -> bool:
    name, _, value = field.partition("=")
    name = unquote(name).lower()
    return bool(_TRACKING.fullmatch(name) or (name in _ORIGIN_NAMES and _ORIGIN_VALUE.search(value)))


def _host_of(url: str) -> str | None:
    parts = _split(url, None)
    return _host(parts.hostname or "") if parts else None


def _port_of(url: str) -> int | None:
    parts = _split(url, None)
    return (parts.port or _DEFAULT_PORTS[parts.scheme]) if parts else None


@lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    if _is_address(host):
        return host.strip("[]")
    parts = public_suffixes().extract_str(host)
    if not parts.suffix:
        # No public suffix: a reserved one (``.example``, RFC 2606) or one of a private network. A label below it is a site.
        return ".".join(host.split(".")[-2:])
    return parts.top_domain_under_public_suffix or host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
