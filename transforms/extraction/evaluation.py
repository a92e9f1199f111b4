"""How good extraction is on a corpus of pages with references, beside trafilatura alone in the same run.

The corpus is a folder with ``articles.jsonl`` and gzipped pages, as its README describes. Tiers: *gold* has full texts made or
checked by people, *regression* has the texts that other tools keep as expectations, *segments* has strings that must and must not be
in the extraction, *date-only* has a date.
"""

import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from blockwire.schemas import Article, FeedEntry
from blockwire.schemas.ids import entry_id
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction.article import examine_page
from blockwire.transforms.extraction.dates import local_day
from blockwire.transforms.extraction.folds import fold_of
from blockwire.transforms.extraction.metadata import read_metadata
from blockwire.transforms.extraction.paragraph_model import ParagraphModel
from blockwire.transforms.extraction.parsing import parse_html
from blockwire.transforms.extraction.shingles import Overlap, TextScore, overlap, shingles, text_score
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.text.letters import squeeze

UNKNOWN_URL = "https://unknown.invalid/article"


@dataclass(frozen=True)
class Prediction:
    """What was made of one page: a line of the predictions file."""

    id: str
    kind: str
    """``article``, or the kind of page it is taken for instead."""
    title: str
    text: str
    authors: tuple[str, ...]
    date: str | None
    """The day of publication, ISO 8601."""
    language: str | None
    extractor: str


@dataclass(frozen=True)
class DateScore:
    """Shares of the pages with a reference date."""

    pages: int
    right: float
    wrong: float
    missing: float


@dataclass(frozen=True)
class SystemReport:
    """One system's scores."""

    gold: TextScore
    by_language: dict[str, TextScore]
    by_source: dict[str, TextScore]
    regression: TextScore
    segments_kept: float
    """The part of the strings that must be in a text and are."""
    segments_clean: float
    """The part of the strings that must not be in a text and are not."""
    dates: DateScore
    language_accuracy: float | None
    title_accuracy: float
    """The part of the titles that are the reference's but for case, spaces and marks."""
    not_articles: dict[str, int]
    """Pages that were taken for something else, by kind."""
    cpu_seconds: float
    pages_per_cpu_second: float


@dataclass(frozen=True)
class ExtractionReport:
    """What ``evaluate`` found."""

    pages: int
    blockwire: SystemReport
    trafilatura: SystemReport
    predictions: tuple[Prediction, ...] = field(repr=False)

    @property
    def cpu_ratio(self) -> float:
        """CPU time as a multiple of trafilatura's ``bare_extraction`` with metadata."""
        return self.blockwire.cpu_seconds / self.trafilatura.cpu_seconds if self.trafilatura.cpu_seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """Everything but the predictions, in plain values."""
        return {
            "pages": self.pages,
            "cpu_ratio": round(self.cpu_ratio, 3),
            "blockwire": asdict(self.blockwire),
            "trafilatura": asdict(self.trafilatura),
        }


Reference = dict[str, Any]
System = Callable[[bytes, Reference], Prediction]


def evaluate(
    articles_dir: Path,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    models: Sequence[ParagraphModel] = (),
) -> ExtractionReport:
    """Extracts every page of a corpus with both systems and compares.

    Args:
        articles_dir: with ``articles.jsonl`` and the pages it names.
        limit: only so many pages, spread evenly over the corpus; None for all.
        progress: is told how many pages of how many are done.
        models: from ``read_models``: each page is judged by the one that has not seen its site. Else the shipped one judges all.

    Raises:
        FileNotFoundError: where the corpus or a page is not there.
    """
    references = list(_references(articles_dir, limit))
    systems: dict[str, System] = {"blockwire": partial(_by_blockwire, models), "trafilatura": _by_trafilatura}
    predictions: dict[str, list[Prediction]] = {name: [] for name in systems}
    seconds = dict.fromkeys(systems, 0.0)
    if references:
        # What is loaded once for a process (models, word lists) is no page's cost.
        warm_up = gzip.decompress((articles_dir / references[0]["file"]).read_bytes())
        for system in systems.values():
            system(warm_up, references[0])
    for done, reference in enumerate(references, 1):
        body = gzip.decompress((articles_dir / reference["file"]).read_bytes())
        for name, system in systems.items():
            start = time.process_time()
            predictions[name].append(system(body, reference))
            seconds[name] += time.process_time() - start
        if progress is not None:
            progress(done, len(references))
    predictions["blockwire"] = [
        _in_local_time(found, reference, articles_dir)
        for found, reference in zip(predictions["blockwire"], references, strict=True)
    ]
    ours, theirs = (_report(references, predictions[name], seconds[name]) for name in systems)
    return ExtractionReport(len(references), ours, theirs, tuple(predictions["blockwire"]))


def write_predictions(predictions: Iterable[Prediction], file: Path) -> None:
    """Writes JSON Lines, one page a line."""
    with file.open("w", encoding="utf-8") as out:
        for each in predictions:
            out.write(json.dumps(asdict(each), ensure_ascii=False) + "\n")


def _references(folder: Path, limit: int | None) -> Iterator[Reference]:
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    step = len(rows) / limit if limit and limit < len(rows) else 1.0
    for index in range(limit if limit and limit < len(rows) else len(rows)):
        yield rows[int(index * step)]


