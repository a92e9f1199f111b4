"""The news web of a scenario, as it was at a time."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby

from blockwire.config.demo.outlets import DemoOutlet
from blockwire.pipelines.demo.pages import Published
from blockwire.pipelines.demo.server import NewsWeb
from blockwire.pipelines.replay.scenario import Scenario

Schedule = Mapping[tuple[str, str], datetime]
"""When each article, by outlet and path, appears in its outlet's feed."""

_APART = timedelta(minutes=10)
"""Between two articles of a shuffled day."""


class ScenarioWeb(NewsWeb):
    """Serves what has appeared until ``now``, which is moved on from outside.

    Args:
        scenario: outlets and articles.
        schedule: when each article appears.
        now: the time; before the first article there is nothing.
    """

    def __init__(self, scenario: Scenario, schedule: Schedule, now: datetime) -> None:
        super().__init__(scenario.outlets)
        self._published = scenario.published
        self._schedule = schedule
        self.now = now

    def published(self, outlet: DemoOutlet) -> list[Published]:
        """Until now, the newest first."""
        some = self._published[outlet.id]
        return [each for each in some if self._schedule[outlet.id, each.article.path] <= self.now]

    def beside(self, outlet: DemoOutlet, shown: Published) -> list[Published]:
        """What was published until then, whenever the page is asked for: its text is the same in every replay."""
        return [each for each in self._published[outlet.id] if each.at <= shown.at]


def on_time(scenario: Scenario) -> Schedule:
    """Every article appears when it is published."""
    return {(outlet, each.article.path): each.at for outlet, some in scenario.published.items() for each in some}


def shuffled(scenario: Scenario, seed: int) -> Schedule:
    """The articles of each day appear after it, one after the other, in any order."""
    chance = random.Random(seed)
    schedule: dict[tuple[str, str], datetime] = {}
    by_time = sorted(on_time(scenario).items(), key=lambda one: (one[1], one[0]))
    for day, some in groupby(by_time, key=lambda one: one[1].date()):
        keys = [key for key, _ in some]
        chance.shuffle(keys)
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=by_time[0][1].tzinfo) + timedelta(days=1)
        schedule |= {key: midnight + number * _APART for number, key in enumerate(keys)}
    return schedule
