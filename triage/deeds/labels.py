"""改判: people put right what the machine made of a matter; from then on it is theirs.  Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.amounts import figure
from huiying.clock import SHANGHAI
from huiying.contracts import (
    Actor,
    Attitude,
    Case,
    Casualties,
    Category,
    Certainty,
    EventKind,
    Occurrence,
    Place,
    TextRef,
)
from huiying.examples import Labels
from triage.known import OCCURRED, signals_of
from triage.policy import Policy
from triage.record import note, shown
from triage.refusals import Invalid
from triage.words import ATTITUDE_NAMES, CATEGORY_NAMES, HARMS, KNOWLEDGE

NOTHING_SAID = "至少改一项"
MOST_PEOPLE = 99_999
LONG_AGO = datetime(2000, 1, 1, tzinfo=SHANGHAI)
"""What happened before is no matter that an hour counts from: somebody has mistyped the year."""


def check(labels: Labels, policy: Policy) -> None:
    """Raises Invalid."""
    if labels == Labels():
        raise Invalid({"whole": NOTHING_SAID})
    if labels.topic is not None and labels.topic not in policy.topics:
        raise Invalid({"topic": "没有这个事项"})


def check_facts(labels: Labels, now: datetime) -> None:
    """Raises Invalid."""
    at = labels.occurred.at if labels.occurred is not None else None
    if at is not None and at > now:
        raise Invalid({"occurred": "发生时间不能晚于现在"})
    if at is not None and at < LONG_AGO:
        raise Invalid({"occurred": "要在 2000 年以后，请核对年份"})
    for one in labels.casualties:
        if not 0 <= one.number <= MOST_PEOPLE:
            raise Invalid({one.kind.value: f"写 0 到 {MOST_PEOPLE} 的整数"})


def relabel(
    case: Case,
    actor: Actor,
    policy: Policy,
    now: datetime,
    *,
    labels: Labels,
    place: Place | None = None,
    texts: tuple[TextRef, ...] = (),
) -> Case:
    """The case as people say it is, and the event. Raises Invalid where nothing would change.

    That it is no matter of the office is kept as an example alone: to end it is 不予受理.
    """
    check(labels, policy)
    check_facts(labels, now)
    changed = case
    told: list[str] = []
    if labels.topic is not None and labels.topic != case.topic:
        changed = replace(changed, topic=labels.topic)
        told.append(f"事项由{policy.topic_name(case.topic)}改为{policy.topic_name(labels.topic)}")
    if labels.category is not None and (labels.category,) != case.categories:
        changed = replace(changed, categories=(labels.category,))
        told.append(f"分类改为{_category(labels.category, policy)}")
    if place is not None and place.code != case.place.code:
        changed = replace(changed, place=place)
        told.append(f"地点改为{place.county or place.city or place.province}")
    if labels.attitude is not None and labels.attitude is not case.attitude:
        changed = replace(changed, attitude=labels.attitude)
        told.append(f"态度改为{_attitude(labels.attitude)}")
    if labels.occurred is not None and not _same_occurrence(case, labels.occurred):
        changed = replace(changed, occurred=labels.occurred)
        told.append(f"发生时间由{_moment(case.occurred)}改为{_moment(labels.occurred)}")
    for one in labels.casualties:
        if one not in case.casualties:
            told.append(f"{HARMS[one.kind]}人数由{_count(case, one)}改为{_number(one)}")
            rest = (known for known in changed.casualties if known.kind is not one.kind)
            changed = replace(changed, casualties=(*rest, one))
    if labels.relevant is not None:
        told.append("与本办有关" if labels.relevant else "与本办无关")
    if not told:
        raise Invalid({"whole": "和现在的判断一样，没有要改的"})
    settled = {
        name: value is not None
        for name, value in (
            ("topic", labels.topic),
            ("categories", labels.category),
            ("place", place),
            ("attitude", labels.attitude),
            (OCCURRED, labels.occurred),
        )
    }
    by_people = tuple(dict.fromkeys((*case.settled_by_people, *(n for n, said in settled.items() if said))))
    changed = replace(changed, settled_by_people=by_people)
    return note(changed, EventKind.RELABELLED, now, actor.login, "改判：" + "；".join(told), texts=texts)


def _same_occurrence(case: Case, said: Occurrence) -> bool:
    return OCCURRED in case.settled_by_people and replace(case.occurred, why=()) == said


def _moment(occurred: Occurrence) -> str:
    if occurred.at is None:
        return "不详" + (f"（{KNOWLEDGE[occurred.source]}）" if occurred.source in KNOWLEDGE else "")
    read = "原文写明" if occurred.certainty is Certainty.STATED else "推断"
    return f" {shown(occurred.at)}（{KNOWLEDGE.get(occurred.source, read)}）"


def _count(case: Case, one: Casualties) -> str:
    """What was known of it so far."""
    known = next((told for told in case.casualties if told.kind is one.kind), None)
    if known is not None:
        return _number(known)
    seen = signals_of(case).get(one.kind)
    if seen is None:
        return "未提及"
    amount = "不详" if seen.amount is None else f" {figure(seen.amount)} 人"
    return f"{amount}（{'未核实' if seen.claimed else '官方证实'}）"


def _number(one: Casualties) -> str:
    return (
        f" {one.number} 人（{KNOWLEDGE[one.source]}）" if one.number else f"没有（{KNOWLEDGE[one.source]}）"
    )


def _category(category: Category, policy: Policy) -> str:
    row = next((row for row in policy.handling.class_ if row.category is category), None)
    return row.name if row else CATEGORY_NAMES[category]


def _attitude(attitude: Attitude) -> str:
    return ATTITUDE_NAMES[attitude]
