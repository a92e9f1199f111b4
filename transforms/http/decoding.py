"""Decompresses a body while it streams, within bounds.

No decoder is ever asked for more than ``PIECE`` bytes at once, and each stage of a nested encoding counts what it gives out: a
bomb costs its bound, not its size.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 64 * 1024
"""Bytes that are decompressed in one go."""
MAX_ENCODINGS = 2
"""Encodings on top of each other; more have no honest use."""
ZSTD_WINDOW_LOG = 23
"""RFC 9659: 8 MiB is the largest window on the web."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WBITS = zlib.MAX_WBITS + 16
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}


class BadEncoding(Exception):
    """The body is not what its Content-Encoding says, or the encoding is unknown. The message is a sentence."""


class Incomplete(Exception):
    """The compressed data ends too early."""


class TooLarge(Exception):
    """A stage gave out more than the limit."""


class _Stage(Protocol):
    """One decompressor."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the data decompresses to, in pieces."""
        ...

    def finish(self) -> None:
        """Raises Incomplete unless the stream ended as it should."""
        ...


def encodings_of(header: str | None) -> list[str]:
    """The encodings of a Content-Encoding header, in the order of their application.

    Raises:
        BadEncoding: for an unknown one, or more than two.
    """
    names = [name.strip().lower() for name in (header or "").split(",")]
    names = [name for name in names if name not in ("", "identity", "none", "utf-8")]
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        raise BadEncoding(f"the Content-Encoding {unknown[0][:80]!r} is not gzip, deflate, br or zstd")
    if len(names) > MAX_ENCODINGS:
        raise BadEncoding(f"the body has {len(names)} encodings on top of each other, more than {MAX_ENCODINGS}")
    return [_NAMES[name] for name in names]


class BodyDecoder:
    """Takes a body apart as it comes. A gzip file without a label is unpacked, and a label on plain data is ignored.

    Args:
        encodings: as ``encodings_of`` gave them.
        limit: bytes that each stage may give out.
    """

    def __init__(self, encodings: list[str], limit: int) -> None:
        self._stages = [_Bounded(_STAGES[name](), limit) for name in reversed(encodings or ["gzip"])]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded pieces of some more of the body.

        Raises:
            BadEncoding, TooLarge: see there.
        """
        yield from self._through(0, data)

    def _through(self, stage: int, data: bytes) -> Iterator[bytes]:
        if stage == len(self._stages):
            yield data
            return
        for piece in self._stages[stage].feed(data):
            yield from self._through(stage + 1, piece)

    def finish(self) -> None:
        """Call it at the end of the body.

        Raises:
            Incomplete: the compressed data was cut.
        """
        for stage in self._stages:
            stage.finish()


class _Bounded:
    def __init__(self, stage: _Stage, limit: int) -> None:
        self._stage = stage
        self._left = limit
        self.finish = stage.finish

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._stage.feed(data):
            self._left -= len(piece)
            if self._left < 0:
                raise TooLarge
            yield piece


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        return


class _Zlib:
    """A raw or wrapped deflate stream, or gzip with any number of members."""

    def __init__(self, wbits: int, name: str) -> None:
        self._wbits = wbits
        self._name = name
        self._stream = zlib.decompressobj(wbits)
        self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._ended:
            try:
                piece = self._stream.decompress(data, PIECE)
            except zlib.error as error:
                raise BadEncoding(f"the body is no valid {self._name}: {error}") from error
            if piece:
                yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                # What follows the end and is no further member is padding, and ignored as browsers do.
                if self._wbits == _GZIP_WBITS and data.startswith(_GZIP_MAGIC):
                    self._stream = zlib.decompressobj(self._wbits)
                else:
                    self._ended = True
            elif not data and len(piece) < PIECE:
                return

    def finish(self) -> None:
        if not self._stream.eof:
            raise Incomplete


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            try:
                piece = self._stream.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise BadEncoding(f"the body is no valid brotli: {error}") from error
            if not piece:
                return
            yield piece
            data = b""

    def finish(self) -> None:
        if not self._stream.is_finished():
            raise Incomplete


class _Zstd:
    def __init__(self) -> None:
        self._stream = self._new()

    @staticmethod
    def _new() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._stream.needs_input or self._stream.eof):
            if self._stream.eof:  # a further frame
                self._stream = self._new()
            try:
                piece = self._stream.decompress(data, PIECE)
            except zstd.ZstdError as error:
                raise BadEncoding(f"the body is no valid zstd: {error}") from error
            if piece:
                yield piece
            data = self._stream.unused_data if self._stream.eof else b""

    def finish(self) -> None:
        if not self._stream.eof:
            raise Incomplete


class _Sniffing:
    """Looks at the first bytes, then hands everything to the decoder they call for."""

    needs = 1

    def __init__(self) -> None:
        self._head = b""
        self._stage: _Stage | None = None

    def choose(self, head: bytes) -> _Stage:
        raise NotImplementedError

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stage is None:
            self._head += data
            if len(self._head) < self.needs:
                return
            self._stage, data = self.choose(self._head), self._head
        yield from self._stage.feed(data)

    def finish(self) -> None:
        if self._stage is not None:
            self._stage.finish()
        elif self._head:
            raise Incomplete


class _Gzip(_Sniffing):
    """Gzip, or plain data under a label that a proxy left behind. No text begins with the byte 1F."""

    def choose(self, head: bytes) -> _Stage:
        return _Zlib(_GZIP_WBITS, "gzip") if head.startswith(_GZIP_MAGIC[:1]) else _Plain()


class _Deflate(_Sniffing):
    """Servers send both zlib's format, as RFC 9110 says, and the raw one."""

    needs = 2

    def choose(self, head: bytes) -> _Stage:
        wrapped = head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0
        return _Zlib(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, "deflate")


_STAGES: dict[str, Callable[[], _Stage]] = {"gzip": _Gzip, "deflate": _Deflate, "br": _Brotli, "zstd": _Zstd}
