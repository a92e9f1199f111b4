"""The figures of an evaluation, as tables."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.transforms.classification.evaluation import Report
from blockwire.transforms.classification.metrics import Counts
from blockwire.transforms.classification.news_evaluation import NewsReport
from blockwire.transforms.extraction.evaluation import ExtractionReport, SystemReport
from blockwire.transforms.extraction.shingles import TextScore
from blockwire.transforms.feeds.evaluation import FeedsReport

REASONS_SHOWN = 15
"""The rest is for machines."""


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number == 0 else "right")
    return table


def show_feeds_report(report: FeedsReport) -> None:
    """Prints what was read of a corpus of feeds, and which expectations do not hold."""
    console = Console()
    figures = report.as_dict()
    table = Table(show_header=False)
    table.add_row("files", f"{figures['files']:,}")
    live = f"{figures['live_with_entries']} of {figures['live_files']}"
    table.add_row("live captures that hold a feed and gave entries", f"{live} ({report.live_share:.1%})")
    table.add_row("raised", str(len(report.raised)))
    table.add_row("refused, by reason", _pairs(figures["errors"]))
    table.add_row("read by", _pairs(figures["readers"]))
    for name in ("entries", "dates", "titles", "links"):
        table.add_row(name, f"{figures[name]:,}")
    table.add_row("expectations that hold", f"{figures['checks_held']:,} of {figures['checks']:,}")
    table.add_row("entries per CPU second, live", f"{figures['live_entries_per_cpu_s']:,}")
    console.print(table)
    passed = _table("Expectations passed over, and why", "reason", "claims")
    reasons = list(figures["passed_over"].items())
    for reason, count in reasons[:REASONS_SHOWN]:
        passed.add_row(Text(reason), f"{count:,}")
    console.print(passed)
    if len(reasons) > REASONS_SHOWN:
        rest = sum(count for _, count in reasons[REASONS_SHOWN:])
        console.print(f"and {len(reasons) - REASONS_SHOWN} more reasons for {rest:,} claims: --json lists them all")


def _pairs(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"


def show_extraction(report: ExtractionReport) -> None:
    """Prints both systems beside each other."""
    console = Console()
    table = _table(f"Extraction of {report.pages:,} pages", "", "blockwire", "trafilatura")
    ours, theirs = report.blockwire, report.trafilatura
    for name, one, other in (
        ("gold: shingle F1", ours.gold.f1, theirs.gold.f1),
        ("gold: precision", ours.gold.precision, theirs.gold.precision),
        ("gold: recall", ours.gold.recall, theirs.gold.recall),
        ("gold: mean page F1", ours.gold.page_f1, theirs.gold.page_f1),
        ("regression tiers: F1", ours.regression.f1, theirs.regression.f1),
        ("segments kept", ours.segments_kept, theirs.segments_kept),
        ("segments kept out", ours.segments_clean, theirs.segments_clean),
        ("dates right", ours.dates.right, theirs.dates.right),
        ("dates wrong", ours.dates.wrong, theirs.dates.wrong),
        ("titles right", ours.title_accuracy, theirs.title_accuracy),
    ):
        table.add_row(name, f"{one:.3f}", f"{other:.3f}")
    table.add_row("languages right", _maybe(ours.language_accuracy), _maybe(theirs.language_accuracy))
    table.add_row("pages per CPU second", f"{ours.pages_per_cpu_second:.1f}", f"{theirs.pages_per_cpu_second:.1f}")
    table.add_row("CPU, as a multiple", f"{report.cpu_ratio:.2f}", "1.00")
    console.print(table)
    _show_scores(console, "By language: page F1", ours.by_language, theirs.by_language)
    _show_scores(console, "By source: F1", ours.by_source, theirs.by_source, page=False)
    console.print("Taken for something else: " + _kinds(ours))


def _kinds(system: SystemReport) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in system.not_articles.items()) or "none"


def _maybe(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def _show_scores(
    console: Console, title: str, ours: Mapping[str, TextScore], theirs: Mapping[str, TextScore], *, page: bool = True
) -> None:
    table = _table(title, "", "pages", "blockwire", "trafilatura")
    for name, score in ours.items():
        one, other = (each.page_f1 if page else each.f1 for each in (score, theirs[name]))
        table.add_row(name, str(score.pages), f"{one:.3f}", f"{other:.3f}")
    console.print(table)


def show_classification(report: Report, mistakes: int) -> None:
    """Prints the figures, and explains the first wrong decisions."""
    console = Console()
    table = Table(show_header=False, title=f"{report.n:,} labelled items", title_justify="left")
    overall = report.overall
    for name, value in (
        ("precision", overall.precision),
        ("recall", overall.recall),
        ("F1", overall.f1),
        ("PR-AUC", report.pr_auc),
        ("Brier score", report.brier),
        ("measures, micro F1", report.categories.f1),
        ("countries exact", report.countries_exact),
        ("services exact", report.services_exact),
        ("status right", report.status_right),
        ("gate: recall", report.gate_recall),
        ("gate: irrelevant items passed", report.gate_passed),
    ):
        if value is not None:
            table.add_row(name, f"{value:.3f}")
    table.add_row("documents per second and core", f"{report.documents_per_second:,.0f}")
    table.add_row("rules", report.rules_version)
    console.print(table)
    for title, groups in (
        ("By language", report.by_language),
        ("By difficulty", report.by_difficulty),
        ("Sources of news, the honest figure", {"mainstream": report.mainstream}),
        ("By source", report.by_source),
    ):
        _show_counts(console, title, groups)
    recalls = _table("Recall by measure", "measure", "items", "recall")
    for measure, (items, recall) in report.recall_by_category.items():
        recalls.add_row(measure, str(items), f"{recall:.3f}")
    console.print(recalls)
    for mistake in report.mistakes[:mistakes]:
        head = Text(f"\n{mistake.kind.replace('_', ' ')} ", style="red").append(f"{mistake.score:.2f} ", style="dim")
        console.print(head.append(mistake.title, style="bold"))
        for rule, quote, weight in mistake.because:
            console.print(Text(f"  {weight:+.2f} {rule}: ", style="dim").append(quote))


def show_news(report: NewsReport) -> None:
    """Prints what became of general news, and each page that was flagged."""
    console = Console()
    table = Table(show_header=False, title=f"{report.pages:,} pages of general news", title_justify="left")
    table.add_row("flagged", f"{len(report.flagged)} ({len(report.flagged) / max(1, report.pages):.2%})")
    table.add_row("gate: pages passed", f"{report.gate_passed:.3f}")
    table.add_row("gate: CPU ms a page", f"{report.gate_ms:.1f}, and {report.cheap_text_ms:.1f} for the cheap text")
    console.print(table)
    for one in report.flagged:
        console.print(Text(f"\n{one.score:.2f} ", style="dim").append(one.title, style="bold"))
        for rule in one.rules:
            console.print(Text(f"  {rule}", style="dim"))


def _show_counts(console: Console, title: str, groups: Mapping[str, Counts]) -> None:
    table = _table(title, "", "items", "precision", "recall", "F1")
    for name, counts in groups.items():
        table.add_row(name, str(counts.n), f"{counts.precision:.3f}", f"{counts.recall:.3f}", f"{counts.f1:.3f}")
    console.print(table)
