"""Contents as plain text, HTML and Markdown. Whatever the news says, it stays text: markup, direction and mentions are defused."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Final
from urllib.parse import quote

from blockwire.transforms.alerts.contents import Content, Fact, Link, Quote

_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
"""First strong isolate: a text keeps its direction to itself (Unicode Standard Annex 9)."""

_WORD_JOINER: Final = "\u2060"
_MENTION: Final = re.compile(r"[@!](?=everyone|here|channel|all|room|subteam)|<(?=[!@#])", re.IGNORECASE)
"""What chat services take for a call to everybody."""

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#|~^])")
"""Signs that mean something within a line (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""

_SEPARATOR: Final = "— " * 20


def safe_url(url: str) -> str | None:
    """The address if a browser may be sent there, with all signs escaped that could end it; else None."""
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return quote(url, safe="%:/?#[]$&'*+,;=~-._")


def one_line(title: str) -> str:
    """A title that calls nobody."""
    return _defused(title)


def as_text(contents: Sequence[Content], reference: str) -> str:
    """Plain text. ``reference`` is the key by which receivers can tell repeats; it stands at the end."""
    return f"\n{_SEPARATOR.strip()}\n\n".join(map(_text, contents)) + f"\nReference: {reference}\n"


def _text(content: Content) -> str:
    lines = [_defused(content.title), ""]
    for section in content.sections:
        lines += [section.heading, *(f"  {_text_entry(entry)}" for entry in section.entries), ""]
    return "\n".join(lines)


def _text_entry(entry: Fact | Quote | Link) -> str:
    match entry:
        case Fact():
            return f"{entry.label}: {_defused(entry.value)}"
        case Quote():
            return f"“{_isolated(entry.text)}”{_note(entry.credit, _isolated)}"
        case Link():
            return f"{_isolated(entry.text)}{_note(entry.notes, _isolated)}\n    {safe_url(entry.url) or ''}".rstrip()


def as_html(contents: Sequence[Content], reference: str) -> str:
    """A fragment of HTML without scripts, styles or pictures, with the reference at the end."""
    return "\n<hr>\n".join(map(_html, contents)) + f"\n<p>Reference: {escape(reference)}</p>"


def _html(content: Content) -> str:
    parts = [f"<h2>{_html_text(content.title)}</h2>"]
    for section in content.sections:
        entries = "\n".join(f"<li>{html_entry(entry)}</li>" for entry in section.entries)
        parts.append(f"<h3>{escape(section.heading)}</h3>\n<ul>\n{entries}\n</ul>")
    return "\n".join(parts)


def html_entry(entry: Fact | Quote | Link) -> str:
    """An entry as HTML that may stand within a paragraph."""
    match entry:
        case Fact():
            return f"<b>{escape(entry.label)}:</b> {_html_text(entry.value)}"
        case Quote():
            return f"<q{_language(entry.language)}>{_html_text(entry.text)}</q>{_note(entry.credit, _html_isolated)}"
        case Link():
            url = safe_url(entry.url)
            text = f"<bdi{_language(entry.language)}>{_html_text(entry.text)}</bdi>"
            linked = f'<a href="{escape(url)}" rel="noreferrer">{text}</a>' if url else text
            return f"{linked}{_note(entry.notes, _html_isolated)}"


def _html_isolated(text: str) -> str:
    return f"<bdi>{_html_text(text)}</bdi>"


def _html_text(text: str) -> str:
    return escape(_defused(text))


def _language(tag: str | None) -> str:
    return f' lang="{escape(tag)}" dir="auto"' if tag else ' dir="auto"'


def as_markdown(contents: Sequence[Content], reference: str) -> str:
    """CommonMark without HTML, with the reference at the end."""
    return "\n---\n\n".join(map(_markdown, contents)) + f"\nReference: {markdown_text(reference)}\n"


def _markdown(content: Content) -> str:
    lines = [f"## {markdown_text(content.title)}", ""]
    for section in content.sections:
        lines += [f"### {section.heading}", "", *(f"- {markdown_entry(entry)}" for entry in section.entries), ""]
    return "\n".join(lines)


def markdown_entry(entry: Fact | Quote | Link) -> str:
    """An entry in a line of Markdown."""
    match entry:
        case Fact():
            return f"**{entry.label}:** {markdown_text(entry.value)}"
        case Quote():
            return f"“{_markdown_isolated(entry.text)}”{_note(entry.credit, _markdown_isolated)}"
        case Link():
            url = safe_url(entry.url)
            text = _markdown_isolated(entry.text)
            linked = f"[{text}]({url})" if url else text
            return f"{linked}{_note(entry.notes, _markdown_isolated)}"


def markdown_text(text: str) -> str:
    """A text with every sign escaped that means something in Markdown or calls somebody."""
    return _MARKDOWN.sub(r"\\\1", _defused(text).replace("&", "&amp;"))


def _markdown_isolated(text: str) -> str:
    return f"{_ISOLATE}{markdown_text(text)}{_END_ISOLATE}"


def _note(parts: Sequence[str], isolated: Callable[[str], str]) -> str:
    """What stands in brackets behind an entry. Each part has its own direction: a name in Persian does not turn the date behind it."""
    return f" ({', '.join(map(isolated, parts))})" if parts else ""


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{_defused(text)}{_END_ISOLATE}"


def _defused(text: str) -> str:
    """The text with a joint that nobody sees in what would call everybody in a chat."""
    return _MENTION.sub(lambda found: found.group() + _WORD_JOINER, text)
