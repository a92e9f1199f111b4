"""Takes the pictures of docs/browse.md and docs/analyst.md, of what the demo finds: ``make screenshots``."""

import sys
import tempfile
from pathlib import Path

from browse_server import served
from chromium import DESKTOP, PHONE, Watched, chromium, watched
from command_line import blockwire
from PIL import Image
from playwright.sync_api import Browser

PAGES = ("items", "events", "charts", "alerts", "feeds", "dead-letters", "audit")
SIZES = {"desktop": (DESKTOP, "light"), "phone": (PHONE, "light"), "dark": (DESKTOP, "dark")}
IN_THE_DARK = ("items", "event")
COLOURS = 128
REPORT = "week.html"


def main(folder: Path) -> None:
    """Writes a picture of each page and size into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "blockwire-demo.sqlite"
        for command in (["demo"], ["report", "--store", f"sqlite:///{store}", "--output", REPORT]):
            done = blockwire(*command, cwd=Path(scratch))
            if done.status:
                sys.exit(done.err)
        with served(store) as home, chromium() as browser:
            take_pages(folder, browser, home)
            take_report(folder, browser, Path(scratch))


def take_report(folder: Path, browser: Browser, scratch: Path) -> None:
    """Takes the beginning of the report."""
    for size in ("desktop", "phone"):
        viewport, scheme = SIZES[size]
        with watched(browser, f"{scratch.as_uri()}/", viewport=viewport, color_scheme=scheme) as reader:
            reader.go(REPORT)
            shoot(reader, folder / f"report-{size}.png")


def take_pages(folder: Path, browser: Browser, home: str) -> None:
    """Takes every page that is served."""
    for size, (viewport, scheme) in SIZES.items():
        with watched(browser, home, viewport=viewport, color_scheme=scheme) as reader:
            reader.go("/events?country=IR&measure=internet_shutdown")
            event = reader.page.locator("article h2 a").first.get_attribute("href") or ""
            reader.go("/items?language=fa")
            item = reader.page.locator("article h2 a").first.get_attribute("href") or ""
            for name, path in (*((page, page) for page in PAGES), ("event", event), ("item", item)):
                if size != "dark" or name in IN_THE_DARK:
                    reader.go(path)
                    shoot(reader, folder / f"browse-{name}-{size}.png")


def shoot(reader: Watched, file: Path) -> None:
    """Takes what is on the screen. A palette is a third of the bytes, and enough for text and bars."""
    reader.page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
