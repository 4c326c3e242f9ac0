"""What the public says to a played office: matters of all levels, over days, nights and holidays, and what follows them.

Everything follows from the random numbers that are handed in.  Places are real, estates and people are not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from huiying import identity
from huiying.clock import SHANGHAI
from huiying.contracts import (
    Attitude,
    Category,
    CategoryReading,
    Certainty,
    Channel,
    Fingerprint,
    Origin,
    Place,
    Post,
    Reading,
    Relevance,
    Request,
    Signal,
    SignalKind,
    Term,
    Tier,
    TopicReading,
    Verdict,
)
from triage.policy import Policy

A_DAY = 4
"""Matters a day, on the average; half as many on a day off."""
BY_HOUR = (1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 5, 6, 7, 8, 7, 6, 6, 7, 8, 7, 4, 2)
"""How the day's matters fall on its hours, in Asia/Shanghai: people write at night too."""
ESTATES = ("锦绣", "银河", "翠竹", "朝阳", "学府", "滨河", "金桂", "和平", "阳光", "紫荆", "东湖", "西苑")
CALLED = {"热线": Channel.HOTLINE, "信箱": Channel.MAILBOX}
"""Sources of which every message is a ticket."""
REQUESTS = (Request.COMPLAINT, Request.INQUIRY, Request.HELP, None, Request.SUGGESTION, Request.PRAISE)
"""What their tickets are sorted as; None: nobody has."""
OFTEN = (30, 30, 15, 15, 5, 5)
KINDS = ("花园", "家园", "小区", "公馆", "新城", "广场")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a matter is about, how often it comes, and what it says that raises its level."""

    text: str
    topic: str
    words: tuple[str, ...]
    weight: int
    signals: tuple[Signal, ...] = ()
    verdict: Verdict = Verdict.ALERT


def _deaths(number: int) -> Signal:
    return Signal(kind=SignalKind.DEATHS, amount=number, claimed=False)


SUBJECTS = (
    Subject(
        text="的人防车位只租不售，一次要收二十年租金，不交不让进", topic="T01", words=("车位", "租金"), weight=30
    ),
    Subject(
        text="地下室的人防门被拆掉改成了仓库，投诉多次没有答复", topic="T07", words=("人防门", "仓库"), weight=24
    ),
    Subject(
        text="的人防工程雨天积水，车都泡在水里", topic="T08", words=("积水", "地下室"), weight=16,
        signals=(Signal(kind=SignalKind.SAFETY),),
    ),
    Subject(
        text="附近听说要办人防宣传，不知道是不是真的", topic="T12", words=("宣传", "听说"), weight=10,
        verdict=Verdict.REVIEW,
    ),
    Subject(
        text="一带突然拉响防空警报，没有任何通知", topic="T05", words=("警报", "通知"), weight=6,
        signals=(Signal(kind=SignalKind.SIREN_UNPLANNED),),
    ),
    Subject(
        text="的车位问题上级已经要求回应", topic="T01", words=("车位", "上级"), weight=8,
        signals=(Signal(kind=SignalKind.SUPERIOR_ORDER),),
    ),
    Subject(
        text="的人防工程施工中塌方，官方通报四人遇难", topic="T06", words=("塌方", "遇难"), weight=4,
        signals=(_deaths(4),),
    ),
    Subject(
        text="的地下商场着火，官方通报十二人遇难", topic="T06", words=("着火", "遇难"), weight=1,
        signals=(_deaths(12),),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Where something happens: a place that a unit of the office is for."""

    name: str
    code: str
    """Six digits, as ``localities.toml`` has them."""
    jurisdiction: str
    """Whose it is, as readings name it."""

    @property
    def place(self) -> Place:
        whole = self.code.endswith("00")
        return Place(
            city=self.name if whole else "",
            county="" if whole else self.name,
            code=self.code,
            certainty=Certainty.STATED,
        )


