"""Learns again from the project's own text and from what people said; promotes only what makes nothing worse.

Two things are learned, each by itself: how posts are read, and how the scorer of stories tells one matter from two.  A model
in ``versions/`` holds both, so one step back takes both back.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from huiying.contracts import Disposition
from huiying.errors import Misconfigured
from huiying.learning import contest, heap, pair_contest, pairing
from huiying.learning.contest import Row
from huiying.learning.lessons import Lessons, gather, to_learn
from huiying.learning.pairing import Pairs
from huiying.ports import Engine
from nlp import model, train, versions
from nlp.pipeline import Reader
from nlp.taught import Taught, digest
from triage import pairlearning, pairmodel
from triage.pairlearning import Heap
from triage.pairmodel import PairCard

REJECTED = "rejected"
"""The last model that was not promoted, to be looked at with ``huiying backtest --model``."""

ACT_NAMES = {
    "label": "单条改判",
    "relabel": "改判",
    "assess": "研判",
    "confirm": "确认",
    "dismiss": "不予受理",
    "reopen": "重开",
    "assign": "交办给别的单位",
    "reassign": "改派",
    "merge": "合并",
    "split": "拆分",
    "link": "认定同一件事",
    "apart": "认定不是同一件事",
    "unmerge": "撤销合并",
    "unsplit": "撤销拆分",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    promoted: bool
    refused: bool
    """Something was learned and makes something worse."""
    model: str
    """Name of the model that is in force now."""
    candidate: str
    """Where the new one lies, '' where none was made."""
    said: str
    """What came of it, in one Chinese sentence."""
    rows: tuple[Row, ...]
    lessons: Lessons
    pairs: Pairs
    archive: int
    """Texts of the archive that say how rare words are; 0 where they are too few."""
    seconds: float

    @property
    def ok(self) -> bool:
        """Promoted, or nothing to do."""
        return not self.refused

    def as_dict(self) -> dict[str, object]:
        return {
            "promoted": self.promoted,
            "refused": self.refused,
            "model": self.model,
            "candidate": self.candidate,
            "said": self.said,
            "rows": [row.as_dict() for row in self.rows],
            "examples": dict(self.lessons.acts),
            "learned_from": len(self.lessons.taught),
            "held_back": len(self.lessons.held),
            "erased": self.lessons.lost,
            "void": self.lessons.void,
            "pairs": {
                "learned_from": len(self.pairs.taught),
                "same": sum(pair.same for pair in self.pairs.taught),
                "held_back": len(self.pairs.held),
                "erased": self.pairs.lost,
                "enough": self.pairs.enough,
            },
            "archive": self.archive,
            "seconds": round(self.seconds, 1),
        }

    def in_words(self) -> str:
        lines = [_examples(self.lessons), self.pairs.in_words(), _archive(self.archive)]
        if self.rows:
            lines += ["", *table(self.rows), ""]
        return "\n".join([*lines, self.said])


def table(rows: Sequence[Row]) -> list[str]:
    """指标, both values, on how many, by how much it may fall, and whether it got worse."""
    wide = max(_width(row.name) for row in rows)
    head = f"{_padded('指标', wide)}   现行     新的     条数   允许变差  结论"
    return [head, *(_line(row, wide) for row in rows)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the two things that are learned."""

    name: str
    files: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    """How it compares; none where it was not learned anew."""

    @property
    def worse(self) -> list[str]:
        return [row.name for row in self.rows if row.worse]


HEARD_ANEW = timedelta(days=30)
"""After so long the archive is asked again how rare words are, though people have said nothing new."""
READING = Part(name="识别", files=(model.WEIGHTS, model.CARD))
PAIRS = Part(name="归并的比对", files=(pairmodel.FILE,))


def retrain(
    engine: Engine, models: Path, policy: Path, jurisdiction: str, now: datetime, *, days: int
) -> Report:
    """Raises Misconfigured where there is nothing to learn from."""
    started = time.perf_counter()
    train.ensure(models)
    lessons, pairs, archive = gather(engine), pairing.gather(engine), heap.gather(engine)
    taught = to_learn(lessons.taught)
    if not taught and not pairs.enough and not archive:
        raise Misconfigured(_nothing_to_learn(lessons, pairs))
    told, here = versions.in_force(models), versions.current(models)
    draft = versions.folder_of(models, REJECTED)
    shutil.rmtree(draft, ignore_errors=True)
    parts: list[Part] = []
    if taught and not _is_read_so(here, taught):
        train.train(draft, taught=taught)
        parts.append(
            replace(
                READING, rows=tuple(_read(engine, models, draft, policy, jurisdiction, lessons, now, days))
            )
        )
    if _is_to_pair(pairmodel.read_card(here), pairs, archive, now):
        parts.append(replace(PAIRS, rows=tuple(_paired(here, draft, pairs, archive, now))))
    if parts:
        name, said = settle(models, draft, parts, now)
    else:
        name, said = None, f"上次以后没有新的样例，仍用{versions.spelled(told.name)}。"
    refused = any(part.worse for part in parts)
    candidate = draft if refused else versions.folder_of(models, name) if name else None
    return Report(
        promoted=name is not None,
        refused=refused,
        model=told.name if name is None else name,
        candidate=str(candidate or ""),
        said=said,
        rows=tuple(row for part in parts for row in part.rows),
        lessons=lessons,
        pairs=pairs,
        archive=len(archive),
        seconds=time.perf_counter() - started,
    )


def _is_read_so(folder: Path, taught: Sequence[Taught]) -> bool:
    card = model.read_card(folder)
    return card is not None and card.taught == digest(taught)


