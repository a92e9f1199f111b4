"""What is read out of an item: its role, its claims, and what makes it comparable."""

from collections.abc import Mapping
from datetime import date

import pytest
from events_samples import FRAMING, RULES, SEVERITY, NoSections, item

from blockwire.config.rules.loading import load_trials
from blockwire.schemas import CensorshipItem, Classification, Evidence, FeedKind, Measure, ReportRole, Scope, Status
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.events.days import latest_day
from blockwire.transforms.events.names import domains_in, names_in
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.events.tense import is_background
from blockwire.transforms.group_events import RulesJudge

SIGNALS = Signals(SEVERITY.signals)
READER = ReportReader(NoSections(), SIGNALS, FRAMING)


def told(*marks: tuple[str, str, int, float]) -> dict[str, tuple[Evidence, ...]]:
    """Evidence: field, what it supports, where it begins, weight."""
    return {
        "evidence": tuple(
            Evidence(
                field=field, start=start, end=start + 5, quote=supports, rule="r", supports=supports, weight=weight
            )  # type: ignore[arg-type]
            for field, supports, start, weight in marks
        )
    }


def claim_of(**fields: object) -> object:
    (claim, *_) = READER.report(item("a", 0, "Title", "Today. Text.", **fields)).claims  # type: ignore[arg-type]
    return claim


def test_an_item_without_a_country_claims_nothing() -> None:
    assert READER.report(item("a", 0, "Title", "Today.", countries=(), jurisdictions=())).claims == ()


def test_what_title_and_head_speak_for_comes_first() -> None:
    marks = told(("text", "measure:website_block", 900, 5.0), ("text", "measure:throttling", 10, 1.0))
    assert claim_of(measures=(Measure.WEBSITE_BLOCK, Measure.THROTTLING), **marks).measures == (  # type: ignore[attr-defined]
        Measure.THROTTLING,
        Measure.WEBSITE_BLOCK,
    )


def test_the_quote_is_the_first_sentence_that_says_it() -> None:
    """A word out of the text convinces nobody; it is quoted exactly."""
    text = "Rain fell. The regulator blocked the messenger on Monday. Providers blocked it at noon."
    places = [text.index("blocked"), text.rindex("blocked")]
    evidence = tuple(
        Evidence(
            field="text", start=at, end=at + 7, quote="blocked", rule="r", supports="measure:messaging_block", weight=w
        )
        for at, w in zip(places, (1.0, 3.0), strict=True)
    )
    (claim,) = READER.report(item("a", 0, "Messenger blocked", text, evidence=evidence)).claims
    assert claim.quote == "The regulator blocked the messenger on Monday."
    (titled,) = READER.report(item("a", 0, "Messenger blocked", "Rain fell.")).claims
    assert titled.quote == "Messenger blocked"


def test_watching_the_visitors_of_what_is_blocked_is_not_the_block() -> None:
    measures = (Measure.SOCIAL_MEDIA_BLOCK, Measure.SURVEILLANCE_OF_USERS)
    body = told(("text", "measure:social_media_block", 10, 3.0), ("text", "measure:surveillance_of_users", 20, 1.0))
    assert claim_of(measures=measures, **body).measures[0] is Measure.SURVEILLANCE_OF_USERS  # type: ignore[attr-defined]
    titled = told(("title", "measure:social_media_block", 0, 1.0), ("text", "measure:surveillance_of_users", 20, 1.0))
    assert claim_of(measures=measures, **titled).measures[0] is Measure.SOCIAL_MEDIA_BLOCK  # type: ignore[attr-defined]


def test_two_measures_in_a_title_are_two_claims() -> None:
    both = told(("title", "measure:social_media_block", 0, 2.0), ("title", "measure:surveillance_of_users", 9, 1.0))
    made = READER.report(
        item("a", 0, "Title", "Today.", measures=(Measure.SOCIAL_MEDIA_BLOCK, Measure.SURVEILLANCE_OF_USERS), **both)  # type: ignore[arg-type]
    )
    assert [(one.measures[0], one.aside, one.status) for one in made.claims] == [
        (Measure.SOCIAL_MEDIA_BLOCK, False, Status.IN_FORCE),
        (Measure.SURVEILLANCE_OF_USERS, True, None),
    ]


