"""A closed matter's file has had its time: words go, the record and what was published stay; nothing that must stay goes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from huiying import casefile, codec, retention
from huiying.anchors import Anchors
from huiying.contracts import Attachment, Case, CaseState, Category, EventKind
from huiying.export import export
from huiying.ports import Engine, PostArchive
from huiying.retention import Files
from huiying.tomlfile import DEFAULTS
from huiying.verify import verify
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW, a_line, a_post
from tests.triage.people import (
    CHECKER,
    DUTY,
    HANDLER,
    LEADER,
    MONITOR,
    SECRECY,
    SIGNER,
    SPOKESPERSON,
    a_desk,
    a_draft,
    taken_in,
)
from tests.triage.texts import place, policy, reading
from triage.desk import Desk
from triage.erasure import KIND, Erasure
from triage.refusals import NotNow, NotYours
from triage.saving import amend
from triage.texts import BODY
from triage.texts import KIND as TEXT
from triage.titles import GONE

WORD = "灪水苑"
"""In everything that is said, collected or typed here, and in nothing that is published."""
PARKING = f"中原区{WORD}开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进"
DAY, YEAR = timedelta(days=1), timedelta(days=366)
AFTER = NOW + 11 * YEAR


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def erasure(engine: Engine, tmp_path: Path) -> Erasure:
    return an_erasure(engine, tmp_path)


def an_erasure(engine: Engine, folder: Path, **files: Any) -> Erasure:
    """As after a start."""
    terms = retention.load(DEFAULTS).model_copy(update={"files": Files(**files)})
    made = Erasure(engine, policy(), terms, folder)
    made.announce(NOW)
    return made


def do(act: Callable[..., Case], case: Case, desk: Desk, *who: Any, **what: Any) -> Case:
    return act(case.id, *who, seen=len(desk.cases.get(case.id).events), **what)


def heard(engine: Engine) -> Case:
    return taken_in(engine, reading(PARKING, where=place("郑州市", "中原区")))


def heard_elsewhere(engine: Engine) -> Case:
    """Another matter."""
    siren = reading(
        f"今天上午防空警报响了很久，{WORD}的老人都下楼了", topic="T06", where=place("洛阳市", "洛龙区")
    )
    return taken_in(engine, siren)


def closed(engine: Engine, desk: Desk) -> Case:
    """A matter that went the whole way: typed reasons, a draft that was given up, a published answer with a version before."""
    at = NOW + timedelta(hours=1)
    case = heard(engine)
    case = do(desk.confirm, case, desk, DUTY, NOW)
    case = do(desk.assign, case, desk, DUTY, NOW, unit="zhengzhou", note=f"请到{WORD}现场看")
    case = do(desk.acknowledge, case, desk, HANDLER, at)
    case = do(
        desk.assess,
        case,
        desk,
        HANDLER,
        at,
        category=Category.DIFFICULTY,
        finding=f"{WORD}确有此事",
        source=WORD,
    )
    case = do(desk.consult, case, desk, DUTY, at, participants=["市住建局"], conclusion=f"先查{WORD}")
    given_up = replace(a_draft(), title=f"关于{WORD}的回应")
    case = do(desk.draft, case, desk, HANDLER, at, wanted=given_up)
    case = do(desk.withdraw, case, desk, HANDLER, at, statement=case.statements[0].id, reason=f"{WORD}写错了")
    case = do(desk.draft, case, desk, HANDLER, at, wanted=given_up)
    one = case.statements[1].id
    case = do(desk.edit, case, desk, HANDLER, at, statement=one, wanted=a_draft())
    sha256 = case.statements[1].sha256
    case = do(desk.submit, case, desk, HANDLER, at, statement=one)
    case = do(desk.clear, case, desk, SECRECY, at, statement=one, sha256=sha256)
    case = do(desk.sign, case, desk, SIGNER, at, statement=one, sha256=sha256)
    case = do(desk.publish, case, desk, SPOKESPERSON, at, statement=one)
    case = desk.hear(case.id, f"{WORD}还在收", at)
    case = do(desk.follow_up, case, desk, HANDLER, at, solved=True, found=f"{WORD}已经改了")
    for clock in case.clocks:
        if clock.state == "running":
            case = do(desk.waive, case, desk, LEADER, at, clock=clock.rule.kind, reason=f"{WORD}不需要")
    return do(desk.close, case, desk, CHECKER, at)


def everything(engine: Engine) -> str:
    """All that the stores hold, but the stream."""
    kept = [codec.encode(value) for some in (engine.archive.all(), engine.register.all()) for value in some]
    entries = [entry.value for entry in engine.register.all()]
    return b"".join([*kept, *entries, *(casefile.encode(case) for case in engine.cases.all())]).decode(
        "utf-8", "replace"
    )


def exported(engine: Engine, now: datetime) -> bytes:
    sheet = io.BytesIO()
    export(engine.cases, Anchors(engine), sheet.write, office="henan", now=now)
    return sheet.getvalue()


def test_every_word_goes_and_record_counts_clocks_and_what_was_published_stay(
    engine: Engine, desk: Desk, erasure: Erasure
) -> None:
    case = closed(engine, desk)
    before, told = exported(engine, NOW), case.statements[1]
    assert everything(engine).count(WORD) > 20
    assert erasure.sweep(AFTER) == 1
    assert WORD not in everything(engine)
    bare = engine.cases.get(case.id)
    assert (bare.title, bare.lead, bare.state, bare.closed_at) == (GONE, "", CaseState.CLOSED, case.closed_at)
    assert (bare.clocks, bare.tallies, bare.severity.level) == (
        case.clocks,
        case.tallies,
        case.severity.level,
    )
    assert (bare.route, bare.published_at) == (case.route, case.published_at)
    assert [one.sha256 for one in bare.statements] == [one.sha256 for one in case.statements]
    assert bare.statements[1] == told
    assert desk.texts.body(told.sha256) is not None
    assert [entry.id for entry in engine.register.list(BODY)] == [told.sha256]
    assert engine.register.list(TEXT) == []
    last = bare.events[-1]
    assert (last.kind, last.who, last.at) == (EventKind.ERASED, "system:retention", AFTER)
    assert last.what == "档案期满，内容已清除：信息 1 条、办理文字 6 份、未发布文稿 1 版"
    assert last.why == "案卷保管期限 10 年（舆情等级一般），保管期限表第 2 版"
    assert bare.erased is not None and (bare.erased.at, bare.erased.rule, bare.erasing) == (
        AFTER,
        last.why,
        False,
    )
    (line,) = engine.archive.of_cases([case.id])
    assert line.erased == bare.erased
    assert verify(io.BytesIO(before)).ok
    assert verify(io.BytesIO(exported(engine, AFTER))).ok
    assert [event.digest for event in bare.events[:-1]] == [event.digest for event in case.events]


def drafted_elsewhere(engine: Engine, desk: Desk, at: datetime) -> Case:
    """Another matter of the same unit, with the answer that the closed one has published as its draft."""
    case = do(desk.confirm, heard_elsewhere(engine), desk, DUTY, NOW)
    case = do(desk.assign, case, desk, DUTY, NOW, unit="zhengzhou")
    case = do(desk.acknowledge, case, desk, HANDLER, at)
    case = do(
        desk.assess, case, desk, HANDLER, at, category=Category.DIFFICULTY, finding="确有此事", source=WORD
    )
    return do(desk.draft, case, desk, HANDLER, at, wanted=a_draft())


def given_up(desk: Desk, case: Case, at: datetime) -> Case:
    one = case.statements[0].id
    case = do(desk.withdraw, case, desk, HANDLER, at, statement=one, reason="重复了")
    return do(desk.dismiss, case, desk, DUTY, at, reason="不属于本系统")


def test_a_draft_that_another_matter_has_published_word_for_word_stays(
    engine: Engine, desk: Desk, erasure: Erasure
) -> None:
    told = closed(engine, desk).statements[1]
    other = given_up(desk, drafted_elsewhere(engine, desk, NOW), NOW)
    assert other.statements[0].sha256 == told.sha256
    assert erasure.sweep(NOW + 2 * YEAR) == 1
    assert engine.cases.get(other.id).erased is not None
    assert desk.texts.body(told.sha256) is not None


def test_a_draft_that_an_open_matter_has_word_for_word_stays_until_that_one_goes(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = heard(engine)
    amend(engine.cases, case.id, lambda one: replace(one, route=replace(one.route, lead="zhengzhou")))
    case = do(desk.confirm, case, desk, DUTY, NOW)
    case = do(desk.acknowledge, case, desk, HANDLER, NOW)
    case = do(
        desk.assess, case, desk, HANDLER, NOW, category=Category.DIFFICULTY, finding="确有此事", source=WORD
    )
    case = do(desk.draft, case, desk, HANDLER, NOW, wanted=a_draft())
    given_up(desk, drafted_elsewhere(engine, desk, NOW), NOW)
    assert an_erasure(engine, tmp_path).sweep(NOW + 2 * YEAR) == 1
    assert desk.texts.body(case.statements[0].sha256) is not None
    given_up(desk, case, NOW + 2 * YEAR)
    assert an_erasure(engine, tmp_path).sweep(NOW + 4 * YEAR) == 1
    assert engine.register.list(BODY) == []


def test_a_draft_that_two_matters_have_goes_with_both_on_one_day(
    engine: Engine, desk: Desk, erasure: Erasure
) -> None:
    one = given_up(desk, drafted_elsewhere(engine, desk, NOW), NOW)
    two = heard(engine)
    amend(
        engine.cases,
        two.id,
        lambda case: replace(case, state=CaseState.DISMISSED, closed_at=NOW, statements=one.statements),
    )
    assert erasure.sweep(NOW + 2 * YEAR) == 2
    assert engine.register.list(BODY) == []


def test_the_ledger_adds_up_and_a_second_look_finds_nothing(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)
    lines = dict(engine.archive.keys())
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 1
    assert dict(engine.archive.keys()) == lines
    revision = engine.cases.get(case.id).revision
    assert an_erasure(engine, tmp_path).sweep(AFTER + DAY) == 0
    assert engine.cases.get(case.id).revision == revision


def test_it_looks_at_the_start_and_once_a_day(engine: Engine, desk: Desk, erasure: Erasure) -> None:
    assert erasure.sweep(AFTER) == 0
    closed(engine, desk)
    assert erasure.sweep(AFTER + timedelta(hours=1)) == 0
    assert erasure.sweep(AFTER + DAY) == 1


def test_before_its_term_nothing_goes_and_thirty_days_ahead_it_is_said_what_will(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)
    end = datetime.fromisoformat("2036-11-24T00:00:00+08:00")
    assert an_erasure(engine, tmp_path).sweep(end - timedelta(seconds=1)) == 0
    assert WORD in everything(engine)
    erasure = an_erasure(engine, tmp_path)
    assert not erasure.upcoming(end - 31 * DAY, within=30 * DAY)
    (due,) = erasure.upcoming(end - 30 * DAY, within=30 * DAY)
    assert (due.case.id, due.at, due.kept_by) == (case.id, end, "")
    assert due.rule == "案卷保管期限 10 年（舆情等级一般），保管期限表第 2 版"
    assert erasure.sweep(end) == 1
    assert not erasure.upcoming(end, within=30 * DAY)


def test_what_stays_for_ever_stays(engine: Engine, desk: Desk, tmp_path: Path) -> None:
    closed(engine, desk)
    kept = an_erasure(engine, tmp_path, classes={Category.DIFFICULTY: "永久"})
    assert kept.sweep(NOW + 200 * YEAR) == 0
    assert not kept.upcoming(NOW, within=200 * YEAR)


def test_what_is_open_and_what_an_open_one_is_related_to_is_never_touched(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)
    open_one = heard_elsewhere(engine)
    assert open_one.id != case.id
    amend(engine.cases, open_one.id, lambda one: replace(one, split_from=case.id))
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 0
    (due,) = an_erasure(engine, tmp_path).upcoming(AFTER, within=DAY)
    assert due.kept_by == "与在办事件有关联"
    amend(engine.cases, open_one.id, lambda one: replace(one, split_from=""))
    amend(engine.cases, case.id, lambda one: replace(one, split_into=(open_one.id,)))
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 0
    amend(engine.cases, open_one.id, lambda one: replace(one, state=CaseState.DISMISSED, closed_at=NOW))
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 2


def test_a_hold_keeps_it_until_its_end_or_until_it_is_lifted(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)
    end = AFTER + 30 * DAY
    case = do(desk.hold, case, desk, SECRECY, NOW + DAY, until=end, reason="行政复议还没有结束")
    assert (case.events[-1].kind, case.events[-1].who) == (EventKind.HELD, SECRECY.login)
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 0
    (due,) = an_erasure(engine, tmp_path).upcoming(AFTER, within=DAY)
    assert due.kept_by.startswith("继续保存，到 20")
    case = do(desk.hold, case, desk, SECRECY, AFTER, until=None, reason="还要再留")
    assert an_erasure(engine, tmp_path).sweep(end + YEAR) == 0
    case = do(desk.release, case, desk, LEADER, end + YEAR, reason="复议已经结束")
    assert (case.hold, case.events[-1].kind) == (None, EventKind.RELEASED)
    assert an_erasure(engine, tmp_path).sweep(end + YEAR) == 1
    assert WORD not in everything(engine)
    with pytest.raises(NotNow, match=GONE):
        do(desk.hold, case, desk, SECRECY, end + YEAR, until=None, reason="太晚了")


def test_others_are_told_in_clear_words_that_they_may_keep_nothing(engine: Engine, desk: Desk) -> None:
    case = closed(engine, desk)
    with pytest.raises(NotYours, match="您的角色不能继续保存"):
        do(desk.hold, case, desk, DUTY, NOW, until=None, reason="想留着")
    with pytest.raises(NotYours, match="您的角色不能解除继续保存"):
        do(desk.release, case, desk, HANDLER, NOW, reason="不想留")


def test_what_is_taken_up_again_starts_again_when_it_is_closed_again(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)
    case = do(desk.reopen, case, desk, DUTY, NOW + 2 * YEAR, reason=f"{WORD}又来了")
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 0
    closed_again = amend(
        engine.cases, case.id, lambda one: replace(one, state=CaseState.CLOSED, closed_at=NOW + 3 * YEAR)
    )
    assert closed_again is not None
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 0
    assert an_erasure(engine, tmp_path).sweep(AFTER + 3 * YEAR) == 1
    again = do(desk.reopen, case, desk, DUTY, AFTER + 4 * YEAR, reason=f"{WORD}第三次")
    assert again.erased is not None
    amend(engine.cases, case.id, lambda one: replace(one, state=CaseState.CLOSED, closed_at=AFTER + 4 * YEAR))
    assert an_erasure(engine, tmp_path).sweep(AFTER + 5 * YEAR) == 0
    assert WORD in everything(engine)
    assert an_erasure(engine, tmp_path).sweep(AFTER + 15 * YEAR) == 1
    assert WORD not in everything(engine)
    kinds = [event.kind for event in engine.cases.get(case.id).events]
    assert kinds.count(EventKind.ERASED) == 2


def test_what_was_merged_goes_with_its_whole_and_comes_out_no_more(
    engine: Engine, desk: Desk, erasure: Erasure
) -> None:
    part = heard_elsewhere(engine)
    whole = heard(engine)
    assert part.id != whole.id
    merged = do(desk.merge, part, desk, DUTY, NOW, into=whole.id, reason=f"都是{WORD}")
    amend(engine.cases, merged.id, lambda one: replace(one, state=CaseState.CLOSED, closed_at=NOW + DAY))
    assert erasure.sweep(AFTER) == 1
    assert WORD not in everything(engine)
    gone = engine.cases.get(part.id)
    assert (gone.state, gone.title, gone.erasing) == (CaseState.MERGED, GONE, False)
    assert gone.events[-1].what == f"随事件 {whole.id} 清除"
    with pytest.raises(NotNow, match=GONE):
        do(desk.unmerge, gone, desk, MONITOR, AFTER)


def test_what_was_merged_comes_out_no_more_once_the_erasing_of_its_whole_is_decided(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    part, whole = heard_elsewhere(engine), heard(engine)
    do(desk.merge, part, desk, DUTY, NOW, into=whole.id, reason=f"都是{WORD}")
    amend(engine.cases, whole.id, lambda one: replace(one, state=CaseState.CLOSED, closed_at=NOW + DAY))
    fuse = Fuse()
    fuse.left = 0
    dying = replace(engine, archive=cast(PostArchive, Dying(engine.archive, ["blank"], fuse)))
    with pytest.raises(Crash):
        an_erasure(dying, tmp_path).sweep(AFTER)
    with pytest.raises(NotNow, match=GONE):
        do(desk.unmerge, part, desk, MONITOR, AFTER)
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 1
    assert WORD not in everything(engine)


def test_what_was_interrupted_is_finished_and_takes_nothing_that_came_since(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case = closed(engine, desk)

    fuse = Fuse()
    fuse.left = 0
    dying = replace(engine, archive=cast(PostArchive, Dying(engine.archive, ["blank"], fuse)))
    with pytest.raises(Crash):
        an_erasure(dying, tmp_path).sweep(AFTER)
    decided = engine.cases.get(case.id)
    assert (decided.title, decided.erasing) == (GONE, True)
    again = do(desk.reopen, case, desk, DUTY, AFTER + DAY, reason="新的情况")
    engine.archive.put([a_line(case_id=case.id, at=AFTER + DAY, body=a_post(text="新来的信息"))])
    assert an_erasure(engine, tmp_path).sweep(AFTER + 2 * DAY) == 1
    assert WORD not in everything(engine)
    assert not engine.cases.get(case.id).erasing
    assert "新来的信息" in everything(engine)
    assert "新的情况" in everything(engine)
    assert again.state is CaseState.ASSIGNED


def test_a_picture_goes_with_the_last_post_that_names_it(engine: Engine, desk: Desk, tmp_path: Path) -> None:
    case = closed(engine, desk)
    mine, shared, fresh = (name * 64 for name in "abc")
    for name in (mine, shared, fresh):
        (tmp_path / name).write_bytes(b"picture")
        old = (NOW - YEAR).timestamp() if name != fresh else AFTER.timestamp()
        os.utime(tmp_path / name, (old, old))
    pictures = tuple(
        Attachment(sha256=name, media_type="image/png", name="a", size=1) for name in (mine, shared)
    )
    engine.archive.put([a_line(case_id=case.id, body=a_post(attachments=pictures))])
    engine.archive.put([a_line(case_id="other", body=a_post(attachments=pictures[1:]))])
    assert an_erasure(engine, tmp_path).sweep(AFTER) == 1
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {shared, fresh}


def test_a_picture_that_no_post_names_any_more_goes_on_a_day_on_which_no_file_does(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    case, name = closed(engine, desk), "a" * 64
    (tmp_path / name).write_bytes(b"picture")
    os.utime(tmp_path / name, (NOW.timestamp(), NOW.timestamp()))
    picture = Attachment(sha256=name, media_type="image/png", name="a", size=1)
    engine.archive.put([a_line(case_id=case.id, body=a_post(attachments=(picture,)))])
    assert an_erasure(engine, tmp_path).sweep(AFTER - 2 * YEAR) == 0
    assert (tmp_path / name).exists()
    fuse = Fuse()
    fuse.left = 0
    dying = replace(engine, archive=cast(PostArchive, Dying(engine.archive, ["all"], fuse)))
    with pytest.raises(Crash):
        an_erasure(dying, tmp_path).sweep(AFTER)
    assert not engine.cases.get(case.id).erasing
    assert an_erasure(engine, tmp_path).sweep(AFTER + DAY) == 0
    assert not (tmp_path / name).exists()


def test_terms_that_are_new_or_were_edited_erase_nothing_before_the_office_was_warned_for_as_long_as_it_asks(
    engine: Engine, desk: Desk, tmp_path: Path
) -> None:
    closed(engine, desk)
    made = Erasure(engine, policy(), retention.load(DEFAULTS), tmp_path)
    (due,) = made.upcoming(AFTER, within=30 * DAY)
    assert due.at == AFTER + 30 * DAY
    assert engine.register.list(KIND) == [], "to look announces nothing"
    assert made.sweep(AFTER) == 0
    again = Erasure(engine, policy(), retention.load(DEFAULTS), tmp_path)
    assert again.upcoming(AFTER + 9 * DAY, within=30 * DAY)[0].at == AFTER + 30 * DAY
    assert again.sweep(AFTER + 29 * DAY) == 0
    edited = retention.load(DEFAULTS).model_copy(update={"files": Files(not_ours=2)})
    assert Erasure(engine, policy(), edited, tmp_path).sweep(AFTER + 30 * DAY) == 0
    assert Erasure(engine, policy(), edited, tmp_path).sweep(AFTER + 60 * DAY) == 1
