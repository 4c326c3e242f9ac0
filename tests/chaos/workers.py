"""Workers with somebody who starts them again, as systemd would: that is part of what operating means."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.journey.processes import Program

ABSENT = (2, 3)
"""How a worker ends that met a server which was away when it started; one that has started never does."""
ASKED = (0, -signal.SIGTERM, -signal.SIGKILL, *ABSENT)
"""How one may end that is asked to in the middle of whatever it is doing, its start included."""


@dataclass(kw_only=True)
class Post:
    """One place that is always filled."""

    stage: str
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        return f"{self.stage} {self.process.pid}"


@dataclass(kw_only=True)
class Staff:
    program: Program
    posts: list[Post] = field(default_factory=list)
    turned_away: Counter[str] = field(default_factory=Counter)
    """Starts that ended at once because a server was away, by stage."""
    deserted: list[str] = field(default_factory=list)
    """Ends that nobody asked for."""
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _over: threading.Event = field(default_factory=threading.Event)

    def hire(self, stage: str) -> None:
        with self._lock:
            self.posts.append(Post(stage=stage, process=self._start(stage)))

    def watch(self) -> None:
        """Until :meth:`dismiss`, in a thread of its own."""
        while not self._over.wait(0.5):
            with self._lock:
                for post in self.posts:
                    if (code := post.process.poll()) is not None:
                        self._book(post, code)
                        self._fill(post)

    def kill(self, post: Post) -> None:
        """-9, and somebody new."""
        with self._lock:
            post.process.kill()
            post.process.wait()
            self._fill(post)

    def restart(self, post: Post) -> None:
        """As for an upgrade. It must end by itself and well."""
        with self._lock:
            post.process.terminate()
            try:
                code = post.process.wait(60)
            except subprocess.TimeoutExpired:
                self.deserted.append(f"{post.name} did not stop when asked")
                post.process.kill()
                code = post.process.wait()
            if code not in ASKED:
                self._book(post, code)
            self._fill(post)

    def freeze(self, post: Post, seconds: float) -> None:
        process = post.process
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def dismiss(self) -> None:
        self._over.set()
        with self._lock:
            for post in self.posts:
                post.process.terminate()
            for post in self.posts:
                try:
                    code = post.process.wait(60)
                except subprocess.TimeoutExpired:
                    self.deserted.append(f"{post.name} did not stop when asked")
                    post.process.kill()
                    post.process.wait()
                else:
                    if code not in ASKED:
                        self.deserted.append(f"{post.name} ended with {code} when asked to stop")

    def _book(self, post: Post, code: int) -> None:
        if code in ABSENT:
            self.turned_away[post.stage] += 1
        else:
            self.deserted.append(f"{post.name} ended by itself with {code}")

    def _fill(self, post: Post) -> None:
        time.sleep(1)
        post.process = self._start(post.stage)

    def _start(self, stage: str) -> subprocess.Popen[bytes]:
        return self.program.start("run", "--stages", stage)
