"""案卷: all that belongs to one matter as a zip file for the archive, with a list of its contents and the digest of every file.

Papers that need a hand (signatures, 批示, 文号) are filled as far as the case knows, as everywhere; who files adds the signed ones.
What people may no longer read does not come in again by this way: erased texts, hidden statements.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from huiying import personal
from huiying.contracts import ArchiveLine, Case, CaseEvent, CaseState, Statement, StatementState
from response_api import sheets, times
from response_api.archive_list import instead_of
from response_api.papers import material as about
from response_api.papers.addressees import addressees
from response_api.papers.kinds import OFFERS, Kind, hindrance, maker
from response_api.papers.layout import Blanks, Field, Form, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.word import written
from response_api.papers.wording import ERASED, said
from response_api.sheets import Value
from response_api.ticket_list import Found
from response_api.ticket_sheet import COLUMNS as TICKET_COLUMNS
from response_api.ticket_sheet import WIDTHS as TICKET_WIDTHS
from response_api.ticket_sheet import cells
from response_api.words import ATTITUDES, CHANNELS, EVENTS, STATES, Named, what_was
from triage.amends import corrected_by
from triage.appearances import compared, standing
from triage.tickets import went
from triage.words import STATEMENTS, STOPS

MEDIA_TYPE = "application/zip"
CONTENTS, SUMS = "00_卷内目录.docx", "SHA256SUMS.txt"
MOST_LINES = 10_000
"""Posts that are listed: those that came first."""
_POSTS = (
    "首次公开",
    "收集",
    "来源",
    "渠道",
    "标题",
    "内容",
    "网址",
    "编号",
    "态度",
    "阅读",
    "评论",
    "转发",
    "说明",
)
_POST_WIDTHS = (18, 18, 20, 10, 36, 80, 40, 16, 8, 8, 8, 8, 24)
_EVENTS = ("序号", "时间", "经过", "谁", "做了什么", "依据", "写了什么", "校验值")
_EVENT_WIDTHS = (6, 20, 10, 16, 60, 30, 60, 66)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of it."""

    name: str
    """Within the zip file."""
    title: str
    by: str
    """责任者: the unit that it comes from."""
    day: str
    note: str = ""
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a dossier holds beside what papers are filled from."""

    lines: Iterable[ArchiveLine]
    """Every line of the case, oldest first."""
    term: str
    """How long the file is kept, as the case page says it; '' while it is in hand."""
    channels: Mapping[str, str]
    """What the kinds of channel are called."""
    named: Named


def write(file: BinaryIO, material: Material, beside: Beside) -> int:
    """The zip file; how many pieces it holds beside contents and digests."""
    pieces = list(_pieces(material, beside))
    contents = written(_contents(material, beside, pieces))
    sums = [(CONTENTS, contents), *((one.name, one.data) for one in pieces)]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sums:
            made.writestr(_entry(name, material.now), data)
        digests = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sums)
        made.writestr(_entry(SUMS, material.now), digests.encode())
    return len(pieces)


def unfiled(case: Case) -> str:
    """Why there is no file of it, in Chinese; '' where there is one."""
    if case.state is CaseState.MERGED:
        return "这件事已经并入另一件事，案卷在那一件的页面上。"
    return "还是苗头，没有立案卷；确认以后才有。" if case.state is CaseState.WATCHING else ""


def file_name(case: Case, now: datetime) -> str:
    """案卷_a1b2c3d4_20261123.zip: no word of anybody's stands in a name that goes round."""
    return f"案卷_{case.id[:8]}_{times.local(now):%Y%m%d}.zip"


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, times.local(now).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _pieces(material: Material, beside: Beside) -> Iterator[Piece]:
    yield from _papers(material)
    yield from _answers(material)
    yield from _copies(material, beside)
    case, today = material.case, _day(material.now)
    posts, cut = _posts(beside.lines)
    yield Piece(
        name="04_信息清单.xlsx",
        title="收集到的信息",
        by=material.unit,
        day=today,
        note=f"{len(posts)} 条" + (f"，只列最早的 {MOST_LINES} 条" if cut else ""),
        data=_book("信息", [_POSTS, *posts], _POST_WIDTHS),
    )
    if case.tickets:
        found = [Found(case=case, ticket=one, how=went(one, material.now)) for one in case.tickets]
        rows = [
            cells(one, material.names, material.now, material.read, beside.named, material.address)
            for one in found
        ]
        yield Piece(
            name="05_工单.xlsx",
            title="热线、信箱的工单和答复",
            by=material.unit,
            day=today,
            note=f"{len(rows)} 件",
            data=_book("工单", [TICKET_COLUMNS, *rows], TICKET_WIDTHS),
        )
    yield Piece(
        name="06_办理经过.xlsx",
        title="办理经过",
        by=material.unit,
        day=today,
        note=f"{len(case.events)} 条，末条校验值 {case.events[-1].digest[:16]}…" if case.events else "",
        data=_book(
            "经过", [_EVENTS, *(_event(one, material, beside.named) for one in case.events)], _EVENT_WIDTHS
        ),
    )


