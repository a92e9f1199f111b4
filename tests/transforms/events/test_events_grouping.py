"""Which reports are about one restriction, and which are not."""

import random

import pytest
from events_samples import claim, episode_of, hours, id_of, parts, report

from blockwire.schemas import Feature, Measure, ReportRole, Scope, Status
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.events.grouping import group
from blockwire.transforms.events.history import history

LIFTED = {"status": Status.LIFTED, "measures": (Measure.UNBLOCKING, Measure.MESSAGING_BLOCK)}


def test_outlets_that_tell_of_one_block_make_one_event() -> None:
    reports = [
        report(name, at, claim("IR", Measure.MESSAGING_BLOCK, "telegram"))
        for name, at in (("a", 0), ("b", 3), ("c", 50))
    ]
    assert parts(reports) == {frozenset("abc")}


def test_the_same_service_in_two_countries_makes_two_events() -> None:
    reports = [report(code, 0, claim(code, Measure.MESSAGING_BLOCK, "telegram")) for code in ("VE", "BR")]
    assert len(parts(reports)) == 2


def test_occupied_territory_is_apart_from_both_countries() -> None:
    occupied = {"countries": ("UA",), "jurisdiction": "RU", "scope": Scope.OCCUPIED_TERRITORY}
    reports = [
        report("occupied", 0, claim("UA", Measure.MESSAGING_BLOCK, "telegram", **occupied)),
        report("ukraine", 1, claim("UA", Measure.MESSAGING_BLOCK, "telegram")),
        report("russia", 2, claim("RU", Measure.MESSAGING_BLOCK, "telegram")),
    ]
    assert len(parts(reports)) == 3


def test_two_services_of_one_country_make_two_events() -> None:
    reports = [report(one, 0, claim("IR", Measure.MESSAGING_BLOCK, one)) for one in ("telegram", "signal")]
    assert len(parts(reports)) == 2


def test_a_company_stands_for_its_service() -> None:
    reports = [report(one, 0, claim("RU", Measure.APP_STORE_REMOVAL, one)) for one in ("google-play", "google")]
    assert len(parts(reports)) == 1


def test_blocking_a_network_and_watching_its_visitors_are_two_things() -> None:
    reports = [
        report("block", 0, claim("UA", Measure.SOCIAL_MEDIA_BLOCK, "vkontakte")),
        report("register", 5, claim("UA", Measure.SURVEILLANCE_OF_USERS, "vkontakte")),
    ]
    assert len(parts(reports)) == 2


def test_an_article_on_two_things_adds_to_both_and_opens_no_second() -> None:
    both = (
        claim("UA", Measure.SOCIAL_MEDIA_BLOCK, "vkontakte"),
        claim("UA", Measure.SURVEILLANCE_OF_USERS, "vkontakte", aside=True, status=None),
    )
    alone = [report("both", 10, *both)]
    assert parts(alone) == {frozenset({"both"})}
    others = [
        report("block", 0, claim("UA", Measure.SOCIAL_MEDIA_BLOCK, "vkontakte")),
        report("register", 5, claim("UA", Measure.SURVEILLANCE_OF_USERS, "vkontakte")),
    ]
    assert parts([*others, *alone]) == {frozenset({"block", "both"}), frozenset({"register", "both"})}


def test_regions_that_are_cut_off_at_once_are_kept_apart() -> None:
    reports = [
        report(
            place, number, claim("RU", Measure.INTERNET_SHUTDOWN, "internet", scope=Scope.REGIONAL, regions=(place,))
        )
        for number, place in enumerate(("Samara", "Ulyanovsk", "Saratov"))
    ]
    assert len(parts(reports)) == 3


@pytest.mark.parametrize("measure", [Measure.MESSAGING_BLOCK, Measure.INTERNET_SHUTDOWN])
def test_what_spreads_from_a_region_to_the_country_is_told_as_new(measure: Measure) -> None:
    target = "internet" if measure is Measure.INTERNET_SHUTDOWN else "telegram"
    region = claim("RU", measure, target, scope=Scope.REGIONAL, regions=("Dagestan",))
    country = claim("RU", measure, target, scope=Scope.NATIONAL)
    told = [report("region", 0, region), report("country", 30, country), report("country too", 31, country)]
    assert parts(told) == {frozenset({"region"}), frozenset({"country", "country too"})}
    within = [report("country", 0, country), report("region", 1, region)]
    assert len(parts(within)) == 1


