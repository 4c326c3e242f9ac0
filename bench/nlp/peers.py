"""Plainer ways to read, made or trained in the same run on our own corpus: what a full reading is held against."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jieba

from bench.nlp.texts import learned
from huiying.contracts import Post
from nlp.corpus import Example

Classify = Callable[[Sequence[str]], object]
"""Texts in; what comes out is not looked at."""


def text_of(post: Post) -> str:
    return f"{post.title}\n{post.text}"


def label(example: Example) -> str:
    """The topic, or that it is none of the office's business: one of seventeen classes."""
    return example.topic if example.relevance != "off" and example.topic else "off"


def cut(text: str) -> list[str]:
    """Words as jieba cuts them."""
    words: list[str] = jieba.lcut(text)
    return words


def jieba_alone() -> Classify:
    """Cutting into words and nothing else."""
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    return lambda texts: [cut(text) for text in texts]


def jieba_tfidf_svc() -> Classify:
    """The usual text classifier: words by jieba, TF-IDF, a linear support vector machine."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    jieba_alone()
    examples = learned()
    pipeline = make_pipeline(
        TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False), LinearSVC(random_state=0)
    )
    pipeline.fit([text_of(example.post) for example in examples], [label(example) for example in examples])
    predict: Classify = pipeline.predict
    return predict


def fasttext(words: bool) -> Classify | str:
    """A supervised fastText model of jieba's words, or of characters with their 3-grams; or why there is none."""
    try:
        floret: Any = importlib.import_module("floret")
    except ImportError as reason:
        return f"floret (fastText) is not installed: {reason}"
    jieba_alone()

    def written(text: str) -> str:
        return " ".join(cut(text) if words else list(text)).replace("\n", " ")

    with TemporaryDirectory() as folder:
        lines = [f"__label__{label(example)} {written(text_of(example.post))}" for example in learned()]
        lesson = Path(folder) / "lesson.txt"
        lesson.write_text("\n".join(lines), "utf-8")
        with redirect_stderr(StringIO()):
            model = floret.train_supervised(
                str(lesson),
                epoch=10,
                wordNgrams=1 if words else 3,
                bucket=200_000,
                dim=50,
                thread=1,
                verbose=0,
            )
    return lambda texts: [model.f.predict(written(text) + "\n", 1, 0.0, "strict") for text in texts]


def snownlp() -> Classify | str:
    """SnowNLP's words and sentiment; or why there is none."""
    try:
        package: Any = importlib.import_module("snownlp")
    except ImportError as reason:
        return f"snownlp is not installed: {reason}"

    def read(text: str) -> object:
        said = package.SnowNLP(text)
        return said.words, said.sentiments

    return lambda texts: [read(text) for text in texts]
