"""Posts to measure with: our own corpus, cut and joined so that no two texts are the same, at a stated share of relevance."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from huiying.contracts import Channel, Origin, Post, Tier
from huiying.identity import content_version, post_id

NEAR_MISSES = 0.02
"""Share of the background that uses the trade's words in another sense; far more than any real stream has."""
CORPUS = Path(__file__).resolve().parent.parent / "nlp" / "corpus"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one corpus file."""
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines() if line]


def texts(count: int, *, relevant: float, seed: int = 7) -> list[tuple[str, str, bool]]:
    """(title, text, relevant?) of ``count`` posts, shuffled; half of the relevant ones tell one story."""
    dice = random.Random(seed)
    matters, off = rows("matters.jsonl"), rows("near_misses.jsonl")
    noise = [row for row in off if row["family"] == "noise"]
    near = [row for row in off if row["family"] != "noise"]
    wanted = round(count * relevant)
    made = [
        _background(dice, near if dice.random() < NEAR_MISSES else noise, number)
        for number in range(count - wanted)
    ]
    siren = [row for row in matters if row["topic"] == "T05"]
    made += [_matter(dice, siren if number % 2 else matters, number) for number in range(wanted)]
    dice.shuffle(made)
    return made


def posts(made: Sequence[tuple[str, str, bool]], now: datetime, *, source: str) -> Iterator[Post]:
    """The same as live posts of one source, first public within the last hour."""
    for number, (title, text, _) in enumerate(made):
        yield Post(
            id=post_id(source, native_id=str(number)),
            version=content_version(title, text),
            source=source,
            source_name="压测来源",
            channel=Channel.SOCIAL,
            tier=Tier.ORDINARY,
            basis="压测",
            title=title,
            text=text,
            published_at=now - timedelta(seconds=3600 * number / max(1, len(made))),
            collected_at=now,
            origin=Origin.LIVE,
        )


def _background(dice: random.Random, noise: list[dict[str, str]], number: int) -> tuple[str, str, bool]:
    first, second = dice.sample(noise, 2)
    return first["title"], f"{first['text']} {second['text'][: dice.randrange(0, 80)]} {number}", False


def _matter(dice: random.Random, matters: list[dict[str, str]], number: int) -> tuple[str, str, bool]:
    row = dice.choice(matters)
    return (
        row["title"],
        f"{row['text']} {dice.choice(matters)['text'][: dice.randrange(0, 12)]} {number}",
        True,
    )
