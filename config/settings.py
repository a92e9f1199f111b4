"""The settings: one frozen object from a TOML file, environment variables and flags."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from blockwire.config.errors import ConfigurationError
from blockwire.config.expectations import expected
from blockwire.config.layers import Known, Layer, environment_layer, file_layer, flag_layer
from blockwire.config.masking import MASK
from blockwire.config.networks import EXPECTED as NETWORK_EXPECTED
from blockwire.config.networks import is_network
from blockwire.schemas.alerting import AlertPolicy
from blockwire.schemas.policies import (
    ElasticsearchAccess,
    ExtractionPolicy,
    FetchPolicy,
    PollPolicy,
    RetryPolicy,
    SecondOpinionPolicy,
)

DEFAULT_FILE = "blockwire.toml"
FILE_VARIABLE = "BLOCKWIRE_CONFIG"

_STORE_EXPECTED = "sqlite:///PATH, http://HOST:PORT or https://HOST:PORT"
_ADDRESS_EXPECTED = "an address that starts with http:// or https://"


class Settings(BaseSettings):
    """Everything that can be chosen. Made by ``load_settings``; made directly it takes its arguments alone."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    store: str = "sqlite:///blockwire.sqlite"
    """Where everything is kept: ``sqlite:///PATH`` (relative to where the command runs; ``sqlite:////PATH`` is absolute) or the
    ``http(s)://`` address of an Elasticsearch."""
    feeds: Path | None = None
    """The feed list, in the catalogue's form or OPML; the catalogue that comes with blockwire where it is not set."""
    rules: Path | None = None
    """A folder of classification rules; those that come with blockwire where it is not set."""
    archive: Path | None = None
    """A folder that keeps every page and feed that led to an item, as WARC files; nothing is kept where it is not set."""
    metrics_file: Path | None = None
    """Where each round adds its counts, in Prometheus' text format; nowhere where it is not set."""
    fetch: FetchPolicy = FetchPolicy()
    polling: PollPolicy = PollPolicy()
    extraction: ExtractionPolicy = ExtractionPolicy()
    retry: RetryPolicy = RetryPolicy()
    elasticsearch: ElasticsearchAccess = ElasticsearchAccess()
    alerts: AlertPolicy = AlertPolicy()
    second_opinion: SecondOpinionPolicy = SecondOpinionPolicy()

    @field_validator("store")
    @classmethod
    def _is_store(cls, store: str) -> str:
        parts = urlsplit(store)
        is_file = parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1
        if not is_file and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise PydanticCustomError("store", "not a store", {"expected": _STORE_EXPECTED})
        return store

    @field_validator("fetch")
    @classmethod
    def _is_fetchable(cls, fetch: FetchPolicy) -> FetchPolicy:
        for network in fetch.allow_addresses:
            if not is_network(network):
                context = {"expected": NETWORK_EXPECTED, "key": "allow_addresses", "value": network}
                raise PydanticCustomError("network", "not a network", context)
        if not fetch.contact_url.startswith(("http://", "https://", "mailto:")):
            context = {"expected": f"{_ADDRESS_EXPECTED} or mailto:", "key": "contact_url", "value": fetch.contact_url}
            raise PydanticCustomError("contact", "not an address", context)
        return fetch

    @field_validator("polling")
    @classmethod
    def _is_ordered(cls, polling: PollPolicy) -> PollPolicy:
        for name in ("newswire_floor_s", "floor_s", "backoff_base_s"):
            floor = getattr(polling, name)
            if floor > polling.ceiling_s:
                context = {"expected": f"at most ceiling_s, {polling.ceiling_s:g}", "key": name, "value": floor}
                raise PydanticCustomError("order", "above the ceiling", context)
        return polling

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The arguments alone: nothing is read behind the caller's back."""
        return (init_settings,)


def setting_fields(model: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Known:
    """Every setting, by the names that lead to it, in order of declaration."""
    found: dict[tuple[str, ...], FieldInfo] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found.update(setting_fields(kind, (*path, name)))
        else:
            found[(*path, name)] = field
    return found


def settings_file(given: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read: the given one, else that of ``BLOCKWIRE_CONFIG``, else ``blockwire.toml`` here, else none."""
    if given is not None:
        return given
    if environ.get(FILE_VARIABLE):
        return Path(environ[FILE_VARIABLE])
    default = Path(DEFAULT_FILE)
    return default if default.exists() else None


def load_settings(
    file: Path | None, overrides: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> Settings:
    """Reads the settings: flags win over environment variables, these over the file, the file over the defaults.

    Args:
        file: the TOML file; None looks for it as ``settings_file`` says.
        overrides: the flags, nested or by dotted name (``{"fetch.concurrency": 8}``); None means not given.
        environ: the environment, where it is not this process's.

    Raises:
        ConfigurationError: at the first mistake, with its place.
    """
    environ = os.environ if environ is None else environ
    known = setting_fields()
    layers = [flag_layer(overrides, known), environment_layer(environ, known)]
    found = settings_file(file, environ)
    if found is not None:
        layers.append(file_layer(found, known))
    try:
        return _joined(layers)
    except ValidationError as error:
        raise _explained(error.errors()[0], layers) from error


def _joined(layers: Sequence[Layer]) -> Settings:
    """Joins layers, the strongest first, setting by setting."""

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(settings_cls, init_kwargs=layer.values) for layer in layers)

    # The class of this call ends with it: what leaves must be picklable.
    return Settings.model_construct(**dict(Layered()))


def _explained(error: ErrorDetails, layers: Sequence[Layer]) -> ConfigurationError:
    """The error with the place of the value: of the strongest layer that says something about the setting."""
    context = error.get("ctx", {})
    path = tuple(part for part in error["loc"] if isinstance(part, str))
    if "key" in context:
        path = (*path, str(context["key"]))
    path = next(known for known in sorted(setting_fields(), key=len, reverse=True) if path[: len(known)] == known)
    # What stands at a name that does not exist may be anything, a secret too.
    value = MASK if error["type"] == "extra_forbidden" else context.get("value", error["input"])
    for layer in layers:
        if layer.holds(path):
            return layer.error(path, value, expected(error), "correct it", within=error["loc"][len(path) :])
    # A default that another setting has made impossible.
    return ConfigurationError(None, None, ".".join(path), value, expected(error), "set it too")
