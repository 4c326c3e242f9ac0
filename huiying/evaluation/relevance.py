"""Whether what concerns the office is found, and how much else is found with it.

*Found* is an alert or a place in the review queue: either way a person sees it.  Recall is that of core texts.  Texts that
only mention the trade are nobody's error either way: they count neither for nor against ``relevance.precision``, and what
it would be if each of them were an error stands beside it (``relevance.precision.mention_is_wrong``).  A false alarm of
the stream is a text that is found although neither the folder's ``renfang/texts.jsonl`` nor a reader of the project
(``judged.jsonl``) calls it core or mention.  That reader saw what the product finds before judging, so the count without those judgements
stands beside it (``relevance.false_alarms_per_million.unjudged``); all that is found is listed, whichever it is.

Messages of citizens to a whole town's mailbox, which nobody has labelled, are read as well: what is found among them although
no word of them names the trade or an alarm is listed and counted (``relevance.citizens.unnamed_per_million``).  Not all of that
is wrong, and what is wrong with a name in it is not counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np

from huiying.contracts import Post, Relevance, Verdict
from huiying.evaluation import plotting
from huiying.evaluation.figure import Figure, Measured, share
from huiying.evaluation.folder import OWN, Folder, Row
from nlp import lexicon, words
from nlp.annotators.relevance import GATE_SHUT
from nlp.corpus import post
from nlp.normalise import quick
from nlp.pipeline import Reader

TEXTS = "renfang/texts.jsonl"
HOMONYMS = "renfang/homonyms.jsonl"
STREAM = ("stream/weibo_hot_titles.tsv", "stream/weibo_reposts.jsonl")
CITIZENS = "citizen_messages/unlabelled.jsonl"
KEYWORD_FREE = "keyword_free/texts.jsonl"
JUDGED = Path(__file__).parent / "judged.jsonl"
"""Texts of a public stream that a reader of the project has looked at: digest, relevance, and a word why."""
NAMES = ("人防", "民防", "防空")
ALARMED = (*NAMES, "警报", "空袭", "国动", "国防动员", "战备", "试鸣")
"""What a citizen names who means the office or its sirens."""
MILLION = 1_000_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 2_000

Way = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    text: str
    relevance: str = "off"
    register: str = ""

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Read:
    text: Text
    relevance: Relevance

    @property
    def found(self) -> bool:
        return self.relevance.verdict is not Verdict.IRRELEVANT


def measure(folder: Folder, reader: Reader) -> Measured:
    """Precision and recall over ``renfang/``, false alarms over ``stream/``, recall of our own texts that name nothing."""
    figures: list[Figure] = []
    lists: dict[str, tuple[str, ...]] = {}
    plots: dict[str, plotting.Draw] = {}
    labelled, homonyms = folder.rows(TEXTS), folder.rows(HOMONYMS)
    skipped = [name for name, rows in ((TEXTS, labelled), (HOMONYMS, homonyms)) if rows is None]
    texts = [_text(row) for row in labelled or ()]
    if texts:
        off = [Text("", row["text"], register="homonym") for row in homonyms or ()]
        everything = read(reader, [*texts, *off])
        figures += of_labelled(everything)
        plots = pictures(everything)
        lists["漏掉的正题"] = _listed(r for r in everything if r.text.relevance == "core" and not r.found)
        lists["找错的"] = _listed(r for r in everything if r.text.relevance == "off" and r.found)
    for name in STREAM:
        if not (folder.path / name).is_file():
            skipped.append(name)
    stream = list(_stream(folder))
    if stream:
        known = {text.whole for text in texts if text.relevance != "off"}
        found = [one for one in read(reader, stream) if one.found]
        unlabelled = [one for one in found if one.text.whole not in known]
        wrong = [one for one in unlabelled if not _judged_relevant(one.text)]
        figures += of_stream(stream, found, wrong)
        figures.append(
            _per_million("relevance.false_alarms_per_million.unjudged", len(unlabelled), len(stream))
        )
        lists["背景流中的误报"] = _listed(wrong)
        lists["背景流中找到的正题"] = _listed(one for one in found if one not in wrong)
    messages = folder.texts(CITIZENS, "title", "text")
    if messages is None:
        skipped.append(CITIZENS)
    elif messages:
        raised = [
            one for one in read(reader, [Text(row["title"], row["text"]) for row in messages]) if one.found
        ]
        unnamed = [one for one in raised if not names_it(quick(one.text.whole))]
        figures += of_citizens(len(messages), raised, unnamed)
        lists["市民留言中没有点名却报出的"] = _listed(unnamed)
    figures += of_keyword_free(reader)
    return Measured(figures=tuple(figures), lists=lists, skipped=tuple(skipped), plots=plots)


def read(reader: Reader, texts: Sequence[Text]) -> list[Read]:
    taken: list[Read] = []
    for first in range(0, len(texts), _BATCH):
        part = texts[first : first + _BATCH]
        readings = reader.read([_post(first + n, text) for n, text in enumerate(part)], _NOW)
        taken += [Read(text, reading.relevance) for text, reading in zip(part, readings, strict=True)]
    return taken


def of_labelled(texts: Sequence[Read]) -> list[Figure]:
    """Precision and recall, of all and of each register; the plainer ways beside them."""
    plain = {"词组表": by_phrase, "分词匹配": by_token, "子串": by_substring}
    figures = [*_pair("", texts, by_phrase, "词组表")]
    for register in sorted({one.text.register for one in texts}):
        mine = [one for one in texts if one.text.register == register]
        figures += [replace(figure, register=register) for figure in _pair("", mine, by_phrase, "词组表")]
    strict = [one for one in texts if one.found]
    figures.append(
        share(
            "relevance.precision.mention_is_wrong",
            sum(one.text.relevance == "core" for one in strict),
            len(strict),
        )
    )
    mentions = [one for one in texts if one.text.relevance == "mention"]
    figures.append(share("relevance.mentions_found", sum(one.found for one in mentions), len(mentions)))
    for name, way in (
        ("phrases", plain["词组表"]),
        ("tokens", plain["分词匹配"]),
        ("substring", plain["子串"]),
    ):
        hits, said, core = _by(texts, way)
        figures.append(share(f"relevance.precision.{name}", hits, said))
        figures.append(share(f"relevance.recall.{name}", hits, core))
    return figures


def pictures(texts: Sequence[Read]) -> dict[str, plotting.Draw]:
    """Of core and off: how often a score is right, and what each threshold would find.

    What the gate shuts out has no score: it says nothing of calibration, and counts as 0 for precision and recall.
    """
    counted = [one for one in texts if one.text.relevance != "mention"]
    scored = [one for one in counted if one.relevance is not GATE_SHUT]
    return {
        "relevance_calibration": plotting.calibration("relevance", *_chances(scored)),
        "relevance_precision_recall": plotting.precision_recall("relevance", *_chances(counted)),
    }


def _chances(texts: Sequence[Read]) -> tuple[plotting.Numbers, plotting.Marks]:
    return (
        np.array([one.relevance.score for one in texts], dtype=np.float64),
        np.array([one.text.relevance == "core" for one in texts], dtype=np.bool_),
    )


def _pair(tail: str, texts: Sequence[Read], way: Way, named: str) -> list[Figure]:
    core = [one for one in texts if one.text.relevance == "core"]
    counted = [one for one in texts if one.text.relevance != "mention" and one.found]
    hits = sum(one.found for one in core)
    plain_hits, plain_said, plain_core = _by(texts, way)
    return [
        share(
            name + tail,
            hits,
            n,
            baseline=plain_hits / plain_n if plain_n else None,
            baseline_name=named,
        )
        for name, n, plain_n in (
            ("relevance.precision", len(counted), plain_said),
            ("relevance.recall", len(core), plain_core),
        )
        if n
    ]


def _by(texts: Sequence[Read], way: Way) -> tuple[int, int, int]:
    """Core texts found, texts found (mentions left out), core texts."""
    counted = [one.text for one in texts if one.text.relevance != "mention"]
    said = [text for text in counted if way(quick(text.whole))]
    return (
        sum(text.relevance == "core" for text in said),
        len(said),
        sum(text.relevance == "core" for text in counted),
    )


def of_stream(stream: Sequence[Text], found: Sequence[Read], wrong: Sequence[Read]) -> list[Figure]:
    """A million texts' worth of false alarms, and of all that is found; the phrase list's finds as the baseline."""
    plain = sum(by_phrase(quick(text.whole)) for text in stream)
    alerts = [one for one in wrong if one.relevance.verdict is Verdict.ALERT]
    return [
        _per_million("relevance.false_alarms_per_million", len(wrong), len(stream)),
        _per_million("relevance.false_alerts_per_million", len(alerts), len(stream)),
        _per_million(
            "relevance.found_per_million",
            len(found),
            len(stream),
            baseline=MILLION * plain / len(stream),
            baseline_name="词组表",
        ),
    ]


def of_citizens(n: int, raised: Sequence[Read], unnamed: Sequence[Read]) -> list[Figure]:
    """A million messages' worth of what is found without a name, of the alerts among that, and of all that is found."""
    alerts = [one for one in unnamed if one.relevance.verdict is Verdict.ALERT]
    return [
        _per_million("relevance.citizens.unnamed_per_million", len(unnamed), n),
        _per_million("relevance.citizens.unnamed_alerts_per_million", len(alerts), n),
        _per_million("relevance.citizens.found_per_million", len(raised), n),
    ]


