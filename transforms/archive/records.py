"""WARC records (ISO 28500:2017, WARC 1.1) of what was fetched, each a gzip member of its own, without secrets."""

import base64
import hashlib
import io
import uuid
from datetime import datetime
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from blockwire.schemas.archives import ArchivedEntry, KeptAnswer
from blockwire.schemas.ids import digest
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.http.messages import Response

_DROPPED = frozenset(
    {
        # Secrets of a session.
        *("set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization", "authentication-info"),
        *("www-authenticate", "proxy-authenticate", "proxy-authentication-info"),
        # Of the transfer; the body is kept decoded.
        *("content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"),
    }
)


def kept_answer(response: Response, *key: str) -> KeptAnswer:
    """What an answer is kept as. The id follows from the key, so that keeping it twice can be noticed."""
    payload = base64.b32encode(hashlib.sha1(response.body, usedforsecurity=False).digest()).decode()
    return KeptAnswer(id=_urn("response", *key), url=response.url, digest=f"sha1:{payload}")


def exchange(kept: KeptAnswer, response: Response, at: datetime, user_agent: str) -> bytes:
    """The records of an answer and of the request that led to it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    named = {"WARC-Record-ID": f"<{kept.id}>", "WARC-Date": _date(at)}
    fields = [(name, value) for name, value in sorted(response.headers.items()) if name not in _DROPPED]
    head = StatusAndHeaders(
        f"{response.status} OK", [*fields, ("content-length", str(len(response.body)))], protocol="HTTP/1.1"
    )
    body = io.BytesIO(response.body)
    answer = writer.create_warc_record(
        kept.url, "response", payload=body, http_headers=head, warc_headers_dict=dict(named)
    )
    parts = urlsplit(kept.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    asked = StatusAndHeaders(
        f"GET {target} HTTP/1.1", [("Host", parts.netloc), ("User-Agent", user_agent)], is_http_request=True
    )
    named["WARC-Record-ID"] = f"<{_urn('request', kept.id)}>"
    request = writer.create_warc_record(kept.url, "request", http_headers=asked, warc_headers_dict=named)
    writer.write_request_response_pair(request, answer)
    return out.getvalue()


def metadata(entry: ArchivedEntry) -> bytes:
    """The record that says which entry led to a page."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    fields = {"WARC-Record-ID": f"<{metadata_id(entry)}>", "WARC-Date": _date(entry.round)}
    if entry.page is not None:
        fields["WARC-Refers-To"] = f"<{entry.page.id}>"
    url = entry.page.url if entry.page else entry.entry.url or f"urn:blockwire:entry:{entry.entry.id}"
    payload = io.BytesIO(entry.model_dump_json().encode())
    writer.write_record(
        writer.create_warc_record(
            url, "metadata", payload=payload, warc_content_type="application/json", warc_headers_dict=fields
        )
    )
    return out.getvalue()


def metadata_id(entry: ArchivedEntry) -> str:
    """The id of that record."""
    return _urn("metadata", entry.round.isoformat(), entry.entry.id)


def warcinfo(name: str, at: datetime) -> bytes:
    """The record that a file begins with."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    said = {"software": f"blockwire/{blockwire_version()}", "format": "WARC File Format 1.1"}
    record = writer.create_warcinfo_record(name, said)
    record.rec_headers.replace_header("WARC-Date", _date(at))
    writer.write_record(record)
    return out.getvalue()


def _urn(*key: str) -> str:
    return uuid.UUID(digest("archive", *key)).urn


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
