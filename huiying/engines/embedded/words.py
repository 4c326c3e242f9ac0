"""The words of a query as FTS5 wants them."""

from __future__ import annotations

from huiying.engines import bigrams


def match(words: str) -> str:
    """An FTS5 expression that finds every run of ``words``; '' where there is nothing to look for."""
    return " AND ".join(_quoted(phrase) for phrase in bigrams.phrases(words))


def _quoted(phrase: tuple[str, ...]) -> str:
    single = len(phrase) == 1 and len(phrase[0]) == 1
    text = " ".join(phrase).replace('"', '""')
    return f'"{text}"*' if single else f'"{text}"'