def names_it(text: str) -> bool:
    """Whether a word names the trade or an alarm: 老年人防范 has no such word, and neither has 民警报案."""
    return any(name in word for word, _, _ in words.tokens(text) for name in ALARMED)


def _per_million(
    name: str, hits: int, n: int, *, baseline: float | None = None, baseline_name: str = ""
) -> Figure:
    part = share(name, hits, n, baseline=baseline, baseline_name=baseline_name)
    return replace(part, value=part.value * MILLION, low=part.low * MILLION, high=part.high * MILLION)


def of_keyword_free(reader: Reader) -> list[Figure]:
    """Recall of texts that never name the trade; of our own writing, whatever the folder: nobody has labelled real ones."""
    rows = [_text(row) for row in Folder(OWN).rows(KEYWORD_FREE) or ()]
    taken = read(reader, rows)
    core = [one for one in taken if one.text.relevance == "core"]
    off = [one for one in taken if one.text.relevance == "off"]
    plain = sum(by_phrase(quick(one.text.whole)) for one in core)
    return [
        share(
            "relevance.keyword_free_recall.own",
            sum(one.found for one in core),
            len(core),
            baseline=plain / len(core) if core else None,
            baseline_name="词组表",
        ),
        share("relevance.keyword_free_false.own", sum(one.found for one in off), len(off)),
    ]


