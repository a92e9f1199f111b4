"""A job of its own process, to be killed: writes documents 0 to COUNT into INDEX at URL. Says when the first are acknowledged."""

import sys

import apache_beam as beam
from sink_samples import document, name_of

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.write_to_elasticsearch import WriteToElasticsearch


def say(_: object) -> None:
    sys.stdout.write(".\n")
    sys.stdout.flush()


def main() -> None:
    url, index, count = sys.argv[1:]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        numbers = pipeline | beam.Create([int(count)]) | beam.FlatMap(lambda count: range(count))
        documents = numbers | beam.Map(document)
        recipe = Recipe(index=index, id=name_of, operation="create")
        written = documents | WriteToElasticsearch(Access(hosts=(url,)), recipe, max_actions=50)
        written.acknowledged | beam.Map(say)


if __name__ == "__main__":
    main()
