"""``make bench-nlp``: what reading costs beside plainer ways, in one run; ``--help`` says what can be varied."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import table
from bench.machine import described
from bench.nlp import parity, peers, stages, texts, worker
from bench.nlp.clock import Took, in_turns
from huiying.contracts import Post
from huiying.evaluation.folder import Folder
from huiying.tomlfile import DEFAULTS
from nlp import train
from nlp.pipeline import Reader

MODELS = Path("data") / "bench-models"
RESULTS = Path("bench-results")
BATCH = 500
"""Posts that a worker takes in at once at most."""
BATCHES = 8
"""Of background posts one after the other in a turn, no two alike: most of a stream goes no further than the gate."""
GATE, RATIO, AIM, MEMORY, START = 200_000, 2.5, 4.0, 600, 2.0
"""Targets: background posts a second, times the reference's rate and the same hoped for, megabytes, seconds."""
REFERENCE = "jieba + TF-IDF + LinearSVC"
READING = "a full reading"
SHORT, NEAR, LETTERS = ", short", ", near misses", ", letters"
"""What may be read beside candidates of full length: short ones, what most often ends at its score, real letters."""
SLOW = 2
"""Texts that SnowNLP is given a turn."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.nlp", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the ways take turns")
    parser.add_argument(
        "--posts", type=int, default=50_000, help="posts that the worker reads before its memory is taken"
    )
    parser.add_argument(
        "--data",
        type=Path,
        help="a folder as `huiying evaluate` takes it: its citizens' letters are read as well",
    )
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    chosen = parser.parse_args()
    found = measure(chosen.seconds, chosen.posts, data=Folder.at(chosen.data) if chosen.data else None)
    RESULTS.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    written = json.dumps(found, ensure_ascii=False, indent=2)
    (RESULTS / f"nlp-{stamp}.json").write_text(written, "utf-8")
    print(written if chosen.json else in_words(found))


def measure(
    seconds: float, posts: int, models: Path = MODELS, *, data: Folder | None = None
) -> dict[str, object]:
    """Everything that the table shows; ``seconds`` of taking turns, ``posts`` for the worker, ``data`` with letters."""
    train.ensure(models)
    load_before = os.getloadavg()[0]
    reader = Reader.load(models, DEFAULTS, "henan")
    candidates, background = texts.candidates(100), texts.background(BATCHES * BATCH)
    pairs = [(post.title, post.text) for post in background]
    batches = [pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)]
    plain, svc, missing = [peers.text_of(post) for post in candidates], peers.jieba_tfidf_svc(), []
    works: dict[str, tuple[Callable[[], object], int]] = {
        "gate": (lambda: [reader.gate.open_to(batch) for batch in batches], len(pairs)),
    }
    kinds = _kinds(reader, candidates, data)
    for kind, some in kinds.items():
        said = [peers.text_of(post) for post in some]
        works[READING + kind] = (lambda some=some: reader.read(some, texts.NOW), len(some))  # type: ignore[misc]
        works[REFERENCE + kind] = (lambda said=said: svc(said), len(said))  # type: ignore[misc]
    others = {
        "jieba alone": (peers.jieba_alone(), plain),
        "fastText on jieba's words": (peers.fasttext(words=True), plain),
        "fastText on characters": (peers.fasttext(words=False), plain),
        "SnowNLP": (peers.snownlp(), plain[:SLOW]),
    }
    for name, (classify, mine) in others.items():
        if isinstance(classify, str):
            missing.append(classify)
            continue
        works[name] = (lambda classify=classify, mine=mine: classify(mine), len(mine))  # type: ignore[misc]
    for work, _ in works.values():  # what is filled on first use does not count
        work()
    took = in_turns(works, seconds)
    whole = stages.costs(reader, candidates)
    same = parity.between(parity.own_texts())
    return {
        "machine": described()
        | {"load before": f"{load_before:.1f}", "load after": f"{os.getloadavg()[0]:.1f}"},
        "lengths": {
            **{f"candidates{kind}": texts.mean_length(some) for kind, some in kinds.items()},
            "background": texts.mean_length(background),
        },
        "rates": {
            name: {"texts_a_second": run.rate, "micros": run.micros, "cpu": run.cpu, "wall": run.wall}
            for name, run in took.items()
        },
        "ratio": _ratio(took, READING, REFERENCE),
        "ratios": {kind: _ratio(took, READING + kind, REFERENCE + kind) for kind in kinds if kind},
        "stages": {name: run.micros for name, run in whole.items()},
        "worker": worker.measured(models, posts),
        "segmentation": {
            "texts": same.texts,
            "cut otherwise": same.otherwise,
            "share": same.share,
            "ends of words": same.bounds,
            "ends of one alone": same.bounds_otherwise,
        },
        "missing": missing,
    }


def _kinds(reader: Reader, candidates: list[Post], data: Folder | None) -> dict[str, list[Post]]:
    """What is read and classified, by what is added to the names of the two."""

    def opens(post: Post) -> bool:
        return reader.gate.opens(post.title, post.text)

    kinds = {
        "": candidates,
        SHORT: texts.candidates(100, length=0),
        NEAR: texts.near_misses(100, opens),
    }
    letters = texts.letters(data, 200) if data else None
    return kinds | ({LETTERS: letters} if letters else {})


def _ratio(took: Mapping[str, Took], one: str, other: str) -> float:
    return took[one].rate / took[other].rate


def in_words(found: Mapping[str, object]) -> str:
    """The same as tables for people."""
    rates, stage, held = _part(found, "rates"), _part(found, "stages"), _part(found, "worker")
    lengths, same, machine = _part(found, "lengths"), _part(found, "segmentation"), _part(found, "machine")
    way = [
        (
            name,
            f"{run['texts_a_second']:,.0f}",
            f"{run['micros']:,.1f}",
            f"{run['cpu']:.1f}",
            f"{run['wall']:.1f}",
        )
        for name, run in rates.items()
    ]
    ratio, gate = found["ratio"], rates["gate"]["texts_a_second"]
    assert isinstance(ratio, float)
    targets = [
        ("gate, background posts/s a core", f"{gate:,.0f}", f">= {GATE:,}", _met(gate >= GATE)),
        (
            f"a full reading beside {REFERENCE}",
            f"{ratio:.2f}x",
            f">= {RATIO}x, aim {AIM}x",
            _met(ratio >= RATIO),
        ),
        *((f"the same{kind}", f"{other:.2f}x", "-", "-") for kind, other in _part(found, "ratios").items()),
        (
            "memory of a worker",
            f"{held['memory_mb']:.0f} MB",
            f"<= {MEMORY} MB",
            _met(held["memory_mb"] <= MEMORY),
        ),
        (
            "start of a worker",
            f"{held['start_seconds']:.2f} s ({held['start_cpu']:.2f} s of processor)",
            f"<= {START} s",
            _met(held["start_seconds"] <= START),
        ),
    ]
    parts = [
        ", ".join(f"{name}: {value}" for name, value in machine.items()),
        "characters a text, on average: " + "; ".join(f"{kind} {mean:.0f}" for kind, mean in lengths.items()),
        table(("way", "texts/s of processor", "us a text", "cpu s", "wall s"), way),
        table(
            ("stage of a full reading", "us a text"),
            [
                *((name, f"{micros:,.1f}") for name, micros in stage.items()),
                ("together", f"{sum(stage.values()):,.1f}"),
            ],
        ),
        table(("measured", "figure", "target", ""), targets),
        f"segmentation: {same['cut otherwise']} of {same['texts']} own texts ({same['share']:.1%}) are cut otherwise by rjieba than by jieba; of {same['ends of words']} ends of words {same['ends of one alone']} are of one alone",
        *(f"not measured: {reason}" for reason in _listed(found["missing"])),
    ]
    return "\n\n".join(parts)


def _met(met: bool) -> str:
    return "met" if met else "missed"


def _part(found: Mapping[str, object], name: str) -> dict[str, Any]:
    part = found[name]
    assert isinstance(part, dict)
    return part


def _listed(reasons: object) -> list[str]:
    assert isinstance(reasons, list)
    return reasons


if __name__ == "__main__":
    main()
