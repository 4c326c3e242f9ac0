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
from huiying.contracts import Certainty, Occurrence, Origin, Post, Reading, Why
from nlp import making
from nlp.amend import amended
from nlp.annotators.foreign_clock import OF_CLOCKS, OURS_BEFORE, by_another_clock, far
from nlp.annotators.moments import AGO, JUST_NOW, WHEN, WHEN_BEGINS, Named, ago, moment_of
from nlp.annotators.telling import HABITUAL, RANGE_BEFORE, no_day, no_occurrence, reported
from nlp.scanning import scan
from nlp.sheet import Passage, Sheet

OLDEST = timedelta(days=400)
"""What lies further back is history, not an occurrence."""
LAST_DAYS = timedelta(days=3)
"""Of the times that a text tells with day and clock those so long before the latest may be the same matter."""
ONE_MATTER = timedelta(hours=24)
"""Times further apart leave a choice."""
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
    dated: bool = False
    """It names its year: it means the same whenever it was said."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    said = sheet.post.first_public_at.astimezone(SHANGHAI)
    told = [mention for passage in sheet.passages for mention in _told(sheet, passage, said)]
    anchored, hangs = sheet.post.published_at is not None, sheet.post.origin is Origin.LIVE
    told = [mention for mention in told if mention.dated or anchored or hangs]
    if len(told) > 1:
        told = _without_history(told, said)
    past = [mention for mention in told if said - OLDEST <= mention.at <= said]
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
    long_ago = {(m.at.month, m.at.day) for m in told if m.dated and said - m.at > OLDEST}
    if not long_ago:
        return told
    return [m for m in told if m.dated or (m.at.month, m.at.day) not in long_ago]


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
    full = [mention for mention in past if mention.exactness == fullest]
    if fullest < 3:
        return full[0], True
    latest = max(mention.at for mention in full)
    near = [mention for mention in full if latest - mention.at <= LAST_DAYS]
    best = min(near, key=lambda mention: mention.at)
    return best, latest - best.at <= ONE_MATTER


def _published(post: Post) -> Occurrence:
    """Without a word of when, it happened at the latest when it was published."""
    if post.published_at is None:
        return Occurrence()
    return Occurrence(at=post.published_at, source="published", certainty=Certainty.INFERRED, why=(_UNSAID,))


def _told(sheet: Sheet, passage: Passage, said: datetime) -> list[_Told]:
    text, held, made = passage.text, passage.standing, tuple.__new__
    mentions: list[_Told] = []
    named: Named | None = None
    for found in islice(scan(WHEN_BEGINS, WHEN, text), MENTIONS):
        alone = found["lone_hour"]
        if no_day(passage, found) or (alone and not named and sheet.may(HABITUAL)):
            continue
        at = moment_of(found, said, named, text)
        if at is None:
            continue
        moment, exactness = at
        start, end = first, _ = found.span()
        abroad = bool(named and named.abroad and (alone or found["same"]))
        if held & OF_CLOCKS:
            again = bool(named and OURS_BEFORE.expression.match(text, named.found.end(), start))
            first = named.found.start() if named and again else start
            abroad = not again and (abroad or by_another_clock(text, start, end))
        if not abroad and not no_occurrence(passage, start, end, first):
            if reported(passage, found):
                exactness = -1
            elif exactness == 3:
                exactness = 2 if _either(found, moment, named) else 3
            told = (moment, exactness, passage, start, end, bool(found["year"]))
            mentions.append(made(_Told, told))
        elif mentions and text[mentions[-1].end : start] in RANGE_BEFORE:
            begun = mentions[-1]
            if moment > said or moment < begun.at:
                mentions[-1] = begun._replace(exactness=min(begun.exactness, 2))
        if not alone:
            named = made(Named, (moment, found, abroad, named))
    if held & AGO.bit:
        for found in islice(AGO.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said - ago(found), 2, passage, found.start(), found.end()))
    if held & JUST_NOW.bit:
        for found in islice(JUST_NOW.expression.finditer(text), MENTIONS):
            mentions.append(_Told(said, 2, passage, found.start(), found.end()))
    return mentions


def _either(found: re.Match[str], moment: datetime, named: Named | None) -> bool:
    """晚上9点晕倒，当日10时死亡: it may be ten in the evening; after 8 is no time of its own."""
    half = named and named.evening and moment < named.evening <= moment + timedelta(hours=12)
    spoken = not (found["part"] or found["lonepart"])
    return bool(half and spoken and moment.hour < 12) or bool(_LATER.match(found.string, found.end()))
