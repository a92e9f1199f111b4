"""Item and dead-letter queries in Elasticsearch's words, and reading all that they find."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery
from blockwire.transforms.text.search_terms import QueryTerm, query_terms

Query = dict[str, Any]
Sort = Sequence[dict[str, str]]

PAGE: Final = 500
_KEEP_ALIVE: Final = "5m"
_TITLE_WEIGHT: Final = 4.0

BY_RANK: Final[Sort] = ({"_score": "desc"}, {"@timestamp": "desc"}, {"event.id": "asc"})
NEWEST_FIRST: Final[Sort] = ({"@timestamp": "desc"}, {"event.id": "asc"})
BY_ID: Final[Sort] = ({"event.id": "asc"},)


def has_words(query: ItemQuery) -> bool:
    """Whether results are to be ranked."""
    return bool(query.words and query.words.strip())


def items_query(query: ItemQuery) -> Query:
    """What an item query asks."""
    filters: list[Query] = [
        {"terms": {place: list(values)}}
        for place, values in (
            ("censorship.countries", query.countries),
            ("censorship.measures", query.measures),
            ("article.feed_id", query.feeds),
        )
        if values
    ]
    if query.services:
        # Circumvention tools are services of the same gazetteer, and looked for by the same name.
        places = ("censorship.services", "censorship.tools")
        filters.append(_any_of([{"terms": {place: list(query.services)}} for place in places]))
    if query.languages:
        filters.append(_any_of([_language(language) for language in query.languages]))
    limits = {"gte": query.since, "lte": query.until}
    times = {name: time.isoformat() for name, time in limits.items() if time is not None}
    if times:
        filters.append({"range": {"@timestamp": times}})
    asked: Query = {"filter": filters}
    if has_words(query):
        terms = query_terms(query.words or "")
        # A query of punctuation alone finds nothing, and is not an error.
        asked["must"] = [_term(term) for term in terms] or [{"match_none": {}}]
    return {"bool": asked}


def dead_letters_query(query: DeadLetterQuery) -> Query:
    """What a dead-letter query asks."""
    filters: list[Query] = [
        {"terms": {place: list(values)}}
        for place, values in (
            ("event.id", query.ids),
            ("stage", [stage.value for stage in query.stages]),
            ("error.type", query.reasons),
            ("feed.id", query.feeds),
        )
        if values
    ]
    if query.due_before is not None:
        filters.append({"range": {"retry_at": {"lte": query.due_before.isoformat()}}})
    return {"bool": {"filter": filters}}


def _language(language: str) -> Query:
    return _any_of([{"term": {"language": language}}, {"prefix": {"language": f"{language}-"}}])


def _term(term: QueryTerm) -> Query:
    choices: list[Query] = [
        {"match_phrase": {"title": {"query": term.word, "boost": _TITLE_WEIGHT}}},
        {"match_phrase": {"text": term.word}},
    ]
    if term.beginning:
        choices += [{"prefix": {"lemmas": form}} for form in term.forms]
    else:
        choices += [{"match_phrase": {"lemmas": form}} for form in term.forms]
    return _any_of(choices)


def _any_of(choices: list[Query]) -> Query:
    return {"bool": {"should": choices, "minimum_should_match": 1}}


def hits(
    connection: Connection, index: str, query: Query, sort: Sort, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The sources of all documents that match, in order, as of one point in time, however many.

    Args:
        connection: to the server.
        index: where to look.
        query: what for.
        sort: with a field at its end that no two documents share.
        limit: at most so many.
    """
    if limit is not None and limit <= PAGE:
        # One page needs no point in time.
        if limit > 0:
            yield from (hit["_source"] for hit in _page(connection, {"index": index}, query, sort, limit))
        return
    found = (hit["_source"] for page in pages(connection, index, query, sort) for hit in page)
    yield from islice(found, limit)


def pages(connection: Connection, index: str, query: Query, sort: Sort, **more: bool) -> Iterator[list[dict[str, Any]]]:
    """All hits, as of one point in time, page by page; ``more``: what else to be told of each."""
    pit = connection.call(lambda client: client.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE))["id"]
    where = {"pit": {"id": pit, "keep_alive": _KEEP_ALIVE}}
    try:
        page = _page(connection, where, query, sort, PAGE, **more)
        while page:
            yield page
            if len(page) < PAGE:
                return
            page = _page(connection, where, query, sort, PAGE, search_after=page[-1]["sort"], **more)
    finally:
        connection.call(lambda client: client.close_point_in_time(id=pit), patience_s=0)


def _page(
    connection: Connection, where: dict[str, Any], query: Query, sort: Sort, size: int, **more: Any
) -> list[dict[str, Any]]:
    answer = connection.call(
        lambda client: client.search(**where, query=query, sort=sort, size=size, track_total_hits=False, **more)
    )
    found: list[dict[str, Any]] = answer["hits"]["hits"]
    return found
