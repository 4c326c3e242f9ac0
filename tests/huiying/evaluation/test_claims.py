from __future__ import annotations

from pathlib import Path

from huiying.evaluation import claims
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


def test_the_own_pairs_are_told_apart_with_hardly_a_false_conflict(reader: Reader) -> None:
    measured = claims.measure(Folder(), reader)
    figures = {figure.key: figure for figure in measured.figures}
    assert figures["claims.conflict_precision"].value >= 0.97
    assert figures["claims.conflict_recall"].value >= 0.9
    assert figures[f"claims.conflict_precision@{claims.AFTER}"].value >= 0.93
    assert figures["claims.conflict_precision"].value > (figures["claims.conflict_precision"].baseline or 1)


def test_every_answer_is_one_of_four_and_there_are_enough_of_each() -> None:
    rows = Folder().rows(claims.FILE) or []
    answers = [row["answer"] for row in rows]
    assert set(answers) == {"conflict", "agree", "incomparable", "unrelated"}
    assert min(answers.count(one) for one in set(answers)) >= 30
    assert len({(row["claim"], row["statement"]) for row in rows}) == len(rows)


def test_what_was_called_wrongly_is_listed(tmp_path: Path, reader: Reader) -> None:
    file = tmp_path / claims.FILE
    file.parent.mkdir()
    row = (
        '{"claim": "听说人防门被拆了。", "statement": "人防门未拆除。", "answer": "agree", "together": true}'
    )
    file.write_text(row, encoding="utf-8")
    measured = claims.measure(Folder(tmp_path), reader)
    assert (measured.lists or {})["说法与声明：并不矛盾而报了不一致"] == (
        "听说人防门被拆了。｜人防门未拆除。",
    )
    assert [figure.value for figure in measured.figures] == [0.0, 0.0]


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert claims.measure(Folder(tmp_path), reader).skipped == (claims.FILE,)
