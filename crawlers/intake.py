"""Taking in an office's own exports: every row becomes a post or is set aside with its reason.  Run twice, same result."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from crawlers import clean, columns, sources
from crawlers.columns import Mapping
from crawlers.compose import Found, Voice, compose, voice_of, without_persons
from crawlers.publishing import BATCH, publish_new
from crawlers.seen import FileDone, Seen
from huiying import personal, requests
from huiying.contracts import Channel, Extraction, Origin, Post, Tier
from huiying.errors import DiskTrouble, Misconfigured, TryAgain
from huiying.identity import digest
from huiying.ports import Stream
from huiying.secrecy import secret_in
from huiying.tables import Row, Table, open_table

_MANGLED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
"""What Excel makes of a long number: its last digits are gone, and many numbers look the same."""
_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts where the stream asks to try again; then the caller hears of it, and at once of a full disk."""


MOST_LINES = 10
"""Line numbers that a report names."""
FOLDER = "intake"
"""In the data folder, for rows that were refused."""
_REJECTED = ".rejected.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """What became of a file, row by row: rows = published + known + rejected."""

    file: str
    rows: int
    published: int
    known: int
    """Taken in before: by this file, by another, or by an earlier row that says the same."""
    rejected: int
    encoding: str
    """'' for a workbook."""
    mapping: str
    rejected_file: str = ""
    live: bool = False
    blanked: int = 0
    """Published with numbers of persons taken out of their words."""
    tickets: int = 0
    """Of those published, with a number of a hotline or mailbox; live ones are owed an answer within a term."""
    unclaimed: int = 0
    """Of those published, with such a number, but not said to have been handed to this office."""
    timeless: int = 0
    """Published without a time: the row had none, or one that cannot be."""
    timeless_lines: tuple[int, ...] = ()
    """The first of them, as lines of the file."""
    sheet: str = ""
    """The one of a workbook that was read."""
    unread_sheets: tuple[str, ...] = ()
    """Others whose headings would have done."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def in_words(self) -> str:
        lines = [
            f"{self.file}：共 {self.rows} 行，收入 {self.published} 条，重复或早已收过 {self.known} 条，退回 {self.rejected} 行",
            f"{f'工作表“{self.sheet}”' if self.sheet else f'编码 {self.encoding}'}，列对应：{self.mapping}",
        ]
        if self.unread_sheets:
            others = "、".join(self.unread_sheets)
            lines.append(
                f"还有工作表列名也对得上，这次没有读：{others}。要读，请加 --sheet 和它的名字再运行一次"
            )
        if self.live and self.known:
            lines.append("早已收过的不会再启动时限：之前按补录收的，仍算补录")
        if self.unclaimed:
            lines.append(
                f"其中 {self.unclaimed} 件有热线、信箱的编号，没有写明是转给本单位办的（列对应关系里 ours = true），不计答复期限"
            )
        if self.tickets:
            lines.append(
                f"其中 {self.tickets} 件工单按 policy/tickets.toml 计答复期限"
                if self.live
                else f"其中 {self.tickets} 件工单按补录收，不计答复期限；还要答复的，下次请在第一次收入时就加 --live"
            )
        if self.blanked:
            lines.append(f"其中 {self.blanked} 条里的手机、证件、银行卡号码没有收，原处写的是哪一种号码")
        if self.timeless:
            more = "等" if self.timeless > len(self.timeless_lines) else ""
            where = f"（第 {'、'.join(map(str, self.timeless_lines))} 行{more}）"
            lines.append(f"其中 {self.timeless} 条没有可用的时间{where}，按“时间不明”收入")
        if self.rejected_file:
            lines.append(f"退回的行和原因在 {self.rejected_file}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Reject:
    row: Row
    reason: str
    quoted: bool = True
    """Whether the row's beginning may stand beside the reason."""


class _Ids:
    """Which row of this file said what under which id: an edit comes with another export, never twice in one."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, int]] = {}

    def admit(self, post: Post, row: Row) -> Post | _Reject:
        version, line = self._told.setdefault(post.id, (post.version, row.line))
        if version == post.version:
            return post
        return _Reject(
            row,
            f"与第 {line} 行编号相同、内容不同，一个文件里一个编号只收一条：请核对编号；确是改过的内容，另存成一个文件再导入",
        )


def intake(
    file: Path,
    *,
    stream: Stream,
    data: Path,
    key: bytes,
    mapping: Mapping | None,
    source: str,
    origin: Origin = Origin.BACKFILL,
    sheet: str = "",
    now: datetime,
) -> IntakeReport:
    """Take in one file; of a workbook the sheet of this name, or the first that fits. Raises Misconfigured where it is no
    table or its columns are not there, TryAgain.
    """
    voice = _voice(source, data, columns.channel_of(mapping))
    seen = Seen(data / "crawler.db")
    try:
        return take_in(
            file, voice, mapping, stream=stream, data=data, key=key, seen=seen, origin=origin, sheet=sheet, now=now
        )  # fmt: skip
    finally:
        seen.close()


def _voice(source: str, data: Path, channel: Channel) -> Voice:
    """As the catalogue describes the source, where it does."""
    with contextlib.suppress(Misconfigured):
        for known in sources.load(data / sources.CATALOGUE).source:
            if known.id == source:
                return voice_of(known)
    return Voice(id=source, name=source, channel=channel, tier=Tier.ORDINARY, basis="本单位业务数据")


def take_in(
    file: Path,
    voice: Voice,
    mapping: Mapping | None,
    *,
    stream: Stream,
    data: Path,
    key: bytes,
    seen: Seen,
    origin: Origin,
    sheet: str = "",
    now: datetime,
) -> IntakeReport:
    """The same for a source that the catalogue describes."""
    encoding = mapping.encoding if mapping else ""
    with open_table(file, fits=columns.fitting(mapping), encoding=encoding, sheet=sheet) as table:
        return _take_in(file, table, voice, mapping, stream, data, key, seen, origin, now)


def _take_in(
    file: Path, table: Table, voice: Voice, mapping: Mapping | None, stream: Stream, data: Path, key: bytes, seen: Seen,
    origin: Origin, now: datetime,
) -> IntakeReport:  # fmt: skip
    headings = table.headings()
    chosen = columns.settle(mapping, headings)
    if not headings:
        raise Misconfigured(f"{table.name}：{_why_nothing(table)}。请打开文件核对，再导出一次")
    _refuse_unfit(table.name, chosen, headings)
    empty = IntakeReport(
        file=str(file),
        rows=0,
        published=0,
        known=0,
        rejected=0,
        encoding=table.encoding,
        mapping=_in_words(chosen, headings),
        live=origin is Origin.LIVE,
        sheet=table.sheet,
        unread_sheets=table.also,
    )
    part = (table.sheet,) if table.sheet else ()
    id = digest("file", _content(file), voice.id, origin, chosen.model_dump_json(), *part)
    aside = data / FOLDER / f"{file.stem}.{id[:8]}{_REJECTED}"
    if done := seen.file(id):
        kept = str(aside) if done.rejected and aside.exists() else ""
        known = done.rows - done.rejected
        return replace(empty, rows=done.rows, known=known, rejected=done.rejected, rejected_file=kept)
    rows = table.rows(time=chosen.time, url=chosen.url)
    report = _work_through(rows, empty, voice, chosen, stream, aside, key, seen, origin, now)
    seen.mark_file(id, FileDone(rows=report.rows, rejected=report.rejected))
    return report


def forget_rejected(data: Path, before: datetime) -> int:
    """Erase the rows that were refused before then: they hold what they held. Returns how many files that was."""
    old = [path for path in (data / FOLDER).glob(f"*{_REJECTED}") if _written_at(path) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _written_at(path: Path) -> datetime:
    """To the microsecond, as moments are compared everywhere."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _work_through(
    rows: Iterator[Row], report: IntakeReport, voice: Voice, mapping: Mapping, stream: Stream, aside: Path, key: bytes,
    seen: Seen, origin: Origin, now: datetime,
) -> IntakeReport:  # fmt: skip
    aside.unlink(missing_ok=True)
    ids = _Ids()
    while batch := list(islice(rows, BATCH)):
        read = [(row, read_row(row, mapping, voice, key=key, origin=origin, now=now)) for row in batch]
        made = [ids.admit(each, row) if isinstance(each, Post) else each for row, each in read]
        posts = [each for each in made if isinstance(each, Post)]
        at = [row.line for (row, _), each in zip(read, made, strict=True) if isinstance(each, Post)]
        rejects = [each for each in made if isinstance(each, _Reject)]
        new = _publish(posts, stream, seen)
        _set_aside(aside, rejects, mapping)
        added = [post for post, fresh in zip(posts, new, strict=True) if fresh]
        timeless = [
            line
            for post, line, fresh in zip(posts, at, new, strict=True)
            if fresh and post.published_at is None
        ]
        report = replace(
            report,
            rows=report.rows + len(batch),
            published=report.published + sum(new),
            known=report.known + len(new) - sum(new),
            rejected=report.rejected + len(rejects),
            blanked=report.blanked + sum(map(_is_blanked, added)),
            tickets=report.tickets + sum(map(_is_ticket, added)),
            unclaimed=report.unclaimed + sum(map(_is_unclaimed, added)),
            timeless=report.timeless + len(timeless),
            timeless_lines=(*report.timeless_lines, *timeless)[:MOST_LINES],
        )
    return replace(report, rejected_file=str(aside)) if report.rejected else report