def test_a_shutdown_hits_the_internet_and_not_the_services_that_are_named() -> None:
    made = claim_of(
        measures=(Measure.INTERNET_SHUTDOWN,),
        services=("telegram",),
        **told(("text", "measure:internet_shutdown", 0, 2.0)),
    )
    assert (made.targets, made.mentioned) == (("internet",), ("telegram",))  # type: ignore[attr-defined]


def test_services_of_the_head_are_targets_and_others_are_mentioned() -> None:
    marks = told(
        ("text", "measure:messaging_block", 0, 2.0), ("text", "service:telegram", 20, 0), ("text", "service:x", 900, 0)
    )
    made = claim_of(services=("telegram", "x"), **marks)
    assert (made.targets, made.mentioned) == (("telegram",), ("x",))  # type: ignore[attr-defined]


@pytest.mark.parametrize("measure", [Measure.WEBSITE_BLOCK, Measure.APP_STORE_REMOVAL, Measure.SOCIAL_MEDIA_BLOCK])
def test_a_service_named_further_down_is_no_target_of_what_hits_others(measure: Measure) -> None:
    """The paper whose site is blocked said so on X."""
    marks = told(("title", f"measure:{measure}", 0, 2.0), ("text", "service:x", 900, 0))
    made = claim_of(measures=(measure,), services=("x",), **marks)
    assert made.targets == (("x",) if measure is Measure.SOCIAL_MEDIA_BLOCK else ())  # type: ignore[attr-defined]


def test_tools_without_a_name_are_one_target() -> None:
    marks = told(("title", "measure:vpn_circumvention", 0, 2.0))
    assert claim_of(measures=(Measure.VPN_CIRCUMVENTION, Measure.LEGAL_REGULATION), **marks).targets == ("vpn",)  # type: ignore[attr-defined]


def test_a_blocked_site_is_found_by_its_domain_in_the_text() -> None:
    text = "Today readers of korfez-haber.example met a court's page. Told by a.example."
    made = READER.report(item("a", 0, "Site blocked", text, measures=(Measure.WEBSITE_BLOCK,))).claims[0]
    assert made.targets == ("korfez-haber.example",)


def test_occupied_territory_has_another_ones_authorities() -> None:
    fields: Mapping[str, object] = {"countries": ("UA",), "jurisdictions": ("RU",)}
    assert claim_of(**fields, scope=Scope.OCCUPIED_TERRITORY).jurisdiction == "RU"  # type: ignore[attr-defined]
    assert claim_of(**fields, scope=Scope.NATIONAL).jurisdiction == "UA"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("title", "text", "status", "background"),
    [
        ("Ten years on: the days without it", "On 29 April 2017 readers found nothing. It lasted until 2020.", None, True),
        ("Ten years on: the days without it", "On 29 April 2017 readers found nothing. It lasted until 2020.", Status.ORDERED, True),
        ("Как учились блокировать", "В ноябре 2016 года закрыли первую сеть. В 2018 году пробовали снова.", None, True),
        ("نه سال پس از فیلتر", "در اردیبهشت ۱۳۹۷ دستور صادر شد. از آن پس همه راهش را یاد گرفتند.", None, True),
        ("Certificate again", "For the third time since 2019 users are told to install it. They were told on Tuesday.", Status.ORDERED, False),
        ("Soldiers search phones", "At least 23 people were detained on Saturday. Facebook was blocked in 2021.", None, False),
        ("Regulator blocks a site", "The site cannot be opened. X was blocked in 2024.", Status.IN_FORCE, False),
        ("Providers close mirrors", "Since 18 March mirrors are closed. It was banned in 2017.", None, False),
    ],
)  # fmt: skip
def test_history_is_told_from_news(title: str, text: str, status: Status | None, background: bool) -> None:
    one = item("a", 0, title, text, status=status, **told(("text", "measure:website_block", 0, 1.0)))  # type: ignore[arg-type]
    assert is_background(one, FRAMING) is background
    role = ReportRole.BACKGROUND if background else ReportRole.NEWS
    assert READER.report(one).role is role


def test_a_title_that_says_what_is_done_is_news() -> None:
    text = "The network banned in 2017 opens through mirrors. They are 214."
    titled = item("a", 0, "Council proposes to block mirrors", text, status=Status.PROPOSED)
    assert not is_background(titled, FRAMING)


