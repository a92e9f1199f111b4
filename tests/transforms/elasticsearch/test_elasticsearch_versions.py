"""Client and server of different versions: 8 speaks to both servers, 9 to its own, and says what mends it."""

from collections.abc import Iterator
from importlib.metadata import version

import elasticsearch_server
import pytest
from elasticsearch import __version__ as client_version
from sink_samples import MAPPINGS

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import Action, Ended, write_all
from blockwire.transforms.elasticsearch.connection import connect
from blockwire.transforms.stores.contract import StoreUnavailable

pytestmark = [pytest.mark.elasticsearch, pytest.mark.thorough]


@pytest.fixture
def older_server() -> Iterator[elasticsearch_server.Server]:
    try:
        server = elasticsearch_server.start(version="8.19.21")
    except elasticsearch_server.NoServer as failure:
        elasticsearch_server.no_elasticsearch(failure)
    yield server
    elasticsearch_server.stop(server)


def test_a_server_of_version_8(older_server: elasticsearch_server.Server) -> None:
    connection = connect(Access(hosts=(older_server.url,)), patience_s=30)
    action = Action("create", "pages", "n1", {"name": "n1"})
    if client_version[0] == 8:
        connection.call(lambda client: client.indices.create(index="pages", mappings=MAPPINGS))
        assert [ending.ended for ending in write_all(connection, [action])] == [Ended.CREATED]
    else:
        with pytest.raises(StoreUnavailable) as told:
            write_all(connection, [action])
        mended = "pip install 'elasticsearch>=8.19,<9'"
        said = f"has version 8, and the installed client {version('elasticsearch')} is of another: {mended}"
        assert str(told.value) == f"Elasticsearch at {older_server.url} {said}"
    connection.close()
