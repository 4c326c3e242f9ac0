"""What processes take, as the kernel counts it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.machine import Watch, described, family, memory, processor_time
from services.common import wait_until


def test_the_machine_says_what_figures_depend_on() -> None:
    assert {
        "processor",
        "cores",
        "python",
        "sqlite",
        "kafka",
        "elasticsearch",
        "load before",
    } <= described().keys()
    assert all(described().values())


def test_a_process_counts_with_those_that_it_started() -> None:
    command = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE) as parent:
        assert wait_until(lambda: len(family(parent.pid)) == 2, within=20)
        assert memory(family(parent.pid)) > memory([parent.pid]) > 1_000_000
        parent.communicate(b"\n")


def test_a_process_that_is_gone_takes_nothing() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert (memory([gone.pid]), processor_time([gone.pid])) == (0, 0.0)


def test_a_watch_adds_up_and_counts_what_it_is_told_to() -> None:
    watch = Watch(
        processes={"us": os.getpid()}, sum_of=frozenset({"us"}), counts=lambda: {"posts": 3}, every=0.05
    )
    until = time.thread_time() + 0.2
    while time.thread_time() < until:
        pass
    assert watch.stop() > 0.2
    assert watch.usage["us"].processor >= 0.1
    assert watch.samples[-1].memory == watch.samples[-1].memory > 10_000_000
    assert watch.samples[-1].counts == {"posts": 3}
