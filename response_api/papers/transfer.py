"""转办函: to a body outside the office whose business the matter is too, with the article relied on.  Pure."""

from __future__ import annotations

from huiying.contracts import ArchiveLine, Disposition
from response_api import times
from response_api.papers import material as about
from response_api.papers.layout import Blanks, Block, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.wording import listed, minute, said
from response_api.words import CHANNELS

MOST_POSTS, EXCERPT = 5, 120


def transfer(material: Material) -> OfficePaper:
    case = material.case
    unverified = about.hearsay(material)
    opening: tuple[Block, ...] = (
        Text(
            text=f"{minute(case.detected_at)}，我办收到关于{about.subject(case)}的反映。地点：{about.where(case)}；"
            f"发生时间：{about.when(case)}。{about.gist(case)}"
        ),
        Text(text="以上内容来自公开信息，尚未全部核实。" + "".join(unverified)),
    )
    asked = [
        f"请按职责核实、处理其中属于贵单位（{listed(case.route.told)}）职责的部分，并将结果告知我办。",
        "认为不属于本单位职责的，请说明理由并尽快退回。",
        *(
            f"我办“{clock.rule.name}”的时限为{minute(clock.due_at)}（{clock.authority.value}，{clock.rule.citation}）。"
            for clock in about.running(case)[:2]
        ),
    ]
    return OfficePaper(
        kind="转办函",
        title=f"关于转办{about.subject(case)}有关问题的函",
        unit=material.unit,
        made_at=material.now,
        number="文号：{}",
        notices=about.notices(case),
        to=listed(case.route.told),
        blocks=(
            *sections(
                ("基本情况", opening),
                ("转办依据", (Text(text=f"{about.basis(case)}。{about.sentence(case.route.why)}"),)),
                ("请予办理", (*about.numbered(asked), Blanks(names=("请于以下时间前反馈",)))),
                ("信息摘录", _excerpts(material)),
            ),
            Blanks(names=("联系人", "电话")),
        ),
        signed=True,
    )


def _excerpts(material: Material) -> tuple[Block, ...]:
    originals = [line for line in material.lines if line.disposition is Disposition.ATTACHED]
    rows = tuple(row for line in originals if (row := _excerpt(line)))[:MOST_POSTS]
    if not rows:
        return ()
    return (Rows(columns=("时间", "来源", "内容摘录"), rows=rows, shares=(38, 32, 86)),)


def _excerpt(line: ArchiveLine) -> tuple[str, str, str] | None:
    post = line.legible
    if post is None or (line.reading is not None and line.reading.idle):
        return None
    source = f"{CHANNELS[post.channel]}“{said(post.source_name, about.UNIT)}”"
    words = said(post.text or post.title, EXCERPT)
    return (times.full(post.first_public_at)[:16], source, words) if words else None
