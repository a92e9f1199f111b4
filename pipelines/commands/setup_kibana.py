"""``blockwire setup kibana``: searches, dashboards and rules for analysts."""

import asyncio
import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

import click

from blockwire.config.kibana.dashboard_bodies import dashboard_bodies
from blockwire.config.kibana.loading import load_kibana
from blockwire.config.kibana.rule_bodies import rule_bodies
from blockwire.config.kibana.saved_objects import charts_and_dashboards, ndjson, searches, tag_and_views
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import settings_of, store_option
from blockwire.pipelines.display.steps import show_steps
from blockwire.transforms.elasticsearch.access import DEFAULT_PREFIX, Access, Address, Secret
from blockwire.transforms.kibana.client import DEFAULT_SPACE, Kibana, KibanaError
from blockwire.transforms.kibana.importing import Content, bring
from blockwire.transforms.stores.elasticsearch_setup import Step
from blockwire.transforms.stores.opening import client_access, masked

EPILOG = """\b
Examples:
  blockwire setup kibana --url http://localhost:5601 --dry-run                     what would be done
  blockwire setup kibana --url https://kibana:5601 --api-key-file kibana-key       into the default space
  blockwire setup kibana --url https://kibana:5601 --user ada --password-file pw --space desk
  blockwire setup kibana --print ndjson > blockwire.ndjson                         to import by hand
"""


def _checked_url(_ctx: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_server = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0  # or it is no number
    except ValueError:
        is_server = False
    if not is_server or parts.username or parts.query:
        raise click.BadParameter(f"expected http(s)://HOST:PORT without a user, not {masked(url)!r}")
    return url


def _checked_space(_ctx: click.Context, _parameter: click.Parameter, space: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]+", space):
        raise click.BadParameter(f"expected small letters, digits, - and _, not {space!r}")
    return space


@click.command("kibana", epilog=EPILOG, short_help="Searches, dashboards and alert rules for Kibana.")
@click.option(
    "--url",
    metavar="URL",
    callback=_checked_url,
    help="Where Kibana is: http(s)://HOST:PORT, with its base path if it has one.",
)
@click.option(
    "--space",
    default=DEFAULT_SPACE,
    callback=_checked_space,
    show_default=True,
    help="The space to bring it into; made if missing.",
)
@click.option("--user", help="Who asks. [the user, key or token of the settings for Elasticsearch]")
@click.option("--password-file", type=click.Path(dir_okay=False), help="A file that holds the user's password.")
@click.option("--api-key-file", type=click.Path(dir_okay=False), help="A file that holds an API key.")
@click.option("--ca-file", type=click.Path(dir_okay=False), help="Certificates to trust besides the system's.")
@store_option
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would be done.")
@click.option(
    "--print",
    "printed",
    type=click.Choice(["ndjson", "dashboards", "rules"]),
    help="Print instead: saved objects for an import, bodies for the dashboards API, bodies for the alerting API.",
)
@click.pass_context
def kibana_command(
    ctx: click.Context,
    url: str | None,
    space: str,
    user: str | None,
    password_file: str | None,
    api_key_file: str | None,
    ca_file: str | None,
    store: str | None,
    dry_run: bool,
    printed: str | None,
) -> None:
    """Brings data views, saved searches, dashboards and alert rules into a Kibana, 8 or newer.

    They look at the indices of the store's prefix. Done twice, it brings them up to date; what people made besides stays.
    """
    settings = settings_of(ctx, {"store": store})
    address = _address(settings)
    content = _content(address.prefix if address else DEFAULT_PREFIX, space)
    if printed:
        click.echo(_shown(content, printed), nl=False)
        return
    if url is None:
        raise click.UsageError("Say where Kibana is with --url, or what to show with --print.")
    known = _known(settings, address)
    access = _access(known, url, user=user, password_file=password_file, api_key_file=api_key_file, ca_file=ca_file)
    try:
        show_steps(asyncio.run(_steps(access, space, content, dry_run)), dry_run=dry_run)
    except KibanaError as error:
        raise click.ClickException(str(error)) from error


def _content(prefix: str, space: str) -> Content:
    wire = load_kibana()
    return Content(
        objects=[*tag_and_views(wire, prefix), *searches(wire, prefix)],
        older_objects=list(charts_and_dashboards(wire, prefix)),
        dashboards=dashboard_bodies(wire, prefix),
        rules=rule_bodies(wire, prefix, space),
    )


def _shown(content: Content, what: str) -> str:
    if what == "ndjson":
        return ndjson([*content.objects, *content.older_objects])
    bodies = content.dashboards if what == "dashboards" else content.rules
    return json.dumps(bodies, ensure_ascii=False, indent=2) + "\n"


def _address(settings: Settings) -> Address | None:
    """The store's, where it is an Elasticsearch."""
    try:
        return Address.parse(settings.store) if settings.store.startswith("http") else None
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error


def _known(settings: Settings, address: Address | None) -> Access:
    """Who we are to the Elasticsearch behind Kibana, which knows its users."""
    known = client_access(settings.elasticsearch)
    if address is None or address.user is None:
        return known
    return replace(known, user=address.user, password=address.password or known.password, api_key=None, bearer=None)


def _access(
    known: Access,
    url: str,
    *,
    user: str | None,
    password_file: str | None,
    api_key_file: str | None,
    ca_file: str | None,
) -> Access:
    """How to reach Kibana: as who the flags say, else as who we are known to be."""
    if (user is None) != (password_file is None):
        raise click.UsageError("--user and --password-file go together.")
    if user and api_key_file:
        raise click.UsageError("Give --user or --api-key-file, not both.")
    ca_file = ca_file or known.ca_file
    if user:
        return Access(hosts=(url,), user=user, password=Secret(file=password_file), ca_file=ca_file)
    if api_key_file:
        return Access(hosts=(url,), api_key=Secret(file=api_key_file), ca_file=ca_file)
    # A fingerprint is of Elasticsearch's certificate; Kibana has its own.
    return replace(known, hosts=(url,), cloud_id=None, ca_file=ca_file, ca_fingerprint=None)


async def _steps(access: Access, space: str, content: Content, dry_run: bool) -> list[Step]:
    async with Kibana(access, space) as kibana:
        return [step async for step in bring(kibana, content, dry_run=dry_run)]
