"""What a learner may see and what it is tested on: a test file of its own, or the later fifth by date; no text on both sides.

A training row whose text stands in the test too, word for word or nearly (4-gram Jaccard from ``LIKE``), is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from huiying.evaluation.folder import Folder, Row
from nlp.normalise import quick

LATER = 0.2
LIKE = 0.8
SHINGLE = 4
_DIGITS = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    train: list[Row]
    test: list[Row]
    dropped: int
    """Training rows that stood in the test too."""


def split(
    folder: Folder, train: str, test: str, *fields: str, text: Callable[[Row], str], date: str = "time"
) -> Split | None:
    """None where the training file is absent. ``fields`` must be texts in every row; ``text`` says what is compared."""
    rows = folder.texts(train, *fields)
    if rows is None:
        return None
    apart = folder.texts(test, *fields)
    learned, tested = (rows, apart) if apart is not None else by_date(rows, date)
    kept = unseen([text(row) for row in learned], [text(row) for row in tested])
    return Split(
        train=[row for row, keep in zip(learned, kept, strict=True) if keep],
        test=tested,
        dropped=len(learned) - sum(kept),
    )


def by_date(rows: Sequence[Row], date: str = "time") -> tuple[list[Row], list[Row]]:
    """The earlier four fifths and the later fifth; rows of one moment in the order of the file, undated ones first."""
    ordered = sorted(rows, key=lambda row: moment(row.get(date)))
    cut = round(len(ordered) * (1 - LATER))
    return ordered[:cut], ordered[cut:]


def moment(written: object) -> tuple[int, ...]:
    """Something to sort by: the numbers of ``2011/3/12 19:43:09`` or ``2019-08-09T06:52``, which need not be padded."""
    return tuple(int(digits) for digits in _DIGITS.findall(str(written or ""))[:6])


def unseen(train: Sequence[str], test: Sequence[str]) -> list[bool]:
    """For each training text: does it stand in no test text, nor nearly so?"""
    if not train or not test:
        return [True] * len(train)
    vocabulary: dict[str, int] = {}
    here, there = _shingled(train, vocabulary), _shingled(test, vocabulary)
    columns = max(len(vocabulary), 1)
    one, other = _marks(here, columns), _marks(there, columns)
    sizes = np.array([len(row) for row in there], dtype=np.float64)
    kept = []
    for number, row in enumerate(here):
        shared = np.asarray((other @ one[number].T).todense()).ravel()
        kept.append(not bool((shared >= LIKE * (len(row) + sizes - shared)).any()))
    return kept


def _shingled(texts: Sequence[str], vocabulary: dict[str, int]) -> list[set[int]]:
    return [{vocabulary.setdefault(piece, len(vocabulary)) for piece in _pieces(text)} for text in texts]


def _pieces(text: str) -> set[str]:
    plain = "".join(quick(text).split())
    return {plain[start : start + SHINGLE] for start in range(max(len(plain) - SHINGLE + 1, 1))}


def _marks(rows: Sequence[set[int]], columns: int) -> csr_matrix:
    where = np.concatenate([np.fromiter(row, dtype=np.int64, count=len(row)) for row in rows])
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((np.ones(len(where)), where, ends), shape=(len(rows), columns))
