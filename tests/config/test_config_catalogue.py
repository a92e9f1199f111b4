"""Feed lists: read, checked, changed."""

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.config.catalogue import (
    add_feeds,
    load_feeds,
    new_feeds,
    proposed_feed,
    remove_feed,
    to_yaml,
    write_feeds,
)
from blockwire.config.errors import ConfigurationError
from blockwire.config.yaml_nodes import entries
from blockwire.schemas import Feed, FeedKind

REPOSITORY = Path(__file__).parents[2]

LIST = """\
# My feeds.
feeds:
# the wires
- id: alpha
  name: Alpha Wire
  url: https://alpha.example/rss
  owner: alpha
  kind: newswire
  languages: [en]
  countries: [NO, EU]  # Norway first

# the rest
- id: beta
  name: "Бета: новини"
  url: https://beta.example/rss?x=1
  owner: beta
  kind: exile_media
  languages:
  - uk
  - zh-Hant
  note: >-
    a long
    note
  enabled: false
# the end
"""


def feed(identity: str, **fields: object) -> Feed:
    given = {
        "id": identity,
        "name": identity.title(),
        "url": f"https://{identity}.example/feed",
        "owner": identity,
        "kind": FeedKind.TECH_NEWS,
        "languages": ("en",),
        **fields,
    }
    return Feed(**given)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.yaml"
    path.write_text(LIST, encoding="utf-8")
    return path


