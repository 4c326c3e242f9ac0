"""Dead letters: what nobody could handle, listed, shown, and sent on its way once more after the cause was mended.

They stand on ``<topic>.dead.<group>`` and stay there until retention takes them: a letter that was replayed and could
not be handled again is a new letter, beside the old one.  What ended well meanwhile is seen a second time and dropped, as always.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from huiying import complaints, logs
from huiying.contracts import DeadLetter, Disposition, PostKey
from huiying.errors import GiveUp, Misconfigured
from huiying.identity import undecodable_key
from huiying.ports import Engine, Stream
from huiying.topics import HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TRIAGE, Topic, post_key

_log = logs.get("dead")

SHARED: tuple[tuple[Topic[Any], str], ...] = ((POSTS, NLP), (READINGS, TRIAGE), (SOURCE_CHECKS, HEALTH))
"""Topics that a group works off, with the group."""
AT_ONCE = 500
"""Letters of one publish."""
_OFFICE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """A dead letter and where it lies."""

    number: str
    """``<topic>/<position>``, what a person types to name it."""
    letter: DeadLetter
    about: str
    """The post version that it is about, where its bytes say so."""

    def in_words(self) -> str:
        """One line."""
        when = self.letter.at.astimezone(_OFFICE)
        why = _short(complaints.of_burial(self.letter.reason))
        return f"{self.number}  {when:%Y-%m-%d %H:%M}  {self.about or self.letter.key}  {why}"

    def as_dict(self, *, with_value: bool = False) -> dict[str, object]:
        letter = self.letter
        told: dict[str, object] = {
            "number": self.number,
            "topic": letter.topic,
            "group": letter.group,
            "key": letter.key,
            "partition": letter.partition,
            "position": letter.position,
            "at": letter.at.isoformat(),
            "about": self.about,
            "reason": letter.reason,
        }
        if with_value:
            told |= value(letter)
        return told


def walk(stream: Stream, *, topic: str = "") -> Iterator[Grave]:
    """Every dead letter that is kept, oldest first within a topic; only those of ``topic`` where it is given."""
    for alive, group in _chosen(topic):
        dead = alive.dead(group)
        for record in stream.scan(dead.name):
            try:
                letter = dead.decode(record.value)
            except GiveUp as reason:
                _log.warning("unreadable", topic=dead.name, position=record.position, reason=str(reason))
                continue
            yield Grave(number=f"{alive.name}/{record.position}", letter=letter, about=_about(letter))


def waiting(engine: Engine, *, topic: str = "") -> list[Grave]:
    """What is still to be mended: of letters about the same bytes the latest, unless they have ended otherwise since."""
    latest = {_bytes(grave.letter): grave for grave in walk(engine.stream, topic=topic)}
    found = list(latest.values())
    lines = engine.archive.get([key for grave in found if (key := _key(grave.letter))])
    ended = {key for key, line in lines.items() if line.disposition is not Disposition.BURIED}
    return [grave for grave in found if _key(grave.letter) not in ended]


def find(stream: Stream, number: str) -> Grave:
    """Raises Misconfigured, in words for the one who typed it."""
    topic, _, position = number.partition("/")
    if not position.isdigit():
        raise Misconfigured(f"编号要写成“主题/位置”，例如 {POSTS.name}/12；用 huiying dead list 查看。")
    for grave in walk(stream, topic=topic):
        if grave.number == number:
            return grave
    raise Misconfigured(f"没有编号为 {number} 的条目（或已超出保留期）；用 huiying dead list 查看。")


def replay(engine: Engine, graves: Sequence[Grave]) -> int:
    """Publish them once more on the topics that they came from; returns how many.

    Their line in the archive is taken out first, as the first line of a post version stays.  Raises TryAgain; then it
    must be repeated, since a post without a line that nobody publishes is what the ledger calls missing.
    """
    for topic, _ in SHARED:
        mine = [grave.letter for grave in graves if grave.letter.topic == topic.name]
        for start in range(0, len(mine), AT_ONCE):
            letters = mine[start : start + AT_ONCE]
            engine.archive.exhume([key for letter in letters if (key := _key(letter))])
            engine.stream.publish(topic.name, [(letter.key, letter.value) for letter in letters])
    _log.info("replayed", letters=len(graves))
    return len(graves)


def value(letter: DeadLetter) -> dict[str, object]:
    """The bytes it died of: as JSON, else as text, else as base64."""
    try:
        return {"value": json.loads(letter.value)}
    except ValueError:
        pass
    try:
        return {"text": letter.value.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(letter.value).decode("ascii")}


def _chosen(topic: str) -> tuple[tuple[Topic[Any], str], ...]:
    chosen = tuple(pair for pair in SHARED if topic in ("", pair[0].name))
    if not chosen:
        allowed = "、".join(pair[0].name for pair in SHARED)
        raise Misconfigured(f"没有主题 {topic}；可以写：{allowed}。")
    return chosen


def _key(letter: DeadLetter) -> PostKey | None:
    """The key under which the archive buried it."""
    if letter.topic == SOURCE_CHECKS.name:
        return None
    return post_key(letter.topic, letter.value) or undecodable_key(letter.key, letter.value)


def _bytes(letter: DeadLetter) -> tuple[str, str, bytes]:
    return letter.topic, letter.key, letter.value


def _about(letter: DeadLetter) -> str:
    key = post_key(letter.topic, letter.value)
    return f"{key.id} {key.version}" if key else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"
