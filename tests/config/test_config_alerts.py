"""Alert rules and channels in the settings: read, refused with their place, and shown without secrets."""

import re
from pathlib import Path

import pytest

from blockwire.config.errors import ConfigurationError
from blockwire.config.reference import as_toml
from blockwire.config.settings import Settings, load_settings
from blockwire.schemas import Severity
from blockwire.schemas.alerting import AlertRule, Channel

GOOD = """\
[alerts]
attempts = 3

[[alerts.channels]]
id = "desk"
url_file = "desk.url"

[[alerts.channels]]
id = "feed"
kind = "atom"
path = "public/alerts.atom"

[[alerts.rules]]
id = "urgent"
channels = ["desk"]
severity = "critical"
countries = ["RU", "UA"]
quiet = "22:00-07:00"
time_zone = "Europe/Kyiv"
"""


def read(folder: Path, text: str, **environ: str) -> Settings:
    file = folder / "blockwire.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, {}, environ)


def test_rules_and_channels_are_read(tmp_path: Path) -> None:
    alerts = read(tmp_path, GOOD).alerts
    assert alerts.attempts == 3
    assert [channel.id for channel in alerts.channels] == ["desk", "feed"]
    (rule,) = alerts.rules_in_force
    assert (rule.severity, rule.countries, rule.channels) == (Severity.CRITICAL, ("RU", "UA"), ("desk",))


def test_without_rules_alert_and_above_goes_everywhere(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, GOOD.partition("[[alerts.rules]]")[0]).alerts.rules_in_force
    assert (rule.severity, rule.when, rule.channels) == (Severity.ALERT, "at_once", ())


def test_paths_of_channels_start_from_the_files_folder(tmp_path: Path) -> None:
    desk, feed = read(tmp_path, GOOD).alerts.channels
    assert desk.url_file == tmp_path / "desk.url"
    assert feed.path == tmp_path / "public/alerts.atom"


def test_a_variable_holds_them_as_json(tmp_path: Path) -> None:
    variable = '[{"id": "all", "severity": "info", "channels": ["feed"]}]'
    (rule,) = read(tmp_path, GOOD, BLOCKWIRE_ALERTS__RULES=variable).alerts.rules
    assert (rule.id, rule.channels) == ("all", ("feed",))
    with pytest.raises(ConfigurationError, match=r"BLOCKWIRE_ALERTS__RULES\[0\].severity 'nfo': expected 'info'"):
        read(tmp_path, GOOD, BLOCKWIRE_ALERTS__RULES=variable.replace('"info"', '"nfo"'))


def test_what_is_shown_gives_the_same_again(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    assert read(tmp_path, as_toml(settings)).alerts == settings.alerts


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"critical"', '"loud"', r":16: alerts.rules\[0\].severity 'loud': expected 'info', 'watch', 'alert' or"),
        ('"Europe/Kyiv"', '"Mars"', r":19: alerts.rules\[0\].time_zone 'Mars': expected the name of a time zone"),
        ('["desk"]', '["disk"]', r"alerts.rules 'disk': expected channels that exist \(desk, feed\)"),
        ('"feed"', '"desk"', r"alerts.channels 'desk': expected channels with ids of their own"),
        ("path = ", "pth = ", r":11: alerts.channels\[1\].pth '\*\*\*': expected a setting that exists"),
        ('kind = "atom"', "", r":8: alerts.channels\[1\] 'feed with path': expected url_env or url_file"),
        ('path = "public/alerts.atom"', "", r":8: alerts.channels\[1\] 'feed with none of them': expected path"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        read(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize("name", ["url", "url_env", "token"])
def test_an_address_in_the_file_is_refused_without_showing_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, GOOD.replace('url_file = "desk.url"', f'{name} = "slack://T0KEN-A/T0KEN-B/"'))
    assert "T0KEN" not in str(refused.value)
    assert "alerts.channels[0]" in str(refused.value)


def test_two_channels_do_not_write_one_file(tmp_path: Path) -> None:
    more = '[[alerts.channels]]\nid = "log"\nkind = "jsonl"\npath = "public/alerts.atom"\n'
    with pytest.raises(
        ConfigurationError, match=r"alerts.channels '.*alerts.atom': expected channels with files of their"
    ):
        read(tmp_path, GOOD + more)


def test_a_variable_of_ours_is_none_for_an_address(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"url_env '\*\*\*': expected .* does not begin with BLOCKWIRE_"):
        read(tmp_path, GOOD.replace('url_file = "desk.url"', 'url_env = "BLOCKWIRE_DESK"'))
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, GOOD, BLOCKWIRE_DESK="slack://T0KEN-A/T0KEN-B/")
    assert "T0KEN" not in str(refused.value)


GUIDE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def test_the_guides_examples_can_be_used(tmp_path: Path) -> None:
    alerts = read(tmp_path, "\n".join(re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL))).alerts
    assert {channel.kind for channel in alerts.channels} == {"apprise", "webhook", "atom", "cap", "jsonl"}
    assert [rule.id for rule in alerts.rules] == ["urgent", "neighbours"]


@pytest.mark.parametrize("record", [AlertRule, Channel])
def test_the_guide_names_every_setting(record: type[AlertRule] | type[Channel]) -> None:
    assert [name for name in record.model_fields if f"`{name}`" not in GUIDE] == []
