"""What is worth a person's label next: what looks most like ours, what the machine is least sure of, and a few at random.

Two fifths, two fifths, one fifth.  Looked for among a bounded number of the newest posts that nobody has judged; one a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from huiying.contracts import ArchiveLine, Disposition, PostKey, Reading, Verdict
from huiying.errors import Misconfigured
from huiying.examples import Examples
from huiying.ports import Engine, LineQuery
from nlp.late import Reads

LOOKED_AT = 5_000
PAGE = 500
TITLE = 40
KINDS = {"top": "最像", "uncertain": "最拿不准", "random": "随机"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    kind: str
    """top, uncertain or random."""
    post: PostKey
    case_id: str
    score: float
    verdict: Verdict
    title: str
    link: str

    def as_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "post": self.post.id,
            "version": self.post.version,
            "case": self.case_id,
            "score": self.score,
            "verdict": self.verdict.value,
            "title": self.title,
            "link": self.link,
        }

    def in_words(self) -> str:
        return f"{KINDS[self.kind]}  {self.score:.2f}  {self.title}\n    {self.link}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """From where on a post is an alert, or worth a look."""

    alert: float
    review: float


def suggest(
    engine: Engine, reader: Reads, cuts: Cuts, address: str, now: datetime, *, count: int
) -> list[Item]:
    """At most ``count``; fewer where there are not so many. Raises Misconfigured where the archive has none."""
    judged = {key for example in Examples(engine.register).all() for key in example.posts}
    lines = [line for line in _recent(engine) if line.post not in judged and line.legible is not None]
    if not lines:
        raise Misconfigured(
            "归档里还没有可以标注的信息：要么还没有收到，要么都有人看过了。请等收到新信息后再运行。"
        )
    read = [
        (line, reading)
        for line, reading in zip(lines, _readings(reader, lines, now), strict=True)
        if reading.relevance.verdict is not Verdict.REPLY  # its own words say nothing of the trade
    ]
    once = _one_a_case(read)
    top, unsure = count * 2 // 5, count * 2 // 5
    chosen: list[Item] = []
    taken: set[PostKey] = set()

    def take(kind: str, ranked: Sequence[tuple[ArchiveLine, Reading]], most: int) -> None:
        left = (pair for pair in ranked if pair[0].post not in taken)
        for line, reading in list(left)[:most]:
            taken.add(line.post)
            chosen.append(_item(kind, line, reading, address))

    take("top", sorted(once, key=lambda pair: (-pair[1].relevance.score, pair[0].post)), top)
    scored = [pair for pair in once if pair[1].relevance.score > 0]
    take("uncertain", sorted(scored, key=lambda pair: (_doubt(pair[1], cuts), pair[0].post)), unsure)
    draw = sorted(once, key=lambda pair: pair[0].post)
    Random(f"{now:%Y-%m-%d}").shuffle(draw)  # noqa: S311 - the same draw all day, not a secret
    take("random", draw, count - len(chosen))
    return chosen


def _recent(engine: Engine) -> Iterator[ArchiveLine]:
    query = LineQuery(dispositions=frozenset({Disposition.ATTACHED, Disposition.IRRELEVANT}), limit=PAGE)
    seen, after = 0, ""
    while seen < LOOKED_AT:
        page = engine.archive.search(
            LineQuery(dispositions=query.dispositions, limit=query.limit, after=after)
        )
        yield from page.lines
        seen += len(page.lines)
        after = page.next
        if not after:
            return


def _readings(reader: Reads, lines: Sequence[ArchiveLine], now: datetime) -> list[Reading]:
    """All by the model in force: what was read by an older one has scores of another scale."""
    return reader.read([line.body for line in lines if line.body is not None], now)


def _one_a_case(read: Sequence[tuple[ArchiveLine, Reading]]) -> list[tuple[ArchiveLine, Reading]]:
    """Of each case the newest, and of each text one."""
    found: dict[str, tuple[ArchiveLine, Reading]] = {}
    for line, reading in read:
        found.setdefault(line.case_id or reading.fingerprint.exact, (line, reading))
    return list(found.values())


def _doubt(reading: Reading, cuts: Cuts) -> float:
    score = reading.relevance.score
    return min(abs(score - cuts.alert), abs(score - cuts.review))


def _item(kind: str, line: ArchiveLine, reading: Reading, address: str) -> Item:
    post = reading.post
    title = " ".join((post.title or post.text).split())
    return Item(
        kind=kind,
        post=post.key,
        case_id=line.case_id or "",
        score=reading.relevance.score,
        verdict=reading.relevance.verdict,
        title=title if len(title) <= TITLE else title[: TITLE - 1] + "…",
        link=f"{address}/posts/{post.id}#label",
    )