def _is_to_pair(known: PairCard | None, pairs: Pairs, archive: Heap, now: datetime) -> bool:
    """Where people have said something new, or the archive has much to say that has not been heard yet."""
    taught = pairmodel.digest(pairs.taught) if pairs.enough else ""
    if known is None:
        return bool(taught or archive)
    if taught != known.taught:
        return bool(taught)  # what was learned once is not forgotten because its texts were erased
    return bool(archive) and (not known.archive or now - known.learned_at >= HEARD_ANEW)


def _read(
    engine: Engine,
    models: Path,
    draft: Path,
    policy: Path,
    jurisdiction: str,
    lessons: Lessons,
    now: datetime,
    days: int,
) -> list[Row]:
    old, new = (Reader.load(folder, policy, jurisdiction) for folder in (models, draft))
    shipped = Reader.load(models, policy, jurisdiction, named=versions.SHIPPED)
    own = contest.best_of(contest.on_own_texts(old, new, now), contest.on_own_texts(shipped, new, now))
    return own + replay(engine, old, new, lessons, now, days)


def _paired(here: Path, draft: Path, pairs: Pairs, archive: Heap, now: datetime) -> list[Row]:
    """Learns the scorer into ``draft`` and compares it."""
    taught = pairs.taught if pairs.enough else ()
    with threadpool_limits(limits=1):  # small matrices, and the same sums every time
        new = pairlearning.taught(taught, heap.with_our_own(archive))
    pairmodel.save(new, taught, draft, now, archive=len(archive))
    return pair_contest.rows(pairmodel.load(here), new, pairlearning.shipped(), pairs.held)


def settle(models: Path, draft: Path, parts: Sequence[Part], now: datetime) -> tuple[str | None, str]:
    """Promote those parts in ``draft`` that make no figure worse, with what is in force of the others.

    Returns the name of what is promoted, or None, and what to say. What is refused stays in ``draft``, a whole model again.
    """
    here = versions.current(models)
    _fill(draft, here)
    fine = [part for part in parts if not part.worse]
    refused = [part for part in parts if part.worse]
    said = [
        f"{part.name}没有换：变差的有“{'”“'.join(part.worse)}”。新的留在 {draft}，可以用 huiying backtest --model 细看。"
        for part in refused
    ]
    if not fine:
        return None, "".join(said)
    name = versions.named(now, _mark(draft))
    folder = versions.folder_of(models, name)
    if refused:
        _copy(draft, folder, [file for part in fine for file in part.files])
        _fill(folder, here)
    else:
        draft.rename(folder)
    versions.promote(models, name)
    changed = "和".join(part.name for part in fine)
    return name, "".join(
        [
            f"{changed}没有变差的指标，已换上{versions.spelled(name)}。退回：huiying retrain --rollback。",
            *said,
        ]
    )


def _fill(folder: Path, here: Path) -> None:
    """What is not there yet, from the model in force, so that the folder holds a whole one."""
    names = (*READING.files, *PAIRS.files)
    _copy(here, folder, [name for name in names if (here / name).is_file() and not (folder / name).exists()])


def _copy(source: Path, folder: Path, names: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy2(source / name, folder / name)


def _mark(folder: Path) -> str:
    """Of what was learned from, in the model's name."""
    reading, pairs = model.read_card(folder), pairmodel.read_card(folder)
    marks = [card.taught for card in (reading, pairs) if card and card.taught]
    return "-".join([*marks, f"{pairs.archive}"] if pairs and pairs.archive else marks)


def replay(engine: Engine, old: Reader, new: Reader, lessons: Lessons, now: datetime, days: int) -> list[Row]:
    """What came in during the last days, as far as the archive still has it."""
    since = now - timedelta(days=days)
    recent = (
        line
        for line in engine.archive.all()
        if line.at >= since and line.disposition is not Disposition.BURIED
    )
    return contest.on_replay(old, new, recent, lessons.held, lessons.judged, now)


def _nothing_to_learn(lessons: Lessons, pairs: Pairs) -> str:
    if not lessons.acts:
        return "还没有可以学的样例。请先在事件页或信息页上确认、不予受理、改判或研判几件，再运行 huiying retrain。"
    return (
        f"有 {sum(lessons.acts.values())} 个样例，但没有可以学的：原文已经清除 {lessons.lost} 条，"
        f"留作比较的 {len(lessons.held)} 条，其余只说到分办或归并。{pairs.in_words()}请再办几件后运行。"
    )


def _examples(lessons: Lessons) -> str:
    acts = "、".join(f"{ACT_NAMES.get(act, act)} {count}" for act, count in _sorted(lessons.acts))
    lines = f"人工样例：{acts}。学 {len(lessons.taught)} 条，留作比较 {len(lessons.held)} 条"
    if lessons.lost:
        lines += f"，原文已清除 {lessons.lost} 条"
    return lines + "。"


def _archive(texts: int) -> str:
    if texts:
        return f"归档里最新的 {texts} 篇：词有多常见、哪些词常在一起，按它们算。"
    return f"归档里不同的信息不到 {pairlearning.ARCHIVE_LEAST} 篇：词有多常见仍按通用词表算。"


def _sorted(acts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = list(ACT_NAMES)
    return sorted(acts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def _line(row: Row, wide: int) -> str:
    def shown(value: float) -> str:
        return f"{value:8.0f}" if row.fewer_is_better else f"{value:8.3f}"

    verdict = "没有可比的" if not row.n else "变差" if row.worse else "可以"
    return (
        f"{_padded(row.name, wide)} {shown(row.old)} {shown(row.new)} {row.n:7d} {row.margin:9.2f}  {verdict}"
    )


def _width(text: str) -> int:
    return sum(2 if ord(char) > 255 else 1 for char in text)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - _width(text))