def _papers(material: Material) -> Iterator[Piece]:
    """Those that can be made of the case as it stands."""
    case, number = material.case, 0
    for kind in Kind:
        if hindrance(case, kind):
            continue
        for to in addressees(case) if kind is Kind.TRANSFER else (None,):
            make = maker(kind, to)
            if make is None:
                continue
            number += 1
            name = OFFERS[kind].name + (f"（{to.to.body}）" if to else "")
            yield Piece(
                name=f"01_公文/{number:02}_{OFFERS[kind].name}.docx",
                title=name,
                by=material.unit,
                day=_day(material.now),
                note="系统按现在所知填写，签批件另附",
                data=written(make(material)),
            )


def _answers(material: Material) -> Iterator[Piece]:
    """Each statement that the public can read, byte for byte; of the others the list of contents says that there are some."""
    for one in sorted(material.published, key=lambda one: (one.published_at or material.now, one.id)):
        body = material.bodies.get(one.sha256)
        if one.suspended is not None or body is None or hashlib.sha256(body).hexdigest() != one.sha256:
            continue
        later = corrected_by(material.published, one)
        yield Piece(
            name=f"02_公开回应/{one.id}.txt",
            title=f"{STATEMENTS[one.kind]}：{said(one.title, about.TITLE * 2)}",
            by=material.names.unit_name(one.unit),
            day=_day(one.published_at),
            note=f"签发的原文，SHA-256 {one.sha256[:16]}…" + ("；后已更正" if later else ""),
            data=body,
        )


def _copies(material: Material, beside: Beside) -> Iterator[Piece]:
    """The text of a statement as it stood elsewhere, where somebody brought it."""
    for statement in material.published:
        if statement.suspended is not None:
            continue
        for one in standing(statement):
            copy = material.read(one.copy) if one.copy else ""
            if not copy:
                continue
            head = f"{one.where}　{one.url}\n{times.full(one.at)} 登载\n\n"
            yield Piece(
                name=f"03_登在别处/{statement.id}_{one.number}.txt",
                title=f"登在{one.where}的文字",
                by=beside.channels.get(one.channel, one.channel),
                day=_day(one.at),
                note=compared(one),
                data=(head + copy + "\n").encode(),
            )


def _posts(lines: Iterable[ArchiveLine]) -> tuple[list[tuple[Value, ...]], bool]:
    rows: list[tuple[Value, ...]] = []
    for line in lines:
        if len(rows) == MOST_LINES:
            return rows, True
        post = line.legible
        if post is None:
            blank: tuple[Value, ...] = ("",) * (len(_POSTS) - 1)
            rows.append((*blank, instead_of(line)))
            continue
        seen = post.engagement
        rows.append(
            (
                times.full(post.first_public_at),
                times.full(post.collected_at),
                post.source_name,
                CHANNELS[post.channel],
                _told(post.title),
                _told(post.text),
                post.url or "",
                post.reference,
                ATTITUDES[line.reading.attitude] if line.reading else "",
                seen.views,
                seen.comments,
                seen.reposts,
                "",
            )
        )
    return rows, False


