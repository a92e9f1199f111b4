"""Judging again what was judged: what other rules make of items, and of entries that were set aside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from blockwire.schemas import (
    Article,
    CensorshipItem,
    Classification,
    DeadLetter,
    EntryFate,
    Fate,
    FeedEntry,
    Outcome,
    Stage,
)
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.elements import Judged, NewEntry
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.outcomes import outcome_of_decision
from blockwire.transforms.result import bury
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.outcomes import entry_of
from blockwire.transforms.text.search_names import SearchNames

COMPARED: Final = tuple(name for name in Classification.model_fields if name not in ("rules_version", "model_version"))
"""Fields of the decision. A change of the version alone changes nothing."""
REASON: Final = "rules_changed"
_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Change:
    """An item about which the rules say something else now."""

    before: CensorshipItem
    outcome: Outcome
    """As it is now; without an item where it is not relevant any more."""
    fields: dict[str, tuple[object, object]]
    """What the decision said before and says now, by field."""

    @property
    def withdrawn(self) -> bool:
        """Whether it is no item any more."""
        return self.outcome.item is None


class Reconsideration:
    """Judges by other rules than those in force when the wire took things up.

    Args:
        classifier: of the rules of today.
        now: when this is.
    """

    def __init__(self, classifier: Classifier, now: datetime) -> None:
        self._classifier = classifier
        self._names = SearchNames(classifier.rules)
        self._now = now

    def item(self, item: CensorshipItem) -> Change | None:
        """What changes about an item; None where nothing does. A model's opinion keeps its score, and facts are read anew."""
        article = Article(**{name: getattr(item, name) for name in Article.model_fields})
        if item.model_version is None:
            decision = self._classifier.classify(article)
        else:
            decision = self._classifier.reconsider(article, item.score, item.model_version)
        fields = {
            name: (getattr(item, name), getattr(decision, name))
            for name in COMPARED
            if getattr(item, name) != getattr(decision, name)
        }
        if not fields:
            return None
        entry = FeedEntry(id=item.entry_id, feed_id=item.feed_id, url=item.url or None, title=item.title)
        outcome = outcome_of_decision(
            Judged(NewEntry(entry), article, decision), item.source, self._names, item.first_seen
        )
        if outcome.item is not None:
            kept = outcome.item.model_copy(update={"duplicate_of": item.duplicate_of})
            outcome = outcome.model_copy(update={"item": kept})
        return Change(item, outcome, fields)

    def set_aside(self, fate: EntryFate) -> Outcome | None:
        """A dead letter that the next round tries again, where title and excerpt of an entry that was not relevant are; else None.

        The store keeps no more of its text than that: what it comes to is decided on the page.
        """
        if fate.fate is not Fate.NOT_RELEVANT or not fate.url:
            return None
        article = Article(
            id=fate.id,
            entry_id=fate.id,
            feed_id=fate.feed_id,
            url=fate.url,
            fetched_url=fate.url,
            title=fate.title,
            text=fate.excerpt,
            language=fate.language,
            published=fate.published,
            extractor="excerpt",
            fetched=fate.first_seen,
        )
        decision = self._classifier.classify(article)
        if not decision.relevant or decision.rules_version == fate.rules_version:
            return None
        return Outcome(
            fate=fate.model_copy(update={"fate": Fate.DEAD_LETTER, "score": decision.score}),
            dead_letter=self._letter(fate, decision),
        )

    def _letter(self, fate: EntryFate, decision: Classification) -> DeadLetter:
        entry = entry_of(fate).model_copy(update={"language": fate.language})
        said = f"by the rules {decision.rules_version} its title and excerpt are about internet censorship"
        return bury(entry, Stage.CLASSIFY, REASON, said, now=self._now, retry_at=self._now)


def apply(changes: Sequence[Change], reopened: Sequence[Outcome], store: Store, regrouper: Regrouper) -> int:
    """Writes what changed, and regroups the events that it concerns. Returns how many events changed.

    A crash repeats work: items leave their events before they leave the store, and changed ones wait to be grouped.
    """
    gone = [change.before.id for change in changes if change.withdrawn]
    events = {event.id for event in regrouper.withdraw(gone)} if gone else set()
    for some in _parts([*(change.outcome for change in changes), *reopened]):
        store.rewrite(some)
    events |= {event.id for event in regrouper.everything_new()}
    return len(events)


def _parts(outcomes: Sequence[Outcome]) -> Iterator[Sequence[Outcome]]:
    for start in range(0, len(outcomes), _AT_ONCE):
        yield outcomes[start : start + _AT_ONCE]


def settle(store: Store, before: Iterable[str]) -> None:
    """Counts events as decided, so that nobody is told, but those that waited for it before."""
    waiting = set(before)
    store.events.decided({event.id: event.revision for event in store.events.undecided() if event.id not in waiting})
