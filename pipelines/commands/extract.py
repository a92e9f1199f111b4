"""``blockwire extract``: what is taken from a page, what is dropped, and why."""

import json
from dataclasses import asdict

import click

from blockwire.pipelines.commands.reading import examine_source
from blockwire.pipelines.commands.shared import allow_address_option, settings_of
from blockwire.pipelines.display.extraction import show_article, show_extraction_explanation
from blockwire.schemas import Article
from blockwire.transforms.extraction.article import Examination
from blockwire.transforms.extraction.explanation import explain

EPILOG = """\b
Examples:
  blockwire extract https://example.org/news/1
  blockwire extract page.html --all
  blockwire extract page.html --text
  curl -s https://example.org/news/1 | blockwire extract - --format json

Exit status 1 where the page is no article.
"""


@click.command("extract", epilog=EPILOG, short_help="Show what is taken from a page, and why.")
@click.argument("source", metavar="URL|FILE|-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="json and jsonl: the article with its explanation, indented or in one line.",
)
@click.option("--text", "text_only", is_flag=True, help="Title and text only.")
@click.option("--all", "everything", is_flag=True, help="Also the lines far from the article: menus, lists, footers.")
@allow_address_option
@click.pass_context
def extract_command(
    ctx: click.Context, source: str, form: str, text_only: bool, everything: bool, allow_addresses: tuple[str, ...]
) -> int:
    """Shows the article in a page: each line that was taken and each that was dropped with the reason, where title, dates and
    authors come from, and what extracted it. Of a page that is no article, what it is instead and why.
    """
    settings = settings_of(ctx, {"fetch.allow_addresses": allow_addresses})
    examination = examine_source(source, settings)
    if form != "text":
        click.echo(json.dumps(_record(examination), ensure_ascii=False, indent=2 if form == "json" else None))
    elif text_only and isinstance(examination.made, Article):
        show_article(examination.made)
    else:
        show_extraction_explanation(explain(examination), everything=everything)
    return 0 if isinstance(examination.made, Article) else 1


def _record(examination: Examination) -> dict[str, object]:
    """The article's fields and ``explanation``; of another page ``page_kind``, ``reason``, ``sample`` and ``explanation``."""
    made = examination.made
    explanation = asdict(explain(examination))
    if isinstance(made, Article):
        return made.model_dump(mode="json") | {"explanation": explanation}
    return {"page_kind": made.kind, "reason": made.reason, "sample": made.sample, "explanation": explanation}
