"""The first look sets aside what is plainly other news, and nothing that has to be told apart in full."""

import asyncio
import json
from functools import cache

import pytest
from extraction_pages import NOW, URL, entry

from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Article, Fate, FeedEntry
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate, cheap_text
from blockwire.transforms.extraction.article import extract_article
from blockwire.transforms.extraction.first_look import first_look
from blockwire.transforms.extraction.messages import SetAside
from blockwire.transforms.extraction.pool import ExtractionPool
from blockwire.transforms.outcomes import outcome_of_set_aside
from blockwire.transforms.packed import Packed

HARVEST = "Farmers expect a good harvest of apples after a mild and rainy summer"
ORCHARD = (
    "The growers' association said that this year's harvest of apples would be the best in a decade after the mild summer.",
    "Prices are expected to fall in the autumn, when the fruit from the northern orchards reaches the markets of the capital.",
    "A rainy June had worried many farmers at first, but the trees recovered quickly and there was hardly any frost in May.",
    "The association expects that about a third of the crop will be pressed into juice and cider by cooperatives in the valley.",
    "Last year a late frost had destroyed almost half of the blossoms, and imports had to make up for what was missing then.",
)
CHAPTERS = "\n".join(f"<p>{text} {text}</p>" for text in ORCHARD)


@cache
def gate() -> Gate:
    return Gate(load_rules())


@cache
def shared_classifier() -> Classifier:
    return Classifier(load_rules())


def look(html: str, title: str = HARVEST, summary: str = "") -> SetAside | None:
    announced = entry().model_copy(update={"title": title, "summary": summary})
    return first_look(html.encode(), url=URL, content_type="text/html; charset=utf-8", entry=announced, gate=gate())


def article(title: str = HARVEST, text: str = CHAPTERS) -> str:
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"


def test_other_news_is_set_aside_with_what_an_audit_needs() -> None:
    aside = look(article())
    assert aside is not None
    fate = outcome_of_set_aside(entry(), aside, NOW).fate
    assert (fate.fate, fate.url) == (Fate.NOT_RELEVANT, URL)
    assert fate.score is not None and fate.score < 0.1
    assert fate.rules_version is not None and fate.rules_version.endswith(".gate")
    assert "harvest" in fate.excerpt


@pytest.mark.parametrize(
    "html",
    [
        article(text=CHAPTERS + "<p>The regulator ordered internet providers to block Telegram.</p>"),
        article(text="<p>Please enable JavaScript to read about the harvest of apples.</p>"),
        article(title="Before you continue", text="<p>We and our partners store cookies on your device.</p>" * 20),
        article() + "<b>" * 30_000,
        "",
    ],
    ids=["relevant", "short", "a wall", "a flood of tags", "nothing"],
)
def test_all_else_is_extracted_in_full(html: str) -> None:
    assert look(html) is None


MENU = (
    "<nav>"
    + "<p>Home News Sport Business Culture Weather Contact Subscribe Share Most read Privacy</p>" * 25
    + "</nav>"
)


def test_a_menu_in_another_language_hides_no_article() -> None:
    """Where the headline stands outside of what is taken for the article, all of the page is read, and its language is the menu's."""
    title = "Un dimanche tranquille finit mal pour une famille"
    told = "<p>Les autorités ont bloqué le réseau social, et la justice a ordonné le blocage du site.</p>" + CHAPTERS
    page = f"<html><body><header class='site-header'><h1>{title}</h1></header>{MENU}<article>{told}</article></body></html>"
    assert look(page, title) is None


def test_an_article_that_only_the_data_for_search_engines_holds_is_read() -> None:
    body = json.dumps(
        {"@type": "NewsArticle", "articleBody": "The \u201cregulator\u201d ordered providers to block Telegram."}
    )
    data = f'<script type="application/ld+json">{body}</script>'
    assert look(article() + data) is None
    cakes = data.replace("regulator", "bishop").replace("providers to block Telegram", "cakes")
    assert look(article() + cakes) is not None


def test_what_the_feed_says_counts() -> None:
    assert look(article(), summary="The ministry had Telegram blocked for the day of the harvest.") is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("苹果今年丰收农民期待好价格", "今年苹果丰收，农民期待好价格。天气温和，雨水充足，果园里一片繁忙的景象。" * 40),
        (
            "Садоводы ждут хорошего урожая яблок",
            "Садоводы ждут хорошего урожая яблок после мягкого лета и дождей. " * 30,
        ),
    ],
)
def test_titles_are_found_in_any_script(title: str, text: str) -> None:
    assert look(article(title, f"<p>{text}</p>"), title) is not None
    assert look(article(title, f"<p>{text}</p>"), "Something else was announced here") is None


def test_what_a_site_adds_to_a_title_need_not_be_on_the_page() -> None:
    announced = "{} | Agriculture and Rural Affairs of the Northern Provinces — The Valley Courier, Latest News and Weather Today"
    assert look(article(), announced.format(HARVEST)) is not None
    assert look(article(), announced.format("Frost destroys vineyards")) is None


