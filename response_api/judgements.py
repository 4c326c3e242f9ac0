"""What was judged of one post, judgement by judgement: what speaks for it, what against, and what is missing.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from huiying.amounts import UNITS, counted
from huiying.contracts import Attitude, Field, Place, Reading, Signal, Span, Verdict, Why
from response_api import times
from response_api.highlight import Key, Reference, marked, merged
from response_api.words import ATTITUDES, CATEGORIES, CERTAINTIES, SIGNALS, VERDICTS

Topic = Callable[[str], str]
"""A topic's name by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    note: str
    weight: str
    """Signed, or '' where the rule has none."""
    against: bool
    words: tuple[str, ...]
    id: str = ""
    """Of the ground on the page; '' where nothing leads to it."""
    mark: str = ""
    """Of the mark in the text that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    name: str
    says: str
    pro: tuple[Ground, ...]
    con: tuple[Ground, ...]
    missing: str = ""
    """What is not there, and why, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The judgements of one post, and its text with the words that they rest on."""

    judgements: tuple[Judgement, ...]
    title: Markup
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    name: str
    says: str
    whys: tuple[Why, ...]
    missing: str


NOTHING_KEPT = "研判时没有留下依据"


def explained(reading: Reading, *, topic: Topic = str, joined: Why | None = None) -> Explained:
    """``joined``: on what ground it belongs to its case, where it belongs to one."""
    post = reading.post
    judged = [*_judged(reading, topic), *([_joined(joined)] if joined else [])]
    judged = [replace(one, whys=tuple(_named(one.name, why) for why in one.whys)) for one in judged]
    whys = [why for one in judged for why in one.whys]
    keys = list(dict.fromkeys((why.rule, why.note) for why in whys))
    ids = {key: f"g-{post.id}-{number}" for number, key in enumerate(keys, start=1)}
    shown: dict[Key, str] = {}
    references: dict[Field, dict[int, Reference]] = {Field.TITLE: {}, Field.TEXT: {}}
    for field, text in ((Field.TITLE, post.title), (Field.TEXT, post.text)):
        for stretch in merged(whys, field, len(text)):
            mark = f"m-{post.id}-{field}-{stretch.start}"
            references[field][stretch.start] = Reference(mark, ids[stretch.first])
            for key in _standing_in(whys, field, stretch.start, stretch.end):
                shown.setdefault(key, mark)
    return Explained(
        judgements=tuple(_judgement(one, ids, shown) for one in judged),
        title=marked(post.title, whys, Field.TITLE, references[Field.TITLE]),
        text=marked(post.text, whys, Field.TEXT, references[Field.TEXT]),
    )


def ground(why: Why, *, id: str = "", mark: str = "") -> Ground:
    """As a line of the page."""
    return Ground(
        note=why.note,
        weight=f"{why.weight:+.2f}".replace("-", "−") if why.weight else "",
        against=why.weight < 0,
        words=tuple(dict.fromkeys(span.text for span in why.spans)),
        id=id,
        mark=mark,
    )


def _judgement(one: _Judged, ids: dict[Key, str], shown: dict[Key, str]) -> Judgement:
    distinct = {(why.rule, why.note): why for why in reversed(one.whys)}
    grounds = [
        replace(
            ground(why, id=ids[key], mark=shown.get(key, "")),
            note=why.note.removeprefix(f"{one.name}："),
        )
        for key, why in reversed(distinct.items())
    ]
    return Judgement(
        name=one.name,
        says=one.says,
        pro=tuple(ground for ground in grounds if not ground.against),
        con=tuple(ground for ground in grounds if ground.against),
        missing=_missing(one, grounds),
    )


WITHOUT_WORDS = "支持它的只有单个的字和常数项，列不出词"
NOTHING_AGAINST = "没有反对的依据"


def _missing(one: _Judged, grounds: Sequence[Ground]) -> str:
    if not grounds:
        return one.missing
    if all(ground.against for ground in grounds):
        return WITHOUT_WORDS
    nothing_against = one.name == "相关" and not any(ground.against for ground in grounds)
    return NOTHING_AGAINST if nothing_against else ""


def _named(name: str, why: Why) -> Why:
    """The same word may speak for one judgement and against another: each is told with its own."""
    return replace(why, note=f"{name}：{why.note}")


def _standing_in(whys: Iterable[Why], field: Field, start: int, end: int) -> list[Key]:
    return [
        (why.rule, why.note)
        for why in whys
        if any(span.field is field and start <= span.start < end for span in why.spans)
    ]


def _judged(reading: Reading, topic: Topic) -> list[_Judged]:
    if reading.idle:
        return [_relevance(reading)]
    if reading.relevance.verdict is Verdict.REPLY:
        return [_relevance(reading), _severity(reading.signals), _attitude(reading)]
    return [
        _relevance(reading),
        _topic(reading, topic),
        _category(reading),
        _severity(reading.signals),
        _place(reading.places),
        _occurred(reading),
        _attitude(reading),
    ]


def _relevance(reading: Reading) -> _Judged:
    relevance = reading.relevance
    says = f"{VERDICTS[relevance.verdict]}（{relevance.score:.2f}）"
    if reading.idle:
        says += "，闲谈，不计声量"
    if relevance.verdict is Verdict.IRRELEVANT:
        says = VERDICTS[relevance.verdict]
    whys = tuple(
        replace(why, note=f"按词表收进来：{why.note}") if why.rule.startswith("gate.") else why
        for why in relevance.why
    )
    return _Judged(name="相关", says=says, whys=whys, missing=NOTHING_KEPT)


def _topic(reading: Reading, topic: Topic) -> _Judged:
    if not reading.topics:
        return _Judged(name="事项", says="未归类", whys=(), missing="没有一个事项的分数够得上")
    best, *others = reading.topics
    rivals = tuple(_rival("topic", topic(other.code), other.score, other.why) for other in others)
    says = f"{topic(best.code)}（{best.score:.2f}）"
    return _Judged(name="事项", says=says, whys=(*best.why, *rivals), missing=NOTHING_KEPT)


def _category(reading: Reading) -> _Judged:
    """A message may be of several classes, each with a duty of its own: none of them speaks against another."""
    if not reading.categories:
        return _Judged(name="处置分类", says="未归类", whys=(), missing="没有一类的分数够得上")
    several = len(reading.categories) > 1
    whys = tuple(
        replace(why, note=f"{CATEGORIES[one.category]}：{why.note}") if several else why
        for place, one in enumerate(reading.categories)
        for why in one.why
        if not place or why.weight >= 0
    )
    says = "；".join(f"{CATEGORIES[one.category]}（{one.score:.2f}）" for one in reading.categories)
    return _Judged(name="处置分类", says=says, whys=whys, missing=NOTHING_KEPT)


def _severity(signals: Sequence[Signal]) -> _Judged:
    whys = tuple(
        replace(why, note=f"{_signal(signal)}，{why.note}" if why.note else _signal(signal))
        for signal in signals
        for why in signal.why
    )
    says = "、".join(dict.fromkeys(_signal(signal) for signal in signals)) or "未见"
    return _Judged(name="定级信号", says=says, whys=whys, missing="文中没有说到伤亡、聚集、举报一类的事")


def _signal(signal: Signal) -> str:
    amount = (
        "" if signal.amount is None or signal.kind not in UNITS else f" {counted(signal.kind, signal.amount)}"
    )
    return f"{SIGNALS[signal.kind]}{amount}"


def _place(places: Sequence[Place]) -> _Judged:
    if not places:
        return _Judged(name="地点", says="未知", whys=(), missing="文中没有地名，来源也没有所在地")
    best, *others = places
    rivals = tuple(
        replace(why, note=f"也说到{_spelled(other)}（{why.note}）", weight=-abs(why.weight))
        for other in others
        for why in other.why
    )
    says = f"{_spelled(best)}（{CERTAINTIES[best.certainty]}）"
    return _Judged(name="地点", says=says, whys=(*best.why, *rivals), missing=NOTHING_KEPT)


def _spelled(place: Place) -> str:
    return " ".join(part for part in (place.province, place.city, place.county) if part) or "未知"


def _occurred(reading: Reading) -> _Judged:
    known = reading.occurred
    if known.at is None:
        return _Judged(name="发生时间", says="未知", whys=known.why, missing="文中没有写明时间")
    says = f"{times.full(known.at)}（{CERTAINTIES[known.certainty]}）"
    return _Judged(name="发生时间", says=says, whys=known.why, missing="文中没有写明时间，按公开时间")


def _attitude(reading: Reading) -> _Judged:
    missing = "文中没有够重的语气词" if reading.attitude is Attitude.NEUTRAL else NOTHING_KEPT
    return _Judged(name="态度", says=ATTITUDES[reading.attitude], whys=reading.attitude_why, missing=missing)


def _joined(why: Why) -> _Judged:
    return _Judged(name="归并", says="归入本事件", whys=(why,), missing=NOTHING_KEPT)


def _rival(rule: str, name: str, score: float, whys: Sequence[Why]) -> Why:
    """Another answer that came near: it speaks against the one that was chosen."""
    spans: tuple[Span, ...] = next((why.spans for why in whys if why.weight > 0), ())
    return Why(rule=f"{rule}.rival", note=f"也像{name}", weight=-score, spans=spans)
