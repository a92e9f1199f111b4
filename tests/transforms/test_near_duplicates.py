"""Reprints are found, and different texts are not taken for each other."""

import json
import random
from collections import Counter

import pytest
from absent import skipped_where_absent
from events_samples import claim, report

from bench.shared_data import shared
from blockwire.schemas import Report
from blockwire.transforms.near_duplicates import FEWEST, bands, fingerprint, is_copy, likeness, originals

AGENCY = """The regulator ordered three mobile operators on Tuesday to cut access to the messenger until further notice, two people with
knowledge of the order said. It names no reason. Users in the capital could not send pictures from about six in the evening, and calls
broke off after a few seconds. A spokeswoman for the ministry said that she had no information. Rights lawyers called the step unlawful,
since the act on communications asks for a court's decision. The messenger has eleven million users in the country, more than any other."""

CHINESE = "电信监管机构周二要求三家移动运营商切断对该即时通讯软件的访问，两名知情人士透露。命令没有说明理由。首都用户自傍晚六点起无法发送图片，通话几秒后中断。该部发言人表示没有消息。"


def copy_of(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def alike(one: str, other: str) -> bool:
    return is_copy(fingerprint(one), fingerprint(other))


@pytest.mark.parametrize(
    "reprint",
    [
        AGENCY,
        AGENCY.upper(),
        copy_of(
            AGENCY, ("on Tuesday", "yesterday"), ("two people with\nknowledge of the order said", "Globe Wire reported")
        ),
        AGENCY.partition("Rights lawyers")[0],
        f"CAPITAL (Globe Wire) - {AGENCY} This newspaper could not reach the operators.",
    ],
    ids=["the same", "in capitals", "reworded", "shortened", "with additions"],
)
def test_reprints_are_copies(reprint: str) -> None:
    assert alike(AGENCY, reprint)


def test_scripts_without_spaces_too() -> None:
    assert alike(CHINESE, copy_of(CHINESE, ("周二", "昨天"), ("两名知情人士透露", "据本报获悉")))
    assert not alike(
        CHINESE,
        "法院裁定解除对新闻网站的封锁，编辑部表示欢迎，流量在一小时内恢复。服务商协会确认已经执行该裁决，其他网站仍被封锁。",
    )


def test_another_report_on_the_same_thing_is_no_copy() -> None:
    own = """Since Tuesday evening people in the capital cannot reach each other by the country's most popular messenger. We tried three
    networks: pictures do not load, and calls end at once. The ministry says it knows nothing. An engineer of one operator showed us the
    order; it came by mail, without a number. Lawyers doubt that it is lawful without a court, and mean to complain on Thursday."""
    assert not alike(AGENCY, own)


def test_headlines_are_too_short_to_be_copies() -> None:
    short = fingerprint("Regulator orders operators to cut access to the messenger")
    assert short.signature == ""
    assert short.shingles < FEWEST
    assert bands(short.signature) == ()
    assert likeness(short, short) == 0


def test_copies_share_a_band() -> None:
    words = [f"word{number}" for number in range(120)]
    missed = 0
    for seed in range(100):
        chance = random.Random(seed)
        changed = [word if chance.random() > 0.08 else "other" for word in words]
        one, other = fingerprint(" ".join(words)), fingerprint(" ".join(changed))
        missed += not set(bands(one.signature)) & set(bands(other.signature))
    assert missed <= 1


def _report(name: str, at: float, text: str) -> Report:
    made = fingerprint(text)
    return report(name, at, claim(), signature=made.signature, shingles=made.shingles)


def test_the_earliest_is_the_original_whatever_the_order() -> None:
    reports = [
        _report("agency", 0, AGENCY),
        _report("paper", 1, f"{AGENCY} More of our own."),
        _report("site", 2, copy_of(AGENCY, ("on Tuesday", "yesterday"))),
        _report("other", 1.5, CHINESE),
    ]
    expected = {one.article_id: reports[0].article_id for one in reports[1:3]} | {
        one.article_id: None for one in (reports[0], reports[3])
    }
    for seed in range(6):
        random.Random(seed).shuffle(reports)
        assert originals(reports) == expected


def test_a_signature_is_the_same_everywhere() -> None:
    """It is kept in stores: another one would miss the copies of what is there."""
    assert fingerprint(AGENCY).signature[:16] == "091d360d3e840e5d"


@pytest.mark.shared
def test_no_two_different_articles_are_taken_for_copies() -> None:
    """806 reference texts of real pages."""
    with skipped_where_absent():
        lines = shared("articles", "articles.jsonl").read_text("utf-8").strip().split("\n")
    texts = {row["id"]: row["text"] for row in map(json.loads, lines) if row.get("text")}
    prints = {name: fingerprint(text) for name, text in texts.items()}
    shelves: dict[str, list[str]] = {}
    for name, made in prints.items():
        for band in bands(made.signature):
            shelves.setdefault(band, []).append(name)
    pairs = {(a, b) for names in shelves.values() for a in names for b in names if a < b}
    copies = {(a, b) for a, b in pairs if is_copy(prints[a], prints[b]) and not _same(texts[a], texts[b])}
    assert len(texts) > 700
    assert copies == set()


def _same(one: str, other: str) -> bool:
    """Whether most words are the same: then it is the same article, collected twice."""
    a, b = Counter(one.split()), Counter(other.split())
    return (a & b).total() > 0.6 * min(a.total(), b.total())
