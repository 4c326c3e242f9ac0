"""How a signal is made from a passage: the words matched, whether they are denied, and whose word it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from huiying.contracts import Channel, Post, Signal, SignalKind, Tier
from nlp import making
from nlp.scanning import Rule
from nlp.sheet import Passage, Sheet, first_spans

_DENIED = re.compile(
    r"(?:(?<![有沉淹埋吞覆])没(?!想到|料到|几天|多久|过[几多]|两天)有?|未|无|并非|(?<!是)不是|不存在|杜绝|防止|避免|预防|以免|严禁|谨防)[^,。;!?]{0,4}$"
)


def matches(sheet: Sheet, rule: Rule, *, denied: bool = False) -> list[tuple[Passage, re.Match[str]]]:
    """Where the rule holds, denials left out unless asked for."""
    if not sheet.standing & rule.bit:
        return []
    return [pair for passage in sheet.passages for pair in matches_in(passage, rule, denied=denied)]


def matches_in(
    passage: Passage, rule: Rule, *, denied: bool = False
) -> Iterator[tuple[Passage, re.Match[str]]]:
    """The same in one passage."""
    if passage.standing & rule.bit:
        for found in rule.expression.finditer(passage.text):
            if denied or not is_denied(passage, found.start()):
                yield passage, found


def is_denied(passage: Passage, at: int) -> bool:
    """Whether what stands there is said not to be."""
    return _DENIED.search(passage.text, max(0, at - 10), at) is not None


def signal(
    sheet: Sheet,
    kind: SignalKind,
    rule: str,
    note: str,
    found: list[tuple[Passage, re.Match[str]]],
    *,
    amount: float | None = None,
    detail: str = "",
) -> Signal:
    where = [(passage, match.start(), match.end()) for passage, match in found]
    return signal_at(sheet, kind, rule, note, where, amount=amount, detail=detail)


def signal_at(
    sheet: Sheet,
    kind: SignalKind,
    rule: str,
    note: str,
    where: Iterable[tuple[Passage, int, int]],
    *,
    amount: float | None = None,
    detail: str = "",
) -> Signal:
    """A signal with the places of its words in the normalised text."""
    return Signal(
        kind=kind,
        amount=amount,
        claimed=not official(sheet.post),
        detail=detail,
        why=(making.why(rule, note, 0.0, first_spans(where)),),
    )


def official(post: Post) -> bool:
    """Whether the post itself is an official source."""
    return post.channel is Channel.GOVERNMENT or post.tier is Tier.GOVERNMENT
