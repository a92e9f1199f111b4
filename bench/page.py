"""The page and the picture that ``python -m bench --json`` leaves."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure

MARK: Final = "<!-- figures: python -m bench writes what follows -->"
HEAD: Final = "# Benchmarks\n\n"

WIDTH, LABEL, BAR, ROW = 860, 400, 300, 26
MOST: Final = 2.0
"""A bar is no longer than twice its line."""
STYLE: Final = """
text{font:13px sans-serif;fill:#1f2328}.value{font-weight:600}.bar{fill:#2f81f7}.missed{fill:#d1570a}.line{stroke:#59636e;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#58a6ff}.missed{fill:#f0883e}.line{stroke:#9198a1}}
"""


def write_page(kept: Mapping[str, Any], page: Path) -> None:
    """Writes the figures into a page behind its mark, what stands before it stays; and a picture beside it.

    Args:
        kept: the content of the JSON file.
        page: of Markdown; the picture has its name with ``.svg``.
    """
    words = page.read_text("utf-8").partition(MARK)[0] if page.exists() else HEAD
    picture = page.with_suffix(".svg")
    parts = "\n".join(_part(part) for part in kept.values())
    page.write_text(f"{words}{MARK}\n\n![Each promise beside what was measured]({picture.name})\n\n{parts}", "utf-8")
    picture.write_text(draw([Figure(**one) for part in kept.values() for one in part["figures"]]), "utf-8")


def _part(part: Mapping[str, Any]) -> str:
    title = part["title"]
    rows = "".join(
        f"| {figure.name} | {figure.shown} | {figure.line} |\n" for figure in (Figure(**one) for one in part["figures"])
    )
    told = f"{part['measured']}, {part['cores']} cores, load {part['load']}, median of {part['runs']}"
    return f"## {title[0].upper()}{title[1:]}\n\n{told}.\n\n| | measured | line |\n| --- | --- | --- |\n{rows}"


def draw(figures: list[Figure]) -> str:
    """An SVG with a bar for each figure that has a line: how far it is, with the line in the same place for all."""
    drawn = [(figure, figure.margin) for figure in figures if figure.margin is not None]
    height = ROW * (len(drawn) + 1)
    at = LABEL + BAR / MOST
    rows = []
    for number, (figure, margin) in enumerate(drawn, start=1):
        y = ROW * number
        length = BAR * min(margin, MOST) / MOST
        kind = "bar" if margin >= 1 else "bar missed"
        rows.append(
            f'<text x="{LABEL - 10}" y="{y + 16}" text-anchor="end">{escape(figure.name)}</text>'
            f'<rect class="{kind}" x="{LABEL}" y="{y + 4}" width="{length:.1f}" height="{ROW - 10}" rx="2"/>'
            f'<text class="value" x="{LABEL + length + 8:.1f}" y="{y + 16}">{escape(figure.shown)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 6}" role="img">'
        f"<title>Each promise beside what was measured</title><style>{STYLE}</style>"
        f'<text x="{at}" y="16" text-anchor="middle">promised</text>'
        f'<line class="line" x1="{at}" x2="{at}" y1="22" y2="{height}"/>{"".join(rows)}</svg>\n'
    )
