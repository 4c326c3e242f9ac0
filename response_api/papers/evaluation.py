"""评估表: the score of one matter, each point with its working, for whoever evaluates and whoever checks that.  Pure."""

from __future__ import annotations

from huiying.contracts import Publicity
from response_api import times
from response_api.handling_view import ERASED
from response_api.papers import material as about
from response_api.papers.layout import Blanks, Block, Field, Form, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.wording import UNKNOWN, minute, paragraphs
from triage.amends import in_public
from triage.scorecard import Scorecard

NOTE = 1_000


def evaluation(material: Material) -> OfficePaper:
    case, card = material.case, material.card
    return OfficePaper(
        kind="评估表",
        title=f"关于{about.subject(case)}的回应评估表",
        unit=material.unit,
        made_at=material.now,
        number="编号：{}",
        notices=about.notices(case),
        blocks=(
            Form(
                fields=(
                    Field(name="承办单位", value=about.leads(case, material.names)),
                    Field(name="舆情等级", value=about.level(case)),
                    Field(name="发现时间", value=minute(case.detected_at)),
                    Field(name="公开回应", value=_answered(material)),
                    Field(name="得　　分", value=_total(card) if card else UNKNOWN),
                )
            ),
            *sections(("评分", _scores(card)), ("另行记载", _flags(card)), ("说明", _note(material))),
            Blanks(names=("评估人", "复核人")),
        ),
    )


def _answered(material: Material) -> str:
    told = [
        one.published_at for one in material.published if one.publicity is Publicity.OPEN and one.published_at
    ]
    if not told:
        return "没有公开发布"
    hidden = "" if any(map(in_public, material.published)) else "（已暂停公开）"
    return f"{times.full(min(told))}{hidden}"


def _total(card: Scorecard) -> str:
    points = f"{card.low} 分" if card.low == card.high else f"{card.low} 至 {card.high} 分（有几项未定）"
    return f"{points}，{card.grade}" if card.grade else points


def _scores(card: Scorecard | None) -> tuple[Block, ...]:
    if card is None:
        return (Text(text="这件事不计分。"),)
    rows = tuple(
        (
            line.criterion.value,
            line.name,
            f"{'待定' if line.points is None else line.points}/{line.most}",
            line.working,
        )
        for line in card.lines
    )
    return (Rows(columns=("标准", "项目", "得分", "依据"), rows=rows, shares=(24, 38, 20, 74)),)


def _flags(card: Scorecard | None) -> tuple[Block, ...]:
    return about.numbered(
        [
            f"{flag.name}{'（一票否决）' if flag.veto else ''}，依据{flag.citation}。"
            for flag in (card.flags if card else ())
        ]
    )


def _note(material: Material) -> tuple[Block, ...]:
    said = material.case.evaluation
    if said is None or not said.note:
        return ()
    text = material.read(said.note)
    return (Text(text=ERASED if text is None else paragraphs(text, NOTE)),)
