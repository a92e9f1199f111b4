"""A reader at ``blockwire browse`` in a real Chromium, over what ``blockwire demo`` found."""

import csv
import os
import re
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import browse_samples
import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe
from browse_server import served
from chromium import DESKTOP, PHONE, NoBrowser, Watched, chromium, watched
from command_line import blockwire
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

PAGES = ("/items", "/events", "/charts", "/alerts", "/feeds", "/dead-letters", "/audit", "/nowhere")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoBrowser as failure:
        if os.environ.get("CI") == "true":
            pytest.fail(str(failure))
        pytest.skip(str(failure))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo found."""
    folder = tmp_path_factory.mktemp("browser")
    done = blockwire("demo", cwd=folder)
    assert done.status == 0, done.err
    return folder / "blockwire-demo.sqlite"


@pytest.fixture(scope="module")
def home(store: Path) -> Iterator[str]:
    """The page over what the demo found."""
    with served(store) as address:
        yield address


@pytest.fixture(scope="module")
def report(store: Path) -> Path:
    """The week of the demo, as a page."""
    done = blockwire("report", "--store", f"sqlite:///{store}", "--output", "week.html", cwd=store.parent)
    assert done.status == 0, done.err
    return store.with_name("week.html")


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over titles that want to break out."""
    store = tmp_path_factory.mktemp("hostile") / "wire.sqlite"
    browse_samples.fill(store)
    with served(store) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, home: str) -> Iterator[Watched]:
    """A reader whose page complains of nothing and asks nobody else."""
    with watched(browser, home, accept_downloads=True) as page:
        yield page
        assert page.complaints == []
        assert page.foreign == []


def addresses(reader: Watched) -> list[str]:
    """Every kind of page, with the first item and the first event."""
    found = []
    for path in ("/items", "/events"):
        reader.go(path)
        found.append(reader.page.locator("article h2 a").first.get_attribute("href") or "")
    return [*PAGES, *found]


def serious_findings(reader: Watched) -> list[tuple[str, list[str]]]:
    """What axe-core calls serious or critical on the page: the rule, and some of the HTML."""
    return [
        (one["id"], [node["html"] for node in one["nodes"][:3]])
        for one in Axe().run(reader.page).response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("اینترنت همراه", "اینترنت همراه در اهواز"),
        ("应用商店", "国家网信办要求应用商店下架"),
        ("штрафов", "штрафы за использование VPN"),
    ],
)
def test_a_reader_searches_in_their_language(reader: Watched, words: str, title: str) -> None:
    reader.go("/")
    reader.page.get_by_role("searchbox").fill(words)
    reader.page.get_by_role("button", name="Search").click()
    expect(reader.page.locator("article h2").filter(has_text=title)).to_be_visible()
    expect(reader.page.get_by_role("searchbox")).to_have_value(words)


def test_a_reader_narrows_down_opens_an_event_and_follows_its_evidence(reader: Watched) -> None:
    reader.go("/items")
    everything = reader.page.locator("article").count()
    filters = reader.page.get_by_role("complementary", name="Filters")
    filters.get_by_role("link", name=re.compile("^Iran ")).click()
    filters.get_by_role("link", name=re.compile("^internet shutdown ")).click()
    expect(filters.get_by_role("link", name=re.compile("^Iran .*chosen"))).to_be_visible()
    assert 0 < reader.page.locator("article").count() < everything
    reader.page.get_by_role("link", name=re.compile("^event: 3 articles")).first.click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Iran: internet shutdown · internet")
    expect(reader.page.locator("ol.history .status")).to_have_text(["in force", "partly lifted"])
    expect(reader.page.get_by_role("link", name=re.compile("^OONI Explorer"))).to_have_attribute(
        "href", re.compile("^https://explorer.ooni.org/")
    )
    evidence = reader.page.locator("article h3 a").filter(has_text="اینترنت همراه در اهواز")
    evidence.click()
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("اینترنت همراه در اهواز")
    direction = reader.page.get_by_role("heading", level=1).evaluate("one => getComputedStyle(one).direction")
    assert direction == "rtl"
    expect(reader.page.locator(".text")).to_contain_text("اهواز")


def test_a_reader_takes_a_search_along_as_csv_and_as_a_feed(reader: Watched, tmp_path: Path) -> None:
    reader.go("/items?country=IR")
    shown = reader.page.locator("article h2").all_inner_texts()
    with reader.page.expect_download() as started:
        reader.page.get_by_role("link", name="CSV").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name == "blockwire-items.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert [row["title"] for row in csv.DictReader(lines)] == shown
    feed = reader.page.locator("link[type='application/atom+xml']").evaluate("link => link.href")
    with urllib.request.urlopen(feed) as answer:
        read = feedparser.parse(answer.read())
    assert not read.bozo
    assert [entry.title for entry in read.entries] == shown


