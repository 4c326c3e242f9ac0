"""Acts on cases are kept as examples, by who and when; what people have put right stays as they said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Attitude,
    Case,
    Category,
    Disposition,
    EventKind,
    Place,
    Suggestion,
)
from huiying.errors import TryAgain
from huiying.examples import Example, Examples, Labels, stands
from huiying.ports import CaseStore, Engine
from tests.factories import NOW, a_line
from tests.triage.people import DUTY, HANDLER, MONITOR, SPOKESPERSON, a_desk, person, taken_in
from tests.triage.texts import place, policy, reading
from triage.desk import Desk
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.refusals import Invalid, NotNow, NotYours
from triage.stories import Relation

DOOR = "中原区锦绣花园地下车库的人防门被物业拆了当储物间，投诉几次都没人管"
AGAIN = "中原区锦绣花园拆掉的人防门还堆在地下车库，物业说不归他们管"
ONE_MINUTE = timedelta(minutes=1)
MONITOR_ROLE = next(iter(MONITOR.roles))


def kept(engine: Engine) -> list[Example]:
    return list(Examples(engine.register).all())


def a_matter(engine: Engine, text: str = DOOR, **changes: object) -> tuple[Desk, Case]:
    case = taken_in(engine, reading(text, topic="T07", **changes))  # type: ignore[arg-type]
    return a_desk(engine), case


def test_confirming_says_that_the_posts_are_ours(engine: Engine) -> None:
    desk, case = a_matter(engine)
    after = desk.confirm(case.id, MONITOR, NOW + ONE_MINUTE, seen=len(case.events))
    (example,) = kept(engine)
    assert (example.act, example.by, example.at) == ("confirm", MONITOR.login, NOW + ONE_MINUTE)
    assert example.labels == Labels(relevant=True)
    assert example.posts[0] == case.opened_by
    assert stands(example, after)
    assert DOOR not in str(example)


def test_dismissing_says_the_opposite_and_assessing_says_the_class(engine: Engine) -> None:
    desk, case = a_matter(engine)
    desk.acknowledge(case.id, HANDLER, NOW, seen=len(case.events))
    case = engine.cases.get(case.id)
    desk.assess(case.id, HANDLER, NOW, seen=len(case.events), category=Category.MAJOR, finding="属实")
    case = engine.cases.get(case.id)
    desk.dismiss(case.id, DUTY, NOW + ONE_MINUTE, seen=len(case.events), reason="另有主管部门")
    assert [(one.act, one.labels) for one in kept(engine)] == [
        ("assess", Labels(relevant=True, category=Category.MAJOR)),
        ("dismiss", Labels(relevant=False)),
    ]


def test_giving_it_to_another_unit_keeps_both(engine: Engine) -> None:
    desk, case = a_matter(engine)
    desk.confirm(case.id, DUTY, NOW, seen=len(case.events))
    case = engine.cases.get(case.id)
    desk.assign(case.id, DUTY, NOW, seen=len(case.events), unit="zhengzhou")
    case = engine.cases.get(case.id)
    desk.reassign(case.id, DUTY, NOW, seen=len(case.events), unit="luoyang", reason="在洛阳")
    last = kept(engine)[-1]
    assert (last.act, last.unit_before, last.unit) == ("reassign", "zhengzhou", "luoyang")
    assert last.rule == case.route.rule
    assert [one.act for one in kept(engine)] == ["confirm", "reassign"]


def test_assigning_it_at_once_to_another_unit_than_the_rule_named_is_kept_too(engine: Engine) -> None:
    desk, case = a_matter(engine)
    desk.confirm(case.id, DUTY, NOW, seen=len(case.events))
    seen = len(engine.cases.get(case.id).events)
    desk.assign(case.id, DUTY, NOW, seen=seen, unit="luoyang")
    last = kept(engine)[-1]
    assert (last.act, last.unit_before, last.unit, last.rule) == (
        "assign",
        "zhengzhou",
        "luoyang",
        case.route.rule,
    )


def test_merging_and_splitting_keep_the_other_case(engine: Engine) -> None:
    desk, case = a_matter(engine)
    other = taken_in(engine, reading("洛龙区试鸣防空警报没有通知", topic="T01", where=place("洛阳市")))
    desk.merge(case.id, DUTY, NOW, seen=len(case.events), into=other.id, reason="同一件")
    (example,) = kept(engine)
    assert (example.act, example.case_id, example.other) == ("merge", case.id, other.id)
    whole = engine.cases.get(other.id)
    made = desk.split(whole.id, DUTY, NOW, seen=len(whole.events), posts=[case.opened_by.id])
    split = next(one for one in kept(engine) if one.act == "split")
    assert (split.case_id, split.other) == (made.id, whole.id)
    assert stands(split, made)


def test_a_refused_act_keeps_nothing(engine: Engine) -> None:
    desk, case = a_matter(engine)
    with pytest.raises(NotYours):
        desk.dismiss(case.id, MONITOR, NOW, seen=len(case.events), reason="不是")
    assert kept(engine) == []


class Refusing:
    """A case store that cannot save."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def save(self, cases: object) -> None:
        raise TryAgain("磁盘已满")


