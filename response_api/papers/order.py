"""舆情交办单: to the unit that leads, with what it owes until when, and room for what people decide and sign.  Pure."""

from __future__ import annotations

from response_api.papers import material as about
from response_api.papers.layout import Block, Field, Form, Heading, OfficePaper, Text
from response_api.papers.material import Material
from response_api.papers.wording import listed, minute


def order(material: Material) -> OfficePaper:
    case, names = material.case, material.names
    given, unverified = case.assignment, about.hearsay(material)
    fields = (
        Field(name="事　　件", value=f"{about.title(case)}（系统编号{case.id[:8]}）"),
        Field(name="交办时间", value=minute(given.at) if given else f"{minute(material.now)}（制单时间）"),
        Field(name="承办单位", value=about.leads(case, names)),
        Field(name="配合单位", value=listed(tuple(map(names.unit_name, case.route.assist)))),
        Field(name="抄　　送", value=listed(case.route.told, "")),
        Field(name="事发地点", value=about.where(case)),
        Field(name="事发单位", value=about.named_units(case)),
        Field(name="基本情况", value=about.gist(case)),
        Field(name="待核实", value="\n".join(unverified) or "文中没有标为转述的说法；所反映内容仍须核实"),
        Field(name="人员伤亡和损失", value=about.harm(case)),
        Field(name="事项与分类", value=f"{_topic(material)}；{about.category(case)}"),
        Field(name="舆情等级", value=about.level(case)),
        Field(name="拟办意见", value="\n".join(_proposed(material))),
        Field(name="办公室主任意见", lines=3),
        Field(name="领导批示", lines=3),
    )
    return OfficePaper(
        kind="舆情交办单",
        title="舆情交办单",
        unit=material.unit,
        made_at=material.now,
        number="编号：{}",
        notices=about.notices(case),
        blocks=(Form(fields=fields), *_terms(material), *_signing(material)),
    )


def _topic(material: Material) -> str:
    topic = material.case.topic
    return material.names.topic_name(topic) if topic else "未归类"


def _proposed(material: Material) -> tuple[str, ...]:
    """By the rules; the hours stand in their own table."""
    case = material.case
    told = [
        f"依据{about.basis(case)}，请{about.leads(case, material.names)}牵头办理。{about.sentence(case.route.why)}"
    ]
    told.append("请先核实情况，再提出处置措施和答复意见；未经证实的说法不得对外引用。")
    if case.assessment:
        told.append(f"处置分类：{about.category(case)}，{case.assessment.duty}。")
    return tuple(told)


def _terms(material: Material) -> tuple[Block, ...]:
    clocks = about.running(material.case)
    table = (about.terms(clocks, material.now),) if clocks else ()
    called = tuple(Text(label="工单：", text=one) for one in about.callers(material.case, material.now))
    return (Heading(text="办理时限" if clocks else "办理时限：现在没有在走的时限"), *table, *called)


def _signing(material: Material) -> tuple[Block, ...]:
    given = material.case.assignment
    signed = given.acknowledged_at if given else None
    booked = f"系统记录：{minute(signed)}签收" if signed else ""
    return (
        Form(
            fields=(
                Field(name="签收", value=f"{booked}\n签收人：\n签收时间：".strip("\n"), lines=2),
                Field(name="不属本单位的，退回理由", lines=2),
            )
        ),
    )
