"""What every record has in common."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A time with a zone, kept in UTC."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A deterministic id: 128 bits of SHA-256 in hexadecimal (see ``ids``)."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
"""A name that people chose: of a feed, a service, an agency, a rule."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, and EU for the European Union."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")]
"""ISO 639, with the script where it matters: ``zh-Hant``."""


class Record(BaseModel):
    """A frozen, strict record. Read it back with ``model_validate_json``: JSON has no times or tuples of its own."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", validate_default=True, use_attribute_docstrings=True
    )
