"""异议: somebody says that a public post of theirs is not to be processed; who decides it, by when, and what follows.

Nobody is asked who they are. Whoever objects gets a receipt, and its digest names the objection: the receipt stands nowhere.
The address and what was written are kept until the decision is carried out; after that the list of keyed digests
(``huiying.suppression``) knows what to keep out, and the objection says only when, how and by whom it was decided.

A decision to stop is written down before anything is done, so that whoever falls is followed by the next sweep.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from huiying import codec, identity, personal, suppression
from huiying.contracts import Actor, ArchiveLine, Instant, Role
from huiying.errors import RevisionConflict
from huiying.ports import Engine, Entry, LineQuery, Register
from huiying.suppression import Mark, Suppression
from triage import withdrawal
from triage.policy import Policy
from triage.protection import Protection
from triage.publishing import clean
from triage.refusals import Invalid, NotNow, NotYours

KIND = "objection"
MOST_REASON = 500
MOST_TOLD = 500
MOST_ADDRESS = 2083
DECIDES = Role.SECRECY
"""保密审查员: who looks for personal information before anything is published looks after it here too. Of the top unit."""
FOLLOWED = timedelta(days=8)
"""After a decision to stop the sweep looks again for so long: by then nothing of it can still be on its way."""
PAGE = 200


class State(StrEnum):
    WAITING = "waiting"
    STOPPED = "stopped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """``id`` is a digest of the receipt."""

    id: str
    filed_at: Instant
    due_at: Instant
    warn_at: Instant
    """From then on the term is near."""
    address: str = field(default="", repr=False)
    """As it was written; '' once the decision is carried out."""
    floor: int | None = None
    reason: str = field(default="", repr=False)
    state: State = State.WAITING
    decided_at: Instant | None = None
    decided_by: str = ""
    """A login."""
    ground: str = ""
    """Why it was refused, by its key in ``protection.toml``."""
    told: str = ""
    """What the office says to the person."""
    posts: tuple[str, ...] = ()
    """Post ids that were stopped, until it is carried out."""
    floors: tuple[int | None, ...] = ()
    """Where they stand at the address; None is the whole address."""
    authors: tuple[tuple[str, str], ...] = ()
    """Source and pseudonym where everything by the author is stopped, until it is carried out."""
    wide: bool = False
    """It was decided for everything by the author on that source."""
    through_at: Instant | None = None
    """When the sources of these authors were gone through."""
    erased: int = 0
    """Post versions that were found and erased."""
    done_at: Instant | None = None
    """When the decision was carried out, and address and reason were erased."""


@dataclass(frozen=True, kw_only=True)
class Objections:
    engine: Engine
    policy: Policy
    protection: Protection
    suppression: Suppression
    key: bytes = field(repr=False)

    # ---------------------------------------------------------------------------------- from the public

    def file(self, address: str, floor: str, reason: str, now: datetime, *, sheet: str) -> tuple[str, bool]:
        """Take it; gives the receipt, and whether it is new: the same sheet handed in again is the same objection. Raises
        Invalid, TryAgain."""
        if wrong := faults(address, floor, reason):
            raise Invalid(wrong)
        address, floor, reason = address.strip(), _number(floor), clean(reason)
        receipt = self._receipt(sheet, address, floor, reason)
        rules, calendar = self.protection.objection, self.policy.calendar
        term = calendar.term(now, rules.working_days)
        warned = rules.working_days - rules.warn_days
        made = Objection(
            id=id_of(receipt),
            filed_at=now,
            due_at=term.due,
            warn_at=calendar.term(now, warned).due,
            address=address,
            floor=int(floor) if floor else None,
            reason=reason,
        )
        try:
            self._put(made, expect=0)
        except RevisionConflict:
            return receipt, False
        return receipt, True

    def by_receipt(self, receipt: str) -> Objection | None:
        return self.get(id_of(receipt)) if plain(receipt) else None

    def _receipt(self, *said: str) -> str:
        mac = hmac.new(
            self.key, "\0".join(("objection", *said)).encode("utf-8", "surrogatepass"), hashlib.sha256
        )
        letters = base64.b32encode(mac.digest()[:10]).decode("ascii")
        return "-".join(letters[n : n + 4] for n in range(0, 16, 4))

    # ---------------------------------------------------------------------------------- in the office

    def get(self, id: str) -> Objection | None:
        entry = self.engine.register.get(KIND, id)
        return _read(entry) if entry else None

    def all(self) -> list[Objection]:
        """As :func:`every` gives them."""
        return every(self.engine.register)

    def found(self, objection: Objection) -> list[ArchiveLine]:
        """Every line of what stands at its address: of the floor where it names one."""
        lines = self.engine.archive.at({identity.address(objection.address)})
        if objection.floor is not None:
            lines = [line for line in lines if line.body and line.body.floor in (None, objection.floor)]
        return list(lines)

    def stop(
        self, id: str, actor: Actor, now: datetime, *, posts: Collection[str], wide: bool, told: str
    ) -> Objection:
        """Stop these posts and erase them; of an address where nothing is stored, whatever will stand there. ``wide``: all
        by their authors on these sources. Raises NotYours, NotNow, Invalid, TryAgain.
        """
        before, entry = self._to_decide(id, actor)
        lines = self.found(before)
        there = {line.post.id for line in lines}
        chosen = sorted(there & set(posts))
        if there and not chosen:
            raise Invalid({"posts": "请选出要停止处理的信息，至少一条"})
        bodies = [line.body for line in lines if line.body and line.post.id in chosen]
        authors = {(body.source, body.author) for body in bodies if body.author} if wide else set()
        if wide and not authors:
            raise Invalid({"wide": "这些信息没有记作者代号，不能按作者停止"})
        decided = replace(
            before,
            state=State.STOPPED,
            decided_at=now,
            decided_by=actor.login,
            told=_told(told),
            posts=tuple(chosen),
            floors=_floors(before.floor, lines, chosen),
            authors=tuple(sorted(authors)),
            wide=wide,
        )
        self._put(decided, expect=entry.revision, again=True)
        return self.carry_out(decided, now)  # the sweep goes through whole sources

    def refuse(self, id: str, actor: Actor, now: datetime, *, ground: str, told: str) -> Objection:
        """Raises NotYours, NotNow, Invalid, TryAgain."""
        before, entry = self._to_decide(id, actor)
        if self.protection.ground_of(ground) is None:
            raise Invalid({"ground": "请选择不停止处理的法定理由"})
        refused = replace(
            before,
            state=State.REFUSED,
            decided_at=now,
            decided_by=actor.login,
            ground=ground,
            told=_told(told),
            address="",
            reason="",
            done_at=now,
        )
        self._put(refused, expect=entry.revision, again=True)
        return refused

    def _to_decide(self, id: str, actor: Actor) -> tuple[Objection, Entry]:
        if not may_decide(actor, self.policy):
            raise NotYours(f"异议由{self.policy.unit_name(self.policy.top())}的保密审查员办理")
        entry = self.engine.register.get(KIND, id)
        if entry is None:
            raise NotNow("没有这件异议，可能已过保存期限")
        objection = _read(entry)
        if objection.state is not State.WAITING:
            raise NotNow("这件异议已经有决定，请刷新后查看")
        return objection, entry

    # ---------------------------------------------------------------------------------- and then

    def carry_out(self, objection: Objection, now: datetime, *, thorough: bool = False) -> Objection:
        """What a decision to stop asks for: on the list first, then out of the cases and erased where it is stored. A repeat
        finds what came in between. ``thorough``: the authors' sources are gone through too, once now and once in the end, which
        may take minutes. Raises TryAgain.
        """
        over = objection.decided_at is not None and now >= objection.decided_at + FOLLOWED
        through = thorough and bool(objection.authors) and (over or objection.through_at is None)
        marks = _marks(objection)
        self.suppression.put(marks, objection.decided_at or now, objection=objection.id)
        found = self._through(objection) if through else self._nearby(objection)
        lines = [line for line in found if _covered(line, marks)]
        objection = self._remembered(objection, lines)
        erased = withdrawal.withdraw(self.engine, self.policy, lines, now, who=objection.decided_by)
        after = replace(
            objection,
            erased=objection.erased + erased,
            through_at=now if through else objection.through_at,
        )
        if over:
            after = replace(after, address="", reason="", posts=(), floors=(), authors=(), done_at=now)
        if after != objection:
            self._put(after, expect=None)
        return after

    def _remembered(self, objection: Objection, lines: Sequence[ArchiveLine]) -> Objection:
        """With the posts that were found: once they are blank, nothing else leads to what answers them and comes later."""
        posts = tuple(dict.fromkeys((*objection.posts, *(line.post.id for line in lines))))
        if posts == objection.posts:
            return objection
        known = replace(objection, posts=posts)
        self._put(known, expect=None)
        self.suppression.put(_marks(known), objection.decided_at or known.filed_at, objection=known.id)
        return known

    def sweep(self, now: datetime) -> int:
        """Carry out what was decided and not done with, and forget what has had its time; returns how much was erased."""
        kept = timedelta(days=self.protection.objection.keep_days)
        erased = 0
        for one in self.all():
            if one.state is State.STOPPED and one.done_at is None:
                erased += self.carry_out(one, now, thorough=True).erased - one.erased
            elif one.decided_at and one.done_at and one.decided_at + kept < now:
                self.engine.register.delete(KIND, one.id)
                erased += 1
        self.engine.archive.wipe()
        return erased

    def _nearby(self, objection: Objection) -> list[ArchiveLine]:
        """What stands at the address, and every version of the posts that were chosen."""
        lines = [*self.engine.archive.at({identity.address(objection.address)})]
        for versions in self.engine.archive.versions(objection.posts).values():
            lines += versions
        return list({line.post: line for line in lines}.values())

    def _through(self, objection: Objection) -> list[ArchiveLine]:
        lines = self._nearby(objection)
        for source, name in objection.authors:
            lines += self._by(source, name)
        return list({line.post: line for line in lines}.values())

    def _by(self, source: str, name: str) -> Iterator[ArchiveLine]:
        """Everything of a source is looked through: nothing is filed by author."""
        after = ""
        while True:
            page = self.engine.archive.search(LineQuery(sources=frozenset({source}), limit=PAGE, after=after))
            yield from (line for line in page.lines if line.body and line.body.author == name)
            if not (after := page.next):
                return

    def _put(self, objection: Objection, *, expect: int | None, again: bool = False) -> None:
        try:
            self.engine.register.put(KIND, objection.id, codec.encode(objection), expect=expect)
        except RevisionConflict:
            if again:
                raise NotNow("别人刚刚对这件异议作了决定，请刷新后查看") from None
            raise


def every(register: Register) -> list[Objection]:
    """Those that wait first, soonest due first; then the decided ones, newest first."""
    found = [_read(entry) for entry in register.list(KIND)]
    waiting = sorted(
        (one for one in found if one.state is State.WAITING), key=lambda one: (one.due_at, one.id)
    )
    decided = [one for one in found if one.state is not State.WAITING]
    return waiting + sorted(decided, key=lambda one: (one.decided_at or one.filed_at, one.id), reverse=True)


def _floors(
    named: int | None, lines: Collection[ArchiveLine], chosen: Collection[str]
) -> tuple[int | None, ...]:
    """Where what was chosen stands at the address. Never more than was named: of a thread None, which is all of it, only where
    no floor was named and nothing else stands there.
    """
    stopped = {line.body.floor: None for line in lines if line.body and line.post.id in chosen}
    left = {line.body.floor for line in lines if line.body and line.post.id not in chosen}
    if named is not None:
        return () if named in left and named not in stopped else (named,)
    if not left:
        return tuple(stopped) or (None,)
    return tuple(floor for floor in stopped if floor is not None)


def _marks(objection: Objection) -> list[Mark]:
    """What its decision keeps out."""
    return [
        *(suppression.post(id) for id in objection.posts),
        *(suppression.place(objection.address, floor) for floor in objection.floors),
        *(suppression.author(source, name) for source, name in objection.authors),
    ]


def _covered(line: ArchiveLine, marks: Sequence[Mark]) -> bool:
    """Whether the sieve would keep it out."""
    return line.body is not None and not set(suppression.marks_of(line.body)).isdisjoint(marks)


def _number(floor: str) -> str:
    """A floor as it is typed: in full width too, and with its 楼."""
    return unicodedata.normalize("NFKC", floor).strip().removesuffix("楼").strip()


def faults(address: str, floor: str, reason: str) -> dict[str, str]:
    """Why it cannot be taken as it is, by field, in Chinese, with what to do; nothing where it can."""
    found: dict[str, str] = {}
    if wrong := _of_address(address.strip()):
        found["address"] = wrong
    if _number(floor) and not re.fullmatch(r"[0-9]{1,6}", _number(floor)):
        found["floor"] = "楼层写数字，例如 3；不是论坛帖子的不用填"
    text = clean(reason)
    told = [f"请删去{hit.kind}“{text[hit.start : hit.end]}”" for hit in personal.find(text)]
    if len(text) > MOST_REASON:
        told.append(f"理由写了 {len(text)} 字，最多 {MOST_REASON} 字，请删去 {len(text) - MOST_REASON} 字")
    if told:
        found["reason"] = "；".join(told)
    return found


def _of_address(address: str) -> str:
    if not address:
        return "请填写帖子的网址"
    if len(address) > MOST_ADDRESS or any(char.isspace() for char in address):
        return "网址太长或中间有空格，请从浏览器的地址栏重新复制"
    try:
        split = urlsplit(address)
        host = split.hostname or ""
    except ValueError:
        host, split = "", urlsplit("")
    if split.scheme not in ("http", "https") or "." not in host or not identity.address(address):
        return "网址要完整，以 http:// 或 https:// 开头，请从浏览器的地址栏复制"
    if split.username or split.password:
        return "请删去网址里的账号（@ 前面的部分）"
    return ""


def may_decide(actor: Actor, policy: Policy) -> bool:
    return DECIDES in actor.roles and actor.unit == policy.top()


def plain(receipt: str) -> str:
    """A receipt as it is counted: letters and digits alone; '' where it cannot be one."""
    letters = re.sub(r"[\s\-－—]", "", receipt).upper().translate(_MISREAD)
    return letters if re.fullmatch(r"[A-Z2-7]{16}", letters) else ""


_MISREAD = str.maketrans("018", "OIB")
"""Digits that no receipt has, and the letters that they are taken for."""


def id_of(receipt: str) -> str:
    return identity.digest("objection", plain(receipt))


def _told(told: str) -> str:
    text = clean(told)
    if hits := personal.find(text):
        raise Invalid({"told": "；".join(f"请删去{hit.kind}“{text[hit.start : hit.end]}”" for hit in hits)})
    if len(text) > MOST_TOLD:
        raise Invalid({"told": f"说明写了 {len(text)} 字，最多 {MOST_TOLD} 字"})
    return text


def _read(entry: Entry) -> Objection:
    return msgspec.json.decode(entry.value, type=Objection)