def test_times_are_in_the_readers_zone_and_direction_is_each_texts_own(reader: Watched) -> None:
    reader.go("/items")
    first = reader.page.locator("article time").first
    utc, shown, title = (first.evaluate(f"one => one.{name}") for name in ("dateTime", "textContent", "title"))
    assert title == f"{utc[:10]} {utc[11:16]} UTC"
    assert shown == f"{datetime.fromisoformat(utc).astimezone(ZoneInfo('Europe/Kyiv')):%Y-%m-%d %H:%M}"
    expect(reader.page.locator("#zone")).to_contain_text("Europe/K")


def test_it_works_without_javascript(browser: Browser, home: str) -> None:
    with watched(browser, home, java_script_enabled=False) as reader:
        reader.go("/items")
        reader.page.get_by_role("searchbox").fill("интернету")
        reader.page.get_by_role("button", name="Search").click()
        assert reader.page.locator("article").count()
        assert reader.page.locator("article time").first.inner_text().endswith("UTC")


def test_it_works_by_keyboard(reader: Watched) -> None:
    reader.go("/items")
    keys = reader.page.keyboard
    keys.press("Tab")
    expect(reader.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("j")
    keys.press("j")
    second = reader.page.locator("article h2 a").nth(1)
    expect(second).to_be_focused()
    keys.press("k")
    expect(reader.page.locator("article h2 a").first).to_be_focused()
    keys.press("/")
    expect(reader.page.get_by_role("searchbox")).to_be_focused()
    keys.type("jk/ 应用商店")
    expect(reader.page.get_by_role("searchbox")).to_have_value("jk/ 应用商店")
    reader.go("/items")
    keys.press("j")
    title = reader.page.locator("article h2 a").first.inner_text()
    keys.press("Enter")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_serious_findings_of_axe_or_is_wider_than_the_screen(
    browser: Browser, home: str, scheme: str, size: dict[str, int]
) -> None:
    with watched(browser, home, color_scheme=scheme, viewport=size) as reader:
        for path in addresses(reader):
            reader.go(path)
            assert serious_findings(reader) == [], path
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert reader.foreign == []
        assert [one for one in reader.complaints if "404" not in one] == [], "all but that /nowhere is not there"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_report_is_one_page_that_can_be_read_anywhere(browser: Browser, report: Path, size: dict[str, int]) -> None:
    with watched(browser, f"{report.parent.as_uri()}/", viewport=size) as reader:
        reader.go(report.name)
        expect(reader.page.get_by_role("heading", name="Iran: internet shutdown: internet").first).to_be_visible()
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        label = reader.page.locator("table.chart th[scope=row]").first
        assert label.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 12
        assert serious_findings(reader) == []
        assert [reader.complaints, reader.requests] == [[], [report.as_uri()]]


def test_hostile_titles_are_shown_as_text(browser: Browser, hostile_home: str) -> None:
    """Scripts do not run, bidirectional controls stay within their title, and 10,000 characters break no page."""
    with watched(browser, hostile_home, viewport=PHONE) as reader:
        reader.go("/items?country=BY&order=newest")
        titles = reader.page.locator("article h2").all_text_contents()
        assert titles[::-1] == [f"{title[:400]}…" if len(title) > 400 else title for title in browse_samples.HOSTILE]
        paths = [link.get_attribute("href") or "" for link in reader.page.locator("article h2 a").all()]
        for path in ["/items?country=BY", "/dead-letters", "/audit", "/events?country=BY", *paths]:
            reader.go(path)
            assert reader.page.evaluate("window.hit") is None
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert [reader.complaints, reader.foreign] == [[], []]


def test_the_browser_itself_stops_what_is_not_ours(browser: Browser, home: str) -> None:
    """Even if markup got through: an inline script does not run, and a picture from elsewhere is not asked for."""
    with watched(browser, home) as reader:
        reader.go("/items")
        reader.page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "window.hit = 1";
                const picture = document.createElement("img");
                picture.src = "http://127.0.0.2:9/seen.png";
                document.body.append(script, picture);
            }"""
        )
        assert reader.page.evaluate("window.hit") is None
        assert len([one for one in reader.complaints if "Content Security Policy" in one]) == 2
