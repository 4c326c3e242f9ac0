from __future__ import annotations

import threading
import time

from huiying.engines.distributed.publisher import (
    IN_FLIGHT_BYTES,
    IN_FLIGHT_RECORDS,
    Room,
    _shares,
    _size,
)


def test_records_are_cut_into_shares_that_leave_room_for_others() -> None:
    small = [(b"key", b"%d" % number) for number in range(12_000)]
    large = [(b"key", bytes(1 << 20)) for _ in range(10)]
    for pairs in (small, large):
        shares = list(_shares(pairs))
        assert [pair for share in shares for pair in share] == pairs
        assert max(map(len, shares)) <= IN_FLIGHT_RECORDS // 2
        assert max(sum(map(_size, share)) for share in shares) <= IN_FLIGHT_BYTES // 2


def test_one_record_that_is_larger_than_a_share_goes_alone() -> None:
    huge = (b"key", bytes(IN_FLIGHT_BYTES))
    assert [len(share) for share in _shares([(b"", b"1"), huge, (b"", b"2")])] == [1, 1, 1]


def test_who_finds_no_room_waits_until_there_is() -> None:
    room = Room(10, 1000)
    taken, done = threading.Event(), threading.Event()

    def second() -> None:
        with room.taken(5, 10):
            taken.set()
        done.set()

    with room.taken(8, 10):
        waiter = threading.Thread(target=second)
        waiter.start()
        time.sleep(0.1)
        assert not taken.is_set()
    assert done.wait(5)
    waiter.join()


def test_what_is_larger_than_the_room_goes_when_nothing_else_does() -> None:
    room = Room(10, 1000)
    with room.taken(1, 5_000):
        pass
    with room.taken(10, 1000):
        pass
