"""A second opinion is asked about what the rules are not sure of, and about nothing else; a dead endpoint changes nothing."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from eager import eagerly

from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Article, FeedEntry
from blockwire.schemas.policies import SecondOpinionPolicy
from blockwire.transforms.classification.opinion import KEY_VARIABLE
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.elements import Judged, NewEntry
from blockwire.transforms.packed import Packed
from blockwire.transforms.second_opinion import ChatEndpoint, SecondOpinion

RULES = load_rules()
SURE = "Regulator orders providers to block Telegram"
UNSURE = "Ministry restricts use of websites"
PLAIN = "Rain expected at the weekend"


@dataclass
class Endpoint:
    """A chat endpoint on this machine, with what it was asked."""

    url: str = ""
    status: int = 200
    content: str = '{"probability": 0.95}'
    asked: list[dict[str, object]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers.get("Authorization"))
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(json.dumps({"choices": [{"message": {"content": state.content}}]}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    yield state
    server.shutdown()
    server.server_close()


def judged(title: str) -> Judged:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    url = "https://sample.example/1"
    article = Article(
        id="0" * 32, entry_id="0" * 32, feed_id="sample", url=url, fetched_url=url, title=title, text="", extractor="t", fetched=now
    )  # fmt: skip
    entry = FeedEntry(id="0" * 32, feed_id="sample", url=url, title=title)
    return Judged(NewEntry(entry), article, classifier_of(RULES).classify(article))


def after(policy: SecondOpinionPolicy, *titles: str) -> dict[str, Judged]:
    opinion = SecondOpinion(ChatEndpoint(policy), policy, Packed.of(RULES))
    return {one.article.title: one for one in eagerly(opinion, [judged(title) for title in titles])}


def policy_of(endpoint: Endpoint, **more: object) -> SecondOpinionPolicy:
    given = {"url": endpoint.url, "model": "judge-1", "low": 0.1, "high": 0.85, "timeout_s": 5.0, **more}
    return SecondOpinionPolicy.model_validate(given)


def test_only_the_uncertain_middle_is_asked_about(endpoint: Endpoint) -> None:
    decided = after(policy_of(endpoint), SURE, UNSURE, PLAIN)
    assert set(decided) == {SURE, UNSURE, PLAIN}
    (question,) = endpoint.asked
    assert question["model"] == "judge-1"
    assert UNSURE in json.dumps(question["messages"])
    assert decided[SURE].decision.model_version is None


def test_an_opinion_moves_the_score_and_facts_are_read_by_the_rules(endpoint: Endpoint) -> None:
    before = judged(UNSURE).decision
    assert not before.relevant
    decision = after(policy_of(endpoint), UNSURE)[UNSURE].decision
    assert decision.relevant and decision.score == pytest.approx((before.score + 0.95) / 2)
    assert decision.model_version == "judge-1"
    assert decision.evidence


@pytest.mark.parametrize(("status", "content"), [(500, "{}"), (200, "I cannot say"), (200, '{"probability": 9}')])
def test_where_the_endpoint_fails_the_rules_decide(endpoint: Endpoint, status: int, content: str) -> None:
    endpoint.status, endpoint.content = status, content
    assert after(policy_of(endpoint), UNSURE)[UNSURE].decision == judged(UNSURE).decision


def test_where_nobody_listens_the_rules_decide() -> None:
    policy = SecondOpinionPolicy(url="http://127.0.0.1:9/v1/chat/completions", model="m", low=0.1, timeout_s=2.0)
    assert after(policy, UNSURE)[UNSURE].decision == judged(UNSURE).decision


def test_the_key_comes_from_a_file_or_the_environment(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "from-environment")
    after(policy_of(endpoint), UNSURE)
    file = tmp_path / "key"
    file.write_text("from-file\n", encoding="utf-8")
    after(policy_of(endpoint, key_file=str(file)), UNSURE)
    assert endpoint.keys == ["Bearer from-environment", "Bearer from-file"]
