"""Takes the pictures of docs/browse.md, of what the demo finds: ``make screenshots``."""

import sys
import tempfile
from pathlib import Path

from browse_server import served
from chromium import DESKTOP, PHONE, chromium, watched
from command_line import blockwire
from PIL import Image

PAGES = ("items", "events", "charts", "feeds", "dead-letters", "audit")
SIZES = {"desktop": (DESKTOP, "light"), "phone": (PHONE, "light"), "dark": (DESKTOP, "dark")}
IN_THE_DARK = ("items", "event")
COLOURS = 128


def main(folder: Path) -> None:
    """Writes a picture of each page and size into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        done = blockwire("demo", cwd=Path(scratch))
        if done.status:
            sys.exit(done.err)
        with served(Path(scratch) / "blockwire-demo.sqlite") as home:
            take(folder, home)


def take(folder: Path, home: str) -> None:
    """Takes them all of a running page."""
    with chromium() as browser:
        for size, (viewport, scheme) in SIZES.items():
            with watched(browser, home, viewport=viewport, color_scheme=scheme) as reader:
                reader.go("/events?country=IR&measure=internet_shutdown")
                event = reader.page.locator("article h2 a").first.get_attribute("href") or ""
                reader.go("/items?language=fa")
                item = reader.page.locator("article h2 a").first.get_attribute("href") or ""
                for name, path in (*((page, page) for page in PAGES), ("event", event), ("item", item)):
                    if size == "dark" and name not in IN_THE_DARK:
                        continue
                    reader.go(path)
                    file = folder / f"browse-{name}-{size}.png"
                    reader.page.screenshot(path=file)
                    # A palette is a third of the bytes, and enough for text and bars.
                    Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
