"""``blockwire classify``: the decision about one article."""

import click

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.reading import read_article
from blockwire.pipelines.commands.shared import allow_address_option, format_option, settings_of
from blockwire.pipelines.display.explanation import show_explanation, show_verdict
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.explanation import explain
from blockwire.transforms.extraction.messages import NotArticle

EPILOG = """\b
Examples:
  blockwire classify https://example.org/news/1
  blockwire classify --explain page.html
  echo "Роскомнадзор заблокировал мессенджер Signal" | blockwire classify -
  blockwire classify article.txt --format json        the title in the first line
"""


@click.command("classify", epilog=EPILOG, short_help="Decide about an article.")
@click.argument("source", metavar="URL|FILE|-")
@click.option("--explain", "explained", is_flag=True, help="Show what added up to the score, and every quote.")
@format_option("text", "json")
@allow_address_option
@click.pass_context
def classify_command(
    ctx: click.Context, source: str, explained: bool, form: str, allow_addresses: tuple[str, ...]
) -> int:
    """Decides whether an article is about internet censorship, and says what it tells.

    SOURCE is an address, a file with a page or with text, or - for standard input.
    """
    settings = settings_of(ctx, {"fetch.allow_addresses": allow_addresses})
    made = read_article(source, settings)
    if isinstance(made, NotArticle):
        click.echo(f"No article: {made.kind.value.replace('_', ' ')}: {made.reason}", err=True)
        return 1
    rules = load_rules(settings.rules)
    decision = Classifier(rules).classify(made)
    if form == "json":
        click.echo(decision.model_dump_json(indent=2))
    else:
        show = show_explanation if explained else show_verdict
        show(explain(made, decision, rules))
    return 0
