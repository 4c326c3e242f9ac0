"""The places of ``policy/localities.toml``: names, aliases, landmarks, and which of them say nothing on their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import ahocorasick_rs
from pydantic import BaseModel, ConfigDict, StringConstraints

from huiying import tomlfile
from huiying.territory import touches

FILE = "localities.toml"
UNITS = "units.toml"

County = Annotated[str, StringConstraints(pattern=r"^(\d{6} )?[^\s\d]+( [^\s\d]+)*$")]
"""``330782 义乌市 义乌``: code, full name, then short and former names. Without a code it has that of its city."""


class Locality(BaseModel):
    """A place of the jurisdiction."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    kind: Literal["province", "city", "county", "zone"]
    parent: str = ""
    aliases: tuple[str, ...] = ()
    vague: bool = False


class Outside(BaseModel):
    """A province elsewhere, or one of its cities with its counties."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    province: str
    city: str = ""
    aliases: tuple[str, ...] = ()
    counties: tuple[County, ...] = ()


class Landmark(BaseModel):
    """Names that speak for a place without being its name; ``id`` is the place's code."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    names: tuple[str, ...]
    brand: bool = False
    """Sold everywhere: a car or a telephone says next to nothing of where it stands."""


class Localities(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    vague: tuple[str, ...] = ()
    """Names of cities and counties elsewhere that are words of their own."""
    idioms: tuple[str, ...] = ()
    """Phrases with a place name in them that speak of no place."""
    abroad: tuple[str, ...] = ()
    """Countries and cities that are not of this country."""
    locality: tuple[Locality, ...]
    outside: tuple[Outside, ...] = ()
    landmark: tuple[Landmark, ...] = ()


class _Unit(BaseModel):
    """As much of a unit of the office as matters here."""

    codes: tuple[str, ...] = ()


class _Units(BaseModel):
    unit: tuple[_Unit, ...] = ()


class Spot(NamedTuple):
    """One place of the gazetteer, with full names; '' where it is no narrower."""

    code: str
    province: str
    city: str = ""
    county: str = ""
    inside: bool = True
    """A unit of the office answers for it, for a part of it or for what it is a part of."""
    vague: bool = False
    """Its name says nothing unless its city is named too."""


class Mention(NamedTuple):
    """A name where it stands. No spots: it is abroad, or an idiom."""

    name: str
    spots: tuple[Spot, ...]
    start: int
    end: int
    bare: bool = False
    """The name of a county without its 县, 市 or 区: a word that may mean something else."""
    mark: bool = False
    """A landmark."""
    abroad: bool = False
    brand: bool = False
    """A landmark that is sold everywhere."""


_KINDS = frozenset("区县市旗")
_GOES_ON = frozenset("路街道巷江河湖海山寺桥阁港站军医大学院")
"""What makes 郑州金水 a part of a longer name: a road, a river, a bridge."""


class Gazetteer:
    """Finds place names. A name that several places share comes with all of them."""

    def __init__(
        self,
        names: Mapping[str, Sequence[Spot]],
        *,
        bare: Collection[str] = (),
        marks: Collection[str] = (),
        abroad: Collection[str] = (),
        brands: Collection[str] = (),
        within: Mapping[str, str] | None = None,
    ) -> None:
        """``within`` tells of a county behind its city (洛阳涧西) what is left where it goes on as something else."""
        self.names = {name: tuple(spots) for name, spots in names.items()}
        within = within or {}
        self._order = tuple(
            (name, spots, name in bare, name in marks, name in abroad, name in brands, within.get(name))
            for name, spots in self.names.items()
        )
        self.vague = frozenset(
            name for name, spots in self.names.items() if len(spots) == 1 and spots[0].vague
        )
        """Names of one place that say little."""
        self._automaton = ahocorasick_rs.AhoCorasick(
            tuple(self.names), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def find(self, text: str) -> list[Mention]:
        """In order; none overlaps another; of two that begin together the longer."""
        if not text:
            return []
        found, made = [], tuple.__new__
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            name, spots, bare, mark, abroad, brand, city = self._order[which]
            if city is not None:
                follows = text[end : end + 1]
                if follows in _KINDS:
                    end += 1
                elif follows in _GOES_ON:
                    name, spots, end = city, self.names[city], start + len(city)
            found.append(made(Mention, (name, spots, start, end, bare, mark, abroad, brand)))
        return found


def load(policy: Path) -> Gazetteer:
    """Raises Misconfigured."""
    return build(tomlfile.read(policy / FILE, Localities), territory(policy))


def territory(policy: Path) -> tuple[str, ...]:
    """What the codes of places begin with that a unit of the office is for. Raises Misconfigured."""
    units = tomlfile.read(policy / UNITS, _Units).unit if (policy / UNITS).exists() else ()
    return tuple(sorted({code for unit in units for code in unit.codes}))


def build(localities: Localities, ours: Collection[str] = ()) -> Gazetteer:
    """``ours``: what the codes of the office's places begin with; without any, those that stand as ``[[locality]]``."""
    names: dict[str, list[Spot]] = {}
    by_id = {place.id: place for place in localities.locality}
    for place in localities.locality:
        for name in (place.name, *place.aliases):
            names.setdefault(name, []).append(_inside(place, by_id))
    vague = frozenset(localities.vague)
    for block in localities.outside:
        for name in (block.city or block.province, *block.aliases):
            if block.aliases or block.city:
                spot = Spot(block.id, block.province, block.city, inside=False, vague=name in vague)
                names.setdefault(name, []).append(spot)
    full, bare = set(names), set()
    for block in localities.outside:
        for county in block.counties:
            coded = county if county[0].isdigit() else f"{block.id} {county}"
            code, proper, *others = coded.split()
            for name in (proper, *others):
                unclear = (len(name) < 3 and name == proper) or name in vague
                narrow = Spot(code, block.province, block.city, proper, inside=False, vague=unclear)
                names.setdefault(name, []).append(narrow)
                if not name.endswith(("县", "区", "市", "旗", "州")) and name not in full:
                    bare.add(name)
    for spots in names.values():
        one_each: dict[tuple[str, str], Spot] = {}
        for spot in spots:  # of a place that stands in both lists, the first
            one_each.setdefault((spot.code, spot.county), spot)
        spots[:] = one_each.values()
    if ours:
        for spots in names.values():
            spots[:] = [spot._replace(inside=touches(spot.code, ours)) for spot in spots]
    marks = _landmarks(localities, names)
    within = _joined(names, marks)
    for name in (*localities.idioms, *localities.abroad):
        names.setdefault(name, [])
    brands = {name for landmark in localities.landmark if landmark.brand for name in landmark.names} & marks
    return Gazetteer(
        names,
        bare=bare,
        marks=marks,
        abroad=frozenset(localities.abroad),
        brands=brands,
        within=within,
    )


def _joined(names: dict[str, list[Spot]], marks: Collection[str]) -> dict[str, str]:
    """洛阳涧西, 凉山会理: a county by its short name right behind its city is that county, whatever the short name means alone."""
    cities: dict[tuple[str, str], list[str]] = {}
    counties: list[tuple[Spot, str]] = []
    for name, spots in names.items():
        spot = spots[0]
        short_city = len(name) < 4 and name[-1] not in "市省"
        if short_city and name not in marks and len(spots) == 1 and not spot.county:
            cities.setdefault((spot.province, spot.city), []).append(name)
        counties += [(one, name) for one in spots if one.county]
    unclear = {spot.code for spot, _ in counties if spot.vague}
    clear = {name for name, spots in names.items() if len(spots) == 1 and not spots[0].vague}
    within = {}
    for spot, name in counties:
        short = name[:-1] if len(name) > 2 and name[-1] in _KINDS and spot.code not in unclear else name
        if len(short) > 3 or short in clear or (spot.code in unclear and name[-1] not in _KINDS):
            continue
        for city in cities.get((spot.province, spot.city), ()):
            if (joined := city + short) not in names and short[:2] != city[:2]:
                within[joined] = city
                names[joined] = [spot._replace(vague=False)]
    return within


def _landmarks(localities: Localities, names: dict[str, list[Spot]]) -> set[str]:
    """Puts the landmarks to the names; one that is a place's name as well stays that."""
    by_code = {spot.code: spot for spots in names.values() for spot in spots}
    marks = set()
    for landmark in localities.landmark:
        for name in landmark.names:
            if name not in names and landmark.id in by_code:
                names[name] = [by_code[landmark.id]]
                marks.add(name)
    return marks


def _inside(place: Locality, by_id: Mapping[str, Locality]) -> Spot:
    if place.kind == "province":
        return Spot(place.id, place.name)
    parent = by_id[place.parent]
    if place.kind == "city":
        return Spot(place.id, parent.name, place.name)
    return Spot(place.id, by_id[parent.parent].name, parent.name, place.name, vague=place.vague)