def towns_of(policy: Policy, day: date) -> tuple[Town, ...]:
    """Of every unit that is for a place on that day; somewhere unknown where no unit is for any."""
    units = [unit for unit in policy.units_on(day) if unit.place and unit.codes]
    below = [unit for unit in units if unit.parent is not None] or units
    found = [(unit.place, f"{unit.codes[0]:0<6}") for unit in below] or [("", "")]
    return tuple(Town(name=name, code=code, jurisdiction=policy.jurisdiction) for name, code in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    at: datetime
    reading: Reading


def arrivals(
    chance: random.Random,
    days: Sequence[tuple[datetime, bool]],
    end: datetime,
    towns: Sequence[Town],
) -> list[Arrival]:
    """Everything that comes in on these days (midnight in Asia/Shanghai, whether people work), up to ``end``, in order."""
    found: list[Arrival] = []
    number = 0
    for midnight, works in days:
        for _ in range(_how_many(chance, A_DAY if works else A_DAY / 2)):
            number += 1
            hour = chance.choices(range(24), BY_HOUR)[0]
            at = midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
            found += _matter(chance, number, at, chance.choice(towns))
    return sorted((one for one in found if one.at < end), key=lambda one: (one.at, one.reading.post.id))


def _how_many(chance: random.Random, mean: float) -> int:
    return round(max(0.0, chance.gauss(mean, mean**0.5)))


def _matter(chance: random.Random, number: int, at: datetime, town: Town) -> Iterator[Arrival]:
    """A first post; copies of it, answers and edits over the hours and days that follow."""
    subject = chance.choices(SUBJECTS, [one.weight for one in SUBJECTS])[0]
    estate = f"{chance.choice(ESTATES)}{chance.choice(KINDS)}{number}号院"
    first = _reading(chance, f"{number}", f"{town.name}{estate}{subject.text}", subject, town, estate, at)
    yield Arrival(at=at, reading=first)
    for follower in range(min(12, int(chance.expovariate(1 / 1.5)))):
        later = at + timedelta(hours=chance.expovariate(1 / 20))
        name = f"{number}.{follower}"
        kind = chance.random()
        if kind < 0.4:
            copy = _reading(chance, name, first.post.text, subject, town, estate, later)
            reading = replace(
                copy, post=replace(copy.post, repost_of=first.post.id), fingerprint=first.fingerprint
            )
        elif kind < 0.8:
            said = f"{estate}的情况属实，我们也一样，第{follower}次反映"
            answer = _reading(chance, name, said, subject, town, estate, later)
            reading = replace(answer, post=replace(answer.post, reply_to=first.post.id))
        else:
            text = f"{first.post.text}。{later.astimezone(SHANGHAI):%d日%H时}补充：还没有人来"
            edited = _reading(chance, name, text, subject, town, estate, later)
            post = replace(first.post, version=edited.post.version, text=text)
            post = replace(post, collected_at=edited.post.collected_at)
            reading = replace(edited, post=post)
        yield Arrival(at=later, reading=reading)


def _reading(
    chance: random.Random,
    name: str,
    text: str,
    subject: Subject,
    town: Town,
    estate: str,
    at: datetime,
) -> Reading:
    source = chance.choice(("信箱", "论坛", "热线", "微博"))
    post = Post(
        id=identity.post_id(source, native_id=f"simulated-{name}"),
        version=identity.content_version("", text),
        source=source,
        source_name=source,
        channel=CALLED.get(source, Channel.FORUM),
        tier=chance.choices((Tier.ORDINARY, Tier.INFLUENCER, Tier.PROVINCE), (90, 8, 2))[0],
        basis="模拟",
        text=text,
        published_at=at - timedelta(minutes=chance.randrange(1, 90)),
        collected_at=at - timedelta(seconds=30),
        origin=Origin.LIVE,
    )
    if source in CALLED:
        request = chance.choices(REQUESTS, OFTEN)[0]
        post = replace(post, reference=f"No.{name}", request=request, ours=True)
    return Reading(
        post=post,
        jurisdiction=town.jurisdiction,
        relevance=Relevance(verdict=subject.verdict, score=0.9),
        topics=(TopicReading(code=subject.topic, score=0.8),),
        categories=(CategoryReading(category=Category.DIFFICULTY, score=0.7),),
        attitude=Attitude.NEGATIVE,
        places=(town.place,),
        signals=subject.signals,
        fingerprint=Fingerprint(
            exact=identity.digest(text),
            minhash=tuple(chance.getrandbits(32) for _ in range(128)),
            length=len(text),
        ),
        terms=(Term(word=estate, weight=3.0), *(Term(word=word, weight=1.0) for word in subject.words)),
        reader="simulated",
        read_at=at,
    )