def test_a_text_of_dense_characters_is_no_stub() -> None:
    """Chinese says as much in a third of the letters."""
    title = "苹果今年丰收农民期待好价格"
    text = "今年苹果丰收，农民期待好价格。天气温和，雨水充足，果园里一片繁忙的景象。"
    assert look(article(title, f"<p>{text * 8}</p>"), title) is not None
    assert look(article(title, f"<p>{text * 2}</p>"), title) is None


def test_the_pool_looks_first_where_it_has_rules() -> None:
    """In its workers; without rules each page is extracted."""

    async def both(announced: FeedEntry, html: bytes) -> list[object]:
        made: list[object] = []
        for rules in (Packed.of(load_rules()), None):
            pool = ExtractionPool(ExtractionPolicy(workers=1), rules)
            try:
                made.append(await pool.extract(html, url=URL, content_type="text/html", entry=announced, fetched=NOW))
            finally:
                pool.close()
        return made

    aside, extracted = asyncio.run(both(entry().model_copy(update={"title": HARVEST}), article().encode()))
    assert isinstance(aside, SetAside)
    assert isinstance(extracted, Article)


def test_a_lead_about_platforms_and_the_state_is_read_with_all_of_its_page() -> None:
    """A short text may have lost what it was about; a long one would say it."""
    title = "Ministry praises growers on social media platforms for the harvest of apples"
    short = f"<p>{title}.</p><p>{'. '.join(ORCHARD)}</p>"
    beside = "<aside>It had the website of the growers blocked by all providers, a court ruled.</aside>"
    assert look(article(title, f"<p>{title}.</p>{CHAPTERS * 2}"), title) is not None
    assert look(article(title, short), title) is not None
    assert look(article(title, short + beside), title) is None


ORDERED = "<p>The regulator ordered providers to block Telegram.</p>"


def test_an_article_that_the_fast_way_misses_is_looked_at_with_its_page() -> None:
    """Here the page calls its text a thing beside the point."""
    hidden = article().replace("article>", "aside>")
    assert len(cheap_text(hidden)) < 600
    assert look(hidden) is not None
    assert look(hidden.replace("</h1>", "</h1>" + ORDERED)) is None
    assert look(hidden.replace("</body>", "<p>Weather and traffic.</p>" * 3_000)) is None


@pytest.mark.parametrize("lines", [140, 1_400])
def test_a_page_is_looked_at_whole_to_its_very_end(lines: int) -> None:
    """A long summary stands before it, and once pushed the end of the page out of what the gate reads."""
    menu = f"<h1>{HARVEST}</h1>{'<p>Weather and traffic in the valley.</p>' * lines}"
    page = f"<html><body><aside>{menu}<p>{{}}</p></aside></body></html>"
    ending = page.format("The regulator ordered providers to block Telegram.")
    assert len(cheap_text(ending)) < 600 < 30 * lines < len(cheap_text(ending, whole=True)) < 60_000
    assert look(ending, summary="Apples. " * 200) is None
    assert look(page.format("The growers ordered more trees."), summary="Apples. " * 200) is not None


def test_doubt_about_the_text_is_settled_by_all_of_the_page() -> None:
    """Half of what a text says may be missing, so that a little is enough to doubt; all of the page has to add up to more."""
    little = article(text=f"<p>In May Telegram was blocked.</p>{CHAPTERS}")
    assert gate().passes(HARVEST, "", cheap_text(little)).passed
    assert look(little) is not None
    assert look(little.replace("</body>", "<aside>Two bloggers were arrested for posts on it.</aside></body>")) is None


def test_menus_are_not_read_for_the_text() -> None:
    teasers = "<ul>" + "".join(f"<li><a href='/{n}'>Regulator blocks Telegram</a></li>" for n in range(3)) + "</ul>"
    assert "Telegram" not in cheap_text(article() + teasers)
    assert "Telegram" in cheap_text(article(text='<p>Growers use <a href="/t">Telegram</a> for that.</p>'))


BLOCKED = "The regulator ordered providers to block {} on Monday."


@pytest.mark.parametrize(
    "said",
    [
        f"<div>{BLOCKED.format('<a href=/t>Telegram</a>')}</div>",
        f"<div>{BLOCKED.format('<label>Telegram</label>')}</div>",
        f"<figure><table><tr><td>{BLOCKED.format('Telegram')}</td></tr></table></figure>",
        "<p>There was an internet&nbsp; shutdown in Kenya, and social&nbsp; media blocked by&emsp;order.</p>",
        "<table><tr>" + "".join(f"<td>On day {n} Telegram was blocked</td>" for n in range(6)) + "</tr></table>",
        "<p>Internet was down in Kampala on Friday.</p><aside>"
        + "<p><a href=/r>More on the apples of the valley</a></p>" * 32
        + "</aside><p>The election is on Sunday.</p>",
    ],
    ids=["linked", "labelled", "a figure", "odd blanks", "cells", "a beginning with a box in it"],
)
def test_however_a_page_says_it_what_would_be_relevant_is_extracted(said: str) -> None:
    """What extraction makes of the page is relevant; each of these was once set aside."""
    page = article(text=said + (CHAPTERS.replace("p>", "div>") if said.startswith("<div>") else CHAPTERS))
    announced = entry().model_copy(update={"title": HARVEST})
    made = extract_article(
        page, url=URL, content_type="text/html", entry=announced, fetched=NOW, policy=ExtractionPolicy()
    )
    assert isinstance(made, Article) and shared_classifier().classify(made).relevant
    assert look(page) is None


