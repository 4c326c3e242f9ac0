"""Learns again from the project's corpus and from what people said; promotes the new model only where nothing gets worse."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from huiying.contracts import Disposition
from huiying.errors import Misconfigured
from huiying.learning import contest
from huiying.learning.contest import Row
from huiying.learning.lessons import Lessons, gather, to_learn
from huiying.ports import Engine
from nlp import model, train, versions
from nlp.pipeline import Reader
from nlp.taught import digest

REJECTED = "rejected"
"""The last model that was not promoted, to be looked at with ``huiying backtest --model``."""

ACT_NAMES = {
    "label": "单条改判",
    "relabel": "改判",
    "assess": "研判",
    "confirm": "确认",
    "dismiss": "不予受理",
    "reopen": "重开",
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
    model: str
    """Name of the model that is in force now."""
    candidate: str
    """Where the new one lies, '' where none was made."""
    said: str
    """What came of it, in one Chinese sentence."""
    rows: tuple[Row, ...]
    lessons: Lessons
    seconds: float

    @property
    def ok(self) -> bool:
        """Promoted, or nothing to do."""
        return self.promoted or not self.candidate

    def as_dict(self) -> dict[str, object]:
        return {
            "promoted": self.promoted,
            "model": self.model,
            "candidate": self.candidate,
            "said": self.said,
            "rows": [row.as_dict() for row in self.rows],
            "examples": dict(self.lessons.acts),
            "learned_from": len(self.lessons.taught),
            "held_back": len(self.lessons.held),
            "erased": self.lessons.lost,
            "void": self.lessons.void,
            "seconds": round(self.seconds, 1),
        }

    def in_words(self) -> str:
        lines = [_examples(self.lessons)]
        if self.rows:
            lines += ["", *table(self.rows), ""]
        return "\n".join([*lines, self.said])


def table(rows: Sequence[Row]) -> list[str]:
    """指标, both values, on how many, by how much it may fall, and whether it got worse."""
    wide = max(_width(row.name) for row in rows)
    head = f"{_padded('指标', wide)}   现行     新的     条数   允许变差  结论"
    return [head, *(_line(row, wide) for row in rows)]


def retrain(
    engine: Engine, models: Path, policy: Path, jurisdiction: str, now: datetime, *, days: int
) -> Report:
    """Raises Misconfigured where there is nothing to learn from."""
    started = time.perf_counter()
    train.ensure(models)
    lessons = gather(engine)
    taught = to_learn(lessons.taught)
    if not taught:
        raise Misconfigured(_nothing_to_learn(lessons))
    told = versions.in_force(models)
    current = model.read_card(versions.current(models))
    if current is not None and current.taught == digest(taught):
        return Report(
            promoted=False,
            model=told.name,
            candidate="",
            said=f"上次以后没有新的样例，仍用{versions.spelled(told.name)}。",
            rows=(),
            lessons=lessons,
            seconds=time.perf_counter() - started,
        )
    draft = versions.folder_of(models, REJECTED)
    shutil.rmtree(draft, ignore_errors=True)
    train.train(draft, taught=taught)
    old, new = (Reader.load(folder, policy, jurisdiction) for folder in (models, draft))
    shipped = Reader.load(models, policy, jurisdiction, named=versions.SHIPPED)
    own = contest.best_of(contest.on_own_texts(old, new, now), contest.on_own_texts(shipped, new, now))
    rows = own + replay(engine, old, new, lessons, now, days)
    name, said = settle(models, draft, rows, now)
    return Report(
        promoted=name is not None,
        model=told.name if name is None else name,
        candidate=str(draft if name is None else versions.folder_of(models, name)),
        said=said,
        rows=tuple(rows),
        lessons=lessons,
        seconds=time.perf_counter() - started,
    )


def settle(models: Path, draft: Path, rows: Sequence[Row], now: datetime) -> tuple[str | None, str]:
    """Promote the model in ``draft`` where no figure is worse; its name, or None, and what to say."""
    if worse := [row.name for row in rows if row.worse]:
        return None, (
            f"没有换：变差的有“{'”“'.join(worse)}”。新模型留在 {draft}，可以用 huiying backtest --model 细看"
        )
    card = model.read_card(draft)
    name = versions.named(now, card.taught if card else "")
    draft.rename(versions.folder_of(models, name))
    versions.promote(models, name)
    return name, f"没有变差的指标，已换上{versions.spelled(name)}。退回：huiying retrain --rollback"


def replay(engine: Engine, old: Reader, new: Reader, lessons: Lessons, now: datetime, days: int) -> list[Row]:
    """What came in during the last days, as far as the archive still has it."""
    since = now - timedelta(days=days)
    recent = (
        line
        for line in engine.archive.all()
        if line.at >= since and line.disposition is not Disposition.BURIED
    )
    return contest.on_replay(old, new, recent, lessons.held, lessons.judged, now)


def _nothing_to_learn(lessons: Lessons) -> str:
    if not lessons.acts:
        return "还没有可以学的样例。请先在事件页或信息页上确认、不予受理、改判或研判几件，再运行 huiying retrain。"
    return (
        f"有 {sum(lessons.acts.values())} 个样例，但没有可以学的：原文已经清除 {lessons.lost} 条，"
        f"留作比较的 {len(lessons.held)} 条，其余只说到分办或归并。请再办几件后运行。"
    )


def _examples(lessons: Lessons) -> str:
    acts = "、".join(f"{ACT_NAMES.get(act, act)} {count}" for act, count in _sorted(lessons.acts))
    lines = f"人工样例：{acts}。学 {len(lessons.taught)} 条，留作比较 {len(lessons.held)} 条"
    if lessons.lost:
        lines += f"，原文已清除 {lessons.lost} 条"
    return lines + "。"


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
