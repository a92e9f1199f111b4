"""Keeps the counts of a round, or of a minute of a stream, where the settings say, for Prometheus."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from blockwire.config.settings import Settings
from blockwire.pipelines.feed_health import feed_rows
from blockwire.schemas import Feed
from blockwire.transforms.exposition import Standing, write_metrics
from blockwire.transforms.metrics import Counts
from blockwire.transforms.stores.contract import Store

log = logging.getLogger(__name__)


def keep_metrics(
    settings: Settings, feeds: Sequence[Feed], store: Store, counts: Counts, started: datetime, finished: datetime
) -> None:
    """Adds what was counted between two times to the metrics file, if the settings name one. A file that cannot be written is told of, and no failure of the round."""
    file = settings.metrics_file
    if file is None:
        return
    rows = feed_rows(feeds, store.feed_states(), started, settings.polling)
    conditions = Counter((feed.kind.value, health.condition.value) for feed, _, health in rows if feed.enabled)
    try:
        write_metrics(file, Standing(counts, conditions, started, finished))
    except OSError as error:
        log.warning("metrics are not written to %s: %s; check the folder and its permissions", file, error.strerror)
