from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.feeds.dates import read_date

TEN = datetime(2025, 9, 2, 10, tzinfo=UTC)
DAY = datetime(2025, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 02 Sep 2025 10:00:00 GMT",
        "Tue, 2 Sep 2025 13:00 +0300",
        "2 Sept 25 10:00:00 Z",
        "2025-09-02T10:00:00Z",
        "2025-09-02T13:00:00.123+03:00",
        "2025-09-02 10:00:00 UTC",
        "20250902T100000Z",
        "Tue Sep 02 12:00:00 +0200 2025",
        "Tue Sep  2 10:00:00 2025",
        "September 2, 2025 10:00 am",
        "02.09.2025 10:00",
        "Вт, 02 сен 2025 13:00:00 +0300",
        "lun, 02 sept. 2025 12:00:00 +0200",
        "Sal, 02 Eyl 2025 13:00:00 +0300",
        "الثلاثاء، 02 سبتمبر 2025 10:00",
        "۱۴۰۴/۰۶/۱۱ ۱۰:۰۰",
        "1404-06-11T13:30:00+03:30",
        "พ., 2 ก.ย. 2568 10:00:00",
        "2025年9月2日 18:00",
        "2025년 9월 2일 오후 07:00",
        "1756807200",
        "1756807200000",
    ],
)
def test_dates_are_read_however_they_are_written(text: str) -> None:
    assert read_date(text) == TEN


@pytest.mark.parametrize(
    "text",
    ["2025-09-02", "2 сентября 2025", "۱۱ شهریور ۱۴۰۴", "2568-09-02", "令和7年9月2日", "民國114年9月2日", "2025/09/02"],
)
def test_days_without_a_time(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "10:00", "12345", "02/09/2025", "Mon, 31 Feb 2025 10:00:00 GMT", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-12:00",
     "2025-13-01", "2025-09-02T25:00:00Z", "1404-13-01", "1404-07-31", "1" * 500],
)  # fmt: skip
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_the_year_one_is_not_2001() -> None:
    assert read_date("Mon, 01 Jan 0001 00:00:00 +0000") == datetime(1, 1, 1, tzinfo=UTC)


def test_the_language_decides_what_a_month_is_called() -> None:
    assert read_date("5 listopada 2024", "hr") == datetime(2024, 10, 5, tzinfo=UTC)
    assert read_date("5 listopada 2024", "pl") == datetime(2024, 11, 5, tzinfo=UTC)
    assert read_date("5 listopada 2024") is None


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [
        ("1404/01/01", (2025, 3, 21)),
        ("1403/12/30", (2025, 3, 20)),
        ("1399/12/30", (2021, 3, 20)),
        ("1375/01/01", (1996, 3, 20)),
    ],
)
def test_the_persian_calendar_with_its_leap_years(persian: str, gregorian: tuple[int, int, int]) -> None:
    assert read_date(persian) == datetime(*gregorian, tzinfo=UTC)


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "0",
                "9",
                "12",
                "31",
                "2025",
                "1404",
                "2568",
                "Sep",
                "сен",
                ":",
                "-",
                "/",
                ",",
                ".",
                "+",
                "T",
                "Z",
                "am",
                "年",
                "月",
                "日",
                "W",
            ]
        )
    ).map(" ".join)
)
def test_no_text_is_more_than_no_date(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_and_rfc_dates_mean_what_they_say(moment: datetime) -> None:
    second = moment.replace(microsecond=0)
    assert read_date(second.isoformat()) == second
    assert read_date(second.strftime("%a, %d %b %Y %H:%M:%S +0000")) == second
