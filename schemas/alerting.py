"""What people choose about alerts: rules, and the channels they lead to. The settings fill them in."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, PositiveFloat, field_validator, model_validator
from pydantic_core import PydanticCustomError

from blockwire.schemas.base import CountryCode, LanguageTag, Record, Slug
from blockwire.schemas.taxonomy import Measure, Severity

_CLOCK: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"

ClockTime = Annotated[str, Field(pattern=rf"^{_CLOCK}$")]
"""A time of day: ``08:00``."""

_BY_URL: Final = ("apprise", "webhook")


class _Chosen(Record):
    """A record that people write: TOML has no enums, tuples or paths of its own."""

    model_config = ConfigDict(strict=False)


class AlertRule(_Chosen):
    """Which news goes where, and when. All conditions have to hold; an empty one always does."""

    id: Slug
    channels: tuple[Slug, ...] = ()
    """Ids of channels; all of them where empty."""
    severity: Severity = Severity.ALERT
    """The lowest. An event that was this severe once stays within the rule: its end is told too."""
    countries: tuple[CountryCode, ...] = ()
    """Where people are affected, or who orders."""
    services: tuple[str, ...] = ()
    """Targets of the event: service ids, domains, or ``internet``."""
    measures: tuple[Measure, ...] = ()
    languages: tuple[LanguageTag, ...] = ()
    """Languages of the articles about the event."""
    sources: tuple[Slug, ...] = ()
    """Owners of the sources that reported it."""
    when: Literal["at_once", "hourly", "daily"] = "at_once"
    """``hourly`` and ``daily`` gather what there is into one message."""
    daily_at: ClockTime = "08:00"
    quiet: Annotated[str, Field(pattern=rf"^{_CLOCK}-{_CLOCK}$")] | None = None
    """Hours without messages, as ``22:00-07:00``; what came up goes out as one message at their end."""
    critical_breaks_quiet: bool = True
    """Whether critical alerts go out in quiet hours too."""
    time_zone: str = "UTC"
    """Of the times of day: ``Europe/Kyiv``."""
    updates: bool = False
    """Also tell when severity rises or a target is added while the status, told already, stays the same."""

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            context = {"expected": "the name of a time zone, such as Europe/Kyiv", "value": name}
            raise PydanticCustomError("time_zone", "no time zone", context) from error
        return name

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """Beginning and end, by the clock of the rule's time zone."""
        if self.quiet is None:
            return None
        begin, _, end = self.quiet.partition("-")
        return time.fromisoformat(begin), time.fromisoformat(end)


class Channel(_Chosen):
    """Where alerts go. Addresses hold secrets: they come from the environment or from a file of their own."""

    id: Slug
    kind: Literal["apprise", "webhook", "atom", "cap", "jsonl"] = "apprise"
    """``apprise``: any service that has an apprise URL; ``webhook``: the whole alert as JSON by POST; ``atom``, ``cap``, ``jsonl``: files
    that any web server can serve."""
    url_env: str | None = None
    """The environment variable with the address."""
    url_file: Path | None = None
    """The file with the address."""
    path: Path | None = None
    """The file to write; of ``cap``, the folder."""
    format: Literal["text", "html", "markdown"] = "text"
    """The form of messages by apprise; services that cannot show it get it converted."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    """The longest that one message may take."""
    keep: Annotated[int, Field(ge=1, le=10_000)] = 200
    """How many alerts an Atom feed or a CAP folder holds."""
    link: str | None = None
    """Where the Atom feed or the CAP folder can be found on the web."""
    sender: Annotated[str, Field(pattern=r"^[^\s,<&]+$")] = "blockwire"
    """Who speaks in CAP messages: a domain or an address of mail, without spaces and commas."""

    @property
    def is_file(self) -> bool:
        """Whether alerts are written and not sent."""
        return self.kind not in _BY_URL

    @model_validator(mode="before")
    @classmethod
    def _holds_no_secret(cls, given: Any) -> Any:
        if isinstance(given, dict) and "url" in given:
            expected = "url_env, the name of an environment variable, or url_file, the path of a file with the address"
            raise PydanticCustomError("secret", "a secret", {"expected": expected, "value": "***"})
        return given

    @field_validator("url_env")
    @classmethod
    def _is_variable(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"(?!BLOCKWIRE_)[A-Za-z_][A-Za-z0-9_]*", name):
            # It may well be the address itself.
            expected = "the name of an environment variable that does not begin with BLOCKWIRE_, such as DESK_URL"
            raise PydanticCustomError("variable", "no name", {"expected": expected, "value": "***"})
        return name

    @model_validator(mode="after")
    def _is_addressed(self) -> Self:
        given = [name for name in ("url_env", "url_file", "path") if getattr(self, name) is not None]
        wanted = ("path",) if self.is_file else ("url_env", "url_file")
        if len(given) != 1 or given[0] not in wanted:
            context = {
                "expected": f"{' or '.join(wanted)} for the kind {self.kind}",
                "value": f"{self.id} with {', '.join(given) or 'none of them'}",
            }
            raise PydanticCustomError("address", "not addressed", context)
        return self


class AlertPolicy(_Chosen):
    """Who is told of what: see docs/alerts.md."""

    channels: tuple[Channel, ...] = ()
    """Where alerts go."""
    rules: tuple[AlertRule, ...] = ()
    """What goes there; where there are none, severity alert and above at once to every channel."""
    max_age_hours: PositiveFloat = 168.0
    """News that was published longer ago fires no alert."""
    lookback_hours: PositiveFloat = 24.0
    """How long before a channel was first known news may have been published to reach it."""
    attempts: Annotated[int, Field(ge=1, le=50)] = 8
    """How often a message is tried by itself. After that it is a dead letter."""
    base_s: PositiveFloat = 120.0
    """The pause before the second attempt; it doubles with each, up to six hours."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        ids = [channel.id for channel in self.channels]
        for key, names in (("channels", ids), ("rules", [rule.id for rule in self.rules])):
            if repeated := next((name for name in names if names.count(name) > 1), None):
                raise _refusal(key, f"{key} with ids of their own", repeated)
        files = [str(channel.path) for channel in self.channels if channel.path]
        if shared := next((file for file in files if files.count(file) > 1), None):
            raise _refusal("channels", "channels with files of their own", shared)
        for rule in self.rules:
            if unknown := next((name for name in rule.channels if name not in ids), None):
                raise _refusal("rules", f"channels that exist ({', '.join(ids) or 'there are none'})", unknown)
        return self

    @property
    def rules_in_force(self) -> tuple[AlertRule, ...]:
        """The rules; the default one where there are none."""
        return self.rules or (AlertRule(id="default"),)


def _refusal(key: str, expected: str, value: str) -> PydanticCustomError:
    return PydanticCustomError("alerts", "does not fit", {"expected": expected, "key": key, "value": value})