def test_an_act_that_could_not_be_saved_teaches_nothing(engine: Engine) -> None:
    desk, case = a_matter(engine)
    broken = replace(desk, cases=Refusing(engine.cases))  # type: ignore[arg-type]
    with pytest.raises(TryAgain):
        broken.confirm(case.id, MONITOR, NOW, seen=len(case.events))
    assert not any(stands(example, engine.cases.get(case.id)) for example in kept(engine))


def test_people_put_a_case_right_and_the_machine_leaves_it(engine: Engine) -> None:
    desk, case = a_matter(engine)
    where = place("洛阳市")
    after = desk.relabel(
        case.id,
        MONITOR,
        NOW,
        seen=len(case.events),
        labels=Labels(topic="T01", category=Category.INQUIRY, attitude=Attitude.POSITIVE, place=where.code),
        place=where,
    )
    assert (after.topic, after.categories, after.attitude) == (
        "T01",
        (Category.INQUIRY,),
        Attitude.POSITIVE,
    )
    assert after.place == where
    assert after.route.lead != case.route.lead
    told = next(event for event in after.events if event.kind is EventKind.RELABELLED)
    assert told.what.startswith("改判：事项由")
    taken_in(engine, reading(AGAIN, topic="T07", at=NOW + ONE_MINUTE), now=NOW + ONE_MINUTE)
    again = engine.cases.get(case.id)
    assert (again.topic, again.categories, again.place) == ("T01", (Category.INQUIRY,), where)
    assert kept(engine)[0].labels.topic == "T01"


def test_what_says_nothing_or_nothing_new_is_refused(engine: Engine) -> None:
    desk, case = a_matter(engine)
    for labels in (Labels(), Labels(topic=case.topic), Labels(topic="T99")):
        with pytest.raises(Invalid):
            desk.relabel(case.id, MONITOR, NOW, seen=len(case.events), labels=labels)
    assert kept(engine) == []


def test_a_place_that_people_named_is_not_overruled_by_a_later_post() -> None:
    first = reading(DOOR, topic="T07")
    case = open_case(first, policy(), NOW)
    said = Place(province="河南省", city="洛阳市", code="410300", certainty=first.places[0].certainty)
    case = replace(case, place=said, topic="", settled_by_people=("place", "topic"))
    grown = absorb(case, Joining(reading=reading(AGAIN, topic="T07"), relation=Relation.SAME_EVENT))
    assert (grown.place, grown.topic) == (said, "")


def test_one_post_is_put_right_by_itself(engine: Engine) -> None:
    desk, case = a_matter(engine)
    before = engine.cases.get(case.id)
    desk.label(case.opened_by, MONITOR, NOW, labels=Labels(topic="T01"))
    (example,) = kept(engine)
    assert (example.act, example.posts, example.case_id) == ("label", (case.opened_by,), case.id)
    assert engine.cases.get(case.id) == before


def test_a_dropped_post_is_put_right_by_the_top_unit_alone(engine: Engine) -> None:
    desk = a_desk(engine)
    line = a_line(disposition=Disposition.IRRELEVANT)
    engine.archive.put([line])
    with pytest.raises(NotYours):
        desk.label(line.post, person(MONITOR_ROLE, unit="zhengzhou"), NOW, labels=Labels(relevant=True))
    with pytest.raises(NotYours):
        desk.label(line.post, SPOKESPERSON, NOW, labels=Labels(relevant=True))
    desk.label(line.post, MONITOR, NOW, labels=Labels(relevant=True))
    assert kept(engine)[0].labels.relevant is True
    with pytest.raises(NotNow):
        desk.label(a_line().post, MONITOR, NOW, labels=Labels(relevant=True))


def test_a_post_of_a_case_is_put_right_by_those_whom_it_concerns(engine: Engine) -> None:
    desk, case = a_matter(engine)
    assert case.route.lead == "zhengzhou"
    elsewhere = person(MONITOR_ROLE, unit="luoyang")
    with pytest.raises(NotYours):
        desk.label(case.opened_by, elsewhere, NOW, labels=Labels(topic="T01"))
    assert kept(engine) == []


def test_what_was_told_apart_or_taken_back_is_kept_with_the_other_case(engine: Engine) -> None:
    desk, case = a_matter(engine)
    other = taken_in(engine, reading("洛龙区试鸣防空警报没有通知", topic="T01", where=place("洛阳市")))
    suggested = replace(
        engine.cases.get(case.id),
        suggestions=(Suggestion(case_id=other.id, score=0.5, why="用词相近", at=NOW),),
        revision=engine.cases.get(case.id).revision + 1,
    )
    engine.cases.save([suggested])
    desk.apart(case.id, DUTY, NOW, seen=len(suggested.events), other=other.id)
    told = kept(engine)[-1]
    assert (told.act, told.case_id, told.other) == ("apart", case.id, other.id)
    assert stands(told, engine.cases.get(case.id))
    seen = len(engine.cases.get(case.id).events)
    desk.merge(case.id, DUTY, NOW, seen=seen, into=other.id, reason="看错了，是同一件")
    seen = len(engine.cases.get(case.id).events)
    desk.unmerge(case.id, DUTY, NOW + ONE_MINUTE, seen=seen)
    assert {(one.act, one.other) for one in kept(engine)} == {
        ("apart", other.id),
        ("merge", other.id),
        ("unmerge", other.id),
    }
