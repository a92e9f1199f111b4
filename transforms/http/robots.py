"""The rules of robots.txt (RFC 9309), kept for a while for each site.

What is chosen where the standard leaves a choice, or would cost more than it protects:

- 4xx: no rules, everything is allowed (2.3.1.3).
- 5xx, timeouts and other failures: the rules known from before, else everything is allowed, and robots.txt is asked for again
  after ten minutes. The standard says to assume that all is forbidden (2.3.1.4); but what is fetched here are the few pages
  that a site has just announced in its own feed, at its pace, not a crawl. A 429 or 503 with Retry-After is obeyed.
- More than 512 KiB: the rest is not read (2.5 asks for 500 KiB).
- Kept for a day (2.4).
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from protego import Protego
from yarl import URL

from blockwire.transforms.http.messages import FetchError

TOKEN = "blockwire"  # noqa: S105 - the product token that robots.txt names
MAX_ROBOTS_BYTES = 512 * 1024
RULES_TTL_S = 86_400.0
RETRY_S = 600.0
MAX_SITES = 2_000
"""Sites whose rules are kept; the oldest go first."""

_AGENT = re.compile(r"\s*user[- ]?agent\s*(?::|\s)\s*([^#]*)", re.IGNORECASE)


def read_rules(body: bytes) -> Protego:
    """Parses a robots.txt.

    Names of other robots are all read as one: a file of 512 KiB that repeats thousands of rules for thousands of names would
    otherwise fill the memory.
    """
    text = body.decode("utf-8-sig", "replace")
    return Protego.parse("\n".join(_agent_line(line) for line in text.splitlines()))


def _agent_line(line: str) -> str:
    match = _AGENT.match(line)
    if match is None:
        return line
    name = match[1].strip().lower().partition("/")[0]
    return f"User-agent: {name if name in ('*', TOKEN) else '-'}"


class _Site:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.rules: Protego | None = None
        self.fresh_until = -1e9


class RobotsRules:
    """Asks each site once a day what it permits.

    Args:
        fetch: gets a robots.txt; raises FetchError where it cannot be had.
        slow_down: is told each host's Crawl-delay, in seconds.
    """

    def __init__(self, fetch: Callable[[URL], Awaitable[bytes]], slow_down: Callable[[str, float], None]) -> None:
        self._fetch = fetch
        self._slow_down = slow_down
        self._sites: dict[str, _Site] = {}

    async def require(self, url: URL) -> None:
        """Passes if the site permits this URL.

        Raises:
            FetchError: ``robots`` where it does not; ``http_429`` or ``http_503`` where it asks to come back later.
        """
        site = await self._site(url)
        if site.rules is not None and not site.rules.can_fetch(str(url), TOKEN):
            raise FetchError(
                "robots", f"{url.origin()}/robots.txt forbids {url.raw_path[:200]} to {TOKEN}.", url=str(url)
            )

    async def _site(self, url: URL) -> _Site:
        origin = str(url.origin())
        site = self._sites.get(origin)
        if site is None:
            while len(self._sites) >= MAX_SITES:
                del self._sites[next(iter(self._sites))]
            site = self._sites[origin] = _Site()
        if site.fresh_until < time.monotonic():
            async with site.lock:
                if site.fresh_until < time.monotonic():
                    await self._load(site, url)
        return site

    async def _load(self, site: _Site, url: URL) -> None:
        try:
            body = await self._fetch(url.origin().with_path("/robots.txt"))
        except FetchError as error:
            if error.retry_after_s is not None:
                raise
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                site.rules = None
                site.fresh_until = time.monotonic() + RULES_TTL_S
            else:
                site.fresh_until = time.monotonic() + RETRY_S
            return
        # The costliest file of that size takes two seconds.
        site.rules = await asyncio.to_thread(read_rules, body)
        site.fresh_until = time.monotonic() + RULES_TTL_S
        delay = site.rules.crawl_delay(TOKEN)
        self._slow_down(url.raw_host or "", delay or 0.0)
