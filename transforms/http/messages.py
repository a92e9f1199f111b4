"""What is asked of a server and what comes back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Validators:
    """The ETag and Last-Modified of the last good answer, opaque, bytes as Latin-1."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Response:
    """A complete answer with a status below 400."""

    requested_url: str
    url: str
    """Where the body came from, after redirects."""
    status: int
    """200 or 304 (others below 400 are errors)."""
    headers: dict[str, str] = field(default_factory=dict)
    """By lower-case name; of repeated ones, joined by comma."""
    body: bytes = b""
    """Decompressed."""
    validators: Validators = Validators()
    permanent_url: str | None = None
    """Where an unbroken chain of 301 and 308 from the requested URL led."""
    fetched: datetime | None = None
    """When it came, of one that was kept in an archive; None where it just came."""

    @property
    def not_modified(self) -> bool:
        """The server says that nothing has changed since the validators."""
        return self.status == 304


class FetchError(Exception):
    """A URL could not be fetched, or must not be. Expected: it ends as a dead letter or a feed's failure.

    ``reason`` is a short name: ``timeout``, ``connection``, ``dns``, ``tls``, ``http_404``, ``http_410``, ``http_429``, ``too_large``,
    ``bad_encoding``, ``incomplete``, ``redirects``, ``address_refused``, ``bad_url``, ``robots``.
    """

    def __init__(
        self, reason: str, message: str, *, url: str, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.url = url
        self.status = status
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[object, ...]:
        """Picklable, keyword arguments and all."""
        return _rebuild, (self.reason, self.message, self.url, self.status, self.retry_after_s)

    @property
    def transient(self) -> bool:
        """Whether trying again later may help without anybody's doing."""
        if self.status is not None:
            return self.status in (408, 425, 429) or self.status >= 500
        return self.reason in {"timeout", "connection", "dns", "incomplete"}


def _rebuild(reason: str, message: str, url: str, status: int | None, retry_after_s: float | None) -> FetchError:
    return FetchError(reason, message, url=url, status=status, retry_after_s=retry_after_s)


class Fetcher(Protocol):
    """What polling and page fetching need of an HTTP client."""

    async def get_feed(self, url: str, validators: Validators = Validators()) -> Response:
        """Fetches a feed, conditionally.

        Raises:
            FetchError: where there is no complete answer below 400.
        """
        ...

    async def get_page(self, url: str) -> Response:
        """Fetches a page, if robots.txt permits.

        Raises:
            FetchError: where there is no complete answer below 400, or it is forbidden.
        """
        ...
