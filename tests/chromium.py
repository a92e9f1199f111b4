"""A real Chromium for tests and screenshots, and a page that remembers what it asked for and complained of."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 120_000
"""A busy machine may be slow: waiting ends with the condition, not with this."""


class NoBrowser(Exception):
    """There is no Chromium, or it does not start."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium as the system has it.

    Raises:
        NoBrowser: with the next step.
    """
    path = os.environ.get("BLOCKWIRE_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise NoBrowser("no chromium is installed: make test-browser gets it where apt-get can")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            raise NoBrowser(f"{path} does not start: {error.message.splitlines()[0]}") from error
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, and what went on behind it."""

    page: Page
    home: str
    """Its address, with a slash at the end."""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Of the console: errors and warnings."""

    @property
    def foreign(self) -> list[str]:
        """Addresses on other hosts that were asked for."""
        own = urlsplit(self.home).netloc
        return [url for url in self.requests if urlsplit(url).scheme != "data" and urlsplit(url).netloc != own]

    def go(self, path: str) -> None:
        """Opens an address of the page's host."""
        self.page.goto(self.home + path.lstrip("/"))


@contextmanager
def watched(browser: Browser, home: str, **options: Any) -> Iterator[Watched]:
    """A page of its own, with Playwright's options of a context."""
    given: dict[str, Any] = {"viewport": DESKTOP, "timezone_id": "Europe/Kyiv", "locale": "en-GB", **options}
    context = browser.new_context(**given)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    found = Watched(context.new_page(), home)
    context.on("request", lambda request: found.requests.append(request.url))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on(
        "console",
        lambda message: found.complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    try:
        yield found
    finally:
        context.close()
