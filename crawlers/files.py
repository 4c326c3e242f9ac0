"""File sources of the catalogue: exports that somebody lays into a folder are taken in like pages of a site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from crawlers import columns, intake
from crawlers.compose import voice_of
from crawlers.seen import FileDone, Seen
from crawlers.sources import Source
from huiying.contracts import Origin, SourceCheck
from huiying.errors import Misconfigured
from huiying.identity import digest
from huiying.ports import Clock, Stream

_READ = {".xlsx", ".xlsm"}
"""Workbooks that can be read."""


def look(source: Source, *, stream: Stream, data: Path, key: bytes, seen: Seen, clock: Clock) -> SourceCheck:
    """One look at the files of a source: those that are new or were written to since. Raises TryAgain."""
    posts = rows = 0
    notes: list[str] = []
    paths = sorted(path for path in data.glob(source.path) if path.is_file() and not _is_open(path))
    faults = _workbooks(source, data, paths)
    for path in paths:
        stamp = _stamp(source, path)
        if seen.file(stamp):
            continue
        try:
            report = intake.take_in(
                path, voice_of(source), columns.of_source(source, data / "policy"),
                stream=stream, data=data, key=key, seen=seen, origin=Origin.LIVE, now=clock.now(),
            )  # fmt: skip
        except Misconfigured as fault:
            faults.append(str(fault).replace(str(path), path.name))
            continue
        # Written to while it was read: read it again at the next look.
        if stamp == _stamp(source, path):
            seen.mark_file(stamp, FileDone(rows=report.rows, rejected=report.rejected))
        posts, rows = posts + report.published, rows + report.rows
        if report.rejected:
            notes.append(f"{path.name} 退回 {report.rejected} 行{_reasons(report, data)}")
        if report.unread_sheets:
            others = "、".join(report.unread_sheets)
            notes.append(f"{path.name} 只读了工作表“{report.sheet}”，没有读 {others}")
    return SourceCheck(
        source=source.id,
        source_name=source.name,
        at=clock.now(),
        ok=not faults,
        posts=posts,
        seen=rows,
        problem="；".join([*faults, *notes][:5]),
        every_seconds=source.every.total_seconds(),
    )


def _reasons(report: intake.IntakeReport, data: Path) -> str:
    """Where they are; of a file that was read long ago they are erased."""
    if not report.rejected_file:
        return ""
    return f"，原因在数据文件夹的 {Path(report.rejected_file).relative_to(data)}"


def _workbooks(source: Source, data: Path, taken: Sequence[Path]) -> list[str]:
    """What somebody laid there as Excel has it where the catalogue waits for something else: nobody would miss it."""
    beside = data.glob(str(PurePath(source.path).with_name("*.xls*")))
    resaved = {path.with_suffix("") for path in taken}
    return [
        f"{path.name} 没有读：{_remedy(path.suffix, PurePath(source.path))}"
        for path in sorted(beside)
        if path not in taken
        and not _is_open(path)
        and path.with_suffix("") not in resaved
        and not path.with_suffix(".csv").exists()
    ]


def _remedy(suffix: str, wanted: PurePath) -> str:
    kind = wanted.suffix if wanted.suffix in _READ else "CSV"
    if suffix not in _READ:
        what = "这是老格式" if suffix == ".xls" else f"读不了 {suffix}"
        return f"{what}，请用 Excel 或 WPS 打开，另存为 {kind} 放进来"
    if kind == "CSV":
        return f"来源目录里写的是 {wanted.name}，要读 Excel 请写 *{suffix}，或者另存为 CSV 放进来"
    return f"来源目录里写的是 {wanted.name}，请照这个另存或改名"


def _is_open(path: Path) -> bool:
    """What Excel lays beside a workbook as long as somebody has it open."""
    return path.name.startswith("~$")


def _stamp(source: Source, path: Path) -> str:
    """Names this state of a file without reading it."""
    stat = path.stat()
    return digest("stamp", source.shape, str(path), str(stat.st_size), str(stat.st_mtime_ns))
