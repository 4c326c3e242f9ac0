"""The form of a draft: as typed, as a draft, and back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from huiying.clock import SHANGHAI
from huiying.contracts import HANDLED_AS, Case, Category, Publicity, Statement, StatementKind
from response_api.words import CATEGORIES
from triage.packs import Handling, TextRow
from triage.publishing import PARTS, Draft, Part, clean, one_line, unkeepable
from triage.terms import ANSWERS
from triage.words import PUBLICITIES, STATEMENTS

HINTS = {
    Part.FACTS: "什么时间、什么地点、什么事；已经核实的和还没有核实的分开写",
    Part.STANCE: "认什么、怎么看，不说空话",
    Part.MEASURES: "做了什么、谁做的、到什么程度",
    Part.NEXT: "接下来做什么、什么时候公布",
    Part.CONTACT: "科室、固定电话、办公时间；不写个人手机号",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """Everything as text, so that what cannot be read back is still shown as it was typed."""

    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def blank(case: Case, kind: StatementKind) -> DraftForm:
    found = [category for category in case.categories if category in HANDLED_AS]
    known = case.assessment.category if case.assessment else (found[0] if found else Category.DIFFICULTY)
    return DraftForm(values={"kind": kind, "category": known, "publicity": Publicity.OPEN})


def correction(old: Draft, now: datetime) -> DraftForm:
    """What was published, to be put right; a promise that is over is not made again."""
    ahead = old.next_release_at if old.next_release_at and old.next_release_at > now else None
    return filled(replace(old, next_release_at=ahead))


def filled(draft: Draft) -> DraftForm:
    at = draft.next_release_at
    return DraftForm(
        values={
            "kind": draft.kind,
            "category": draft.category,
            "publicity": draft.publicity,
            "ground": draft.ground,
            "title": draft.title,
            "next_release_at": f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if at else "",
            **{part.value: text for part, text in draft.parts.items()},
        }
    )


def read(
    text: Callable[[str], str], raw: Callable[[str], str], rules: TextRow
) -> tuple[DraftForm, Draft | None]:
    """What was sent, and the draft that it is; None where a choice or the time cannot be understood. What else speaks against
    keeping it is told with that."""
    values = {
        name: text(name) for name in ("kind", "category", "publicity", "ground", "title", "next_release_at")
    }
    values |= {part.value: raw(part.value) for part in Part}
    faults: dict[str, str] = {}
    next_release_at = None
    if values["next_release_at"]:
        try:
            next_release_at = (
                datetime.fromisoformat(values["next_release_at"]).replace(tzinfo=SHANGHAI).astimezone(UTC)
            )
            if not 2004 <= next_release_at.year <= 2200:
                raise ValueError("no year of an office")
        except (ValueError, OverflowError):
            faults["next_release_at"] = "时间看不懂，请写成 2026-11-23 10:00 这样"
    if values["kind"] not in set(StatementKind):
        faults["kind"] = "请选择类型"
    if values["category"] not in set(HANDLED_AS):
        faults["category"] = "请选择处置分类"
    if values["publicity"] not in set(Publicity):
        faults["publicity"] = "请选择公开属性"
    if faults:
        parts = {part: clean(values[part]) for part in Part}
        faults |= unkeepable(one_line(values["title"]), parts, rules)
        return DraftForm(values=values, faults=faults), None
    return DraftForm(values=values), Draft(
        kind=StatementKind(values["kind"]),
        category=Category(values["category"]),
        publicity=Publicity(values["publicity"]),
        ground=values["ground"] if values["publicity"] != Publicity.OPEN else "",
        next_release_at=next_release_at,
        title=values["title"],
        parts={part: values[part.value] for part in Part},
    )


def may_be_written(case: Case) -> list[tuple[str, str]]:
    """Kinds of statements by now: an answer is to what was assessed."""
    return [(kind.value, name) for kind, name in STATEMENTS.items() if case.assessment or kind not in ANSWERS]


def choices(handling: Handling, case: Case, chosen: str, corrected: Statement | None) -> Mapping[str, object]:
    """What the form offers; the kind that is chosen even where it cannot be written yet. A correction is of the kind of what it
    puts right."""
    kinds = may_be_written(case)
    if corrected is not None:
        kinds, chosen = [(corrected.kind.value, STATEMENTS[corrected.kind])], corrected.kind
    if chosen not in dict(kinds) and chosen in STATEMENTS:
        kinds.append((chosen, STATEMENTS[StatementKind(chosen)]))
    return {
        "kinds": kinds,
        "categories": [(category.value, CATEGORIES[category]) for category in HANDLED_AS],
        "publicities": [(value.value, name) for value, name in PUBLICITIES.items()],
        "grounds": [
            (row.key, f"{PUBLICITIES[row.publicity]}：{row.name}（{row.citation}）")
            for row in handling.ground
        ],
        "parts": [(part.value, name, HINTS[part]) for part, name in PARTS.items()],
        "most": handling.text.part_most,
    }
