"""From a decision, or a dead letter, to everything that is to be written about an entry."""

from datetime import datetime

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, Fate, FeedEntry, Outcome, Source
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.elements import Judged
from blockwire.transforms.extraction.messages import EXCERPT_CHARS, SetAside
from blockwire.transforms.text.search_names import SearchNames
from blockwire.transforms.text.search_terms import lemmas

TOP_EVIDENCE = 3


def outcome_of_decision(judged: Judged, source: Source, names: SearchNames, now: datetime) -> Outcome:
    """An item where the article is relevant; else the short form, with what spoke most for and against it."""
    article, decision = judged.article, judged.decision
    fate = EntryFate(
        id=judged.origin.entry.id,
        feed_id=article.feed_id,
        fate=Fate.INDEXED if decision.relevant else Fate.NOT_RELEVANT,
        article_id=article.id,
        url=article.url,
        title=article.title,
        excerpt=article.text[:EXCERPT_CHARS],
        language=article.language,
        published=article.published,
        first_seen=now,
        score=decision.score,
        top_evidence=tuple(sorted(decision.evidence, key=lambda e: -abs(e.weight))[:TOP_EVIDENCE]),
        rules_version=decision.rules_version,
    )
    if not decision.relevant:
        return Outcome(fate=fate)
    terms = lemmas(f"{article.title}\n{article.text}", article.language)
    item = CensorshipItem.of(
        article,
        decision,
        source=source,
        first_seen=now,
        lemmas=f"{terms} {names.terms((*decision.services, *decision.tools))}".strip(),
        blockwire_version=blockwire_version(),
    )
    return Outcome(fate=fate, item=item)


def outcome_of_set_aside(entry: FeedEntry, aside: SetAside, now: datetime) -> Outcome:
    """The short form of a page that a first look found to be about something else."""
    decision = aside.decision
    fate = EntryFate(
        id=entry.id,
        feed_id=entry.feed_id,
        fate=Fate.NOT_RELEVANT,
        url=aside.url,
        title=entry.title,
        excerpt=aside.excerpt,
        language=entry.language,
        published=entry.published,
        first_seen=now,
        score=decision.score,
        top_evidence=decision.evidence,
        rules_version=decision.rules_version,
    )
    return Outcome(fate=fate)


def outcome_of_dead_letter(letter: DeadLetter) -> Outcome:
    """The fate of an entry that failed. One that no reader could make sense of is known by its dead letter's id."""
    entry = letter.entry
    fate = EntryFate(
        id=entry.id if entry else letter.id,
        feed_id=letter.feed_id,
        fate=Fate.DEAD_LETTER,
        url=letter.url,
        title=entry.title if entry else "",
        excerpt=entry.summary[:EXCERPT_CHARS] if entry else "",
        published=entry.published if entry else None,
        first_seen=letter.first_failed,
    )
    return Outcome(fate=fate, dead_letter=letter)
