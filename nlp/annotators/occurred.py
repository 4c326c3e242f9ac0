"""When a matter happened, as the text tells it: 今天上午10点, 昨晚八点多, 9月18日10时, 半小时前.  Never later than it was said.

今天 hangs on the day that it was said.  Where nobody knows that day, the day of collecting may stand in for it, and then
nothing is stated; what was filed later says nothing of when it was written at all.

A stated time starts the five hours.  One that is too early makes an office late that was not; one that is too late hides that
it was, which is worse.  So of several times that may be the occurrence the earliest of the last days is taken, a time of
reporting (截至, 通报, 获悉, a dateline, a signature), opening hours, a deadline and a plan are none, and wherever the text leaves a choice
(8点 of the morning or the evening, a day without its month, times that lie days apart) the time is inferred and starts nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from huiying.clock import SHANGHAI
from huiying.contracts import BY_PUBLICATION, Certainty, Occurrence, Origin, Post, Reading, Why
from nlp import making
from nlp.amend import amended
from nlp.annotators.foreign_clock import OF_CLOCKS, OURS_BEFORE, by_another_clock, far
from nlp.annotators.moments import AGO, JUST_NOW, WHEN, WHEN_BEGINS, Named, ago, moment_of
from nlp.annotators.steps import Step, asked_about, step
from nlp.annotators.telling import (
    HABITUAL,
    RANGE_BEFORE,
    dealt_with,
    no_day,
    no_occurrence,
    reported,
    signed,
    today_ends,
)
from nlp.scanning import scan
from nlp.sheet import Passage, Sheet

LATELY = Step.CALL.reach
"""What lies no further back may be the matter, whatever it tells of."""
LAST_DAYS = timedelta(days=3)
"""Of the times that a text tells with day and clock those so long before the latest may be the same matter."""
ONE_MATTER = timedelta(hours=24)
"""Times further apart leave a choice."""
HALF_A_DAY = timedelta(hours=12)
A_WEEK = timedelta(days=7)
DAYS_APART, ONE_STORY = timedelta(hours=36), timedelta(days=30)
"""A day that lies so long before the time, and no longer, may be when it began."""
_SPOKEN = frozenset("今昨")
"""今天, 昨晚: seen from the day that it was said."""
MENTIONS = 100
"""Times that are read of one title or text."""
_LATER = re.compile(r"[以之过]后")
_UNSAID = Why(rule="occurred.published", note="文中没有说时间，暂按发布时间")


class _Told(NamedTuple):
    """One mention of a time; ``exactness`` 3 has day and clock, 2 a day and part of it, 1 a day alone, 0 a clock alone, -1 a report."""

    at: datetime
    exactness: int
    passage: Passage
    start: int
    end: int
    known: Step | None
    """What it is told of, where that is known without looking at what is told behind it."""
    dated: bool = False
    """It names its year: it means the same whenever it was said."""

    @property
    def step(self) -> Step:
        return self.known or step(self.passage, self.end)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    said = sheet.post.first_public_at.astimezone(SHANGHAI)
    told = [mention for passage in sheet.passages for mention in _told(sheet, passage, said)]
    anchored, hangs = sheet.post.published_at is not None, sheet.post.origin is Origin.LIVE
    told = [mention for mention in told if mention.dated or anchored or hangs]
    if len(told) > 1:
        told = _without_history(told, said)
    past = [mention for mention in told if mention.at <= said]
    if past and said - min(mention.at for mention in past) > LATELY:
        past = _of_now(past, said)
    if not past:
        return amended(reading, occurred=_published(sheet.post))
    best, clear = _meant(past)
    fast = anchored or best.dated
    ours = best.exactness < 3 or bool(reading.places) or not far(sheet, best.passage, best.start, best.end)
    stated = best.exactness == 3 and fast and clear and ours
    spans = (best.passage.span(best.start, best.end),)
    why = making.why("occurred.text", _note(stated, fast, clear, ours), 0.0, spans)
    return amended(
        reading,
        occurred=Occurrence(
            at=best.at.astimezone(sheet.post.collected_at.tzinfo),
            source="text",
            certainty=Certainty.STATED if stated else Certainty.INFERRED,
            why=(why,),
        ),
    )


def _without_history(told: list[_Told], said: datetime) -> list[_Told]:
    """2008年5月12日, and once more without the year: an anniversary."""
    long_ago = {(m.at.month, m.at.day) for m in told if m.dated and said - m.at > Step.MISHAP.reach}
    if not long_ago:
        return told
    return [m for m in told if m.dated or (m.at.month, m.at.day) not in long_ago]


def _of_now(told: list[_Told], said: datetime) -> list[_Told]:
    """What does not lie too far back; of a story that began long ago a mishap, or what was told of the last days."""
    past = [m for m in told if said - m.at <= LATELY or said - m.at <= m.step.reach]
    if len(past) == len(told):
        return past
    return [m for m in past if m.step is Step.MISHAP or said - m.at <= LAST_DAYS]


def _note(stated: bool, fast: bool, clear: bool, ours: bool) -> str:
    if stated:
        return "文中写明了日期和时刻"
    if not ours:
        return "像是境外的事，文中的时刻可能是当地时间"
    if not fast:
        return "发布时间不明，文中的时间按采集时间推算"
    return "文中只说了大致时间" if clear else "文中写了几个相隔较远的时间，取最早的"


def _meant(past: list[_Told]) -> tuple[_Told, bool]:
    """The mention that tells of the occurrence, and whether no other competes with it."""
    fullest = max(mention.exactness for mention in past)
    if fullest < 3:
        first = next(mention for mention in past if mention.exactness == fullest)
        return _first_day(past, _mishap(past, first) if past[1:] else first), True
    full = [mention for mention in past if mention.exactness == fullest]
    latest = max(mention.at for mention in full)
    near = [mention for mention in full if latest - mention.at <= LAST_DAYS]
    best = min(near, key=lambda mention: mention.at)
    begun = _begun(past, best)
    return begun or best, begun is None and latest - best.at <= ONE_MATTER


def _mishap(past: list[_Told], first: _Told) -> _Told:
    """22日求助，称18日失联; 15日签合同，20日漏水: the mishap before what was told first, or after a mere step."""
    if first.step is Step.MISHAP or first.passage.text[first.start] in _SPOKEN:
        return first
    after = timedelta(0) if first.step is Step.PLAIN else ONE_STORY
    mishaps = (
        m
        for m in past
        if m.step is Step.MISHAP and m.exactness > 0 and HALF_A_DAY - after < first.at - m.at <= ONE_STORY
    )
    return next(mishaps, first)


def _first_day(past: list[_Told], fuller: _Told) -> _Told:
    """28日起火，29日上午10时许扑灭: a bare day that the text names first counts before a part of one some days later."""
    if fuller.exactness < 2 or fuller.passage.text[fuller.start] in _SPOKEN:
        return fuller
    ahead = past[: past.index(fuller)]
    days = (m for m in ahead if m.exactness == 1 and DAYS_APART < fuller.at - m.at <= A_WEEK)
    return next(days, fuller)


def _begun(past: list[_Told], best: _Told) -> _Told | None:
    """2日停水，7日晚上8点打电话: the day on which the matter began, where the time tells only what was done about it later."""
    if not dealt_with(best.passage, best.end):
        return None
    earlier = [m for m in past if m.exactness > 0 and DAYS_APART < best.at - m.at <= ONE_STORY]
    return min(earlier, key=lambda mention: mention.at, default=None)


def _published(post: Post) -> Occurrence:
    """Without a word of when, it happened at the latest when it was published."""
    if post.published_at is None:
        return Occurrence()
    return Occurrence(
        at=post.published_at, source=BY_PUBLICATION, certainty=Certainty.INFERRED, why=(_UNSAID,)
    )


def _told(sheet: Sheet, passage: Passage, said: datetime) -> list[_Told]:
    text, held, made = passage.text, passage.standing, tuple.__new__
    mentions: list[_Told] = []
    named: Named | None = None
    spoken = said
    for found in islice(scan(WHEN_BEGINS, WHEN, text), MENTIONS):
        alone = found["lone_hour"]
        if no_day(passage, found) or (alone and not named and sheet.may(HABITUAL)):
            continue
        at = moment_of(found, spoken if found["day"] else said, named, text)
        if at is None:
            continue
        moment, exactness = at
        start, end = first, _ = found.span()
        if mentions and named and _again(named.found, found) and mentions[-1].end == named.found.end():
            mentions.pop()
        abroad = bool(named and named.abroad and (alone or found["same"]))
        if held & OF_CLOCKS:
            again = bool(named and OURS_BEFORE.expression.match(text, named.found.end(), start))
            first = named.found.start() if named and again else start
            abroad = not again and (abroad or by_another_clock(text, start, end))
        if not abroad and not no_occurrence(passage, start, end, first):
            if weighed := _weighed(passage, found, moment, exactness, named):
                exactness, known = weighed
                told = (moment, exactness, passage, start, end, known, bool(found["year"]))
                mentions.append(made(_Told, told))
        elif mentions and text[mentions[-1].end : start] in RANGE_BEFORE:
            begun = mentions[-1]
            if moment > said or moment < begun.at or moment - begun.at >= ONE_MATTER:
                mentions[-1] = begun._replace(exactness=min(begun.exactness, 2))
        spoken = today_ends(passage, found, moment, said) or spoken
        if not alone:
            named = made(Named, (moment, found, abroad, named))
    if held & AGO.bit:
        for found in islice(AGO.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said - ago(found), 2, passage, *found.span(), Step.MISHAP))
    if held & JUST_NOW.bit:
        for found in islice(JUST_NOW.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said, 2, passage, *found.span(), Step.MISHAP))
    return mentions


def _weighed(
    passage: Passage, found: re.Match[str], moment: datetime, exactness: int, named: Named | None
) -> tuple[int, Step | None] | None:
    """How exact what it tells is, and what that is, as far as that is known so soon; None for a signature."""
    if reported(passage, found):
        return -1, Step.REPORT
    if signed(passage, found):
        return None
    asked = asked_about(passage, found.end())
    if exactness == 3:
        return 2 if asked or _either(found, moment, named) else 3, Step.MISHAP
    return (-1, Step.CALL) if asked else (exactness, None)


def _again(named: re.Match[str], found: re.Match[str]) -> bool:
    """今天2019年5月13日, 上周六(7月20日): the same day once more, by its date."""
    relative = named["weekday"] or (named["day"] or "")[-1:] in {"天", "日"}
    exact = named["part"] or named["hour"]
    return bool(relative and not exact and found["month"] and found.start() - named.end() < 2)


def _either(found: re.Match[str], moment: datetime, named: Named | None) -> bool:
    """晚上9点晕倒，当日10时死亡: it may be ten in the evening; after 8 is no time of its own."""
    half = named and named.evening and moment < named.evening <= moment + timedelta(hours=12)
    spoken = not (found["part"] or found["lonepart"])
    return bool(half and spoken and moment.hour < 12) or bool(_LATER.match(found.string, found.end()))
