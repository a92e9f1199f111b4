"""Languages of news, of paragraphs and of headlines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Regulator orders providers to block messenger", "en"),
        ("Роскомнадзор замедлил работу мессенджера", "ru"),
        ("Провайдери заблокували доступ до мережі на окупованих територіях", "uk"),
        ("У Беларусі заблакавалі доступ да незалежных сайтаў", "be"),
        ("Доступ до сайтів обмежено", "uk"),
        ("Парламентът прие закон за блокиране на сайтове", "bg"),
        ("Влада је блокирала друштвене мреже", "sr"),
        ("Қазақстанда интернет өшірілді", "kk"),
        ("国家互联网信息办公室要求屏蔽该应用程序", "zh"),
        ("國家通訊傳播委員會要求業者封鎖該網站", "zh-Hant"),
        ("政府はサイトへの接続を遮断した", "ja"),
        ("정부가 메신저 접속을 차단했다", "ko"),
        ("حجبت السلطات تطبيق المراسلة في جميع أنحاء البلاد", "ar"),
        ("دسترسی به پیام‌رسان در سراسر کشور قطع شد", "fa"),
        ("حکومت نے سوشل میڈیا پر پابندی عائد کر دی ہے", "ur"),
        ("Erişim engeli getirilen siteler listesi açıklandı", "tr"),
        ("El regulador ordena bloquear la aplicación de mensajería", "es"),
        ("Le régulateur ordonne le blocage de la messagerie", "fr"),
        ("Regulierungsbehörde lässt den Messenger sperren", "de"),
        ("O regulador mandou bloquear o aplicativo de mensagens", "pt"),
        ("Chính phủ chặn truy cập mạng xã hội", "vi"),
        ("รัฐบาลสั่งปิดกั้นเว็บไซต์", "th"),
        ("სარკე საიტები დაბლოკეს", "ka"),
        ("የኢንተርኔት አገልግሎት ተቋረጠ", "am"),
        ("ආණ්ඩුව සමාජ මාධ්‍ය අවහිර කළේය", "si"),
        ("အင်တာနက် ဖြတ်တောက်ခဲ့သည်", "my"),
    ],
)  # fmt: skip
def test_headlines(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_foreign_name_does_not_change_the_language() -> None:
    russian = (
        "Лидер партии «Фронт Змін» Арсений Яценюк прогнозирует, что выборы в этом году будут сложными и нечестными"
    )
    assert detect_language(russian) == "ru"


def test_addresses_and_handles_are_not_language() -> None:
    assert detect_language("https://example.org/some-english-words Заблокирован сайт газеты @newspaper_english") == "ru"


@pytest.mark.parametrize("text", ["", "   ", "12345 !!!", "a", "https://example.org/"])
def test_what_has_no_letters_has_no_language(text: str) -> None:
    assert detect_language(text) is None


@given(st.text(max_size=300))
def test_any_text_gives_a_tag_or_none(text: str) -> None:
    language = detect_language(text)
    assert language is None or 2 <= len(language.split("-")[0]) <= 3
