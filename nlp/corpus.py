"""The texts that the project wrote for itself: what the shipped models learn from, and the held-back part."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huiying.contracts import Attitude, Category, Channel, Origin, Post, Tier

FOLDER = Path(__file__).parent / "corpus"
LEARNED = ("matters", "near_misses")
HELD_BACK = ("matters_test", "near_misses_test")
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text and what a reader should find in it."""

    post: Post
    relevance: str
    """core, mention or off."""
    event: str
    """Texts of one event stay on one side of every split."""
    register: str = ""
    """news, official, weibo, forum, …"""
    topic: str = ""
    categories: frozenset[Category] = frozenset()
    attitude: Attitude
    owes_answer: bool = True
    city: str = ""
    county: str = ""
    family: str = ""


def load(names: tuple[str, ...], folder: Path = FOLDER) -> list[Example]:
    """The examples of these files, in order; a file that is absent has none."""
    paths = [folder / f"{name}.jsonl" for name in names]
    lines = [
        line
        for path in paths
        if path.exists()
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return [_example(json.loads(line)) for line in lines]


def texts(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Title and text of each that is learned from."""
    return [(example.post.title, example.post.text) for example in load(LEARNED, folder)]


def version(folder: Path = FOLDER) -> str:
    """Changes when a text that is learned from or tested on does."""
    state = hashlib.sha256()
    for name in (*LEARNED, *HELD_BACK):
        path = folder / f"{name}.jsonl"
        state.update(name.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
    return state.hexdigest()[:12]


def _example(row: dict[str, Any]) -> Example:
    return Example(
        post=post(row["id"], row["title"], row["text"]),
        relevance=row["relevance"],
        register=row.get("register", ""),
        event=row.get("event") or row["id"],
        topic=row.get("topic") or "",
        categories=frozenset(Category(name) for name in row.get("categories", ())),
        attitude=Attitude(row["attitude"]),
        owes_answer=not row.get("official_notice", False),
        city=row.get("city", ""),
        county=row.get("county", ""),
        family=row.get("family", ""),
    )


def post(id: str, title: str, text: str) -> Post:
    """A text of the corpus as the post that it imitates: where it stood is not part of what is learned."""
    return Post(
        id=id,
        version="corpus",
        source="corpus",
        source_name="语料",
        channel=Channel.FORUM,
        tier=Tier.ORDINARY,
        basis="自写语料",
        title=title,
        text=text,
        collected_at=_WRITTEN,
        origin=Origin.REPLAY,
    )
