"""What it costs to judge an article, beside what it costs to extract it."""

import gzip
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from statistics import median
from typing import Final, TypeVar

import trafilatura

from bench.figures import Figure, Setting
from bench.shared_data import shared
from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Article
from blockwire.schemas.ids import article_id
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate, cheap_text
from blockwire.transforms.http.charset import decode_html

T = TypeVar("T")
PAGES: Final = 50


def measure(setting: Setting) -> list[Figure]:
    """CPU milliseconds an article of each step, in this process, over the same pages."""
    folder = setting.corpus or shared("articles", "html")
    files = sorted((*folder.glob("*.html.gz"), *folder.glob("*.html")))
    chosen = files[:: max(1, len(files) // PAGES)][:PAGES]
    pages = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in chosen]
    articles = [_article(number, page) for number, page in enumerate(pages)]
    rules = load_rules()
    classifier, gate = Classifier(rules), Gate(rules)
    extracting, judging, looking = [], [], []
    for _ in range(setting.runs):
        extracting.append(_each_ms(trafilatura.bare_extraction, pages))
        judging.append(_each_ms(classifier.classify, articles))
        looking.append(_each_ms(lambda page: gate.passes("", "", cheap_text(decode_html(page, None))), pages))
    return [
        Figure("trafilatura", median(extracting), "CPU ms a page"),
        Figure("the classifier", median(judging), "CPU ms an article"),
        Figure("a first look", median(looking), "CPU ms a page"),
        Figure("articles judged while one is extracted", median(extracting) / median(judging)),
        Figure("first looks while one is extracted", median(extracting) / median(looking)),
    ]


def _each_ms(work: Callable[[T], object], given: Iterable[T]) -> float:
    begun, count = time.process_time(), 0
    for one in given:
        work(one)
        count += 1
    return 1000 * (time.process_time() - begun) / count


def _article(number: int, page: bytes) -> Article:
    text = trafilatura.extract(page) or ""
    url = f"https://bench.example/{number}"
    return Article(
        id=article_id(url),
        entry_id=article_id(url),
        feed_id="bench",
        url=url,
        fetched_url=url,
        title=text[:80],
        text=text,
        extractor="bench",
        fetched=datetime.now(UTC),
    )
