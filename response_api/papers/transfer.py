"""转办函, or 线索移交函: to one body outside the office, with the ground on which the matter is its business.  Pure."""

from __future__ import annotations

from huiying.contracts import ArchiveLine, Disposition, OutsideBody
from response_api import times
from response_api.papers import material as about
from response_api.papers.addressees import Addressee
from response_api.papers.layout import Blanks, Block, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.wording import minute, said
from response_api.words import CHANNELS

MOST_POSTS, EXCERPT = 5, 120


def transfer(material: Material, to: Addressee) -> OfficePaper:
    case = material.case
    unverified = about.hearsay(material)
    opening: tuple[Block, ...] = (
        Text(
            text=f"{minute(case.detected_at)}，我办收到关于{about.subject(case)}的反映。地点：{about.where(case)}；"
            f"发生时间：{about.when(case)}。{about.gist(case)}"
        ),
        Text(text="以上内容来自公开信息，尚未全部核实。" + "".join(unverified)),
    )
    clue = to.to.clue
    return OfficePaper(
        kind=to.letter,
        title=f"关于{'移交' if clue else '转办'}{about.subject(case)}有关{'线索' if clue else '问题'}的函",
        unit=material.unit,
        made_at=material.now,
        number="文号：{}",
        notices=about.notices(case),
        to=to.to.body,
        blocks=(
            *sections(
                ("基本情况", opening),
                ("职责依据", _ground(to.to)),
                ("请予办理", (*about.numbered(_asked(clue)), *_due(to))),
                ("信息摘录", _excerpts(material)),
            ),
            Blanks(names=("联系人", "电话")),
        ),
        signed=True,
    )


def _ground(to: OutsideBody) -> tuple[Block, ...]:
    """Why it is theirs. A rule that names the body alone leaves that to who writes the letter."""
    if not to.ground:
        return (Blanks(names=("属于贵单位的职责", "所依据的规定")),)
    unsure = "" if not to.basis or "K" not in to.basis.split(",") else "（待核）"
    return (Text(text=f"上述情况涉及{to.ground}，依据{to.article}{unsure}，属于贵单位职责。"),)


def _asked(clue: bool) -> tuple[str, ...]:
    first = (
        "请依法核查处理；处理情况可以告知的，请告知我办。"
        if clue
        else "请按职责核实、处理其中属于贵单位职责的部分，并将结果告知我办。"
    )
    return (first, "认为不属于本单位职责的，请说明理由并尽快退回。")


def _due(to: Addressee) -> tuple[Block, ...]:
    """What was asked for; nothing of what the office itself owes by when."""
    if to.due_at is None:
        return (Blanks(names=("请于以下时间前反馈",)),)
    return (Text(text=f"请于{minute(to.due_at)}前反馈。"),)


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
