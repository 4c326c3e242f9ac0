"""Replies, read beside what they answer: 「太响了，孩子都吓哭了」 names nothing, and says much under a post about the siren.

A reply that is no business of the office by its own words follows what it answers where that is; advertisements do not.
It is asked for its attitude, for harm, for people gathered and for what it claims; what the matter is, where and when,
it does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from huiying.blanking import ANSWERS, FOLLOWED
from huiying.contracts import Attitude, Post, Quoted, Relevance, Verdict, Why
from nlp.annotators import attitude
from nlp.idle import is_idle
from nlp.model import Scores
from nlp.sheet import Sheet


def answered(post: Post, said: Quoted) -> Post:
    """What is answered as a post of its own, to be judged like any other."""
    return replace(post, title=said.title, text=said.text, answers=None, reply_to=None, extraction=None)


def following(sheet: Sheet, judged: Relevance, followed: Relevance | None) -> Relevance:
    """How a reply was ``judged`` by its own words, or, where that dropped it, that it goes with what it answers.

    ``followed`` is how that was judged; None where nothing is answered, or nothing of the office's business.
    """
    if followed is None or judged.verdict is not Verdict.IRRELEVANT or _advertises(sheet):
        return judged
    grounds = "；".join(dict.fromkeys(why.note for why in followed.why if why.weight >= 0 and why.note))
    note = FOLLOWED + (f"：{grounds}" if grounds else "")
    return Relevance(verdict=Verdict.REPLY, score=followed.score, why=(Why(rule=ANSWERS, note=note),))


def _advertises(sheet: Sheet) -> bool:
    return any("advert" in passage.listed for passage in sheet.passages)


def assess(sheet: Sheet, scores: Scores) -> Mapping[str, object]:
    """Its attitude; an answer is owed where it complains. Idle talk has none, whatever its words weigh elsewhere."""
    if is_idle(sheet):
        return {"idle": True, "owes_answer": False}
    parts = attitude.assess(scores)
    return {**parts, "owes_answer": parts["attitude"] is Attitude.NEGATIVE}
