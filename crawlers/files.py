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


def look(source: Source, *, stream: Stream, data: Path, key: bytes, seen: Seen, clock: Clock) -> SourceCheck:
    """One look at the files of a source: those that are new or were written to since. Raises TryAgain."""
    posts = rows = 0
    paths = sorted(path for path in data.glob(source.path) if path.is_file())
    problems = _workbooks(source, data, paths)
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
            problems.append(str(fault).replace(str(path), path.name))
            continue
        # Written to while it was read: read it again at the next look.
        if stamp == _stamp(source, path):
            seen.mark_file(stamp, FileDone(rows=report.rows, rejected=report.rejected))
        posts, rows = posts + report.published, rows + report.rows
        if report.rejected:
            reasons = Path(report.rejected_file).relative_to(data)
            problems.append(f"{path.name} 退回 {report.rejected} 行，原因在数据文件夹的 {reasons}")
    return SourceCheck(
        source=source.id,
        source_name=source.name,
        at=clock.now(),
        ok=not any("退回" not in problem for problem in problems),
        posts=posts,
        seen=rows,
        problem="；".join(problems[:5]),
        every_seconds=source.every.total_seconds(),
    )


def _workbooks(source: Source, data: Path, taken: Sequence[Path]) -> list[str]:
    """What somebody laid there as Excel has it, and nobody would miss: nothing of it is read."""
    beside = data.glob(str(PurePath(source.path).with_name("*.xls*")))
    return [
        f"{path.name} 是 Excel 文件，没有读：请在 Excel 里另存为 CSV，放进同一个文件夹"
        for path in sorted(beside)
        if path not in taken and not path.name.startswith("~$") and not path.with_suffix(".csv").exists()
    ]


def _stamp(source: Source, path: Path) -> str:
    """Names this state of a file without reading it."""
    stat = path.stat()
    return digest("stamp", source.shape, str(path), str(stat.st_size), str(stat.st_mtime_ns))
