"""A list of two-line entries that reads well on a narrow terminal."""

from rich.table import Table


def listing() -> Table:
    """A table without lines: on the left what identifies an entry, on the right what it says, two lines each."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    return table
