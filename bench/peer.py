"""The peer: what one would write in an afternoon.  jieba words → TF-IDF → LinearSVC, rows into SQLite, a commit a hundred.

It judges relevance alone: no category, place, time, signals, story, clock or ledger.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import jieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench.stream_of_posts import rows


class Peer:
    """Trained on the same corpus as the product."""

    def __init__(self) -> None:
        jieba.setLogLevel("ERROR")
        relevant = [f"{row['title']} {row['text']}" for row in rows("matters.jsonl")]
        off = [f"{row['title']} {row['text']}" for row in rows("near_misses.jsonl")]
        self._model = make_pipeline(TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None), LinearSVC())
        self._model.fit(relevant + off, [1] * len(relevant) + [0] * len(off))

    def work(self, made: list[tuple[str, str, bool]], path: Path, *, batch: int = 100) -> float:
        """Posts a second from text to a committed row."""
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, text TEXT, relevant INTEGER)"
        )
        started = time.perf_counter()
        for start in range(0, len(made), batch):
            part = made[start : start + batch]
            verdicts = self._model.predict([f"{title} {text}" for title, text, _ in part])
            connection.executemany(
                "INSERT INTO posts (title, text, relevant) VALUES (?, ?, ?)",
                [
                    (title, text, int(verdict))
                    for (title, text, _), verdict in zip(part, verdicts, strict=True)
                ],
            )
            connection.commit()
        elapsed = time.perf_counter() - started
        connection.close()
        return len(made) / elapsed
