"""An office that has read some posts and has people who judged them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from huiying.contracts import Case, CaseState, Disposition, Origin, Post
from huiying.examples import Labels
from huiying.ports import CaseQuery, Engine
from huiying.tomlfile import DEFAULTS
from nlp import corpus
from nlp.late import Reads
from tests.factories import NOW, a_line
from tests.triage.people import DUTY
from triage import policy
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.texts import Texts


@dataclass(frozen=True)
class Office:
    engine: Engine
    desk: Desk

    def cases(self) -> list[Case]:
        found = self.engine.cases.search(CaseQuery(states=frozenset(CaseState), limit=200)).cases
        return sorted(found, key=lambda case: case.id)

    def confirm(self, case: Case) -> None:
        self.desk.confirm(case.id, DUTY, NOW, seen=len(case.events))

    def dismiss(self, case: Case) -> None:
        self.desk.dismiss(case.id, DUTY, NOW, seen=len(case.events), reason="不是本办的事")

    def label(self, post: Post, labels: Labels) -> None:
        self.desk.label(post.key, DUTY, NOW, labels=labels)


def texts(*, matters: int = 12, noise: int = 12) -> list[Post]:
    """Some texts of the corpus as posts that came in a minute apart, yesterday."""
    found = [
        example.post
        for name, many in (("matters", matters), ("near_misses", noise))
        for example in corpus.load((name,))[:many]
    ]
    start = NOW - timedelta(days=1)
    return [
        replace(
            post,
            id=f"post{number:03d}",
            collected_at=start + timedelta(minutes=2 * number),
            published_at=start + timedelta(minutes=2 * number),
            origin=Origin.LIVE,
        )
        for number, post in enumerate(found)
    ]


def an_office(engine: Engine, reader: Reads, posts: list[Post]) -> Office:
    """Everything read and put to cases, what is irrelevant in the archive."""
    rules = policy.load(DEFAULTS)
    stories = StoryHandler(engine.cases, engine.archive, rules)
    for post in posts:
        (reading,) = reader.read([post], post.collected_at)
        if reading.relevance.verdict == "irrelevant":
            line = a_line(body=post, disposition=Disposition.IRRELEVANT)
            engine.archive.put([replace(line, at=post.collected_at)])
        else:
            stories.handle([reading], post.collected_at)
    desk = Desk(cases=engine.cases, archive=engine.archive, texts=Texts(engine.register), policy=rules)
    return Office(engine, desk)
