"""处置情况报告: what was found, done and told to the public, for whoever ordered the matter or asked about it.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from huiying.contracts import DeliveryState, Publicity, Statement, StatementKind
from response_api import times
from response_api.handling_view import ERASED
from response_api.papers import material as about
from response_api.papers.layout import Blanks, Block, Heading, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.wording import UNKNOWN, minute, paragraphs, said
from triage import publishing
from triage.amends import corrected_by
from triage.appearances import standing
from triage.performance import clocks_of
from triage.publishing import Document, Part
from triage.words import OUTLETS, OWN_PAGE, PUBLICITIES, RANK_NAMES, STATEMENTS, STOPS

PART, FOUND = 3_000, 1_000
NEWEST_FIRST = (StatementKind.RESULT, StatementKind.ANSWER, StatementKind.FIRST, StatementKind.PRESS)
"""Which statement says best what came of it."""


def reply(material: Material) -> OfficePaper:
    case = material.case
    best = _best(material)
    document = _document(material, best) if best is not None else HIDDEN
    return OfficePaper(
        kind="处置情况报告",
        title=f"关于{about.subject(case)}的处置情况报告",
        unit=material.unit,
        made_at=material.now,
        number="文号：{}",
        notices=about.notices(case),
        blocks=(
            *sections(
                ("事由", _matter(material)),
                ("调查核实情况", _found(material, document)),
                ("处置措施", _part(document, Part.MEASURES)),
                ("处理结果", _result(material, best, document)),
                ("公开答复", _answers(material)),
                ("后续安排", _plan(material, document)),
                ("时限履行", _terms(material)),
            ),
            Blanks(names=("联系人", "电话")),
        ),
        signed=True,
    )


def _matter(material: Material) -> tuple[Block, ...]:
    case = material.case
    given = case.assignment
    came = f"编号{case.id[:8]}，{minute(case.detected_at)}发现" + (
        f"，{minute(given.at)}交办" if given else ""
    )
    return (
        Text(text=f"{about.gist(case)}"),
        Text(
            text=f"{came}；承办单位：{about.leads(case, material.names)}；地点：{about.where(case)}；{about.level(case)}。"
        ),
    )


def _found(material: Material, document: Document | None) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if (one := material.case.assessment) is not None:
        text = material.read(one.finding)
        finding = ERASED if text is None else paragraphs(text, FOUND)
        blocks.append(
            Text(label="研判：", text=f"{about.category(material.case)}（{minute(one.at)}）。{finding}")
        )
    return (*blocks, *_part(document, Part.FACTS))


HIDDEN = Document(head={}, parts={})
"""In the place of what the public may not read: a paper goes further than the page."""


def _part(document: Document | None, part: Part) -> tuple[Block, ...]:
    if document is HIDDEN:
        return (Text(text="公开的文稿已暂停公开，不在这里引用。"),)
    if document is None:
        return (Text(text=f"已发布文稿的原文不在库里，{UNKNOWN}。"),)
    text = paragraphs(document.parts.get(part, ""), PART)
    return (Text(text=text or UNKNOWN),)


def _result(material: Material, best: Statement | None, document: Document | None) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if best is not None and best.kind is StatementKind.RESULT:
        blocks.append(Text(text=f"处理结果已形成，见公开答复中的第{best.number}号文稿。"))
    else:
        blocks.append(Text(text="尚未发布处理结果。"))
    blocks += _part(document, Part.STANCE) if document is not None else ()
    for asked in material.case.follow_ups:
        text = material.read(asked.found)
        found = ERASED if text is None else paragraphs(text, FOUND)
        solved = "已经解决" if asked.solved else "没有解决"
        blocks.append(Text(label="回访：", text=f"{minute(asked.at)}，{solved}。{found}"))
    return tuple(blocks)


def _answers(material: Material) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for one in sorted(material.published, key=lambda one: one.number):
        blocks.append(Heading(text=f"第{one.number}号：{_title(material, one)}", level=2))
        rows = tuple(_facts(material, one))
        blocks.append(Rows(columns=("项目", "内容"), rows=rows, shares=(30, 126)))
    return tuple(blocks)


def _title(material: Material, one: Statement) -> str:
    if one.suspended is not None:
        return "（已暂停公开）"
    document = _document(material, one)
    return said(document.title if document else one.title, about.TITLE * 2) or "（无标题）"


def _facts(material: Material, one: Statement) -> Iterator[tuple[str, str]]:
    yield "类型", f"{STATEMENTS[one.kind]}；{PUBLICITIES[one.publicity]}"
    yield "发布单位", material.names.unit_name(one.unit)
    yield "发布时间", times.full(one.published_at) if one.published_at else UNKNOWN
    if (old := _numbered(material, one.corrects)) is not None:
        yield "更正", f"更正第{old.number}号"
    if (new := corrected_by(material.published, one)) is not None:
        yield "已更正", f"{minute(new.published_at)}，见第{new.number}号" if new.published_at else UNKNOWN
    if one.signature is not None:
        yield "签发", f"{RANK_NAMES[one.signature.rank]}，{times.full(one.signature.at)}"
    if one.publicity is not Publicity.OPEN:
        grounds = material.names.handling.ground
        ground = next((row for row in grounds if row.key == one.publicity_reason), None)
        yield "不主动公开理由", f"{ground.name}（{ground.citation}）" if ground else "已登记在案"
        return
    if (stop := one.suspended) is not None:
        yield "暂停公开", f"{times.full(stop.at)}，{STOPS[stop.reason]}"
    else:
        yield "网址", "\n".join(_addresses(material, one))
    yield "内容哈希", f"SHA-256 {one.sha256}"
    if material.bodies.get(one.sha256) is None:
        yield "原文", "库中缺失，请以存档为准"


def _numbered(material: Material, id: str) -> Statement | None:
    return next((one for one in material.published if one.id == id), None)


def _addresses(material: Material, one: Statement) -> Iterator[str]:
    yield f"{OUTLETS[OWN_PAGE]}：{material.address}/public/statements/{one.id}"
    for outlet in one.publications:
        if outlet.outlet == OWN_PAGE:
            continue
        there = outlet.state in (DeliveryState.DELIVERED, DeliveryState.SENT) and outlet.url
        yield f"{OUTLETS.get(outlet.outlet, outlet.outlet)}：{publishing.one_line(outlet.url) if there else '未上网'}"
    for other in standing(one):
        yield f"{other.where}：{other.url or f'{times.full(other.at)[:16]}登载'}"


def _plan(material: Material, document: Document | None) -> tuple[Block, ...]:
    case = material.case
    blocks = list(_part(document, Part.NEXT))
    promised = [
        one.next_release_at
        for one in case.statements
        if one.published_at and one.next_release_at and one.suspended is None
    ]
    if ahead := [at for at in promised if at > material.now]:
        blocks.append(Text(label="下次发布：", text=f"{minute(min(ahead))}。"))
    blocks += about.numbered(
        [
            f"{clock.rule.name}：{minute(clock.due_at)}前（{clock.authority.value}）。"
            for clock in about.running(case)
        ]
        + list(about.callers(case, material.now))
    )
    return tuple(blocks)


def _terms(material: Material) -> tuple[Block, ...]:
    clocks = clocks_of(material.case)
    return (about.terms(clocks, material.now),) if clocks else ()


def _best(material: Material) -> Statement | None:
    """The newest of the kind that says most, of those that are open where there are any; None where all are hidden."""
    for kind in NEWEST_FIRST:
        of_kind = [one for one in material.published if one.kind is kind and one.suspended is None]
        if of_kind:
            return next((one for one in of_kind if one.publicity is Publicity.OPEN), of_kind[0])
    return None


def _document(material: Material, one: Statement) -> Document | None:
    """As it was signed; None where the bytes are gone or not the same."""
    body = material.bodies.get(one.sha256)
    if body is None or hashlib.sha256(body).hexdigest() != one.sha256:
        return None
    return publishing.parse(body)
