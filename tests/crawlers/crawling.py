"""A real crawl in a process of its own, and what came of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from huiying.contracts import Post, SourceCheck
from huiying.engines import open_stream
from huiying.settings import Settings
from huiying.topics import POSTS, SOURCE_CHECKS

KEY = b"k" * 32
_CHILD = """
import sys
from pathlib import Path
from crawlers import run, sources
from huiying import logs
from huiying.clock import SystemClock
from huiying.engines import open_stream
from huiying.settings import Settings
data = Path(sys.argv[1])
logs.configure(level="WARNING")
stream = open_stream(Settings(data=data))
run.crawl(sources.load(data / "sources.toml"), stream=stream, clock=SystemClock(), data=data, key=b"k" * 32,
          once=sys.argv[2] == "once")
stream.close()
"""


@dataclass(frozen=True, kw_only=True)
class Harvest:
    posts: list[Post]
    checks: list[SourceCheck]

    def of(self, source: str) -> list[Post]:
        return [post for post in self.posts if post.source == source]

    def check(self, source: str) -> SourceCheck:
        return [check for check in self.checks if check.source == source][-1]


def command(data: Path, *, once: bool) -> list[str]:
    return [sys.executable, "-c", _CHILD, str(data), "once" if once else "on"]


def crawl_once(data: Path) -> str:
    """Look at everything once. Returns what was written to standard error."""
    done = subprocess.run(command(data, once=True), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stderr


def harvest(data: Path) -> Harvest:
    stream = open_stream(Settings(data=data))
    try:
        return Harvest(
            posts=[POSTS.decode(record.value) for record in stream.scan(POSTS.name)],
            checks=[SOURCE_CHECKS.decode(record.value) for record in stream.scan(SOURCE_CHECKS.name)],
        )
    finally:
        stream.close()
