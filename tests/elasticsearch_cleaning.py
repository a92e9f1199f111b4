"""Removing what tests left on a server."""

from elasticsearch import Elasticsearch


def remove_indices(client: Elasticsearch, prefix: str) -> None:
    """Removes them by their names: servers forbid doing so by a pattern."""
    names = list(client.indices.get(index=f"{prefix}-*", features="aliases"))
    if names:
        client.indices.delete(index=names)


def empty_indices(client: Elasticsearch, prefix: str) -> None:
    """Deletes what is in them, by bulk: the core has no delete by query."""
    client.indices.refresh(index=f"{prefix}-*")
    found = client.search(index=f"{prefix}-*", size=10_000, source=False)["hits"]["hits"]
    if found:
        deletions = [{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in found]
        client.bulk(operations=deletions, refresh=True)
