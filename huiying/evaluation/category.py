"""Handling classes, inquiry and petition, on texts of our own alone: nobody has real labels for the six classes.

What the product does not take for relevant is given no class, and counts as missed; ``@taken_in``: without those.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from huiying.contracts import HANDLED_AS, Category, Verdict
from huiying.evaluation import heldback
from huiying.evaluation.figure import Figure, Measured, resampled
from huiying.evaluation.folder import Folder
from huiying.evaluation.heldback import Marks
from nlp import corpus
from nlp.pipeline import Reader

CLASSES = tuple(Category)


def measure(folder: Folder, reader: Reader) -> Measured:
    """Macro-F1 over all classes and over the six; F1 of each. The folder is not asked: it has no such labels."""
    held = heldback.read(reader)
    learned = [one for one in corpus.load(corpus.LEARNED) if one.relevance != "off" or one.categories]
    yes = np.array([[c in one.categories for c in CLASSES] for one in held.examples])
    said = np.array([[any(f.category is c for f in r.categories) for c in CLASSES] for r in held.readings])
    plain = heldback.plainly(
        learned, [[c in one.categories for c in CLASSES] for one in learned], held.examples
    )
    six = [CLASSES.index(category) for category in HANDLED_AS]
    figures = [
        _figure("category.macro_f1.own", said, yes, plain),
        _figure("category.six.macro_f1.own", said[:, six], yes[:, six], plain[:, six]),
    ]
    taken = np.array([r.relevance.verdict is not Verdict.IRRELEVANT for r in held.readings])
    for name, which in (("category", [*range(len(CLASSES))]), ("category.six", six)):
        part = [marks[taken][:, which] for marks in (said, yes, plain)]
        figures.append(_figure(f"{name}.macro_f1.own@taken_in", *part))
    for number, category in enumerate(CLASSES):
        one = [number]
        figure = _figure(f"category.{category}.f1.own", said[:, one], yes[:, one], plain[:, one])
        figures.append(replace(figure, n=int(yes[:, number].sum())))
    return Measured(figures=tuple(figures))


def _figure(name: str, said: Marks, yes: Marks, plain: Marks) -> Figure:
    everyone = np.arange(len(yes))
    return resampled(
        name,
        lambda chosen: heldback.macro_f1(said, yes, chosen),
        len(yes),
        baseline=heldback.macro_f1(plain, yes, everyone),
        baseline_name=heldback.BASELINE,
    )