def _told(text: str) -> str:
    """Without the numbers of persons."""
    return personal.blanked(text, allowed=personal.OF_MATTERS)


def _event(event: CaseEvent, material: Material, named: Named) -> tuple[Value, ...]:
    texts = [ERASED if (text := material.read(ref.digest)) is None else text for ref in event.texts]
    return (
        event.sequence,
        times.full(event.at),
        EVENTS[event.kind],
        named(event.who),
        what_was(event),
        event.why,
        "\n".join(texts),
        event.digest,
    )


def _book(title: str, rows: Iterable[Sequence[Value]], widths: Sequence[int]) -> bytes:
    book = sheets.blank()
    sheets.add(book, title, rows, widths)
    return sheets.saved(book)


# ---------------------------------------------------------------------------------------------- contents


def _contents(material: Material, beside: Beside, pieces: Sequence[Piece]) -> OfficePaper:
    case = material.case
    rows = tuple(
        (str(number), one.title, one.by, one.day, f"{one.name}" + (f"\n{one.note}" if one.note else ""))
        for number, one in enumerate(pieces, 1)
    )
    return OfficePaper(
        kind="案卷",
        title=f"关于{about.subject(case)}的舆情案卷",
        unit=material.unit,
        made_at=material.now,
        number="档号：{}",
        notices=about.notices(case),
        blocks=(
            Form(
                fields=(
                    Field(name="事件编号", value=case.id),
                    Field(name="承办单位", value=about.leads(case, material.names)),
                    Field(name="起止时间", value=f"{_day(case.detected_at)} 至 {_ended(case)}"),
                    Field(name="舆情等级", value=about.level(case)),
                    Field(name="处置分类", value=about.category(case)),
                    Field(name="保管期限", value=beside.term or "办结以后起算"),
                    Field(name="卷内件数", value=f"{len(pieces)} 件，另附校验清单 {SUMS}"),
                )
            ),
            *sections(
                (
                    "卷内目录",
                    (
                        Rows(
                            columns=("序号", "题名", "责任者", "日期", "文件、备注"),
                            rows=rows,
                            shares=(12, 46, 30, 22, 46),
                        ),
                    ),
                ),
                ("备考", tuple(Text(text=line) for line in _remarks(material))),
            ),
            Blanks(names=("立卷人", "检查人")),
        ),
    )


def _ended(case: Case) -> str:
    return (
        f"{_day(case.closed_at)}（{STATES[case.state]}）"
        if case.closed_at
        else f"今（{STATES[case.state]}，没有办结）"
    )


def _remarks(material: Material) -> Iterator[str]:
    published = {one.id for one in material.published}
    for one in material.published:
        if (stop := one.suspended) is not None:
            yield f"{_about(one)}于 {_day(stop.at)} 暂停公开（{STOPS[stop.reason]}），文字没有收入本卷，SHA-256 {one.sha256}。"
        elif material.bodies.get(one.sha256) is None:
            yield f"{_about(one)}的原文在库里缺失，没有收入本卷，SHA-256 {one.sha256}。"
    unpublished = [
        one
        for one in material.case.statements
        if one.id not in published and one.state is not StatementState.WITHDRAWN
    ]
    if unpublished:
        yield f"还有 {len(unpublished)} 份文稿没有发布，没有收入本卷。"
    yield "信息里的个人号码已经遮盖，作者只有假名，没有收入。"
    yield "签批的纸质件、照片、录音录像由立卷人另行归入。"


def _about(one: Statement) -> str:
    return f"{STATEMENTS[one.kind]}（编号 {one.id}）"


def _day(at: datetime | None) -> str:
    return times.full(at)[:10] if at else ""
