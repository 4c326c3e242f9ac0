"""What is worth a label next, in three kinds, none of it judged before; on both engines."""

from __future__ import annotations

from collections import Counter

import pytest

from huiying.errors import Misconfigured
from huiying.examples import Labels
from huiying.learning.suggest import Cuts, suggest
from huiying.ports import Engine
from nlp.pipeline import Reader
from tests.factories import NOW
from tests.huiying.learning.people import an_office, texts

CUTS = Cuts(alert=0.7, review=0.3)


def test_two_fifths_look_most_alike_two_fifths_are_doubtful_one_fifth_is_drawn(
    engine: Engine, reader: Reader
) -> None:
    an_office(engine, reader, texts(matters=15, noise=25))
    items = suggest(engine, reader, CUTS, "http://127.0.0.1", NOW, count=10)
    assert Counter(item.kind for item in items) == {"top": 4, "uncertain": 4, "random": 2}
    assert len({item.post for item in items}) == 10
    assert [item.score for item in items[:4]] == sorted((i.score for i in items[:4]), reverse=True)
    assert items[0].link == f"http://127.0.0.1/posts/{items[0].post.id}#label"
    assert items == suggest(engine, reader, CUTS, "http://127.0.0.1", NOW, count=10)


def test_what_people_judged_is_not_asked_again(engine: Engine, reader: Reader) -> None:
    office = an_office(engine, reader, texts(matters=3, noise=3))
    before = suggest(engine, reader, CUTS, "", NOW, count=10)
    judged = next(item.post for item in before)
    line = engine.archive.get([judged])[judged]
    assert line.body is not None
    office.label(line.body, Labels(relevant=True))
    assert judged not in {item.post for item in suggest(engine, reader, CUTS, "", NOW, count=10)}


def test_an_empty_archive_is_said(engine: Engine, reader: Reader) -> None:
    with pytest.raises(Misconfigured, match="归档里还没有可以标注的信息"):
        suggest(engine, reader, CUTS, "", NOW, count=10)
