"""What a process counts: shown from the start, bounded, and nothing of a person in it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from huiying import metrics
from huiying.ports import Engine
from huiying.topics import NLP, POSTS
from tests.factories import NOW
from tests.huiying.test_worker import Desk, publish, worker


def value(name: str, **labels: str) -> float:
    found = metrics.REGISTRY.get_sample_value(name, labels)
    return 0.0 if found is None else found


def test_a_worker_counts_what_it_handled_and_how_long_it_took(engine: Engine) -> None:
    handled = value("huiying_handled_total", group=NLP)
    batches = value("huiying_handling_seconds_count", group=NLP)
    buried = value("huiying_buried_total", group=NLP)
    publish(engine, 3)
    engine.stream.publish(POSTS.name, [("x", b"no post")])
    worker(engine, Desk()).run_until_idle()
    assert value("huiying_handled_total", group=NLP) == handled + 4
    assert value("huiying_handling_seconds_count", group=NLP) > batches
    assert value("huiying_buried_total", group=NLP) == buried + 1
    assert metrics.rounds()[NLP] == NOW


def test_a_group_is_shown_before_its_first_record() -> None:
    metrics.about_to_work("newcomers")
    assert 'huiying_stalled_total{group="newcomers"} 0.0' in metrics.exposition().decode()


def test_what_runs_is_told_once() -> None:
    metrics.running(engine="embedded")
    metrics.running(engine="distributed")
    told = [line for line in metrics.exposition().decode().splitlines() if line.startswith("huiying_build")]
    assert len(told) == 1 and 'engine="distributed"' in told[0] and metrics.software() in told[0]


def test_every_figure_says_what_it_is() -> None:
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        assert family.documentation, family.name
