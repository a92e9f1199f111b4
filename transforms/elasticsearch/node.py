"""The client's way to a server, with requests that are compressed fast rather than small."""

import gzip
from typing import Any, Final

from elastic_transport import HttpHeaders, NodeConfig, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

LEVEL: Final = 1
"""Of gzip. The client's own is 9: 19 times the CPU for requests a third shorter, and more than all else that a bulk costs here."""


class QuicklyCompressing(Urllib3HttpNode):
    """Compresses each request that has a body, and takes compressed answers."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.headers["accept-encoding"] = "gzip"

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> Any:
        """Sends a request."""
        if body:
            headers = HttpHeaders(headers or {})
            headers["content-encoding"] = "gzip"
            body = gzip.compress(body, LEVEL)
        return super().perform_request(method, target, body, headers, request_timeout)
