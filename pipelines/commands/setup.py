"""``blockwire setup``: makes a server ready for the wire."""

import json
from collections.abc import Iterator
from dataclasses import replace

import click

from blockwire.config.elasticsearch.loading import load_languages, load_lifecycles, load_mappings, load_roles
from blockwire.pipelines.commands.setup_kibana import kibana_command
from blockwire.pipelines.commands.shared import settings_of, store_option
from blockwire.pipelines.display.steps import show_steps
from blockwire.transforms.elasticsearch.access import Address
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.stores.elasticsearch_indices import index_name
from blockwire.transforms.stores.elasticsearch_migration import migrate
from blockwire.transforms.stores.elasticsearch_setup import (
    Did,
    Step,
    Wanted,
    available_languages,
    set_up,
    with_languages,
)
from blockwire.transforms.stores.opening import client_access

EPILOG = """\b
Examples:
  blockwire setup elasticsearch --store https://localhost:9200 --dry-run   what would be done
  blockwire setup elasticsearch --store https://localhost:9200 --roles     as a user with the right to do it
  blockwire setup elasticsearch --migrate                                  while rounds and readers go on
  blockwire setup kibana --url https://localhost:5601                      searches, dashboards, alert rules
"""


@click.group("setup", epilog=EPILOG, short_help="Make a server ready for the wire.")
def setup_commands() -> None:
    """Makes a server ready for the wire."""


setup_commands.add_command(kibana_command)


@setup_commands.command("elasticsearch", short_help="Templates, indices, aliases, roles.")
@store_option
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would be done.")
@click.option("--migrate", "migrates", is_flag=True, help="Move indices whose fields have changed to a new version.")
@click.option("--roles", is_flag=True, help="Also make a role for the pipeline and one for readers.")
@click.pass_context
def elasticsearch_command(ctx: click.Context, store: str | None, dry_run: bool, migrates: bool, roles: bool) -> int:
    """Makes or updates templates, indices and aliases, and what else the server has of use: lifecycles, analyzers.

    Done twice, it changes nothing. It needs the rights to manage indices and templates; rounds afterwards need less (--roles).
    """
    settings = settings_of(ctx, {"store": store})
    if not settings.store.startswith("http"):
        raise click.UsageError(f"{settings.store!r} is no Elasticsearch: give its address with --store.")
    try:
        address = Address.parse(settings.store)
        access = address.access(client_access(settings.elasticsearch))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    wanted = Wanted(address.prefix, load_mappings(), load_lifecycles(), load_languages())
    if roles:
        wanted = replace(wanted, roles=load_roles(address.prefix))
    connection = connect(access, patience_s=settings.elasticsearch.patience_s)
    try:
        # A person is told at once that there is no server; later failures are waited for.
        connection.call(lambda client: client.cluster.health(), patience_s=0)
        steps = list(_steps(connection, wanted, migrates=migrates, dry_run=dry_run))
    finally:
        connection.close()
    show_steps(steps, dry_run=dry_run)
    if any(step.did is Did.LEFT_OUT and step.what.startswith("role ") for step in steps):
        click.echo("The roles, for the server's roles.yml:")
        for name, role in wanted.roles.items():
            click.echo(f"{address.prefix}-{name}: {json.dumps(role)}")
    return int(any(step.did is Did.NEEDS_MIGRATION for step in steps))


def _steps(connection: Connection, wanted: Wanted, *, migrates: bool, dry_run: bool) -> Iterator[Step]:
    has_lifecycles = False
    for step in set_up(connection, wanted, dry_run=dry_run):
        has_lifecycles |= step.what.startswith("lifecycle") and step.did is not Did.LEFT_OUT
        if step.did is Did.NEEDS_MIGRATION and migrates and not dry_run and step.kind:
            yield _migration(connection, wanted, step.kind, has_lifecycles)
        else:
            yield step


def _migration(connection: Connection, wanted: Wanted, kind: str, has_lifecycles: bool) -> Step:
    mapping = with_languages(kind, wanted.mappings[kind], available_languages(connection, wanted.languages))
    retired = f"{wanted.prefix}-retired" if has_lifecycles else None
    done = migrate(connection, index_name(wanted.prefix, kind), mapping, retired)
    kept = "was replaced" if done.removed else "is kept, closed for writing"
    told = f"{done.documents:,} documents; writers were held up {done.held_up_s:.1f} s; {done.source} {kept}"
    return Step(f"index {done.target}", Did.MIGRATED, told)
