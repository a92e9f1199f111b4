"""Large values inside DoFns, cheap to send."""

import pickle
import zlib
from dataclasses import dataclass
from typing import Generic, TypeVar

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
