"""Reads posts: gate, score, then one annotator after the other.  The same post always gives the same reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from huiying import tomlfile
from huiying.contracts import Fingerprint, Post, Reading, Relevance, Verdict
from nlp import gazetteer, lexicon, model, normalise, versions, words
from nlp.annotators import (
    allegations,
    attitude,
    category,
    fingerprint,
    gathering,
    harm,
    occurred,
    place,
    relevance,
    terms,
    topic,
    units,
)
from nlp.features import extract
from nlp.gate import Gate
from nlp.model import Model, Scores
from nlp.sheet import Sheet, lay_out

Annotator = Callable[[Sheet, Reading], Reading]
"""One judgement read off the sheet. Pure."""
Assessor = Callable[[Scores, Reading], Reading]
"""One judgement read off the model's scores. Pure."""

ASSESSORS: tuple[Assessor, ...] = (topic.annotate, category.annotate, attitude.annotate)


class Reader:
    """One jurisdiction's reader. Holds nothing between posts."""

    def __init__(self, learned: Model, places: gazetteer.Gazetteer, jurisdiction: str, version: str) -> None:
        self.jurisdiction = jurisdiction
        self.version = version
        self.places = places
        self._model = learned
        self._gate = Gate(lexicon.load())
        self._annotators: tuple[Annotator, ...] = (
            place.annotator(places),
            units.annotate,
            harm.annotate,
            gathering.annotate,
            allegations.annotate,
            occurred.annotate,
            terms.annotate,
            fingerprint.annotate,
            attitude.settle,
        )

    @classmethod
    def load(cls, models: Path, policy: Path, jurisdiction: str, *, named: str | None = None) -> Reader:
        """With the model in force, or with the one of this name. Raises Misconfigured where a model or a policy file is
        missing or wrong."""
        learned = model.load(versions.current(models) if named is None else versions.folder_of(models, named))
        localities = tomlfile.fingerprint(policy / gazetteer.FILE)
        words.tokens("热身")
        words.idf("热身")
        normalise.join(["热身"])
        version = sha256(f"{learned.version} {localities} {_code()}".encode()).hexdigest()[:12]
        return cls(learned, gazetteer.load(policy), jurisdiction, version)

    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order. What is irrelevant is not read further than that."""
        opened = self._gate.open_to([(post.title, post.text) for post in posts])
        return [self._read(post, through, now) for post, through in zip(posts, opened, strict=True)]

    def facts(self, post: Post, now: datetime) -> Reading:
        """What the annotators find in a post, whether or not it is any matter of the office."""
        sheet = self._gate.mark(lay_out(post))
        reading = self._blank(post, relevance.GATE_SHUT, fingerprint.exact(post), now)
        for annotate in self._annotators:
            reading = annotate(sheet, reading)
        return reading

    def _read(self, post: Post, opened: bool, now: datetime) -> Reading:
        if not opened and not entered_by_hand(post):
            return self._blank(post, relevance.GATE_SHUT, fingerprint.exact(post), now)
        sheet = self._gate.mark(lay_out(post))
        scores = self._model.score(extract(sheet))
        # The score was calibrated on what the gate lets through: of anything else it says nothing.
        relevant = relevance.judge(sheet, scores) if opened else relevance.GATE_SHUT
        if entered_by_hand(post):
            relevant = relevance.at_least_a_look(relevant, relevance.BY_HAND)
        elif relevance.names_the_trade(sheet):
            relevant = relevance.at_least_a_look(relevant, relevance.NAMED)
        reading = self._blank(post, relevant, fingerprint.exact_of(sheet.title.text, sheet.body.text), now)
        if reading.relevance.verdict is Verdict.IRRELEVANT:
            return reading
        for assess in ASSESSORS:
            reading = assess(scores, reading)
        for annotate in self._annotators:
            reading = annotate(sheet, reading)
        return reading

    def _blank(self, post: Post, relevant: Relevance, known_by: Fingerprint, now: datetime) -> Reading:
        return Reading(
            post=post,
            jurisdiction=self.jurisdiction,
            relevance=relevant,
            fingerprint=known_by,
            reader=self.version,
            read_at=now,
        )


def entered_by_hand(post: Post) -> bool:
    return post.extraction is not None and post.extraction.method == "hand"


def _code() -> str:
    """Of the rules that the annotators hold."""
    folder = Path(__file__).parent / "annotators"
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()
