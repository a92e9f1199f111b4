"""Large values inside DoFns, cheap to send."""

import pickle
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Packed(Generic[T]):
    """A value that crosses to workers as few bytes, and is made there only when it is needed.

    Beam pickles each DoFn and compresses it with bzip2 several times while a job is set up; with the rules and the catalogue
    in them that took a second of each round, though most rounds need neither.
    """

    content: bytes

    @classmethod
    def of(cls, value: T) -> "Packed[T]":
        """Packs a value that can be pickled."""
        return cls(zlib.compress(pickle.dumps(value), level=1))

    def unpacked(self) -> T:
        """The value, made anew."""
        value: T = pickle.loads(zlib.decompress(self.content))  # noqa: S301 - packed by ourselves, as Beam does with the DoFn around it
        return value

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        number = next((number for number, one in _staying.items() if one.content is self.content), None)
        return (Packed, (self.content,)) if number is None else (_staying_one, (number,))


_staying: dict[int, Packed[Any]] = {}
_numbers = count()


@contextmanager
def staying(packed: Packed[Any]) -> Iterator[None]:
    """Until it is left, a value is pickled as a number: for a job whose steps all run in this process."""
    number = next(_numbers)
    _staying[number] = packed
    try:
        yield
    finally:
        del _staying[number]


def _staying_one(number: int) -> Packed[Any]:
    return _staying[number]
