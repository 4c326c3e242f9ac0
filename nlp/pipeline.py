"""Reads posts: gate, score, then one annotator after the other.  The same post always gives the same reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from hashlib import sha256
from operator import or_
from pathlib import Path

from huiying import collector, tomlfile
from huiying.contracts import Post, Reading, Relevance, Verdict
from nlp import gazetteer, lexicon, model, normalise, versions, words
from nlp.amend import amended
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
from nlp.features import extract_all
from nlp.gate import Gate
from nlp.model import Model, Scores
from nlp.sheet import Sheet, lay_out, lay_out_all

Parts = dict[str, object]
"""Of a reading, by name."""
Annotator = Callable[[Sheet, Reading], Reading]
"""One judgement read off the sheet. Pure."""

Assessor = Callable[[Scores], Parts]
"""One judgement read off the model's scores. Pure."""

ASSESSORS: tuple[Assessor, ...] = (topic.assess, category.assess, attitude.assess)


class Reader:
    """One jurisdiction's reader. Holds nothing between posts."""

    def __init__(self, learned: Model, places: gazetteer.Gazetteer, jurisdiction: str, version: str) -> None:
        self.jurisdiction = jurisdiction
        self.version = version
        self.places = places
        self.model = learned
        self.gate = Gate(lexicon.load())
        self.annotators: tuple[Annotator, ...] = (
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
        with collector.undisturbed():
            learned = model.load(
                versions.current(models) if named is None else versions.folder_of(models, named)
            )
            localities = tomlfile.fingerprint(policy / gazetteer.FILE)
            words.tokens("热身")
            words.idf("热身")
            normalise.join(["热身"])
            version = sha256(f"{learned.version} {localities} {_code()}".encode()).hexdigest()[:12]
            return cls(learned, gazetteer.load(policy), jurisdiction, version)

    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order. What is irrelevant is not read further than that.

        Each step is taken for all posts before the next one: its code and tables stay at hand, which saves a third.
        """
        opened = self.gate.open_to([(post.title, post.text) for post in posts])
        asked = [at for at, post in enumerate(posts) if opened[at] or entered_by_hand(post)]
        laid_out = lay_out_all([posts[at] for at in asked])
        sheets = [self.gate.mark(sheet) for sheet in laid_out]
        begun = self._begun(sheets, [opened[at] for at in asked], now)
        onward = [k for k, reading in enumerate(begun) if _matters(reading.relevance)]
        whole = self._whole([sheets[k] for k in onward], [begun[k] for k in onward])
        for k, reading in zip(onward, whole, strict=True):
            begun[k] = reading
        read = dict(zip(asked, begun, strict=True))
        readings = [
            read.get(at) or self.blank(post, relevance.GATE_SHUT, now) for at, post in enumerate(posts)
        ]
        return [reading if _matters(reading.relevance) else _dropped(reading) for reading in readings]

    def facts(self, post: Post, now: datetime) -> Reading:
        """What the annotators find in a post, whether or not it is any matter of the office."""
        sheet, reading = self.gate.mark(lay_out(post)), self.blank(post, relevance.GATE_SHUT, now)
        for annotate in self.annotators:
            reading = annotate(sheet, reading)
        return reading

    def _begun(self, sheets: Sequence[Sheet], opened: Sequence[bool], now: datetime) -> list[Reading]:
        """Readings that hold what the scores say, and nothing else yet."""
        scored = self.model.score_all(extract_all(sheets))
        judged = [_judged(*seen) for seen in zip(sheets, scored, opened, strict=True)]
        readings = [self.blank(sheet.post, said, now) for sheet, said in zip(sheets, judged, strict=True)]
        onward = [k for k, said in enumerate(judged) if _matters(said)]
        assessed = [[assess(scored[k]) for k in onward] for assess in ASSESSORS]
        for k, *parts in zip(onward, *assessed, strict=True):
            readings[k] = amended(readings[k], **reduce(or_, parts))
        return readings

    def _whole(self, sheets: Sequence[Sheet], readings: list[Reading]) -> list[Reading]:
        for annotate in self.annotators:
            readings = [annotate(*pair) for pair in zip(sheets, readings, strict=True)]
        return readings

    def blank(self, post: Post, relevant: Relevance, now: datetime) -> Reading:
        return Reading(
            post=post,
            jurisdiction=self.jurisdiction,
            relevance=relevant,
            fingerprint=fingerprint.NONE,
            reader=self.version,
            read_at=now,
        )


def _matters(judged: Relevance) -> bool:
    return judged.verdict is not Verdict.IRRELEVANT


def _dropped(reading: Reading) -> Reading:
    """What goes no further is known again by its bare text alone."""
    return amended(reading, fingerprint=fingerprint.exact(reading.post))


def _judged(sheet: Sheet, scores: Scores, opened: bool) -> Relevance:
    # The score was calibrated on what the gate lets through: of anything else it says nothing.
    relevant = relevance.judge(sheet, scores) if opened else relevance.GATE_SHUT
    if entered_by_hand(sheet.post):
        return relevance.at_least_a_look(relevant, relevance.BY_HAND)
    if not _matters(relevant) and relevance.names_the_trade(sheet):
        return relevance.at_least_a_look(relevant, relevance.NAMED)
    return relevant


def entered_by_hand(post: Post) -> bool:
    return post.extraction is not None and post.extraction.method == "hand"


def _code() -> str:
    """Of the rules that the annotators hold."""
    folder = Path(__file__).parent / "annotators"
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()
