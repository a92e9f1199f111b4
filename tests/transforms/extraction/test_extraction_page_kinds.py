"""What is no article is told by structure and wording, whatever the host."""

import pytest
from extraction_pages import MENU, NOW, PARAGRAPHS, TEASERS, URL, entry, page, paragraphs

from blockwire.schemas import Article, PageKind
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction.article import extract_article
from blockwire.transforms.extraction.messages import NotArticle


def kind_of(html: str | bytes, *, content_type: str = "text/html", url: str = URL, title: str = "") -> PageKind:
    result = extract_article(
        html, url=url, content_type=content_type, entry=entry(title=title), fetched=NOW, policy=ExtractionPolicy()
    )
    if isinstance(result, NotArticle):
        assert len(result.sample) <= 4000
        assert result.reason
        return result.kind
    return result.page_kind


def small(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Доступ ограничен", "Доступ к запрашиваемому ресурсу ограничен на основании Федерального закона от 27 июля 2006 г. № 149-ФЗ"),
        ("Внимание", "Уважаемый абонент! Доступ к сайту заблокирован по решению суда. Ресурс внесён в Единый реестр доменных имён."),
        ("Обмеження", "Доступ до цього ресурсу обмежено відповідно до указу Президента."),
        ("Blocked", "Your requested URL has been blocked as per the directions received from Department of Telecommunications."),
        ("Notice", "This website has been blocked by order of the High Court under the Copyright Act."),
        ("Notice", "Access to this site is restricted by order of the telecommunications regulatory authority."),
        ("Bilgi", "Bu internet sitesi hakkında verilen karar gereğince erişim engellenmiştir."),
        ("تنبيه", "عذرا، هذا الموقع محجوب بموجب قانون مكافحة الجرائم"),
        ("پیام", "مشترک گرامی، دسترسی به این تارنما امکان‌پذیر نیست"),
        ("提示", "您访问的网站涉嫌违法违规，已被依法屏蔽。"),
        ("Internet Positif", "Situs ini diblokir sesuai peraturan perundang-undangan. Kementerian Kominfo."),
        ("Aviso", "Acceso bloqueado en cumplimiento de la orden de la autoridad judicial."),
        ("Avviso", "Sito sottoposto a sequestro dall'autorità giudiziaria"),
        ("Accès refusé", "L'accès à ce site est bloqué par décision du tribunal judiciaire."),
        ("Hinweis", "Diese Webseite ist aus urheberrechtlichen Gründen nicht verfügbar."),
        ("warning", "불법·유해 정보사이트에 대한 차단 안내. 방송통신심의위원회의 심의를 거쳐 차단되었습니다."),
    ],
)  # fmt: skip
def test_block_pages_of_providers_and_censors(title: str, text: str) -> None:
    assert kind_of(small(title, f"<h1>{title}</h1><p>{text}</p>")) is PageKind.BLOCK_PAGE


def test_an_article_about_block_pages_is_an_article() -> None:
    quoted = "Visitors see only this: access to the requested site has been blocked by order of the court."
    assert kind_of(page(paragraphs([quoted, *PARAGRAPHS]), title="Website is blocked")) is PageKind.ARTICLE


def test_a_short_notice_about_a_block_in_a_site_is_an_article() -> None:
    text = "Доступ к сайту ограничен на основании решения суда, сообщил в четверг регулятор. Сайт внесён в реестр запрещённых. Владельцы обещают обжаловать решение, хотя надежды на успех мало."
    head = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-19T10:00:00Z">'
    assert kind_of(page(f"<p>{text}</p>", title="Доступ к сайту газеты ограничен", head=head)) is PageKind.ARTICLE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", '<div>Checking your browser before accessing.</div><script src="/cdn-cgi/challenge-platform/x.js"></script>'),
        ("Attention Required!", "<p>Please complete the security check to access this site.</p>"),
        ("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page. Reference #18.2f</p>"),
        ("Проверка", "<p>Проверка браузера. Подтвердите, что вы не робот.</p>"),
        ("请稍候", "<p>请完成安全验证后继续访问</p>"),
    ],
)  # fmt: skip
def test_bot_challenges(title: str, body: str) -> None:
    assert kind_of(small(title, body)) is PageKind.BOT_CHALLENGE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Before you continue", "We value your privacy. We and our 842 partners store and/or access information on a device. Accept all to continue."),
        ("Zustimmung", "Mit Werbung weiterlesen oder werbefrei lesen. Alle akzeptieren."),
        ("Cookies", "Nous respectons votre vie privée. Tout accepter. Continuer sans accepter."),
    ],
)  # fmt: skip
def test_consent_walls(title: str, text: str) -> None:
    assert kind_of(small(title, f"<p>{text}</p>")) is PageKind.CONSENT_WALL


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Page not found", "The page you are looking for does not exist. It may have been moved."),
        ("404", "Oops! That page can't be found."),
        ("Страница не найдена", "Возможно, она была удалена. Перейдите на главную."),
        ("Сторінку не знайдено", "Можливо, її було видалено."),
        ("Sayfa bulunamadı", "Aradığınız sayfa kaldırılmış olabilir."),
        ("页面不存在", "您访问的页面不存在或已删除。"),
        ("الصفحة غير موجودة", "عذرا، الصفحة المطلوبة غير موجودة"),
    ],
)  # fmt: skip
def test_soft_404s(title: str, text: str) -> None:
    menu = f"<nav><ul>{MENU}</ul></nav>"
    assert kind_of(small(title, f"{menu}<h1>{title}</h1><p>{text}</p>{TEASERS}")) is PageKind.SOFT_404


