"""A record that was changed in any way is found out, with the line; one that was not is whole."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying import chain, recordfile
from huiying.verify import LONGEST, MOST_PROBLEMS, Report, verify
from tests.records import (
    a_file,
    a_recorded_case,
    changed,
    checked,
    resealed,
    seal_of,
    unchained,
    with_events,
)

CASES = [a_recorded_case(count) for count in (4, 1, 3)]
FILE = a_file(*CASES, anchors=2)
"""Line 1 the header, 2 to 9 events, 10 and 11 anchors, 12 the seal."""
ROWS = FILE.splitlines(keepends=True)


def without(*lines: int, file: bytes = FILE) -> bytes:
    return b"".join(row for n, row in enumerate(file.splitlines(keepends=True), 1) if n not in lines)


def told(report: Report) -> str:
    return report.in_words()


def test_a_record_that_nobody_touched_is_whole() -> None:
    report = checked(FILE, seal=seal_of(FILE).digest, anchor=seal_of(FILE).anchor)
    assert report.ok and report.code == 0
    assert (report.events, report.cases, report.anchors, report.unchained) == (8, 3, 2, 0)
    assert "记录完整" in told(report)
    assert report.as_dict()["problems"] == ()


def test_a_record_of_an_office_without_cases_is_whole() -> None:
    assert checked(a_file()).ok


TAMPERED: dict[str, tuple[bytes, str]] = {
    "a word of an event": (changed(FILE, 3, lambda d: d["event"].update(what="改过")), "第 3 行"),
    "the time of an event": (changed(FILE, 3, lambda d: d["event"].update(at="2026-11-23T02:00:01Z")), "第 3 行"),
    "its place in the chain": (changed(FILE, 3, lambda d: d["event"].update(previous="0" * 64)), "接不上"),
    "its digest": (changed(FILE, 3, lambda d: d["event"].update(digest="0" * 64)), "与校验值不符"),
    "its digest taken away": (changed(FILE, 3, lambda d: d["event"].update(digest="")), "没有校验值"),
    "the first digest taken away": (changed(FILE, 2, lambda d: d["event"].update(digest="")), "没有校验值"),
    "an event left out": (resealed(without(3)), "第 3 行（事件 " + CASES[0].id + " 第 3 条经过）：前面缺 1 条经过"),
    "the first event left out": (resealed(without(2)), "前面缺 1 条经过（第 1 条起）"),
    "the last event cut off": (resealed(without(5)), "末尾缺 1 条经过（第 4 条起）"),
    "a whole case left out": (resealed(without(6)), "整个事件的经过都不在了"),
    "two events swapped": (resealed(b"".join([*ROWS[:2], ROWS[3], ROWS[2], *ROWS[4:]])), "顺序不对"),
    "an event twice": (resealed(b"".join([*ROWS[:3], ROWS[2], *ROWS[3:]])), "重复出现"),
    "a case torn apart": (resealed(b"".join([*ROWS[:4], ROWS[5], ROWS[4], *ROWS[6:]])), "没有排在一起"),
    "an event after the anchors": (resealed(b"".join([*ROWS[:4], *ROWS[5:11], ROWS[4], ROWS[11]])), "锚点之后"),
    "an anchor left out": (resealed(without(10)), "前面缺 1 个锚点"),
    "the last anchor left out": (resealed(without(11)), "没有锚点"),
    "all anchors left out": (resealed(without(10, 11)), "没有锚点"),
    "anchors swapped": (resealed(b"".join([*ROWS[:9], ROWS[10], ROWS[9], ROWS[11]])), "锚点"),
    "an anchor twice": (resealed(b"".join([*ROWS[:10], ROWS[9], *ROWS[10:]])), "重复出现"),
    "a head changed": (changed(FILE, 10, lambda d: d["anchor"]["heads"][0].update(digest="0" * 64)), "第 10 行"),
    "a head left out": (changed(FILE, 10, lambda d: d["anchor"]["heads"].pop()), "第 10 行"),
    "the time of an anchor": (changed(FILE, 10, lambda d: d["anchor"].update(at="2026-11-24T02:00:00Z")), "锚点被改过"),
    "the anchor before": (changed(FILE, 11, lambda d: d["anchor"].update(previous="0" * 64)), "与上一个接不上"),
    "proofs in place of heads": (changed(FILE, 10, lambda d: d["anchor"].update(heads=[], proofs=[])), "第 10 行"),
    "the count of cases": (changed(FILE, 1, lambda d: d["record"].update(cases=4)), "开头一行记的事件是 4，实有 3"),
    "the count of events": (changed(FILE, 1, lambda d: d["record"].update(events=7)), "经过是 7，实有 8"),
    "the count of anchors": (changed(FILE, 1, lambda d: d["record"].update(anchors=3)), "锚点是 3，实有 2"),
    "the office": (changed(FILE, 1, lambda d: d["record"].update(office="other"), seal=False), "封印与上面各行不符"),
    "a second header": (resealed(b"".join([*ROWS[:5], ROWS[0], *ROWS[5:]])), "开头一行又出现"),
    "no header": (resealed(without(1)), "缺少开头一行"),
    "a broken header": (b"{" + FILE, "开头一行"),
    "a broken line": (b"".join([*ROWS[:3], b"{not json\n", *ROWS[4:]]), "第 4 行：这一行读不懂"),
    "half a character": (b"".join([*ROWS[:3], b'{"event": "\xff"}\n', *ROWS[4:]]), "第 4 行：这一行读不懂"),
    "half a surrogate pair": (FILE.replace("第1次".encode(), b"\\ud83d", 1), "第 3 行"),
    "a field more": (changed(FILE, 3, lambda d: d["event"].update(title="标题")), "第 3 行：这一行读不懂"),
    "a number beyond all bounds": (changed(FILE, 3, lambda d: d["event"].update(sequence=10**30)), "第 3 行"),
    "deep nesting": (b"".join([*ROWS[:3], b'{"event":' * 5000 + b"\n", *ROWS[4:]]), "第 4 行"),
    "no seal": (without(12), "没有封印"),
    "cut off in the middle of a line": (FILE[: len(FILE) - 300], "没有封印"),
    "cut off before the last line end": (FILE[:-1], "封印本身被改过"),
    "the seal's lines": (changed(FILE, 12, lambda d: d["seal"].update(lines=12), seal=False), "封印记的是 12 行"),
    "the seal's digest": (changed(FILE, 12, lambda d: d["seal"].update(digest="0" * 64), seal=False), "封印本身"),
    "the seal's sum": (changed(FILE, 12, lambda d: d["seal"].update(sha256="0" * 64), seal=False), "与上面各行不符"),
    "the seal's anchor": (changed(FILE, 12, lambda d: d["seal"].update(anchor=""), seal=False), "末锚"),
    "a line after the seal": (FILE + ROWS[2], "第 13 行：封印之后还有多出来的行"),
    "an empty line after the seal": (FILE + b"\n", "封印之后"),
    "a second seal": (FILE + ROWS[-1], "封印之后"),
    "an empty line within": (b"".join([*ROWS[:4], b"\n", *ROWS[4:]]), "第 5 行"),
    "other line ends": (FILE.replace(b"\n", b"\r\n"), "封印"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found_and_named(name: str) -> None:
    file, words = TAMPERED[name]
    report = checked(file)
    assert not report.ok and report.code == 1
    assert words in told(report)
    assert all(0 < problem.line <= file.count(b"\n") + 1 for problem in report.problems)


def test_the_event_that_was_changed_is_named_with_its_case_and_sequence() -> None:
    report = checked(TAMPERED["a word of an event"][0])
    (problem, *_) = report.problems
    assert (problem.line, problem.case, problem.sequence) == (3, CASES[0].id, 2)


def test_one_cause_is_said_once() -> None:
    """Whatever follows from a missing event is not said of every event after it."""
    assert len(checked(resealed(without(3))).problems) == 2  # the gap, and the count of the header
    assert len(checked(resealed(without(6))).problems) == 3  # the case, and both counts


FOREIGN: dict[str, bytes] = {
    "nothing": b"",
    "an empty line": b"\n",
    "text": "今天天气不错\n".encode() * 3,
    "a table": b"a,b\n1,2\n",
    "bytes": bytes(range(256)) * 40,
    "other JSON lines": b'{"id": 1}\n{"id": 2}\n',
    "a JSON document": b'{\n  "record": 1\n}\n',
    "a record of something else": changed(FILE, 1, lambda d: d["record"].update(format="other")),
    "a record of a later version": changed(FILE, 1, lambda d: d["record"].update(version=9)),
    "one endless line": b"x" * (LONGEST + 10),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_record_is_called_none(name: str) -> None:
    report = checked(FOREIGN[name])
    assert not report.ok and not report.record and report.code == 2
    assert report.problems and "不是“回应”导出的记录" in told(report)


def test_a_file_worked_out_anew_is_whole_and_found_only_by_what_was_written_down() -> None:
    forged = a_file(a_recorded_case(3), *CASES[1:], anchors=2)
    assert checked(forged).ok
    written = seal_of(FILE)
    by_seal, by_anchor = checked(forged, seal=written.digest), checked(forged, anchor=written.anchor)
    assert by_seal.code == by_anchor.code == 1
    assert "封印与写下的不一样" in told(by_seal)
    assert "写下的锚点不在这份记录里" in told(by_anchor)


def test_an_anchor_that_was_written_down_once_must_stand_in_every_later_record() -> None:
    first = msgspec.json.decode(ROWS[9])["anchor"]["digest"]
    assert checked(FILE, anchor=first).ok


def test_a_case_rewritten_with_a_chain_that_fits_is_found_by_the_anchors() -> None:
    """Somebody works out one case anew, and the seal, but cannot change what an anchor says."""
    case = CASES[0]
    rows = list(ROWS)
    previous = chain.beginning(case.id)
    for n in range(1, 5):
        event: dict[str, Any] = msgspec.json.decode(rows[n])["event"]
        del event["previous"], event["digest"]
        event["why"] = "改写"
        digest = chain.link(previous, event)
        rows[n] = msgspec.json.encode({"event": {**event, "previous": previous, "digest": digest}}) + b"\n"
        previous = digest
    report = checked(resealed(b"".join(rows)))
    assert [problem.what for problem in report.problems] == ["与锚点记下的不一样：这个事件的经过被整个改写过"]


def test_events_added_after_the_last_anchor_are_found() -> None:
    more = with_events(CASES[0], 1).events[-1]
    rows = [*ROWS[:5], recordfile.event_line(more), *ROWS[5:]]
    assert "末尾 1 条经过没有锚点" in told(checked(resealed(b"".join(rows))))


def test_events_from_before_the_chain_are_counted_and_covered() -> None:
    old = unchained(a_recorded_case(3))
    grown = with_events(old, 2)
    file = a_file(old, CASES[0], CASES[1])
    report = checked(file)
    assert report.ok and report.unchained == 3
    assert "启用链式记录之前" in told(report)
    mixed = a_file(grown)
    assert checked(mixed).ok and checked(mixed).unchained == 3
    for line in (2, 3, 4):
        altered = changed(mixed, line, lambda d: d["event"].update(what="改过"))
        assert "接不上" in told(checked(altered))
    altered = changed(file, 3, lambda d: d["event"].update(what="改过"))
    assert "与锚点记下的不一样" in told(checked(altered))


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_single_byte_that_is_changed_put_in_or_taken_out_is_found(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(FILE) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    how = data.draw(st.sampled_from(["changed", "put in", "taken out"]))
    altered = {
        "changed": FILE[:at] + byte + FILE[at + 1 :],
        "put in": FILE[:at] + byte + FILE[at:],
        "taken out": FILE[:at] + FILE[at + 1 :],
    }[how]
    assert checked(altered).ok is (altered == FILE)


@given(st.data(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_lines_left_out_doubled_swapped_or_moved_are_found(data: st.DataObject, seal: bool) -> None:
    """Even where the seal was made anew: that is what the chain and the anchors are for."""
    rows = list(ROWS)
    some = st.integers(0, len(rows) - 2 if seal else len(rows) - 1)
    one, other = data.draw(some), data.draw(some)
    how = data.draw(st.sampled_from(["left out", "doubled", "swapped", "moved"]))
    if how == "left out":
        del rows[one]
    elif how == "doubled":
        rows.insert(other, rows[one])
    elif how == "swapped":
        rows[one], rows[other] = rows[other], rows[one]
    else:
        rows.insert(other, rows.pop(one))
    altered = resealed(b"".join(rows)) if seal else b"".join(rows)
    # The order of whole cases means nothing: no chain runs from one case to the next.
    if seal and _same_but_for_the_order_of_cases(altered):
        assert checked(altered).ok
    else:
        assert checked(altered).ok is (altered == FILE)


def _same_but_for_the_order_of_cases(file: bytes) -> bool:
    rows = file.splitlines(keepends=True)
    by_case: dict[str, list[bytes]] = {}
    together: list[str] = []
    for row in rows[1:9]:
        value = msgspec.json.decode(row).get("event")
        if value is None:
            return False
        by_case.setdefault(value["case_id"], []).append(row)
        if not together or together[-1] != value["case_id"]:
            together.append(value["case_id"])
    return (
        rows[0] == ROWS[0]
        and rows[9:11] == ROWS[9:11]
        and len(rows) == len(ROWS)
        and len(together) == len(CASES)
        and all(by_case.get(case.id) == [recordfile.event_line(e) for e in case.events] for case in CASES)
    )


OF_ITS_KIND: dict[type, st.SearchStrategy[Any]] = {
    str: st.one_of(st.just(""), st.text(max_size=5), st.sampled_from([case.id for case in CASES])),
    int: st.integers(-1, 9),
    list: st.just([]),
}


@given(st.integers(2, 11), st.data())
@settings(max_examples=400, deadline=None)
def test_any_field_of_an_event_or_an_anchor_is_covered_even_where_the_seal_is_made_anew(
    number: int, data: st.DataObject
) -> None:
    inner: dict[str, Any] = next(iter(msgspec.json.decode(ROWS[number - 1]).values()))
    name = data.draw(st.sampled_from(sorted(inner)))
    value = data.draw(OF_ITS_KIND[type(inner[name])])
    altered = changed(FILE, number, lambda d: next(iter(d.values())).update({name: value}))
    assert checked(altered).ok is (inner[name] == value)


def test_of_very_many_problems_the_first_are_named_and_the_others_counted() -> None:
    rows = [ROWS[0], *[b"nonsense\n"] * (MOST_PROBLEMS + 50), *ROWS[1:]]
    report = checked(b"".join(rows))
    assert len(report.problems) == MOST_PROBLEMS and report.more >= 50
    assert "另有" in told(report)


class _Endless(io.RawIOBase):
    """A record of very many events that never stands in memory as a whole."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows

    def readline(self, size: int | None = -1, /) -> bytes:
        return next(self._rows, b"")


def test_a_long_record_is_read_in_little_memory() -> None:
    case = a_recorded_case(400)
    file = a_file(case)
    rows = file.splitlines(keepends=True)
    tracemalloc.start()
    report = verify(_Endless(iter(rows)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.ok
    assert peak < len(file) // 2