def read_row(
    row: Row, mapping: Mapping, voice: Voice, *, key: bytes, origin: Origin, now: datetime
) -> Post | _Reject:
    """One row as a post. A time that cannot be read is unknown; a text that is not there is no post."""
    if row.fault:
        return _Reject(row, row.fault)
    read = columns.read(mapping)
    if wrong := next((heading for heading in read.values() if heading in row.unread), ""):
        return _Reject(row, f"“{_plain(wrong)}”这一格{row.unread[wrong]}")
    cell = {field: row.values.get(heading, "").strip() for field, heading in read.items()}
    if _MANGLED.fullmatch(cell.get("id", "")):
        return _Reject(
            row, "编号成了科学计数法，号码已被 Excel 改坏：请从原系统重新导出，编号这一列设成文本，再导入"
        )
    title, text = clean.words(cell.get("title", "")), clean.words(cell.get("text", ""))
    if secret := secret_in(title) or secret_in(text):
        return _Reject(row, f"{secret}（这一行没有收，原文也没有留）", quoted=False)
    reference = cell.get("id", "").removeprefix("'")
    native = reference or digest("row", title, text, cell.get("time", ""))
    url = cell.get("url", "")
    post = compose(
        Found(
            native_id=native,
            url=url if url.startswith(("http://", "https://")) else None,
            title=title,
            text=text,
            author=cell.get("author"),
            published=cell.get("time") or None,
            stated_place=cell.get("place", "") or None,
            reference=reference,
            ours=mapping.ours,
            request=requests.read(cell.get("request", "")),
            extraction=Extraction(method="export", confidence=1.0),
        ),
        voice,
        key=key,
        origin=origin,
        now=now,
    )
    if post is None:
        return _Reject(row, "没有标题也没有正文")
    broken = post.text.count("\ufffd")
    return _Reject(row, "这一行的编码已损坏") if broken > 3 and broken * 3 > len(post.text) else post


