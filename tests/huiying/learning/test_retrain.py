"""A new model is promoted where nothing gets worse, refused where something does, and what was said is told plainly."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import app as roof
from huiying.clock import ManualClock
from huiying.contracts import Disposition
from huiying.errors import Misconfigured
from huiying.examples import Labels
from huiying.learning import heap
from huiying.learning.contest import Row
from huiying.learning.retrain import PAIRS, READING, REJECTED, Part, retrain, settle, table
from huiying.ports import Engine
from huiying.settings import Settings
from huiying.tomlfile import DEFAULTS
from huiying.topics import READINGS
from nlp import model, versions
from nlp.pipeline import Reader
from tests.factories import NOW, a_line, a_post
from tests.huiying.learning.matters import MATTERS, people_have_said
from tests.huiying.learning.people import an_office, texts
from tests.triage.test_stories import MIDDLING, PARKING
from tests.triage.texts import place, reading
from triage import pairlearning, pairmodel
from triage.pairlearning import Pair
from triage.pairs import Scorer


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, folder / name)
    return folder


def a_row(old: float, new: float, **changes: object) -> Row:
    return Row(**{"name": "告警报得对", "old": old, "new": new, "n": 100, "margin": 0.01, **changes})  # type: ignore[arg-type]


def as_read(*rows: Row) -> Part:
    return replace(READING, rows=rows)


def paired(*rows: Row) -> Part:
    return replace(PAIRS, rows=rows)


def a_draft(own: Path, *, pairs: Sequence[Pair] = ()) -> Path:
    """A model that was learned just now; with what these pairs taught, where there are any."""
    draft = versions.folder_of(own, REJECTED)
    draft.mkdir(parents=True)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(own / name, draft / name)
    if pairs:
        pairmodel.save(pairlearning.taught(pairs), pairs, draft, NOW)
    return draft


def test_without_examples_it_says_what_to_do_first(engine: Engine, own: Path) -> None:
    with pytest.raises(Misconfigured, match="还没有可以学的样例"):
        retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert versions.current(own) == own


def test_nothing_worse_promotes_and_rolls_back_in_one_step(own: Path) -> None:
    name, said = settle(own, a_draft(own), [as_read(a_row(0.9, 0.9), a_row(0.9, 0.895))], NOW)
    assert name is not None
    assert versions.current(own) == own / "versions" / name
    assert model.read_card(versions.current(own)) is not None
    assert "--rollback" in said
    assert versions.roll_back(own) == (name, versions.SHIPPED)


def test_one_figure_worse_refuses_and_names_it(own: Path) -> None:
    draft = a_draft(own)
    rows = (a_row(0.9, 0.95), a_row(0.9, 0.88, name="正题被报出"))
    name, said = settle(own, draft, [as_read(*rows)], NOW)
    assert name is None
    assert "正题被报出" in said
    assert "告警报得对" not in said
    assert draft.is_dir()
    assert versions.current(own) == own


ONE = Pair(one="青禾苑人防车位租金涨三成", other="青禾苑业主不满人防车位涨租", same=True)


def test_of_two_parts_the_one_that_makes_nothing_worse_takes_over_and_the_other_stays_as_it_was(
    own: Path,
) -> None:
    first, _ = settle(
        own, a_draft(own, pairs=[ONE]), [as_read(a_row(0.9, 0.9)), paired(a_row(0.9, 0.9))], NOW
    )
    known = pairmodel.read_card(versions.current(own))
    assert known is not None
    later = NOW + timedelta(minutes=1)
    draft = a_draft(own, pairs=[ONE, ONE])
    sunk = paired(a_row(0.9, 0.5, name="自有测试对"))
    second, said = settle(own, draft, [as_read(a_row(0.9, 0.9)), sunk], later)
    assert second is not None
    assert pairmodel.read_card(versions.current(own)) == known
    assert pairmodel.read_card(draft) not in (None, known)
    assert said.startswith("识别没有变差的指标，已换上")
    assert "归并的比对没有换：变差的有“自有测试对”" in said
    assert versions.roll_back(own) == (second, first)


def test_what_is_refused_alone_stays_whole_beside_what_is_in_force(own: Path) -> None:
    draft = versions.folder_of(own, REJECTED)
    pairmodel.save(pairlearning.taught([ONE]), [ONE], draft, NOW)
    name, _ = settle(own, draft, [paired(a_row(0.9, 0.5))], NOW)
    assert name is None
    assert model.read_card(draft) == model.read_card(own)
    assert pairmodel.read_card(versions.current(own)) is None


@pytest.mark.parametrize(
    ("row", "worse"),
    [
        (a_row(0.9, 0.89), False),
        (a_row(0.9, 0.8899), True),
        (a_row(0.9, 0.1, n=0), False),
        (a_row(100, 111, margin=12, fewer_is_better=True), False),
        (a_row(100, 113, margin=12, fewer_is_better=True), True),
        (a_row(100, 20, margin=12, fewer_is_better=True), False),
    ],
)
def test_a_figure_is_worse_beyond_its_margin_alone(row: Row, worse: bool) -> None:
    assert row.worse is worse


def test_the_table_says_of_each_figure_what_it_was_and_is() -> None:
    head, line, none = table([a_row(0.9, 0.8), a_row(0.0, 0.0, n=0)])
    assert head.split() == ["指标", "现行", "新的", "条数", "允许变差", "结论"]
    assert line.split() == ["告警报得对", "0.900", "0.800", "100", "0.01", "变差"]
    assert none.endswith("没有可比的")


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.timeout(120)
def test_learning_from_people_makes_a_model_that_was_compared_on_both_measures(
    engine: Engine, reader: Reader, own: Path
) -> None:
    """What it reads of an engine is tested beside the lessons; learning is the same for either."""
    office = an_office(engine, reader, texts(matters=8, noise=4))
    for case in office.cases():
        office.confirm(case)
    first = engine.archive.get([office.cases()[0].opened_by])[office.cases()[0].opened_by]
    assert first.body is not None
    office.label(first.body, Labels(topic="T09"))
    report = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert report.promoted is not any(row.worse for row in report.rows)
    assert {row.name.split("：")[0] for row in report.rows} == {"自有测试集", "回放"}
    assert "归并的比对不重学" in report.in_words()
    assert pairmodel.read_card(Path(report.candidate)) is None
    replayed = next(row for row in report.rows if row.name.endswith("告警条数"))
    assert replayed.n + len(report.lessons.judged) == 12
    card = model.read_card(Path(report.candidate))
    assert card is not None
    assert card.taught
    current = model.read_card(versions.current(own))
    assert current is not None
    assert (current.taught == card.taught) is report.promoted
    if report.promoted:
        again = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
        assert again.said.startswith("上次以后没有新的样例")


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.timeout(120)
def test_what_people_joined_and_told_apart_makes_a_scorer_that_knows_their_matters_apart(
    engine: Engine, own: Path
) -> None:
    people_have_said(engine)
    report = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert report.promoted
    assert [row.name.split("：")[0] for row in report.rows] == ["自有测试对", "自有测试对", "归并"]
    assert report.rows[-1].n == len(report.pairs.held) > 0
    learned = pairmodel.load(versions.current(own))
    assert apart(learned) < apart(pairlearning.shipped()) - 0.15
    assert model.read_card(versions.current(own)) == model.read_card(own)
    again = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert not again.promoted
    assert again.ok
    assert again.said.startswith("上次以后没有新的样例")
    versions.roll_back(own)
    assert apart(pairmodel.load(versions.current(own))) == apart(pairlearning.shipped())


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
def test_few_pairs_change_nothing_and_that_is_said(engine: Engine, own: Path) -> None:
    people_have_said(engine, estates=2)
    with pytest.raises(Misconfigured, match="归并的比对不重学"):
        retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert versions.current(own) == own


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.timeout(120)
def test_an_archive_that_is_large_enough_is_heard_once_and_again_after_a_month(
    engine: Engine, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heap, "ARCHIVE_LEAST", 8)
    put_aside(engine, 8)
    report = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert report.promoted is not report.refused
    assert "归档里最新的 8 篇" in report.in_words()
    card = pairmodel.read_card(Path(report.candidate))
    assert card is not None
    assert (card.archive, card.taught) == (8, "")
    learned = pairmodel.load(Path(report.candidate))
    assert learned.background.places
    assert 0.0 <= apart(learned) <= 1.0
    versions.promote(own, Path(report.candidate).name)
    later = retrain(engine, own, DEFAULTS, "henan", NOW + timedelta(days=29), days=30)
    assert later.said.startswith("上次以后没有新的样例")
    assert retrain(engine, own, DEFAULTS, "henan", NOW + timedelta(days=30), days=30).rows


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.timeout(120)
def test_what_people_taught_once_is_not_forgotten_when_its_texts_are_erased(
    engine: Engine, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people_have_said(engine)
    assert retrain(engine, own, DEFAULTS, "henan", NOW, days=30).promoted
    engine.archive.purge(before=NOW + timedelta(days=1), dispositions=frozenset({Disposition.ATTACHED}))
    known = versions.in_force(own)
    with pytest.raises(Misconfigured, match="原文已清除 40 对"):
        retrain(engine, own, DEFAULTS, "henan", NOW + timedelta(days=60), days=30)
    monkeypatch.setattr(heap, "ARCHIVE_LEAST", 8)
    put_aside(engine, 8)
    told = retrain(engine, own, DEFAULTS, "henan", NOW + timedelta(days=60), days=30)
    assert told.said.startswith("上次以后没有新的样例")
    assert versions.in_force(own) == known


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.parametrize(("bias", "stories"), [(40.0, 1), (-40.0, 2)])
def test_the_worker_of_a_running_house_compares_its_next_batch_by_what_was_promoted(
    settings: Settings, bias: float, stories: int
) -> None:
    here = place(county="中原区")
    with roof.opened(settings, ManualClock(NOW)) as house:
        worker = house.stories()
        for number, (found, lean) in enumerate(
            ((reading(PARKING, where=here), -bias), (reading(MIDDLING, topic="T06", where=here), bias))
        ):
            scorer = replace(pairlearning.shipped(), bias=lean)
            pairmodel.save(scorer, [ONE], versions.folder_of(settings.models, f"{number}-aa"), NOW)
            versions.promote(settings.models, f"{number}-aa")
            house.engine.stream.publish(READINGS.name, [READINGS.encode(found)])
            assert worker.run_until_idle() == 1
        assert len(list(house.engine.cases.open_stories("henan", since=NOW))) == stories


def put_aside(engine: Engine, many: int) -> None:
    """Texts that were no matter of the office."""
    kind = Disposition.IRRELEVANT
    bodies = [a_post(title=f"第{n}号公告", text=f"第{n}号公告：道路施工，请绕行。") for n in range(many)]
    engine.archive.put([a_line(body=body, disposition=kind) for body in bodies])


def apart(scorer: Scorer) -> float:
    """How likely it takes two matters for one at an estate that nobody has spoken of."""
    one, other = (scorer.sketch(matter[0].format("翠屏苑")) for matter in MATTERS[:2])
    return scorer.score(one, other)
