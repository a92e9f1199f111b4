"""Logs on standard error: plain lines for people, one JSON object a line for machines."""

import logging
import sys
import warnings

from pythonjsonlogger.json import JsonFormatter

QUIET = ("apache_beam", "trafilatura", "htmldate", "courlan", "elastic_transport", "charset_normalizer", "asyncio")
"""Libraries whose remarks mean nothing to who runs a round; they are heard at ``--log-level debug``."""


def configure_logs(form: str, level: str) -> None:
    """Sets the root logger up.

    Args:
        form: ``text`` or ``json``.
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        names = {"asctime": "@timestamp", "levelname": "log.level", "name": "log.logger"}
        handler.setFormatter(
            JsonFormatter(
                "%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names, json_ensure_ascii=False
            )
        )
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    if level != "debug":
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", category=DeprecationWarning)


def quieten_import_of_beam() -> None:
    """Imports Beam without the warning on cloud extras that its import logs at the root."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    import apache_beam.options.pipeline_options  # noqa: F401

    root.setLevel(level)
