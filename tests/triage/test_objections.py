"""An objection from the form to what follows: taken without saying who, decided by the right person, and carried out for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import backup, identity
from huiying.contracts import Actor, ArchiveLine, Disposition, Quoted, Rank, Role
from huiying.engines import open_engine
from huiying.errors import TryAgain
from huiying.ports import Engine
from huiying.settings import Settings, load
from huiying.suppression import Suppression
from huiying.tomlfile import DEFAULTS
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_line, a_post, a_reading
from tests.response_api import office
from triage import objections, protection
from triage.objections import Objection, Objections, State, faults
from triage.refusals import Invalid, NotNow, NotYours

KEY = b"k" * 32
THERE = "https://bbs.example.cn/thread/7"
ACTOR = Actor(login="shencha", name="审查", roles=frozenset({Role.SECRECY}), unit="henan", rank=Rank.STAFF)


def desk(engine: Engine) -> Objections:
    return Objections(
        engine=engine,
        policy=office.names(),
        protection=protection.load(DEFAULTS),
        suppression=Suppression(engine.register, KEY),
        key=KEY,
    )


def filed(engine: Engine, address: str = THERE, floor: str = "", reason: str = "") -> Objection:
    receipt, _ = desk(engine).file(address, floor, reason, NOW, sheet="s")
    found = desk(engine).by_receipt(receipt)
    assert found is not None
    return found


def stored(engine: Engine, *, case_id: str = "case-1", **changes: object) -> ArchiveLine:
    post = a_post(**{"url": THERE, **changes})
    line = a_line(reading=a_reading(post=post), case_id=case_id)
    engine.archive.put([line])
    return line


def gone(engine: Engine, line: ArchiveLine) -> bool:
    found = engine.archive.get([line.post])[line.post]
    return found.erased is not None and not (found.body and (found.body.text or found.body.url))


def kept_out(engine: Engine, **changes: object) -> bool:
    [sifted] = Suppression(engine.register, KEY).sifted([a_post(**{"url": THERE, **changes})])
    return sifted.withheld


# --------------------------------------------------------------------------------------------- taken


def test_it_is_due_in_so_many_working_days_and_near_before_that(engine: Engine) -> None:
    objection = filed(engine, reason="不愿意被引用")
    term = office.names().calendar.term(NOW, 15)
    assert (objection.state, objection.due_at) == (State.WAITING, term.due)
    assert objection.warn_at == office.names().calendar.term(NOW, 12).due
    assert (objection.address, objection.reason) == (THERE, "不愿意被引用")


def test_the_same_sheet_is_the_same_objection_and_another_word_is_another(engine: Engine) -> None:
    first, new = desk(engine).file(THERE, "", "一", NOW, sheet="s")
    assert new
    assert desk(engine).file(THERE, "", "一", NOW, sheet="s") == (first, False)
    assert desk(engine).file(THERE, "", "二", NOW, sheet="s")[0] != first
    assert len(desk(engine).all()) == 2


def test_the_receipt_stands_nowhere(engine: Engine) -> None:
    receipt, _ = desk(engine).file(THERE, "", "", NOW, sheet="s")
    for entry in engine.register.all():
        for form in (receipt, objections.plain(receipt)):
            assert form.encode() not in entry.id.encode() + entry.value
    assert desk(engine).by_receipt(f" {receipt.lower()} ") == desk(engine).all()[0]
    misread = receipt.replace("O", "0").replace("I", "1").replace("B", "8")
    assert desk(engine).by_receipt(misread) == desk(engine).all()[0]
    assert desk(engine).by_receipt("AAAA-AAAA-AAAA-AAAA") is None


@pytest.mark.parametrize(
    ("address", "floor", "reason", "field", "said"),
    [
        ("", "", "", "address", "请填写帖子的网址"),
        ("bbs.example.cn/1", "", "", "address", "以 http:// 或 https:// 开头"),
        ("https://x", "", "", "address", "网址要完整"),
        ("https://[", "", "", "address", "网址要完整"),
        ("https://a.cn:x/", "", "", "address", "网址要完整"),
        ("https://me:pw@a.cn/1", "", "", "address", "请删去网址里的账号"),
        ("https://a.cn/ 1", "", "", "address", "重新复制"),
        ("https://a.cn/" + "x" * 2100, "", "", "address", "太长"),
        (THERE, "三楼", "", "floor", "楼层写数字"),
        (THERE, "", "我的电话 13812345678", "reason", "请删去手机号码“13812345678”"),
        (THERE, "", "字" * 501, "reason", "请删去 1 字"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(
    engine: Engine, address: str, floor: str, reason: str, field: str, said: str
) -> None:
    assert said in faults(address, floor, reason)[field]
    with pytest.raises(Invalid):
        desk(engine).file(address, floor, reason, NOW, sheet="s")
    assert not desk(engine).all()


@pytest.mark.parametrize("typed", ["12", "１２", " 12 楼", "12楼"])
def test_a_floor_is_understood_however_it_is_typed(engine: Engine, typed: str) -> None:
    desk(engine).file(THERE, typed, "", NOW, sheet="s")
    assert [one.floor for one in desk(engine).all()] == [12]


# ------------------------------------------------------------------------------------------- decided


def test_those_that_wait_come_first_and_the_soonest_due_of_them(engine: Engine) -> None:
    for day, word in ((0, "一"), (2, "二"), (4, "三")):
        desk(engine).file(THERE, "", word, NOW + timedelta(days=day), sheet="s")
    first = desk(engine).all()[0]
    desk(engine).refuse(first.id, ACTOR, NOW, ground="duty", told="")
    assert [one.reason for one in desk(engine).all()] == ["二", "三", ""]


@pytest.mark.parametrize(
    "other",
    [replace(ACTOR, roles=frozenset(Role) - {Role.SECRECY}), replace(ACTOR, unit="henan.zhengzhou")],
)
def test_only_the_secrecy_reviewer_of_the_top_unit_decides(engine: Engine, other: Actor) -> None:
    objection = filed(engine)
    with pytest.raises(NotYours, match="保密审查员"):
        desk(engine).stop(objection.id, other, NOW, posts=(), wide=False, told="")
    with pytest.raises(NotYours):
        desk(engine).refuse(objection.id, other, NOW, ground="duty", told="")
    assert desk(engine).get(objection.id) == objection


def test_a_decision_is_made_once(engine: Engine) -> None:
    objection = filed(engine)
    desk(engine).refuse(objection.id, ACTOR, NOW, ground="duty", told="")
    with pytest.raises(NotNow, match="已经有决定"):
        desk(engine).stop(objection.id, ACTOR, NOW, posts=(), wide=False, told="")
    with pytest.raises(NotNow, match="没有这件异议"):
        desk(engine).refuse("x" * 32, ACTOR, NOW, ground="duty", told="")


def test_a_refusal_needs_a_ground_of_the_rules_and_keeps_neither_address_nor_reason(engine: Engine) -> None:
    line, objection = stored(engine), filed(engine, reason="请删")
    with pytest.raises(Invalid, match="法定理由"):
        desk(engine).refuse(objection.id, ACTOR, NOW, ground="mood", told="")
    with pytest.raises(Invalid, match="手机号码"):
        desk(engine).refuse(objection.id, ACTOR, NOW, ground="duty", told="打 13812345678")
    refused = desk(engine).refuse(objection.id, ACTOR, NOW, ground="evidence", told="正在办理")
    assert (refused.state, refused.ground, refused.told) == (State.REFUSED, "evidence", "正在办理")
    assert (refused.address, refused.reason) == ("", "")
    assert engine.archive.get([line.post])[line.post] == line
    assert not kept_out(engine)


# ------------------------------------------------------------------------------------------ stopped


def test_what_is_stored_is_erased_and_nothing_of_it_comes_in_again(engine: Engine) -> None:
    line = stored(engine)
    edited = stored(engine, native_id="edit", text="改过的话", source="other")
    objection = filed(engine)
    chosen = [line.post.id, edited.post.id]
    stopped = desk(engine).stop(objection.id, ACTOR, NOW, posts=chosen, wide=False, told="已清除")
    assert (stopped.state, stopped.erased, stopped.decided_by) == (State.STOPPED, 2, "shencha")
    assert gone(engine, line) and gone(engine, edited)
    assert kept_out(engine)
    assert kept_out(engine, source="third", url=THERE + "?utm_source=x")
    assert not kept_out(engine, url="https://bbs.example.cn/thread/8")


def test_where_nothing_is_stored_the_address_is_kept_out_all_the_same(engine: Engine) -> None:
    stopped = desk(engine).stop(filed(engine).id, ACTOR, NOW, posts=(), wide=False, told="")
    assert stopped.erased == 0
    assert kept_out(engine)


def test_of_a_thread_only_the_floors_that_were_chosen_go(engine: Engine) -> None:
    mine, beside = stored(engine, floor=3), stored(engine, floor=4)
    objection = filed(engine)
    with pytest.raises(Invalid, match="至少一条"):
        desk(engine).stop(objection.id, ACTOR, NOW, posts=("stranger",), wide=False, told="")
    desk(engine).stop(objection.id, ACTOR, NOW, posts=[mine.post.id], wide=False, told="")
    assert gone(engine, mine)
    assert engine.archive.get([beside.post])[beside.post] == beside
    desk(engine).sweep(NOW + timedelta(days=1))
    assert kept_out(engine, floor=3)
    assert not kept_out(engine, floor=4)
    assert not kept_out(engine, floor=None)


def test_a_page_read_whole_does_not_take_the_floors_with_it_that_were_not_chosen(engine: Engine) -> None:
    whole, beside = stored(engine, native_id="page", source="pages"), stored(engine, floor=4)
    desk(engine).stop(filed(engine).id, ACTOR, NOW, posts=[whole.post.id], wide=False, told="")
    assert gone(engine, whole)
    assert engine.archive.get([beside.post])[beside.post] == beside
    assert kept_out(engine, native_id="page", source="pages", text="改过的话")
    assert not kept_out(engine, floor=5)


def test_an_objection_that_names_a_floor_finds_that_floor(engine: Engine) -> None:
    mine, _ = stored(engine, floor=3), stored(engine, floor=4)
    assert desk(engine).found(filed(engine, floor="3")) == [mine]


def test_an_objection_to_a_floor_leaves_the_other_floors_also_where_the_page_was_stored_as_a_whole(
    engine: Engine,
) -> None:
    page, mine = stored(engine, native_id="page", source="pages"), stored(engine, floor=3)
    beside = stored(engine, floor=4)
    objection = filed(engine, floor="3")
    shown = [line.post.id for line in desk(engine).found(objection)]
    assert set(shown) == {page.post.id, mine.post.id}
    stopped = desk(engine).stop(objection.id, ACTOR, NOW, posts=shown, wide=False, told="")
    assert stopped.floors == (3,)
    assert gone(engine, page) and gone(engine, mine)
    assert engine.archive.get([beside.post])[beside.post] == beside
    assert kept_out(engine, floor=3)
    assert kept_out(engine, native_id="page", source="pages", text="改过的话")
    assert not kept_out(engine, floor=5)


def test_where_the_page_alone_is_stored_an_objection_to_a_floor_keeps_out_that_floor(engine: Engine) -> None:
    page = stored(engine, native_id="page", source="pages")
    objection = filed(engine, floor="3")
    desk(engine).stop(objection.id, ACTOR, NOW, posts=[page.post.id], wide=False, told="")
    assert gone(engine, page)
    assert kept_out(engine, floor=3)
    assert not kept_out(engine, floor=4)


def test_of_a_floor_and_the_page_the_floor_stays_where_the_page_alone_was_chosen(engine: Engine) -> None:
    page, mine = stored(engine, native_id="page", source="pages"), stored(engine, floor=3)
    objection = filed(engine, floor="3")
    desk(engine).stop(objection.id, ACTOR, NOW, posts=[page.post.id], wide=False, told="")
    assert gone(engine, page)
    assert engine.archive.get([mine.post])[mine.post] == mine
    assert not kept_out(engine, floor=3)


def test_all_by_the_author_on_that_source_goes_with_it_where_so_decided(engine: Engine) -> None:
    mine = stored(engine, source="bbs", author="u1")
    elsewhere = stored(engine, source="bbs", author="u1", url="https://bbs.example.cn/thread/9")
    others = [
        stored(engine, source="bbs", author="u2", url="https://bbs.example.cn/thread/10"),
        stored(engine, source="else", author="u1", url="https://else.example.cn/1"),
    ]
    objection = filed(engine)
    desk(engine).stop(objection.id, ACTOR, NOW, posts=[mine.post.id], wide=True, told="")
    assert gone(engine, mine)
    assert (
        eventually(lambda: desk(engine).sweep(NOW + timedelta(hours=1)), until=lambda erased: erased == 1)
        == 1
    )
    assert gone(engine, elsewhere)
    late = stored(engine, source="bbs", author="u1", url="https://bbs.example.cn/thread/11")
    assert desk(engine).sweep(NOW + timedelta(hours=2)) == 0, "a whole source is gone through once"
    eventually(lambda: desk(engine).sweep(NOW + timedelta(days=9)), until=lambda _: gone(engine, late))
    assert not any(gone(engine, line) for line in others)
    assert kept_out(engine, source="bbs", author="u1", url=None)
    assert not kept_out(engine, source="else", author="u1", url=None)


def test_without_a_pseudonym_nobody_is_kept_out_by_author(engine: Engine) -> None:
    line, objection = stored(engine, author=None), filed(engine)
    with pytest.raises(Invalid, match="没有记作者代号"):
        desk(engine).stop(objection.id, ACTOR, NOW, posts=[line.post.id], wide=True, told="")


def test_what_was_on_its_way_is_erased_by_the_sweep_and_then_the_address_is_forgotten(engine: Engine) -> None:
    objection = filed(engine, reason="请删")
    desk(engine).stop(objection.id, ACTOR, NOW, posts=(), wide=False, told="")
    late = stored(engine)
    assert desk(engine).sweep(NOW + timedelta(hours=1)) == 1
    assert gone(engine, late)
    assert desk(engine).sweep(NOW + timedelta(hours=2)) == 0
    desk(engine).sweep(NOW + timedelta(days=9))
    done = desk(engine).get(objection.id)
    assert done is not None and done.done_at == NOW + timedelta(days=9)
    assert not any((done.address, done.reason, done.posts, done.floors, done.authors))
    assert b"bbs.example.cn" not in b"".join(entry.value for entry in engine.register.all())
    assert kept_out(engine)


def test_what_answers_a_copy_that_nobody_chose_and_comes_later_shows_nothing_of_it(engine: Engine) -> None:
    mine, objection = stored(engine), filed(engine)
    desk(engine).stop(objection.id, ACTOR, NOW, posts=[mine.post.id], wide=False, told="")
    later = stored(engine, native_id="later", source="third")
    assert desk(engine).sweep(NOW + timedelta(hours=1)) == 1
    quoted = Quoted(title="", text="不该再有的话")
    answer = a_post(text="顶", reply_to=later.post.id, answers=quoted)
    engine.archive.put([a_line(body=answer, disposition=Disposition.IRRELEVANT)])
    desk(engine).sweep(NOW + timedelta(hours=2))
    body = engine.archive.get([answer.key])[answer.key].body
    assert body is not None and body.answers is None
    [sifted] = Suppression(engine.register, KEY).sifted([answer])
    assert sifted.answers is None and not sifted.withheld
    desk(engine).sweep(NOW + timedelta(days=9))
    done = desk(engine).get(objection.id)
    assert done is not None and not done.posts


class Faltering:
    """The real archive behind a line that fails when something is to be erased."""

    def __init__(self, engine: Engine) -> None:
        self._archive = engine.archive

    def __getattr__(self, name: str) -> object:
        return getattr(self._archive, name)

    def blank(self, *_: object, **__: object) -> int:
        raise TryAgain("line down")


def test_a_decision_that_could_not_be_carried_out_stands_and_the_sweep_goes_on(engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    line, objection = stored(engine, case_id=case.id), filed(engine)
    faltering = replace(engine, archive=Faltering(engine))  # type: ignore[arg-type]
    with pytest.raises(TryAgain):
        desk(faltering).stop(objection.id, ACTOR, NOW, posts=[line.post.id], wide=False, told="")
    decided = desk(engine).get(objection.id)
    assert decided is not None and decided.state is State.STOPPED
    assert kept_out(engine)
    assert desk(engine).sweep(NOW + timedelta(hours=1)) == 1
    assert gone(engine, line)


def test_the_outcome_can_be_looked_up_for_its_days_and_the_list_stays(engine: Engine) -> None:
    receipt, _ = desk(engine).file(THERE, "", "", NOW, sheet="s")
    desk(engine).stop(desk(engine).all()[0].id, ACTOR, NOW, posts=(), wide=False, told="")
    desk(engine).sweep(NOW + timedelta(days=9))
    desk(engine).sweep(NOW + timedelta(days=364))
    assert desk(engine).by_receipt(receipt) is not None
    desk(engine).sweep(NOW + timedelta(days=366))
    assert desk(engine).by_receipt(receipt) is None
    assert kept_out(engine)


def test_one_that_waits_is_never_forgotten(engine: Engine) -> None:
    objection = filed(engine)
    assert desk(engine).sweep(NOW + timedelta(days=4000)) == 0
    assert desk(engine).get(objection.id) == objection


def test_the_list_goes_with_a_backup_and_holds_after_a_restore(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    desk(engine).stop(filed(engine).id, ACTOR, NOW, posts=(), wide=False, told="")
    backup.backup(engine, settings.data, tmp_path / "copy", kind=settings.engine, at=NOW)
    restored = load(data=tmp_path / "new", engine="embedded")
    other = open_engine(restored)
    try:
        backup.restore(other, restored.data, tmp_path / "copy")
        assert kept_out(other)
        assert [one.state for one in desk(other).all()] == [State.STOPPED]
    finally:
        other.close()


def test_an_address_is_the_same_however_it_is_asked_for() -> None:
    assert identity.address("HTTP://BBS.example.cn:80/thread/7?b=2&a=1&spm=9#floor") == identity.address(
        "https://bbs.example.cn/thread/7?a=1&b=2"
    )
    assert identity.address("https://[") == identity.address(None) == ""
