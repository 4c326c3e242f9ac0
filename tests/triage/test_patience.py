from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from tests.factories import NOW
from triage.patience import ATTEMPTS, FIRST_WAIT, LONGEST_WAIT, next_try


def test_each_wait_is_twice_the_one_before_up_to_the_longest() -> None:
    waits = [next_try(NOW, attempts) - NOW for attempts in range(1, ATTEMPTS)]
    assert waits[0] == FIRST_WAIT
    assert all(after == min(2 * before, LONGEST_WAIT) for before, after in pairwise(waits))
    assert timedelta(minutes=90) < sum(waits, timedelta(0)) < timedelta(hours=3)
