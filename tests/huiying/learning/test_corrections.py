"""Which rule people overruled, and from which word a place was misread: counted by case, with what is needed to look it up."""

from __future__ import annotations

from datetime import timedelta

from huiying.contracts import Case, Certainty, Field, Place, Span, Why
from huiying.examples import Labels
from huiying.learning.corrections import gather, names
from huiying.ports import Engine
from huiying.tomlfile import DEFAULTS
from tests.factories import NOW
from tests.huiying.learning.matters import stored
from tests.triage.people import DUTY, MONITOR, a_desk
from tests.triage.texts import place, policy

TEXT = "{}的人防门被拆了没人管"


def confirmed(engine: Engine, text: str, where: Place | None = None) -> Case:
    case = stored(engine, text, where)
    a_desk(engine).confirm(case.id, DUTY, NOW, seen=len(case.events))
    return engine.cases.get(case.id)


def given_to(engine: Engine, case: Case, unit: str, *, again: bool = False) -> None:
    desk, seen = a_desk(engine), len(engine.cases.get(case.id).events)
    if again:
        desk.reassign(case.id, DUTY, NOW + timedelta(minutes=1), seen=seen, unit=unit, reason="不归这里")
    else:
        desk.assign(case.id, DUTY, NOW, seen=seen, unit=unit)


def test_a_rule_that_was_overruled_stands_with_its_units_and_its_cases(engine: Engine) -> None:
    first, second, back, right = (
        confirmed(engine, TEXT.format(name)) for name in ("青禾苑", "望岳新城", "柳溪家园", "金桐里")
    )
    given_to(engine, first, "luoyang")
    given_to(engine, second, "zhengzhou")
    given_to(engine, second, "luoyang", again=True)
    given_to(engine, back, "luoyang")
    given_to(engine, back, "zhengzhou", again=True)
    given_to(engine, right, "zhengzhou")
    found = gather(engine)
    (one,) = found.routes
    assert (one.rule, one.was, one.now) == (first.route.rule, "zhengzhou", "luoyang")
    assert one.cases == tuple(sorted((first.id, second.id)))
    assert one.routed == 4
    said = found.in_words(policy(), names(DEFAULTS))
    assert (
        f"规则 {one.rule}：{policy().unit_name('zhengzhou')} → {policy().unit_name('luoyang')}，2 件" in said
    )
    assert "这条规则共分办 4 件" in said
    assert first.id in said


def test_a_place_that_was_misread_stands_with_the_word_it_was_read_from(engine: Engine) -> None:
    wrong = Place(
        province="河南省",
        city="洛阳市",
        code="410300",
        certainty=Certainty.STATED,
        why=(
            Why(
                rule="place.vote",
                note="正文里的地名",
                weight=0.8,
                spans=(Span(field=Field.TEXT, start=0, end=2, text="洛阳"),),
            ),
        ),
    )
    case = confirmed(engine, "洛阳路上的青禾苑人防门被拆了", wrong)
    right = place("郑州市")
    desk = a_desk(engine)
    desk.relabel(case.id, MONITOR, NOW, seen=len(case.events), labels=Labels(place=right.code), place=right)
    found = gather(engine)
    (one,) = found.places
    assert (one.was, one.now, one.words, one.cases) == ("410300", "410100", ("洛阳",), (case.id,))
    assert "河南省洛阳市 → 河南省郑州市：“洛阳”，正文里的地名，1 件" in found.in_words(
        policy(), names(DEFAULTS)
    )


def test_a_place_that_the_machine_had_read_right_is_no_correction(engine: Engine) -> None:
    case = confirmed(engine, TEXT.format("青禾苑"), place("郑州市"))
    a_desk(engine).label(case.opened_by, MONITOR, NOW, labels=Labels(place="410100"))
    assert gather(engine).places == ()


def test_where_nobody_corrected_anything_that_is_said(engine: Engine) -> None:
    found = gather(engine)
    assert found.as_dict() == {"routes": [], "places": []}
    assert found.in_words(policy(), {}) == "还没有人改过分办，也没有人改过地点。"
