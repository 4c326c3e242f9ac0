"""A look is shared, never waited for too long, and what failed says so."""

from __future__ import annotations

import threading
import time

from huiying.errors import TryAgain
from response_api import looks
from response_api.looks import Look


def test_everybody_who_asks_at_once_gets_the_same_look() -> None:
    count = []

    def work() -> int:
        time.sleep(0.05)
        count.append(1)
        return len(count)

    look = Look("x", work)
    seen: list[int | None] = []
    threads = [threading.Thread(target=lambda: seen.append(look.read(patience=5).figures)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
    assert look.read(patience=5).figures == 1, "it is fresh for a while"


def test_who_asks_a_server_that_hangs_is_not_kept() -> None:
    free = threading.Event()
    look = Look("x", lambda: free.wait(30))
    began = time.monotonic()
    first = look.read(patience=0.1)
    assert time.monotonic() - began < 5
    assert not first.up and first.figures is None
    free.set()


def test_a_look_that_failed_has_no_figures_and_is_repeated() -> None:
    answers: list[Exception | int] = [TryAgain("away"), ZeroDivisionError("bug"), 7]

    def work() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    look = Look("x", work)
    seen = []
    for _ in range(3):
        seen.append(look.read(patience=5))
        assert look._at is not None
        look._at -= looks.FRESH_SECONDS
    assert [(one.up, one.figures) for one in seen] == [(False, None), (False, None), (True, 7)]


def test_a_look_that_takes_long_is_repeated_less_often() -> None:
    look = Look("x", lambda: threading.Event().wait(0.5))
    look.read(patience=5)
    assert look._at is not None
    look._at -= looks.FRESH_SECONDS
    assert look._fresh(), "half a second of work lasts ten seconds"
