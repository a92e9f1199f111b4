"""Names of services as search terms."""

import pytest

from blockwire.config.rules.loading import load_rules
from blockwire.transforms.text.search_names import SearchNames
from blockwire.transforms.text.search_terms import query_terms


@pytest.fixture(scope="module")
def names() -> SearchNames:
    return SearchNames(load_rules(None))


@pytest.mark.parametrize(
    ("words", "service"),
    [
        ("Telegram", "telegram"),
        ("Телеграма", "telegram"),
        ("تلگرام", "telegram"),
        ("تلغرام", "telegram"),
        ("电报", "telegram"),
        ("واتس‌اپ", "whatsapp"),
        ("ватсапу", "whatsapp"),
    ],
)
def test_a_service_is_found_by_its_name_in_any_script(names: SearchNames, words: str, service: str) -> None:
    there = f" {names.terms([service])} "
    for term in query_terms(words):
        assert any(f" {form} " in there for form in term.forms)


def test_unknown_services_have_no_names(names: SearchNames) -> None:
    assert names.terms(["no-such-service"]) == ""


def test_signs_of_patterns_are_no_part_of_a_name(names: SearchNames) -> None:
    every = names.terms(names._services)
    assert not set("~*=") & set(every)
