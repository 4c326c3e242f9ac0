from __future__ import annotations

from pathlib import Path

from bench.nlp import __main__ as bench


def test_a_short_run_measures_everything(models: Path) -> None:
    found = bench.measure(seconds=2, posts=500, models=models)
    words = bench.in_words(found)
    for name in ("gate", bench.READING, bench.REFERENCE, "jieba alone", "fingerprint", "memory of a worker"):
        assert name in words
    assert isinstance(found["ratio"], float) and found["ratio"] > 0
