"""The words of severity.yaml, language by language: what has to show a signal, and what only looks like it."""

import pytest
from events_samples import SEVERITY

from blockwire.schemas.severity import Signal
from blockwire.transforms.events.signals import HEAD, Signals

SIGNALS = Signals(SEVERITY.signals)

SHOWN = {
    "en": {
        "election": ["before the by-election in Kampala", "polling stations opened", "the elections on Sunday"],
        "protest": ["amid protests in the capital", "protesters gathered", "after days of unrest", "a general strike"],
        "measurement": ["data of OONI show it", "network measurements confirm the cut", "NetBlocks reports"],
        "accident": ["a submarine cable broke", "after a power outage"],
        "copyright": ["blocked for copyright infringement", "a crackdown on pirate sites"],
    },
    "ru": {
        "election": ["накануне выборов", "на избирательных участках", "итоги референдума"],
        "protest": ["на фоне протестов", "разогнали протестующих", "после митинга"],
        "measurement": ["по данным измерений", "OONI подтверждает"],
        "accident": ["из-за обрыва кабеля", "крупная авария на сети"],
        "copyright": ["за нарушение авторских прав", "пиратский сайт"],
    },
    "uk": {
        "election": ["напередодні виборів", "виборча комісія"],
        "protest": ["під час протестів", "протестувальники"],
        "accident": ["через аварію", "обрив кабелю"],
        "copyright": ["порушення авторських прав", "піратський сайт"],
    },
    "fa": {
        "election": ["پیش از انتخابات ریاست‌جمهوری"],
        "protest": ["پس از اعتراض‌ها", "اعتراضات سراسری", "معترضان در خیابان"],
        "measurement": ["داده‌های شبکه نشان می‌دهد"],
        "accident": ["پارگی کابل دریایی", "به دلیل قطعی برق"],
    },
    "ar": {
        "election": ["قبل الانتخابات الرئاسية", "خلال انتخابات البرلمان"],
        "protest": ["وسط احتجاجات واسعة", "فرقت المتظاهرين", "بعد المظاهرات"],
        "accident": ["بسبب عطل فني", "انقطاع الكهرباء"],
        "copyright": ["انتهاك حقوق النشر"],
    },
    "tr": {
        "election": ["yerel seçimler öncesinde", "genel seçimden önce", "GENEL SEÇİM"],
        "protest": ["gösteriler sırasında", "protestolar sürerken", "göstericiler"],
        "accident": ["elektrik kesintisi nedeniyle", "kablo arızası"],
        "copyright": ["telif hakları gerekçesiyle"],
    },
    "zh": {
        "election": ["在选举期间", "總統大選前"],
        "protest": ["抗议活动期间", "示威者"],
        "measurement": ["网络测量显示"],
        "accident": ["海底光缆中断", "因停电"],
        "copyright": ["因侵犯版权"],
    },
    "es": {
        "election": ["antes de las elecciones", "la autoridad electoral"],
        "protest": ["en medio de protestas", "los manifestantes"],
        "accident": ["un cable submarino", "por una avería"],
        "copyright": ["por derechos de autor"],
    },
    "pt": {
        "election": ["antes das eleições", "justiça eleitoral"],
        "protest": ["durante os protestos", "manifestantes"],
        "accident": ["um cabo submarino", "queda de energia"],
        "copyright": ["violação de direitos autorais"],
    },
    "fr": {
        "election": ["avant l'élection présidentielle", "le jour du scrutin"],
        "protest": ["après des manifestations", "les manifestants"],
        "accident": ["un câble sous-marin", "une panne de courant"],
        "copyright": ["violation du droit d'auteur"],
    },
    "de": {
        "election": ["vor der Parlamentswahl", "am Wahltag", "die Wahlen im Herbst"],
        "protest": ["während der Proteste", "die Demonstranten"],
        "accident": ["nach einem Stromausfall", "ein Seekabel ist gerissen"],
        "copyright": ["wegen Urheberrechtsverletzung"],
    },
}

