"""One of several does it: while it lives, and not much longer."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from huiying.ports import Engine
from triage.lease import HOLDS, KIND, LOOKED_EVERY, RENEWED_EVERY, Lease


@dataclass
class Wall:
    """A clock on a wall that is put on by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_one_has_it_until_it_lets_go(engine: Engine, wall: Wall) -> None:
    one, other = (Lease(engine.register, "a", wall) for _ in range(2))
    assert one.held() and not other.held()
    assert Lease(engine.register, "b", wall).held(), "another thing to do is another lease"
    one.let_go()
    wall.now += LOOKED_EVERY
    assert other.held() and not one.held()


def test_who_has_it_keeps_it_and_who_dies_loses_it(engine: Engine, wall: Wall) -> None:
    one, other = (Lease(engine.register, "a", wall) for _ in range(2))
    for _ in range(20):
        assert one.held() and not other.held()
        wall.now += RENEWED_EVERY
    wall.now += HOLDS
    assert other.held()
    assert not one.held()
    one.let_go()
    assert not Lease(engine.register, "a", wall).held(), "nobody lets go of what another has"


def test_of_many_at_once_one_gets_it(engine: Engine, wall: Wall) -> None:
    leases = [Lease(engine.register, "a", wall) for _ in range(8)]
    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(Lease.held, leases)) == 1


def test_a_lease_from_a_clock_far_ahead_does_not_hold_for_ever(engine: Engine, wall: Wall) -> None:
    ahead = Lease(engine.register, "a", Wall(wall.now + 365 * 86_400))
    assert ahead.held()
    assert Lease(engine.register, "a", wall).held()


def test_of_this_machine_a_process_that_was_killed_holds_nobody_up(engine: Engine, wall: Wall) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for host, pid, free in (
        (socket.gethostname(), gone.pid, True),
        (socket.gethostname(), os.getpid(), False),
        ("another", gone.pid, False),
    ):
        held = {"by": "x", "host": host, "pid": pid, "until": wall.now + HOLDS}
        engine.register.put(KIND, "a", json.dumps(held).encode(), expect=None)
        assert Lease(engine.register, "a", wall).held() is free
