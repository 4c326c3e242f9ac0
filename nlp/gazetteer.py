"""The places of ``policy/localities.toml``: names, aliases, and which of them say nothing on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import ahocorasick_rs
from pydantic import BaseModel, ConfigDict

from huiying import tomlfile

FILE = "localities.toml"


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
    counties: tuple[str, ...] = ()


class Localities(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    locality: tuple[Locality, ...]
    outside: tuple[Outside, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the gazetteer, with full names; '' where it is no narrower."""

    code: str
    province: str
    city: str = ""
    county: str = ""
    inside: bool = True
    vague: bool = False
    """Its name says nothing unless its city is named too."""


@dataclass(frozen=True, slots=True)
class Mention:
    name: str
    spots: tuple[Spot, ...]
    start: int
    end: int


class Gazetteer:
    """Finds place names. A name that several places share comes with all of them."""

    def __init__(self, names: Mapping[str, Sequence[Spot]]) -> None:
        self.names = {name: tuple(spots) for name, spots in names.items()}
        self._order = tuple(self.names)
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._order, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def find(self, text: str) -> list[Mention]:
        return [
            Mention(self._order[which], self.names[self._order[which]], start, end)
            for which, start, end in self._automaton.find_matches_as_indexes(text)
        ]


def load(policy: Path) -> Gazetteer:
    """Raises Misconfigured."""
    return build(tomlfile.read(policy / FILE, Localities))


def build(localities: Localities) -> Gazetteer:
    names: dict[str, list[Spot]] = {}
    by_id = {place.id: place for place in localities.locality}
    for place in localities.locality:
        for name in (place.name, *place.aliases):
            names.setdefault(name, []).append(_inside(place, by_id))
    for block in localities.outside:
        spot = Spot(block.id, block.province, block.city, inside=False)
        for name in (block.city or block.province, *block.aliases):
            if block.aliases or block.city:
                names.setdefault(name, []).append(spot)
        for county in block.counties:
            # Districts everywhere are called after the points of the compass: elsewhere they count beside their city alone.
            vague = len(county) < 3 or county.endswith("区")
            narrow = Spot(block.id, block.province, block.city, county, inside=False, vague=vague)
            names.setdefault(county, []).append(narrow)
    return Gazetteer(names)


def _inside(place: Locality, by_id: Mapping[str, Locality]) -> Spot:
    if place.kind == "province":
        return Spot(place.id, place.name)
    parent = by_id[place.parent]
    if place.kind == "city":
        return Spot(place.id, parent.name, place.name)
    return Spot(place.id, by_id[parent.parent].name, parent.name, place.name, vague=place.vague)
