"""OPML, the form in which feed readers exchange their lists (OPML 2.0, https://opml.org/spec2.opml).

What OPML has no word for (id, owner, kind, countries and so on) is kept in attributes of our own namespace, so that a list that is
exported and imported again is the same list.
"""

from collections.abc import Iterable, Mapping

from lxml import etree

from blockwire.config.errors import ConfigurationError
from blockwire.config.feed_checks import is_address
from blockwire.config.naming import UNKNOWN_KIND, id_for, language_of, owner_for, registrable_domain, slug
from blockwire.config.yaml_nodes import Entry, Scalar, Value
from blockwire.schemas import Feed, FeedKind

NAMESPACE = "https://github.com/blockwire/blockwire/opml"

_LISTS = ("languages", "countries")
_OWN = ("id", "owner", "kind", *_LISTS, "full_text", "min_interval_minutes", "enabled")


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


def _fields(
    attributes: Mapping[str, str], folders: list[str], owners: Mapping[str, str], ids: set[str]
) -> dict[str, Scalar | list[Scalar]]:
    """Our fields of an outline: as stated in our namespace, else made from what OPML tells."""
    own = {name: attributes[key] for name in _OWN if (key := f"{{{NAMESPACE}}}{name}".lower()) in attributes}
    address = attributes["xmlurl"]
    site = attributes.get("htmlurl", "")
    home = site if is_address(site) else None
    name = attributes.get("title") or attributes.get("text") or registrable_domain(address) or address
    language = language_of(attributes.get("language"))
    fields: dict[str, Scalar | list[Scalar]] = {
        "id": own.get("id") or id_for(name, address, ids),
        "name": name,
        "url": address,
        "home": home,
        "owner": own.get("owner") or owner_for(home or address, owners),
        "kind": own.get("kind") or next((kind for kind in FeedKind if kind in folders), UNKNOWN_KIND).value,
        "languages": list(own["languages"].split()) if "languages" in own else [language] if language else [],
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


def _to_text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
