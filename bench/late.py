"""``python -m bench.late``: what it costs to look for answers that came before what they answer, on either engine.

Posts go through the reading stage, and the looks that it takes are timed.  Then one opening comes after as many answers as one
batch reads again.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bench.servers import running
from bench.stream_of_posts import posts, texts
from huiying.contracts import ArchiveLine, Post, Verdict
from huiying.early import MOST
from huiying.engines import open_engine
from huiying.ports import Engine, PostArchive
from huiying.settings import load
from huiying.suppression import Suppression
from huiying.tomlfile import DEFAULTS
from nlp import train
from nlp.handle import ReadingHandler
from nlp.pipeline import Reader

MODELS = Path("data") / "bench-models"
BATCH = 500
RELEVANT = 0.02
TURNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.late", description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "distributed"), default="embedded")
    parser.add_argument("--posts", type=int, default=10_000)
    chosen = parser.parse_args()
    train.ensure(MODELS)
    reader = Reader.load(MODELS, DEFAULTS, "henan")
    with _opened(chosen.engine) as engine:
        print(measured(engine, reader, chosen.posts))


def measured(engine: Engine, reader: Reader, count: int) -> str:
    now = datetime.now(UTC)
    made = list(posts(texts(count, relevant=RELEVANT), now, source="bench"))
    archive = _Timed(engine.archive)
    stage = ReadingHandler(
        engine.stream, cast(PostArchive, archive), reader, Suppression(engine.register, b"bench")
    )
    whole = 0.0
    for start in range(0, count, BATCH):
        batch = made[start : start + BATCH]
        whole += _seconds(lambda batch=batch: stage.handle(batch, now))  # type: ignore[misc]
    looks = archive.looked
    opening = next(post for post in made if _is_alert(reader, post, now))
    early = [
        replace(
            opening, id=f"early-{n}", title="", text=f"太响了，{n}号楼的孩子都吓哭了", reply_to=opening.id
        )
        for n in range(MOST)
    ]
    stage.handle(early, now)
    again = min(_seconds(lambda: stage.handle([opening], now)) for _ in range(TURNS))
    return (
        f"{count / whole:,.0f} posts a second, {count / (whole - looks):,.0f} without the look "
        f"({looks / count * BATCH * 1000:.1f} ms a batch of {BATCH}); "
        f"an opening that {MOST} answers came before: {again * 1000:,.0f} ms"
    )


class _Timed:
    """The archive, and how many seconds of its time went into the look."""

    def __init__(self, archive: PostArchive) -> None:
        self._archive = archive
        self.looked = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)

    def answering(self, posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        started = time.perf_counter()
        found = self._archive.answering(posts, limit=limit, complete=complete)
        self.looked += time.perf_counter() - started
        return found


def _is_alert(reader: Reader, post: Post, now: datetime) -> bool:
    return reader.read([post], now)[0].relevance.verdict is Verdict.ALERT


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextlib.contextmanager
def _opened(engine: str) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="bench-late-") as folder, contextlib.ExitStack() as stack:
        chosen: dict[str, object] = {"data": Path(folder), "engine": engine}
        if engine == "distributed":
            servers = stack.enter_context(running())
            chosen |= {"kafka": servers.kafka, "elasticsearch": servers.elasticsearch}
        opened = open_engine(load(**chosen))
        try:
            yield opened
        finally:
            opened.close()


if __name__ == "__main__":
    main()
