"""A live line on how far a round is, where somebody watches."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from blockwire.transforms import progress

REFRESH_S = 0.2


@contextmanager
def show_progress(feeds: int, retries: int, *, wanted: bool) -> Iterator[None]:
    """Shows bars for feeds and entries while the block runs, on a terminal; else nothing.

    Args:
        feeds: feeds to poll.
        retries: entries to try again.
        wanted: whether to show anything at all.
    """
    console = Console(stderr=True)
    if not (wanted and console.is_terminal and sys.stderr.isatty()):
        yield
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        bars.add_task("feeds", total=feeds, note="")
        bars.add_task("entries", total=retries, note="")
        stop = threading.Event()
        painter = threading.Thread(target=_paint, args=(bars, stop), daemon=True)
        painter.start()
        try:
            yield
        finally:
            stop.set()
            painter.join()


def _paint(bars: Progress, stop: threading.Event) -> None:
    feeds, entries = bars.task_ids
    while not stop.wait(REFRESH_S):
        done = progress.snapshot()
        bars.update(feeds, completed=done.get("feeds", 0))
        note = f"{done.get('items', 0)} items, {done.get('dead_letters', 0)} dead letters"
        bars.update(entries, total=done.get("entries", 0), completed=done.get("ended", 0), note=note)


@contextmanager
def counting(what: str, *, wanted: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar for work that tells how much of how much is done, on a terminal; else None, and nothing is shown."""
    console = Console(stderr=True)
    if not (wanted and console.is_terminal):
        yield None
        return
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console) as bars:
        task = bars.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield tell
