"""Signals against sentences that say what they tell: found where they should be, and not found where the same words mean nothing.

The sentences are of the kinds that an audit of real text showed, in words of our own: figures of speech, wishes and threats, who
was rescued, whom a letter greets, brands and feasts.  Those with ``held_back`` were written when the rules stood, and no rule was
made for them.  The last thirty of these (officials, corruption, safety) were written by one who had just made those rules and knew them; 28
were right at first sight, 14 by the rules before.  The last 84 of all (missing, safety, corruption,
officials; not held back, for rules were made after what was wrong among them) were written before those rules: 77 were right at
first sight, 41 by the rules before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from huiying.contracts import Reading, SignalKind
from huiying.evaluation.figure import Figure, Measured, share
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.said import SOME_DAY, said
from nlp.pipeline import Reader

FILE = "severity/signals.jsonl"
_PLAIN: Mapping[SignalKind, re.Pattern[str]] = {
    SignalKind.DEATHS: re.compile("死|身亡|遇难|人命"),
    SignalKind.INJURIES: re.compile("伤|骨折|住院|中毒"),
    SignalKind.MISSING: re.compile("失联|失踪|被困|走失|被埋"),
    SignalKind.LOSS: re.compile("损失|被骗"),
    SignalKind.CROWD: re.compile("[0-9一二三四五六七八九十百千万几数]+多?[人名个位]"),
    SignalKind.HOUSEHOLDS: re.compile("[0-9一二三四五六七八九十百千万几数]+多?[户家]"),
    SignalKind.OFFICIAL_NAMED: re.compile("局长|主任|书记|科长|县长|市长|民警|警官"),
    SignalKind.OFFLINE_ACTION: re.compile("聚集|横幅|上访|维权|抗议|围堵|讨说法|联名|集合"),
    SignalKind.CORRUPTION: re.compile("腐败|贪|受贿|被查|回扣|保护伞"),
    SignalKind.SAFETY: re.compile("塌|裂|漏|进水|积水|隐患|脱落|砸|消防"),
    SignalKind.RUMOUR: re.compile("听说|据说|网传|谣|知情|转发|流传"),
    SignalKind.SECRET: re.compile("机密|泄密|涉密|秘密"),
    SignalKind.SIREN_UNPLANNED: re.compile("警报|喇叭"),
    SignalKind.SUPERIOR_ORDER: re.compile("批示|督办|交办"),
    SignalKind.FEES: re.compile("收费|费"),
}
"""The plainest way: a word."""


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = folder.rows(FILE)
    if rows is None:
        return Measured(skipped=(FILE,))
    told = [(row, SignalKind(row["signal"]), _found(reader, row)) for row in rows]
    held = [one for one in told if one[0].get("held_back")]
    known = [one for one in told if not one[0].get("held_back")]
    figures = [_right(*part) for part in (("signals.right", known), ("signals.held_back", held)) if part[1]]
    wrong = tuple(f"{kind} {row['says']}｜{row['text']}" for row, kind, found in told if found != row["says"])
    return Measured(figures=tuple(figures), lists={"信号：与标注不同": wrong})


def _right(name: str, told: Sequence[tuple[Row, SignalKind, bool | float | str]]) -> Figure:
    plainly = sum(bool(_PLAIN[kind].search(row["text"])) == _says(row) for row, kind, _ in told)
    return share(
        name,
        sum(found == row["says"] for row, _, found in told),
        len(told),
        baseline=plainly / len(told),
        baseline_name="词",
    )


def _says(row: Row) -> bool:
    return row["says"] not in (False, 0)


def _found(reader: Reader, row: Row) -> bool | float | str:
    """What the reader says, told as the row tells it: how many, which step, or whether at all."""
    reading: Reading = reader.facts(said(row["text"]), SOME_DAY)
    signal = next((one for one in reading.signals if one.kind == row["signal"]), None)
    if signal is None:
        return False
    if isinstance(row["says"], str):
        return signal.detail
    if isinstance(row["says"], bool):
        return True
    return -1.0 if signal.amount is None else signal.amount
