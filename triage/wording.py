"""How probably a post speaks of the event that a case's title and lead tell."""

from __future__ import annotations

from functools import lru_cache

from huiying.contracts import Case, Post
from triage.pairlearning import shipped
from triage.pairs import Sketch

OPENING = 120
"""Characters of a post: what it is about stands at its beginning."""
KEPT = 4096
"""Texts that stay laid out: a story is compared again and again."""


def likely(post: Post, case: Case) -> float:
    """0 to 1, as ``triage.pairlearning.shipped`` sees it."""
    told = case.lead if case.lead.startswith(case.title.rstrip("…")) else f"{case.title}。{case.lead}"
    said = f"{post.title}。{post.text}" if post.title else post.text
    return shipped().score(_laid_out(said[:OPENING]), _laid_out(told))


@lru_cache(maxsize=KEPT)
def _laid_out(text: str) -> Sketch:
    return shipped().sketch(text)


def make_ready() -> None:
    """Learn now what the first comparison would have to wait for: a second or so, once a process."""
    shipped()
