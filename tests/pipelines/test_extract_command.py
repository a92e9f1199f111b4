"""``blockwire extract`` says what was taken, what was dropped, from where and why."""

import json
from pathlib import Path

import pytest
from command_line import blockwire_process

from blockwire.pipelines.main import run

SENTENCES = [
    f"The regulator of Ruritania ordered provider number {number} to block the messenger, and said that the court had agreed to it."
    for number in range(5)
]
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "Politics", "Economy", "Sport", "Video"))
PAGE = f"""<!doctype html><html lang="en"><head><title>Ruritania blocks the messenger | Today</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-18T09:00:00Z">
<script type="application/ld+json">{{"@type": "NewsArticle", "author": {{"name": "Anna Novak"}}}}</script></head>
<body><nav><ul>{MENU * 3}</ul></nav><article><h1>Ruritania blocks the messenger</h1>
<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>Read also: <a href="/2">How it came to this</a></p>
{"".join(f"<p>{sentence}</p>" for sentence in SENTENCES[2:])}</article><footer>© Today</footer></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    return str(file)


def test_it_shows_what_was_taken_and_dropped_and_why(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fact with its source, each line with its fate, the model's chance and the rule."""
    assert run(["extract", page]) == 0
    out = capsys.readouterr().out
    words = " ".join(out.split())
    assert "article the page says that it is an article" in words
    assert "taken by blockwire paragraphs" in words
    assert "2026-11-18 09:00:00+00:00 (meta article:published_time)" in words
    assert "Anna Novak (JSON-LD author)" in words
    for sentence in SENTENCES:
        assert sentence in words
    assert "Read also: How it came to this pointer to another page" in words
    assert "5 kept" in words
    assert "--all shows them" in words
    assert words.count("Economy") == 1


def test_all_lines_are_shown_on_demand(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The menu too, with how unlikely the model finds it."""
    assert run(["extract", page, "--all"]) == 0
    out = capsys.readouterr().out
    assert "Home  not likely to be the article's" in out
    assert "--all shows them" not in out


def test_text_only(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For reading, and for pipes."""
    assert run(["extract", page, "--text"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out == " ".join(["Ruritania blocks the messenger", *SENTENCES])


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_as_data(page: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The article with the explanation inside; jsonl is one line."""
    assert run(["extract", page, "--format", form]) == 0
    out = capsys.readouterr().out
    record = json.loads(out)
    assert record["text"] == "\n\n".join(SENTENCES)
    assert record["explanation"]["kind"] == "article"
    assert ["title", "Ruritania blocks the messenger", "heading"] in record["explanation"]["facts"]
    dropped = {line["text"]: line["reason"] for line in record["explanation"]["lines"] if not line["kept"]}
    assert dropped["Read also: How it came to this"] == "pointer to another page"
    assert (out.count("\n") == 1) == (form == "jsonl")


@pytest.mark.parametrize("form", ["text", "json"])
def test_another_page_is_named_with_its_reason(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And the exit status is 1."""
    file = tmp_path / "gone.html"
    file.write_text("<html><head><title>404 not found</title></head><body><p>There is no such page.</p></body></html>")
    assert run(["extract", str(file), "--format", form]) == 1
    out = capsys.readouterr().out
    if form == "json":
        assert json.loads(out)["page_kind"] == "soft_404"
    else:
        assert "No article: soft 404: its title says that there is no such page" in " ".join(out.split())


def test_without_a_terminal_there_are_no_colours(page: str, tmp_path: Path) -> None:
    """As a process of its own, into a pipe."""
    done = blockwire_process("extract", page, cwd=tmp_path)
    assert done.status == 0, done.err
    assert "\x1b" not in done.out
    assert SENTENCES[0] in " ".join(done.out.split())


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """A person starts from one."""
    assert run(["extract", "--help"]) == 0
    assert "blockwire extract https://example.org/news/1" in capsys.readouterr().out


def test_plain_text_and_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text file is its own article; a missing file is said in a line."""
    file = tmp_path / "note.txt"
    file.write_text(f"A title\n{SENTENCES[0]}")
    assert run(["extract", str(file)]) == 0
    assert "plain text" in capsys.readouterr().out
    assert run(["extract", str(tmp_path / "none.html")]) == 1
    assert "none.html" in capsys.readouterr().err
