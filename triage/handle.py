"""Takes readings in: each to its story, one save per case and batch, then the archive line that ends its way.

In this order, and never the other: cases first, lines second, commit last.  A crash in between shows the same readings
again; the archive, and what each case says it has settled, tell which of them are done.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from huiying import identity, logs, metrics
from huiying.contracts import (
    ArchiveLine,
    Case,
    Disposition,
    Post,
    PostKey,
    Reading,
    Settled,
    Verdict,
)
from huiying.early import Early
from huiying.errors import CaseNotFound, RevisionConflict, TryAgain
from huiying.ports import CaseStore, PostArchive, Record
from huiying.suppression import ended, read_anew
from huiying.topics import post_key
from triage.gather import Joining
from triage.home import home
from triage.lifecycle import disposition, grow, open_case
from triage.policy import Policy
from triage.saving import attempts, whole, wholes, written
from triage.stories import Relation, StoryIndex, held
from triage.wording import Wording, shipped_wording

_log = logs.get("triage")

FRESH = timedelta(minutes=10)
"""After this the open stories are read anew: what people put away, merged or split since then is seen as it is."""

Home = tuple[str, Disposition]
"""The case that took a post version in, and how."""


@dataclass(slots=True)
class _Ground:
    """What is remembered of one jurisdiction while it is ours."""

    index: StoryIndex
    pending: dict[PostKey, Home]
    """Taken in by a save whose archive line may be missing."""
    since: datetime
    reach: datetime
    """What was read since then and taken in already is among the ``pending``."""
    early: Early
    """Replies that were dropped for want of what they answer."""


@dataclass(slots=True)
class _Batch:
    """What one batch has found out so far."""

    kin: dict[str, str]
    """Post id → the case that holds it."""
    early: set[PostKey]
    """Dropped before: a line of it stands already, and only a case may take its place."""
    joining: dict[str, list[Joining]] = field(default_factory=dict)
    lines: list[ArchiveLine] = field(default_factory=list)


class StoryHandler:
    """The handler of ``readings``."""

    def __init__(
        self,
        cases: CaseStore,
        archive: PostArchive,
        policy: Policy,
        wording: Callable[[], Wording] = shipped_wording,
        *,
        sifted: Callable[[Sequence[Post]], Sequence[Post]] = list,
    ) -> None:
        """``wording`` is asked once a batch: one batch is put to stories by one scorer.  ``sifted`` leaves nothing of what
        somebody objected to since it was read (:meth:`huiying.suppression.Suppression.sifted`); of posts that nobody can
        have objected to, as they are made up or read again for a trial, everything."""
        self._cases = cases
        self._archive = archive
        self._policy = policy
        self._wording = wording
        self._sifted = sifted
        self._grounds: dict[str, _Ground] = {}

    def handle(self, messages: Sequence[Reading], now: datetime) -> None:
        fresh, early = self._fresh(messages)
        for jurisdiction in dict.fromkeys(reading.jurisdiction for reading in fresh):
            self._take_in(
                jurisdiction, [one for one in fresh if one.jurisdiction == jurisdiction], early, now
            )

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        key = post_key(record.topic, record.value) or identity.undecodable_key(record.key, record.value)
        self._archive.put(
            [ArchiveLine(post=key, disposition=Disposition.BURIED, at=now, reason=f"无法处理：{reason}")]
        )

    def forget(self) -> None:
        self._grounds.clear()

    # ------------------------------------------------------------------------------------------- steps

    def _fresh(self, messages: Sequence[Reading]) -> tuple[list[Reading], frozenset[PostKey]]:
        """Without those whose way has ended already, and each version once; and which of them were dropped before: a reply
        that was collected before what it answers comes again once that is there.
        """
        once = {reading.post.key: reading for reading in reversed(messages)}
        ended = self._archive.get(list(once))
        early = frozenset(
            key
            for key, line in ended.items()
            if line.disposition is Disposition.IRRELEVANT
            and line.erased is None
            and once[key].relevance.verdict is Verdict.REPLY
        )
        fresh = [one for key, one in reversed(once.items()) if key not in ended or key in early]
        return fresh, early

    def _take_in(
        self, jurisdiction: str, readings: Sequence[Reading], early: Container[PostKey], now: datetime
    ) -> None:
        ground = self._grounds.get(jurisdiction)
        oldest = min(now, *(one.read_at for one in readings))
        if ground is None or oldest < ground.reach or not timedelta(0) <= now - ground.since < FRESH:
            ground = self._settle_in(jurisdiction, oldest, now)
        ground.index.wording = self._wording()
        batch = _Batch(
            kin=self._kin(readings, ground),
            early={one.post.key for one in readings if one.post.key in early},
        )
        for reading in _replies_last(self._let_in(readings, ground, batch, now)):
            self._place(reading, ground, batch, now)
        for reading in self._called_back(readings, ground, batch, now):
            self._place(reading, ground, batch, now)
        self._save(ground, batch, now)
        # What was called back first: while what it answers has no line, a crash shows that again, and it calls again.
        self._archive.admit([line for line in batch.lines if line.post in batch.early and line.case_id])
        self._archive.put([line for line in batch.lines if line.post not in batch.early])
        for line in batch.lines:
            ground.pending.pop(line.post, None)
        ground.early.dropped(batch.lines)
        _log.info("readings_taken_in", readings=len(readings), cases=len(batch.joining))

    def _let_in(
        self, readings: Sequence[Reading], ground: _Ground, batch: _Batch, now: datetime
    ) -> list[Reading]:
        """Without what somebody objected to since it was read: dead letters and restored backlogs come from long ago.

        What a case has taken in already goes on: the sweep withdraws it from there by its line.
        """
        let_in = []
        for reading, post in zip(readings, self._sifted([one.post for one in readings]), strict=True):
            if not post.withheld:
                let_in.append(read_anew(reading, post))
            elif reading.post.key in ground.pending:
                let_in.append(reading)
            else:
                batch.lines.append(ended(post, now))
        return let_in

    def _called_back(
        self, readings: Sequence[Reading], ground: _Ground, batch: _Batch, now: datetime
    ) -> list[Reading]:
        """The replies that were dropped here for want of one of these, which cases hold by now: reading may have seen both
        at once, and then does not send them again."""
        placed = {one.post.id for one in readings if one.relevance.verdict is not Verdict.REPLY}
        placed = {id for id in placed if id in batch.kin}
        here = {one.post.key for one in readings}
        jurisdictions = {one.jurisdiction for one in readings}
        early = [
            line.reading
            for line in ground.early.answering(placed)
            if line.reading is not None
            and line.legible is not None
            and line.post not in here
            and line.reading.jurisdiction in jurisdictions
        ]
        batch.early.update(one.post.key for one in early)
        return self._let_in(early, ground, batch, now)

    def _settle_in(self, jurisdiction: str, oldest: datetime, now: datetime) -> _Ground:
        """The open stories as they stand, and of what they settled last, the versions that still lack a line.

        What people have ended is fresh or stale as of when the ``oldest`` of these readings was read, however long it lay here:
        a worker that died then may have put it into a story that has gone stale meanwhile.
        """
        reach = oldest - FRESH  # readings come a little out of order
        window = timedelta(hours=self._policy.story.window_hours)
        stories = list(self._cases.open_stories(jurisdiction, since=reach - window))
        settled = held(stories)
        ended = written(self._archive, settled)
        pending = {key: home for key, home in settled.items() if key not in ended}
        ground = _Ground(
            StoryIndex.of(stories, self._policy.story, self._wording()),
            pending,
            now,
            reach,
            Early(self._archive),
        )
        self._grounds[jurisdiction] = ground
        _log.info("stories_loaded", jurisdiction=jurisdiction, stories=len(stories), pending=len(pending))
        return ground

    def _kin(self, readings: Sequence[Reading], ground: _Ground) -> dict[str, str]:
        """Which case holds the posts that these readings are, or refer to."""
        kin = {key.id: case_id for key, (case_id, _) in ground.pending.items()}
        wanted = {id for one in readings for id in (one.post.id, one.post.repost_of, one.post.reply_to) if id}
        for id, lines in self._archive.versions(wanted - kin.keys()).items():
            homes = [line.case_id for line in lines if line.case_id]
            if homes:
                kin[id] = homes[-1]
        return kin

    def _place(self, reading: Reading, ground: _Ground, batch: _Batch, now: datetime) -> None:
        """Find the reading's case, or open one; provisionally, so that the next reading of the batch finds it too."""
        key = reading.post.key
        if key in ground.pending:
            batch.lines.append(_line(reading, *ground.pending[key], now, why="重启后补记"))
            return
        if reading.relevance.verdict is Verdict.IRRELEVANT:
            batch.lines.append(_dropped(reading, now, "与本系统职责无关"))
            return
        self._bring_back(reading, ground, batch.kin)
        placed = home(ground.index, reading, batch.kin, self._policy, now)
        if placed is None:
            batch.lines.append(_dropped(reading, now, "回复的帖子不在任何事件里"))
            return
        case, joining = placed
        ground.index.put(case)
        batch.kin[reading.post.id] = case.id
        batch.joining.setdefault(case.id, []).append(joining)

    def _bring_back(self, reading: Reading, ground: _Ground, kin: dict[str, str]) -> None:
        """Who edits or answers a post of a case that was put away means that case, not a new one; of one that people have
        merged, the one that it is part of.
        """
        post = reading.post
        for id in {id for id in (post.id, post.repost_of, post.reply_to) if id and id in kin}:
            if kin[id] not in ground.index and (case := self._stored(kin[id])) is not None:
                ground.index.put(case)
                kin[id] = case.id

    def _save(self, ground: _Ground, batch: _Batch, now: datetime) -> None:
        """Every case of the batch once, on its latest revision; again those where somebody was first."""
        left = dict(batch.joining)
        for _ in attempts():
            left, stored = self._resolved(left)
            ended = self._written(case for case in stored.values() if case)
            grown = {id: self._grown(stored[id], joining, ended, now) for id, joining in left.items()}
            conflicts = self._conflicts([case for case, changed, _ in grown.values() if changed])
            for id in grown.keys() - conflicts:
                case, _, homes = grown[id]
                metrics.OPENED.inc(stored[id] is None)
                ground.index.put(case)
                batch.lines += [
                    _line(one.reading, *homes[one.reading.post.key], now, why=one.why, brings=one.brings)
                    for one in left.pop(id)
                ]
            if not left:
                return
        raise TryAgain("cases are changed by others without a pause: " + ", ".join(left))

    def _resolved(
        self, wanted: Mapping[str, list[Joining]]
    ) -> tuple[dict[str, list[Joining]], dict[str, Case | None]]:
        """What joins which case as it is stored now: what people have merged meanwhile is one case."""
        joining: dict[str, list[Joining]] = {}
        stored: dict[str, Case | None] = {}
        known = wholes(self._cases, wanted)
        for id, readings in wanted.items():
            case = known.get(id)
            for one in readings:
                home = self._split_off(case, one) if case and one.relation is Relation.EDIT else case
                stored[home.id if home else id] = home
                joining.setdefault(home.id if home else id, []).append(one)
        return joining, stored

    def _split_off(self, case: Case, joining: Joining) -> Case:
        """The case of a post that people have split off since its home was looked up; its edits go with it."""
        post = joining.reading.post.id
        for id in case.split_into:
            made = self._stored(id)
            if made is None or made.id == case.id:
                continue
            homes = {line.case_id for line in self._archive.versions([post]).get(post, ())}
            if post in made.claims or not homes.isdisjoint((made.id, *made.merged_from)):
                return self._split_off(made, joining)
        return case

    def _conflicts(self, cases: list[Case]) -> frozenset[str]:
        try:
            if cases:
                self._cases.save(cases)
        except RevisionConflict as conflict:
            return frozenset(conflict.ids)
        return frozenset()

    def _grown(
        self, stored: Case | None, joining: list[Joining], ended: Container[PostKey], now: datetime
    ) -> tuple[Case, bool, dict[PostKey, Home]]:
        """The case with those readings that it has not taken in, whether it changed, and every reading's home."""
        done = held([stored] if stored else [])
        new = [one for one in joining if one.reading.post.key not in done]
        homes = {one.reading.post.key: done.get(one.reading.post.key) for one in joining}
        if stored is None:
            case = open_case(new[0], self._policy, now, also=new[1:])
        elif new:
            case = grow(stored, new, self._policy, now)
            case = replace(case, settled=_unwritten(done, ended) + case.settled)
        else:
            case = stored
        fresh = {one.reading.post.key: (case.id, disposition(one)) for one in new}
        return case, bool(new), {key: home or fresh[key] for key, home in homes.items()}

    def _written(self, stored: Iterable[Case]) -> Container[PostKey]:
        """Of what these cases settled before, the versions that a line tells of: asked once for all of them."""
        return written(self._archive, held(stored))

    def _stored(self, case_id: str) -> Case | None:
        """The case, or the one that it has become part of."""
        try:
            return whole(self._cases, case_id)
        except CaseNotFound:
            return None


