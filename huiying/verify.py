"""Checks an exported record with nothing but the file: every link, every anchor, every case, the seal.  Reads it once.

It finds whatever was changed in a file that was whole.  A file that somebody worked out anew from beginning to end is whole
too: that is found by comparing its seal, or an anchor, with what was written down elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import BinaryIO

import msgspec

from huiying import chain
from huiying.recordfile import (
    FORMAT,
    NOTHING_BEFORE,
    VERSION,
    Anchor,
    Event,
    Head,
    Header,
    Line,
    Seal,
    digest_of,
    line,
    proven,
    root_of,
    sealed,
)

LONGEST = 16 * 1024 * 1024
"""Bytes of a line."""
MOST_PROBLEMS = 200
"""That are spelled out; the others are counted."""
WIDTH = 32
"""Bytes of a digest."""

_decoder = msgspec.json.Decoder(Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    line: int
    case: str = ""
    sequence: int = 0
    """Of the event, 0 where it is about something else."""
    what: str

    def in_words(self) -> str:
        about = (
            f"（事件 {self.case}{f' 第 {self.sequence} 条经过' if self.sequence else ''}）"
            if self.case
            else ""
        )
        return f"第 {self.line} 行{about}：{self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    record: bool
    """False where the file is no record at all."""
    case: str
    """Of an extract, the one case."""
    events: int
    unchained: int
    cases: int
    anchors: int
    seal: str
    anchor: str
    problems: tuple[Problem, ...]
    more: int
    """Problems beyond those that are spelled out."""

    @property
    def ok(self) -> bool:
        return self.record and not self.problems

    @property
    def code(self) -> int:
        """How the command ends: 0 whole, 1 not whole, 2 no record."""
        return 0 if self.ok else 1 if self.record else 2

    def as_dict(self) -> dict[str, object]:
        return {"ok": self.ok, **asdict(self)}

    def in_words(self) -> str:
        lines = [problem.in_words() for problem in self.problems]
        if self.more:
            lines.append(f"……另有 {self.more} 处")
        if not self.record:
            return "\n".join(["这不是“回应”导出的记录。", *lines])
        amount = f"{self.cases} 个事件、{self.events} 条经过、{self.anchors} 个锚点"
        if self.unchained:
            lines.append(
                f"其中 {self.unchained} 条是启用链式记录之前的经过，本身没有校验值，由其后的校验值和锚点一并覆盖"
            )
        if self.ok:
            lines.append(f"记录完整：{amount}，逐条相符")
        else:
            lines.append(f"记录不完整：读到 {amount}，发现 {len(self.problems) + self.more} 处问题")
        if self.seal:
            lines.append(f"封印 {self.seal}")
        return "\n".join(lines)


def verify(file: BinaryIO, *, seal: str = "", anchor: str = "") -> Report:
    """Read a record to its end. ``seal`` and ``anchor`` are digests that were written down when it was exported."""
    return _Reading(seal=seal, anchor=anchor).of(file)


@dataclass(slots=True)
class _Case:
    """What is remembered of a case: 32 bytes an event."""

    digests: bytearray = field(default_factory=bytearray)
    """What each event must be anchored as, one after the other."""
    last: int = 0
    """Sequence of the event that was read last."""
    anchored: int = 0
    told: bool = False
    """Something is wrong and was said: what follows from it is not said again."""


@dataclass(slots=True)
class _Reading:
    seal: str
    anchor: str
    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    number: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    header: Header | None = None
    sealed: Seal | None = None
    sealed_at: int = 0
    after_seal: int = 0
    events: int = 0
    unchained: int = 0
    anchors: int = 0
    anchor_number: int = 0
    tip: str = NOTHING_BEFORE
    anchor_met: bool = False
    cases: dict[str, _Case] = field(default_factory=dict)
    at: str | None = None
    """The case whose events are being read."""
    digest: str = ""
    """What ties its events so far."""
    chained: bool = False
    """Whether one of them has a digest of its own."""

    def of(self, file: BinaryIO) -> Report:
        for raw in _lines(file):
            self.number += 1
            told = self._decoded(raw)
            if self.number == 1 and not self._begin(told):
                return self._no_record()
            if self.number == 2 and self.header is None and told is None:
                self._say("文件开头不是“回应”的记录")
                return self._no_record()
            self._take(raw, told)
        if self.number == 0:
            self.number = 1
            self._say("文件是空的")
            return self._no_record()
        if self.number == 1 and self.header is None:
            self._say("文件开头不是“回应”的记录")
            return self._no_record()
        self._finish()
        return self._report(record=True)

    # --------------------------------------------------------------------------------------- line by line

    def _decoded(self, raw: bytes) -> Line | None:
        try:
            told = _decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        kinds = [told.record, told.event, told.anchor, told.seal]
        return told if sum(kind is not None for kind in kinds) == 1 else None

    def _begin(self, told: Line | None) -> bool:
        """False where this is the beginning of something else, that much is certain."""
        if told is None or told.record is None:
            return True
        if told.record.format != FORMAT:
            self._say("文件开头写明的不是“回应”的记录")
            return False
        if told.record.version > VERSION:
            self._say(
                f"这份记录是更新的格式（{told.record.version}），本程序只认到格式 {VERSION}，请用新版程序核验"
            )
            return False
        self.header = told.record
        return True

    def _take(self, raw: bytes, told: Line | None) -> None:
        if self.sealed is not None:
            self.after_seal += 1
            if self.after_seal == 1:
                self._say("封印之后还有多出来的行")
            return
        if told is not None and told.seal is not None:
            self._take_seal(raw, told.seal)
            return
        self.sha256.update(raw)
        if not raw.endswith(b"\n"):
            self._say("这一行太长，或没有写完")
        elif told is None:
            self._say("这一行读不懂：不是记录里该有的内容，或已损坏")
        elif told.event is not None:
            self._take_event(told.event)
        elif told.anchor is not None:
            self._take_anchor(told.anchor)
        elif self.number > 1:
            self._say("开头一行又出现了一次")
        if self.number == 1 and self.header is None:
            self._say("缺少开头一行，或开头一行已损坏")

    def _take_event(self, event: Event) -> None:
        self.events += 1
        say = self._about(event.case_id, event.sequence)
        if self.anchors:
            say("经过出现在锚点之后，位置不对")
        case = self._turn_to(event, say)
        if event.sequence == case.last + 1:
            if event.digest and event.previous != self.digest:
                self._wrong(case, say, "与上一条经过接不上：这一条或上一条被改过")
        elif event.sequence <= case.last:
            self._wrong(case, say, "顺序不对，或重复出现")
        else:
            gap = event.sequence - case.last - 1
            self._wrong(case, say, f"前面缺 {gap} 条经过（第 {case.last + 1} 条起）")
        case.last = event.sequence
        self._follow(case, event, say)

    def _turn_to(self, event: Event, say: Callable[[str], None]) -> _Case:
        """The case of this event. The events of a case stand together."""
        if event.case_id == self.at:
            return self.cases[self.at]
        self.at, self.digest, self.chained = event.case_id, chain.beginning(event.case_id), False
        if self.header is not None and self.header.case not in ("", event.case_id):
            say("这份记录是单个事件的摘录，不该有别的事件")
        case = self.cases.get(event.case_id)
        if case is None:
            case = self.cases[event.case_id] = _Case()
        else:
            self._wrong(case, say, "同一事件的经过没有排在一起")
        return case

    def _follow(self, case: _Case, event: Event, say: Callable[[str], None]) -> None:
        """Take the event's own digest for what ties all so far, once it is known to be right."""
        what = msgspec.to_builtins(event)
        del what["previous"], what["digest"]
        if event.digest:
            self.chained = True
            if chain.link(event.previous, what) != event.digest:
                self._wrong(case, say, "内容与校验值不符：这一条被改过")
            self.digest = event.digest
        else:
            self.unchained += 1
            if self.chained or event.previous:
                self._wrong(case, say, "没有校验值，而它或前面的经过接着链：这一条被改过或是后加的")
            self.digest = chain.link(self.digest, what)
        if not case.told:
            case.digests += _bytes_of(self.digest)

    def _take_anchor(self, anchor: Anchor) -> None:
        self.anchors += 1
        expected = self.anchor_number + 1
        if anchor.number > expected:
            self._say(f"前面缺 {anchor.number - expected} 个锚点（第 {expected} 个起）")
        elif anchor.number < expected:
            self._say(f"第 {anchor.number} 个锚点的顺序不对，或重复出现")
        elif anchor.previous != self.tip:
            self._say("这个锚点与上一个接不上：其中一个被改过")
        if digest_of(anchor) != anchor.digest:
            self._say("锚点的内容与校验值不符：这个锚点被改过")
        self.anchor_number, self.tip = anchor.number, anchor.digest
        self.anchor_met = self.anchor_met or anchor.digest == self.anchor
        for head in self._heads(anchor):
            self._compare(head)

    def _heads(self, anchor: Anchor) -> Iterator[Head]:
        """Those heads that the anchor really holds."""
        if self.header is not None and self.header.case:
            if anchor.heads:
                self._say("这份记录是单个事件的摘录，锚点里不该有别的事件")
            for proof in anchor.proofs:
                if proof.head.case != self.header.case or not proven(anchor, proof):
                    self._say("锚点里的证明不成立：被改过")
                else:
                    yield proof.head
            return
        if anchor.proofs or len(anchor.heads) != anchor.count or root_of(anchor.heads) != anchor.root:
            self._say("锚点里列的事件与它的校验值不符：有改动、增减或换了顺序")
            return
        yield from anchor.heads

    def _compare(self, head: Head) -> None:
        say = self._about(head.case, head.sequence)
        case = self.cases.get(head.case)
        if case is None:
            case = self.cases[head.case] = _Case()
            self._wrong(case, say, "整个事件的经过都不在了")
        if case.told:
            case.anchored = max(case.anchored, head.sequence)
            return
        if head.sequence < 1 or head.sequence < case.anchored:
            self._wrong(case, say, "锚点里这个事件的记录变短了")
        elif head.sequence > case.last:
            self._wrong(case, say, f"末尾缺 {head.sequence - case.last} 条经过（第 {case.last + 1} 条起）")
        elif case.digests[(head.sequence - 1) * WIDTH : head.sequence * WIDTH] != _bytes_of(head.digest):
            self._wrong(case, say, "与锚点记下的不一样：这个事件的经过被整个改写过")
        case.anchored = max(case.anchored, head.sequence)

    def _take_seal(self, raw: bytes, seal: Seal) -> None:
        self.sealed, self.sealed_at = seal, self.number
        if seal.lines != self.number - 1:
            self._say(f"封印记的是 {seal.lines} 行，实有 {self.number - 1} 行")
        if seal.sha256 != self.sha256.hexdigest():
            self._say("封印与上面各行不符：有内容被改过、删过、加过或换过顺序")
        if seal.anchor != (self.tip if self.anchors else ""):
            self._say("封印里的末锚与最后一个锚点不符")
        if raw != line("seal", sealed(seal.lines, seal.sha256, seal.anchor)):
            self._say("封印本身被改过")

    # ------------------------------------------------------------------------------------------- the end

    def _finish(self) -> None:
        if self.sealed is None:
            self._say("末尾没有封印：文件被截断，或没有导出完")
        for case_id, case in self.cases.items():
            if not case.told and case.anchored < case.last:
                more = case.last - case.anchored
                self._say(f"末尾 {more} 条经过没有锚点：是后加的，或锚点被去掉了", case_id, case.anchored + 1)
        self._count()
        self._written_down()

    def _count(self) -> None:
        if self.header is None:
            return
        cases = sum(case.last > 0 for case in self.cases.values())
        for word, said, found in (
            ("事件", self.header.cases, cases),
            ("经过", self.header.events, self.events),
            ("锚点", self.header.anchors, self.anchors),
        ):
            if said != found:
                self._say(f"开头一行记的{word}是 {said}，实有 {found}", line=1)

    def _written_down(self) -> None:
        if self.seal and (self.sealed is None or self.sealed.digest != self.seal):
            self._say(
                "封印与写下的不一样：文件被改过或整个重算过，或者不是那一次导出的",
                line=self.sealed_at or self.number,
            )
        if self.anchor and not self.anchor_met:
            self._say("写下的锚点不在这份记录里：那之前的记录被整个重算过，或者导出得更早")

    # ----------------------------------------------------------------------------------------- what is said

    def _about(self, case: str, sequence: int) -> Callable[[str], None]:
        return lambda what: self._say(what, case, sequence)

    def _wrong(self, case: _Case, say: Callable[[str], None], what: str) -> None:
        say(what)
        case.told = True

    def _say(self, what: str, case: str = "", sequence: int = 0, *, line: int = 0) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(
                Problem(line=line or self.number, case=case[:80], sequence=sequence, what=what)
            )
        else:
            self.more += 1

    def _no_record(self) -> Report:
        return self._report(record=False)

    def _report(self, *, record: bool) -> Report:
        return Report(
            record=record,
            case=self.header.case if self.header else "",
            events=self.events,
            unchained=self.unchained,
            cases=sum(case.last > 0 for case in self.cases.values()),
            anchors=self.anchors,
            seal=self.sealed.digest if self.sealed else "",
            anchor=self.tip if self.anchors else "",
            problems=tuple(self.problems),
            more=self.more,
        )


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """With their ends. One that is longer than any line may be comes in pieces: no piece but the last ends as a line."""
    while piece := file.readline(LONGEST):
        yield piece


def _bytes_of(digest: str) -> bytes:
    """A digest in half the room; what is none becomes one that fits nothing."""
    try:
        raw = bytes.fromhex(digest)
    except ValueError:
        return bytes(WIDTH)
    return raw if len(raw) == WIDTH else bytes(WIDTH)
