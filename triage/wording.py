"""How probably a post speaks of the event that a case's title and lead tell, by the scorer in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from huiying import logs
from huiying.contracts import Case, Post
from huiying.errors import Misconfigured
from triage import pairmodel
from triage.pairlearning import shipped
from triage.pairs import Scorer

OPENING = 120
"""Characters of a post: what it is about stands at its beginning."""
KEPT = 4096
"""Texts that stay laid out: a story is compared again and again."""

_log = logs.get("triage")


class Wording:
    """One scorer, and the texts that it laid out lately."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._laid_out = lru_cache(maxsize=KEPT)(scorer.sketch)

    def likely(self, post: Post, case: Case) -> float:
        """0 to 1."""
        return self._scorer.score(self._laid_out(said(post)), self._laid_out(told(case)))


def said(post: Post) -> str:
    return (f"{post.title}。{post.text}" if post.title else post.text)[:OPENING]


def told(case: Case) -> str:
    return case.lead if case.lead.startswith(case.title.rstrip("…")) else f"{case.title}。{case.lead}"


@cache
def shipped_wording() -> Wording:
    """Learned when it is first asked for: a second or so, once a process."""
    return Wording(shipped())


class CurrentWording:
    """The wording of a running stage: another one takes over at the next batch after it was promoted or rolled back."""

    def __init__(self, where: Callable[[], Path]) -> None:
        """``where``: the folder of the model in force."""
        self._where = where
        self._folder: Path | None = None
        self._wording: Wording | None = None

    def __call__(self) -> Wording:
        """One that cannot be read leaves the old one at work, and that is said once."""
        folder = self._where()
        if folder != self._folder or self._wording is None:
            self._folder, old = folder, self._wording
            try:
                self._wording = Wording(pairmodel.load(folder))
                _log.info("pairs_taken", folder=folder.name)
            except Misconfigured as fault:
                self._wording = old or shipped_wording()
                _log.error("pairs_not_taken", reason=str(fault))
        return self._wording
