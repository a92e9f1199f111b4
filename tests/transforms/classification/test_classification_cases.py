"""What people write about blocking, in the languages we read, and what only looks like it. All texts are our own."""

import time

import pytest
from classification_samples import article, shared_classifier, shared_gate
from hypothesis import given, settings
from hypothesis import strategies as st

from blockwire.schemas import Measure, Status

RELEVANT = [
    ("en", "Regulator orders providers to block Telegram", "messaging_block"),
    ("en", "Mobile internet shut down across the province ahead of the vote", "internet_shutdown"),
    ("en", "Blogger jailed for two years over Facebook posts about the president", "arrest_prosecution"),
    ("en", "Parliament passes law letting ministry take down online content without a court order", "legal_regulation"),
    ("ru", "Роскомнадзор заблокировал сайт независимого издания", "website_block"),
    ("ru", "В регионе третий день отключают мобильный интернет по решению властей", "internet_shutdown"),
    ("ru", "Суд арестовал жителя Омска за репост во «ВКонтакте»", "arrest_prosecution"),
    ("uk", "Провайдерів зобов'язали заблокувати доступ до російських сайтів", "website_block"),
    ("be", "У Мінску затрымалі чалавека за каментар у тэлеграм-канале", "arrest_prosecution"),
    ("fa", "اینترنت در سراسر کشور به دستور شورای عالی امنیت ملی قطع شد", "internet_shutdown"),
    ("fa", "دادستانی دستور فیلتر شدن واتساپ را صادر کرد", "messaging_block"),
    ("ar", "السلطات تحجب موقعا إخباريا مستقلا في مصر", "website_block"),
    ("ar", "الحكومة تقرر قطع الإنترنت خلال الامتحانات", "internet_shutdown"),
    ("tr", "Mahkeme kararıyla haber sitesine erişim engeli getirildi", "website_block"),
    ("tr", "X'te paylaşımı nedeniyle gazeteci tutuklandı", "arrest_prosecution"),
    ("zh", "政府下令封锁网站，网民只能翻墙", "website_block"),
    ("zh-Hant", "當局封鎖社群媒體，網友無法連線", "social_media_block"),
    ("es", "El regulador ordena a las operadoras bloquear el sitio web de un medio", "website_block"),
    ("pt", "Supremo determina bloqueio do Telegram em todo o país", "messaging_block"),
    ("fr", "Le gouvernement coupe internet avant l'élection", "internet_shutdown"),
    ("de", "Provider müssen Webseiten auf Anordnung der Behörde sperren", "website_block"),
    ("hi", "सरकार के आदेश पर जिले में इंटरनेट सेवा बंद", "internet_shutdown"),
    ("ur", "حکومت نے ایکس پر پابندی لگا دی، وی پی این بلاک", "social_media_block"),
    ("my", "စစ်ကောင်စီက အင်တာနက်ဖြတ်တောက်ထား", "internet_shutdown"),
    ("vi", "Chính phủ yêu cầu nhà mạng chặn Telegram", "messaging_block"),
    ("id", "Pemerintah memblokir situs berita, akses internet dibatasi", "website_block"),
    ("am", "መንግስት ኢንተርኔት አቋረጠ፣ የኢንተርኔት አገልግሎት ተቋርጧል", "internet_shutdown"),
]

NOT_RELEVANT = [
    "Farmers block roads with tractors for a third day",
    "How the new blockchain will change banking",
    "Goalkeeper blocked three shots and the ban on the captain was lifted",
    "Submarine cable cut slows internet in five countries, repair ship under way",
    "Best VPN deals this weekend: 70 % discount and a free trial",
    "The best ad blockers for your browser",
    "School library bans three novels after complaints",
    "X suspends spam accounts for breaking its own rules",
    "На трассе установили блокпост, движение перекрыли",
    "Банк заблокировал карту клиента после звонка мошенников",
    "Відключення світла: графік на вівторок",
    "قطع برق در تهران؛ جدول خاموشی‌ها",
    "انقطاع الكهرباء عن أحياء المدينة بسبب عاصفة",
    "Elektrik kesintisi nedeniyle yol trafiğe kapatıldı",
    "球员被禁赛三场，球队无缘冠军",
    "Corte de luz deja sin agua a tres barrios",
    "Straße gesperrt: Umleitung über die Brücke",
]


