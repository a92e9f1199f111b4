"""The guide tells of every search and rule as it is; its other queries are KQL over fields that exist."""

import re

from kibana_queries import kql_fields

from bench.shared_data import REPOSITORY
from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.config.kibana.loading import load_kibana

WIRE = load_kibana()
GUIDE = (REPOSITORY / "docs" / "kibana.md").read_text("utf-8")


def table(name: str) -> list[str]:
    found = re.search(rf"<!-- {name}: begin -->\n(.*)<!-- {name}: end -->", GUIDE, re.DOTALL)
    assert found
    return found[1].splitlines()


def test_every_search_is_in_the_guide_as_it_is() -> None:
    rows = [
        f"| {search.title} | {WIRE.view(search.view).name} | `{search.query}` | {search.use} |"
        for search in WIRE.searches
    ]
    assert table("searches") == ["| search | view | KQL | use |", "| --- | --- | --- | --- |", *rows]


def test_every_rule_is_in_the_guide_as_it_is() -> None:
    rows = [f"| {rule.name} | {rule.about} | every {rule.every}, over {rule.window} |" for rule in WIRE.rules]
    assert table("rules") == ["| rule | fires when | looks |", "| --- | --- | --- |", *rows]


def test_its_other_queries_name_fields_that_exist() -> None:
    ids = {view.name: view.id for view in WIRE.views}
    more = GUIDE.partition("Some more, to start from:")[2].partition("## Dashboards")[0]
    rows = re.findall(r"^\| [^|]+ \| (\w+) \| `([^`]+)` \|$", more, re.MULTILINE)
    assert len(rows) >= 8
    for view, query in rows:
        (field, *_) = names = kql_fields(query)
        assert field
        for name in names:
            mapping = load_mappings()[ids[view]]
            for step in name.split("."):
                mapping = mapping["properties"][step]