def test_an_article_with_404_in_its_title_is_an_article() -> None:
    assert kind_of(page(title="Error 404: how a country makes its websites disappear")) is PageKind.ARTICLE


def test_a_login_form_is_no_article() -> None:
    form = '<form><input name="user"><input type="password" name="pass"><button>Log in</button></form><p>Please log in to read this article.</p>'
    body = (
        f"<nav><ul>{MENU}</ul></nav>{form}<p>Forgot your password? Write to us and we shall help you as soon as somebody is there to do so.</p>"
        * 3
    )
    assert kind_of(small("Log in", body)) is PageKind.LOGIN_OR_PAYWALL


def test_a_teaser_before_a_paywall() -> None:
    text = "The regulator ordered providers on Thursday to block the messenger."
    body = page(f"<p>{text}</p><p>Subscribe to continue reading. Already a subscriber? Log in.</p>")
    assert kind_of(body) is PageKind.LOGIN_OR_PAYWALL


def test_a_javascript_shell() -> None:
    shell = small(
        "App",
        '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src="/main.js"></script>',
    )
    assert kind_of(shell) is PageKind.JAVASCRIPT_SHELL


def test_a_front_page_is_a_list() -> None:
    teasers = "".join(
        f'<div><a href="/n/{n}"><h2>Headline number {n} of the day about one thing or other</h2></a></div>'
        for n in range(60)
    )
    assert (
        kind_of(small("Ruritania Today", f"<nav><ul>{MENU}</ul></nav>{teasers}"), url="https://news.example.org/")
        is PageKind.LIST
    )


STATED = '<meta property="og:type" content="article">'


@pytest.mark.parametrize("head", ["", STATED])
@pytest.mark.parametrize(
    "picture",
    [
        '<figure><img src="/{0}.jpg"><figcaption>The ministry, picture {0}. Photo: A. Novak</figcaption></figure>',
        '<li><img src="/{0}.jpg"><p class="caption">{0} / 8</p></li>',
        '<div class="slide"><img src="/{0}.jpg"></div>',
    ],
)
def test_a_gallery_without_text_is_no_article(picture: str, head: str) -> None:
    pictures = "".join(picture.format(number) for number in range(8))
    assert kind_of(page(pictures, title="In pictures: the protest", head=head)) is PageKind.EMPTY


def test_news_in_one_line_is_an_article() -> None:
    flash = "Ruritania blocks the messenger Pigeon in the whole country"
    assert kind_of(page(f"<p>{flash}</p>", head=STATED)) is PageKind.ARTICLE


def test_a_front_page_with_a_query_is_an_address_of_an_article() -> None:
    assert kind_of(page(), url="https://news.example.org/?p=31228") is PageKind.ARTICLE


def test_a_live_blog_is_told_apart_and_goes_on() -> None:
    head = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Block of Pigeon"}</script>'
    result = extract_article(
        page(head=head), url=URL, content_type=None, entry=entry(), fetched=NOW, policy=ExtractionPolicy()
    )
    assert isinstance(result, Article)
    assert result.page_kind is PageKind.LIVE_BLOG


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"", "text/html", PageKind.EMPTY),
        (b"  \n ", "text/html", PageKind.EMPTY),
        (b"%PDF-1.4\n" + b"\x00\xff" * 5000, "application/pdf", PageKind.NOT_HTML),
        (b"%PDF-1.4\n" + b"\x00\xff" * 5000, "text/html", PageKind.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000, "text/html", PageKind.NOT_HTML),
        (b'{"a": 1}', "application/json", PageKind.NOT_HTML),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "text/xml", PageKind.NOT_HTML),
    ],
)  # fmt: skip
def test_what_is_no_page_at_all(body: bytes, content_type: str, kind: PageKind) -> None:
    assert kind_of(body, content_type=content_type) is kind


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "text " * 100 + "</div>" * 100_000,
        "<ul><li>" * 10_000 + "text " * 100,
        "<table><tr><td>" * 500 + PARAGRAPHS[0] * 4,
        "<!--" * 50_000 + PARAGRAPHS[0],
        "<" * 1_000_000,
        page("<p>" + "http://" * 100_000 + "</p>"),
        page(head=f'<meta name="author" content="{"By A. " * 50_000}"><title>{"a - " * 50_000}</title>'),
        page("<p>" + ("e" + "\u0301" * 500) * 500 + "</p>"),
        page("<p>" + "Q" * 1_000_000 + "</p>"),
        "<html><frameset><frame src='file:///etc/passwd'></frameset></html>",
        page("<p>Redirecting</p>", head='<meta http-equiv="refresh" content="0;url=file:///etc/passwd">'),
    ],
)  # fmt: skip
def test_hostile_pages_give_a_kind_and_no_exception(html: str) -> None:
    assert kind_of(html) in PageKind
