"""Values that are sent with steps: as bytes, or as a number where they stay in the process."""

import pickle
import subprocess
import sys

from command_line import environment

from blockwire.transforms.packed import Packed, staying

VALUE = {"words": [f"blocked {number}" for number in range(1_000)]}


def test_it_is_made_anew_wherever_it_is_sent() -> None:
    sent = pickle.dumps(Packed.of(VALUE))
    unpack = "import pickle, sys; print(len(pickle.load(sys.stdin.buffer).unpacked()['words']))"
    told = subprocess.run(
        [sys.executable, "-c", unpack], input=sent, env=environment(), capture_output=True, check=True
    )
    assert told.stdout == b"1000\n"


def test_what_stays_is_sent_as_a_number() -> None:
    packed, other = Packed.of(VALUE), Packed.of(["another"])
    with staying(packed):
        short = pickle.dumps(packed)
        again = pickle.loads(short)
        assert again is packed
        assert pickle.dumps(again) == short
        assert len(short) < 100 < len(packed.content)
        assert pickle.loads(pickle.dumps(other)).unpacked() == ["another"]
    assert packed.content in pickle.dumps(packed)
