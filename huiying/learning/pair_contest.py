"""An old scorer of stories against a new one: on our own test pairs, and on what people said that nobody learned from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from huiying.learning.contest import STRICT, Row
from triage.pairlearning import Pair, measured
from triage.pairs import Numbers, Scorer

OWN_TEST = Path(__file__).parents[1] / "evaluation" / "texts" / "events" / "pairs_train.jsonl"
"""What ``huiying evaluate`` measures the shipped scorer on: neither our own lessons nor an office's pairs hold any of it."""
HALF = 0.5

_Measure = Callable[[Sequence[Pair], Scorer], float]


def rows(old: Scorer, new: Scorer, shipped: Scorer, held: Sequence[Pair]) -> list[Row]:
    """On our own test against the better of the old and the shipped one: many small steps down are no way round the margin."""
    titles, leads = own_test()
    return [
        _row("自有测试对：标题对标题，平均精度", titles, _precision, new, old, shipped),
        _row("自有测试对：标题对标题加导语，平均精度", leads, _precision, new, old, shipped),
        _row("归并：留作比较的人工样例，判得对", held, _right, new, old),
    ]


def own_test() -> tuple[list[Pair], list[Pair]]:
    """Title against title, and title against the other's title with its lead."""
    told = [json.loads(line) for line in OWN_TEST.read_text("utf-8").splitlines()]
    titles = [Pair(one=row["title1"], other=row["title2"], same=bool(row["label"])) for row in told]
    leads = [
        Pair(one=row["title1"], other=f"{row['title2']}。{row['desc2']}", same=bool(row["label"]))
        for row in told
    ]
    return titles, leads


def _row(name: str, pairs: Sequence[Pair], measure: _Measure, new: Scorer, *old: Scorer) -> Row:
    before = max(measure(pairs, scorer) for scorer in old) if pairs else 0.0
    after = measure(pairs, new) if pairs else 0.0
    return Row(name=name, old=before, new=after, n=len(pairs), margin=STRICT)


def _precision(pairs: Sequence[Pair], scorer: Scorer) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score([pair.same for pair in pairs], _chances(pairs, scorer)))


def _right(pairs: Sequence[Pair], scorer: Scorer) -> float:
    """What is likelier than not is taken for one matter."""
    said = _chances(pairs, scorer) >= HALF
    return float(np.mean(said == np.array([pair.same for pair in pairs])))


def _chances(pairs: Sequence[Pair], scorer: Scorer) -> Numbers:
    return scorer.scores(measured(pairs, scorer.background))
