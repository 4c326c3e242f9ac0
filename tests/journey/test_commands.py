"""The commands as a person gives them, rightly and wrongly, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from huiying.contracts import CaseState
from huiying.engines import open_engine
from huiying.ports import CaseQuery
from huiying.settings import Settings
from tests.journey.processes import Program

T = TypeVar("T")

SIREN = (
    "刚才许昌市魏都区全城拉防空警报，响了一分多钟，没有任何通知，老人孩子都吓哭了，人防办能不能出来说句话？"
)
FOOTBALL = "昨晚这场球踢得太闷了，后防线全是漏洞，下半场干脆换台。"


@pytest.fixture
def program(tmp_path: Path, models: Path) -> Program:
    return Program.laid_out(tmp_path / "office", models)


def _export(path: Path, *texts: str) -> Path:
    now = datetime.now(UTC)
    rows = [
        {"id": number, "title": "", "text": text, "time": (now - timedelta(minutes=number)).isoformat()}
        for number, text in enumerate(texts)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def _open_cases(program: Program) -> list[tuple[CaseState, int]]:
    engine = open_engine(Settings(data=program.data))
    try:
        return [(case.state, len(case.clocks)) for case in engine.cases.search(CaseQuery()).cases]
    finally:
        engine.close()


def test_a_live_export_becomes_a_case_with_clocks_and_every_row_is_accounted_for(
    program: Program, tmp_path: Path
) -> None:
    file = _export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    assert program.call("intake", str(file), "--live").returncode == 0
    assert program.ledger()["waiting"] == 2
    assert program.call("run", "--until-idle").returncode == 0
    book = program.ledger()
    assert (book["published"], book["irrelevant"], book["attached"], book["waiting"]) == (2, 1, 1, 0)
    ((state, clocks),) = _open_cases(program)
    assert state is CaseState.FLAGGED and clocks >= 2


def test_a_backfilled_export_starts_no_clock(program: Program, tmp_path: Path) -> None:
    file = _export(tmp_path / "lastyear.jsonl", SIREN)
    assert program.call("intake", str(file)).returncode == 0
    assert program.call("run", "--until-idle").returncode == 0
    ((state, clocks),) = _open_cases(program)
    assert state is CaseState.WATCHING and clocks == 0


def test_taking_a_file_in_twice_doubles_nothing(program: Program, tmp_path: Path) -> None:
    file = _export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    first = json.loads(program.call("intake", str(file), "--json").stdout)
    second = json.loads(program.call("intake", str(file), "--json").stdout)
    assert (first["published"], second["published"], second["known"]) == (2, 0, 2)
    assert program.ledger()["published"] == 2


def test_the_ledger_fails_and_names_what_is_missing(program: Program, tmp_path: Path) -> None:
    file = _export(tmp_path / "today.jsonl", SIREN, FOOTBALL)
    program.call("intake", str(file))
    program.call("run", "--until-idle")
    _lose_one_line(program.data)
    done = program.call("account", "--missing")
    assert done.returncode == 1
    assert "下落不明" in done.stdout
    assert len(program.ledger()["missing"]) == 1


def _lose_one_line(data: Path) -> None:
    """What a bug would do: an archive line that was written is not there."""
    import sqlite3

    with sqlite3.connect(data / "office.db") as connection:
        connection.execute("DELETE FROM lines WHERE rowid = (SELECT min(rowid) FROM lines)")
    connection.close()


def test_a_second_start_on_the_same_folder_is_told_who_is_there(program: Program) -> None:
    first = program.start("run", "--stages", "triage")
    try:
        _until(lambda: (program.data / "run.lock").exists() and (program.data / "run.lock").read_text())
        second = program.call("run", "--stages", "triage")
        assert second.returncode == 2
        assert f"进程号 {first.pid}" in second.stderr and "Traceback" not in second.stderr
    finally:
        first.terminate()
        assert first.wait(timeout=20) == 0


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


def test_a_full_disk_loses_nothing(program: Program, tmp_path: Path) -> None:
    file = _export(tmp_path / "big.jsonl", *(f"{FOOTBALL}第{number}次" * 20 for number in range(1500)))
    size = (program.data / "stream.db").stat().st_size if (program.data / "stream.db").exists() else 0
    full = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "intake", str(file)],
        env={**os.environ, "HUIYING_DATA": str(program.data)},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 600_000, size + 600_000)),
        check=False,
    )
    assert full.returncode == 3, full.stderr
    assert "磁盘" in full.stderr and "Traceback" not in full.stderr
    again = program.call("intake", str(file), "--json")
    assert again.returncode == 0, again.stderr
    assert program.ledger()["published"] == 1500


def test_the_board_answers_for_its_health_without_an_account_and_stops_when_asked(program: Program) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program.environment["HUIYING_PORT"] = str(port)
    house = program.start("run", "--stages", "nlp,triage,web")
    try:
        health = _until(lambda: _get(f"http://127.0.0.1:{port}/healthz"))
        counts = json.loads(health)
        assert set(counts) == {"posts", "cases", "open_clocks", "lag"}
        assert all(isinstance(count, int) for count in counts.values())
    finally:
        house.terminate()
        assert house.wait(timeout=20) == 0


def test_run_prints_where_the_board_is_and_a_link_for_the_first_administrator_until_there_is_one(
    program: Program,
) -> None:
    log = program.data.parent / "log.txt"

    def started() -> tuple[subprocess.Popen[bytes], str]:
        """A run that is up, and what it printed; its log is begun anew."""
        log.write_bytes(b"")
        house = program.start("run", "--stages", "web")
        (address, *_) = _until(lambda: re.findall(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text("utf-8")))
        _until(lambda: _get(f"{address}/healthz"))
        return house, log.read_text("utf-8")

    def link(printed: str) -> str:
        found = re.search(r"http://\S+/setup/\S+", printed)
        return found[0] if found else ""

    house, printed = started()
    first = link(printed)
    assert "还没有系统管理员" in printed and _get(first)
    house.terminate()
    assert house.wait(timeout=20) == 0
    house, printed = started()
    second = link(printed)
    token = first.rsplit("/", 1)[1]
    assert second and not second.endswith(token)
    assert not _get(second.rsplit("/", 1)[0] + "/" + token), "a link is good until the next start"
    with httpx.Client(trust_env=False) as browser:
        shown = browser.get(second).text
        form = {"login": "root", "name": "某某", "password": "a long password", "again": "a long password"}
        csrf = shown.split('name="csrf" value="')[1][:64]
        assert browser.post(second, data={**form, "csrf": csrf}).status_code == 303
    assert not _get(second), "and works once"
    house.terminate()
    assert house.wait(timeout=20) == 0
    house, printed = started()
    house.terminate()
    assert house.wait(timeout=20) == 0
    assert not link(printed)


def test_what_nobody_can_decode_is_buried_with_its_reason_and_counted(
    program: Program, tmp_path: Path
) -> None:
    engine = open_engine(Settings(data=program.data))
    engine.stream.publish("posts", [("key", b"\xff not json"), ("other", b'{"id": "a", "version": "1"}')])
    engine.close()
    program.call("intake", str(_export(tmp_path / "after.jsonl", FOOTBALL)))
    assert program.call("run", "--until-idle").returncode == 0
    book = program.ledger()
    assert (book["published"], book["buried"], book["irrelevant"]) == (3, 2, 1)
    engine = open_engine(Settings(data=program.data))
    assert len(list(engine.stream.scan("posts.dead.nlp"))) == 2
    engine.close()


def _get(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return b""


def _until(look: Callable[[], T], seconds: float = 60) -> T:
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
    return seen


def test_a_second_demo_on_the_same_folder_touches_nothing_of_the_first(program: Program) -> None:
    first = program.start("demo", "--port", "0")
    try:
        _until(lambda: (program.data / "demo-accounts.json").exists())
        catalogue, memory = (
            (program.data / "sources.toml").read_bytes(),
            (program.data / "demo.json").read_bytes(),
        )
        second = program.call("demo", "--port", "0")
        assert second.returncode == 2 and f"进程号 {first.pid}" in second.stderr
        assert (program.data / "sources.toml").read_bytes() == catalogue
        assert (program.data / "demo.json").read_bytes() == memory
    finally:
        first.kill()
        first.wait()
    _until(lambda: not program.running())
