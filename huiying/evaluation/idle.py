"""Idle talk under a matter told from replies that say something, on texts of our own."""

from __future__ import annotations

from huiying.evaluation.figure import Measured, share
from huiying.evaluation.folder import Folder
from huiying.evaluation.said import said
from nlp.annotators import terms
from nlp.idle import is_idle
from nlp.pipeline import Reader
from nlp.sheet import Sheet, lay_out

TEXTS = "replies/idle.jsonl"
FEW_WORDS = "不足两个有内容的词"


def measure(folder: Folder, reader: Reader) -> Measured:
    """How often it is wrong, and how many replies that say something are taken for idle talk."""
    rows = folder.texts(TEXTS, "text")
    if not rows:
        return Measured(skipped=(TEXTS,))
    sheets = [lay_out(said(row["text"])) for row in rows]
    idle = [bool(row["idle"]) for row in rows]
    found, plain = [is_idle(sheet) for sheet in sheets], [_few_words(sheet) for sheet in sheets]
    wrong = [row["text"] for row, yes, no in zip(rows, idle, found, strict=True) if yes is not no]
    lost, lost_plainly = _lost(idle, found), _lost(idle, plain)
    missed = sum(yes is not no for yes, no in zip(idle, plain, strict=True))
    return Measured(
        figures=(
            share("idle.error.own", len(wrong), len(rows), baseline=missed / len(rows), baseline_name=FEW_WORDS),
            share(
                "idle.lost.own", lost, idle.count(False), baseline=lost_plainly / idle.count(False),
                baseline_name=FEW_WORDS,
            ),
        ),
        lists={"闲谈判断与标注不符": tuple(wrong)},
    )  # fmt: skip


def _few_words(sheet: Sheet) -> bool:
    return len(terms.weighed(sheet, limit=2)) < 2


def _lost(idle: list[bool], found: list[bool]) -> int:
    return sum(taken and not yes for yes, taken in zip(idle, found, strict=True))
