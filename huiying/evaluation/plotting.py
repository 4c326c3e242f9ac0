"""Pictures of how well the product reads: confusion, calibration, precision and recall, each as one PNG.

matplotlib is an extra, imported only when something is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huiying import complaints
from huiying.errors import Misconfigured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Draw = Callable[[Path], None]
Paint = Callable[["Axes"], None]
Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

FONTS = [
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
]
"""Whichever is there first shows the names of classes."""
BINS = 10
FEW = 5
"""A bin of fewer texts says nothing."""


def make_ready(folder: Path) -> None:
    """Before anything is measured. Raises Misconfigured where nothing could be drawn at the end."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise Misconfigured("画图要先装 matplotlib：pip install 'huiying[plots]'。") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"不能把图画到 {folder}：{complaints.of_system(error)}") from error


def draw(plots: Mapping[str, Draw], folder: Path) -> list[Path]:
    """One PNG each. Returns what was written."""
    paths = []
    for name, plot in plots.items():
        path = folder / f"{name}.png"
        try:
            plot(path)
        except OSError as error:
            raise Misconfigured(f"不能写 {path}：{complaints.of_system(error)}") from error
        paths.append(path)
    return paths


def confusion(title: str, truth: Sequence[str], said: Sequence[str]) -> Draw:
    """Rows are what the text is, columns what was said; shade by share of the row."""
    classes = sorted({*truth, *said})
    place = {name: number for number, name in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)))
    for is_, was_said in zip(truth, said, strict=True):
        table[place[is_], place[was_said]] += 1

    def paint(axes: Axes) -> None:
        shade = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
        axes.imshow(shade, cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(table):
            colour = "white" if shade[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", color=colour)
        axes.set_xticks(range(len(classes)), classes, rotation=30, ha="right")
        axes.set_yticks(range(len(classes)), classes)
        axes.set_xlabel("said")
        axes.set_ylabel("is")
        axes.set_title(title)

    return _picture(paint)


def calibration(title: str, chances: Numbers, right: Marks) -> Draw:
    """How often what was said with a certain probability is so; bins of fewer than ``FEW`` are left out."""
    bins = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    shown = [bin_ for bin_ in range(BINS) if int((bins == bin_).sum()) >= FEW]

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="grey", linestyle="dotted")
        means = [float(chances[bins == bin_].mean()) for bin_ in shown]
        shares = [float(right[bins == bin_].mean()) for bin_ in shown]
        axes.plot(means, shares, marker="o")
        for bin_, mean, share in zip(shown, means, shares, strict=True):
            axes.annotate(
                f"n={int((bins == bin_).sum())}", (mean, share), textcoords="offset points", xytext=(6, -10)
            )
        _unit_square(axes, "probability given", "share that is so", title)

    return _picture(paint)


def precision_recall(title: str, chances: Numbers, yes: Marks) -> Draw:
    """Over every threshold."""
    ranked = yes[np.argsort(-chances, kind="stable")]
    hits = np.cumsum(ranked)
    precision = hits / np.arange(1, len(ranked) + 1)
    recall = hits / max(int(yes.sum()), 1)

    def paint(axes: Axes) -> None:
        axes.step(recall, precision, where="post")
        _unit_square(axes, "recall", "precision", f"{title} (n={len(yes)}, yes={int(yes.sum())})")

    return _picture(paint)


def _unit_square(axes: Axes, x: str, y: str, title: str) -> None:
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(title)
    axes.grid(alpha=0.3)


def _picture(paint: Paint) -> Draw:
    def write(path: Path) -> None:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with mpl.rc_context({"font.family": _fonts()}):
            figure = Figure(figsize=(7, 6), dpi=120, layout="constrained")
            FigureCanvasAgg(figure)
            paint(figure.add_subplot())
            figure.savefig(path)

    return write


def _fonts() -> list[str]:
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [*(name for name in FONTS if name in installed), "DejaVu Sans"]
