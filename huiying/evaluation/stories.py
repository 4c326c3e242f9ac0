"""Which matter each post is put to: the product's own reading and decision, post by post in order of time, against what is one matter.

B-cubed (Bagga and Baldwin 1998): of the posts that stand in one case with a post, how many belong there, and of those that belong,
how many stand there; both are means over posts.  Beside it, what an office meets: of the posts that joined an open case, how many
joined the right one; of those whose matter had one, how many joined it, and how many joined it or ask on their page whether
they are one with it.

Three sets.  *events*: titles of which every second, by its digest, comes with its lead as an article does and the other as a hot
list gives it; a lead belongs to an event, and where all had theirs it would give the event away.  What is no matter of the trade
goes without relevance and topic.  *renfang* and *own* are of the trade and read as they would be: what reading drops stays alone.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from huiying import identity, tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import Channel, Origin, Post, Quoted, Reading, Tier, Verdict
from huiying.evaluation.figure import Choice, Figure, Measured, resampled, share
from huiying.evaluation.folder import OWN, Folder, Row
from huiying.evaluation.split import moment
from nlp import corpus
from nlp.pipeline import Reader
from triage.copies import Copies
from triage.home import home
from triage.likeness import said_at
from triage.policy import Policy, load
from triage.stories import StoryIndex

DOCS = "events/docs.jsonl"
RENFANG = "renfang/texts.jsonl"
POSTS = "stories/posts.jsonl"
LATER = 0.2
"""The last part of the events, by date, is the test; as much before it is what the plain way chooses its threshold on."""
NOON = timedelta(hours=4)
"""Of a day in Shanghai, in UTC: where only a day is known."""
STEPS = tuple(np.arange(0.05, 0.96, 0.025).round(3).tolist())
"""Thresholds that the plain way is tried with."""
BLOCK = 500
"""Posts that are compared at once."""
LISTED = 30
"""Wrong joins that are shown of one set."""

Marks = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A post and the matter that it speaks of."""

    post: Post
    matter: str
    register: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of one post."""

    told: Told
    case: str
    opened: bool
    asks: frozenset[str] = frozenset()
    """Cases that are suggested to be one with its own."""


def measure(folder: Folder, reader: Reader) -> Measured:
    figures: list[Figure] = []
    lists: dict[str, tuple[str, ...]] = {}
    policy = load(tomlfile.DEFAULTS)
    rows = folder.rows(DOCS)
    if rows:
        before, test = events(rows)
        readings = [reader.facts(one.post, said_at(one.post)) for one in test]
        placed = decide(readings, test, policy)
        figures += of_set("", placed, plain(test, before, policy), copies(readings, policy))
        lists["归错的（events）"] = wrong(placed)
    trade = by_matter()
    for name, told in (("renfang", renfang(folder.rows(RENFANG) or ())), ("own", own())):
        if told:
            readings = reader.read([one.post for one in told], said_at(told[-1].post))
            placed = decide(readings, told, policy, gated=True)
            figures += of_set(f".{name}", placed, plain(told, trade, policy), copies(readings, policy))
            lists[f"归错的（{name}）"] = wrong(placed)
    absent = tuple(name for name in (DOCS, RENFANG) if not folder.rows(name))
    return Measured(figures=tuple(figures), lists=lists, skipped=absent)


# ------------------------------------------------------------------------------------------------ sets


def events(rows: Sequence[Row]) -> tuple[list[Told], list[Told]]:
    """The last fifth, and the fifth before it, of whole days."""
    days = sorted(str(row["day"]) for row in rows)
    first, second = days[int(len(days) * (1 - 2 * LATER))], days[int(len(days) * (1 - LATER))]
    told = [_event(number, row) for number, row in enumerate(rows)]
    order = sorted(range(len(rows)), key=lambda at: (str(rows[at]["day"]), at))
    before = [told[at] for at in order if first <= str(rows[at]["day"]) < second]
    return before, [told[at] for at in order if str(rows[at]["day"]) >= second]


def _event(number: int, row: Row) -> Told:
    title = str(row["title"])
    at = datetime.combine(date.fromisoformat(str(row["day"])), datetime.min.time(), UTC) + NOON
    lead = str(row["desc"]) if hashlib.sha256(title.encode()).digest()[0] % 2 else ""
    return Told(
        post=_post(
            f"event-{number}", title if lead else "", lead or title, at + timedelta(milliseconds=number)
        ),
        matter=str(row["event"]),
        register="with lead" if lead else "bare title",
    )


def renfang(rows: Sequence[Row]) -> list[Told]:
    told = [
        Told(
            post=_post(
                f"renfang-{number}", row.get("title") or "", row.get("text") or "", _moment(row["time"])
            ),
            matter=str(row["event"]),
            register=str(row.get("register") or ""),
        )
        for number, row in enumerate(rows)
        if row.get("event") and row.get("time")
    ]
    return sorted(told, key=lambda one: said_at(one.post))


def own() -> list[Told]:
    """Of our own writing, whatever the folder."""
    rows = Folder(OWN).rows(POSTS) or []
    quoted = {row["id"]: Quoted(title=row["title"], text=row["text"]).opening() for row in rows}
    told = [
        Told(
            post=replace(
                _post(
                    row["id"], row["title"], row["text"], datetime.fromisoformat(row["time"]), row["register"]
                ),
                reply_to=_id(row["reply_to"]) if "reply_to" in row else None,
                answers=quoted.get(row.get("reply_to")),
                repost_of=_id(row["repost_of"]) if "repost_of" in row else None,
            ),
            matter=row["matter"],
            register=row["register"],
        )
        for row in rows
    ]
    return sorted(told, key=lambda one: said_at(one.post))


def by_matter() -> list[Told]:
    """The texts that the models learn from, those of one event as one matter: one a quarter of an hour, events together."""
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return [
        Told(
            post=replace(example.post, published_at=at + timedelta(minutes=15 * number)),
            matter=example.event,
            register=example.register,
        )
        for number, example in enumerate(corpus.load(("matters",)))
    ]


_CHANNELS = {
    "news": (Channel.NEWS, Tier.CITY),
    "official": (Channel.GOVERNMENT, Tier.GOVERNMENT),
    "weibo": (Channel.SOCIAL, Tier.ORDINARY),
    "wechat": (Channel.SOCIAL, Tier.ORDINARY),
    "comment": (Channel.SOCIAL, Tier.ORDINARY),
    "complaint": (Channel.MAILBOX, Tier.ORDINARY),
    "hotline": (Channel.HOTLINE, Tier.ORDINARY),
}


def _post(name: str, title: str, text: str, at: datetime, register: str = "") -> Post:
    channel, tier = _CHANNELS.get(register, (Channel.FORUM, Tier.ORDINARY))
    return Post(
        id=_id(name),
        version="1",
        source="evaluation",
        source_name="评测",
        channel=channel,
        tier=tier,
        basis="评测",
        title=title,
        text=text,
        published_at=at,
        collected_at=at,
        origin=Origin.LIVE,
    )


def _id(name: str) -> str:
    return identity.post_id("evaluation", native_id=name)


def _moment(written: object) -> datetime:
    """A day, a time of day in Shanghai, or seconds since 1970; a day alone is its noon."""
    if str(written).isdigit():
        return datetime.fromtimestamp(int(str(written)), UTC)
    parts = moment(written)
    year, month, day, hour, minute, second = (*parts, 12, 0, 0)[:6] if len(parts) == 3 else (*parts, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


# ------------------------------------------------------------------------------------------- decisions


def decide(
    readings: Sequence[Reading], told: Sequence[Told], policy: Policy, *, gated: bool = False
) -> list[Placed]:
    """As the worker does it: one after the other, and what has lapsed is open no longer. ``gated``: what reading drops is put
    to no matter."""
    index, kin = StoryIndex(policy.story), dict[str, str]()
    today = datetime.min.replace(tzinfo=UTC)
    placed: list[Placed] = []
    for reading, one in zip(readings, told, strict=True):
        at = said_at(reading.post)
        if at - today >= timedelta(days=1):
            still = [case for case in index.cases() if at - case.last_post_at < policy.lapse]
            index, today = StoryIndex.of(still, policy.story), at
        dropped = gated and reading.relevance.verdict is Verdict.IRRELEVANT
        found = None if dropped else home(index, reading, kin, policy, at)
        if found is None:
            placed.append(Placed(told=one, case=one.post.id, opened=True))
            continue
        case, joining = found
        placed.append(
            Placed(
                told=one,
                case=case.id,
                opened=case.opened_by == reading.post.key,
                asks=frozenset(asked.case_id for asked in joining.suggestions),
            )
        )
        index.put(case)
        kin[reading.post.id] = case.id
    return placed


def copies(readings: Sequence[Reading], policy: Policy) -> list[str]:
    """Which post each stands with, where nothing but nearly the same text makes one matter."""
    known, last = Copies(), dict[str, datetime]()
    window = timedelta(hours=policy.story.window_hours)
    found: list[str] = []
    for reading in readings:
        at = said_at(reading.post)
        near = (owner for _, owner in known.near(reading.fingerprint, policy.story.duplicate))
        first = next((one for one in near if at - last[one] <= window), reading.post.id)
        known.put(first, reading.fingerprint)
        last[first] = at
        found.append(first)
    return found


def plain(told: Sequence[Told], other: Sequence[Told], policy: Policy) -> list[str]:
    """One pass with TF-IDF of one and two characters: to the opening post that is most alike, from a threshold on, which does
    best on other texts. How rare a character is it may know of both: it would else be blind for names."""
    texts = [_text(one.post) for one in (*other, *told)]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), dtype=np.float32).fit(texts)
    learned, matters = _alike(vectors, other, policy), [one.matter for one in other]
    chosen = max(STEPS, key=lambda step: _f1(matters, _one_pass(other, learned, step)))
    return _one_pass(told, _alike(vectors, told, policy), chosen)


def _alike(vectors: TfidfVectorizer, told: Sequence[Told], policy: Policy) -> list[npt.NDArray[np.float32]]:
    """Of each post, how alike it is to those before it that are near enough in time, the nearest last."""
    rows = vectors.transform([_text(one.post) for one in told])
    moments = [said_at(one.post) for one in told]
    window = timedelta(hours=policy.story.window_hours)
    starts = [bisect_left(moments, at - window) for at in moments]
    found: list[npt.NDArray[np.float32]] = []
    for first in range(0, len(told), BLOCK):
        last, left = min(first + BLOCK, len(told)), starts[first]
        block = (rows[first:last] @ rows[left:last].T).toarray()
        found += [block[at - first, starts[at] - left : at - left] for at in range(first, last)]
    return found


def _one_pass(told: Sequence[Told], alike: Sequence[npt.NDArray[np.float32]], step: float) -> list[str]:
    opened = np.zeros(len(told), bool)
    found: list[str] = []
    for number, near in enumerate(alike):
        start = number - len(near)
        openings = np.where(opened[start:number], near, -1.0)
        likest = start + int(openings.argmax()) if len(near) and openings.max() >= step else number
        opened[number] = likest == number
        found.append(told[likest].post.id)
    return found


def _text(post: Post) -> str:
    return f"{post.title}。{post.text}" if post.title else post.text


# --------------------------------------------------------------------------------------------- figures


def b_cubed(matters: Sequence[str], cases: Sequence[str]) -> tuple[Marks, Marks]:
    """Of each post, the share of its case that is its matter, and the share of its matter that is in its case."""
    in_case, in_matter, in_both = Counter(cases), Counter(matters), Counter(zip(matters, cases, strict=True))
    both = np.array([in_both[pair] for pair in zip(matters, cases, strict=True)], float)
    return (
        both / np.array([in_case[case] for case in cases]),
        both / np.array([in_matter[matter] for matter in matters]),
    )


def _mean_f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def _f1(matters: Sequence[str], cases: Sequence[str]) -> float:
    precision, recall = b_cubed(matters, cases)
    return _mean_f1(float(precision.mean()), float(recall.mean()))


def of_set(
    suffix: str, placed: Sequence[Placed], plainly: Sequence[str], copied: Sequence[str]
) -> list[Figure]:
    """All posts, with what an office meets; F1 of each register, whose posts stand in cases with all others."""
    matters = [one.told.matter for one in placed]
    ours, beside = b_cubed(matters, [one.case for one in placed]), b_cubed(matters, plainly)
    figures = _b_cubed_figures(suffix, matters, ours, beside)
    figures += _b_cubed_figures(f"{suffix}.near_duplicates", matters, b_cubed(matters, copied), None)
    figures += met(suffix, placed)
    for register in sorted({one.told.register for one in placed}):
        mine = np.array([one.told.register == register for one in placed])
        *_, f1 = _b_cubed_figures(
            suffix,
            [matter for matter, counts in zip(matters, mine, strict=True) if counts],
            (ours[0][mine], ours[1][mine]),
            (beside[0][mine], beside[1][mine]),
        )
        figures.append(replace(f1, register=register))
    return figures


def _b_cubed_figures(
    suffix: str, matters: Sequence[str], marks: tuple[Marks, Marks], plainly: tuple[Marks, Marks] | None
) -> list[Figure]:
    """Precision, recall, F1. Drawn again by matter: posts of one matter stand or fall together."""
    number = {matter: row for row, matter in enumerate(dict.fromkeys(matters))}
    rows = np.array([number[matter] for matter in matters])
    posts = np.bincount(rows).astype(np.float64)
    right, found = (np.bincount(rows, weights=each).astype(np.float64) for each in marks)

    def mean(sums: Marks, chosen: Choice) -> float:
        return float(sums[chosen].sum() / posts[chosen].sum())

    statistics: dict[str, Callable[[Choice], float]] = {
        "precision": lambda chosen: mean(right, chosen),
        "recall": lambda chosen: mean(found, chosen),
        "f1": lambda chosen: _mean_f1(mean(right, chosen), mean(found, chosen)),
    }
    against: dict[str, float] = {}
    if plainly is not None:
        precision, recall = (float(each.mean()) for each in plainly)
        against = {"precision": precision, "recall": recall, "f1": _mean_f1(precision, recall)}
    return [
        resampled(
            f"stories.bcubed_{name}{suffix}",
            statistic,
            len(number),
            baseline=against.get(name),
            baseline_name="TF-IDF 单遍聚类，阈值取自别的文本" if against else "",
        )
        for name, statistic in statistics.items()
    ]


def met(suffix: str, placed: Sequence[Placed]) -> list[Figure]:
    """What an office meets of it: a wrong join hides a matter, a split is one click of a person, the sooner where it is asked."""
    speaks: dict[str, str] = {}
    seen: set[str] = set()
    joined, found, asked_or_found, asked = list[bool](), list[bool](), list[bool](), list[bool]()
    for one in placed:
        matter = one.told.matter
        right = not one.opened and speaks[one.case] == matter
        asks = [speaks[case] == matter for case in one.asks]
        asked += asks
        if not one.opened:
            joined.append(right)
        if matter in seen:
            found.append(right)
            asked_or_found.append(right or any(asks))
        speaks.setdefault(one.case, matter)
        seen.add(matter)
    return [
        share(f"stories.{name}{suffix}", sum(marks), len(marks))
        for name, marks in (
            ("joined_right", joined),
            ("found", found),
            ("found_or_asked", asked_or_found),
            ("asked_right", asked),
        )
    ]


def wrong(placed: Sequence[Placed]) -> tuple[str, ...]:
    """Posts that joined a case that another matter opened, with the text that opened it."""
    opening: dict[str, Told] = {}
    listed: list[str] = []
    for one in placed:
        first = opening.setdefault(one.case, one.told)
        if first.matter != one.told.matter:
            listed.append(f"{_text(one.told.post)[:60]} ｜ {_text(first.post)[:60]}".replace("\n", " "))
    return tuple(listed[:LISTED])
