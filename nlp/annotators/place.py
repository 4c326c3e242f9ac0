"""Where a matter is: every place name votes, and the text outvotes the place that its source speaks from.

A name in the title, in front of a unit (X市人防办), or given by a form weighs more; the name of a road, a dish or a
company weighs nothing; a name that several places share counts only beside its own city or province.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from huiying.contracts import Certainty, Field, Place, Reading, Why
from nlp.gazetteer import Gazetteer, Mention, Spot
from nlp.sheet import Passage, Sheet, first_spans

STATED, UNIT, TITLE, OPENING, TEXT, REGION = 8.0, 5.0, 3.0, 2.0, 1.0, 0.5
OPENING_LENGTH = 120
LIMIT = 5
SHARE = 0.25
"""Of the best vote: what a further place needs."""

_UNIT = re.compile(
    r"(?:市|县|区|省)?(?:人防办|国动办|人民防空|国防动员|民防局|民防办|人防|住建局|城管局|政府)"
)
_NO_PLACE = re.compile(
    r"[东西南北中]?(?:[一二三四五六]?路|大?街(?!道办|道)|大道|巷|高速|高铁|铁路|烩面|胡辣汤|菜|话|人(?=都|不|是)|大学|银行|酒店|饭店|籍|队|战役|会议)"
)

Vote = Callable[[Passage, Mention], float]


@dataclass
class _Tally:
    spot: Spot
    weight: float = 0.0
    grounds: list[tuple[Passage, int, int]] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)


def annotator(gazetteer: Gazetteer) -> Callable[[Sheet, Reading], Reading]:
    """The annotator for this gazetteer."""

    def annotate(sheet: Sheet, reading: Reading) -> Reading:
        return replace(reading, places=places(sheet, gazetteer))

    return annotate


def places(sheet: Sheet, gazetteer: Gazetteer) -> tuple[Place, ...]:
    mentions = [(passage, m) for passage in sheet.passages for m in gazetteer.find(passage.text)]
    mentions = [(passage, m) for passage, m in mentions if not _NO_PLACE.match(passage.text, m.end)]
    stated = gazetteer.find(sheet.post.stated_place or "")
    tallies = _count(mentions, stated)
    if tallies:
        best = max(tally.weight for tally in tallies)
        ranked = sorted(tallies, key=lambda tally: (-tally.weight, tally.spot.code, tally.spot.county))
        return tuple(_place(tally) for tally in ranked[:LIMIT] if tally.weight >= SHARE * best)
    if sheet.found("foreign_war"):
        return ()
    return _from_region(gazetteer.find(sheet.post.region or ""))


def _count(mentions: list[tuple[Passage, Mention]], stated: list[Mention]) -> list[_Tally]:
    """Votes by place, wide places folded into the narrow ones that lie in them."""
    sure = {spot for _, m in mentions for spot in _certain(m)} | {s for m in stated for s in _certain(m)}
    named = {(spot.province, spot.city) for spot in sure} | {(spot.province, "") for spot in sure}
    tallies: dict[Spot, _Tally] = {}
    for mention in stated:
        for spot in _meant(mention, named):
            _vote(tallies, spot, STATED, "表单写明的地点")
    for passage, mention in mentions:
        weight, note = _weight(passage, mention)
        for spot in _meant(mention, named):
            _vote(tallies, spot, weight, note).grounds.append((passage, mention.start, mention.end))
    return _folded(tallies.values())


def _certain(mention: Mention) -> tuple[Spot, ...]:
    return mention.spots if len(mention.spots) == 1 and not mention.spots[0].vague else ()


def _meant(mention: Mention, named: set[tuple[str, str]]) -> tuple[Spot, ...]:
    """The place that the name stands for here; nothing where that cannot be told."""
    if _certain(mention):
        return mention.spots
    beside = [spot for spot in mention.spots if spot.city and (spot.province, spot.city) in named]
    beside = beside or [s for s in mention.spots if not s.vague and (s.province, "") in named]
    return tuple(beside) if len(beside) == 1 else ()


def _weight(passage: Passage, mention: Mention) -> tuple[float, str]:
    if _UNIT.match(passage.text, mention.end):
        return UNIT, "单位名称里的地名"
    if passage.field is Field.TITLE:
        return TITLE, "标题里的地名"
    if mention.start < OPENING_LENGTH:
        return OPENING, "开头的地名"
    return TEXT, "正文里的地名"


def _vote(tallies: dict[Spot, _Tally], spot: Spot, weight: float, note: str) -> _Tally:
    tally = tallies.setdefault(spot, _Tally(spot))
    tally.weight += weight
    tally.notes[note] = None
    return tally


def _folded(tallies: Iterable[_Tally]) -> list[_Tally]:
    """A county takes over the votes of its city, a city those of its province: the narrowest name tells most."""
    remaining = sorted(tallies, key=lambda tally: (bool(tally.spot.county), bool(tally.spot.city)))
    kept: list[_Tally] = []
    for number, tally in enumerate(remaining):
        inner = [other for other in remaining[number + 1 :] if _inside(other.spot, tally.spot)]
        for other in inner:
            other.weight += tally.weight
            other.notes |= tally.notes
            other.grounds += tally.grounds
        if not inner:
            kept.append(tally)
    return kept


def _inside(narrow: Spot, wide: Spot) -> bool:
    if wide.county or narrow.province != wide.province:
        return False
    if not wide.city:
        return bool(narrow.city or narrow.county)
    return narrow.city == wide.city and bool(narrow.county)


def _place(tally: _Tally) -> Place:
    spans = first_spans(tally.grounds)
    why = Why(rule="place.vote", note="、".join(tally.notes), weight=round(tally.weight, 2), spans=spans)
    return Place(
        province=tally.spot.province,
        city=tally.spot.city,
        county=tally.spot.county,
        code=tally.spot.code,
        certainty=Certainty.STATED,
        why=(why,),
    )


def _from_region(mentions: list[Mention]) -> tuple[Place, ...]:
    spots = [spot for mention in mentions for spot in _certain(mention)]
    if not spots:
        return ()
    spot = max(spots, key=lambda spot: (bool(spot.county), bool(spot.city)))
    why = Why(rule="place.region", note="文中没有地名，暂按来源所在地", weight=REGION)
    return (
        Place(
            province=spot.province,
            city=spot.city,
            county=spot.county,
            code=spot.code,
            certainty=Certainty.INFERRED,
            why=(why,),
        ),
    )
