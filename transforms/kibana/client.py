"""Kibana's HTTP API: who asks, and what its answers mean to a person.

https://www.elastic.co/docs/api/doc/kibana
"""

import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from blockwire.transforms.elasticsearch.access import Access, Secret

DEFAULT_SPACE: Final = "default"
_HEADERS: Final = {"kbn-xsrf": "blockwire", "accept": "application/json"}
"""Kibana takes no change without the first: it shows that no browser was tricked into asking."""


class KibanaError(Exception):
    """Kibana cannot be used, or does not take something. The text is one line with the next step."""


@dataclass(frozen=True)
class Answer:
    """What Kibana said: a status of success, or one that the caller expects."""

    status: int
    body: Any


class Kibana:
    """One Kibana and one space of it. An asynchronous context manager."""

    def __init__(self, access: Access, space: str = DEFAULT_SPACE) -> None:
        """Keeps how to connect; nothing is sent yet.

        Args:
            access: one host, which may have a base path behind it, who we are, and ``ca_file``.
            space: the id of the space that objects go to, of small letters, digits, ``-`` and ``_``.
        """
        (self.url,) = (host.rstrip("/") for host in access.hosts)
        self.space = space
        self._access = access

    async def __aenter__(self) -> Self:
        """Reads the secrets and makes ready.

        Raises:
            StoreUnavailable: where a secret is not where it should be.
            KibanaError: where the file of certificates is no such file.
        """
        self._session = aiohttp.ClientSession(
            headers=_HEADERS | _authorization(self._access),
            connector=aiohttp.TCPConnector(ssl=_trust(self._access)),
            timeout=aiohttp.ClientTimeout(total=self._access.request_timeout_s),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connections."""
        await self._session.close()

    async def version(self) -> tuple[int, int]:
        """Its version, major and minor."""
        body = (await self.ask("GET", "/api/status", everywhere=True)).body
        try:
            major, minor = str(body["version"]["number"]).split(".")[:2]
            return int(major), int(minor)
        except (TypeError, KeyError, ValueError) as error:
            raise self._not_kibana("its status names no version") from error

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        file: tuple[str, str] | None = None,
        expected: tuple[int, ...] = (),
        everywhere: bool = False,
    ) -> Answer:
        """One request.

        Args:
            method: as in HTTP.
            path: with a leading ``/api``.
            body: sent as JSON.
            file: sent in its place, as a form: the name and the content.
            expected: statuses besides those of success that are answers, not errors.
            everywhere: what is asked for is of no space.

        Raises:
            KibanaError: where there is no such answer.
        """
        within = "" if everywhere or self.space == DEFAULT_SPACE else f"/s/{self.space}"
        form = None
        if file is not None:
            form = aiohttp.FormData()
            form.add_field("file", file[1], filename=file[0], content_type="application/ndjson")
        try:
            async with self._session.request(
                method, f"{self.url}{within}{path}", json=body, data=form, allow_redirects=False
            ) as response:
                text = await response.text("utf-8", "replace")
        except aiohttp.ClientSSLError as error:
            raise KibanaError(f"Kibana at {self.url} has a certificate that is not trusted: check ca_file") from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise KibanaError(
                f"Kibana at {self.url} cannot be reached ({type(error).__name__}): check that it runs, and its address"
            ) from error
        answer = Answer(response.status, _read(text))
        if 200 <= answer.status < 300 or answer.status in expected:
            return answer
        raise self._trouble(answer, f"{method} {path}")

    def _trouble(self, answer: Answer, request: str) -> KibanaError:
        said = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
        told = f" ({' '.join(str(said).split())[:300]})" if said else ""
        match answer.status:
            case 401:
                identity = self._access.identity
                what = f"refuses the {identity}: check it" if identity else "wants to know who asks: give an API key"
                return KibanaError(f"Kibana at {self.url} {what}")
            case 403:
                return KibanaError(f"Kibana at {self.url} does not permit {request}{told}: give this user the right")
            case 429 | 502 | 503 | 504:
                return KibanaError(f"Kibana at {self.url} is not ready{told}: try again in a minute")
            case _ if not isinstance(answer.body, dict):
                return self._not_kibana(f"status {answer.status} to {request}")
            case _:
                return KibanaError(
                    f"Kibana at {self.url} does not take {request} (status {answer.status}){told}: check its version"
                )

    def _not_kibana(self, why: str) -> KibanaError:
        return KibanaError(f"what answers at {self.url} is not Kibana ({why}): check the address")


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text else {}
    except json.JSONDecodeError:
        return None


def _authorization(access: Access) -> dict[str, str]:
    if access.api_key is not None:
        return {"authorization": f"ApiKey {_revealed(access.api_key)}"}
    if access.bearer is not None:
        return {"authorization": f"Bearer {_revealed(access.bearer)}"}
    if access.user is not None:
        pair = f"{access.user}:{_revealed(access.password)}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {}


def _revealed(secret: str | Secret | None) -> str:
    return secret.read() if isinstance(secret, Secret) else secret or ""


def _trust(access: Access) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if access.ca_file is not None:
        try:
            trust.load_verify_locations(access.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise KibanaError(f"the file of certificates {access.ca_file!r} cannot be read: check ca_file") from error
    return trust
