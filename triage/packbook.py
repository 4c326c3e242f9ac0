"""What a set of clocks says, in words; how two sets differ; and what would be due if something started now.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import ClockKind, ClockRule, Level, Rung
from triage.calendar import Calendar
from triage.policy import Pack, Policy
from triage.terms import Start, deadline, in_short
from triage.words import addressees

MOMENTS = {
    "detected_at": "系统预警",
    "occurred_at": "事件发生",
    "first_public_at": "最早公开",
    "result_at": "处理结果形成",
    "published_at": "对外发布",
}
STARTS = {**MOMENTS, "occurred_at": "事件发生（人核实过或原文写明的；否则最早公开）"}
KEYS = {
    "clock.start.emergency": "应急时限（权威信息、新闻发布会）从何时起",
    "clock.start.ordinary": "一般回应从何时起",
    "clock.calendar": "小时怎么算",
    "clock.pause": "能不能中止",
    "clock.on_upgrade": "等级升高以后从何时起",
    "trigger.emergency_levels": "哪些等级算应急",
    "trigger.unclassified": "等级未到而触发下限的",
    "trigger.by_opinion_level": "只凭舆情等级启动应急时限",
    "milestone.authoritative": "什么算权威信息",
    "milestone.reply": "什么算回应",
    "milestone.press": "新闻发布会能不能免除",
}
VALUES = {
    **STARTS,
    "natural": "自然小时，夜间、周末、节假日不扣除",
    "never": "不中止",
    "original_start": "按最初起点重算",
    "moment_of_upgrade": "从升级时起",
    "provisional": "暂定启动，可以取消",
    "none": "不启动",
    "signed_publication": "经审查、签发并公开发布的文字",
    "substance": "有实质内容；“已关注、正在调查”不算",
    "waivable": "经批准可以免除",
    "binding": "不能免除",
    "True": "是，标“办内要求”",
    "False": "否",
}
ELSEWHERE = (
    ("clock.hours.*", "各项时限的小时数", "本文件各 [[clock]] 的 hours、working_days、ceiling_hours"),
    ("publish.result", "结果多久公布", "本文件 publish_result 的 working_days；对外承诺的时间按承诺"),
    ("authority.min_signer", "各等级由谁签发", "handling.toml 的 [sign]"),
    ("retention.*", "保存多久", "retention.toml"),
)
"""Keys that are answered somewhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``old`` or ``new`` is '' where there is none."""

    what: str
    old: str
    new: str

    def as_dict(self) -> dict[str, str]:
        return {"what": self.what, "old": self.old, "new": self.new}

    def in_words(self) -> str:
        return f"{self.what}：{self.old or '（没有）'} → {self.new or '（没有）'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of what-if."""

    kind: ClockKind
    name: str
    due: datetime
    citation: str
    working: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "due": self.due.isoformat(timespec="seconds"),
            "citation": self.citation,
            "working": list(self.working),
        }


def what_if(pack: Pack, level: Level, start: datetime, calendar: Calendar) -> tuple[Answer, ...]:
    """Every clock that a level asks for, if what starts it had happened at ``start``. Times in Asia/Shanghai."""
    answers = []
    for kind in ClockKind:
        for rule in pack.rules:
            if rule.kind is kind and level in rule.levels:
                source = f"假设的{MOMENTS[rule.start]}时间"
                found = deadline(rule, Start(at=start, source=source), calendar)
                answers.append(
                    Answer(
                        kind=kind,
                        name=rule.name,
                        due=found.due.astimezone(start.tzinfo),
                        citation=rule.citation,
                        working=found.working,
                    )
                )
    return tuple(answers)


def periods(pack: Pack, policy: Policy) -> list[str]:
    """For whom it is in force, from when until when."""
    return [
        f"{policy.unit_name(row.unit)}及下级：{row.from_} {f'到 {row.until}（不含）' if row.until else '起一直有效'}"
        for row in policy.periods
        if row.pack == pack.name
    ]


def in_words(pack: Pack, policy: Policy) -> list[str]:
    """The whole set, for reading."""
    lines = [f"{pack.title}（{pack.ref}）", *(f"  {one}" for one in periods(pack, policy))]
    lines += ["", "依据：", *(f"  {one}" for one in pack.file.citations), "", "文件没有写明、由本单位定的："]
    lines += [f"  {KEYS[key]}（{key}）：{value}" for key, value in choices(pack).items()]
    lines += [f"  {name}（{key}）：见 {where}" for key, name, where in ELSEWHERE]
    lines += ["", "时限："]
    for rule in pack.rules:
        lines.append(
            f"  {rule.name}（{rule.kind.value}，{rule.authority.value}，{'、'.join(rule.levels) or '只能由人启动'}）"
        )
        lines.append(f"    {rule.duty}，{in_short(rule)}，从{STARTS[rule.start]}起")
        if rule.ceiling_hours:
            lines.append(f"    国家上限 {rule.ceiling_hours:g} 小时")
        if rule.emergencies:
            lines.append(f"    {by_law(rule)}")
        if rule.provisional_on:
            lines.append(f"    等级未到而触发下限 {'、'.join(rule.provisional_on)} 时，暂定启动")
        lines.append(f"    依据：{rule.citation}")
        lines += [f"    {when(rung)}“{rung.name}”→ {whom(rung)}" for rung in rule.rungs]
    return lines


