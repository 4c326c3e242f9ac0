"""Posts onto the stream, each version once: publish first, mark after."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from crawlers.seen import Seen
from huiying import logs
from huiying.contracts import Post
from huiying.errors import TryAgain
from huiying.ports import Stream
from huiying.topics import POSTS

BATCH = 100
LINGER = 0.5
"""Seconds that the first post of a batch waits for company."""
LONGEST_PAUSE = 15.0

_log = logs.get("crawlers")
_Waiting = tuple[Post, asyncio.Future[bool]]


def publish_new(posts: Sequence[Post], *, stream: Stream, seen: Seen) -> list[bool]:
    """For each post whether it was new; the new ones are on the stream, in order, but for what others answer or repeat, which
    comes before them: many platforms show the newest first. Raises TryAgain, with none marked.
    """
    todo = seen.unpublished([post.key for post in posts])
    fresh: list[Post] = []
    news: list[bool] = []
    for post in posts:
        news.append(post.key in todo)
        if post.key in todo:
            todo.discard(post.key)
            fresh.append(post)
    fresh.sort(key=lambda post: post.thread != post.id)
    if fresh:
        stream.publish(POSTS.name, [POSTS.encode(post) for post in fresh])
        seen.mark(post.key for post in fresh)
    return news


class Publisher:
    """Collects the posts of all looks into batches. One task of the event loop; the stream is called in a thread."""

    def __init__(self, stream: Stream, seen: Seen) -> None:
        self._stream, self._seen = stream, seen
        self._waiting: list[_Waiting] = []
        self._some, self._full = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def put(self, post: Post) -> bool:
        """Returns once the post would survive a crash: True if it was new."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((post, future))
        self._some.set()
        if len(self._waiting) >= BATCH:
            self._full.set()
        return await future

    async def close(self, *, within: float) -> None:
        """Flush; what could not be published within these seconds is left unmarked, so that it is collected again."""
        self._full.set()
        deadline = asyncio.get_running_loop().time() + within
        while self._waiting and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        if self._task:
            self._task.cancel()
        for _, future in self._waiting:
            future.cancel()

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), LINGER)
            batch = self._waiting[:BATCH]
            try:
                news = await self._publish([post for post, _ in batch])
            except Exception as error:
                # Not the surroundings but the posts: their looks hear of it, the others go on.
                _log.exception("publish_failed", posts=len(batch))
                self._settle(batch, [error] * len(batch))
            else:
                self._settle(batch, news)

    def _settle(self, batch: list[_Waiting], outcomes: Sequence[bool | Exception]) -> None:
        del self._waiting[: len(batch)]
        if len(self._waiting) < BATCH:
            self._full.clear()
        if not self._waiting:
            self._some.clear()
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    async def _publish(self, posts: Sequence[Post]) -> list[bool]:
        pause = 0.25
        while True:
            try:
                return await asyncio.to_thread(publish_new, posts, stream=self._stream, seen=self._seen)
            except TryAgain as trouble:
                _log.warning("publish_again", posts=len(posts), reason=str(trouble))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
