"""Item and dead-letter queries in SQLite's words. Only our own words are put together; all values are bound."""
# ruff: noqa: S608

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from blockwire.schemas import CensorshipItem
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery
from blockwire.transforms.text.search_terms import QueryTerm, query_terms

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TITLE_WEIGHT = 4.0


def microseconds(time: datetime) -> int:
    """A time as a number that sorts: microseconds since 1970. Exact, unlike ``timestamp()``."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def item_terms(item: CensorshipItem) -> set[tuple[str, str]]:
    """What an item can be selected by: kind and value."""
    terms = {("country", value) for value in item.countries}
    # Circumvention tools are services of the same gazetteer, and looked for by the same name.
    terms |= {("service", value) for value in (*item.services, *item.tools)}
    terms |= {("measure", value.value) for value in item.measures}
    terms |= {("censor", value) for value in item.censors}
    terms.add(("feed", item.feed_id))
    if item.status:
        terms.add(("status", item.status.value))
    if item.language:
        terms |= {("language", item.language), ("language", item.language.partition("-")[0])}
    return terms


@dataclass
class Selection:
    """The part of a statement from WHERE on, with its values."""

    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        """One more condition that must hold."""
        self.conditions.append(condition)
        self.values += values

    def add_choice(self, column: str, choices: Sequence[str]) -> None:
        """The column has one of these values, where there are any."""
        if choices:
            self.add(f"{column} IN ({', '.join('?' * len(choices))})", *choices)

    @property
    def where(self) -> str:
        """The clause, empty where everything is meant."""
        return f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""


def select_items(query: ItemQuery) -> tuple[str, list[object]]:
    """The statement for the numbers of all items of a query, in their order, without its limit."""
    chosen = _chosen(query)
    if _has_words(query):
        # By rank alone, equal ranks would come in any order; the newest of them is of more use.
        sql = (
            "SELECT items.number FROM item_words JOIN items ON items.number = item_words.rowid"
            f"{chosen.where} ORDER BY bm25(item_words, {TITLE_WEIGHT}, 1.0, 1.0), items.at DESC, items.id"
        )
    else:
        sql = f"SELECT items.number FROM items{chosen.where} ORDER BY items.at DESC, items.id"
    return sql, chosen.values


def count_items(query: ItemQuery) -> tuple[str, list[object]]:
    """The statement that counts the items of a query."""
    chosen = _chosen(query)
    joined = "item_words JOIN items ON items.number = item_words.rowid" if _has_words(query) else "items"
    return f"SELECT count(*) FROM {joined}{chosen.where}", chosen.values


def select_dead_letters(query: DeadLetterQuery) -> tuple[str, list[object]]:
    """The statement for the records of dead letters, newest first."""
    chosen = Selection()
    chosen.add_choice("id", query.ids)
    chosen.add_choice("stage", [stage.value for stage in query.stages])
    chosen.add_choice("reason", query.reasons)
    chosen.add_choice("feed_id", query.feeds)
    if query.due_before is not None:
        chosen.add("retry_at <= ?", microseconds(query.due_before))
    limit = -1 if query.limit is None else query.limit
    return f"SELECT record FROM dead_letters{chosen.where} ORDER BY last_failed DESC, id LIMIT {limit:d}", chosen.values


def _has_words(query: ItemQuery) -> bool:
    return bool(query.words and query.words.strip())


def _chosen(query: ItemQuery) -> Selection:
    chosen = Selection()
    if _has_words(query):
        match = match_expression(query_terms(query.words or ""))
        # A query of punctuation alone finds nothing, and is not an error.
        chosen.add("item_words MATCH ?" if match else "0", *([match] if match else []))
    filters = [
        # From the rarest kind to the commonest, as a rule.
        (kind, values)
        for kind, values in (
            ("feed", query.feeds),
            ("service", query.services),
            ("country", query.countries),
            ("measure", query.measures),
            ("language", query.languages),
        )
        if values
    ]
    for place, (kind, values) in enumerate(filters):
        having = f"term IN (SELECT number FROM terms WHERE kind = ? AND value IN ({', '.join('?' * len(values))}))"
        if place == 0:
            # The first gives the candidates ...
            chosen.add(f"items.number IN (SELECT item FROM item_terms WHERE {having})", kind, *values)
        else:
            # ... and each of them is looked up in the others: ten times as fast as cutting large sets with each other.
            chosen.add(f"EXISTS (SELECT 1 FROM item_terms WHERE item = items.number AND {having})", kind, *values)
    if query.since is not None:
        chosen.add("items.at >= ?", microseconds(query.since))
    if query.until is not None:
        chosen.add("items.at <= ?", microseconds(query.until))
    return chosen


def match_expression(terms: Iterable[QueryTerm]) -> str:
    """The words of a query in FTS5's language, all of them quoted (https://www.sqlite.org/fts5.html, section 3)."""
    return " AND ".join(_match_term(term) for term in terms)


def _match_term(term: QueryTerm) -> str:
    forms = " OR ".join(f'"{form}"{" *" if term.beginning else ""}' for form in term.forms)
    return f'({{title text}} : "{term.word}" OR lemmas : ({forms}))'
