"""The feed list: in our YAML form or OPML, read with the place of every mistake, and changed without losing its comments."""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import yaml

from blockwire.config.errors import ConfigurationError
from blockwire.config.expectations import suggestion
from blockwire.config.feed_checks import checked_feed, same_address
from blockwire.config.naming import UNKNOWN_KIND, free_id, id_for, owner_for, registrable_domain
from blockwire.config.opml import is_opml, opml_entries, to_opml
from blockwire.config.yaml_nodes import Entry, Scalar, Value, entries
from blockwire.schemas import Feed, FeedKind

SHIPPED = "feeds.yaml"


def load_feeds(file: Path | None = None) -> tuple[Feed, ...]:
    """Reads a feed list, in our form or OPML by what it holds; the shipped catalogue where no file is given.

    Raises:
        ConfigurationError: at the first mistake, with file and line: an unknown or repeated key, a bad value, an id or a
            URL that two feeds have.
    """
    if file is None:
        with as_file(files("blockwire.config") / SHIPPED) as shipped:
            return load_feeds(shipped)
    return _parsed(_read(file), str(file))


def add_feeds(file: Path, feeds: Sequence[Feed]) -> None:
    """Adds feeds at the end of a feed list, which is made where there is none. All other lines stay as they are.

    Raises:
        ConfigurationError: where the list has one's id or URL already, or cannot be read or written.
    """
    data = _read(file) if file.exists() else None
    together = list(_parsed(data, str(file)) if data is not None else ())
    present = len(together)
    for feed in feeds:
        _refuse_known(file, feed, together)
        together.append(feed)
    if data is None:
        write_feeds(file, together)
        return
    if is_opml(data) or not present:
        _write(file, _in_form_of(data, together))
        return
    text = data.decode("utf-8-sig")
    last = entries(text, "feeds", str(file))[-1]
    indent = text.splitlines()[last.line - 1].partition("-")[0]
    lines = [line for feed in feeds for line in _block(feed).splitlines()]
    _change(file, text.rstrip("\n") + "\n" + "".join(f"{indent}{line}\n" for line in lines), tuple(together))


def remove_feed(file: Path, feed_id: str) -> Feed:
    """Removes the feed of this id from a feed list, with the comments between its lines, and returns it.

    Raises:
        ConfigurationError: where there is no such feed, or the list cannot be read or written.
    """
    data = _read(file)
    present = _parsed(data, str(file))
    gone = next((feed for feed in present if feed.id == feed_id), None)
    if gone is None:
        near = suggestion(feed_id, [feed.id for feed in present]) or "see `blockwire feeds list`"
        raise ConfigurationError(file, None, "feed", feed_id, "the id of a feed in this list", near)
    rest = tuple(feed for feed in present if feed.id != feed_id)
    if is_opml(data) or not rest:
        _write(file, _in_form_of(data, rest))
        return gone
    text = data.decode("utf-8-sig")
    entry = next(entry for entry in entries(text, "feeds", str(file)) if entry.text_of("id") == feed_id)
    lines = text.splitlines(keepends=True)
    _change(file, "".join(lines[: entry.line - 1] + lines[entry.last_line :]), rest)
    return gone


def write_feeds(file: Path, feeds: Sequence[Feed]) -> None:
    """Writes a new feed list, whole or not at all: OPML where the file's name ends so, else in our form.

    Raises:
        ConfigurationError: where it cannot be written.
    """
    _write(file, to_opml(feeds) if file.suffix.lower() == ".opml" else to_yaml(feeds))


def to_yaml(feeds: Iterable[Feed]) -> str:
    """A feed list in our form; fields at their default are left out."""
    blocks = "".join(_block(feed) for feed in feeds)
    return f"feeds:\n{blocks}" if blocks else "feeds: []\n"


def new_feeds(present: Iterable[Feed], read: Iterable[Feed]) -> tuple[Feed, ...]:
    """Those of the feeds read whose URL is not present yet, with ids that are free: what an import adds."""
    addresses, ids = set(), set()
    for feed in present:
        addresses.add(same_address(feed.url))
        ids.add(feed.id)
    added = []
    for feed in read:
        if same_address(feed.url) in addresses:
            continue
        fresh = feed.model_copy(update={"id": free_id(feed.id, ids)})
        added.append(fresh)
        addresses.add(same_address(fresh.url))
        ids.add(fresh.id)
    return tuple(added)


