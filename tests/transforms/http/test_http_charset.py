import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.http.charset import declared_encodings, decode_html

RUSSIAN = "Суд обязал провайдеров ограничить доступ к сайту. Решение вступает в силу немедленно, сообщили в ведомстве. "
TEXTS = {
    "windows-1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "iso-8859-5": RUSSIAN,
    "gb18030": "法院命令网络服务商屏蔽该网站，相关决定立即生效。用户表示无法访问。" * 2,
    "big5": "法院命令網路服務商封鎖該網站，相關決定立即生效。用戶表示無法連線。" * 2,
    "shift_jis": "裁判所はプロバイダーにサイトの遮断を命じた。決定は直ちに発効する。" * 2,
    "euc-jp": "裁判所はプロバイダーにサイトの遮断を命じた。決定は直ちに発効する。" * 2,
    "iso-2022-jp": "裁判所はプロバイダーにサイトの遮断を命じた。決定は直ちに発効する。" * 2,
    "euc-kr": "법원은 통신사에 사이트 접속을 차단하라고 명령했다. 결정은 즉시 효력을 가진다." * 2,
    "windows-1253": "Το δικαστήριο διέταξε τους παρόχους να αποκλείσουν την πρόσβαση στον ιστότοπο. " * 2,
    "windows-1256": "أمرت المحكمة مزودي الإنترنت بحجب الموقع فورا وفقا لما ذكرته الهيئة اليوم. " * 2,
    "windows-1252": "Le tribunal a ordonné aux opérateurs de bloquer l'accès à la messagerie dès l'été. Señal, größer, æøå. "
    * 3,
}


def page(text: str, charset: str | None = None) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{meta}<title>News</title></head><body><p>{text * 4}</p></body></html>"


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_page_is_read_as_its_header_or_itself_declares(encoding: str) -> None:
    text = page(TEXTS[encoding])
    assert decode_html(text.encode(encoding), f'text/html; charset="{encoding.upper()}"') == text
    text = page(TEXTS[encoding], encoding)
    assert decode_html(text.encode(encoding), "text/html") == text


@pytest.mark.parametrize("encoding", [each for each in TEXTS if each != "iso-8859-5"])
@pytest.mark.parametrize("declared", [None, "text/html; charset=iso-8859-1", "text/html; charset=utf-8"])
def test_a_page_that_declares_nothing_or_the_default_is_read_by_its_content(
    encoding: str, declared: str | None
) -> None:
    text = page(TEXTS[encoding])
    assert decode_html(text.encode(encoding), declared) == text


@pytest.mark.parametrize("declared", [None, "iso-8859-1", "windows-1251", "utf-7", "nonsense"])
def test_valid_utf8_is_utf8_whatever_is_declared(declared: str | None) -> None:
    text = page(RUSSIAN, declared)
    assert decode_html(text.encode(), declared and f"text/html; charset={declared}") == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode_html(page(RUSSIAN).encode(encoding), "text/html; charset=windows-1251") == page(RUSSIAN)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_shows_itself_without_a_mark(encoding: str) -> None:
    assert decode_html(page(RUSSIAN[:20]).encode(encoding), None) == page(RUSSIAN[:20])


def test_a_few_broken_bytes_do_not_make_utf8_something_else() -> None:
    body = page(RUSSIAN).encode().replace("Суд".encode(), b"\xff\xfe\xc3", 1)
    assert RUSSIAN in decode_html(body, "text/html; charset=windows-1251")


def test_the_superset_of_a_declared_encoding_is_read() -> None:
    assert "“quoted” – €" in decode_html(page("“quoted” – €").encode("cp1252"), "text/html; charset=us-ascii")
    assert "镕" in decode_html(page(TEXTS["gb18030"] + "镕").encode("gb18030"), "text/html; charset=gb2312")


def test_only_encodings_of_the_web_are_believed() -> None:
    for label in ("utf-7", "hex", "rot13", "unicode_escape", "punycode", "idna", "mbcs", "zlib", "undefined", "."):
        assert declared_encodings(b"", f"text/html; charset={label}") == []
    assert declared_encodings(b'<?xml version="1.0" encoding="koi8-r"?><meta charset=x-sjis>', None) == [
        "cp932",
        "koi8-r",
    ]


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_any_bytes_become_text(body: bytes, content_type: str | None) -> None:
    decode_html(body, content_type).encode()


def test_a_large_page_of_meta_elements_takes_no_time() -> None:
    began = time.process_time()
    decode_html(b"<meta " * 1_000_000 + b"\xff", None)
    decode_html(b"<?xml " + b" " * 5_000_000 + b"\xff", "charset=" * 1000)
    assert time.process_time() - began < 2
