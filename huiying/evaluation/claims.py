"""Whether a statement is shown as contradicting a claim just where it does: on pairs that we wrote ourselves.

Nobody has labelled pairs of real claims about civil air defence and the statements on them.  These are our own, and one hand wrote pairs
and rules: most were written while the rules were (``written`` is ``with``), the rest after them (``after``, a register of its own).  At first
sight of those, 26 of 28 conflicts were right and 26 of 29 were found; both kinds of false conflict are mended since, so that they flatter
too.  The plain way calls it a conflict where the two share three pairs of characters and just one of them has a word of denial.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from huiying.clock import SHANGHAI
from huiying.evaluation.figure import Figure, Measured, share
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.said import SOME_DAY
from huiying.evaluation.said import said as posted
from nlp.assertions import Said
from nlp.contradiction import Compared, Standing, compare
from nlp.pipeline import Reader
from triage.sites import sites

FILE = "claims/pairs.jsonl"
AFTER = "规则写成之后写的"

_DENIAL = re.compile(r"[未没无不非]|谣|仍|正常|完好|如期")
_SHARED = 3


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = folder.texts(FILE, "claim", "statement", "answer")
    if rows is None:
        return Measured(skipped=(FILE,))
    got = [_compared(reader, row) for row in rows]
    conflicts = [one is not None and one.standing is Standing.CONFLICT for one in got]
    after = [row.get("written") == "after" for row in rows]
    figures = [*_figures(rows, conflicts, "")]
    if any(after):
        late = [row for row, is_late in zip(rows, after, strict=True) if is_late]
        figures += _figures(late, [c for c, is_late in zip(conflicts, after, strict=True) if is_late], AFTER)
    told = [f"{row['claim']}｜{row['statement']}" for row in rows]
    is_one = [row["answer"] == "conflict" for row in rows]
    return Measured(
        figures=tuple(figures),
        lists={
            "说法与声明：并不矛盾而报了不一致": tuple(
                text for text, yes, truth in zip(told, conflicts, is_one, strict=True) if yes and not truth
            ),
            "说法与声明：矛盾而没有报": tuple(
                text for text, yes, truth in zip(told, conflicts, is_one, strict=True) if truth and not yes
            ),
        },
    )


def _figures(rows: Sequence[Row], conflicts: Sequence[bool], register: str) -> tuple[Figure, Figure]:
    truth = [row["answer"] == "conflict" for row in rows]
    plain = [_plainly(row) for row in rows]
    hits = sum(yes and is_one for yes, is_one in zip(conflicts, truth, strict=True))
    plain_hits = sum(yes and is_one for yes, is_one in zip(plain, truth, strict=True))
    base = [plain_hits / sum(plain) if any(plain) else None, plain_hits / sum(truth) if any(truth) else None]
    return (
        _share("claims.conflict_precision", hits, sum(conflicts), base[0], register),
        _share("claims.conflict_recall", hits, sum(truth), base[1], register),
    )


def _share(name: str, hits: int, n: int, baseline: float | None, register: str) -> Figure:
    figure = share(name, hits, n, baseline=baseline, baseline_name="共有字词，一方否定")
    return Figure(
        name=name,
        value=figure.value,
        n=n,
        low=figure.low,
        high=figure.high,
        baseline=baseline,
        baseline_name=figure.baseline_name,
        register=register,
    )


def _compared(reader: Reader, row: Row) -> Compared | None:
    claim = _side(reader, row["claim"], row.get("claimed"))
    statement = _side(reader, row["statement"], row.get("stated"))
    return compare(claim, statement, together=bool(row.get("together")))


def _side(reader: Reader, text: str, at: str | None) -> Said:
    places = reader.facts(posted(text), SOME_DAY).places
    return Said(
        text=text,
        at=datetime.fromisoformat(at).replace(tzinfo=SHANGHAI) if at else None,
        names=sites(text),
        places=frozenset(place.code for place in places if place.code),
    )


def _plainly(row: Row) -> bool:
    claim, statement = row["claim"], row["statement"]
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (claim, statement)]
    return len(pairs[0] & pairs[1]) >= _SHARED and bool(_DENIAL.search(claim)) != bool(
        _DENIAL.search(statement)
    )