def _unwritten(done: Mapping[PostKey, Home], ended: Container[PostKey]) -> tuple[Settled, ...]:
    """Of what the case settled before, the versions that no line tells of yet: they must stay on it."""
    return tuple(Settled(post=key, disposition=how) for key, (_, how) in done.items() if key not in ended)


def _line(
    reading: Reading,
    case_id: str,
    how: Disposition,
    now: datetime,
    *,
    why: str,
    brings: tuple[str, ...] = (),
) -> ArchiveLine:
    return ArchiveLine(
        post=reading.post.key,
        disposition=how,
        at=now,
        case_id=case_id,
        reason=why,
        brings=brings,
        body=reading.post,
        reading=reading,
    )


def _dropped(reading: Reading, now: datetime, why: str) -> ArchiveLine:
    """A reply keeps how it was read: what it answers may still come and call it back."""
    reply = reading.relevance.verdict is Verdict.REPLY
    return ArchiveLine(
        post=reading.post.key,
        disposition=Disposition.IRRELEVANT,
        at=now,
        reason=why,
        body=reading.post,
        reading=reading if reply else None,
    )


def _replies_last(readings: Iterable[Reading]) -> list[Reading]:
    """What speaks for itself first, so that a reply finds what it answers, whichever of them was read first."""
    return sorted(readings, key=lambda one: one.relevance.verdict is Verdict.REPLY)