_BLANK = re.compile("〔(?:" + "|".join(set(personal.KINDS) - personal.OF_MATTERS) + ")〕")


def _is_blanked(post: Post) -> bool:
    return bool(_BLANK.search(post.title) or _BLANK.search(post.text))


def _is_ticket(post: Post) -> bool:
    return requests.owes_an_answer(replace(post, origin=Origin.LIVE))


def _is_unclaimed(post: Post) -> bool:
    return not post.ours and _is_ticket(replace(post, ours=True))


def _publish(posts: Sequence[Post], stream: Stream, seen: Seen) -> list[bool]:
    for pause in _PAUSES:
        try:
            return publish_new(posts, stream=stream, seen=seen)
        except DiskTrouble:
            raise
        except TryAgain:
            time.sleep(pause)
    return publish_new(posts, stream=stream, seen=seen)


def _set_aside(path: Path, rejects: Sequence[_Reject], mapping: Mapping) -> None:
    """Line, reason, and the row's beginning; where columns are to be dropped the row itself is not kept at all."""
    if not rejects:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with path.open("a", encoding="utf-8-sig" if fresh else "utf-8", newline="") as file:
        writer = csv.writer(file, csv.excel_tab)
        if fresh:
            writer.writerow(["行号", "原因", "原文（开头）"])
        for reject in rejects:
            writer.writerow(
                [
                    reject.row.line,
                    reject.reason,
                    "" if mapping.drop or not reject.quoted else _harmless(without_persons(reject.row.raw)),
                ]
            )


def _harmless(raw: str) -> str:
    """The beginning of a row, on one line, that no spreadsheet takes for a formula."""
    text = " ".join(raw.split())[:200]
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def _why_nothing(table: Table) -> str:
    """Of a table in which no row can be read."""
    wrong = next((row for row in table.rows() if row.fault), None)
    return f"没有一行读得出（第 {wrong.line} 行：{wrong.fault}）" if wrong else "只有列名，下面一行也没有"


def _plain(heading: str) -> str:
    """As a person can read it: a file that is no table has anything in its first line, and a terminal obeys some of it."""
    text = "".join(char if char.isprintable() else " " for char in heading[:40])
    return f"{text}……" if len(heading) > 40 else text


def _refuse_unfit(file: str, mapping: Mapping, headings: Sequence[str]) -> None:
    named = [heading for heading in headings if heading]
    shown = "、".join(_plain(heading) for heading in named[:20])
    if absent := columns.missing(mapping, headings):
        raise Misconfigured(
            f"{file}：没有这些列：{'、'.join(absent)}；文件里的列是：{shown}。{_HOW_TO_MAP}；或者不写列对应关系，按表头认"
        )
    if not mapping.title and not mapping.text:
        one = (
            "只有一列：多半不是用逗号或制表符分开的，请在表格软件里另存为“CSV（逗号分隔）”。"
            if len(named) == 1
            else ""
        )
        raise Misconfigured(
            f"{file}：认不出哪一列是标题或正文；文件里的列是：{shown}。{one or _HOW_TO_MAP + '，再用 --mapping 指明'}"
        )


_HOW_TO_MAP = f"请在数据文件夹的 policy/{columns.SAVED}/ 里照 12345.toml 写一份列对应关系"


def _in_words(mapping: Mapping, headings: Sequence[str]) -> str:
    read = {field: heading for field in columns.NAMES if (heading := getattr(mapping, field)) in headings}
    pairs = [f"{name}←{heading}" for field, name in columns.NAMES.items() if (heading := read.get(field))]
    dropped = f"；不读 {'、'.join(mapping.drop)}" if mapping.drop else ""
    return f"{mapping.name}（{'，'.join(pairs)}{dropped}）"


def _content(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
