"""The running system shows what its dashboard asks for: lag that grows and clears, and every figure by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from huiying import check, datafolder
from huiying.clock import SystemClock
from huiying.engines import open_stream
from huiying.settings import Settings
from huiying.topics import POSTS
from services.common import free_port
from tests.deploy.monitoring import exposed, wanted
from tests.eventually import eventually
from tests.factories import a_post
from tests.journey.exports import SIREN
from tests.journey.processes import Program

COUNT = 30


@contextmanager
def running(program: Program, stages: str) -> Iterator[subprocess.Popen[bytes]]:
    process = program.start("run", "--stages", stages)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(40) == 0


class Watching:
    """Prometheus, as far as it is needed here."""

    def __init__(self, web: int, own: int) -> None:
        self.web, self.own = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{own}"
        self._browser = httpx.Client(timeout=15, trust_env=False)

    def text(self) -> str:
        """'' while nobody serves."""
        try:
            return self._browser.get(f"{self.web}/metrics").text
        except httpx.TransportError:
            return ""

    def value(self, name: str, **labels: str) -> float | None:
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return sample.value
        return None

    def lag(self) -> float | None:
        return self.value("huiying_lag_records", topic="posts")


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Watching:
    web, own = free_port(), free_port()
    monkeypatch.setenv("HUIYING_METRICS", f"127.0.0.1:{own}")
    monkeypatch.setenv("HUIYING_PORT", str(web))
    return Watching(web, own)


def seen_at_work(settings: Settings) -> dict[str, bool]:
    """What ``huiying check`` says of each stage, while all of it runs."""
    report = check.check(settings, SystemClock())
    return {one.name: one.ok for one in report.findings if one.name.startswith("workers.")}


@pytest.mark.timeout(240)
def test_lag_grows_while_nobody_reads_and_clears_after(
    settings: Settings, models: Path, ports: Watching
) -> None:
    datafolder.lay_out(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    mine = {"HUIYING_ENGINE": settings.engine, "HUIYING_PORT": ports.web.rpartition(":")[2]}
    program = Program(data=settings.data, environment=mine)
    stream = open_stream(settings)
    now = datetime.now(UTC)
    posts = [
        replace(a_post(text=f"{SIREN}第{n}次"), published_at=now, collected_at=now) for n in range(COUNT)
    ]
    with running(program, "triage,web"):
        assert eventually(ports.lag, until=lambda lag: lag == 0, seconds=60) == 0
        stream.publish(POSTS.name, [POSTS.encode(post) for post in posts[:10]])
        assert eventually(ports.lag, until=lambda lag: lag == 10, seconds=30) == 10
        stream.publish(POSTS.name, [POSTS.encode(post) for post in posts[10:]])
        assert eventually(ports.lag, until=lambda lag: lag == COUNT, seconds=30) == COUNT
        assert (eventually(lambda: ports.value("huiying_lag_oldest_seconds", topic="posts")) or 0) > 0
        assert not seen_at_work(settings)["workers.nlp"]
    stream.close()
    with running(program, "nlp,triage,web"):
        assert eventually(ports.lag, until=lambda lag: lag == 0, seconds=90) == 0
        opened = eventually(lambda: ports.value("huiying_open_cases"), seconds=60)
        assert opened is not None and opened >= 1
        handled = partial(ports.value, "huiying_handled_total", group="nlp")
        assert eventually(handled, until=lambda number: number == COUNT) == COUNT
        assert eventually(lambda: ports.value("huiying_next_due_timestamp_seconds"))
        assert ports.value("huiying_build_info", engine=settings.engine) == 1
        # A look that takes long is left out of a scrape.
        missing = eventually(lambda: wanted() - exposed(ports.text()), until=lambda names: not names)
        assert missing == set(), "asked for by the dashboard or a rule, and shown by nobody"
        own = httpx.get(f"{ports.own}/metrics").text
        assert "huiying_handled_total" in own and "huiying_up" not in own
        assert eventually(lambda: seen_at_work(settings)["workers.nlp"], seconds=30)
