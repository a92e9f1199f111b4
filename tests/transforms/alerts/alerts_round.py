"""A round of alerts in a process of its own, to be killed before its n-th write. Run as a program with its arguments as JSON."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alerts_samples import NOON

from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.alerts.outbox import send_alerts
from blockwire.transforms.stores.alert_contract import AlertStore
from blockwire.transforms.stores.event_contract import EventStore
from blockwire.transforms.stores.sqlite import SqliteStore


class Fuse:
    """Burns down with each write."""

    def __init__(self, lives: int) -> None:
        self.lives = lives

    def burn(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Watched:
    """A part of a store whose named methods burn the fuse before they do anything."""

    def __init__(self, real: object, fuse: Fuse, writes: Sequence[str]) -> None:
        self._real = real
        self._fuse = fuse
        self._writes = writes

    def __getattr__(self, name: str) -> Any:
        if name in self._writes:
            self._fuse.burn()
        return getattr(self._real, name)


class DyingStore(SqliteStore):
    """Kills its process before its n-th write about alerts."""

    def __init__(self, path: Path, lives: int) -> None:
        super().__init__(path)
        self.fuse = Fuse(lives)

    @property
    def events(self) -> EventStore:
        return _Watched(super().events, self.fuse, ("decided",))  # type: ignore[return-value]

    @property
    def alerts(self) -> AlertStore:
        return _Watched(super().alerts, self.fuse, ("add", "put", "channel_since"))  # type: ignore[return-value]

    def put_feed_dead_letters(self, letters: Any, recovered: Any) -> None:
        self.fuse.burn()
        super().put_feed_dead_letters(letters, recovered)


def main() -> None:
    given = json.loads(sys.argv[1])
    policy = AlertPolicy.model_validate_json(given["policy"])
    with DyingStore(Path(given["store"]), given["lives"]) as store:
        send_alerts(store, policy, NOON)
        sys.stdout.write(f"{store.fuse.lives}\n")


if __name__ == "__main__":
    main()
