"""Writes the record out: every event of every case up to an anchor that is made for it, the anchors, and a seal.

The anchor says up to which event of which case the export goes.  Events only ever follow, so what is added while the file
is being written changes nothing in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from huiying import complaints, recordfile
from huiying.anchors import Anchors
from huiying.contracts import Case
from huiying.errors import CaseNotFound, Misconfigured
from huiying.ports import CaseStore
from huiying.recordfile import FORMAT, VERSION, Header

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    cases: int
    events: int
    unchained: int
    """Events from before there was a chain, which carry no digest of their own."""
    anchors: int
    lines: int
    anchor: str
    """Digest of the last anchor."""
    seal: str
    """Digest of the seal: to be written down where nobody can change it together with the file."""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def in_words(self) -> str:
        lines = [
            f"已导出：{self.cases} 个事件、{self.events} 条经过、{self.anchors} 个锚点，共 {self.lines} 行"
        ]
        if self.unchained:
            lines.append(f"其中 {self.unchained} 条是启用链式记录之前的经过，本身没有校验值")
        lines.append(f"封印 {self.seal}")
        lines.append(f"末锚 {self.anchor or '（还没有锚点）'}")
        lines.append("请把封印和末锚抄在别处（纸上或另一系统），日后核验时用 --seal、--anchor 对照。")
        return "\n".join(lines)


def must_end(path: Path, suffix: str) -> None:
    """A file under another kind's name opens nowhere. Raises Misconfigured."""
    if path.suffix.lower() != suffix:
        raise Misconfigured(f"{path} 的名字要以 {suffix} 结尾，写出来的是这种文件。")


class NoSuchCase(Exception):
    """No case of this id has a record."""


def export(
    cases: CaseStore, anchors: Anchors, write: Write, *, office: str, now: datetime, case_id: str = ""
) -> Summary:
    """Write the record, or that of one case, line by line. Raises NoSuchCase before anything is written."""
    anchors.checkpoint(now, thorough=True)
    standing = anchors.standing()
    reached = {case: n for case, n in standing.reached.items() if not case_id or case == case_id}
    if case_id and not reached:
        raise NoSuchCase(case_id)
    sheet = _Sheet(write)
    sheet.line(
        recordfile.line(
            "record",
            Header(
                format=FORMAT,
                version=VERSION,
                office=office,
                exported_at=now,
                case=case_id,
                cases=len(reached),
                events=sum(reached.values()),
                anchors=standing.anchors,
            ),
        )
    )
    count, events, unchained = 0, 0, 0
    for case in _one(cases, case_id) if case_id else cases.all():
        shown = case.events[: reached.get(case.id, 0)]
        count += bool(shown)
        events += len(shown)
        unchained += sum(not event.digest for event in shown)
        sheet.lines(recordfile.event_line(event) for event in shown)
    tip, anchored = "", 0
    for anchor in anchors.read(until=standing.anchors):
        tip, anchored = anchor.digest, anchored + 1
        sheet.line(recordfile.line("anchor", recordfile.extract(anchor, case_id) if case_id else anchor))
    seal = recordfile.sealed(sheet.count, sheet.sha256.hexdigest(), tip)
    sheet.line(recordfile.line("seal", seal))
    return Summary(
        cases=count,
        events=events,
        unchained=unchained,
        anchors=anchored,
        lines=sheet.count,
        anchor=tip,
        seal=seal.digest,
    )


def _one(cases: CaseStore, case_id: str) -> Iterator[Case]:
    """A case that the anchors know and the store does not is for whoever verifies to find."""
    with contextlib.suppress(CaseNotFound):
        yield cases.get(case_id)


class _Sheet:
    """Counts and digests what goes through."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self.count = 0
        self.sha256 = hashlib.sha256()

    def line(self, line: bytes) -> None:
        self._write(line)
        self.sha256.update(line)
        self.count += 1

    def lines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.line(line)


@contextlib.contextmanager
def whole(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is whole and on the disk. Raises Misconfigured, in Chinese."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _must_be_free(path, force)
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _must_be_free(path, force)
        draft.replace(path)
    except OSError as error:
        raise Misconfigured(
            f"写不了 {path}（{complaints.of_system(error)}）。请换一个能写、有空间的位置。"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _must_be_free(path: Path, force: bool) -> None:
    if path.is_dir():
        raise Misconfigured(f"{path} 是文件夹，请写上文件名，例如 {path / '记录.jsonl'}")
    if path.exists() and not force:
        raise Misconfigured(f"{path} 已经有了，没有改动它。要覆盖请加 --force，或换一个文件名。")
