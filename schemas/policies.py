"""What the steps are told to hold to: limits, pauses and deadlines. The settings fill them in."""

from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from blockwire.schemas.base import Record

MIB = 1024 * 1024


@cache
def blockwire_version() -> str:
    """The installed version, which is written into each record."""
    try:
        return version("blockwire")
    except PackageNotFoundError:
        return "0+source"


class FetchPolicy(Record):
    """How feeds and pages are fetched."""

    contact_url: str = "https://github.com/blockwire/blockwire"
    """Where a publisher can ask who is fetching; part of the User-Agent."""
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 64
    """Requests under way at once."""
    per_host: Annotated[int, Field(ge=1, le=16)] = 2
    """Requests to one host under way at once."""
    per_host_delay_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    """Seconds between the starts of two requests to one host; a longer Crawl-delay wins."""
    max_crawl_delay_s: Annotated[float, Field(ge=0)] = 30.0
    """A longer Crawl-delay is taken as this."""
    connect_timeout_s: PositiveFloat = 10.0
    """Seconds until a connection stands, TLS and all."""
    total_timeout_s: PositiveFloat = 25.0
    """Seconds for one URL, redirects and all, from the start of the request to the last byte."""
    feed_max_bytes: PositiveInt = 15 * MIB
    """The largest feed, after decompression."""
    page_max_bytes: PositiveInt = 8 * MIB
    """The largest page, after decompression."""
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    """Redirects followed for one URL; each hop is checked like the first."""
    obey_robots: bool = True
    """Whether robots.txt is obeyed for pages. Feeds are published to be polled."""
    allow_addresses: tuple[str, ...] = ()
    """Networks that may be contacted though they are not public: ``127.0.0.0/8`` or ``10.1.2.3/32:80,8000-8100``."""
    ca_file: str | None = None
    """Certificates to trust besides the system's."""

    @property
    def user_agent(self) -> str:
        """The name given to servers, with a contact."""
        return f"blockwire/{blockwire_version()} (+{self.contact_url})"


class PollPolicy(Record):
    """How often feeds are polled. All in seconds."""

    newswire_floor_s: PositiveFloat = 900.0
    """The shortest pause for a newswire that answers conditional requests."""
    floor_s: PositiveFloat = 3600.0
    """The shortest pause for all others."""
    ceiling_s: PositiveFloat = 86_400.0
    """The longest pause between two polls, failures and slow rhythms included, unless the server asks for more."""
    backoff_base_s: PositiveFloat = 900.0
    """The first pause after a failure; it doubles with each."""
    retry_after_max_s: PositiveFloat = 7 * 86_400.0
    """A longer Retry-After is taken as this."""
    move_holds_days: PositiveInt = 14
    """After so long a permanent redirect is proposed for the catalogue."""


class ExtractionPolicy(Record):
    """What a page may cost."""

    first_look: bool = True
    """Whether pages that a cheap look finds safely irrelevant are not extracted in full. They are kept in short form, and audited."""
    aside_below: Annotated[float, Field(ge=0, le=1)] | None = None
    """Pages are extracted in full that could reach this score, if it is less than the rules' threshold; a higher one changes nothing. Where a
    second opinion is asked, its ``low`` by itself. It is slower: all of a page has to be read to know."""
    workers: Annotated[int, Field(ge=1, le=64)] | None = None
    """Extraction processes; None for one per core."""
    page_timeout_s: PositiveFloat = 20.0
    """Seconds for one page; then its process is ended and the page is a dead letter."""
    page_memory_mib: PositiveInt = 1024
    """Address space a worker may add for a page."""
    max_text_chars: PositiveInt = 200_000
    """The longest text that is kept of an article, in characters."""


class RetryPolicy(Record):
    """How often a round tries by itself what failed for a reason that may pass."""

    attempts: Annotated[int, Field(ge=1, le=50)] = 6
    """How often in all, the first time among them. After that only ``blockwire dead-letters replay`` tries."""
    base_s: PositiveFloat = 1800.0
    """The pause before the second attempt; it doubles with each."""

    def next_attempt(self, failed_before: int, now: datetime) -> datetime | None:
        """When to try again after a failure that follows on ``failed_before`` others; None for never by itself."""
        if failed_before + 1 >= self.attempts:
            return None
        return now + timedelta(seconds=self.base_s * 2.0**failed_before)


class ElasticsearchAccess(Record):
    """How to reach an Elasticsearch store, besides its address. Secrets are in files, or in the environment variables
    BLOCKWIRE_ELASTICSEARCH_PASSWORD, BLOCKWIRE_ELASTICSEARCH_API_KEY and BLOCKWIRE_ELASTICSEARCH_BEARER, and never in settings."""

    hosts: tuple[str, ...] = ()
    """More nodes than the one in the store's address, as ``http(s)://host:port``; one that fails is passed over for a while."""
    cloud_id: str | None = None
    """The deployment's id in Elastic Cloud; it stands in for the host of the store's address (``https://cloud/PREFIX``)."""
    user: str | None = None
    """The user, where the store's address names none."""
    password_file: str | None = None
    """A file that holds the user's password."""
    api_key_file: str | None = None
    """A file that holds an API key, as the server encodes it."""
    bearer_file: str | None = None
    """A file that holds a bearer token."""
    ca_file: str | None = None
    """Certificates to trust besides the system's."""
    ca_fingerprint: str | None = None
    """The SHA-256 of the one certificate to trust, in hexadecimal."""
    gzip: bool = True
    """Whether requests are compressed."""
    request_timeout_s: PositiveFloat = 60.0
    """Seconds until an answer, of one request."""
    patience_s: PositiveFloat = 180.0
    """Seconds to go on trying what fails for a reason that may pass: a busy or restarting server, a full disk."""
    start_patience_s: Annotated[float, Field(ge=0)] = 90.0
    """Seconds that a round waits for a server that is not there when it starts; other commands say so at once."""


class SecondOpinionPolicy(Record):
    """Whom to ask about articles that the rules are not sure of. Nobody, unless a URL is given: nothing is sent anywhere by itself.

    The key is in a file, or in the environment variable BLOCKWIRE_SECOND_OPINION_KEY, and never in settings.
    """

    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """An endpoint that speaks OpenAI's chat completions: ``http://localhost:11434/v1/chat/completions``."""
    model: str = ""
    """The model to ask for."""
    key_file: str | None = None
    """A file that holds the endpoint's key."""
    low: Annotated[float, Field(ge=0, le=1)] = 0.15
    """The score by the rules from which on it is asked."""
    high: Annotated[float, Field(ge=0, le=1)] = 0.85
    """The score up to which it is asked."""
    timeout_s: PositiveFloat = 30.0
    """Seconds to wait for an answer; without one, what the rules say holds."""
    max_chars: PositiveInt = 3_000
    """Characters of the text that are sent."""
