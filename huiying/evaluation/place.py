"""The province that an article is about, from its text without the dateline."""

from __future__ import annotations

from collections import Counter

from huiying.evaluation.figure import Measured, share
from huiying.evaluation.folder import Folder
from huiying.evaluation.said import SOME_DAY, said
from nlp.pipeline import Reader

FILE = "locality/dateline.jsonl"


def measure(folder: Folder, reader: Reader) -> Measured:
    rows = folder.rows(FILE)
    if rows is None:
        return Measured(skipped=(FILE,))
    wanted = [short(row["province"]) for row in rows]
    texts = [row["text"] for row in rows]
    got = [_read(reader, text) for text in texts]
    voted = [_vote(reader, text) for text in texts]
    first = [_first(reader, text) for text in texts]
    decided = [(name, right) for name, right in zip(got, wanted, strict=True) if name]
    at_first = [(name, right) for name, right in zip(first, wanted, strict=True) if name]
    figures = (
        share(
            "place.province",
            _right(got, wanted),
            len(rows),
            baseline=_right(voted, wanted) / len(rows) if rows else None,
            baseline_name="地名表一名一票",
        ),
        share(
            "place.precision",
            sum(name == right for name, right in decided),
            len(decided),
            baseline=sum(n == right for n, right in at_first) / len(at_first) if at_first else None,
            baseline_name="最先出现的省名",
        ),
    )
    wrong = tuple(
        f"{right}：{name or '未定'}｜{text[:160]}"
        for name, right, text in zip(got, wanted, texts, strict=True)
        if name != right
    )
    return Measured(figures=figures, lists={"省份不对": wrong})


def short(province: str) -> str:
    """What two ways of writing a province share: its first two characters."""
    return province.strip()[:2]


def _read(reader: Reader, text: str) -> str:
    places = reader.facts(said(text), SOME_DAY).places
    return short(places[0].province) if places else ""


def _vote(reader: Reader, text: str) -> str:
    """Every name of the gazetteer that means one province has one vote."""
    votes = Counter(
        short(mention.spots[0].province)
        for mention in reader.places.find(text)
        if len({spot.province for spot in mention.spots}) == 1
    )
    return max(votes, key=lambda name: votes[name]) if votes else ""


def _first(reader: Reader, text: str) -> str:
    """The province whose own name comes first."""
    names = {short(spot.province) for spots in reader.places.names.values() for spot in spots}
    found = [(at, name) for name in names if (at := text.find(name)) >= 0]
    return min(found)[1] if found else ""


def _right(got: list[str], wanted: list[str]) -> int:
    return sum(name == right for name, right in zip(got, wanted, strict=True))
