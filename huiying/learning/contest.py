"""An old model against a new one: on the project's own held-back texts, and on what came in during the last days.

Both read the same texts.  A figure is worse where it falls by more than its margin; nothing is weighed against anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huiying.contracts import ArchiveLine, Category, Disposition, Post, PostKey, Reading, Verdict
from huiying.learning.lessons import Truth
from huiying.learning.pieces import pieces
from nlp import corpus
from nlp.corpus import Example
from nlp.late import Reads

STRICT, LOOSE = 0.01, 0.02
"""Margins: of relevance, and of what is asked of relevant texts."""
MORE_ALERTS = 0.10
"""Share by which alerts on what nobody has judged may grow, and two alerts on top."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of both models. A rate between 0 and 1, or a count of alerts."""

    name: str
    old: float
    new: float
    n: int
    """Texts that it is measured on."""
    margin: float
    """How much worse it may get, in its own unit."""
    fewer_is_better: bool = False

    @property
    def worse(self) -> bool:
        lost = self.new - self.old if self.fewer_is_better else self.old - self.new
        return self.n > 0 and lost > self.margin + 1e-9

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "old": round(self.old, 4),
            "new": round(self.new, 4),
            "n": self.n,
            "margin": self.margin,
            "worse": self.worse,
        }


def on_own_texts(old: Reads, new: Reads, now: datetime) -> list[Row]:
    """On ``matters_test`` and ``near_misses_test`` of the corpus: never learned from by anybody."""
    examples = corpus.load(corpus.HELD_BACK)
    before, after = (_read(reader, [example.post for example in examples], now) for reader in (old, new))

    def row(name: str, measure: _Measure, margin: float) -> Row:
        first, n = measure(examples, before)
        second, _ = measure(examples, after)
        return Row(name=name, old=first, new=second, n=n, margin=margin)

    return [
        row("自有测试集：正题被报出（告警或待看）", _recall, STRICT),
        row("自有测试集：告警报得对", _precision, STRICT),
        row("自有测试集：事项正确", _topics, LOOSE),
        row("自有测试集：分类宏平均F1", _categories, LOOSE),
        row("自有测试集：态度正确", _attitudes, LOOSE),
    ]


def best_of(current: Sequence[Row], shipped: Sequence[Row]) -> list[Row]:
    """Against the better of two old models, figure by figure: many small steps down are no way round the margin."""
    return [replace(one, old=max(one.old, other.old)) for one, other in zip(current, shipped, strict=True)]


def on_replay(
    old: Reads,
    new: Reads,
    lines: Iterable[ArchiveLine],
    held: Sequence[Truth],
    judged: frozenset[PostKey],
    now: datetime,
) -> list[Row]:
    """On what came in. ``held``: what people judged and nobody learned from; ``judged``: all that people judged."""
    tally = _Tally()
    for some in pieces(lines, AT_ONCE):
        shown = [line for line in some if line.legible is not None and line.post not in judged]
        posts = [line.body for line in shown if line.body is not None]
        for line, one, other in zip(shown, _read(old, posts, now), _read(new, posts, now), strict=True):
            tally.add(line, one, other)
    yes = [truth for truth in held if truth.said.get("relevance") is True]
    no = [truth for truth in held if truth.said.get("relevance") is False]
    rows = [
        _share("回放：人工认定有关的，仍被报出", old, new, yes, _raised, now),
        _share("回放：人工认定无关的，不再告警", old, new, no, lambda reading: not _alerts(reading), now),
    ]
    rest, kept = tally.rest, tally.kept
    allowed = round(MORE_ALERTS * tally.alerts[0] + 2, 2)
    return [
        *rows,
        Row(
            name="回放：系统归入事件的，仍被报出",
            old=tally.raised[0] / kept if kept else 0.0,
            new=tally.raised[1] / kept if kept else 0.0,
            n=kept,
            margin=LOOSE,
        ),
        Row(
            name="回放：没有人工认定的，告警条数",
            old=tally.alerts[0],
            new=tally.alerts[1],
            n=rest,
            margin=allowed,
            fewer_is_better=True,
        ),
    ]


_Measure = Callable[[Sequence[Example], Sequence[Reading]], tuple[float, int]]


@dataclass(slots=True)
class _Tally:
    rest: int = 0
    kept: int = 0
    alerts: tuple[int, int] = (0, 0)
    raised: tuple[int, int] = (0, 0)

    def add(self, line: ArchiveLine, old: Reading, new: Reading) -> None:
        self.rest += 1
        self.alerts = (self.alerts[0] + _alerts(old), self.alerts[1] + _alerts(new))
        if line.disposition in {Disposition.ATTACHED, Disposition.DUPLICATE}:
            self.kept += 1
            self.raised = (self.raised[0] + _raised(old), self.raised[1] + _raised(new))


def _share(
    name: str,
    old: Reads,
    new: Reads,
    truths: Sequence[Truth],
    right: Callable[[Reading], bool],
    now: datetime,
) -> Row:
    posts = [truth.post for truth in truths]
    first, second = (sum(map(right, _read(reader, posts, now))) for reader in (old, new))
    n = len(posts)
    return Row(name=name, old=first / n if n else 0.0, new=second / n if n else 0.0, n=n, margin=STRICT)


def _read(reader: Reads, posts: Sequence[Post], now: datetime) -> list[Reading]:
    return reader.read(posts, now) if posts else []


def _raised(reading: Reading) -> bool:
    return reading.relevance.verdict is not Verdict.IRRELEVANT


def _alerts(reading: Reading) -> bool:
    return reading.relevance.verdict is Verdict.ALERT


def _ratio(hits: Sequence[bool]) -> tuple[float, int]:
    return (sum(hits) / len(hits) if hits else 0.0), len(hits)


def _recall(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, int]:
    pairs = zip(examples, readings, strict=True)
    return _ratio([_raised(reading) for example, reading in pairs if example.relevance == "core"])


def _precision(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, int]:
    """``n`` is of the texts, not of the alerts: the two models need not raise the same number."""
    pairs = zip(examples, readings, strict=True)
    value, _ = _ratio([example.relevance != "off" for example, reading in pairs if _alerts(reading)])
    return value, len(examples)


def _relevant(examples: Sequence[Example], readings: Sequence[Reading]) -> list[tuple[Example, Reading]]:
    return [pair for pair in zip(examples, readings, strict=True) if pair[0].relevance != "off"]


def _topics(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, int]:
    """What was not read counts as wrong: it has no topic."""
    return _ratio(
        [
            any(topic.code == example.topic for topic in reading.topics[:1])
            for example, reading in _relevant(examples, readings)
        ]
    )


def _attitudes(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, int]:
    return _ratio(
        [
            _raised(reading) and reading.attitude is example.attitude
            for example, reading in _relevant(examples, readings)
        ]
    )


def _categories(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, int]:
    pairs = [
        (example.categories, {found.category for found in reading.categories})
        for example, reading in _relevant(examples, readings)
    ]
    scores: Mapping[Category, float] = {
        category: 2
        * sum(category in truth and category in said for truth, said in pairs)
        / (sum(category in truth for truth, _ in pairs) + sum(category in said for _, said in pairs))
        for category in Category
        if any(category in truth for truth, _ in pairs)
    }
    return (sum(scores.values()) / len(scores) if scores else 0.0), len(pairs)
