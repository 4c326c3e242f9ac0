"""The record as it is written out: whole at one moment, whatever happens meanwhile, and nothing in it but what is kept."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from huiying import chain
from huiying.anchors import KIND, Anchors
from huiying.errors import Misconfigured
from huiying.export import NoSuchCase, export, whole
from huiying.ports import Engine
from huiying.recordfile import Line
from tests.factories import NOW
from tests.records import (
    OFFICE,
    checked,
    exported,
    grown,
    numbers,
    saved,
    seal_of,
    unchained,
    with_events,
)


def rows(file: bytes) -> list[Line]:
    return [msgspec.json.decode(row, type=Line) for row in file.splitlines()]


def test_the_whole_record_is_written_and_found_whole(engine: Engine) -> None:
    one, two = saved(engine, 3), saved(engine, 2, detected_at=NOW + timedelta(minutes=1))
    Anchors(engine).checkpoint(NOW)
    one = grown(engine, one, 2)
    file, summary = exported(engine)
    assert checked(file, seal=summary.seal, anchor=summary.anchor).ok
    assert (summary.cases, summary.events, summary.anchors, summary.lines) == (2, 7, 2, 11)
    told = rows(file)
    assert told[0].record and (told[0].record.office, told[0].record.exported_at) == (OFFICE, NOW)
    events = [row.event for row in told if row.event]
    assert [(e.case_id, e.sequence) for e in events] == [
        *((one.id, n) for n in range(1, 6)),
        *((two.id, n) for n in range(1, 3)),
    ]
    assert summary.seal in summary.in_words() and summary.anchor in summary.in_words()


def test_the_record_holds_what_is_kept_of_an_event_and_nothing_else(engine: Engine) -> None:
    saved(engine, 2, title="标题里的字", lead="正文里的字")
    file, _ = exported(engine)
    for number in numbers(file, "event"):
        event: dict[str, Any] = msgspec.json.decode(file.splitlines()[number - 1])["event"]
        assert set(event) == {*chain.KEPT, "previous", "digest"}
    assert "标题里的字" not in file.decode() and "正文里的字" not in file.decode()


def test_an_export_of_what_has_not_changed_adds_no_anchor(engine: Engine) -> None:
    saved(engine)
    _, first = exported(engine)
    _, second = exported(engine)
    assert (first.anchors, second.anchors, first.seal) == (1, 1, second.seal)


def test_what_the_courier_has_not_told_yet_is_in_the_record_all_the_same(engine: Engine) -> None:
    case = saved(engine, 2)
    exported(engine)
    grown(engine, case, 2, told=False)
    file, summary = exported(engine)
    assert checked(file).ok and summary.events == 4


def test_an_office_without_cases_has_a_record_too(engine: Engine) -> None:
    file, summary = exported(engine)
    assert checked(file).ok and (summary.cases, summary.anchor) == (0, "")


def test_what_is_added_while_it_is_written_changes_nothing_in_it(engine: Engine) -> None:
    """After each line that is written, every case grows, a new one opens, and another process anchors."""
    cases = [saved(engine, 2) for _ in range(3)]
    sheet = io.BytesIO()

    def write(line: bytes) -> None:
        sheet.write(line)
        for n, case in enumerate(cases):
            cases[n] = grown(engine, case, 1)
        saved(engine, 1)
        Anchors(engine).checkpoint(NOW)

    summary = export(engine.cases, Anchors(engine), write, office=OFFICE, now=NOW)
    report = checked(sheet.getvalue())
    assert report.ok, report.in_words()
    assert (summary.cases, summary.events, report.events) == (3, 6, 6)
    later, _ = exported(engine)
    assert checked(later, anchor=summary.anchor).ok


def test_several_exports_beside_a_busy_office_are_all_whole(engine: Engine) -> None:
    stop = threading.Event()

    def work() -> None:
        case = saved(engine, 1)
        while not stop.is_set():
            case = grown(engine, case, 1)

    busy = threading.Thread(target=work)
    busy.start()
    try:
        for _ in range(8):
            file, _ = exported(engine)
            report = checked(file)
            assert report.ok, report.in_words()
    finally:
        stop.set()
        busy.join(timeout=20)


def test_an_extract_of_one_case_proves_it_and_names_no_other(engine: Engine) -> None:
    cases = [saved(engine, 2) for _ in range(5)]
    Anchors(engine).checkpoint(NOW)
    wanted = grown(engine, cases[3], 1)
    file, summary = exported(engine, case_id=wanted.id)
    report = checked(file, seal=summary.seal)
    assert report.ok, report.in_words()
    assert (report.cases, report.events, report.anchors, report.case) == (1, 3, 2, wanted.id)
    assert not [case.id for case in cases if case.id != wanted.id and case.id in file.decode()]
    whole_file, _ = exported(engine)
    assert seal_of(whole_file).anchor == summary.anchor


@pytest.mark.parametrize("line", [2, 3, 4, 5, 6])
def test_any_change_of_an_extract_is_found(engine: Engine, line: int) -> None:
    cases = [saved(engine, 2) for _ in range(3)]
    Anchors(engine).checkpoint(NOW)
    wanted = grown(engine, cases[1], 1)
    file, _ = exported(engine, case_id=wanted.id)
    lines = file.splitlines(keepends=True)
    assert not checked(b"".join(lines[: line - 1] + lines[line:])).ok
    other = lines[line - 1].replace(b"0", b"1", 1)
    assert not checked(b"".join([*lines[: line - 1], other, *lines[line:]])).ok


def test_a_case_that_is_not_there_is_told_before_anything_is_written(engine: Engine) -> None:
    saved(engine)
    with pytest.raises(NoSuchCase):
        exported(engine, case_id="nowhere")


def test_what_was_changed_in_the_store_is_found_in_the_export(engine: Engine) -> None:
    """Somebody with access to the database writes past the program."""
    shortened, rewritten, untouched = saved(engine, 3), saved(engine, 3), saved(engine, 1)
    exported(engine)
    engine.cases.save([replace(shortened, revision=9, events=shortened.events[:2])])
    fresh = with_events(replace(rewritten, events=()), 3, at=NOW.replace(hour=5))
    engine.cases.save([replace(fresh, revision=9)])
    file, _ = exported(engine)
    found = {
        (problem.case, problem.sequence): problem.what for problem in checked(file).problems if problem.case
    }
    assert "末尾缺 1 条经过" in found[shortened.id, 3]
    assert "整个改写过" in found[rewritten.id, 3]
    assert untouched.id not in {case for case, _ in found}


def test_an_anchor_removed_from_the_register_is_found_in_the_export(engine: Engine) -> None:
    case = saved(engine, 1)
    for _ in range(3):
        Anchors(engine).checkpoint(NOW)
        case = grown(engine, case, 1)
    engine.register.delete(KIND, f"{2:012}")
    file, _ = exported(engine)
    assert not checked(file).ok


def test_records_from_before_the_chain_are_exported_as_they_are_and_counted(engine: Engine) -> None:
    old = saved(engine, 3)
    engine.cases.save([replace(unchained(old), revision=2)])
    file, summary = exported(engine)
    assert summary.unchained == 3 and "本身没有校验值" in summary.in_words()
    assert [row.event.digest for row in rows(file) if row.event] == ["", "", ""]
    assert checked(file).ok
    grown(engine, engine.cases.get(old.id), 1)
    later, summary = exported(engine)
    assert [bool(row.event.digest) for row in rows(later) if row.event] == [False, False, False, True]
    assert checked(later).ok and checked(later).unchained == 3


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    with pytest.raises(RuntimeError), whole(path, force=False) as file:
        file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with whole(path, force=False) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole" and list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    path.write_bytes(b"old")
    with pytest.raises(Misconfigured, match="--force"), whole(path, force=False):
        pytest.fail("it must say so before the work, not after")
    with pytest.raises(RuntimeError), whole(path, force=True):
        raise RuntimeError
    assert path.read_bytes() == b"old"
    with whole(path, force=True) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    with pytest.raises(Misconfigured), whole(path, force=False):
        path.write_bytes(b"somebody else's")
    assert path.read_bytes() == b"somebody else's" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/record.jsonl", "."])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured), whole(tmp_path / name, force=True):
        pytest.fail("nothing to write to")
