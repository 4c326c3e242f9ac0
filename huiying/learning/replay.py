"""The archived stream once more, by any reader and any policy, in a folder of its own and at the pace of thought.

Nothing is sent: no courier runs.  The clock is moved from post to post, and the rungs between them fall due as they did.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from huiying.clock import ManualClock
from huiying.contracts import ArchiveLine, Case, CaseState, Disposition, Post, PostKey, Relevance, Verdict
from huiying.engines import open_engine
from huiying.ports import CaseStore, Engine, Owed
from huiying.settings import Settings
from nlp.handle import dropped
from nlp.late import EarlyAnswers, Reads
from triage.handle import StoryHandler
from triage.policy import Policy
from triage.watch import Watch
from triage.wording import Wording, shipped_wording

BATCH = 100
TOGETHER = timedelta(minutes=1)
"""Posts that came in so close after each other are handled as one batch."""
MOST = 200_000
"""Post versions, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One way to handle the stream."""

    name: str
    policy: Policy
    reader: Reads
    wording: Wording = field(default_factory=shipped_wording)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a side made of the stream."""

    side: Side
    cases: Mapping[str, Case]
    homes: Mapping[str, str]
    """Post id → case id."""
    judged: Mapping[PostKey, Relevance]


def recent(lines: Iterable[ArchiveLine], since: datetime) -> list[Post]:
    """The posts of the lines written since, as they came in, what is answered before what answers it, each version once."""
    found = {
        line.post: line.legible
        for line in lines
        if line.legible is not None and line.at >= since and line.disposition is not Disposition.BURIED
    }
    return sorted(found.values(), key=_as_they_came)[-MOST:]


def _as_they_came(post: Post) -> tuple[datetime, bool, PostKey]:
    return post.collected_at, post.thread != post.id, post.key


def replay(side: Side, posts: Sequence[Post], until: datetime) -> Outcome:
    """Handle all of it, then let the clocks run on to ``until``."""
    with tempfile.TemporaryDirectory(prefix="huiying-replay-") as folder:
        engine = open_engine(Settings(data=Path(folder), engine="embedded"))
        try:
            return _replayed(side, posts, until, engine)
        finally:
            engine.close()


def _replayed(side: Side, posts: Sequence[Post], until: datetime, engine: Engine) -> Outcome:
    clock = ManualClock(posts[0].collected_at if posts else until)
    stories = StoryHandler(engine.cases, engine.archive, side.policy, lambda: side.wording)
    watch = Watch(engine.cases, engine.archive, side.policy, clock)
    early = EarlyAnswers(engine.archive, side.reader)
    judged: dict[PostKey, Relevance] = {}
    for batch in _batches(posts):
        now = batch[-1].collected_at
        _let_run(engine.cases, watch, until=now)
        readings = side.reader.read(batch, now)
        onward = [one for one in readings if one.relevance.verdict is not Verdict.IRRELEVANT]
        left = [one for one in readings if one.relevance.verdict is Verdict.IRRELEVANT and one.post.reply_to]
        lines = [dropped(one, now) for one in left]
        engine.archive.put(lines)
        early.dropped(lines)
        again = early.read_again(onward, now)
        judged.update((reading.post.key, reading.relevance) for reading in (*readings, *again))
        onward += again
        if onward:
            stories.handle(onward, now)
    _let_run(engine.cases, watch, until=until)
    homes = {line.post.id: line.case_id for line in engine.archive.all() if line.case_id}
    cases = {case.id: case for case in engine.cases.all() if case.state is not CaseState.MERGED}
    return Outcome(side=side, cases=cases, homes=homes, judged=judged)


def _let_run(cases: CaseStore, watch: Watch, *, until: datetime) -> None:
    """Every rung at its own moment, so that two of one clock are told of twice, as they were."""
    last: tuple[str, datetime] | None = None
    while due := cases.due(Owed.RUNG, until=until, limit=1):
        at = due[0].next_rung_at or until
        if last == (due[0].id, at):  # nothing could be done about it
            break
        last = due[0].id, at
        watch.tick(at)


def _batches(posts: Sequence[Post]) -> Iterator[list[Post]]:
    batch: list[Post] = []
    for post in posts:
        if batch and (len(batch) == BATCH or post.collected_at - batch[0].collected_at > TOGETHER):
            yield batch
            batch = []
        batch.append(post)
    if batch:
        yield batch
