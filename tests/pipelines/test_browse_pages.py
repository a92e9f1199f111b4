"""The pages of ``blockwire browse`` over a small store: what they say, in which forms, and what guards them."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import browse_samples
import feedparser
import pytest
from lxml import html
from starlette.testclient import TestClient

from blockwire.config.settings import Settings
from blockwire.pipelines.browse import views
from blockwire.pipelines.browse.app import browse_app
from blockwire.pipelines.browse.guarding import POLICY
from blockwire.pipelines.browse.rendering import environment
from blockwire.pipelines.commands.browse import names_of
from blockwire.schemas import Status
from blockwire.transforms.browse.names import Names
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

PAGES = ("/", "/items", "/events", "/charts", "/alerts", "/feeds", "/dead-letters", "/audit")
NAMES = Names(services={"telegram": "Telegram"}, agencies={"ru-roskomnadzor": "Roskomnadzor"})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browse") / "wire.sqlite"
    browse_samples.fill(path)
    return path


def client_of(path: Path, opened: SqliteStore) -> TestClient:
    app = browse_app(browse_samples.library(path, opened), environment(NAMES), ["localhost", "[::1]"])
    return TestClient(app, base_url="http://localhost:8650")


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[TestClient]:
    with SqliteStore(store, read_only=True) as opened:
        yield client_of(store, opened)


def titles(client: TestClient, address: str) -> list[str]:
    tree = html.fromstring(client.get(address).text)
    return [heading.text_content() for heading in tree.xpath("//article//h2")]


def an_event(client: TestClient) -> str:
    found: str = client.get("/events.json", params={"country": "RU"}).json()["events"][0]["id"]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_complete_html_with_one_heading_and_no_script_or_style_in_it(
    client: TestClient, page: str
) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    tree = html.fromstring(answer.text)
    assert len(tree.xpath("//h1")) == 1
    assert not tree.xpath("//style | //script[not(@src)] | //*[@style] | //@*[starts-with(name(), 'on')]")


@pytest.mark.parametrize("page", [*PAGES[1:], "/items/{item}", "/events/{event}"])
def test_everything_has_a_json_form_at_two_addresses(client: TestClient, page: str) -> None:
    item = client.get("/items.json").json()["items"][0]["id"]
    path = page.format(item=item, event=an_event(client))
    assert client.get(f"{path}.json").json() == client.get(path, params={"format": "json"}).json()


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("звонок", "Роскомнадзор ограничил звонки в Telegram"),
        ("اهواز", "اینترنت همراه در اهواز قطع شد"),
        ("下架", "网信办要求下架应用"),
        ("telegram russia", "Russia restricts Telegram calls"),
    ],
)
def test_words_are_found_in_any_language_and_form(client: TestClient, words: str, title: str) -> None:
    assert titles(client, f"/items?q={words}") == [title]


def test_facets_narrow_down_and_say_what_else_there_would_be(client: TestClient) -> None:
    found = client.get("/items.json", params={"country": "RU"}).json()
    assert found["count"] == 2
    assert found["facets"]["country"] == {"BY": 4, "RU": 2, "CN": 1, "IR": 1}, "the others one could choose"
    assert found["facets"]["censor"] == {"ru-roskomnadzor": 2}
    both = client.get(
        "/items.json", params=[("country", "IR"), ("country", "RU"), ("measure", "internet_shutdown")]
    ).json()
    assert [item["countries"] for item in both["items"]] == [["IR"]]


def test_days_narrow_down(client: TestClient) -> None:
    assert client.get("/items.json", params={"until": "2026-05-01"}).json()["count"] == 3
    assert client.get("/items.json", params={"since": "2026-05-02", "until": "2026-05-02"}).json()["count"] == 1


def test_an_event_shows_history_evidence_sources_alerts_and_measurements(client: TestClient) -> None:
    tree = html.fromstring(client.get(f"/events/{an_event(client)}").text)
    text = re.sub(r"\s+", " ", tree.text_content())
    assert "Russia: messaging block · Telegram" in text
    assert "2 independent sources" in text
    assert "owner-harbour" in text
    assert "pending to desk: ordered" in text
    assert tree.xpath("//a[starts-with(@href, 'https://explorer.ooni.org/')]")
    assert len(tree.xpath("//ol[@class='history']/li")) >= 1
    assert {link.get("href") for link in tree.xpath("//article//h3/a")} == {
        f"/items/{item['article_id']}"
        for item in client.get(f"/events/{an_event(client)}.json").json()["event"]["evidence"]
    }


def test_alerts_say_who_was_told_what_waits_and_what_to_do_about_failures(client: TestClient) -> None:
    tree = html.fromstring(client.get("/alerts").text)
    told = [re.sub(r"\s+", " ", one.text_content()) for one in tree.xpath("//article")]
    assert [len([one for one in told if words in one]) for words in ("A trial", "due 2027", "given up to wall")] == [
        1
    ] * 3
    (failed,) = [one for one in told if "given up" in one]
    assert "<b>404</b>; once that is mended: blockwire alerts resend" in failed
    assert an_event(client) in client.get("/alerts?channel=desk").text
    found = client.get("/alerts.json", params={"state": "given_up"}).json()
    assert [one["channel"] for one in found["alerts"]] == ["wall"]


def test_feeds_are_called_by_their_names(store: Path) -> None:
    """In every list, where the settings know the feed no more too."""
    with SqliteStore(store, read_only=True) as opened:
        names = names_of(Settings(), opened)
        app = browse_app(browse_samples.library(store, opened), environment(names), ["localhost"])
        client = TestClient(app, base_url="http://localhost")
        for page in ("/feeds", "/dead-letters"):
            text = html.fromstring(client.get(page).text).text_content()
            assert ["Gone Gazette" in text, "gone-feed" in text] == [True, False], page
        filed = browse_samples.news()[0]
        assert names.of("source", filed.feed_id) == filed.source.name, "of an item that no feed brought"
        assert names.of("source", "nobody-knows") == "nobody-knows"


def test_a_beginning_of_an_id_will_do_and_an_ambiguous_one_says_so(client: TestClient) -> None:
    event = an_event(client)
    assert client.get(f"/events/{event[:8]}.json").json()["event"]["id"] == event
    assert client.get("/items/zzzz").status_code == 404
    ids = [item["id"] for item in client.get("/items.json").json()["items"]]
    first = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
    several = client.get(f"/items/{first}.json")
    assert several.status_code == 400
    assert "several items begin with" in several.json()["error"]


def test_hostile_titles_are_shown_as_text(client: TestClient) -> None:
    """Nothing of an article becomes markup, of a template or of a page; long titles are cut in lists, and whole on their page."""
    shown = titles(client, "/items?country=BY")
    assert sorted(shown) == sorted(f"{title[:400]}…" if len(title) > 400 else title for title in browse_samples.HOSTILE)
    for item in client.get("/items.json", params={"country": "BY"}).json()["items"]:
        page = html.fromstring(client.get(f"/items/{item['id']}").text)
        assert page.xpath("//h1")[0].text_content() == item["title"]
        assert not page.xpath("//img | //script[not(@src)] | //main//svg[@onload]")


def test_links_out_are_http_only_and_tell_the_other_site_nothing(client: TestClient) -> None:
    links = html.fromstring(client.get("/items").text).xpath("//a[@class='out']")
    assert links
    for link in links:
        assert link.get("href").startswith("https://")
        assert set(link.get("rel").split()) == {"noopener", "noreferrer", "nofollow"}
    template = environment(NAMES).from_string('{% import "parts.html" as parts %}{{ parts.out(url, "there") }}')
    assert "href" not in template.render(url="javascript:alert(1)")


def test_the_spreadsheet_has_every_item_and_no_formula(client: TestClient) -> None:
    answer = client.get("/items.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="blockwire-items.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert answer.content.startswith(b"\xef\xbb\xbfid,"), "or Excel would not read it as UTF-8"
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert (
        len(list(csv.DictReader(io.StringIO(client.get("/events.csv").text))))
        == client.get("/events.json").json()["count"]
    )


def test_json_lines_have_the_whole_records(client: TestClient) -> None:
    lines = client.get("/items.jsonl", params={"country": "RU"}).text.splitlines()
    assert [json.loads(line)["countries"] for line in lines] == [["RU"], ["RU"]]


def test_any_search_is_a_feed(client: TestClient) -> None:
    feed = feedparser.parse(client.get("/items.atom", params={"q": "звонки"}).content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Роскомнадзор ограничил звонки в Telegram"]
    assert feed.entries[0].link == "https://vesna.example/"
    events = feedparser.parse(client.get("/events.atom", params={"country": "RU"}).content)
    assert not events.bozo
    assert events.entries[0].link == f"http://localhost:8650/events/{an_event(client)}"
    linked = html.fromstring(client.get("/items?q=звонки").text).xpath("//link[@type='application/atom+xml']/@href")
    assert feedparser.parse(client.get(linked[0]).content).entries[0].title == feed.entries[0].title


def test_every_answer_forbids_what_is_not_ours(client: TestClient) -> None:
    for address in ("/", "/items.json", "/static/style.css", "/nope", "/items?page=0"):
        headers = client.get(address).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_name_that_is_none_is_not_shown(client: TestClient) -> None:
    answer = client.get("/", headers={"host": "<b>x</b>"})
    assert [answer.status_code, "<b>" in answer.text] == [421, False]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8650", "localhost.evil.example", ""])
def test_other_names_for_this_machine_are_refused_with_the_next_step(client: TestClient, host: str) -> None:
    answer = client.get("/items.json", headers={"host": host})
    assert answer.status_code == 421
    assert f"blockwire browse --allow-host {host.partition(':')[0] or 'NAME'}" in answer.text


def test_the_names_of_this_machine_are_taken(client: TestClient) -> None:
    assert client.get("/items.json", headers={"host": "[::1]:8650"}).status_code == 200


def test_nothing_can_be_sent_here(client: TestClient) -> None:
    assert client.post("/items").status_code == 405


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/items?since=yesterday", "expected a day such as"),
        ("/items?page=-1", "expected a number"),
        ("/items?order=random", "expected best or newest"),
        (f"/items?q={'x' * 1001}", "1000 characters at most"),
        ("/items.pdf", "there are html, json, csv, jsonl, atom"),
        ("/events/00000000", "see the list of events"),
    ],
)
def test_what_is_not_understood_is_said_with_the_next_step(client: TestClient, address: str, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code in {400, 404}
    assert says in answer.text


def test_programs_are_told_in_their_form(client: TestClient) -> None:
    assert client.get("/items.json?since=yesterday").json() == {
        "error": "since is 'yesterday'; expected a day such as 2026-11-22"
    }


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    with SqliteStore(path):
        pass
    with SqliteStore(path, read_only=True) as opened:
        client = client_of(path, opened)
        for page in PAGES:
            assert client.get(page).status_code == 200
        assert "blockwire ingest" in client.get("/").text
        assert feedparser.parse(client.get("/items.atom").content).bozo is False


def test_what_a_round_writes_is_there_at_the_next_look(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    with SqliteStore(path) as writer, SqliteStore(path, read_only=True) as opened:
        client = client_of(path, opened)
        assert client.get("/items.json").json()["count"] == 0
        for count, item in enumerate(browse_samples.news()[:3], 1):
            writer.write_outcomes([browse_samples.outcome(item)])
            assert client.get("/items.json").json()["count"] == count
        assert client.get("/items.json", params={"country": "IR"}).json()["count"] == 1


@pytest.mark.parametrize("place", [0, 2], ids=["the oldest", "the newest, which keeps its number"])
def test_an_item_that_was_judged_anew_is_counted_as_it_is_now(tmp_path: Path, place: int) -> None:
    path = tmp_path / "wire.sqlite"
    news = browse_samples.news()[:3]
    with SqliteStore(path) as writer, SqliteStore(path, read_only=True) as opened:
        client = client_of(path, opened)
        writer.write_outcomes([browse_samples.outcome(item) for item in news])
        assert client.get("/items.json").json()["facets"]["country"] == {"RU": 2, "IR": 1}
        writer.rewrite([browse_samples.outcome(news[place].model_copy(update={"countries": ("KZ",)}))])
        assert client.get("/items.json").json()["facets"]["country"]["KZ"] == 1


def test_an_event_that_moved_is_counted_as_it_is_now(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    shutil.copy(store, path)
    with SqliteStore(path) as writer, SqliteStore(path, read_only=True) as opened:
        client = client_of(path, opened)
        event = writer.events.get(an_event(client))
        assert event is not None
        assert "lifted" not in client.get("/events.json").json()["facets"]["status"]
        moved = event.model_copy(update={"status": Status.LIFTED, "revision": event.revision + 1})
        writer.events.regroup(Regrouping(events=[moved]))
        assert client.get("/events.json").json()["facets"]["status"]["lifted"] == 1


def test_long_lists_are_cut_and_say_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LOOKED_AT", 2)
    monkeypatch.setattr(views, "SHOWN", 1)
    tree = html.fromstring(client.get("/alerts").text)
    assert len(tree.xpath("//article")) == 1
    told = "Here are 1, the newest. Only the last 2 were looked through. blockwire alerts history has all."
    assert told in tree.text_content()
