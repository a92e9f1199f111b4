"""Names of countries come from data that other modules read too."""

import subprocess
import sys

import pytest
from classification_samples import article, shared_classifier
from command_line import environment


def test_reading_the_names_leaves_the_shared_data_whole() -> None:
    """Babel keeps what it loads for the whole process: a part of a language, kept so, once broke the reading of dates."""
    program = (
        "from blockwire.transforms.classification.countries import country_names; country_names();"
        "from blockwire.transforms.feeds.dates import read_date; print(read_date('2 сентября 2025'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("2025-09-02")


@pytest.mark.parametrize(
    ("language", "title", "country"),
    [
        ("en", "Equatorial Guinea shuts down the internet", "GQ"),
        ("en", "Papua New Guinea blocks Facebook", "PG"),
        ("en", "Democratic Republic of the Congo shuts down the internet", "CD"),
        ("ru", "В Южном Судане заблокировали Facebook", "SS"),
        ("ru", "В Объединённых Арабских Эмиратах заблокировали Telegram", "AE"),
        ("uk", "У Центральноафриканській Республіці вимкнули інтернет", "CF"),
        ("zh", "印度尼西亚封锁TikTok", "ID"),
    ],
)
def test_the_longest_name_is_the_country(language: str, title: str, country: str) -> None:
    """``Guinea`` in ``Equatorial Guinea`` is no second one; names of several words are inflected word by word."""
    assert shared_classifier().classify(article(title, "", language)).countries == (country,)


def test_an_island_is_not_iceland() -> None:
    """Names of countries in one language are ordinary words of another."""
    assert shared_classifier().classify(article("The island blocks Facebook", "", "en")).countries == ()
