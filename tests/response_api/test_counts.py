"""The watchdog's figures are counted once for everybody, and nobody waits long for them."""

import threading
import time
from itertools import repeat

from response_api.counts import FRESH_SECONDS, Counter
from tests.quick import within


def test_those_who_ask_meanwhile_share_one_counting() -> None:
    rounds: list[int] = []

    def work() -> dict[str, int]:
        rounds.append(1)
        time.sleep(0.02)
        return {"posts": len(rounds)}

    counter = Counter(work)
    threads = [threading.Thread(target=counter.read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rounds) == 1
    counter.close()


def test_while_counting_takes_long_the_last_figures_are_told() -> None:
    gate = threading.Event()
    gate.set()
    counter = Counter(lambda: {"posts": 1} if gate.wait(10) else {})
    assert counter.read() == {"posts": 1}
    gate.clear()
    counter._at = time.monotonic() - FRESH_SECONDS
    assert within(0.2, repeat(counter.read), by=time.monotonic)
    assert counter.read() == {"posts": 1}
    gate.set()
    counter.close()


def test_who_asks_after_a_long_time_waits_for_the_count() -> None:
    figures = iter([{"posts": 1}, {"posts": 2}])

    def work() -> dict[str, int]:
        time.sleep(0.1)
        return next(figures)

    counter = Counter(work)
    assert counter.read() == {"posts": 1}
    counter._at = time.monotonic() - 60
    assert counter.read() == {"posts": 2}
    counter.close()
