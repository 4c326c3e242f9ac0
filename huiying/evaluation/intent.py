"""What a citizen wants by a message: to ask, to propose, to plead, to complain.

The label is the citizen's own title word (咨询, 建议, 请求, 投诉…), so the title is never looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime

from huiying.contracts import Category, Channel, Extraction, Origin, Post, Reading, Tier
from huiying.evaluation import classes
from huiying.evaluation.figure import Figure, Measured
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.split import split
from nlp.annotators.category import PLEA
from nlp.learner import Message
from nlp.pipeline import Reader

TRAIN = "citizen_messages/intent_train.jsonl"
TEST = "citizen_messages/intent_test.jsonl"

_AS_INTENT = {
    Category.SUGGESTION: "suggestion",
    Category.INQUIRY: "inquiry",
    Category.DIFFICULTY: "problem",
    Category.MAJOR: "problem",
    Category.UNCLEAR: "inquiry",
    Category.MISTAKEN: "problem",
    Category.UNTRUE: "problem",
}
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = split(folder, TRAIN, TEST, "text", "label", text=lambda row: str(row["text"]))
    if rows is None:
        return Measured(skipped=(TRAIN,))
    task = classes.Task(
        name="intent",
        train=[Message(text=row["text"]) for row in rows.train],
        train_labels=[row["label"] for row in rows.train],
        test=[Message(text=row["text"]) for row in rows.test],
        test_labels=[row["label"] for row in rows.test],
    )
    figures, plots = classes.learned(task)
    return Measured(figures=(*figures, _shipped(task, rows.test, reader)), plots=plots)


def _shipped(task: classes.Task, rows: list[Row], reader: Reader) -> Figure:
    readings = reader.read([_post(number, row) for number, row in enumerate(rows)], _AT)
    cue = [_by_cue(row["text"]) for row in rows]
    told = classes.macro_f1("", task.test_labels, cue, baseline=None, baseline_name="").value
    return classes.macro_f1(
        "intent.macro_f1.shipped",
        task.test_labels,
        [intent(reading) for reading in readings],
        baseline=told,
        baseline_name="正文里第一个提示词",
    )


def intent(reading: Reading) -> str:
    """The best of the reading's categories that is an intent; a message of none of them states a problem.

    Our petitions are pleas and complaints alike, and say which; a citizen who complains calls it a problem.
    """
    best = next((one for one in reading.categories if one.category is not Category.OTHER), None)
    if best is None:
        return "problem"
    if best.category is Category.PETITION:
        return "petition" if any(why.rule == PLEA for why in best.why) else "problem"
    return _AS_INTENT[best.category]


def _by_cue(text: str) -> str:
    cues = {
        "建议": "suggestion",
        "请问": "inquiry",
        "咨询": "inquiry",
        "希望": "petition",
        "请求": "petition",
    }
    found = [(text.find(cue), label) for cue, label in cues.items() if cue in text]
    return min(found)[1] if found else "problem"


def _post(number: int, row: Row) -> Post:
    """As if somebody at the office had entered it: it is read whatever it is about."""
    return Post(
        id=f"evaluation:{number}",
        version="1",
        source="evaluation",
        source_name="评测",
        channel=Channel.HAND,
        tier=Tier.ORDINARY,
        basis="评测",
        text=row["text"],
        collected_at=_AT,
        origin=Origin.BACKFILL,
        extraction=Extraction(method="hand", confidence=1.0),
    )