def test_a_service_blocked_in_two_regions_is_two_events() -> None:
    told = [
        report(place, at, claim("RU", Measure.MESSAGING_BLOCK, "telegram", scope=Scope.REGIONAL, regions=(place,)))
        for at, place in enumerate(("Dagestan", "Chechnya"))
    ]
    assert len(parts(told)) == 2


def test_a_follow_up_that_names_no_service_founds_no_event() -> None:
    named = report("named", 0, claim("RU", Measure.MESSAGING_BLOCK, "whatsapp"))
    vague = claim("RU", Measure.MESSAGING_BLOCK)
    assert parts([named, report("later", 24 * 6, vague)]) == {frozenset({"named"})}
    assert len(parts([named, report("much later", 24 * 12, vague)])) == 2
    assert len(parts([report("alone", 0, vague)])) == 1


def test_a_region_named_in_the_text_alone_counts_too() -> None:
    reports = [
        report("a", 0, claim("RU", Measure.INTERNET_SHUTDOWN, "internet", scope=Scope.REGIONAL, regions=("Samara",))),
        report("b", 1, claim("RU", Measure.INTERNET_SHUTDOWN, "internet", scope=Scope.REGIONAL), names=("samara",)),
    ]
    assert len(parts(reports)) == 1


def test_calls_are_kept_apart_from_the_whole_service_where_little_else_speaks_for_it() -> None:
    calls = claim("RU", Measure.MESSAGING_BLOCK, "whatsapp", features=(Feature.CALLS,))
    whole = claim("RU", Measure.MESSAGING_BLOCK, "whatsapp")
    assert len(parts([report("calls", 0, calls), report("whole", 24 * 12, whole)])) == 2
    assert len(parts([report("calls", 0, calls), report("calls too", 24 * 12, calls)])) == 1


def test_a_block_after_the_lifting_is_a_new_event() -> None:
    block = claim("TR", Measure.MESSAGING_BLOCK, "telegram")
    lifting = claim("TR", Measure.MESSAGING_BLOCK, "telegram", **LIFTED)
    reports = [report("block", 0, block), report("lifted", 40, lifting), report("again", 24 * 14, block)]
    assert parts(reports) == {frozenset({"block", "lifted"}), frozenset({"again"})}


def test_a_late_report_on_the_block_is_no_new_event() -> None:
    block = claim("TR", Measure.MESSAGING_BLOCK, "telegram")
    lifting = claim("TR", Measure.MESSAGING_BLOCK, "telegram", **LIFTED)
    assert len(parts([report("block", 0, block), report("lifted", 40, lifting), report("late", 45, block)])) == 1


def test_an_end_in_one_region_does_not_end_it_in_the_country() -> None:
    cut = claim("IR", Measure.INTERNET_SHUTDOWN, "internet")
    south = {"scope": Scope.REGIONAL, "regions": ("Khuzestan",)}
    end = claim("IR", Measure.INTERNET_SHUTDOWN, "internet", status=Status.LIFTED, **south)
    told = [report("cut", 0, cut), report("south", 20, end), report("third day", 60, cut)]
    assert len(parts(told)) == 1
    steps = [step.status for step in history(episode_of(*told).tellings)]
    assert steps == [Status.IN_FORCE, Status.PARTLY_LIFTED, Status.IN_FORCE]


@pytest.mark.parametrize(
    ("end", "score", "events"), [(Status.DENIED, 0.9, 1), (Status.LIFTED, 0.6, 1), (Status.LIFTED, 0.9, 2)]
)
def test_only_a_sure_lifting_closes(end: Status, score: float, events: int) -> None:
    slowed = claim("RU", Measure.THROTTLING, "youtube")
    over = claim("RU", Measure.THROTTLING, "youtube", status=end)
    told = [report("slowed", 0, slowed), report("over", 20, over, score=score), report("goes on", 60, slowed)]
    assert len(parts(told)) == events


