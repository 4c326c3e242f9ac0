"""Texts to read: our own corpus, joined to the lengths that posts and citizens' messages have, and letters of a folder; the same on every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from huiying.contracts import Channel, Extraction, Origin, Post, Tier
from huiying.evaluation.folder import Folder
from huiying.identity import content_version, post_id
from nlp import corpus
from nlp.corpus import Example

MESSAGE = 350
"""Characters of a citizen's message to an office, on average."""
BACKGROUND = ((0.25, 12, 30), (0.6, 30, 140), (0.15, 140, 600))
"""Share, least and most characters: lines of lists of hot topics, short posts, long posts and pieces of articles."""
LETTERS = "citizen_messages/unlabelled.jsonl"
"""Of a folder as ``huiying evaluate`` takes it."""
NOW = datetime(2026, 9, 18, 4, tzinfo=UTC)


def learned() -> list[Example]:
    """What the shipped model learned from."""
    return corpus.load(corpus.LEARNED)


def background(count: int, *, seed: int = 11) -> list[Post]:
    """Posts that are nobody's business here: noise of the corpus, no two alike."""
    dice = random.Random(seed)
    noise = [example.post for example in learned() if example.family == "noise"]
    made = []
    for number in range(count):
        _, least, most = dice.choices(BACKGROUND, [share for share, _, _ in BACKGROUND])[0]
        made.append(_post(_joined(dice, noise, dice.randrange(least, most)), "", number))
    return made


def candidates(count: int, *, length: int = MESSAGE, seed: int = 13) -> list[Post]:
    """Posts of the trade: texts of one topic each, joined until they are ``length`` characters; 0 leaves each as it is."""
    dice = random.Random(seed)
    shelf: dict[str, list[Post]] = {}
    for example in learned():
        if example.relevance == "core":
            shelf.setdefault(example.topic, []).append(example.post)
    made = []
    for number in range(count):
        posts = shelf[dice.choice(sorted(shelf))]
        first = dice.choice(posts)
        text = first.text
        while len(text) < length:
            text += "\n" + dice.choice(posts).text
        made.append(_post(text[: length or None], first.title, number))
    return made


def near_misses(
    count: int, opens: Callable[[Post], bool], *, length: int = MESSAGE, seed: int = 17
) -> list[Post]:
    """Posts that the gate ``opens`` to and that are nobody's business here, filled up with noise: most end at their score."""
    dice = random.Random(seed)
    off = [example for example in learned() if example.relevance == "off"]
    near = [example.post for example in off if opens(example.post)]
    noise = [example.post for example in off if example.family == "noise"]
    made = []
    for number in range(count):
        first = dice.choice(near)
        made.append(_post(f"{first.text}\n{_joined(dice, noise, length)}"[:length], first.title, number))
    return made


def letters(folder: Folder, count: int, *, seed: int = 19) -> list[Post] | None:
    """Citizens' letters of a folder, as if somebody at the office had entered them: they are read whatever they are about.

    None where the folder has none. Raises Misconfigured for rows that are no letters.
    """
    rows = folder.texts(LETTERS, "title", "text")
    if not rows:
        return None
    by_hand = Extraction(method="hand", confidence=1.0)
    chosen = random.Random(seed).sample(rows, min(count, len(rows)))
    return [
        replace(_post(row["text"].strip(), row["title"], number), extraction=by_hand)
        for number, row in enumerate(chosen)
    ]


def mean_length(posts: Sequence[Post]) -> float:
    return sum(len(post.title) + len(post.text) for post in posts) / len(posts)


def _joined(dice: random.Random, posts: Sequence[Post], length: int) -> str:
    text = dice.choice(posts).text
    while len(text) < length:
        text += dice.choice("，。 \n") + dice.choice(posts).text
    return text[:length]


def _post(text: str, title: str, number: int) -> Post:
    return Post(
        id=post_id("bench", native_id=str(number)),
        version=content_version(title, text),
        source="bench",
        source_name="压测来源",
        channel=Channel.FORUM,
        tier=Tier.ORDINARY,
        basis="压测",
        title=title,
        text=text,
        published_at=NOW - timedelta(seconds=number),
        collected_at=NOW,
        origin=Origin.LIVE,
    )