@pytest.mark.parametrize(("language", "title", "measure"), RELEVANT)
def test_a_headline_alone_is_enough(language: str, title: str, measure: str) -> None:
    decision = shared_classifier().classify(article(title, language=language))
    assert decision.relevant, [(e.rule, e.quote, e.weight) for e in decision.evidence]
    assert Measure(measure) in decision.measures


@pytest.mark.parametrize(("language", "title", "measure"), RELEVANT)
def test_the_language_need_not_be_known_and_the_gate_lets_it_through(language: str, title: str, measure: str) -> None:
    assert shared_classifier().classify(article(title)).relevant
    assert shared_gate().passes(title, "", "").passed


@pytest.mark.parametrize("title", NOT_RELEVANT)
def test_what_only_looks_like_it_is_not_relevant(title: str) -> None:
    decision = shared_classifier().classify(article(title))
    assert not decision.relevant, [(e.rule, e.quote, e.weight) for e in decision.evidence]


def test_every_quote_is_in_the_original_at_its_offsets() -> None:
    one = article(
        "Роскомнадзор заблокировал\u00ad Telegram",
        "Операторы связи ограничили доступ к мессенджеру. Сайт t.me не открывается.",
    )
    decision = shared_classifier().classify(one)
    assert decision.evidence
    for evidence in decision.evidence:
        assert evidence.quote == getattr(one, evidence.field)[evidence.start : evidence.end]


def test_occupied_territory_belongs_to_one_country_and_is_ruled_by_another() -> None:
    decision = shared_classifier().classify(
        article("Оккупационные власти в Мелитополе отключили звонки в WhatsApp и Telegram")
    )
    assert decision.countries == ("UA",)
    assert decision.jurisdictions == ("RU",)
    assert decision.scope == "occupied_territory"
    assert set(decision.services) == {"whatsapp", "telegram"}
    assert "calls" in decision.features


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Lawmakers propose bill to ban VPNs", Status.PROPOSED),
        ("Court orders providers to block the news site", Status.ORDERED),
        ("Iran has blocked Instagram, users say", Status.IN_FORCE),
        ("Pakistan lifts ban on X, the site is back", Status.LIFTED),
        ("Regulator denies it blocked Telegram: report is fake", Status.DENIED),
        ("Роскомнадзор опроверг блокировку сайта", Status.DENIED),
    ],
)
def test_the_status_is_read_from_the_wording(title: str, status: Status) -> None:
    assert shared_classifier().classify(article(title)).status is status


def test_a_shared_acronym_counts_as_written_and_where_its_country_is_named() -> None:
    """``ARE`` is an authority of Mauritania, ``are`` is not: lower-case words once counted as regulators."""
    decision = shared_classifier().classify(
        article("We are removing an option", "Most of the videos are gone, which are ours.")
    )
    assert not decision.censors
    assert not any(evidence.rule == "regulator-acts" for evidence in decision.evidence)


def test_an_ambiguous_service_needs_a_cue() -> None:
    classifier = shared_classifier()
    assert "signal" in classifier.classify(article("Russia blocks Signal messenger")).services
    assert "signal" not in classifier.classify(article("Russia blocks Telegram, a signal to others")).services


def test_an_empty_article_is_irrelevant() -> None:
    decision = shared_classifier().classify(article(""))
    assert not decision.relevant
    assert decision.evidence == ()


@pytest.mark.parametrize(
    "piece",
    [
        "Telegram blocked ",
        "roadblock ban ",
        "封锁网站",
        "government orders ISPs to block social media websites ",
        "a" * 50,
        "حجب موقع ",
        "\u0301\u00ad",
    ],
)
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    text = (piece * 20_000)[:60_000]
    start = time.process_time()
    shared_classifier().classify(article(piece, text))
    assert time.process_time() - start < 3


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_decided_with_exact_quotes(text: str, title: str) -> None:
    one = article(title, f"Government blocks {text} Telegram \u0301 website {text}")
    for evidence in shared_classifier().classify(one).evidence:
        assert evidence.quote == getattr(one, evidence.field)[evidence.start : evidence.end]


def test_a_look_alike_of_one_language_hides_no_word_of_another() -> None:
    """The Portuguese list of look-alikes holds ``presidente``; in Spanish it once hid who acts."""
    decision = shared_classifier().classify(article("Detienen a hombre por tuit contra el presidente"))
    assert decision.relevant
