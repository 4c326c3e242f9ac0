"""A look at one source that leaves nothing behind: what would be taken in, and what reading makes of it, before anything is.

The look is the crawler's own, in a temporary folder that goes when it ends: nothing is published, nothing is marked as seen.
Who may have to end it by force gives it a ``TMPDIR`` to remove afterwards, as the web does.
What somebody objected to is not shown here either.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from crawlers import run, sources
from crawlers.sources import Catalogue, Kind, Source
from huiying import datafolder
from huiying.contracts import Post, Verdict
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.settings import Settings
from huiying.suppression import SiftedStream, Suppression
from huiying.topics import POSTS, SOURCE_CHECKS
from nlp import model
from nlp.pipeline import Reader
from response_api.source_trial import Outcome, Tried
from triage import policy

MOST_SHOWN = 20
OPENING = 200
"""Characters of a text that are shown."""
OURS = frozenset({Verdict.ALERT, Verdict.REVIEW})


def chosen(settings: Settings, id: str) -> tuple[Source, Catalogue]:
    """Raises Misconfigured where the catalogue is wrong, has no such source, or where it has no address to look at."""
    catalogue = sources.load(settings.sources)
    source = next((one for one in catalogue.source if one.id == id), None)
    if source is None:
        raise Misconfigured(f"来源目录里没有 {id}。huiying sources check 列出全部来源。")
    if source.kind is Kind.FILE:
        raise Misconfigured(
            f"{source.name}是导入文件的来源，没有网址可看：把文件放进它的 path，下一轮就收入；马上收入一个文件用 huiying intake。"
        )
    return source, catalogue


def look(settings: Settings, id: str, *, seconds: float) -> Outcome:
    """Look at a source once, for so long at the most, be it switched on or not. Raises as :func:`chosen`."""
    source, catalogue = chosen(settings, id)
    alone = catalogue.model_copy(
        update={"source": (source.model_copy(update={"enabled": True, "pages": 1}),)}
    )
    office = open_engine(settings, reading=True)
    try:
        key = datafolder.secret_key(settings)
        with tempfile.TemporaryDirectory(prefix="huiying-trial-") as folder:
            return _looked(settings, alone, Suppression(office.register, key), Path(folder), key, seconds)
    finally:
        office.close()


def _looked(
    settings: Settings, alone: Catalogue, suppression: Suppression, folder: Path, key: bytes, seconds: float
) -> Outcome:
    (source,) = alone.source
    engine = open_engine(settings.model_copy(update={"engine": "embedded", "data": folder}))
    over = threading.Event()
    bell = threading.Timer(seconds, _ring, (over,))
    bell.daemon = True
    bell.start()
    try:
        run.crawl(
            alone,
            stream=SiftedStream(engine.stream, suppression),
            clock=settings.clock(),
            data=folder,
            key=key,
            once=True,
        )
        posts = [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]
        checks = [SOURCE_CHECKS.decode(record.value) for record in engine.stream.scan(SOURCE_CHECKS.name)]
    finally:
        bell.cancel()
        engine.close()
    shown = [post for post in posts if not post.withheld]
    ours = _ours(settings, shown)
    check = checks[-1] if checks else None
    return Outcome(
        source=source.id,
        name=source.name,
        ok=check.ok if check else bool(posts),
        problem=check.problem if check else "" if posts else "到时间了，还没有读到内容",
        seen=check.seen if check else len(posts),
        posts=len(posts),
        ours=sum(one is True for one in ours),
        stopped=over.is_set(),
        taken=tuple(_taken(*pair) for pair in zip(shown[:MOST_SHOWN], ours, strict=False)),
    )


def _ring(over: threading.Event) -> None:
    """The crawler ends as it does when somebody stops it: what was found by then counts."""
    over.set()
    os.kill(os.getpid(), signal.SIGTERM)


def _ours(settings: Settings, posts: Sequence[Post]) -> list[bool | None]:
    if not posts or model.read_card(settings.models) is None:
        return [None] * len(posts)
    reader = Reader.load(settings.models, settings.policy, policy.load(settings.policy).jurisdiction)
    return [one.relevance.verdict in OURS for one in reader.read(posts, posts[0].collected_at)]


def _taken(post: Post, ours: bool | None) -> Tried:
    return Tried(
        title=post.title,
        text=post.text[:OPENING],
        length=len(post.text),
        published=post.published_at.isoformat() if post.published_at else "",
        url=post.url or "",
        method=post.extraction.method if post.extraction else "",
        confidence=post.extraction.confidence if post.extraction else None,
        ours=ours,
    )