def test_a_block_again_within_a_day_of_the_lifting_is_a_new_event() -> None:
    block = claim("TR", Measure.MESSAGING_BLOCK, "telegram")
    lifting = claim("TR", Measure.MESSAGING_BLOCK, "telegram", **LIFTED)
    told = [
        report("block", 0, block),
        report("lifted", 40, lifting),
        report("again", 45, block, framing=(FramingKind.AGAIN,)),
        report("again too", 47, block),
        report("lifted again", 90, lifting),
    ]
    assert parts(told) == {frozenset({"block", "lifted"}), frozenset({"again", "again too", "lifted again"})}


@pytest.mark.parametrize("retold", [{"framing": (FramingKind.EXPLAINED,)}, {"day": hours(30).date()}])
def test_an_account_days_after_the_lifting_founds_no_event_and_moves_none(retold: dict[str, object]) -> None:
    block = claim("NP", Measure.SOCIAL_MEDIA_BLOCK, "x")
    lifting = claim("NP", Measure.SOCIAL_MEDIA_BLOCK, "x", status=Status.LIFTED)
    told = [report("block", 0, block), report("lifted", 40, lifting), report("how it came", 24 * 6, block, **retold)]
    assert len(parts(told)) == 1
    assert [step.status for step in history(episode_of(*told).tellings)] == [Status.IN_FORCE, Status.LIFTED]
    assert len(parts(told[2:])) == 1


def test_what_retells_a_block_that_is_over_founds_no_event() -> None:
    block = claim("NP", Measure.SOCIAL_MEDIA_BLOCK, "x")
    lifting = claim("NP", Measure.SOCIAL_MEDIA_BLOCK, "x", status=Status.LIFTED)
    retold = claim("NP", Measure.SOCIAL_MEDIA_BLOCK, "x", status=None)
    assert len(parts([report("a", 0, block), report("b", 20, lifting), report("how it came", 90, retold)])) == 1


def test_after_long_silence_the_next_report_is_on_something_new() -> None:
    cut = claim("IN", Measure.INTERNET_SHUTDOWN, "internet", scope=Scope.REGIONAL, regions=("Manipur",))
    assert len(parts([report("a", 0, cut), report("b", 24 * 20, cut)])) == 2
    law = claim("IN", Measure.LEGAL_REGULATION, "vpn", status=Status.PROPOSED)
    assert len(parts([report("a", 0, law), report("b", 24 * 20, law)])) == 1


def test_background_belongs_to_no_event() -> None:
    old = report("old", 1, claim("IR", Measure.MESSAGING_BLOCK, "telegram"), role=ReportRole.BACKGROUND)
    assert parts([report("a", 0, claim("IR", Measure.MESSAGING_BLOCK, "telegram")), old]) == {frozenset("a")}


def test_a_roundup_adds_to_what_is_there_and_opens_nothing() -> None:
    claims = (claim("VE", Measure.MESSAGING_BLOCK, "telegram"), claim("IR", Measure.INTERNET_SHUTDOWN, "internet"))
    roundup = report("roundup", 24 * 20, *claims, role=ReportRole.ROUNDUP)
    assert parts([roundup]) == set()
    assert parts([report("a", 0, claims[0]), roundup]) == {frozenset({"a", "roundup"})}


@pytest.mark.parametrize(("names", "together"), [(("korfezhaber", "korfez", "haber"), True), ((), False)])
def test_a_site_without_its_domain_is_known_by_its_name(names: tuple[str, ...], together: bool) -> None:
    reports = [
        report("a", 0, claim("TR", Measure.WEBSITE_BLOCK, "korfezhaber.example"), names=("korfezhaber",)),
        report("b", 24 * 4.5, claim("TR", Measure.WEBSITE_BLOCK), names=names),
    ]
    assert (len(parts(reports)) == 1) is together


