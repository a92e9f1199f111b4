"""Which runner a round runs on, and what is passed through to Beam."""

import pickle

import apache_beam as beam
import click
import pytest
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.prism_runner import PrismRunner

from blockwire.pipelines.options import beam_options, has_one_worker, runs_here


@pytest.mark.parametrize("arguments", [[], ["--runner=DirectRunner"], ["--runner", "FnApiRunner"]])
def test_a_scheduled_round_runs_in_process(arguments: list[str]) -> None:
    """Not on Beam's switch, which would look for another runner and download it."""
    assert isinstance(beam.Pipeline(options=beam_options(arguments)).runner, FnApiRunner)


def test_work_is_shared_out_where_there_are_workers() -> None:
    """Sharing out costs a round on one worker some of its start."""
    assert has_one_worker(beam_options([]))
    assert not has_one_worker(beam_options(["--direct_num_workers", "2"]))
    assert not has_one_worker(beam_options(["--runner", "PortableRunner", "--job_endpoint", "localhost:8099"]))


def test_steps_run_here_unless_processes_or_an_engine_have_them() -> None:
    assert runs_here(beam_options([]))
    assert not runs_here(beam_options(["--direct_running_mode", "multi_processing", "--direct_num_workers", "2"]))
    assert not runs_here(beam_options(["--runner", "PortableRunner", "--environment_type", "EXTERNAL"]))


def test_in_process_means_without_looking_for_prism(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline runs though the path to Prism is closed."""

    def closed(*_: object, **__: object) -> str:
        raise AssertionError("looked for Prism")

    monkeypatch.setattr(PrismRunner, "default_job_server", closed)
    with beam.Pipeline(options=beam_options(["--runner=DirectRunner"])) as pipeline:
        pipeline | beam.Create([1]) | beam.Map(str)


def test_other_options_pass_through() -> None:
    """Named as Beam names them."""
    options = beam_options(["--runner=PrismRunner", "--direct_num_workers", "2"])
    assert options.view_as(DirectOptions).direct_num_workers == 2
    assert type(beam.Pipeline(options=options).runner) is PrismRunner


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--runer=PrismRunner"], "No such option: --runer=PrismRunner. Did you mean --runner?"),
        (["--colour"], "No such option: --colour. Neither blockwire nor Apache Beam has it"),
        (["--direct_num_workers", "two"], "Beam option --direct_num_workers: invalid int value: 'two'."),
        (["feeds.yaml"], "Got unexpected argument 'feeds.yaml'."),
    ],
)
def test_unknown_flags_are_errors(arguments: list[str], said: str) -> None:
    """Beam by itself drops what it does not know."""
    with pytest.raises(click.UsageError) as error:
        beam_options(arguments)
    assert error.value.message.startswith(said)


def test_a_view_is_made_once_and_shares_its_values() -> None:
    """Beam asks for hundreds of views, and parses the flags anew for each."""
    options = beam_options(["--direct_num_workers", "2"])
    view = options.view_as(DirectOptions)
    assert options.view_as(DirectOptions) is view
    view.direct_num_workers = 3
    assert options.get_all_options()["direct_num_workers"] == 3
    assert pickle.loads(pickle.dumps(options)).view_as(DirectOptions).direct_num_workers == 3
