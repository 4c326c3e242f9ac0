"""Everything that is measured, and one run over all of it: what is absent is named, what breaks is not hidden."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from huiying.errors import Misconfigured
from huiying.evaluation import (
    attitude,
    category,
    claims,
    deaths,
    field,
    idle,
    intent,
    near_duplicates,
    occurred,
    pages,
    place,
    relevance,
    same_event,
    signals,
    stories,
)
from huiying.evaluation.figure import Figure, Measured
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader

Measure = Callable[[Folder, Reader], Measured]

MEASURES: tuple[Measure, ...] = (
    relevance.measure,
    category.measure,
    attitude.measure,
    idle.measure,
    intent.measure,
    field.measure,
    deaths.measure,
    signals.measure,
    occurred.measure,
    place.measure,
    claims.measure,
    near_duplicates.measure,
    same_event.measure,
    pages.measure,
    stories.measure,
)
"""One line a judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """All that was measured, in the order of ``MEASURES``."""

    figures: tuple[Figure, ...]
    lists: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    plots: Mapping[str, Callable[[Path], None]] = dataclasses.field(default_factory=dict)
    broken: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Measure that raised → its traceback."""


def take(folder: Folder, reader: Reader, measures: Sequence[Measure] = MEASURES) -> Taken:
    """Every measure once. Raises Misconfigured for a file that is wrong, and for a folder in which there is nothing."""
    # Some measures look at texts of our own whatever the folder: they alone are no answer to what was asked.
    if not any(folder.path.rglob("*.jsonl")):
        raise Misconfigured(f"{folder.path} 里没有可以评测的文件，里面的排法见 huiying/evaluation/texts。")
    done: list[Measured] = []
    broken: dict[str, str] = {}
    for measure in measures:
        try:
            done.append(measure(folder, reader))
        except Misconfigured:
            raise
        except Exception:  # the others still count; the command ends with an error
            broken[measure.__module__.rpartition(".")[2]] = traceback.format_exc()
    figures = tuple(figure for measured in done for figure in measured.figures)
    _each_once(figure.key for figure in figures)
    return Taken(
        figures=figures,
        lists={title: texts for measured in done for title, texts in (measured.lists or {}).items()},
        skipped=tuple(dict.fromkeys(name for measured in done for name in measured.skipped)),
        plots={name: draw for measured in done for name, draw in (measured.plots or {}).items()},
        broken=broken,
    )


def _each_once(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"two figures are called {key}")
        seen.add(key)
