"""The record, exported and verified as a person does it, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.anchors import KIND, Anchors
from huiying.datafolder import lay_out
from huiying.engines import open_engine
from huiying.settings import Settings
from tests.journey.processes import Program, waited
from tests.records import grown, saved, seal_of

BIRD = "金丝雀"
PHONE = "13800000000"
POSTS = (
    f"许昌市魏都区{BIRD}花园全城拉防空警报，响了一分多钟没有任何通知，人防办{BIRD}主任出来说句话，电话{PHONE}",
    f"郑州市金水区{BIRD}人防工程有限公司把地下车库人防门拆了，局长{BIRD}收了好处，业主联名举报，电话{PHONE}",
    f"洛阳市涧西区{BIRD}小区人防车位只售不租，{BIRD}物业公司打伤三人，几十户到{BIRD}大厦门口拉横幅，电话{PHONE}",
)


@pytest.fixture
def office(tmp_path: Path) -> Program:
    """A folder with a record in it, without models: nothing is read here."""
    program = Program(data=tmp_path / "office", environment={"HUIYING_PORT": "0"})
    chosen = Settings(data=program.data)
    lay_out(chosen)
    engine = open_engine(chosen)
    try:
        saved(engine, 3), saved(engine, 2)
    finally:
        engine.close()
    return program


@pytest.fixture
def nowhere(tmp_path: Path) -> Program:
    """Somebody who has the file and nothing else."""
    return Program(data=tmp_path / "not-there")


def test_a_record_is_exported_and_found_whole_somewhere_else(
    office: Program, nowhere: Program, tmp_path: Path
) -> None:
    file = tmp_path / "record.jsonl"
    made = office.call("record", "export", str(file))
    assert made.returncode == 0, made.stderr
    seal = seal_of(file.read_bytes()).digest
    assert seal in made.stdout and "抄在别处" in made.stdout
    done = nowhere.call("verify", str(file), "--seal", seal.upper())
    assert done.returncode == 0 and "记录完整：2 个事件、5 条经过、1 个锚点" in done.stdout
    assert not nowhere.data.exists()


def test_a_record_that_was_changed_ends_with_one_and_names_the_line(
    office: Program, nowhere: Program, tmp_path: Path
) -> None:
    file = tmp_path / "record.jsonl"
    office.call("record", "export", str(file))
    file.write_text(file.read_text("utf-8").replace("第1次", "第9次", 1), "utf-8")
    done = nowhere.call("verify", str(file))
    assert done.returncode == 1 and "第 3 行（事件" in done.stdout and "这一条被改过" in done.stdout
    told = json.loads(nowhere.call("verify", str(file), "--json").stdout)
    assert not told["ok"] and (told["events"], told["cases"], told["anchors"]) == (5, 2, 1)
    assert set(told["problems"][0]) == {"line", "case", "sequence", "what"}
    assert (told["problems"][0]["line"], told["problems"][0]["sequence"]) == (3, 2)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\xff\xfe\x00"], ids=["empty", "text", "bytes"])
def test_what_is_no_record_ends_with_two(nowhere: Program, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    done = nowhere.call("verify", str(file))
    assert done.returncode == 2 and "不是“回应”导出的记录" in done.stdout
    assert json.loads(nowhere.call("verify", str(file), "--json").stdout)["ok"] is False


def test_what_cannot_be_read_or_compared_is_one_clear_line(nowhere: Program, tmp_path: Path) -> None:
    for arguments, words in (
        ([str(tmp_path / "gone")], "读不了"),
        ([str(tmp_path)], "读不了"),
        ([str(tmp_path / "gone"), "--seal", "abc"], "64 位"),
    ):
        done = nowhere.call("verify", *arguments)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_a_whole_forgery_is_found_by_the_seal_that_was_written_down(
    office: Program, nowhere: Program, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    told = json.loads(office.call("record", "export", str(first), "--json").stdout)
    other = Program(data=tmp_path / "other")
    lay_out(Settings(data=other.data))
    forged = json.loads(other.call("record", "export", str(second), "--json").stdout)
    assert nowhere.call("verify", str(second)).returncode == 0 and forged["events"] == 0
    for option, name in (("--seal", "seal"), ("--anchor", "anchor")):
        assert nowhere.call("verify", str(first), option, told[name]).returncode == 0
        assert nowhere.call("verify", str(second), option, told[name]).returncode == 1


def test_a_file_is_not_overwritten_unless_asked(office: Program, tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text("mine")
    refused = office.call("record", "export", str(file))
    assert refused.returncode == 2 and "--force" in refused.stderr and file.read_text() == "mine"
    assert office.call("record", "export", str(file), "--force").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office", "record.jsonl"]


def test_the_record_goes_through_a_pipe(office: Program, nowhere: Program) -> None:
    made = office.call("record", "export", "-")
    assert made.returncode == 0 and "封印" in made.stderr
    done = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "verify", "-"],
        input=made.stdout.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "HUIYING_DATA": str(nowhere.data)},
    )
    assert done.returncode == 0, done.stdout.decode()


def test_one_case_alone_is_exported_with_the_proof_that_it_belongs(
    office: Program, nowhere: Program, tmp_path: Path
) -> None:
    engine = open_engine(Settings(data=office.data))
    one, two = engine.cases.all()
    engine.close()
    file = tmp_path / "one.jsonl"
    assert office.call("record", "export", str(file), "--case", two.id).returncode == 0
    assert two.id in file.read_text() and one.id not in file.read_text()
    assert nowhere.call("verify", str(file)).returncode == 0
    refused = office.call("record", "export", str(tmp_path / "none.jsonl"), "--case", "nowhere")
    assert refused.returncode == 2 and "没有编号为 nowhere" in refused.stderr
    assert not (tmp_path / "none.jsonl").exists()


def test_an_export_without_a_data_folder_makes_none(nowhere: Program, tmp_path: Path) -> None:
    done = nowhere.call("record", "export", str(tmp_path / "record.jsonl"))
    assert done.returncode == 2 and "没有数据文件夹" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_running_office_anchors_by_itself(office: Program) -> None:
    process = office.start("run", "--stages", "triage")
    engine = open_engine(Settings(data=office.data))
    try:
        waited(lambda: engine.register.list(KIND))
        assert Anchors(engine).standing().events == 5
    finally:
        engine.close()
        process.terminate()
        assert process.wait(timeout=60) == 0


def test_an_export_that_is_stopped_leaves_no_half_file(office: Program, tmp_path: Path) -> None:
    engine = open_engine(Settings(data=office.data))
    try:
        for _ in range(60):
            case = saved(engine, 400)
        grown(engine, case, 1)
    finally:
        engine.close()
    out = tmp_path / "out"
    out.mkdir()
    process = office.start("record", "export", str(out / "record.jsonl"))
    # Whoever waits for the first line must not come too late for the last.
    os.setpriority(os.PRIO_PROCESS, process.pid, 19)
    waited(lambda: any(path.stat().st_size for path in out.iterdir()), every=0.002)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 143
    assert list(out.iterdir()) == []


def test_a_live_office_is_exported_while_it_runs_and_no_word_of_a_post_is_in_the_record(
    models: Path, nowhere: Program, tmp_path: Path
) -> None:
    """The whole way, from a file of posts with canaries in them to a record that is whole without any."""
    program = Program.laid_out(tmp_path / "live", models)
    now = datetime.now(UTC)
    rows = [
        {"id": n, "title": f"{BIRD}标题", "text": text, "time": (now - timedelta(hours=n)).isoformat()}
        for n, text in enumerate(POSTS)
    ]
    posts = tmp_path / "posts.jsonl"
    posts.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert program.call("intake", str(posts), "--live", "--source", "canary").returncode == 0
    process = program.start("run", "--stages", "nlp,triage")
    try:
        waited(lambda: program.ledger()["attached"] == len(POSTS), every=0.5)
        file = tmp_path / "record.jsonl"
        told = json.loads(program.call("record", "export", str(file), "--json").stdout)
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert told["cases"] >= 2 and told["events"] >= 10
    text = file.read_text("utf-8")
    assert not [canary for canary in (BIRD, PHONE, "canary") if canary in text]
    assert nowhere.call("verify", str(file), "--seal", told["seal"]).returncode == 0
