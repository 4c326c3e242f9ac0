"""改判: people put right what the machine made of a matter; from then on it is theirs.  Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.contracts import Actor, Attitude, Case, Category, EventKind, Place, TextRef
from huiying.examples import Labels
from triage.policy import Policy
from triage.record import note
from triage.refusals import Invalid
from triage.words import ATTITUDE_NAMES, CATEGORY_NAMES

NOTHING_SAID = "至少改一项：相关、事项、分类、地点、态度"


def check(labels: Labels, policy: Policy) -> None:
    """Raises Invalid."""
    if labels == Labels():
        raise Invalid({"whole": NOTHING_SAID})
    if labels.topic is not None and labels.topic not in policy.topics:
        raise Invalid({"topic": "没有这个事项"})


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
        )
    }
    by_people = tuple(dict.fromkeys((*case.settled_by_people, *(n for n, said in settled.items() if said))))
    changed = replace(changed, settled_by_people=by_people)
    return note(changed, EventKind.RELABELLED, now, actor.login, "改判：" + "；".join(told), texts=texts)


def _category(category: Category, policy: Policy) -> str:
    row = next((row for row in policy.handling.class_ if row.category is category), None)
    return row.name if row else CATEGORY_NAMES[category]


def _attitude(attitude: Attitude) -> str:
    return ATTITUDE_NAMES[attitude]
