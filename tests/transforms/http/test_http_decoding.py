import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.http.decoding import (
    PIECE,
    BadEncoding,
    BodyDecoder,
    Incomplete,
    TooLarge,
    encodings_of,
    zstd,
)

MIB = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstd.compress,
}


def unpack(body: bytes, encoding: str, limit: int = 10 * MIB, step: int = 65536) -> bytes:
    decoder = BodyDecoder(encodings_of(encoding), limit)
    out = bytearray()
    for start in range(0, len(body), step):
        for piece in decoder.feed(body[start : start + step]):
            assert len(piece) <= max(2 * PIECE, step)  # brotli rounds up
            out += piece
    decoder.finish()
    return bytes(out)


@pytest.mark.parametrize("encoding", PACK)
@given(data=st.binary(max_size=3000), repeat=st.integers(1, 200), step=st.integers(1, 700))
def test_what_was_packed_comes_out_however_it_is_cut(encoding: str, data: bytes, repeat: int, step: int) -> None:
    assert unpack(PACK[encoding](data * repeat), encoding, step=step) == data * repeat


@pytest.mark.parametrize("encoding", ["gzip, br", "deflate,gzip", "zstd, zstd", " X-GZIP ,identity", "GZIP"])
def test_encodings_are_undone_in_reverse(encoding: str) -> None:
    body = b"news " * 50_000
    for name in encodings_of(encoding):
        body = PACK[name](body)
    assert unpack(body, encoding) == b"news " * 50_000


@pytest.mark.parametrize("data", [b"short", b"x" * 200_000])
def test_deflate_without_its_wrapper_is_read(data: bytes) -> None:
    assert unpack(raw_deflate(data), "deflate") == data


def test_gzip_may_have_members_and_padding() -> None:
    assert unpack(gzip.compress(b"a" * 70_000) + gzip.compress(b"b"), "gzip", step=1000) == b"a" * 70_000 + b"b"
    assert unpack(gzip.compress(b"a") + b"\0" * 100, "gzip") == b"a"


def test_zstd_may_have_frames() -> None:
    assert unpack(zstd.compress(b"a" * 70_000) + zstd.compress(b"b"), "zstd", step=7) == b"a" * 70_000 + b"b"


@pytest.mark.parametrize("body", [b"<rss/>", b"", b"x"])
def test_plain_data_under_a_gzip_label_is_taken_as_it_is(body: bytes) -> None:
    assert unpack(body, "gzip") == body
    assert unpack(body, "") == body


def test_a_gzip_file_without_a_label_is_unpacked() -> None:
    assert unpack(gzip.compress(b"<rss/>"), "", step=1) == b"<rss/>"


@pytest.mark.parametrize("encoding", PACK)
def test_data_that_is_cut_is_incomplete(encoding: str) -> None:
    packed = PACK[encoding](bytes(range(256)) * 40)
    for end in (1, 2, len(packed) // 2, len(packed) - 1):
        with pytest.raises(Incomplete):
            unpack(packed[:end], encoding)


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd"])
def test_data_of_another_kind_is_a_bad_encoding(encoding: str) -> None:
    with pytest.raises((BadEncoding, Incomplete)):
        unpack(b"\xff<html>" * 100, encoding)


@pytest.mark.parametrize("encoding", PACK)
@given(data=st.binary(max_size=300), at=st.integers(0, 60), bit=st.integers(0, 7))
def test_damage_is_an_expected_error_or_bytes(encoding: str, data: bytes, at: int, bit: int) -> None:
    packed = bytearray(PACK[encoding](data))
    packed[at % len(packed)] ^= 1 << bit
    with contextlib.suppress(BadEncoding, Incomplete, TooLarge):
        unpack(bytes(packed), encoding, limit=MIB)


@pytest.mark.parametrize("header", ["compress", "gzip, exi", "utf-16", "gzip," * 3, "x" * 10_000])
def test_an_unknown_encoding_or_too_many_are_refused(header: str) -> None:
    with pytest.raises(BadEncoding) as caught:
        encodings_of(header)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("encoding", [*PACK, "gzip, gzip", "br, zstd"])
def test_a_bomb_costs_its_bound_not_its_size(encoding: str) -> None:
    body = b" " * (64 * MIB)
    for name in encodings_of(encoding):
        body = PACK[name](body)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        unpack(body, encoding, limit=MIB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * MIB  # zstd asks for its window, 8 MiB


def test_a_bomb_inside_is_bounded_even_if_little_comes_out() -> None:
    inner = gzip.compress(b"") * 400_000  # 8 MB of members that hold nothing
    with pytest.raises(TooLarge):
        unpack(gzip.compress(inner), "gzip, gzip", limit=MIB)


def test_zstd_may_not_ask_for_a_huge_window() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    body = packer.compress(bytes(1000)) + packer.compress(b" " * (200 * 1024), zstd.ZstdCompressor.FLUSH_FRAME)
    with pytest.raises(BadEncoding):
        unpack(body, "zstd")
