"""改判 of one post: the form, and what was said of it last.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huiying.examples import Example
from response_api import times
from response_api.act_forms import Ask
from response_api.house import Names
from response_api.words import ATTITUDES, CATEGORIES, Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    asks: tuple[Ask, ...]
    faults: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    """What people said of it last, by whom and when; '' where nobody has."""


def said_of(example: Example, names: Names, named: Named, now: datetime) -> str:
    labels = example.labels
    parts = [
        "" if labels.relevant is None else "与本办有关" if labels.relevant else "与本办无关",
        f"事项 {names.topic_name(labels.topic)}" if labels.topic else "",
        f"分类 {CATEGORIES[labels.category]}" if labels.category else "",
        f"地点 {labels.place}" if labels.place else "",
        f"态度 {ATTITUDES[labels.attitude]}" if labels.attitude else "",
    ]
    told = "；".join(part for part in parts if part)
    return f"{times.short(example.at, now)} {named(example.by)} 改判：{told}"
