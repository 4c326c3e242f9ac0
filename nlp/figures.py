"""How well a model reads: counts beside every figure, and what the gate lost is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from huiying.contracts import Attitude, Category
from nlp.corpus import Example
from nlp.learning import TOPICS, Marks, Numbers, f1
from nlp.model import Card


def counts(examples: Sequence[Example]) -> dict[str, object]:
    relevance = Counter(example.relevance for example in examples)
    return {
        "总数": len(examples),
        **relevance,
        "事件": len({e.event for e in examples if e.relevance != "off"}),
    }


def measure(
    examples: Sequence[Example], chances: Numbers, passed: Marks, named: Marks, doubted: Marks, card: Card
) -> dict[str, dict[str, object]]:
    """Precision and recall of relevance through gate and model; macro-F1 of what is asked of relevant texts."""
    core = np.array([example.relevance == "core" for example in examples])
    mention = np.array([example.relevance == "mention" for example in examples])
    off = ~core & ~mention
    relevance = chances[:, card.outputs.index("relevance")]
    looked_at = np.where(doubted, card.alert, np.where(named, card.review, card.review_unnamed))
    return {
        "词表门": {"正题放行": ratio(passed & core, core), "无关放行": ratio(passed & off, off)},
        "报警": _relevance(passed & ~doubted & (relevance >= card.alert), core, mention),
        "报警或待看": _relevance(passed & (relevance >= looked_at), core, mention),
        "分类": _answers(examples, chances, ~off, card),
    }


def ratio(part: Marks, whole: Marks) -> str:
    n = int(whole.sum())
    return f"{int(part.sum())}/{n} = {100 * int(part.sum()) / n:.1f}%" if n else "0/0"


def _relevance(said: Marks, core: Marks, mention: Marks) -> dict[str, object]:
    return {
        "准确（正题或提及）": ratio(said & (core | mention), said),
        "正题召回": ratio(said & core, core),
        "提及召回": ratio(said & mention, mention),
    }


def _answers(examples: Sequence[Example], chances: Numbers, relevant: Marks, card: Card) -> dict[str, object]:
    index = {name: number for number, name in enumerate(card.outputs)}
    chosen = [example for example, keep in zip(examples, relevant, strict=True) if keep]
    scores = chances[relevant]
    topics = scores[:, [index[f"topic:{code}"] for code in TOPICS]].argmax(axis=1)
    moods = scores[:, [index[f"attitude:{a.value}"] for a in Attitude]].argmax(axis=1)
    truth = np.array([TOPICS.index(example.topic) for example in chosen])
    mood = np.array([tuple(Attitude).index(example.attitude) for example in chosen])
    owes = np.array([example.owes_answer for example in chosen])
    said = np.stack(
        [scores[:, index[f"category:{c}"]] >= card.cuts[f"category:{c}"] for c in Category], axis=1
    )
    yes = np.array([[c in example.categories for c in Category] for example in chosen])
    return {
        "n": len(chosen),
        "事项宏平均F1": _macro([(topics == k, truth == k) for k in range(len(TOPICS))]),
        "事项正确": ratio(topics == truth, np.full(len(chosen), True)),
        "类别宏平均F1": _macro([(said[:, k], yes[:, k]) for k in range(len(Category))]),
        "态度宏平均F1": _macro([(moods == k, mood == k) for k in range(len(Attitude))]),
        "官方口径F1": round(f1(scores[:, index["owes"]] < 0.5, ~owes), 3),
    }


def _macro(pairs: Sequence[tuple[Marks, Marks]]) -> float:
    present = [f1(said, yes) for said, yes in pairs if yes.any()]
    return round(sum(present) / len(present), 3) if present else 0.0