def mistake(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as caught:
        load_feeds(path)
    line = str(caught.value)
    assert "\n" not in line
    return line.replace(f"{tmp_path}/", "")


def entry(**changes: str) -> str:
    """A list of one feed, a line a field, from line 2 on: id, name, url, owner, kind, languages, then what is added."""
    fields = {
        "id": "a", "name": "A", "url": "https://a.example/", "owner": "a", "kind": "newswire", "languages": "[en]", **changes,
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in fields.items() if value != "-"]
    return "feeds:\n- " + "\n  ".join(lines) + "\n"


def test_a_list_is_read(file: Path) -> None:
    """NO is Norway, quotes and blocks are what YAML says."""
    alpha, beta = load_feeds(file)
    assert alpha.countries == ("NO", "EU")
    assert beta.name == "Бета: новини"
    assert beta.languages == ("uk", "zh-Hant")
    assert beta.note == "a long note"
    assert (alpha.enabled, beta.enabled, beta.full_text) == (True, False, None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            entry(url="htp://x"),
            "feeds.yaml:4: url 'htp://x': expected an address that starts with http:// or https://; correct the line",
        ),
        (entry(url="https:///path"), "feeds.yaml:4: url 'https:///path': expected an address that starts with http:// or https:// and has a host; correct the line"),
        (entry(url="https://a.example:99999/"), "feeds.yaml:4: url 'https://a.example:99999/': expected an address that starts with http:// or https:// and has a host; correct the line"),
        (entry(home="a.example"), "feeds.yaml:8: home 'a.example': expected an address that starts with http:// or https:// and has a host; correct the line"),
        (entry(kind="newswires"), f"feeds.yaml:6: kind 'newswires': expected one of {', '.join(FeedKind)}; did you mean 'newswire'?"),
        (entry(id="Big Id"), "feeds.yaml:2: id 'Big Id': expected 1 to 80 small letters, digits, dots, hyphens and underscores, a letter or digit first; correct the line"),
        (entry(languages="en"), "feeds.yaml:7: languages 'en': expected a list of ISO 639 codes, such as [en, zh-Hant]; correct the line"),
        (entry(languages="[en, xq]"), "feeds.yaml:7: languages 'xq': expected an ISO 639 code, with the script where it matters; correct the line"),
        (entry(languages="[zh-Qqqq]"), "feeds.yaml:7: languages 'zh-Qqqq': expected an ISO 639 code, with the script where it matters; correct the line"),
        (entry(languages="\n  - en\n  - English"), "feeds.yaml:9: languages 'English': expected a list of ISO 639 codes, such as [en, zh-Hant]; correct the line"),
        (entry(countries="[UK]"), "feeds.yaml:8: countries 'UK': expected a code of ISO 3166-1, or EU; correct the line"),
        (entry(countries="[ua]"), "feeds.yaml:8: countries 'ua': expected a list of ISO 3166-1 codes of two capitals, such as [UA, RU], or EU; correct the line"),
        (entry(enabled="yes"), "feeds.yaml:8: enabled 'yes': expected true or false; correct the line"),
        (entry(min_interval_minutes="1"), "feeds.yaml:8: min_interval_minutes 1: expected a whole number from 5 to 10080; correct the line"),
        (entry(name="''"), "feeds.yaml:3: name '': expected a name; correct the line"),
        (entry(language="en"), "feeds.yaml:8: key 'language': expected one of id, owner, name, url, home, kind, languages, countries, full_text, enabled, min_interval_minutes, note; did you mean 'languages'?"),
        (entry(kind="-"), f"feeds.yaml:2: feed 'a': expected a line `kind:` with one of {', '.join(FeedKind)}; add it"),
        (entry(owner="{x: y}"), "feeds.yaml:5: owner 'keys with values': expected a plain value or a list of plain values; correct it and try again"),
        (entry(note="x\n  note: y"), "feeds.yaml:9: key 'note': expected each key once; remove one of the two"),
        (entry() + "- text\n", "feeds.yaml:8: element 'text': expected keys with values, such as `- id: eff`; correct it and try again"),
        (entry() + entry(id="b", url="http://A.example").removeprefix("feeds:\n"), "feeds.yaml:10: url 'http://A.example': expected one feed with this url; line 4 has it too; remove one of the two"),
        (entry() + entry(url="http://b.example").removeprefix("feeds:\n"), "feeds.yaml:8: id 'a': expected one feed with this id; line 2 has it too; remove one of the two"),
        ("feeds:\n- id: [a\n", "feeds.yaml:2: line '- id: [a': expected YAML (did not find expected ',' or ']'); correct the line"),
        ("", "feeds.yaml: content '': expected `feeds:` and a list; correct it and try again"),
        ("just text", "feeds.yaml:1: content 'just text': expected `feeds:` and a list; correct it and try again"),
        ("feed: []", "feeds.yaml:1: key 'feed': expected `feeds:` alone; remove it or correct it"),
        ("feeds: {}", "feeds.yaml:1: feeds 'keys with values': expected a list: a line `- id: ...` begins each element; correct it and try again"),
        (b"feeds:\n- id: caf\xe9\n", "feeds.yaml:2: byte 233: expected UTF-8 text; save it as UTF-8"),
        ("feeds: \x01", "feeds.yaml:"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_value_and_expectation(tmp_path: Path, text: str | bytes, line: str) -> None:
    found = mistake(tmp_path, text)
    assert found == line or (line == "feeds.yaml:" and found.startswith(line))


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"feed list '.*/absent': expected a feed list that can be read \(No such"
    ):
        load_feeds(tmp_path / "absent")


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    write_feeds(path, ())
    assert load_feeds(path) == ()
    add_feeds(path, [feed("first")])
    assert [each.id for each in load_feeds(path)] == ["first"]


def test_adding_leaves_all_lines_as_they_are(file: Path) -> None:
    added = feed("gamma", countries=("NO",), note="a: b")
    before = load_feeds(file)
    add_feeds(file, [added])
    assert file.read_text().startswith(LIST)
    assert load_feeds(file) == (*before, added)


def test_adding_keeps_to_the_lists_indentation(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("feeds:\n" + "".join(f"    {line}\n" for line in entry().splitlines()[1:]))
    add_feeds(path, [feed("b")])
    assert "\n    - id: b\n      name: B\n" in path.read_text()
    assert len(load_feeds(path)) == 2


def test_adding_to_a_list_that_is_not_there_makes_it(tmp_path: Path) -> None:
    add_feeds(tmp_path / "new.yaml", [feed("a")])
    add_feeds(tmp_path / "new.opml", [feed("a")])
    assert load_feeds(tmp_path / "new.yaml") == load_feeds(tmp_path / "new.opml") == (feed("a"),)


def test_a_feed_that_is_there_is_not_added(file: Path) -> None:
    with pytest.raises(ConfigurationError, match="expected an id that no feed of the list has"):
        add_feeds(file, [feed("alpha")])
    with pytest.raises(ConfigurationError, match="'alpha' has it; nothing needs to be added"):
        add_feeds(file, [feed("other", url="http://alpha.example/rss/")])
    assert file.read_text() == LIST


def test_several_are_added_at_once_or_none(file: Path) -> None:
    with pytest.raises(ConfigurationError, match="'x' has it"):
        add_feeds(file, [feed("x"), feed("y", url="http://x.example/feed")])
    assert file.read_text() == LIST
    add_feeds(file, [feed("x"), feed("y")])
    assert [each.id for each in load_feeds(file)] == ["alpha", "beta", "x", "y"]


def test_a_list_with_a_byte_order_mark_can_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + LIST.encode())
    add_feeds(path, [feed("x")])
    remove_feed(path, "alpha")
    assert [each.id for each in load_feeds(path)] == ["beta", "x"]


def test_a_feed_can_be_proposed_from_its_address() -> None:
    """Enough to add it; the catalogue knows whose site it is."""
    one = proposed_feed(
        "https://feeds.bbci.co.uk/x/rss.xml",
        name=" BBC  X ",
        home="https://www.bbc.com/x",
        languages=["en"],
        countries=["GB"],
    )
    assert (one.id, one.name, one.owner, one.languages, one.countries) == ("bbc-x", "BBC X", "bbc", ("en",), ("GB",))
    assert one.kind is FeedKind.NATIONAL_MEDIA
    other = proposed_feed("https://news.example.co.uk/rss", kind=FeedKind.SEARCH, present=[feed("example-co-uk")])
    assert (other.id, other.name, other.owner) == ("example-co-uk-2", "example.co.uk", "example.co.uk")
    stated = proposed_feed("https://news.example.co.uk/rss", feed_id="x", owner="y")
    assert (stated.id, stated.owner) == ("x", "y")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"url": "news.example"}, "url 'news.example': expected an address that starts with http:// or https://"),
        ({"home": "/"}, "home '/': expected an address that starts with http:// or https:// and has a host"),
        ({"languages": ["en", "xx"]}, "languages 'xx': expected an ISO 639 code"),
        ({"countries": ["Ukraine"]}, "countries 'Ukraine': expected a list of ISO 3166-1 codes"),
        ({"feed_id": "A b"}, "id 'A b': expected 1 to 80 small letters"),
    ],
)
def test_what_a_person_states_of_a_feed_is_checked(fields: dict[str, object], line: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        proposed_feed(**{"url": "https://a.example/", **fields})  # type: ignore[arg-type]
    assert str(caught.value).startswith(line)


def test_removing_leaves_the_other_lines(file: Path) -> None:
    assert remove_feed(file, "beta").id == "beta"
    assert file.read_text() == LIST[: LIST.index("- id: beta")] + "# the end\n"
    with pytest.raises(ConfigurationError, match="did you mean 'alpha'"):
        remove_feed(file, "alpa")
    remove_feed(file, "alpha")
    assert load_feeds(file) == ()


def test_a_list_in_brackets_is_not_damaged(tmp_path: Path) -> None:
    """It cannot be changed by whole lines, so a person is asked to."""
    path = tmp_path / "feeds.yaml"
    row = "{id: %s, name: A, url: 'https://%s.example', owner: a, kind: newswire, languages: []}"
    path.write_text(f"feeds: [{row % ('a', 'a')}, {row % ('b', 'b')}]\n")
    before = path.read_text()
    for change in (lambda: add_feeds(path, [feed("c")]), lambda: remove_feed(path, "a")):
        with pytest.raises(ConfigurationError, match="change it by hand"):
            change()
    assert path.read_text() == before


def test_a_full_disk_leaves_the_old_list(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(
        ConfigurationError, match=r"can be written \(No space left on device\); check the folder and the disk"
    ):
        add_feeds(file, [feed("gamma")])
    assert file.read_text() == LIST
    assert [path.name for path in file.parent.iterdir()] == ["feeds.yaml"]


def test_an_import_adds_only_what_is_new() -> None:
    present = (feed("a"), feed("b"))
    read = (
        feed("x", url="http://a.example/feed/"),
        feed("b", url="https://other.example/"),
        feed("c"),
        feed("c2", url="https://c.example/feed"),
    )
    assert [(each.id, each.url) for each in new_feeds(present, read)] == [
        ("b-2", "https://other.example/"),
        ("c", "https://c.example/feed"),
    ]


@given(
    name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(str.strip),
    note=st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60),
    countries=st.lists(st.sampled_from(["NO", "UA", "ON"[::-1], "EU"]), unique=True, max_size=3),
)
def test_what_is_written_is_read_again(name: str, note: str | None, countries: list[str]) -> None:
    """Whatever the name and the note."""
    one = feed("one", name=name, note=note, countries=tuple(countries), enabled=False)
    text = to_yaml((one, feed("two")))
    rows = entries(text, "feeds", "x")
    assert rows[0].fields["name"].data == name
    assert note is None or rows[0].fields["note"].data == note
    assert rows[0].text_of("enabled") == "False"


def test_the_shipped_catalogue_is_good() -> None:
    """It loads, it says that nothing was tried, and the owners that matter are one each."""
    feeds = load_feeds()
    assert len(feeds) > 290
    owners = {each.id: each.owner for each in feeds}
    assert owners["unian-en"] == owners["unian-uk"] == "unian"
    assert owners["khpg"] == "khpg"
    assert {owner for identity, owner in owners.items() if identity.startswith("rfe-rl")} == {"rfe-rl"}
    assert {owner for identity, owner in owners.items() if identity.startswith("bbc")} == {"bbc"}
    assert all(each.note for each in feeds if not each.enabled)
    text = (REPOSITORY / "config" / "feeds.yaml").read_text(encoding="utf-8")
    assert "Verified: none" in text
    guide = (REPOSITORY / "docs" / "feeds.md").read_text(encoding="utf-8")
    assert f"{len(feeds)} feeds of {len(set(owners.values()))} owners" in guide
