"""``blockwire demo`` finds what its authors know to be there, and nothing else."""

import re
from pathlib import Path

import feedparser
from command_line import blockwire_process

from blockwire.config.demo.outlets import load_demo
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery
from blockwire.transforms.stores.sqlite import SqliteStore


def test_the_demo_finds_each_relevant_article_and_no_other(tmp_path: Path) -> None:
    """Two rounds over twelve outlets in nine languages, some of them broken; what failed is in the dead letters."""
    done = blockwire_process("demo", cwd=tmp_path)
    assert done.status == 0, done.err
    assert "All is kept in blockwire-demo.sqlite, and the alerts in blockwire-demo.alerts.xml" in done.out
    alerts = feedparser.parse((tmp_path / "blockwire-demo.alerts.xml").read_bytes())
    assert any("Berdiansk" in entry.summary and "WhatsApp" in entry.summary for entry in alerts.entries)
    articles = [article for outlet in load_demo() for article in outlet.articles]
    with SqliteStore(tmp_path / "blockwire-demo.sqlite") as store:
        found = {item.title for item in store.items(ItemQuery(limit=1000))}
        rounds = store.rounds()
        (words,) = re.findall(r"items search (\S+) ", done.out)
        assert store.count_items(ItemQuery(words=words)), "what it proposes to search for is there"
        failed = {letter.reason for letter in store.dead_letters(DeadLetterQuery())}
    assert found == {article.title for article in articles if article.relevant}
    assert [summary.trigger for summary in rounds] == ["demo", "demo"]
    assert rounds[0].entries_new == sum(article.round == 2 for article in articles)
    assert {"http_410", "http_404", "bot_challenge", "block_page"} <= failed