def _by_blockwire(models: Sequence[ParagraphModel], body: bytes, reference: Reference) -> Prediction:
    url = (reference["url"] or UNKNOWN_URL).strip()
    entry = FeedEntry(
        id=entry_id(canonical_url=url, feed_id="evaluation", guid=None, title="", content=""),
        feed_id="evaluation",
        url=url,
        title="",
    )
    result = examine_page(
        body,
        url=url,
        content_type="text/html",
        entry=entry,
        fetched=datetime.now(UTC),
        policy=ExtractionPolicy(),
        model=models[fold_of(reference)] if models else None,
    ).made
    if not isinstance(result, Article):
        return Prediction(reference["id"], result.kind, "", "", (), None, None, "")
    date = result.published.isoformat() if result.published else None
    return Prediction(
        reference["id"],
        result.page_kind,
        result.title,
        result.text,
        result.authors,
        date,
        result.language,
        result.extractor,
    )


def _in_local_time(found: Prediction, reference: Reference, folder: Path) -> Prediction:
    """References hold the day of the publisher's own time zone; the record holds the moment. Not a part of extraction."""
    if found.date is None:
        return found
    tree = parse_html(decode_html(gzip.decompress((folder / reference["file"]).read_bytes()), "text/html"))
    metadata = read_metadata(tree) if tree is not None else None
    stated, languages = (metadata.published, metadata.declared_languages) if metadata is not None else ((), ())
    day = local_day(datetime.fromisoformat(found.date), stated, reference["url"] or "", languages)
    return replace(found, date=day.isoformat())


def _by_trafilatura(body: bytes, reference: Reference) -> Prediction:
    document = trafilatura.bare_extraction(body, url=reference["url"] or UNKNOWN_URL, with_metadata=True)
    if not isinstance(document, Document):
        return Prediction(reference["id"], "empty", "", "", (), None, None, "trafilatura")
    authors = tuple(name for name in (document.author or "").split("; ") if name)
    return Prediction(
        reference["id"],
        "article",
        document.title or "",
        document.text or "",
        authors,
        document.date,
        document.language,
        "trafilatura",
    )


def _report(references: list[Reference], predictions: list[Prediction], seconds: float) -> SystemReport:
    pairs = list(zip(references, predictions, strict=True))
    overlaps: dict[str, Overlap] = {
        reference["id"]: overlap(shingles(reference["text"]), shingles(found.text))
        for reference, found in pairs
        if reference["text"]
    }

    def score(keep: Callable[[Reference], bool]) -> TextScore:
        return text_score(overlaps[each["id"]] for each in references if each["id"] in overlaps and keep(each))

    languages = sorted({str(each["language"]) for each in references if each["text"]})
    sources = sorted({each["source_repo"] for each in references if each["text"]})
    kept, clean = _segments(pairs)
    kinds: dict[str, int] = defaultdict(int)
    for found in predictions:
        if found.kind not in {"article", "live_blog"}:
            kinds[found.kind] += 1
    return SystemReport(
        gold=score(_is_gold),
        by_language={name: score(_in_language(name)) for name in languages},
        by_source={name: score(_from_source(name)) for name in sources},
        regression=score(lambda each: each["tier"].startswith("regression")),
        segments_kept=kept,
        segments_clean=clean,
        dates=_dates(pairs),
        language_accuracy=_share(
            _language(found.language) == _language(each["language"])
            for each, found in pairs
            if each["text"] and each["language"] and found.language
        ),
        title_accuracy=_share(squeeze(each["title"]) == squeeze(found.title) for each, found in pairs if each["title"])
        or 0.0,
        not_articles=dict(kinds),
        cpu_seconds=round(seconds, 2),
        pages_per_cpu_second=round(len(references) / seconds, 1) if seconds else 0.0,
    )


def _is_gold(reference: Reference) -> bool:
    return bool(reference["tier"].startswith("gold"))


def _in_language(name: str) -> Callable[[Reference], bool]:
    return lambda reference: _is_gold(reference) and str(reference["language"]) == name


def _from_source(name: str) -> Callable[[Reference], bool]:
    return lambda reference: reference["source_repo"] == name


def _share(answers: Iterable[bool]) -> float | None:
    every = list(answers)
    return sum(every) / len(every) if every else None


def _language(tag: str | None) -> str:
    # The corpus does not tell scripts apart.
    return (tag or "").split("-")[0]


def _segments(pairs: list[tuple[Reference, Prediction]]) -> tuple[float, float]:
    wanted, unwanted = [], []
    for reference, found in pairs:
        if reference["tier"] != "segments":
            continue
        text = squeeze(found.text)
        wanted += [squeeze(each) in text for each in reference.get("with") or []]
        unwanted += [squeeze(each) not in text for each in reference.get("without") or []]
    return _share(wanted) or 0.0, _share(unwanted) or 0.0


def _dates(pairs: list[tuple[Reference, Prediction]]) -> DateScore:
    right = wrong = missing = 0
    for reference, found in pairs:
        if not reference["date"]:
            continue
        if found.date is None:
            missing += 1
        elif found.date[:10] == str(reference["date"])[:10]:
            right += 1
        else:
            wrong += 1
    pages = right + wrong + missing
    whole = pages or 1
    return DateScore(pages, right / whole, wrong / whole, missing / whole)
