"""Deaths from a lead against those of its title: found at all, exact, and of the right level.

A lead states a number when (a) one clause of it has a word of death and a count of people, or (b) one sentence of it has
a word of death and the title's number.  Both are plain looks at the text that share nothing with the reader; (a) also
counts leads that number some of the dead alone.  Level: State Council Order 493, article 3 (below 3, 3, 10, 30 dead).
"""

from __future__ import annotations

import re

from huiying.contracts import Reading, SignalKind
from huiying.evaluation.figure import Measured, share
from huiying.evaluation.folder import Folder
from huiying.evaluation.said import SOME_DAY, said
from nlp.pipeline import Reader

FILE = "severity/casualties.jsonl"
STEPS = (3, 10, 30)

_DEATH = re.compile(
    r"死(?![刑缓死角机])|亡|遇难|丧生|丧命|罹难|离世|牺牲|遗体|尸体|[无没失][有去]?了?生命(?:体征|迹象)"
)
_PEOPLE = re.compile(r"[\d零一二两三四五六七八九十百千万余]\s?(?:多|余)?[人名位口具死]")
_CLAUSE = re.compile(r"[，,。；;！？!?\n]")
_SENTENCE = re.compile(r"[。；;！？!?\n]")
_PLAIN = re.compile(r"(\d+)(?:余|多)?(?:人|名|位)?[^，,。；;！？!?\d]{0,4}?(?:死亡|遇难|身亡|丧生|死)")


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = folder.rows(FILE)
    if rows is None:
        return Measured(skipped=(FILE,))
    asked = [(row["lead"], float(row["deaths_title"]), row["title"]) for row in rows]
    told = [(lead, title, float(n), _deaths(reader, lead), _plain(lead)) for lead, n, title in asked]
    stating = [row for row in told if states_a_number(row[0], int(row[2]))]
    silent = [row for row in told if not states_a_number(row[0], int(row[2]))]
    found = [row for row in stating if row[3] is not None]
    plainly = [row for row in stating if row[4] is not None]
    figures = (
        share(
            "deaths.covered",
            len(found),
            len(stating),
            baseline=len(plainly) / len(stating) if stating else None,
            baseline_name="正则",
        ),
        share(
            "deaths.level_right",
            sum(level(row[3] or 0.0) == level(row[2]) for row in found),
            len(found),
            baseline=_mean([level(row[4] or 0.0) == level(row[2]) for row in plainly]),
            baseline_name="正则",
        ),
        share(
            "deaths.exact",
            sum(row[3] == row[2] for row in found),
            len(found),
            baseline=_mean([row[4] == row[2] for row in plainly]),
            baseline_name="正则",
        ),
        share(
            "deaths.invented",
            sum(row[3] is not None and row[3] > 0 for row in silent),
            len(silent),
            baseline=_mean([row[4] is not None for row in silent]),
            baseline_name="正则",
        ),
    )
    return Measured(
        figures=figures,
        lists={
            "死亡人数：导语写了而没有认出": tuple(f"{row[1]}｜{row[0]}" for row in stating if row[3] is None),
            "死亡人数：与标题不同": tuple(
                f"{row[3]:g}≠{row[2]:g}｜{row[0]}" for row in found if row[3] is not None and row[3] != row[2]
            ),
        },
    )


def level(deaths: float) -> int:
    """0 一般 to 3 特别重大."""
    return sum(deaths >= step for step in STEPS)


def states_a_number(lead: str, deaths: int) -> bool:
    counted = any(_DEATH.search(part) and _PEOPLE.search(part) for part in _CLAUSE.split(lead))
    said_so = re.compile(rf"(?<![\d.]){deaths}[余多]?[人名位具例条死]")
    return counted or any(_DEATH.search(part) and said_so.search(part) for part in _SENTENCE.split(lead))


def _deaths(reader: Reader, lead: str) -> float | None:
    return amount(reader.facts(said(lead), SOME_DAY), SignalKind.DEATHS)


def amount(reading: Reading, kind: SignalKind) -> float | None:
    """What the reading says of how many; None where it names no number."""
    return next((signal.amount for signal in reading.signals if signal.kind is kind), None)


def _plain(lead: str) -> float | None:
    """The plainest way: the first number before a word of death."""
    found = _PLAIN.search(lead)
    return float(found[1]) if found else None


def _mean(right: list[bool]) -> float | None:
    return sum(right) / len(right) if right else None
