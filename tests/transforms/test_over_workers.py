"""What is handed out to an engine's workers comes through whole."""

from eager import eagerly
from test_stream_steps import Shout

from blockwire.transforms.over_workers import OverWorkers


def initial(word: str) -> str:
    return word[0]


def test_all_comes_through_as_often_as_it_came() -> None:
    words = ["apple", "birch", "ash", "beech", "ash", "cedar"]
    assert sorted(eagerly(OverWorkers(initial)(Shout()), words)) == sorted(word.upper() for word in words)
