"""The one result convention: what went well, and dead letters."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import apache_beam as beam

from blockwire.schemas import DeadLetter, FeedEntry, PageKind, Stage
from blockwire.schemas.ids import dead_letter_id
from blockwire.schemas.policies import blockwire_version

MESSAGE_CHARS = 2000
SAMPLE_CHARS = 4000


class Result(NamedTuple):
    """The outputs of a transform that can fail."""

    good: Any
    """PCollection of what it makes."""
    dead: Any
    """PCollection[DeadLetter]"""


def bury(
    entry: FeedEntry,
    stage: Stage,
    reason: str,
    message: str,
    *,
    now: datetime,
    url: str | None = None,
    page_kind: PageKind | None = None,
    sample: str = "",
    retry_at: datetime | None = None,
) -> DeadLetter:
    """The dead letter of an entry that failed at a stage."""
    return DeadLetter(
        id=dead_letter_id(entry.id),
        stage=stage,
        reason=reason,
        message=message[:MESSAGE_CHARS],
        feed_id=entry.feed_id,
        url=url or entry.url,
        entry=entry,
        page_kind=page_kind,
        sample=sample[:SAMPLE_CHARS],
        first_failed=now,
        last_failed=now,
        retry_at=retry_at,
        blockwire_version=blockwire_version(),
    )


def attempt(
    label: str,
    do_fn: beam.DoFn,
    *,
    expected: tuple[type[Exception], ...],
    made: type,
    dead_letter: Callable[[Any, str, str], DeadLetter],
) -> Callable[[Any], Result]:
    """Applies a DoFn; elements on which it raises one of the expected exceptions become dead letters.

    Args:
        label: the step's name.
        do_fn: what to apply.
        expected: the exceptions that bad input can cause. All others are bugs and end the pipeline.
        made: the type of what the DoFn yields.
        dead_letter: makes a dead letter of an element, the exception's name and its text.
    """

    def apply(elements: Any) -> Result:
        good, bad = elements | label >> beam.ParDo(do_fn).with_exception_handling(exc_class=expected).with_output_types(
            made
        )
        dead = bad | f"{label}: dead letters" >> beam.Map(_describe, dead_letter).with_output_types(DeadLetter)
        return Result(good, dead)

    return apply


def _describe(failed: Any, dead_letter: Callable[[Any, str, str], DeadLetter]) -> DeadLetter:
    element, (kind, text, _traceback) = failed
    return dead_letter(element, kind.__name__, text)
