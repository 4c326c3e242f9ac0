"""The commands as a person gives them, rightly and wrongly, in processes of their own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from huiying.contracts import CaseState, Disposition
from huiying.engines import open_engine
from huiying.settings import Settings
from services.common import free_port
from tests.journey.exports import FOOTBALL, SIREN, export
from tests.journey.processes import Program, waited


def open_cases(settings: Settings) -> list[tuple[CaseState, int]]:
    engine = open_engine(settings)
    try:
        return [(case.state, len(case.clocks)) for case in engine.cases.all()]
    finally:
        engine.close()


def test_a_live_export_becomes_a_case_with_clocks_and_every_row_is_accounted_for(
    program: Program, settings: Settings, tmp_path: Path
) -> None:
    file = export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    assert program.call("intake", str(file), "--live").returncode == 0
    assert program.ledger()["waiting"] == 2
    assert program.call("run", "--until-idle").returncode == 0
    book = program.ledger()
    assert (book["published"], book["irrelevant"], book["attached"], book["waiting"]) == (2, 1, 1, 0)
    ((state, clocks),) = open_cases(settings)
    assert state is CaseState.FLAGGED and clocks >= 2


def test_a_backfilled_export_starts_no_clock(program: Program, settings: Settings, tmp_path: Path) -> None:
    file = export(tmp_path / "lastyear.jsonl", SIREN)
    assert program.call("intake", str(file)).returncode == 0
    assert program.call("run", "--until-idle").returncode == 0
    ((state, clocks),) = open_cases(settings)
    assert state is CaseState.WATCHING and clocks == 0


def test_taking_a_file_in_twice_doubles_nothing(program: Program, tmp_path: Path) -> None:
    file = export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    first = json.loads(program.call("intake", str(file), "--json").stdout)
    second = json.loads(program.call("intake", str(file), "--json").stdout)
    assert (first["published"], second["published"], second["known"]) == (2, 0, 2)
    assert program.ledger()["published"] == 2


def test_the_ledger_fails_and_names_what_is_missing(
    program: Program, settings: Settings, tmp_path: Path
) -> None:
    file = export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    program.call("intake", str(file))
    program.call("run", "--until-idle")
    _lose_one_line(settings)
    done = program.call("account", "--missing")
    assert done.returncode == 1
    assert "下落不明" in done.stdout
    assert len(program.ledger()["missing"]) == 1


def _lose_one_line(settings: Settings) -> None:
    """What a bug would do: an archive line that was written is not there."""
    engine = open_engine(settings)
    try:
        dropped = frozenset({Disposition.IRRELEVANT})
        assert engine.archive.purge(before=datetime.now(UTC) + timedelta(hours=1), dispositions=dropped) == 1
    finally:
        engine.close()


def test_a_port_in_use_is_one_clear_line(program: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program.environment["HUIYING_PORT"] = str(taken.getsockname()[1])
        done = program.call("run", "--stages", "web")
    assert done.returncode == 2
    assert "HUIYING_PORT" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "wrong", "said"),
    [
        ("sources.toml", "version = 1\n[[source]]\nid = “a”\n", "全角"),
        ("sources.toml", "version = 1\n[[source\n", "第 2 行"),
        (
            "sources.toml",
            'version = 1\n[[source]]\nid = "a"\nname = "a"\nkind = "carrier-pigeon"\nurl = "http://x.example/"\nbasis = "b"\n',
            "carrier-pigeon",
        ),
        ("policy/severity.toml", "version = \n", "severity.toml"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_its_remedy(
    program: Program, file: str, wrong: str, said: str
) -> None:
    (program.data / file).write_text(wrong, "utf-8")
    done = program.call("run", "--until-idle")
    assert done.returncode == 2
    assert said in done.stderr and Path(file).name in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--stages", "nlp，triage"), "英文逗号"),
        (("intake", "/nowhere.csv"), "nowhere.csv"),
        (("intake", "README.md", "--mapping", "没有这个"), "没有这个"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(program: Program, arguments: tuple[str, ...], said: str) -> None:
    done = program.call(*arguments)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(program: Program) -> None:
    program.environment["HUIYING_PORT"] = "八零八零"
    done = program.call("account")
    assert done.returncode == 2
    assert "HUIYING_PORT" in done.stderr and "Traceback" not in done.stderr


def test_the_board_answers_for_its_health_without_an_account_and_stops_when_asked(program: Program) -> None:
    port = free_port()
    program.environment["HUIYING_PORT"] = str(port)
    house = program.start("run", "--stages", "nlp,triage,web")
    try:
        health = waited(lambda: fetched(f"http://127.0.0.1:{port}/healthz"))
        counts = json.loads(health)
        assert set(counts) == {"posts", "cases", "open_clocks", "lag"}
        assert all(isinstance(count, int) for count in counts.values())
    finally:
        house.terminate()
        assert house.wait(timeout=60) == 0


def test_run_prints_where_the_board_is_and_a_link_for_the_first_administrator_until_there_is_one(
    program: Program,
) -> None:
    log = program.data.parent / "log.txt"

    def started() -> tuple[subprocess.Popen[bytes], str]:
        """A run that is up, and what it printed; its log is begun anew."""
        log.write_bytes(b"")
        house = program.start("run", "--stages", "web")
        (address, *_) = waited(lambda: re.findall(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text("utf-8")))
        waited(lambda: fetched(f"{address}/healthz"))
        return house, log.read_text("utf-8")

    def link(printed: str) -> str:
        found = re.search(r"http://\S+/setup/\S+", printed)
        return found[0] if found else ""

    house, printed = started()
    first = link(printed)
    assert "还没有系统管理员" in printed and fetched(first)
    house.terminate()
    assert house.wait(timeout=60) == 0
    house, printed = started()
    second = link(printed)
    token = first.rsplit("/", 1)[1]
    assert second and not second.endswith(token)
    assert not fetched(second.rsplit("/", 1)[0] + "/" + token), "a link is good until the next start"
    with httpx.Client(trust_env=False) as browser:
        shown = browser.get(second).text
        form = {"login": "root", "name": "某某", "password": "a long password", "again": "a long password"}
        csrf = shown.split('name="csrf" value="')[1][:64]
        assert browser.post(second, data={**form, "csrf": csrf}).status_code == 303
    assert not fetched(second), "and works once"
    house.terminate()
    assert house.wait(timeout=60) == 0
    house, printed = started()
    house.terminate()
    assert house.wait(timeout=60) == 0
    assert not link(printed)


def test_what_nobody_can_decode_is_buried_with_its_reason_and_counted(
    program: Program, settings: Settings, tmp_path: Path
) -> None:
    engine = open_engine(settings)
    engine.stream.publish("posts", [("key", b"\xff not json"), ("other", b'{"id": "a", "version": "1"}')])
    engine.close()
    program.call("intake", str(export(tmp_path / "after.jsonl", FOOTBALL)))
    assert program.call("run", "--until-idle").returncode == 0
    book = program.ledger()
    assert (book["published"], book["buried"], book["irrelevant"]) == (3, 2, 1)
    engine = open_engine(settings)
    assert len(list(engine.stream.scan("posts.dead.nlp"))) == 2
    engine.close()


def fetched(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return b""
