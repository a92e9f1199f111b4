"""Records are narrowed down by what their fields say, and counted as they were before."""

from stores_samples import feed_letter, letter

from blockwire.transforms.browse.asking import LETTER_FACETS, Asked
from blockwire.transforms.browse.sifting import sift


def test_all_facets_have_to_hold_and_any_value_of_each() -> None:
    letters = [letter("a", feed="one"), letter("b", feed="two"), feed_letter("two")]
    both = sift(letters, Asked(chosen={"feed": ("one", "two"), "stage": (letters[0].stage.value,)}), LETTER_FACETS)
    assert both.records == letters[:2]
    assert both.facets["feed"] == [("two", 2), ("one", 1)]
    assert sift(letters, Asked(), LETTER_FACETS).records == letters
    assert sift(letters, Asked(chosen={"feed": ("none",)}), LETTER_FACETS).records == []
