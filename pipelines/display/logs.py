"""Logs on standard error: plain lines for people, one JSON object a line for machines."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

OURS = ("blockwire", "py.warnings", "__main__")
"""Whose remarks a person hears; those of libraries are for ``--log-level debug``."""


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
    if level != "debug":
        # By name and not by level: Beam logs at the root logger, while it is imported, and errors that we tell ourselves.
        handler.addFilter(lambda record: record.name.partition(".")[0] in OURS)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=level == "debug")
