"""A process that reads many cases is not held up by the garbage collector."""

from __future__ import annotations

import subprocess
import sys

LOOKS = """
import gc
from huiying import collector
collector.calm()
looks = []
gc.callbacks.append(lambda phase, about: looks.append(phase))
kept = [[n] for n in range(15_000)]
print(len(looks), gc.get_freeze_count() > 0, gc.isenabled())
"""


def test_reading_one_case_sets_off_no_look_and_the_collector_stays_on() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["0", "True", "True"]
