"""The gate drops pages before they are extracted, and nothing that is relevant."""

import gzip
import json
import pickle
from collections import defaultdict
from itertools import islice
from pathlib import Path

import pytest
from classification_samples import article, shared_classifier, shared_file, shared_gate

from blockwire.config.rules.loading import load_trials
from blockwire.schemas import Article
from blockwire.transforms.classification.gate import Gate, cheap_text
from blockwire.transforms.classification.labels import Labelled, read_labels
from blockwire.transforms.classification.news_evaluation import measure_news, read_news
from blockwire.transforms.classification.trials import sample
from blockwire.transforms.text.language import detect_language

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


FOREIGN = (
    "Le tribunal, la ville et le ministère : toute la météo, le sport, la culture et les jeux de la région.\n" * 30
)


def _of_examples() -> list[Article]:
    articles = (article(one.title, one.text, one.language) for one in load_trials().examples)
    return [one for one in articles if shared_classifier().classify(one).relevant]


@pytest.mark.parametrize("menu", ["", MENU * 4, FOREIGN], ids=["alone", "behind a menu", "behind a foreign menu"])
def test_what_all_of_a_page_adds_up_to_is_never_less_than_its_article_s_score(menu: str) -> None:
    classifier, articles = shared_classifier(), _of_examples()
    assert len(articles) > 100
    for one in articles:
        decision = shared_gate().adds_up(one.title, f"{menu}{one.text}\n{menu}", {str(one.language)}, 0.5)
        assert decision.score >= classifier.classify(one).score - 1e-9, one.title


def test_a_beginning_is_found_wherever_it_stands_in_a_page() -> None:
    """Rules for title and lead together look at the first four hundred characters of an article: of a page those are menus."""
    first, second = "WhatsApp is down in Kampala.\n", "The election is on Sunday.\n"
    alone = shared_gate().adds_up("Voters wait", first + second, (), 0.5)
    assert any(quote.rule == "lead-unrest" for quote in alone.evidence)
    assert shared_gate().adds_up("Voters wait", MENU * 4 + first + second, (), 0.5).score == pytest.approx(alone.score)
    assert shared_gate().adds_up("Voters wait", first + MENU * 8 + second, (), 0.5).score < alone.score


def _positives() -> list[Labelled]:
    items = []
    for name in ("labels/dev.jsonl", "scenario/articles.jsonl"):
        with shared_file(name).open(encoding="utf-8") as lines:
            items += [one for one in read_labels(lines) if one.relevant]
    return items


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.thorough
def test_it_loses_no_relevant_item_and_drops_most_general_news() -> None:
    """As plain text, and behind the first 1,000 characters of another page of its language: floors on ../shared."""
    gate = shared_gate()
    furniture: dict[str, list[str]] = defaultdict(list)
    for page in islice(read_news(shared_file("articles")), 0, None, 4):
        furniture[detect_language(page.text) or "en"].append(cheap_text(page.html)[:1000])
    lost, behind, short = [], [], []
    positives = _positives()
    for number, item in enumerate(positives):
        others = furniture.get(item.language) or furniture["en"]
        if not gate.passes(item.title, "", item.text).passed:
            lost.append(item.title)
        if not gate.passes(item.title, "", f"{others[number % len(others)]}\n{item.text}").passed:
            behind.append(item.title)
        page = f"{FOREIGN}{item.text}\n{MENU}"
        if not gate.adds_up(item.title, page, {(item.language or "en").partition("-")[0]}, 0.5).passed:
            short.append(item.title)
    assert lost == []
    missed = [
        one.title
        for one in positives
        if not shared_classifier().classify(sample(one.title, one.text, one.language)).relevant
    ]
    assert set(short) <= set(missed)
    assert len(behind) <= 0.005 * len(positives), behind


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.thorough
def test_general_news_is_flagged_seldom_and_mostly_dropped() -> None:
    """At most one false alarm in a hundred, and of real pages with their furniture at most 13 % pass: floors on ../shared."""
    report = measure_news(shared_classifier(), shared_gate(), read_news(shared_file("articles")))
    assert report.pages > 500
    assert len(report.flagged) <= 0.01 * report.pages, report.flagged
    assert report.gate_passed <= 0.13


def test_news_of_a_corpus_is_counted(tmp_path: Path) -> None:
    rows = []
    for number, title in enumerate(("Kenya blocks Telegram", "Rain expected at the weekend", "No reference text")):
        html = f"<html><body><nav>Home</nav><article><h1>{title}</h1><p>{title}.</p></article></body></html>"
        (tmp_path / f"{number}.gz").write_bytes(gzip.compress(html.encode()))
        text = "" if number == 2 else title
        rows.append({"id": str(number), "title": title, "text": text, "file": f"{number}.gz"})
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = measure_news(shared_classifier(), shared_gate(), read_news(tmp_path))
    assert (report.pages, report.gate_passed) == (2, 0.5)
    assert [one.title for one in report.flagged] == ["Kenya blocks Telegram"]
    assert json.dumps(report.as_dict())


def test_a_look_alike_hides_a_word_wherever_in_a_long_text_it_stands() -> None:
    """Beyond the four thousand characters that an article's text is read to it once hid nothing."""
    far = "The valley was quiet. " * 250 + "The ministry said that the block party was on the website of the company."
    near = far[-120:]
    gate = shared_gate()
    assert gate.passes("Weather", "", near).score == pytest.approx(gate.passes("Weather", "", far).score)
