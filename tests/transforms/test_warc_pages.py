"""Pages of WARC files, as tools in use write them."""

import gzip
import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from blockwire.transforms.elements import KeptPage
from blockwire.transforms.warc_pages import WarcError, pages_in, read_page

BODY = "<!doctype html><title>Blocked &amp; banned</title><p>ь</p>".encode()


def warc(file: Path, *, status: str = "200 OK", compressed: bool = True, encoded: bool = False) -> Path:
    """A file with one page."""
    fields = [("Content-Type", "text/html; charset=utf-8")] + ([("Content-Encoding", "gzip")] if encoded else [])
    body = io.BytesIO(gzip.compress(BODY) if encoded else BODY)
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=compressed)
        head = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
        writer.write_record(writer.create_warcinfo_record(file.name, {"software": "test"}))
        writer.write_record(
            writer.create_warc_record("https://x.example/1", "response", payload=body, http_headers=head)
        )
    return file


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_page_is_found_and_read_at_its_place(tmp_path: Path, compressed: bool, encoded: bool) -> None:
    """Whether the file is compressed, or the answer was, or both."""
    (page,) = pages_in(warc(tmp_path / "a.warc", compressed=compressed, encoded=encoded))
    assert (page.url, page.title) == ("https://x.example/1", "Blocked & banned")
    read = read_page(page.place)
    assert (read.url, read.body, read.fetched) == (page.url, BODY, page.fetched)


def test_only_good_answers_are_pages(tmp_path: Path) -> None:
    assert list(pages_in(warc(tmp_path / "a.warc.gz", status="404 Not Found"))) == []


def test_what_is_no_warc_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello world")
    with pytest.raises(WarcError, match="cannot be read as WARC"):
        list(pages_in(tmp_path / "a"))
    with pytest.raises(WarcError, match="no page at byte 0"):
        read_page(KeptPage(str(tmp_path / "gone"), 0))
