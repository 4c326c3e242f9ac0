"""Attitude on texts of our own alone, per register, of those texts that the product takes in: the chart counts no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from huiying.contracts import Attitude
from huiying.evaluation import heldback
from huiying.evaluation.figure import Figure, Measured, resampled, share
from huiying.evaluation.folder import Folder
from huiying.evaluation.heldback import Marks
from nlp import corpus
from nlp.pipeline import Reader

CLASSES = tuple(Attitude)
FEW = 8
"""Texts that a register needs for a row of its own."""


def measure(folder: Folder, reader: Reader) -> Measured:
    """Macro-F1 and error, of all and of each register. The folder is not asked: it has no such labels."""
    held = heldback.taken_in(heldback.read(reader))
    learned = [one for one in corpus.load(corpus.LEARNED) if one.relevance != "off"]
    yes = np.array([[one.attitude is c for c in CLASSES] for one in held.examples])
    said = np.array([[r.attitude is c for c in CLASSES] for r in held.readings])
    plain = heldback.plainly(
        learned, [[one.attitude is c for c in CLASSES] for one in learned], held.examples
    )
    registers = np.array([one.register for one in held.examples])
    figures = [_macro(said, yes, plain), _error(said, yes)]
    for register in sorted(set(registers.tolist())):
        mine = registers == register
        if int(mine.sum()) >= FEW:
            row = (_macro(said[mine], yes[mine], plain[mine]), _error(said[mine], yes[mine]))
            figures += [replace(figure, register=register) for figure in row]
    return Measured(figures=tuple(figures))


def _macro(said: Marks, yes: Marks, plain: Marks) -> Figure:
    return resampled(
        "attitude.macro_f1.own",
        lambda chosen: heldback.macro_f1(said, yes, chosen),
        len(yes),
        baseline=heldback.macro_f1(plain, yes, np.arange(len(yes))),
        baseline_name=heldback.BASELINE,
    )


def _error(said: Marks, yes: Marks) -> Figure:
    """How often the attitude given is not the writer's; always saying the commonest one is the baseline."""
    commonest = 1 - float(yes.mean(axis=0).max())
    wrong = int((said != yes).any(axis=1).sum())
    return share("attitude.error.own", wrong, len(yes), baseline=commonest, baseline_name="总说最常见的一种")
