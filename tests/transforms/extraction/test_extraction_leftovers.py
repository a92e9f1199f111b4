"""What sites set around an article is taken out; what only looks like it stays."""

import os
from pathlib import Path

import pytest
from extraction_pages import NOW, PARAGRAPHS, TITLE, URL, entry, page, paragraphs

from blockwire.schemas import Article
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction.article import extract_article
from blockwire.transforms.extraction.leftovers import Paragraph, clean_leftovers

SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", "../shared"))


def cleaned(*texts: str, title: str = "") -> tuple[str, ...]:
    return tuple(each.text for each in clean_leftovers([Paragraph(text) for text in texts], title).kept)


def text_of(html: str, title: str = TITLE) -> str:
    result = extract_article(
        html, url=URL, content_type="text/html", entry=entry(title=title), fetched=NOW, policy=ExtractionPolicy()
    )
    assert isinstance(result, Article), result
    return result.text


@pytest.mark.parametrize(
    "line",
    [
        "Read also", "Read also: Providers get new rules for filters", "Read alsoProviders get new rules for filtersBackground",
        "Читайте также:", "Читайте также: Провайдерам дали новые правила", "Видео дня", "Відео дня", "Читайте також: Нові правила",
        "Lesen Sie auch: Neue Regeln", "Lire aussi : De nouvelles règles", "Lea también: Nuevas reglas", "اقرأ أيضا: قواعد جديدة", "相关阅读",
        "Accessibility links", "Skip to main content", "Breaking News", "Latest Posts", "Share on Facebook", "Facebook", "Telegram", "Поделиться", "Paylaş",
        "Subscribe to our newsletter", "Подпишитесь на наш канал в Telegram", "Follow us on Twitter", "Advertisement", "Реклама", "Story continues below",
        "© 2026 Ruritania Today. All rights reserved.", "Photo: A. Novak / Agency", "Фото: А. Новак", "Tags: internet, messenger", "Теги: интернет", "* * *",
        "The building of the regulator in the capital. (file photo)",
    ],
)  # fmt: skip
def test_furniture_between_paragraphs_goes(line: str) -> None:
    assert cleaned(*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "Telegram was blocked in the morning, and Facebook in the evening.",
        "Read more than the headline, the minister said.",
        "Share prices of the operators fell by a tenth.",
        "Subscribers of the three largest operators were hit.",
        "Follow us, the police told them.",
        "Related offences are punished with up to five years.",
        "Видео дня рождения министра удалили со всех площадок.",
        "Advertisement of circumvention tools is punishable since March.",
        "Photographs of the protest vanished within an hour.",
        "По теме блокировок высказался и премьер-министр.",
        "1. Providers must install the filters by June.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(line: str) -> None:
    assert line in cleaned(*PARAGRAPHS[:2], line, *PARAGRAPHS[2:])


@pytest.mark.parametrize(
    "line",
    [
        '【延伸閱讀】<a href="/2">盧里塔尼亞封鎖通訊軟體的來龍去脈</a>',
        '【另一篇】<a href="/2">盧里塔尼亞封鎖通訊軟體的來龍去脈</a>',
        '[Background] <a href="/2">How Ruritania came to block the messenger!</a>',
        '▶ <a href="/2">How Ruritania came to block the messenger</a>',
    ],
)
def test_a_label_and_a_link_are_a_pointer_in_any_words(line: str) -> None:
    html = page(paragraphs(PARAGRAPHS[:2]) + f"<p>{line}</p>" + paragraphs(PARAGRAPHS[2:]))
    assert text_of(html) == "\n\n".join(PARAGRAPHS)


def test_a_dateline_in_brackets_stays() -> None:
    dateline = "【卢里塔尼亚通讯社首都电】监管机构周四命令所有<a href='/x'>运营商</a>封锁通讯软件，用户称图片无法发送。"
    text = text_of(page(f"<p>{dateline}</p>" + paragraphs(PARAGRAPHS)))
    assert "【卢里塔尼亚通讯社首都电】监管机构" in text


def test_headlines_under_a_pointer_go_with_it() -> None:
    more = ("Read also", "Providers get new rules for filters", "Pigeon moves its servers abroad")
    assert cleaned(*PARAGRAPHS[:2], *more, *PARAGRAPHS[2:]) == PARAGRAPHS


def test_a_section_about_the_site_ends_the_article() -> None:
    tail = (
        "-- Anna Novak",
        "About This Blog",
        "The Wire watches what happens to the internet in Ruritania and around it.",
        "Latest Posts",
    )
    assert cleaned(*PARAGRAPHS, *tail) == PARAGRAPHS


def test_about_in_the_middle_of_a_text_is_no_end() -> None:
    assert PARAGRAPHS[-1] in cleaned(PARAGRAPHS[0], "About us", *PARAGRAPHS[1:])


def test_the_title_is_not_repeated() -> None:
    assert cleaned(TITLE, *PARAGRAPHS, title=TITLE) == PARAGRAPHS


def test_nothing_but_furniture_stays_as_it_is() -> None:
    assert cleaned("Breaking News", "Share") == ("Breaking News", "Share")


def test_a_page_in_the_form_of_an_agency_s_archive() -> None:
    """Caption, pointer glued to the next headline, video of the day, background list."""
    body = (
        "<figure><img src='/a.jpg'><figcaption>A meeting of the council / AGENCY</figcaption></figure>"
        + paragraphs(PARAGRAPHS[:3])
        + "<div class='video-of-day'><p>Видео дня</p></div>"
        + "<div class='read-also'><a href='/2'>Read also<b>Council embarks on a strategy against attacks</b></a></div>"
        + f"<h3>Background</h3><ul><li>{PARAGRAPHS[3]}</li><li>{PARAGRAPHS[4]}</li></ul>"
    )
    text = text_of(page(body))
    assert all(each in text for each in PARAGRAPHS)
    assert "Видео дня" not in text
    assert "Council embarks" not in text
    assert "AGENCY" not in text


def test_a_page_in_the_form_of_a_broadcaster_s_blog() -> None:
    """Accessibility links, breaking news, file photo, signature, about the blog, latest posts."""
    before = "<div class='skip'><h6>Accessibility links</h6><a href='#c'>Skip to main content</a></div><div>Breaking News</div>"
    body = (
        "<p>The seat of the regulator in the capital, where the order was signed. (file photo)</p>"
        + paragraphs(PARAGRAPHS)
        + "<p>-- Anna Novak</p><div class='about'><h3>About This Blog</h3><p>The Wire looks at the internet in Ruritania and what becomes of it.</p></div>"
        + "<h3>Latest Posts</h3>"
    )
    assert text_of(page(body, before=before)) == "\n\n".join(PARAGRAPHS)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["000", "001", "002"])
def test_the_seeds_come_out_clean(name: str) -> None:
    files = sorted(SHARED.glob(f"seeds/{name}_*.txt"))
    if not files:
        pytest.skip(f"no seeds under BLOCKWIRE_SHARED ({SHARED})")
    lines = [line.strip() for line in files[0].read_text("utf-8").split("\n") if line.strip()]
    sentences = [
        line.removeprefix("• ") for line in lines if len(line) > 100 and "file photo" not in line and line[-1] in '."”'
    ]
    text = text_of(page(paragraphs(lines), title="A title of its own"), title="")
    kept = [line for line in sentences if line in text]
    about = [line for line in sentences if line not in kept]
    assert len(about) <= 1  # the note about the blog, in one of them
    for leftover in (
        "Видео дня",
        "Read also",
        "Accessibility links",
        "Breaking News",
        "About This Blog",
        "Latest Posts",
        "file photo",
        "/ REUTERS",
        "-- Joanna",
    ):
        assert leftover not in text
