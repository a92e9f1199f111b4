"""Messages arrive at real receivers, whole, with a key that they can see; failures say what happened and no secret."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alerts_samples import alert, event, evidence
from receivers import MailBox, WebServer, mail_server, web_server

from blockwire.schemas import Alert
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.channels import Channels, address_of
from blockwire.transforms.alerts.courier import without_address
from blockwire.transforms.alerts.courier_process import Parcel
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.messages import messages_to


@pytest.fixture(scope="module")
def courier() -> Iterator[Channels]:
    """One process for all tests: it takes a second to start."""
    environ: dict[str, str] = {}
    with Channels(environ) as channels:
        yield channels


@pytest.fixture
def mail() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def send(courier: Channels, url: str, *alerts: Alert, **fields: object) -> None:
    courier._environ["CHANNEL_URL"] = url  # type: ignore[index]
    channel = Channel.model_validate({"id": "desk", "url_env": "CHANNEL_URL", "timeout_s": 10, **fields})
    (message,) = messages_to(channel, alerts)
    courier.send(channel, message, list)


def test_mail_arrives_with_its_key(courier: Channels, mail: MailBox) -> None:
    whole = alert()
    send(courier, mail.url, whole)
    (arrived,) = mail.mails
    assert arrived["Subject"] == whole.title
    assert arrived["X-Blockwire-Alert"] == whole.id
    text = arrived.get_content()
    assert "Звонки ограничены" in text
    assert f"Reference: {whole.id}" in text


def test_mail_in_html_has_text_beside_it(courier: Channels, mail: MailBox) -> None:
    send(courier, mail.url, alert(), format="html")
    (arrived,) = mail.mails
    html = arrived.get_body(("html",))
    assert html is not None and "<bdi" in html.get_content()
    plain = arrived.get_body(("plain",))
    assert plain is not None and "Звонки ограничены" in plain.get_content()


def test_no_title_writes_mail_headers(courier: Channels, mail: MailBox) -> None:
    evil = event(targets=("a\r\nBcc: everyone@example.org\r\n\r\n<b>",), evidence=(evidence(title="x\nBcc: y@z"),))
    send(courier, mail.url, alert(evil))
    (arrived,) = mail.mails
    assert arrived["Bcc"] is None
    assert "Bcc: everyone@example.org" in arrived["Subject"]


def test_a_webhook_gets_the_whole_alert(courier: Channels, web: WebServer) -> None:
    whole = alert()
    send(courier, web.url, whole, kind="webhook")
    (post,) = web.posts
    assert post.path == "/hook/s3cret-token"
    assert post.headers["Idempotency-Key"] == whole.id
    assert post.json["id"] == whole.id
    assert Alert.model_validate_json(json.dumps(post.json["alerts"][0])) == whole
    assert post.json["title"] == whole.title
    assert "Звонки ограничены" in post.json["text"]


def test_a_digest_is_one_message(courier: Channels, web: WebServer) -> None:
    two = [alert(event(id=name * 32), digest="d" * 32) for name in "ab"]
    send(courier, web.url, *two, kind="webhook")
    (post,) = web.posts
    assert post.headers["Idempotency-Key"] == "d" * 32
    assert [one["event_id"][0] for one in post.json["alerts"]] == ["a", "b"]
    assert post.json["title"] == "2 alerts: Ukraine"


def test_ntfy_gets_title_and_key(courier: Channels, web: WebServer) -> None:
    whole = alert()
    send(courier, f"ntfy://127.0.0.1:{web.port}/blocks", whole)
    assert whole.title in "".join(str(post.headers) + post.body.decode() for post in web.posts)
    assert f"Reference: {whole.id}" in web.posts[-1].body.decode()


def test_apprises_own_webhooks_get_the_key_as_a_header(courier: Channels, web: WebServer) -> None:
    whole = alert()
    send(courier, f"json://127.0.0.1:{web.port}/x", whole, format="markdown")
    (post,) = web.posts
    assert post.headers["X-Blockwire-Alert"] == whole.id
    assert "## \\[alert\\]" in post.json["message"]


@pytest.mark.parametrize("kind", ["webhook", "apprise"])
def test_a_refusal_is_told_without_the_address(courier: Channels, web: WebServer, kind: str) -> None:
    web.status = 500
    url = web.url if kind == "webhook" else web.url.replace("http://", "json://")
    with pytest.raises(ChannelError) as failure:
        send(courier, url, alert(), kind=kind)
    assert failure.value.reason == "refused"
    assert "500" in str(failure.value)
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:9/s3cret", "webhook"),
        ("s3cret", "webhook"),
        ("http://[s3cret", "webhook"),
        ("s3cret://x/y", "apprise"),
        ("mailto://user:s3cret@127.0.0.1:9?mode=insecure", "apprise"),
        ("slack://s3cret/", "apprise"),
    ],
)
def test_a_wrong_address_is_told_without_showing_it(courier: Channels, url: str, kind: str) -> None:
    with pytest.raises(ChannelError) as failure:
        send(courier, url, alert(), kind=kind)
    assert failure.value.reason == "refused"
    assert "s3cret" not in str(failure.value)


def test_a_channel_that_hangs_costs_its_time_and_no_more(courier: Channels, web: WebServer) -> None:
    send(courier, web.url, alert(), kind="webhook")
    web.hang.clear()
    began = time.monotonic()
    with pytest.raises(ChannelError, match=r"no answer in 0\.5 s") as failure:
        send(courier, web.url, alert(), kind="webhook", timeout_s=0.5)
    assert failure.value.reason == "timeout"
    assert time.monotonic() - began < 5
    web.hang.set()
    send(courier, web.url, alert(), kind="webhook")
    assert len(web.posts) == 3


def test_a_service_that_crashes_costs_its_message(courier: Channels, web: WebServer) -> None:
    """An address that is no text at all stands for a bug in somebody's plugin."""
    parcel = Parcel("webhook", url=None, key="k", title="t", body="{}", form="text")  # type: ignore[arg-type]
    with pytest.raises(ChannelError) as failure:
        courier._courier.deliver(parcel, 10)
    assert failure.value.reason == "crashed"
    send(courier, web.url, alert(), kind="webhook")
    assert len(web.posts) == 1


def test_addresses_come_from_a_variable_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "desk.url"
    by_file = Channel(id="desk", url_file=file)
    with pytest.raises(ChannelError, match=r"desk.url' cannot be read: No such file"):
        address_of(by_file, {})
    file.write_text("\n")
    with pytest.raises(ChannelError, match=r"desk.url' is empty: put the channel's address there"):
        address_of(by_file, {})
    file.write_text("json://x/\n")
    assert address_of(by_file, {}) == "json://x/"
    by_name = Channel(id="desk", url_env="DESK_URL")
    assert address_of(by_name, {"DESK_URL": " json://x/ "}) == "json://x/"
    with pytest.raises(ChannelError, match="DESK_URL is not set") as failure:
        address_of(by_name, {})
    assert failure.value.reason == "no_address"


def test_every_part_of_an_address_is_masked() -> None:
    url = "slack://T0kenA/T0kenB/c%2Fd?key=pässw%C3%B6rd"
    text = f"{url} T0kenA: T0kenB, pässwörd of c/d"
    masked = without_address(text, url)
    for secret in ("T0kenA", "T0kenB", "pässw"):
        assert secret not in masked
