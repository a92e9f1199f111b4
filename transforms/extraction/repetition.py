"""Takes out of the articles of one feed what their site repeats on every page: rights notices, labels, calls that no wording gives away.

Articles that came together, from one answer of a feed, are compared with each other once all of them are extracted. So the
result depends on what the feed said, and not on which page was faster, and a round that is run again gives the same texts.
Pages of different rounds are not compared, for then the text of a page would depend on when the wire was last run.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from blockwire.schemas import Article
from blockwire.transforms.extraction.leftovers import HEADLINE_CHARS
from blockwire.transforms.text.letters import squeeze
from blockwire.transforms.text.urls import registered_domain

REPEATED_ON = 3
"""A paragraph on so many pages of a site is the site's."""
MAX_REPEATED_SHARE = 0.5
"""Where more of a text is on other pages, it is the same article again, and stays."""
PATIENCE_S = 300.0
"""An article goes on as it is when the others of its feed take longer: a slow host must not hold back an alert."""
MAX_TOGETHER = 500
"""With more articles at once nobody waits: all those waiting are under way in the round's fetching step, whose places are bounded."""


class Repetition:
    """Which paragraphs stand on which pages of a site. ``observe`` all articles first, then ``clean`` them, in any order."""

    def __init__(self) -> None:
        self._pages: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)

    def observe(self, article: Article) -> None:
        """Remembers its paragraphs; an article that comes twice counts once."""
        site = registered_domain(article.url)
        for paragraph in article.text.split("\n\n"):
            self._pages[site, squeeze(paragraph)].add(article.id)

    def clean(self, article: Article) -> Article:
        """The article without the paragraphs of its site: those that are short, or at an end of the text."""
        site = registered_domain(article.url)
        paragraphs = article.text.split("\n\n")
        repeated = [len(self._pages[site, squeeze(each)]) >= REPEATED_ON for each in paragraphs]
        share = sum(len(text) for text, again in zip(paragraphs, repeated, strict=True) if again)
        if not any(repeated) or share > MAX_REPEATED_SHARE * len(article.text):
            return article
        return article.model_copy(update={"text": "\n\n".join(_own(paragraphs, repeated))})


def _own(paragraphs: Sequence[str], repeated: Sequence[bool]) -> list[str]:
    own = [index for index, again in enumerate(repeated) if not again]
    return [
        text
        for index, text in enumerate(paragraphs)
        if not repeated[index] or (own[0] < index < own[-1] and len(text) > HEADLINE_CHARS)
    ]


class _Group:
    def __init__(self) -> None:
        self.arrived = 0
        self.complete = asyncio.Event()
        self.repetition = Repetition()


class Companions:
    """Where the articles of a feed wait for each other. Use one from one event loop only."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._groups: defaultdict[str, _Group] = defaultdict(_Group)

    async def join(self, feed_id: str, together: int, article: Article | None) -> Article | None:
        """Waits until all of a feed have joined, and cleans the article of what they repeat.

        Args:
            feed_id: of the feed.
            together: how many of its entries are under way, this one included.
            article: what this one led to; None, without waiting, where it led to no article.
        """
        if not REPEATED_ON <= together <= MAX_TOGETHER:
            return article
        group = self._groups[feed_id]
        group.arrived += 1
        if article is not None:
            group.repetition.observe(article)
        if group.arrived == together:
            group.complete.set()
            del self._groups[feed_id]
        if article is None:
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                await group.complete.wait()
        except TimeoutError:
            return article
        return group.repetition.clean(article)