def test_a_court_that_two_titles_name_is_no_site() -> None:
    names = ("constitutional", "court", "constitutionalcourt")
    lifted = {"status": Status.LIFTED, "censors": ("tr-constitutional-court",)}
    one = report("a", 0, claim("TR", Measure.WEBSITE_BLOCK, "a.example", **lifted), names=names, titled=names)
    other = report("b", 24 * 6, claim("TR", Measure.WEBSITE_BLOCK, **lifted), names=names, titled=names)
    assert len(parts([one, other])) == 2
    site = ("morning", "paper", "morningpaper")
    again = report("b", 24 * 6, claim("TR", Measure.WEBSITE_BLOCK, **lifted), names=site, titled=site)
    assert len(parts([one.model_copy(update={"names": site, "titled": site}), again])) == 1


def test_a_report_without_a_target_needs_more_than_country_and_measure() -> None:
    named = report("named", 0, claim("EG", Measure.WEBSITE_BLOCK, "a.example", censors=("eg-nrta",)))
    assert len(parts([named, report("vague", 1, claim("EG", Measure.WEBSITE_BLOCK))])) == 2
    same_censor = report("vague", 1, claim("EG", Measure.WEBSITE_BLOCK, censors=("eg-nrta",)))
    assert len(parts([named, same_censor])) == 1


def test_a_report_that_fits_two_events_alike_goes_to_neither() -> None:
    named = [
        report(f"s{n}", n, claim("EG", Measure.WEBSITE_BLOCK, f"s{n}.example", censors=("eg-nrta",))) for n in (0, 1)
    ]
    vague = report("vague", 2, claim("EG", Measure.WEBSITE_BLOCK, censors=("eg-nrta",)))
    assert len(parts([*named, vague])) == 3


def test_a_reprint_goes_where_its_original_is() -> None:
    original = report("original", 0, claim("CN", Measure.SEARCH_FILTERING, "weibo"))
    reprint = report("reprint", 1, claim("CN", Measure.MESSAGING_BLOCK, "wechat"), duplicate_of=original.article_id)
    assert parts([original, reprint]) == {frozenset({"original", "reprint"})}


def test_the_order_of_arrival_does_not_matter() -> None:
    claims = [
        claim("IR", Measure.INTERNET_SHUTDOWN, "internet", scope=Scope.REGIONAL, regions=("Khuzestan",)),
        claim("IR", Measure.SOCIAL_MEDIA_BLOCK, "instagram"),
        claim("IR", Measure.SOCIAL_MEDIA_BLOCK, "instagram", status=Status.LIFTED),
    ]
    reports = [report(f"r{number}", number * 13.0, claims[number % 3]) for number in range(24)]
    expected = parts(reports)
    for seed in range(5):
        random.Random(seed).shuffle(reports)
        assert parts(reports) == expected


def test_a_reprint_of_what_is_in_no_event_founds_none() -> None:
    block = claim("RU", Measure.MESSAGING_BLOCK, "telegram")
    assert parts([report("reprint", 24 * 60, block, duplicate_of=id_of("original"))]) == set()


def test_a_roundup_does_not_reach_back_further_than_what_is_kept_in_sight() -> None:
    block = claim("RU", Measure.MESSAGING_BLOCK, "telegram")
    roundup = report("roundup", 24 * 46, block, role=ReportRole.ROUNDUP)
    assert parts([report("a", 0, block), roundup]) == {frozenset({"a"})}


@pytest.mark.parametrize("claims", [None, 1])
def test_a_person_puts_one_claim_and_leaves_the_other_where_it_is(claims: int | None) -> None:
    """Without its number it is the one that fits."""
    arrest = claim("BY", Measure.ARREST_PROSECUTION, "telegram")
    block = claim("BY", Measure.MESSAGING_BLOCK, "telegram")
    both = report("both", 4, block, arrest.model_copy(update={"aside": True, "status": None}))
    pins = {id_of("arrest"): {None: "e1"}, both.article_id: {claims: "e1"}}
    held = {
        episode.restriction: {(one.report.title, one.number) for one in episode.tellings}
        for episode in group([report("arrest", 0, arrest), both], pins=pins)
    }
    assert held == {
        Measure.ARREST_PROSECUTION: {("arrest", 0), ("both", 1)},
        Measure.MESSAGING_BLOCK: {("both", 0)},
    }
