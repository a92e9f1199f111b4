"""What a site repeats on its pages goes out of the articles that came together, whatever their order."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from extraction_pages import NOW, PARAGRAPHS

from blockwire.schemas import Article
from blockwire.schemas.ids import article_id
from blockwire.transforms.extraction.repetition import MAX_TOGETHER, Companions, Repetition

CALL = "Follow the news with us"
ABOUT = "Ruritania Today is an independent newspaper. It lives by its readers, and by nobody else's favour, since 1998."
OWN = {
    number: tuple(
        f"Paragraph {at} of article {number} tells what no other article of this site tells." for at in range(5)
    )
    for number in range(6)
}


def article(number: int, paragraphs: Sequence[str], host: str = "news.example.org") -> Article:
    url = f"https://{host}/{number}"
    identity = article_id(url)
    return Article(
        id=identity, entry_id=identity, feed_id="f", url=url, fetched_url=url, title="T", text="\n\n".join(paragraphs),
        extractor="test", fetched=NOW,
    )  # fmt: skip


SITE = [article(number, (CALL, *OWN[number], ABOUT)) for number in OWN]


def cleaned(articles: Sequence[Article]) -> list[tuple[str, ...]]:
    repetition = Repetition()
    for each in articles:
        repetition.observe(each)
    return [tuple(repetition.clean(each).text.split("\n\n")) for each in articles]


def test_what_every_page_of_a_site_repeats_goes() -> None:
    assert cleaned(SITE) == list(OWN.values())


def test_what_two_pages_share_stays() -> None:
    assert cleaned(SITE[:2]) == [tuple(each.text.split("\n\n")) for each in SITE[:2]]


def test_the_same_page_seen_again_does_not_count() -> None:
    assert cleaned([SITE[0]] * 5) == [tuple(SITE[0].text.split("\n\n"))] * 5


def test_a_reprint_stays_whole() -> None:
    assert cleaned([article(number, PARAGRAPHS) for number in range(5)]) == [PARAGRAPHS] * 5


def test_a_long_paragraph_in_the_middle_stays() -> None:
    """Background that a newsroom repeats in all its reports is text."""
    background = PARAGRAPHS[0]
    texts = [(*own[:2], background, *own[2:]) for own in OWN.values()]
    assert cleaned([article(number, text) for number, text in enumerate(texts)]) == texts


def test_another_site_s_pages_do_not_count() -> None:
    others = [article(number, (*OWN[number], ABOUT), f"n{number}.example") for number in range(5)]
    assert cleaned(others)[0][-1] == ABOUT


async def together(articles: Sequence[Article | None], pauses: Sequence[float], patience_s: float = 10) -> list[object]:
    """What becomes of articles that arrive after these pauses."""
    companions = Companions(patience_s)

    async def arrive(made: Article | None, pause: float) -> Article | None:
        await asyncio.sleep(pause)
        return await companions.join("f", len(articles), made)

    return list(await asyncio.gather(*map(arrive, articles, pauses)))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    pauses = [random.Random(seed).random() / 20 for _ in SITE]
    found = asyncio.run(together(SITE, pauses))
    assert [each.text for each in found if isinstance(each, Article)] == ["\n\n".join(own) for own in OWN.values()]


def test_pages_that_are_no_articles_are_not_waited_for_longer() -> None:
    found = asyncio.run(together([None, *SITE[1:], None], [0.0] * (len(SITE) + 1)))
    assert found[0] is found[-1] is None
    assert isinstance(found[1], Article)
    assert CALL not in found[1].text


def test_nobody_waits_longer_than_patience() -> None:
    found = asyncio.run(together(SITE, [*[0.0] * 5, 0.3], patience_s=0.05))
    assert found[0] == SITE[0]


@pytest.mark.parametrize("number", [1, 2, MAX_TOGETHER + 1])
def test_few_or_very_many_do_not_wait(number: int) -> None:
    assert asyncio.run(Companions(1000).join("f", number, SITE[0])) == SITE[0]