@pytest.mark.parametrize(
    ("title", "text", "background"),
    [
        ("Восемь лет назад в России заблокировали Telegram", "Мессенджер работал.", True),
        ("ده سال پیش تلگرام فیلتر شد", "کاربران.", True),
        ("8年前的今日", "他们封锁了它。", True),
        ("A decade of bans", "Ten years ago the state banned it.", True),
        ("Service unavailable", "Telegram, founded in 2013, was blocked by the regulator.", False),
        ("Regulator blocks Signal over 2024 law", "It was said to have blocked it under the law of 2024.", False),
        ("Hizmete engel", "2001 yılında kurulan site engellendi.", False),
    ],
)
def test_years_since_make_history_and_years_in_passing_do_not(title: str, text: str, background: bool) -> None:
    one = item("a", 0, title, text, status=None, **told(("text", "measure:website_block", 0, 1.0)))  # type: ignore[arg-type]
    assert is_background(one, FRAMING) is background


def test_a_title_of_a_block_outweighs_one_old_year() -> None:
    """It had its status taken for the past by the years, though its title is news."""
    assert not is_background(
        item("a", 0, "Telegram blocked", "Banned in 2018 for the first time.", status=None), FRAMING
    )


@pytest.mark.parametrize(
    ("title", "supposed"),
    [
        ("What if Russia blocks WhatsApp?", True),
        ("What would happen without WhatsApp", True),
        ("WhatsApp yasaklanırsa ne olur", True),
        ("Что будет, если заблокируют WhatsApp", True),
        ("如果微信被封", True),
        ("آیا واتس‌اپ فیلتر می‌شود؟", True),
        ("Russia blocks WhatsApp", False),
        ("Who asked? Russia blocks WhatsApp", False),
    ],
)
def test_what_is_only_asked_about_founds_nothing(title: str, supposed: bool) -> None:
    (claim,) = (
        ReportReader(RulesJudge(RULES), SIGNALS, FRAMING).report(item("a", 0, title, "Today experts spoke.")).claims
    )
    assert (claim.aside, claim.status is None) == (supposed, supposed)


def test_a_question_that_the_text_answers_is_news() -> None:
    reader = ReportReader(RulesJudge(RULES), SIGNALS, FRAMING)
    text = "Providers in Russia have blocked WhatsApp since Monday on the order of Roskomnadzor. Users cannot connect."
    (claim,) = reader.report(item("a", 0, "Is WhatsApp blocked in Russia?", text, country="RU")).claims
    assert (claim.aside, claim.status) == (False, Status.IN_FORCE)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("How it happened: four days without Facebook", FramingKind.EXPLAINED),
        ("Хронология блокировки WhatsApp", FramingKind.EXPLAINED),
        ("Venezuela blocks Telegram again", FramingKind.AGAIN),
        ("Роскомнадзор снова заблокировал Signal", FramingKind.AGAIN),
        ("دوباره فیلتر شد", FramingKind.AGAIN),
        ("微信再次被封", FramingKind.AGAIN),
        ("Türkiye'de X yeniden engellendi", FramingKind.AGAIN),
        ("قطع الإنترنت مجددا في العراق", FramingKind.AGAIN),
        ("Telegram is available again", None),
        ("Telegram снова работает", None),
    ],
)
def test_words_frame_a_title(title: str, kind: FramingKind | None) -> None:
    assert FRAMING.of(title) == ({kind} if kind else frozenset())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Blocked on Wednesday. Lifted on Thursday.", date(2026, 4, 30)),
        ("On 12 March it began.", date(2026, 3, 12)),
        ("From 1 June on it is closed.", date(2026, 6, 1)),
        ("В среду закрыли, 20 апреля открыли.", date(2026, 4, 29)),
        ("4月28日封锁。", date(2026, 4, 28)),
        ("۲۹ آوریل", date(2026, 4, 29)),
        ("On 30 February nothing.", None),
        ("Nothing is dated, nor is 2 May 2019.", None),
    ],
)
def test_the_latest_day_that_is_named(text: str, day: date | None) -> None:
    assert latest_day(text, date(2026, 5, 1)) == day


def test_what_a_body_does_on_its_own_network_founds_nothing() -> None:
    private = told(("title", "measure:messaging_block", 0, 4.0), ("title", "private", 0, -6.0))
    (claim,) = READER.report(item("a", 0, "Bank blocks Telegram on its network", "Today.", **private)).claims
    assert claim.aside


