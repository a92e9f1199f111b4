"""All checks of an installation, in order, over what the settings name. Nothing is changed, and no feed or channel is contacted."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apache_beam.options.pipeline_options import StandardOptions

from blockwire.config.catalogue import load_feeds
from blockwire.config.elasticsearch.loading import load_languages, load_lifecycles, load_mappings
from blockwire.config.errors import ConfigurationError
from blockwire.config.rules.loading import RulesError, load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.feed_health import attention, feed_rows, troubled
from blockwire.pipelines.options import beam_options
from blockwire.schemas import AlertState, Feed
from blockwire.transforms.checkup.channels import check_channels
from blockwire.transforms.checkup.finding import Finding, Grade
from blockwire.transforms.checkup.machine import check_clock, check_disk, check_installation
from blockwire.transforms.checkup.rounds import ROUNDS_LOOKED_AT, check_outbox, check_rounds
from blockwire.transforms.checkup.runners import check_runner
from blockwire.transforms.checkup.sqlite_file import check_sqlite
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import Store, StoreConfig, StoreError
from blockwire.transforms.stores.opening import client_access, sqlite_path

_GIVEN_UP_WITHIN = timedelta(days=7)
_TROUBLED_SHARE = 0.2
_USED_ONLY_IF_OK = ("store", "tables", "indices")
"""Where one of these is not, opening the store would fail or change it."""


def check_up(settings: Settings, store: StoreConfig, max_age: timedelta) -> Iterator[Finding]:
    """What there is to say, as it is found out.

    Args:
        settings: in force.
        store: the one that they name.
        max_age: of the last round; an older one is a failure.
    """
    now = datetime.now(UTC)
    yield check_installation()
    yield check_runner(beam_options([]).view_as(StandardOptions).runner, Path.home())
    feeds, findings = _catalogue(settings)
    yield from findings
    clocks: dict[str, datetime] = {}
    usable = True
    for finding in _store(settings, clocks):
        usable &= finding.about not in _USED_ONLY_IF_OK or finding.grade is Grade.OK
        yield finding
    yield check_clock(clocks, datetime.now(UTC))
    if usable:
        try:
            with store.open() as opened:
                yield from _life(settings, opened, feeds, now, max_age)
        except StoreError as error:
            yield Finding("store", Grade.FAIL, str(error))
    yield from check_channels(settings.alerts, os.environ)


def _catalogue(settings: Settings) -> tuple[Sequence[Feed], list[Finding]]:
    try:
        feeds = load_feeds(settings.feeds)
        rules = load_rules(settings.rules)
    except (ConfigurationError, RulesError) as error:
        return (), [Finding("configuration", Grade.FAIL, str(error), "correct it there")]
    enabled = sum(feed.enabled for feed in feeds)
    told = f"{enabled} of {len(feeds)} feeds are enabled; rules {rules.version}"
    if not enabled:
        return feeds, [Finding("configuration", Grade.FAIL, told, "enable one, or add one: blockwire feeds add URL")]
    return feeds, [Finding("configuration", Grade.OK, told)]


def _store(settings: Settings, clocks: dict[str, datetime]) -> Iterator[Finding]:
    """The store and the disk beside it; also puts down what the server's clock says."""
    if settings.store.startswith("sqlite:"):
        path = sqlite_path(settings.store)
        yield check_disk(path.parent)
        yield from check_sqlite(path)
        return
    yield check_disk(Path.cwd())
    # The client takes half a second, which SQLite need not spend.
    from blockwire.transforms.checkup.elasticsearch_server import check_elasticsearch, server_time
    from blockwire.transforms.elasticsearch.access import Address
    from blockwire.transforms.elasticsearch.connection import connect
    from blockwire.transforms.stores.elasticsearch_setup import Wanted

    address = Address.parse(settings.store)
    try:
        connection = connect(address.access(client_access(settings.elasticsearch)), patience_s=0)
    except StoreError as error:
        yield Finding("store", Grade.FAIL, str(error))
        return
    try:
        wanted = Wanted(address.prefix, load_mappings(), load_lifecycles(), load_languages())
        yield from check_elasticsearch(connection, wanted)
        if (told := server_time(connection)) is not None:
            clocks["the server's"] = told
    finally:
        connection.close()


def _life(
    settings: Settings, store: Store, feeds: Sequence[Feed], now: datetime, max_age: timedelta
) -> Iterator[Finding]:
    yield from check_rounds(store.rounds(ROUNDS_LOOKED_AT), now, max_age)
    rows = feed_rows(feeds, store.feed_states(), now, settings.polling)
    bad, polled = len(troubled(rows)), sum(state is not None for _, state, _ in rows)
    told = f"{bad} of {polled} polled feeds are in trouble"
    if bad > polled * _TROUBLED_SHARE:
        yield Finding("feeds", Grade.WARN, "; ".join([told, *attention(rows)]), "blockwire feeds status --failing")
    else:
        yield Finding("feeds", Grade.OK, told)
    given_up = AlertQuery(states=(AlertState.GIVEN_UP,), since=now - _GIVEN_UP_WITHIN)
    waiting = AlertQuery(states=(AlertState.PENDING,))
    yield check_outbox(list(store.alerts.find(waiting)), list(store.alerts.find(given_up)), now)
