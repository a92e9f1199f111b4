"""``blockwire extract``: what is taken from a page."""

import json

import click
from rich.console import Console
from rich.text import Text

from blockwire.pipelines.commands.reading import read_article
from blockwire.pipelines.commands.shared import allow_address_option, settings_of
from blockwire.transforms.extraction.page_kinds import NotArticle

EPILOG = """\b
Examples:
  blockwire extract https://example.org/news/1
  blockwire extract page.html
  curl -s https://example.org/news/1 | blockwire extract - --format json
"""


@click.command("extract", epilog=EPILOG, short_help="Show what is taken from a page.")
@click.argument("source", metavar="URL|FILE|-")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@allow_address_option
@click.pass_context
def extract_command(ctx: click.Context, source: str, form: str, allow_addresses: tuple[str, ...]) -> int:
    """Shows the article in a page, or says what the page is instead (exit status 1)."""
    settings = settings_of(ctx, {"fetch.allow_addresses": allow_addresses})
    made = read_article(source, settings)
    if isinstance(made, NotArticle):
        _show_other(made, form)
        return 1
    if form == "json":
        click.echo(made.model_dump_json(indent=2))
        return 0
    console = Console()
    console.print(Text(made.title, style="bold"))
    for name in ("url", "published", "modified", "authors", "language", "site_name", "image", "page_kind", "extractor"):
        value = getattr(made, name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        console.print(Text(f"{name.replace('_', ' '):<10} ", style="dim").append(shown))
    console.print(Text(f"\n{made.text}"))
    return 0


def _show_other(made: NotArticle, form: str) -> None:
    if form == "json":
        click.echo(
            json.dumps({"page_kind": made.kind, "reason": made.reason, "sample": made.sample}, ensure_ascii=False)
        )
    else:
        click.echo(f"No article: {made.kind.value.replace('_', ' ')}: {made.reason}", err=True)
