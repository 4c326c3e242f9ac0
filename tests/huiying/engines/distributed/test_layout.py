"""What stands under our names is ours, or we say so."""

from __future__ import annotations

import threading

import pytest

from huiying.engines.distributed.layout import ALWAYS, FORMS, Layout
from huiying.engines.distributed.link import Link
from huiying.errors import Misconfigured
from huiying.settings import Settings
from tests import cluster
from tests.refusals import refused


def test_indices_are_made_once_however_many_begin_together(link: Link, chosen: Settings) -> None:
    layouts = [Layout(link, chosen.namespace) for _ in range(4)]
    threads = [threading.Thread(target=one.make_ready) for one in layouts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standing = layouts[0].standing()
    assert sorted(one.place for one in standing) == sorted(ALWAYS)
    assert all(layouts[0].alias(one.place) in one.aliases for one in standing)


def test_every_mapping_is_strict_and_says_whose_it_is() -> None:
    for kind, form in FORMS.items():
        assert form.mappings["dynamic"] == "strict"
        assert form.mappings["_meta"] == {"huiying": kind, "format": form.format}


def test_a_foreign_mapping_is_refused_with_what_to_do(link: Link, layout: Layout) -> None:
    link.client.indices.put_mapping(index=layout.alias("cases"), properties={"strange": {"type": "long"}})
    with pytest.raises(Misconfigured, match="HUIYING_NAMESPACE"):
        layout.make_ready()


def test_somebody_elses_index_in_place_of_an_alias_is_refused(link: Link, chosen: Settings) -> None:
    layout = Layout(link, chosen.namespace)
    link.client.indices.create(index=layout.alias("cases"))
    with pytest.raises(Misconfigured, match="别人的索引"):
        layout.make_ready()


def test_a_command_ends_with_one_line_and_code_two(link: Link, layout: Layout, chosen: Settings) -> None:
    cluster.need("kafka")
    link.client.indices.put_mapping(index=layout.alias("cases"), properties={"strange": {"type": "long"}})
    told = refused(chosen, "account")
    assert layout.alias("cases") in told and "HUIYING_NAMESPACE" in told


def test_indices_of_a_longer_name_are_not_ours(link: Link, layout: Layout) -> None:
    neighbour = Layout(link, f"{layout.namespace}-b")
    neighbour.make_ready()
    assert len(layout.standing()) == len(ALWAYS)
    assert len(neighbour.standing()) == len(ALWAYS)


def test_a_namespace_that_elasticsearch_does_not_take_is_refused(link: Link) -> None:
    for name in ("", "Huiying", "-x", "a/b", "a*"):
        with pytest.raises(Misconfigured, match="HUIYING_NAMESPACE"):
            Layout(link, name)


def test_a_foreign_index_under_our_name_is_refused(link: Link, chosen: Settings) -> None:
    layout = Layout(link, chosen.namespace)
    foreign = f"other{chosen.namespace}"
    link.client.indices.create(index=foreign, aliases={layout.alias("cases"): {}})
    try:
        with pytest.raises(Misconfigured, match=foreign):
            layout.make_ready()
    finally:
        link.client.indices.delete(index=foreign)