def by_substring(text: str) -> bool:
    return any(name in text for name in NAMES)


def by_token(text: str) -> bool:
    """A word that is one of the names or begins with it."""
    return by_substring(text) and any(word.startswith(NAMES) for word, _, _ in words.tokens(text))


def by_phrase(text: str) -> bool:
    return bool(_phrases().find(text))


@cache
def _phrases() -> lexicon.Spotter:
    return lexicon.Spotter({"phrases": lexicon.load()["phrases"]})


@cache
def _judged() -> frozenset[str]:
    rows = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines() if line.strip()]
    return frozenset(row["sha256"] for row in rows if row["relevance"] != "off")


def _judged_relevant(text: Text) -> bool:
    return digest(text.whole) in _judged()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _stream(folder: Folder) -> Iterable[Text]:
    titles, reposts = STREAM
    for line in folder.lines(titles) or ():
        yield Text(line.partition("\t")[2], "", register="weibo hot title")
    for row in folder.rows(reposts) or ():
        yield Text("", row["text"], register="weibo repost")


def _text(row: Row) -> Text:
    return Text(
        row.get("title") or "",
        row.get("text") or "",
        row["relevance"],
        row.get("register") or "",
    )


def _post(number: int, text: Text) -> Post:
    return post(f"evaluation-{number}", text.title, text.text)


def _listed(texts: Iterable[Read]) -> tuple[str, ...]:
    return tuple(
        f"{one.relevance.verdict} {one.relevance.score:.2f} {one.text.whole[:120]}".replace("\n", " ")
        for one in texts
    )