@pytest.mark.parametrize(
    "head",
    [
        "<title>Ministry orders providers to block Telegram</title>",
        "<meta property='og:title' content='Ministry orders providers to block Telegram'>",
        "<meta name='twitter:title' content='Ministry orders providers to block Telegram'>",
        """<script>{"headline": "\\u0022Providers have to block Telegram\\u0022: ministry"}</script>""",
    ],
    ids=["title", "og", "twitter", "JSON-LD"],
)
def test_a_page_s_own_titles_count(head: str) -> None:
    page = article().replace(f"<title>{HARVEST}</title>", "")
    assert look(page) is not None
    assert look(page.replace("</head>", f"{head}</head>")) is None


def test_of_thousands_of_titles_a_few_are_read() -> None:
    """Each was once compared with each, which took minutes."""
    many = "".join(f"<meta property='og:title' content='{n} {'Apples ' * 30}'>" for n in range(3_000))
    last = "<meta property='og:title' content='Ministry orders providers to block Telegram'>"
    assert look(article().replace("</head>", f"{many}{last}</head>")) is not None
    assert look(article().replace("</head>", f"{last}{many}</head>")) is None


@pytest.mark.parametrize(
    ("menu", "title", "said"),
    [
        (
            "Ville, justice, ministère de la culture, gouvernement",
            "Telegram'a erişim mahkeme kararıyla engellendi",
            "Mahkeme, internet sağlayıcılarına Telegram'a erişimin engellenmesi kararını gönderdi. Kullanıcılar uygulamaya erişemiyor. ",
        ),
        (
            "الحكومة الوزارة المحكمة",
            "تلگرام در ایران فیلتر شد",
            "دادگاه دستور داد که دسترسی به تلگرام مسدود شود. کاربران به این پیام‌رسان دسترسی ندارند. ",
        ),
    ],
    ids=["Turkish under French", "Persian under Arabic"],
)
def test_a_menu_of_links_in_another_language_hides_no_article(menu: str, title: str, said: str) -> None:
    links = f"<div><a href='/m'>{menu}</a></div>" * 30
    page = article(title, f"<p>{said * 12}</p>").replace("<article>", f"{links}<article>")
    assert look(page, title) is None


@pytest.mark.parametrize(
    "stated", ['["{}"]', '{{"@value": "{}"}}', '"' + " " * 7_000 + '{}"', '{{"@type": "Text", "@value": "{}"}}']
)
def test_text_for_search_engines_is_found_in_any_form(stated: str) -> None:
    said = "In May the regulator ordered providers to block Telegram."
    data = f'<script type="application/ld+json">{{"articleBody": {stated.format(said)}}}</script>'
    assert look(article() + data) is None


def test_half_a_character_in_such_text_is_no_trouble() -> None:
    """It cannot be written, and once ended the round."""
    said = r"In May Telegram \ud800 was blocked. The growers were not."
    aside = look(article() + f'<script type="application/ld+json">{{"articleBody": "{said}"}}</script>')
    assert aside is not None
    assert aside.decision.evidence
    assert outcome_of_set_aside(entry(), aside, NOW).model_dump_json()


def test_the_feed_s_own_text_counts_for_the_page() -> None:
    """Where the page says something else, the article is made of it."""
    announced = entry().model_copy(update={"title": HARVEST, "content_html": f"{CHAPTERS}{ORDERED}"})
    page = article().encode()
    assert first_look(page, url=URL, content_type="text/html", entry=announced, gate=gate()) is None


def test_what_a_second_opinion_is_asked_about_is_extracted() -> None:
    page = article(text=f"<p>In May Telegram was blocked.</p>{CHAPTERS}").encode()
    announced = entry().model_copy(update={"title": HARVEST})

    def asked_from(enough: float) -> SetAside | None:
        return first_look(page, url=URL, content_type="text/html", entry=announced, gate=gate(), enough=enough)

    assert asked_from(0.15) is None
    assert asked_from(0.4) is not None
    assert asked_from(0.0) is None
    # More than the rules ask for would be no reason to set aside what they call relevant.
    said = page.replace(b"In May Telegram", b"By order of the ministry Telegram")
    assert first_look(said, url=URL, content_type="text/html", entry=announced, gate=gate(), enough=0.99) is None
