"""The peer: APScheduler's background scheduler over its store in memory, or in SQLite through SQLAlchemy.

It calls a function that does nothing when a job is due.  It books nothing, tells nobody, and keeps no record.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

MEMORY, STORE = "APScheduler, memory", "APScheduler, SQLAlchemy"
MARGIN = 1.5
"""So many times as long as adding took before jobs of a run are due: they must all be there."""

_fired: dict[str, float] = {}
_fired_lock = threading.Lock()


def fire(id: str) -> None:
    """What every job calls."""
    with _fired_lock:
        _fired[id] = time.time()


class Scheduler:
    """One scheduler with so many jobs in it that are due some other day."""

    def __init__(self, kind: str, folder: Path, *, pending: int) -> None:
        if kind == MEMORY:
            store: Any = MemoryJobStore()
        else:
            store = SQLAlchemyJobStore(url=f"sqlite:///{folder / 'jobs.db'}")
        self._scheduler = BackgroundScheduler(
            jobstores={"default": store},
            executors={"default": ThreadPoolExecutor(10)},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        self._scheduler.start()
        if kind == STORE:
            self._insert(store, pending)
        else:
            later = datetime.now(UTC) + timedelta(days=2)
            for n in range(pending):
                self._add(f"pending-{n}", later + timedelta(seconds=n))

    def singles(self, number: int) -> float:
        """Seconds that adding so many takes, one after the other."""
        later = datetime.now(UTC) + timedelta(days=1)
        started = time.perf_counter()
        for n in range(number):
            self._add(f"single-{n}", later + timedelta(seconds=n))
        return time.perf_counter() - started

    def fire(self, number: int, *, over: float, each: float) -> list[float]:
        """How late so many jobs come that are due over ``over`` seconds. ``each`` is what adding one takes, in seconds."""
        _fired.clear()
        first = time.time() + number * each * MARGIN + 2
        due = {f"due-{over}-{n}": first + over * n / number for n in range(number)}
        for id, at in due.items():
            self._add(id, datetime.fromtimestamp(at, UTC))
        if time.time() > first:
            raise SystemExit("the scheduler was too slow to take the jobs in before they were due")
        patience = time.time() + 600
        while len(_fired) < number and time.time() < patience:
            time.sleep(0.05)
        return [at - due[id] for id, at in _fired.items()]

    def close(self) -> None:
        self._scheduler.shutdown()

    def _add(self, id: str, at: datetime) -> None:
        self._scheduler.add_job(fire, "date", run_date=at, args=[id], id=id)

    def _insert(self, store: Any, pending: int) -> None:
        """Put the pending jobs there in one write: one by one it would take longer than all the rest of the bench."""
        later = datetime.now(UTC) + timedelta(days=2)
        self._add("model", later)
        model: Job = self._scheduler.get_job("model")
        rows = []
        for n in range(pending):
            at = later + timedelta(seconds=n)
            state = {**_state(model), "id": f"pending-{n}", "next_run_time": at}
            rows.append(
                {"id": f"pending-{n}", "next_run_time": at.timestamp(), "job_state": pickle.dumps(state)}
            )
        with store.engine.begin() as connection:
            connection.execute(store.jobs_t.insert(), rows)


def _state(job: Job) -> dict[str, Any]:
    read: Callable[[], dict[str, Any]] = job.__getstate__
    return read()
