"""Both models on the same texts: one that is worse shows it, one that is the same shows nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from huiying.contracts import Disposition
from huiying.learning.contest import Row, best_of, on_own_texts, on_replay
from huiying.learning.lessons import Truth
from huiying.tomlfile import DEFAULTS
from nlp import corpus, model
from nlp.pipeline import Reader
from tests.factories import NOW, a_line
from tests.huiying.learning.people import texts


@pytest.fixture(scope="module")
def deaf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader whose scores never reach its thresholds."""
    learned = model.load(request.getfixturevalue("models"))
    card = msgspec.structs.replace(learned.card, alert=1.1, review=1.1)
    folder: Path = tmp_path_factory.mktemp("deaf")
    model.save(replace(learned, card=card, bias=learned.bias - 50), folder)
    return Reader.load(folder, DEFAULTS, "henan")


def named(rows: list[Row], part: str) -> Row:
    return next(row for row in rows if part in row.name)


def test_a_model_against_itself_is_no_worse_anywhere(reader: Reader) -> None:
    rows = on_own_texts(reader, reader, NOW)
    assert all(row.old == row.new and not row.worse for row in rows)
    held_back = corpus.load(corpus.HELD_BACK)
    recall = named(rows, "正题被报出")
    assert recall.n == sum(example.relevance == "core" for example in held_back)
    assert named(rows, "事项正确").n == sum(example.relevance != "off" for example in held_back)
    assert 0.3 < recall.new <= 1.0


def test_a_model_that_sees_less_is_worse_on_the_own_texts(reader: Reader, deaf: Reader) -> None:
    rows = on_own_texts(reader, deaf, NOW)
    assert named(rows, "正题被报出").worse
    assert named(rows, "事项正确").worse


def test_many_small_steps_down_are_measured_against_the_shipped_model() -> None:
    current = [Row(name="事项正确", old=0.47, new=0.46, n=100, margin=0.02)]
    shipped = [Row(name="事项正确", old=0.49, new=0.46, n=100, margin=0.02)]
    assert not current[0].worse
    (row,) = best_of(current, shipped)
    assert (row.old, row.new, row.worse) == (0.49, 0.46, True)


def test_the_replay_counts_what_people_said_and_what_nobody_judged(reader: Reader, deaf: Reader) -> None:
    posts = texts(matters=6, noise=6)
    yes, no = posts[0], posts[-1]
    held = [
        Truth(post=post, case_id="", said={"relevance": said}, weights={}, reading=None)
        for post, said in ((yes, True), (no, False))
    ]
    lines = [
        a_line(
            body=post,
            disposition=Disposition.ATTACHED if number < 6 else Disposition.IRRELEVANT,
        )
        for number, post in enumerate(posts)
    ]
    judged = frozenset({yes.key, no.key})
    rows = on_replay(reader, deaf, lines, held, judged, NOW + timedelta(days=1))
    said = named(rows, "认定有关")
    assert (said.n, said.old, said.worse) == (1, 1.0, True)
    assert named(rows, "认定无关").n == 1
    kept = named(rows, "归入事件")
    assert kept.n == 5
    assert kept.worse
    alerts = named(rows, "告警条数")
    assert alerts.n == 10
    assert alerts.new < alerts.old
    assert not alerts.worse
    more = named(on_replay(deaf, reader, lines, held, judged, NOW), "告警条数")
    assert more.worse is (more.new > more.old + more.margin)
