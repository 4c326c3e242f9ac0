"""Which field of a city hall's work a message belongs to, learned from an office's own labels."""

from __future__ import annotations

from huiying.evaluation import classes
from huiying.evaluation.figure import Measured
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.split import split
from nlp.learner import Message
from nlp.pipeline import Reader

TRAIN = "citizen_messages/labelled_field.jsonl"
TEST = "citizen_messages/labelled_field_test.jsonl"


def measure(folder: Folder, _reader: Reader) -> Measured:
    rows = split(folder, TRAIN, TEST, "title", "text", "label", text=lambda row: str(row["text"]))
    if rows is None:
        return Measured(skipped=(TRAIN,))
    task = classes.Task(
        name="field",
        train=[_message(row) for row in rows.train],
        train_labels=[row["label"] for row in rows.train],
        test=[_message(row) for row in rows.test],
        test_labels=[row["label"] for row in rows.test],
    )
    figures, plots = classes.learned(task)
    return Measured(figures=tuple(figures), plots=plots)


def _message(row: Row) -> Message:
    return Message(title=row["title"], text=row["text"])
