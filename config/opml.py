"""OPML, the form in which feed readers exchange their lists (OPML 2.0, https://opml.org/spec2.opml).

What OPML has no word for (id, owner, kind, countries and so on) is kept in attributes of our own namespace, so that a list that is
exported and imported again is the same list.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from lxml import etree
from tldextract import TLDExtract

from blockwire.config.errors import ConfigurationError
from blockwire.config.yaml_nodes import Entry, Scalar, Value
from blockwire.schemas import Feed, FeedKind

NAMESPACE = "https://github.com/blockwire/blockwire/opml"

_LISTS = ("languages", "countries")
_OWN = ("id", "owner", "kind", *_LISTS, "full_text", "min_interval_minutes", "enabled")
_DEFAULT_KIND = FeedKind.NATIONAL_MEDIA
"""Of a feed whose list says nothing: the most common kind, polled with the usual pauses."""

_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)
"""The public suffix list of the installed package: nothing is fetched."""


def is_opml(data: bytes) -> bool:
    """Whether this is XML rather than our form."""
    return data.lstrip().startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff"))


def opml_entries(data: bytes, file: str, owners: Mapping[str, str]) -> list[Entry]:
    """Reads the outlines that have a feed's address, in whatever folder they stand, each address once.

    Args:
        data: the file's bytes.
        file: its name, for messages.
        owners: who answers for a registrable domain, where that is known.

    Raises:
        ConfigurationError: where it is no OPML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ConfigurationError(
            file, error.lineno, "content", "", f"OPML ({error.msg})", "correct the line"
        ) from error
    if etree.QName(root).localname.lower() != "opml":
        raise ConfigurationError(file, root.sourceline, "element", root.tag, "<opml>", "give a list in OPML or YAML")
    found: list[Entry] = []
    addresses: set[str] = set()
    ids: set[str] = set()
    for outline in root.iter("{*}outline"):
        attributes = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        address = attributes.get("xmlurl", "")
        if not address or address in addresses:
            continue
        addresses.add(address)
        fields = _fields(attributes, _folders(outline), owners, ids)
        line = int(outline.sourceline or 1)
        values = {
            name: Value(line, data, (line,) * (len(data) if isinstance(data, list) else 0))
            for name, data in fields.items()
        }
        ids.add(str(fields["id"]))
        found.append(Entry(line, line, values))
    return found


def to_opml(feeds: Iterable[Feed]) -> str:
    """An OPML 2.0 document of the feeds."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"blockwire": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "blockwire feeds"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        outline = etree.SubElement(
            body, "outline", {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.url}
        )
        if feed.home:
            outline.set("htmlUrl", feed.home)
        if feed.note:
            outline.set("description", feed.note)
        if len(feed.languages) == 1:
            outline.set("language", feed.languages[0])
        for name, value in feed.model_dump(mode="json", include=set(_OWN), exclude_defaults=True).items():
            outline.set(f"{{{NAMESPACE}}}{name}", _to_text(value))
    return str(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode())


def registrable_domain(url: str) -> str:
    """The name that somebody registered: ``bbc.co.uk`` of ``https://www.bbc.co.uk/news``; the host itself where there is none."""
    host = urlsplit(url).hostname or ""
    return _suffixes(host).top_domain_under_public_suffix or host


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """The id, or with the first number behind it that makes it one of its own."""
    used = set(taken)
    if wanted not in used:
        return wanted
    return next(name for number in range(2, len(used) + 3) if (name := f"{wanted[:74]}-{number}") not in used)


def slug(text: str) -> str:
    """A name as an id: ``Открытые данные / Café`` is ``cafe``; empty where no Latin letter or digit is in it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def _fields(
    attributes: Mapping[str, str], folders: list[str], owners: Mapping[str, str], ids: set[str]
) -> dict[str, Scalar | list[Scalar]]:
    """Our fields of an outline: as stated in our namespace, else made from what OPML tells."""
    own = {name: attributes[key] for name in _OWN if (key := f"{{{NAMESPACE}}}{name}".lower()) in attributes}
    address = attributes["xmlurl"]
    home = attributes.get("htmlurl") or None
    name = attributes.get("title") or attributes.get("text") or registrable_domain(address)
    domain = registrable_domain(home or address)
    fields: dict[str, Scalar | list[Scalar]] = {
        "id": own.get("id") or free_id(slug(name) or slug(urlsplit(address).netloc) or "feed", ids),
        "name": name,
        "url": address,
        "home": home,
        "owner": own.get("owner") or owners.get(domain) or slug(domain).replace("-", ".") or "unknown",
        "kind": own.get("kind") or next((kind for kind in FeedKind if kind in folders), _DEFAULT_KIND).value,
        "languages": list(own.get("languages", _language(attributes.get("language", ""))).split()),
        "countries": list(own.get("countries", "").split()),
        "note": attributes.get("description") or None,
    }
    for name in ("full_text", "enabled"):
        if name in own:
            fields[name] = {"true": True, "false": False}.get(own[name], own[name])
    if "min_interval_minutes" in own:
        minutes = own["min_interval_minutes"]
        fields["min_interval_minutes"] = int(minutes) if minutes.isdigit() else minutes
    return fields


def _folders(outline: etree._Element) -> list[str]:
    """The names of the folders around an outline, as they would be kinds: ``Digital rights`` is ``digital_rights``."""
    names = (parent.get("text") or parent.get("title") or "" for parent in outline.iterancestors("{*}outline"))
    return [slug(name).replace("-", "_") for name in names]


def _language(tag: str) -> str:
    """The language of a tag such as ``en-us``; nothing where it is ``unknown``, as Apple's reader writes."""
    code = tag.partition("-")[0].strip().lower()
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""


def _to_text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
