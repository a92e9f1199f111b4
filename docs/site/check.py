"""Looks through a built site for anything that a browser would load from another host. ``python docs/site/check.py build/site``"""

import re
import sys
from pathlib import Path
from typing import Final

from lxml import html

_LOADED: Final = (
    "//script/@src | //link/@href | //img/@src | //img/@srcset | //iframe/@src | //source/@src | //object/@data"
)
_IN_STYLES: Final = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")
_FOREIGN: Final = re.compile(r"(?:https?:)?//")


def foreign_requests(site: Path) -> list[str]:
    """What pages and styles would load from elsewhere, each with the file that names it."""
    found = [
        f"{page.relative_to(site)}: {address}"
        for page in sorted(site.rglob("*.html"))
        for address in html.document_fromstring(page.read_bytes()).xpath(_LOADED)
        if _FOREIGN.match(address)
    ]
    for style in sorted([*site.rglob("*.css"), *site.rglob("*.html")]):
        found += [f"{style.relative_to(site)}: {one}" for one in _IN_STYLES.findall(style.read_text("utf-8"))]
    return found


def main(site: Path) -> int:
    """Prints what it found; 1 where that is anything."""
    pages = len(list(site.rglob("*.html")))
    found = foreign_requests(site)
    sys.stdout.write("".join(f"{one}\n" for one in found) + f"{pages} pages, {len(found)} requests to other hosts\n")
    return int(bool(found) or not pages)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
