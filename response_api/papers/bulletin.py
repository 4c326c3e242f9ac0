"""舆情快报: one page for whoever has to know at once, what is known and what is not.  Pure."""

from __future__ import annotations

from response_api.papers import material as about
from response_api.papers.layout import Blanks, Field, Form, OfficePaper
from response_api.papers.material import Material
from response_api.papers.wording import UNKNOWN, minute
from triage.callers import owed

TITLE, GIST, CLAIMS, UNITS, CHANNELS, STEPS, ADVICE = 19, 70, 1, 2, 3, 2, 3
"""What one page has room for: characters of title and gist, and how many of each."""


def bulletin(material: Material) -> OfficePaper:
    case, now = material.case, material.now
    unverified = about.hearsay(material)[:CLAIMS]
    told = about.gist(case, GIST) + ("\n待核实：" + "；".join(unverified) if unverified else "")
    fields = (
        Field(name="发生时间", value=about.when(case)),
        Field(name="地　　点", value=about.where(case)),
        Field(name="事　　由", value=told),
        Field(name="涉事单位", value=about.named_units(case, UNITS)),
        Field(name="首发来源", value=about.source(material)),
        Field(name="传播情况", value=about.spread(case, now, CHANNELS)),
        Field(name="人员伤亡和损失", value=about.harm(case)),
        Field(name="已采取措施", value=about.done_so_far(case, material.names, STEPS)),
        Field(name="舆情等级", value=about.level(case)),
        Field(name="建　　议", value="\n".join(_advice(material)) or UNKNOWN),
        Field(name="领导批示", lines=1),
    )
    return OfficePaper(
        kind="舆情快报",
        title=about.title(case, TITLE),
        unit=material.unit,
        made_at=now,
        number="第{}期",
        masthead=True,
        urgent=True,
        notices=about.notices(case),
        blocks=(Form(fields=fields), Blanks(names=("报告人", "核稿人"))),
    )


def _advice(material: Material) -> tuple[str, ...]:
    """Who leads, what to do, and what runs out first."""
    told = about.advice(material)
    return told if len(told) <= ADVICE else (*told[: ADVICE - 1], _soonest(material) or told[ADVICE - 1])


def _soonest(material: Material) -> str:
    clocks = about.running(material.case)
    if not clocks:
        return ""
    first = clocks[0]
    more = f"，另有{len(clocks) - 1}项时限见交办单" if len(clocks) > 1 else ""
    called = len(owed(material.case))
    more += f"，工单{called}件待答复" if called else ""
    return f"最先到期：{first.rule.name}，{minute(first.due_at)}（{first.authority.value}）{more}。"