LOOK_ALIKES = {
    "en": [
        "Meta is under scrutiny", "the court strikes down the ban", "after missile strikes", "a product demonstration",
        "the Protestant church", "Riot Games", "the stock market rally", "a selection of news", "her body measurements",
        "Copyright 2026 Daily News. All rights reserved.", "© Copyright", "a new software award", "a cable channel",
    ],
    "ru": ["пользователи остались без выбора", "выборка данных", "протестантская церковь", "кабельное телевидение",
           "голосование в думе во втором чтении", "измерение температуры"],
    "uk": ["без вибору", "кабельне телебачення", "протестантська церква", "вимірювання температури"],
    "fa": ["اینترنت در کابل قطع شد", "انتخاب کاربران", "اعتراض به رأی دادگاه", "قطع اینترنت کابل"],
    "ar": ["خلال عطلة العيد", "في عطلة نهاية الأسبوع", "في كابل", "منتخب البلاد", "قرصنة الحسابات"],
    "tr": ["veriler gösteriyor ki", "kırmızı kart gösterildi", "eylem planı", "bu seçim senin", "belge gösterilerek"],
    "zh": ["选择服务", "测量体温", "权利"],
    "es": ["escuelas primarias", "la elección del proveedor", "manifestaciones culturales", "corte de internet"],
    "pt": ["escolas primárias", "o apagão da internet", "a escolha do usuário"],
    "fr": ["le choix des usagers", "une manifestation sportive", "piratage de comptes", "l'internet est en panne"],
    "de": ["wahlweise per App", "die freie Wahl des Anbieters", "nach Auswahl", "Kabelfernsehen"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        pytest.param(signal, text, id=f"{language}-{signal}-{number}")
        for language, signals in SHOWN.items()
        for signal, texts in signals.items()
        for number, text in enumerate(texts)
    ],
)
def test_words_that_show_what_is_going_on(signal: str, text: str) -> None:
    assert SIGNALS.shown_by(text) == {signal}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{language}-{number}")
        for language, texts in LOOK_ALIKES.items()
        for number, text in enumerate(texts)
    ],
)
def test_words_that_only_look_like_it(text: str) -> None:
    assert SIGNALS.shown_by(text) == set()


def test_what_quietens_an_event_counts_only_where_the_report_says_what_it_is_about() -> None:
    signals = Signals({"accident": Signal(words=("power cut",), head=True), "protest": Signal(words=("protests",))})
    far = f"{'word ' * (HEAD // 5)}. During protests and a power cut"
    assert signals.shown_by("Telegram blocked", far) == {"protest"}
    assert signals.shown_by("Telegram down in a power cut", "Monday.") == {"accident"}
    assert signals.shown_by("Telegram down", "A power cut is to blame.") == {"accident"}
    telling = f"{'word ' * (HEAD // 5)}. The site was cut off by a power cut."
    assert signals.shown_by("Telegram down", telling, told_at=[telling.index("cut off")]) == {"accident"}


def test_what_went_on_in_years_past_shows_nothing() -> None:
    text = "Telegram is blocked. It was blocked during the protests of 2022, too."
    assert SIGNALS.shown_by("Telegram blocked", text, year=2026) == set()
    assert SIGNALS.shown_by("Telegram blocked", text.replace("2022", "2026"), year=2026) == {"protest"}


def test_a_star_stands_for_any_ending_and_vowel_signs_belong_to_the_word() -> None:
    signals = Signals({"one": Signal(words=("wahl", "stark*", "चुनाव"))})
    assert [bool(signals.shown_by(text)) for text in ("Wahl", "Wahlweise", "starker", "चुनाव में", "चुनावी")] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert Signals({}).shown_by("text") == set()


def test_every_signal_is_used() -> None:
    """By a rule, or by the reading of reports."""
    read = {"measurement", "roundup"}
    assert set(SEVERITY.signals) == read | {name for rule in SEVERITY.rules for name in rule.when.context}
