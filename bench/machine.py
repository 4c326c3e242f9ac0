"""The machine and its processes, as ``/proc`` shows them: what it is, how much memory and processor time each one takes."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
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
    alone: frozenset[str] = frozenset()
    """Those whose children do not count as theirs."""
    counts: Callable[[], Mapping[str, int]]
    every: float = 1.0
    usage: dict[str, Usage] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._families = {
            name: [pid] if name in self.alone else family(pid) for name, pid in self.processes.items()
        }
        self._before = {name: processor_time(pids) for name, pids in self._families.items()}
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
        for name, pids in self._families.items():
            there, used = memory(pids), self.usage[name]
            used.most_memory = max(used.most_memory, there)
            used.processor = max(used.processor, processor_time(pids) - self._before[name])
            together += there if name in self.sum_of else 0
        at = time.monotonic() - self._started
        self.samples.append(Sample(at=at, counts=self.counts(), memory=together))


def memory(pids: Iterable[int]) -> int:
    """Bytes in memory; a process that is not there has none."""
    pages = sum(int(said[1]) for one in pids if (said := _read(one, "statm").split()))
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor_time(pids: Iterable[int]) -> float:
    """Seconds of processor time that they have used so far."""
    fields = [said for one in pids if (said := _read(one, "stat").rpartition(")")[2].split())]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS


def family(pid: int) -> list[int]:
    """The process and all below it: some servers are started by a process of their own."""
    found = [pid]
    for one in found:
        for thread in Path(f"/proc/{one}/task").glob("*"):
            found += [int(child) for child in _read(one, f"task/{thread.name}/children").split()]
    return found


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("ascii", "replace")
    except OSError:
        return ""
