"""The gate drops pages before they are extracted, and nothing that is relevant."""

import gzip
import json
import pickle
from collections import defaultdict

import pytest
from classification_samples import shared_classifier, shared_file, shared_gate
from resiliparse.extract.html2text import extract_plain_text

from blockwire.transforms.classification.gate import Gate
from blockwire.transforms.classification.labels import Labelled, read_labels

MENU = "Home News Sport Business Culture Weather Contact Subscribe Share Most read Cookies Privacy policy Imprint\n" * 8


def test_it_passes_what_is_relevant_wherever_the_page_says_it() -> None:
    said = "The regulator ordered providers to block the news website."
    for title, summary, text in ((said, "", ""), ("Today", said, ""), ("Today", "", MENU + said)):
        decision = shared_gate().passes(title, summary, text)
        assert decision.passed, (title, summary)
        assert any(quote.rule == "block-site" for quote in decision.evidence)


def test_it_drops_other_news_and_says_who_dropped_it() -> None:
    decision = shared_gate().passes("Goalkeeper blocks penalty", "Fans were delighted.", MENU)
    assert not decision.passed
    assert decision.score < 0.05
    assert decision.rules_version == shared_classifier().rules.version + ".gate"


def test_what_speaks_against_relevance_does_not_close_it() -> None:
    """Menus name sport and films on every page."""
    title = "Ministry has videos of the protest removed"
    plain = shared_gate().passes(title, "", "")
    assert shared_gate().passes(title, "", "football league film cinema discount").score == pytest.approx(plain.score)


def test_it_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(shared_gate()))
    assert isinstance(sent, Gate)
    assert sent.passes("Kenya blocks Telegram", "", "").passed


def _positives() -> list[Labelled]:
    items = []
    for name in ("labels/dev.jsonl", "scenario/articles.jsonl"):
        with shared_file(name).open(encoding="utf-8") as lines:
            items += [one for one in read_labels(lines) if one.relevant]
    return items


def _pages() -> list[tuple[str, str, str]]:
    """Title, cheap text and language of general news pages."""
    folder = shared_file("articles")
    pages = []
    for line in (folder / "articles.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if row.get("text"):
            html = gzip.decompress((folder / row["file"]).read_bytes()).decode("utf-8", "replace")
            pages.append((row["title"] or "", extract_plain_text(html, main_content=True), row["language"] or "en"))
    return pages


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.thorough
def test_it_loses_no_relevant_item_and_drops_most_general_news() -> None:
    """As plain text, and behind the first 1,000 characters of another page of its language: floors on ../shared."""
    pages = _pages()
    gate = shared_gate()
    furniture: dict[str, list[str]] = defaultdict(list)
    for _, text, language in pages:
        furniture[language].append(text[:1000])
    lost, behind = [], []
    positives = _positives()
    for number, item in enumerate(positives):
        others = furniture.get(item.language) or furniture["en"]
        if not gate.passes(item.title, "", item.text).passed:
            lost.append(item.title)
        if not gate.passes(item.title, "", f"{others[number % len(others)]}\n{item.text}").passed:
            behind.append(item.title)
    assert lost == []
    assert len(behind) <= 0.005 * len(positives), behind
    passed = sum(gate.passes(title, "", text).passed for title, text, _ in pages)
    assert passed <= 0.13 * len(pages)
