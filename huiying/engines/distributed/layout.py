"""Which indices there are, under which names, in which format.

::

    <namespace>-cases-v4                      alias: what programs of format 4 read and write
    <namespace>-cases-v4-1                    index: its first generation
    <namespace>-lines-v2                      alias over every index of archive lines: what is searched
    <namespace>-lines-kept-v2                 alias of the lines that belong to a case
    <namespace>-lines-irrelevant-2026-11-v2   alias of one month's dropped lines, dropped whole in time

A format is the mapping in ``indices/<kind>.json`` and how the documents are written; its number is part of the alias, so that
a program never writes into an index of another format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import ApiError

from huiying.engines.distributed.faults import kind as kind_of
from huiying.engines.distributed.faults import told
from huiying.engines.distributed.link import Link
from huiying.errors import Misconfigured

CASES, POSTS, REGISTER, KEPT = "cases", "posts", "register", "lines-kept"
LINES = "lines"
ALWAYS = (CASES, POSTS, REGISTER, KEPT)
"""Places that exist from the start; the months' own are made when the first line comes."""
_MONTHLY = r"lines-(?:irrelevant|buried|withheld)-\d{4}-\d{2}"
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One kind of index: what ``indices/<kind>.json`` says."""

    kind: str
    format: int
    settings: Mapping[str, Any]
    mappings: Mapping[str, Any]


def form(kind: str) -> Form:
    """The current form of a kind."""
    path = Path(__file__).with_name("indices") / f"{kind}.json"
    said = msgspec.json.decode(path.read_bytes())
    return Form(
        kind=kind,
        format=said["mappings"]["_meta"]["format"],
        settings=said["settings"],
        mappings=said["mappings"],
    )


FORMS: Mapping[str, Form] = {kind: form(kind) for kind in (CASES, POSTS, REGISTER, LINES)}


def kind_at(place: str) -> str:
    return LINES if place.startswith(LINES) else place


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Standing:
    """An index that is there."""

    place: str
    format: int
    generation: int
    index: str
    aliases: frozenset[str]


class Layout:
    """The names of one namespace, and the making of what is absent."""

    def __init__(self, link: Link, namespace: str, *, forms: Mapping[str, Form] = FORMS) -> None:
        if not _NAMESPACE.fullmatch(namespace):
            raise Misconfigured(
                f"HUIYING_NAMESPACE={namespace}：只能用小写字母、数字、下划线和连字符，以字母或数字开头"
            )
        self._link = link
        self.namespace = namespace
        self.forms = forms
        names = "|".join((*ALWAYS, _MONTHLY))
        self._pattern = re.compile(rf"{re.escape(namespace)}-({names})-v(\d+)-(\d+)")
        self._name = re.compile(rf"{re.escape(namespace)}-({names})-v\d+")

    def alias(self, place: str, format: int | None = None) -> str:
        """The name that programs of a format read and write; the current one unless told."""
        return f"{self.namespace}-{place}-v{format or self.forms[kind_at(place)].format}"

    @property
    def lines(self) -> str:
        """Every line, wherever it lies."""
        return self.alias(LINES)

    def standing(self) -> list[Standing]:
        """Every index of this namespace."""
        with told(self._link.address):
            answer = self._link.client.indices.get_alias(index=f"{self.namespace}-*")
        found = []
        for index, said in answer.items():
            if match := self._pattern.fullmatch(index):
                place, format, generation = match.groups()
                found.append(
                    Standing(
                        place=place,
                        format=int(format),
                        generation=int(generation),
                        index=index,
                        aliases=frozenset(said["aliases"]),
                    )
                )
        return sorted(found)

    def make_ready(self) -> None:
        """Check what is there, make what is absent. Raises Misconfigured, TryAgain."""
        standing = self.standing()
        self._check_formats(standing)
        absent = [place for place in ALWAYS if not any(self.alias(place) in one.aliases for one in standing)]
        with ThreadPoolExecutor(len(ALWAYS)) as together:  # each waits for its shard
            list(together.map(self.ensure, absent))
        self._check_mappings()

    def ensure(self, place: str) -> None:
        """Make the index of a place unless there is one. Many may try at once."""
        alias = self.alias(place)
        generations = [0]
        for one in self.standing():
            if alias in one.aliases:
                return
            if self.alias(one.place, one.format) == alias:
                generations.append(one.generation)
        with told(self._link.address):
            try:
                self.create(f"{alias}-{max(generations) + 1}", place, aliases=self.names_of(place))
            except ApiError as error:
                if kind_of(error) == "resource_already_exists_exception":
                    return
                if kind_of(error) == "invalid_alias_name_exception":
                    raise Misconfigured(
                        f"Elasticsearch 里已有别人的索引 {alias}，与本程序的别名冲突。{_ELSEWHERE}"
                    ) from error
                raise

    def create(self, index: str, place: str, *, aliases: tuple[str, ...]) -> None:
        chosen = self.forms[kind_at(place)]
        self._link.client.indices.create(
            index=index,
            settings=chosen.settings,
            mappings=chosen.mappings,
            aliases={alias: {} for alias in aliases},
            wait_for_active_shards=1,
        )

    def names_of(self, place: str, format: int | None = None) -> tuple[str, ...]:
        """The aliases of a place's index."""
        own = self.alias(place, format)
        return (own, self.alias(LINES, format)) if kind_at(place) == LINES else (own,)

    def drop(self, place: str) -> None:
        """A month that has had its time, whole."""
        for one in self.standing():
            if one.place == place and self.alias(place) in one.aliases:
                with told(self._link.address):
                    self._link.client.indices.delete(index=one.index, ignore_unavailable=True)

    def _check_formats(self, standing: list[Standing]) -> None:
        newest: dict[str, int] = {}
        for one in standing:
            if self.alias(one.place, one.format) in one.aliases:
                newest[one.place] = max(newest.get(one.place, 0), one.format)
        for place, format in newest.items():
            ours = self.forms[kind_at(place)].format
            if format > ours:
                raise Misconfigured(
                    f"索引 {self.alias(place, format)} 是更新的回应版本（格式 {format}）建的，"
                    f"本版本只认到格式 {ours}，请升级程序"
                )
            if format < ours:
                raise Misconfigured(
                    f"索引 {self.alias(place, format)} 是旧格式 {format}，本版本用格式 {ours}。"
                    "请先运行 huiying index migrate（旧版本可以照常运行，不停机）"
                )

    def _check_mappings(self) -> None:
        with told(self._link.address):
            answer = self._link.client.indices.get_mapping(index=f"{self.namespace}-*")
            called = self._link.client.indices.get_alias(name=f"{self.namespace}-*")
        ours = {one.index for one in self.standing()}
        named = (index for index, said in called.items() if any(map(self._name.fullmatch, said["aliases"])))
        if foreign := sorted(set(named) - ours):
            raise Misconfigured(
                f"索引 {'、'.join(foreign)} 用着本程序的名字（别名 {self.namespace}-…），却不是本程序建的。{_ELSEWHERE}"
            )
        for one in self.standing():
            wanted = self.forms[kind_at(one.place)].mappings
            there = answer.get(one.index, {}).get("mappings", wanted)
            if self.alias(one.place) in one.aliases and {key: there.get(key) for key in wanted} != wanted:
                raise Misconfigured(
                    f"索引 {one.index} 的字段（mapping）不是本程序建的样子，可能被改过或属于别的程序。{_ELSEWHERE}"
                )


_ELSEWHERE = "请用 HUIYING_NAMESPACE 换一个前缀，或移走它；若是本程序的旧数据，可运行 huiying index migrate --rebuild 重建"
