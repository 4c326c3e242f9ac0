"""File sources of the catalogue: exports that somebody lays into a folder are taken in like pages of a site."""

from __future__ import annotations

from pathlib import Path

from crawlers import columns, intake
from crawlers.compose import voice_of
from crawlers.seen import FileDone, Seen
from crawlers.sources import Source
from huiying.contracts import Origin, SourceCheck
from huiying.errors import Misconfigured
from huiying.identity import digest
from huiying.ports import Clock, Stream


def look(source: Source, *, stream: Stream, data: Path, key: bytes, seen: Seen, clock: Clock) -> SourceCheck:
    """One look at the files of a source: those that are new or were written to since. Raises TryAgain."""
    posts = rows = 0
    faults: list[str] = []
    notes: list[str] = []
    paths = sorted(path for path in data.glob(source.path) if path.is_file() and not _is_open(path))
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
            faults.append(str(fault))
            continue
        # Written to while it was read: read it again at the next look.
        if stamp == _stamp(source, path):
            seen.mark_file(stamp, FileDone(rows=report.rows, rejected=report.rejected))
        posts, rows = posts + report.published, rows + report.rows
        if report.rejected:
            notes.append(f"{path.name} 退回 {report.rejected} 行，原因在 {report.rejected_file}")
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


def _is_open(path: Path) -> bool:
    """What Excel lays beside a workbook as long as somebody has it open."""
    return path.name.startswith("~$")


def _stamp(source: Source, path: Path) -> str:
    """Names this state of a file without reading it."""
    stat = path.stat()
    return digest("stamp", source.shape, str(path), str(stat.st_size), str(stat.st_mtime_ns))
