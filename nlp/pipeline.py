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
from huiying.requests import owes_an_answer
from nlp import gazetteer, lexicon, model, normalise, replies, versions, words
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
OF_REPLIES: tuple[Annotator, ...] = (
    units.annotate,
    harm.annotate,
    gathering.annotate,
    allegations.annotate,
    fingerprint.annotate,
)
"""What is read in a post that only follows what it answers."""


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
            ours = " ".join(gazetteer.territory(policy))
            words.tokens("热身")
            words.idf("热身")
            normalise.join(["热身"])
            version = sha256(f"{learned.version} {localities} {ours} {_code()}".encode()).hexdigest()[:12]
            return cls(learned, gazetteer.load(policy), jurisdiction, version)

    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order. What is irrelevant is not read further than that.

        Each step is taken for all posts before the next one: its code and tables stay at hand, which saves a third.
        """
        opened = self._opened(posts)
        followed = self._followed(posts)
        asked = [at for at, post in enumerate(posts) if opened[at] or followed[at] or _looked_at(post)]
        sheets = self._sheets([posts[at] for at in asked])
        begun = self._begun(sheets, [opened[at] for at in asked], [followed[at] for at in asked], now)
        for annotators, onward in (
            (self.annotators, [k for k, one in enumerate(begun) if _speaks_itself(one.relevance)]),
            (OF_REPLIES, [k for k, one in enumerate(begun) if one.relevance.verdict is Verdict.REPLY]),
        ):
            whole = _whole(annotators, [sheets[k] for k in onward], [begun[k] for k in onward])
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

    def _opened(self, posts: Sequence[Post]) -> Sequence[bool]:
        return self.gate.open_to([(post.title, post.text) for post in posts])

    def _sheets(self, posts: Sequence[Post]) -> list[Sheet]:
        return [self.gate.mark(sheet) for sheet in lay_out_all(posts)]

    def _followed(self, posts: Sequence[Post]) -> list[Relevance | None]:
        """For each post how that which it answers was judged, where it is the office's business: each such text once."""
        said = {post.answers: replies.answered(post, post.answers) for post in posts if post.answers}
        if not said:
            return [None] * len(posts)
        opened = self._opened(list(said.values()))
        told = [text for text, yes in zip(said, opened, strict=True) if yes]
        sheets = self._sheets([said[text] for text in told])
        scored = self.model.score_all(extract_all(sheets))
        judged = [_judged(sheet, scores, True) for sheet, scores in zip(sheets, scored, strict=True)]
        followed = {text: one for text, one in zip(told, judged, strict=True) if _matters(one)}
        return [followed.get(post.answers) if post.answers else None for post in posts]

    def _begun(
        self,
        sheets: Sequence[Sheet],
        opened: Sequence[bool],
        followed: Sequence[Relevance | None],
        now: datetime,
    ) -> list[Reading]:
        """Readings that hold what the scores say, and nothing else yet."""
        scored = self.model.score_all(extract_all(sheets))
        alone = [_judged(*seen) for seen in zip(sheets, scored, opened, strict=True)]
        judged = [replies.following(*seen) for seen in zip(sheets, alone, followed, strict=True)]
        readings = [self.blank(sheet.post, said, now) for sheet, said in zip(sheets, judged, strict=True)]
        onward = [k for k, said in enumerate(judged) if _speaks_itself(said)]
        assessed = [[assess(scored[k]) for k in onward] for assess in ASSESSORS]
        for k, *parts in zip(onward, *assessed, strict=True):
            readings[k] = amended(readings[k], **reduce(or_, parts))
        for k, said in enumerate(judged):
            if said.verdict is Verdict.REPLY:
                readings[k] = amended(readings[k], **replies.assess(sheets[k], scored[k]))
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


def _whole(
    annotators: Sequence[Annotator], sheets: Sequence[Sheet], readings: list[Reading]
) -> list[Reading]:
    for annotate in annotators:
        readings = [annotate(*pair) for pair in zip(sheets, readings, strict=True)]
    return readings


def _matters(judged: Relevance) -> bool:
    return judged.verdict is not Verdict.IRRELEVANT


def _speaks_itself(judged: Relevance) -> bool:
    """Of the office's business, by its own words."""
    return _matters(judged) and judged.verdict is not Verdict.REPLY


def _dropped(reading: Reading) -> Reading:
    """What goes no further is known again by its bare text alone."""
    return amended(reading, fingerprint=fingerprint.exact(reading.post))


def _judged(sheet: Sheet, scores: Scores, opened: bool) -> Relevance:
    # The score was calibrated on what the gate lets through: of anything else it says nothing.
    relevant = relevance.judge(sheet, scores) if opened else relevance.GATE_SHUT
    if sheet.post.by_hand:
        return relevance.at_least_a_look(relevant, relevance.BY_HAND)
    if owes_an_answer(sheet.post):
        return relevance.at_least_a_look(relevant, relevance.OWED)
    if not _matters(relevant) and relevance.names_the_trade(sheet):
        return relevance.at_least_a_look(relevant, relevance.NAMED)
    return relevant


def _looked_at(post: Post) -> bool:
    """Whatever it says, a person looks at it."""
    return post.by_hand or owes_an_answer(post)


def _code() -> str:
    """Of the rules that the annotators hold."""
    folder = Path(__file__).parent / "annotators"
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()
