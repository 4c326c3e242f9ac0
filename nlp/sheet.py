"""A post laid out for reading: title and text normalised apart, with what the gate found, and the way back to both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from huiying.contracts import Field, Post, Span
from nlp import making, words
from nlp.lexicon import Found
from nlp.normalise import TITLE, Normalised, normalise_all
from nlp.numerals import Number, numbers
from nlp.scanning import Rule, standing


def _by_end(hit: Found) -> tuple[int, int, str]:
    return hit.end, hit.start, hit.group


MOST = 5
"""Spans of one ground."""


@dataclass(frozen=True)
class Passage:
    """The title or the text."""

    field: Field
    original: str
    normalised: Normalised
    listed: Mapping[str, list[Found]] = dataclasses.field(default_factory=dict)
    """Word list → its phrases that were found, in order, as far as the gate lets them count."""

    text: str = dataclasses.field(init=False)
    """The normalised one."""
    _spans: dict[tuple[int, int], Span] = dataclasses.field(init=False, repr=False, compare=False)
    """By their place in the normalised text."""
    _made: dict[tuple[int, int], Span] = dataclasses.field(init=False, repr=False, compare=False)
    """By their place in the original: two places in the normalised text may be one there."""

    def __post_init__(self) -> None:
        self.__dict__.update(text=self.normalised.text, _spans={}, _made={})

    @cached_property
    def words(self) -> list[str]:
        """Together they are the text."""
        return words.cut(self.text)

    @cached_property
    def numbers(self) -> list[Number]:
        return numbers(self.text)

    @cached_property
    def bounds(self) -> list[int]:
        """Where words start and end, ascending, from 0 to the length of the text."""
        return words.bounds(self.words)

    @cached_property
    def standing(self) -> int:
        """The bits of the rules of which a word stands there."""
        return standing(self.text) if self.text else 0

    def may(self, rule: Rule) -> bool:
        """Whether the rule can hold here."""
        return bool(self.standing & rule.bit)

    def with_listed(self, listed: Mapping[str, list[Found]]) -> Passage:
        """The same passage marked; what was cut and counted already is kept."""
        marked = object.__new__(Passage)
        marked.__dict__.update(self.__dict__, listed=listed)
        return marked

    def hits(self, groups: Sequence[str]) -> Sequence[Found]:
        """What was found of these word lists, in order."""
        listed = self.listed
        said = [listed[group] for group in groups if group in listed]
        if len(said) < 2:
            return said[0] if said else ()
        return sorted([hit for hits in said for hit in hits], key=_by_end)

    def span(self, start: int, end: int) -> Span:
        """Characters of the normalised text as a place in the original; made once, for several judgements rest on it."""
        key = start, end
        span = self._spans.get(key)
        if span is None:
            first, last = place = self.normalised.original_span(start, end)
            span = self._made.get(place)
            if span is None:
                span = self._made[place] = making.span(self.field, first, last, self.original[first:last])
            self._spans[key] = span
        return span


@dataclass(frozen=True)
class Sheet:
    post: Post
    title: Passage
    body: Passage

    @cached_property
    def passages(self) -> tuple[Passage, Passage]:
        return self.title, self.body

    @cached_property
    def standing(self) -> int:
        """The bits of the rules of which a word stands in one of them."""
        return self.title.standing | self.body.standing

    def may(self, rule: Rule) -> bool:
        """Whether the rule can hold in one of them."""
        return bool(self.standing & rule.bit)

    def found(self, *groups: str) -> list[tuple[Passage, Found]]:
        return [(passage, hit) for passage in self.passages for hit in passage.hits(groups)]


def lay_out(post: Post) -> Sheet:
    return lay_out_all([post])[0]


def lay_out_all(posts: Sequence[Post]) -> list[Sheet]:
    """One sheet a post, in order."""
    titles = normalise_all([post.title[:TITLE] for post in posts])
    texts = normalise_all([post.text for post in posts])
    return [
        Sheet(post, Passage(Field.TITLE, post.title, title), Passage(Field.TEXT, post.text, text))
        for post, title, text in zip(posts, titles, texts, strict=True)
    ]


def first_spans(places: Iterable[tuple[Passage, int, int]], *, limit: int = MOST) -> tuple[Span, ...]:
    """The first few places as spans, none twice."""
    spans: dict[int, Span] = {}
    for passage, start, end in places:
        span = passage.span(start, end)
        spans[id(span)] = span
        if len(spans) == limit:
            break
    return tuple(spans.values())


def spans_of(passages: Iterable[Passage], groups: Sequence[str]) -> tuple[Span, ...]:
    """The first few words of these lists as spans, none twice."""
    spans: dict[int, Span] = {}
    for passage in passages:
        for _, _, start, end in passage.hits(groups):
            span = passage.span(start, end)
            spans[id(span)] = span
            if len(spans) == MOST:
                return tuple(spans.values())
    return tuple(spans.values())


def places_of(post: Post, words: Iterable[str]) -> tuple[Span, ...]:
    """Where each of these words, written as the normalised text has it, stands first in the original."""
    sheet = lay_out(post)
    found = (
        (passage, at, at + len(word))
        for word in words
        if word
        for passage in sheet.passages[: 1 if word in sheet.title.text else 2]
        if (at := passage.text.find(word)) >= 0
    )
    return first_spans(found, limit=20)
