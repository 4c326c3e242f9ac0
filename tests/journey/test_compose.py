"""From a page of a web site to a published outcome, by the services of docker-compose.yml with security on.

It takes more than a minute, and several on a busy machine: it is the one test that starts what an office would start.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from huiying.demo import NEWSROOM
from tests import cluster
from tests.eventually import eventually
from tests.journey.clerks import Clerk, visible
from tests.journey.composed import STAGES, Composed, size
from tests.newsroom import Newsroom
from tests.triage.people import WORDS

OFFICE = {
    "duty": ("duty", "henan", "staff"),
    "handler": ("handler", "luoyang", "staff"),
    "secrecy": ("secrecy", "henan", "staff"),
    "signer": ("signer", "henan", "head"),
    "spokesperson": ("spokesperson", "henan", "staff"),
}
"""Login: role, unit, rank."""
MATTER = "车位"
TITLE = "关于人防车位租售问题的回应"


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Composed]:
    cluster.need("kafka", "elasticsearch")
    made = Composed(folder=tmp_path)
    yield made
    made.stop()


@pytest.fixture
def site() -> Iterator[Newsroom]:
    """Everything on it has appeared: it was opened ten minutes ago."""
    with Newsroom(port=0, started=datetime.now(UTC) - timedelta(minutes=10)) as newsroom:
        yield newsroom


@pytest.mark.timeout(600)
def test_what_the_file_starts_carries_a_matter_from_a_page_to_a_published_outcome(
    composed: Composed, site: Newsroom, models: Path
) -> None:
    bring_up(composed, site, models)
    people = take_office(composed)
    composed.start("crawlers")

    case = eventually(lambda: flagged(people["duty"]), seconds=240)
    assert case, composed.last_words("nlp-1")
    go_through(people, case)

    outcomes = eventually(
        lambda: httpx.get(f"{composed.base}/public", timeout=30).text,
        until=lambda page: TITLE in page,
        seconds=60,
    )
    assert TITLE in outcomes and f"/public{case}" in outcomes
    shown = visible(httpx.get(f"{composed.base}/public{case}", timeout=30).text)
    assert all(words in shown for words in WORDS.values())

    book = json.loads(composed.call("web", "account", "--json").stdout)
    assert book["published"] > 20 and book["attached"] > 0
    for stage in STAGES:
        assert composed.becomes_healthy(stage, within=60), stage
        limit = size(composed.file["services"][stage]["mem_limit"])
        assert composed.most_memory(stage) < 0.8 * limit, (
            f"{stage} took {composed.most_memory(stage) >> 20} MB"
        )
    ended = composed.stop()
    assert ended == dict.fromkeys(ended, True) and len(ended) == 1 + len(STAGES) + 1


def bring_up(composed: Composed, site: Newsroom, models: Path) -> None:
    """In the order of ``depends_on``; the office listens to the site, and its models are trained already."""
    composed.start_elasticsearch()
    composed.start_kafka()
    assert composed.becomes_healthy("kafka", within=120), composed.last_words("kafka-1")
    assert composed.becomes_healthy("elasticsearch", within=240), composed.last_words("elasticsearch")
    done = composed.call("setup", *composed.file["services"]["setup"]["command"])
    assert done.returncode == 0, done.stderr
    catalogue = (NEWSROOM / "sources.toml").read_text("utf-8").replace("{newsroom}", site.url)
    head, first, *_ = catalogue.split("[[source]]")
    (composed.data / "sources.toml").write_text(f"{head}[[source]]{first}", "utf-8")
    shutil.copytree(models, composed.data / "models", dirs_exist_ok=True)
    for stage in ("web", "triage", "nlp"):
        for number in range(composed.file["services"][stage].get("scale", 1)):
            composed.start(stage, number + 1)
    assert composed.becomes_healthy("web", within=120), composed.last_words("web-1")


def take_office(composed: Composed) -> dict[str, Clerk]:
    """The first administrator by the link that the web prints; everybody else by invitation."""
    printed = composed.processes["web-1"].log.read_text("utf-8")
    link = re.search(r"/setup/[\w-]+", printed)
    assert link, printed
    admin = Clerk.at(composed.base)
    admin.set_up(link[0], "admin")
    people = {}
    for login, (role, unit, rank) in OFFICE.items():
        people[login] = Clerk.at(composed.base)
        people[login].take_up(admin.invite(login, role, unit=unit, rank=rank), login)
    return people


def flagged(duty: Clerk) -> str:
    """The path of the matter, once the office must look at it."""
    for path in re.findall(r'href="(/cases/\w+)"', duty.open(f"/cases?words={MATTER}&state=flagged")):
        if "/acts/confirm" in duty.open(path):
            return str(path)
    return ""


def go_through(people: dict[str, Clerk], case: str) -> None:
    duty, handler = people["duty"], people["handler"]
    duty.act(case, "confirm")
    duty.act(case, "assign", unit="luoyang", note="请尽快签收")
    handler.act(case, "acknowledge")
    handler.act(case, "assess", category="difficulty", finding="现场核对属实，开发企业停止了出租")
    handler.act(case, "consult", participants="市住房保障局", conclusion="由市人防办牵头答复")
    words = {part.value: text for part, text in WORDS.items()}
    draft = handler.send(
        f"{case}/statements/new", "/statements/new", category="difficulty", title=TITLE, **words
    )
    statement = draft.url.path
    handler.act(statement, "submit")
    people["secrecy"].act(statement, "clear")
    people["signer"].act(statement, "sign")
    people["spokesperson"].act(statement, "publish")
