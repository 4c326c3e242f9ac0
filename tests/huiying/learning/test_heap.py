"""Of the archive the newest texts count, each once, judged or not; too few say nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiying.contracts import Disposition
from huiying.learning import heap
from huiying.ports import Engine
from nlp import corpus
from tests.factories import NOW, a_line, a_post


def put(engine: Engine, *texts: str, kind: Disposition = Disposition.IRRELEVANT) -> None:
    """One a second."""
    moments = [(NOW + timedelta(seconds=number), text) for number, text in enumerate(texts)]
    engine.archive.put(
        [
            a_line(body=a_post(title="公告", text=text, published_at=at), disposition=kind, at=at)
            for at, text in moments
        ]
    )


def test_each_text_counts_once_and_no_more_than_the_newest(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heap, "ARCHIVE_LEAST", 3)
    monkeypatch.setattr(heap, "ARCHIVE_MOST", 4)
    put(engine, "一号", "二号", "三号", "三号", "四号", "五号")
    put(engine, "六号转发", kind=Disposition.DUPLICATE)
    assert heap.gather(engine) == sorted(("公告", text) for text in ("二号", "三号", "四号", "五号"))


def test_too_few_say_nothing_and_ours_alone_are_no_archive(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heap, "ARCHIVE_LEAST", 3)
    put(engine, "一号", "二号")
    assert heap.gather(engine) == []
    assert heap.with_our_own([]) == []


def test_our_own_stand_beside_those_of_the_archive() -> None:
    assert len(heap.with_our_own([("公告", "一号")])) == 1 + len(corpus.texts())


def test_a_long_text_is_heard_by_its_beginning(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "ARCHIVE_LEAST", 1)
    put(engine, "人" * 10_000)
    assert heap.gather(engine) == [("公告", "人" * 120)]