def test_a_national_source_that_names_no_country_means_its_own() -> None:
    def countries(kind: FeedKind, *of: str) -> tuple[str, ...]:
        nowhere = item("a", 0, "WhatsApp blocked", "Since Monday.", countries=(), jurisdictions=())
        source = nowhere.source.model_copy(update={"kind": kind, "countries": of})
        claims = READER.report(nowhere.model_copy(update={"source": source})).claims
        return claims[0].countries if claims else ()

    assert countries(FeedKind.NATIONAL_MEDIA, "KZ") == ("KZ",)
    assert countries(FeedKind.NATIONAL_MEDIA, "KZ", "UZ") == ()
    assert countries(FeedKind.NATIONAL_MEDIA, "EU") == ()
    assert countries(FeedKind.TECH_NEWS, "US") == ()


ROUNDUP = """Our look back. Nothing below is new.

Venezuela: providers blocked Telegram at the request of Conatel.

Russia: Roskomnadzor blocked WhatsApp across the country.

Türkiye: a court ordered the block of the website Körfez Haber."""


def test_a_roundup_is_read_section_by_section() -> None:
    made = ReportReader(RulesJudge(RULES), SIGNALS, FRAMING).report(item("a", 0, "March in review", ROUNDUP))
    assert made.role is ReportRole.ROUNDUP
    assert [one.jurisdiction for one in made.claims] == ["VE", "RU", "TR"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (ROUNDUP, ["Venezuela", "Russia", "Türkiye"]),
        (ROUNDUP.replace("Venezuela: ", "").replace(" of Conatel", ""), ["Russia", "Türkiye"]),
        ("Russia: Roskomnadzor blocked WhatsApp.\n\nNothing more.", []),
    ],
)
def test_only_sections_that_name_a_country_are_judged(text: str, read: list[str]) -> None:
    """And none where too few countries are named in all: judging is slow."""

    heard: list[str] = []

    class Listening(RulesJudge):
        def read(self, text: str, item: CensorshipItem) -> Classification:
            heard.append(text.split(":")[0])
            return super().read(text, item)

    judge = Listening(RULES)
    ReportReader(judge, SIGNALS, FRAMING).report(item("a", 0, "March in review", text))
    assert heard == read


def test_no_decision_names_a_country_that_its_words_do_not() -> None:
    judge = RulesJudge(RULES)
    for example in load_trials().examples:
        text = f"{example.title}\n{example.text}"
        article = item("a", 0, "Title", text).model_copy(update={"language": example.language})
        decision = judge.read(text, article)
        assert {*decision.countries, *decision.jurisdictions} <= judge.countries(text), text


def test_an_article_that_mentions_other_countries_is_no_roundup() -> None:
    class AlwaysRussia:
        def read(self, text: str, one: CensorshipItem) -> Classification:
            return one.model_copy(update={"text": text})

        def countries(self, text: str) -> tuple[str, ...]:
            return ("RU", "BY", "IR")

    reader = ReportReader(AlwaysRussia(), SIGNALS, FRAMING)
    mixed = item("a", 0, "Russia fines users", "Today.\n\nOne.\n\nTwo.\n\nThree.", countries=("RU", "BY", "IR"))
    assert reader.report(mixed).role is ReportRole.NEWS


def test_names_are_alike_in_all_languages() -> None:
    english = names_in("Court ends block of Körfez Haber", "The Izmir court ordered it over 214 pages of Körfez Haber.")
    turkish = names_in("Körfez Haber sitesine erişim engellendi", "Karar İzmir'de 214 sayfa için. korfezhaber.example")
    assert {"korfezhaber", "izmir", "#214"} <= set(english) & set(turkish)


@pytest.mark.parametrize("text", ["On 12 May 2026 it fell to 6.4 percent", "24 hours, 7 days", "in 1404"])
def test_days_and_years_are_no_numbers_of_an_affair(text: str) -> None:
    assert not [name for name in names_in("", text) if name.startswith("#")]


def test_names_in_quotes_count_in_scripts_without_capitals() -> None:
    assert "رصيفالنهر" in names_in("حجب موقع «رصيف النهر» في مصر", "")


def test_an_outlets_own_domain_says_nothing() -> None:
    assert domains_in("Read news.a.example and b.example", "www.a.example") == ("news.a.example", "b.example")
    assert domains_in("Read a.example", "a.example") == ()
