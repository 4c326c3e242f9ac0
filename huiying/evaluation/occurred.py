"""When something happened, from texts with the time of publishing.

``expected`` is as exact as the text is: a minute (2026-11-22T20:00), a day (2026-11-22), or null where the text tells of
no occurrence.  Right is who says the same minute or day with the same certainty.  A time that is called stated starts the
five hours: one that is wrong is counted apart.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Occurrence
from huiying.evaluation.figure import Measured, share
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.said import said
from nlp.pipeline import Reader

FILE = "occurred/times.jsonl"

_PLAIN = re.compile(
    r"(?:(?P<month>\d{1,2})月(?P<day>\d{1,2})日|(?P<word>今天|昨天|前天))(?:上午|下午|晚上?)?(?P<hour>\d{1,2})[时点](?:(?P<minute>\d{1,2})分)?"
)
_WORDS = {"今天": 0, "昨天": 1, "前天": 2}


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = folder.rows(FILE)
    if rows is None:
        return Measured(skipped=(FILE,))
    got = [_read(reader, row) for row in rows]
    right = [correct(occurrence, row) for occurrence, row in zip(got, rows, strict=True)]
    plainly = [_agrees(_plain(row), row) for row in rows]
    stated = [
        (fine, occurrence, row)
        for fine, occurrence, row in zip(right, got, rows, strict=True)
        if occurrence.source == "text" and occurrence.certainty == "stated"
    ]
    figures = (
        share(
            "occurred.right.own",
            sum(right),
            len(rows),
            baseline=sum(plainly) / len(rows) if rows else None,
            baseline_name="正则（不计把握）",
        ),
        share(
            "occurred.stated_wrongly.own",
            sum(not _agrees(o.at, row) for _, o, row in stated),
            len(stated),
        ),
    )
    wrong = tuple(
        f"{occurrence.at and occurrence.at.astimezone(SHANGHAI):%m-%d %H:%M} {occurrence.certainty}≠{row['expected']} {row['certainty']}｜{row['text']}"
        for fine, occurrence, row in zip(right, got, rows, strict=True)
        if not fine
    )
    return Measured(figures=figures, lists={"发生时间不对": wrong})


def correct(occurrence: Occurrence, row: Row) -> bool:
    """Whether it says what the row expects, as surely as the row does."""
    if row["expected"] is None:
        return occurrence.source != "text"
    sure = occurrence.source == "text" and occurrence.certainty == row["certainty"]
    return sure and _agrees(occurrence.at, row)


def _agrees(at: datetime | None, row: Row) -> bool:
    wanted = row["expected"]
    if at is None or wanted is None:
        return at is None and wanted is None
    return at.astimezone(SHANGHAI).isoformat().startswith(wanted)


def _published(row: Row) -> datetime:
    return datetime.fromisoformat(row["published"]).replace(tzinfo=SHANGHAI)


def _read(reader: Reader, row: Row) -> Occurrence:
    at = _published(row)
    return reader.facts(said(row["text"], at=at), at).occurred


def _plain(row: Row) -> datetime | None:
    """The plainest way: the first day with an hour."""
    found, at = _PLAIN.search(row["text"]), _published(row)
    if found is None:
        return None
    try:
        if found["word"]:
            day = at - timedelta(days=_WORDS[found["word"]])
        else:
            day = at.replace(month=int(found["month"]), day=int(found["day"]))
        return day.replace(hour=int(found["hour"]), minute=int(found["minute"] or 0))
    except ValueError:
        return None
