"""The machine and its processes, as ``/proc`` shows them: what it is, how much memory and processor time each one takes."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from services import elasticsearch, kafka

TICKS = os.sysconf("SC_CLK_TCK")


def described() -> dict[str, str]:
    """What a figure depends on besides the code."""
    said = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    model = re.search(r"^model name\s*:\s*(.+)$", said, re.M)
    broker = re.search(r"kafka_2\.13</artifactId>\s*<version>([\d.]+)", kafka.POM.read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model.group(1) if model else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 1e9:.0f} GB",
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "kafka": broker.group(1) if broker else "?",
        "elasticsearch": elasticsearch.VERSION,
        "kafka-python": version("kafka-python"),
        "elasticsearch client": version("elasticsearch"),
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


@dataclass(slots=True)
class Usage:
    """Of one process, while it was watched."""

    most_memory: int = 0
    """Bytes that are in memory (RSS)."""
    processor: float = 0.0
    """Seconds of processor time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    at: float
    """Seconds since the watch began."""
    counts: Mapping[str, int]
    """What was asked to be counted."""
    memory: int
    """Bytes of all processes in ``sum_of`` together."""


@dataclass(kw_only=True)
class Watch:
    """Looks at processes, and counts what it is told to, once a second."""

    processes: Mapping[str, int]
    """Name → process id."""
    sum_of: frozenset[str]
    """Those whose memory is added up."""
    counts: Callable[[], Mapping[str, int]]
    every: float = 1.0
    usage: dict[str, Usage] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._before = {name: processor_time(pid) for name, pid in self.processes.items()}
        self.usage = {name: Usage() for name in self.processes}
        self._started = time.monotonic()
        self._thread.start()

    def stop(self) -> float:
        """Returns how many seconds were watched."""
        self._stopped.set()
        self._thread.join()
        self._look()
        return time.monotonic() - self._started

    def _run(self) -> None:
        while not self._stopped.wait(self.every):
            self._look()

    def _look(self) -> None:
        together = 0
        for name, pid in self.processes.items():
            there, used = memory(pid), self.usage[name]
            used.most_memory = max(used.most_memory, there)
            used.processor = max(used.processor, processor_time(pid) - self._before[name])
            together += there if name in self.sum_of else 0
        at = time.monotonic() - self._started
        self.samples.append(Sample(at=at, counts=self.counts(), memory=together))


def memory(pid: int) -> int:
    """Bytes in memory; 0 where there is no such process."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor_time(pid: int) -> float:
    """Seconds that it has used so far; 0 where there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