def proposed_feed(
    url: str,
    *,
    name: str = "",
    feed_id: str | None = None,
    home: str | None = None,
    owner: str | None = None,
    kind: FeedKind | None = None,
    languages: Sequence[str] = (),
    countries: Sequence[str] = (),
    present: Iterable[Feed] = (),
) -> Feed:
    """A feed of which only some is known, for ``add_feeds``: a free id from the name, the owner by the site's domain.

    Args:
        url: the feed's address.
        name: as the feed or a person states it; the domain where nobody does.
        feed_id, home, owner, kind, languages, countries: what a person states; it is checked as in a file.
        present: the feeds of the list that it is for.

    Raises:
        ConfigurationError: where something stated is not what it should be.
    """
    title = " ".join(name.split()) or registrable_domain(url) or url
    fields: dict[str, Scalar | list[Scalar]] = {
        "id": feed_id or id_for(title, url, {feed.id for feed in present}),
        "name": title,
        "url": url,
        "home": home,
        "owner": owner or owner_for(home or url, _known_owners()),
        "kind": (kind or UNKNOWN_KIND).value,
        "languages": list(languages),
        "countries": list(countries),
    }
    values = {
        key: Value(1, value, (1,) * len(value) if isinstance(value, list) else ()) for key, value in fields.items()
    }
    return checked_feed(Entry(1, 1, values), None)


def _refuse_known(file: Path, feed: Feed, present: Iterable[Feed]) -> None:
    for other in present:
        if other.id == feed.id:
            raise ConfigurationError(file, None, "id", feed.id, "an id that no feed of the list has", "choose another")
        if same_address(other.url) == same_address(feed.url):
            expected = f"a URL that no feed of the list has; {other.id!r} has it"
            raise ConfigurationError(file, None, "url", feed.url, expected, "nothing needs to be added")


def _parsed(data: bytes, file: str) -> tuple[Feed, ...]:
    if is_opml(data):
        found = opml_entries(data, file, _known_owners())
    else:
        try:
            found = entries(data.decode("utf-8-sig"), "feeds", file)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ConfigurationError(file, line, "byte", data[error.start], "UTF-8 text", "save it as UTF-8") from error
    return _unique([(entry, checked_feed(entry, file)) for entry in found], file)


def _unique(read: Sequence[tuple[Entry, Feed]], file: str) -> tuple[Feed, ...]:
    """The feeds, each id and each URL once."""
    lines: dict[tuple[str, str], int] = {}
    for entry, feed in read:
        for name, value, shown in (("id", feed.id, feed.id), ("url", same_address(feed.url), feed.url)):
            line = entry.fields[name].line
            first = lines.setdefault((name, value), line)
            if first != line:
                expected = f"one feed with this {name}; line {first} has it too"
                raise ConfigurationError(file, line, name, shown, expected, "remove one of the two")
    return tuple(feed for _, feed in read)


@cache
def _known_owners() -> dict[str, str]:
    """Who answers for a domain in the shipped catalogue. Search engines answer for nobody."""
    return {
        registrable_domain(feed.home or feed.url): feed.owner
        for feed in load_feeds()
        if feed.kind is not FeedKind.SEARCH
    }


def _block(feed: Feed) -> str:
    """An element of the list, ``- id: ...`` first."""
    data = feed.model_dump(mode="json", exclude_defaults=True)
    # With None, PyYAML writes lists in brackets and all else in lines.
    block: str = yaml.safe_dump(
        [data], default_flow_style=None, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return block


def _in_form_of(data: bytes, feeds: Sequence[Feed]) -> str:
    return to_opml(feeds) if is_opml(data) else to_yaml(feeds)


def _change(file: Path, text: str, meant: tuple[Feed, ...]) -> None:
    """Writes a changed YAML list if it says what was meant: lists in brackets cannot be changed by whole lines."""
    try:
        done = _parsed(text.encode(), str(file)) == meant
    except ConfigurationError:
        done = False
    if not done:
        raise ConfigurationError(
            file, None, "feeds", "[...]", "one `- id: ...` in lines of its own per feed", "change it by hand"
        )
    _write(file, text)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        expected = f"a feed list that can be read ({error.strerror})"
        raise ConfigurationError(None, None, "feed list", file, expected, "check the path") from error


def _write(file: Path, text: str) -> None:
    """Replaces the file in one step: a full disk leaves the old one."""
    target = file.resolve()
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        expected = f"a file that can be written ({error.strerror})"
        raise ConfigurationError(None, None, "feed list", file, expected, "check the folder and the disk") from error