def by_law(rule: ClockRule) -> str:
    """When an emergency makes law of it."""
    return f"政府认定为{'、'.join(rule.emergencies)}突发事件并登记的，按法定计"


ALWAYS = (ClockKind.ACKNOWLEDGE, ClockKind.RESPONSE)
"""What every level is expected to owe."""
GRAVE = (ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE)
"""What the levels are expected to owe that ``trigger.emergency_levels`` names."""
EXPECTED = {
    ClockKind.ACKNOWLEDGE: "签收",
    ClockKind.RESPONSE: "回应",
    ClockKind.STATEMENT: "权威信息",
    ClockKind.PRESS_CONFERENCE: "新闻发布会",
}


def silent(pack: Pack) -> tuple[str, ...]:
    """Levels under which a duty runs on no clock, in Chinese: nothing that the program would miss, but mostly a slip."""
    chosen = pack.file.choices
    grave = chosen.emergency_levels if chosen.by_opinion_level else ()
    found = []
    for kind in (*ALWAYS, *GRAVE):
        asked = {level for rule in pack.rules if rule.kind is kind for level in rule.levels}
        if missing := [level for level in Level if level not in asked and (kind in ALWAYS or level in grave)]:
            found.append(
                f"{pack.title}：{'、'.join(missing)}没有“{EXPECTED[kind]}”（{kind}）时限，这些事件到时不会提醒"
            )
    return tuple(found)


def differences(old: Pack, new: Pack) -> tuple[Difference, ...]:
    """What changes for a case that opens under ``new`` in place of ``old``."""
    found = [
        Difference(what=f"{KEYS[key]}（{key}）", old=choices(old)[key], new=value)
        for key, value in choices(new).items()
        if choices(old)[key] != value
    ]
    before, after = _told(old), _told(new)
    levels: dict[tuple[str, str, str], list[str]] = {}
    for level, clock in dict.fromkeys((*before, *after)):
        was, now = before.get((level, clock), {}), after.get((level, clock), {})
        names = dict.fromkeys((*was, *now)) if was and now else ("",)
        for name in names:
            one, other = (was.get(name, ""), now.get(name, "")) if name else (_all(was), _all(now))
            if one != other:
                levels.setdefault((f"{clock}·{name}".rstrip("·"), one, other), []).append(level)
    found += [
        Difference(what=f"{what}（{'、'.join(where)}）", old=one, new=other)
        for (what, one, other), where in levels.items()
    ]
    return tuple(found)


def _all(facts: Mapping[str, str]) -> str:
    return "，".join(value for value in facts.values() if value)


def choices(pack: Pack) -> dict[str, str]:
    answers = pack.file.choices.model_dump(mode="json", by_alias=True)
    return {key: _value(value) for key, value in answers.items()}


def _value(value: object) -> str:
    if isinstance(value, list):
        return "、".join(value) or "没有"
    return VALUES[str(value)]


def _told(pack: Pack) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """By level and clock, so that one row for two levels compares with two rows."""
    return {(level.value, rule.name): _facts(rule) for rule in pack.rules for level in rule.levels}


def _facts(rule: ClockRule) -> dict[str, str]:
    facts = {
        "时限": in_short(rule),
        "起算": STARTS[rule.start],
        "职责": rule.duty,
        "性质": rule.authority.value,
        "按法定计": by_law(rule) if rule.emergencies else "",
        "国家上限": f"{rule.ceiling_hours:g} 小时" if rule.ceiling_hours else "",
        "暂定启动": "、".join(rule.provisional_on),
        "依据": rule.citation,
    }
    for rung in rule.rungs:
        facts[f"阶梯“{rung.name}”"] = f"{when(rung)}→ {whom(rung)}"
    return facts


def when(rung: Rung) -> str:
    if rung.after_minutes is not None:
        return f"到期后 {rung.after_minutes} 分钟"
    fraction = rung.fraction or 0.0
    return {0.0: "起算时", 1.0: "到期时"}.get(fraction, f"走过 {fraction:.0%} 时")


def whom(rung: Rung) -> str:
    return addressees(rung.to)
