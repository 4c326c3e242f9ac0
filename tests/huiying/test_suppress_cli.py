"""``huiying suppress``, and that what is on the list stays out of what is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiying import datafolder, settings, suppression
from huiying.cli import cli
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.suppression import Suppression
from huiying.topics import POSTS
from tests.factories import NOW

THERE = "https://bbs.example.cn/thread/7"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with one address on its list."""
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    chosen = settings.load()
    datafolder.lay_out(chosen)
    engine = open_engine(chosen)
    sieve = Suppression(engine.register, datafolder.secret_key(chosen))
    sieve.put([suppression.place(THERE, 3)], NOW, objection="abcdefgh2345")
    engine.close()
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_list_is_shown_without_what_it_keeps_out(folder: Path) -> None:
    shown = run("suppress", "list").stdout
    assert "2026-11-23 10:00　网址　异议 abcdefgh" in shown and "共 1 项" in shown
    (row,) = json.loads(run("suppress", "list", "--json").stdout)
    assert (row["what"], row["objection"], len(row["digest"])) == ("place", "abcdefgh2345", 64)
    assert "bbs" not in shown + row["digest"]


def test_an_address_is_asked_for_and_the_code_says_whether_it_is_on_it(folder: Path) -> None:
    asked = run("suppress", "check", THERE + "?utm_source=x", "--floor", "3")
    assert asked.exit_code == 0 and "不再收入" in asked.stdout
    other = run("suppress", "check", THERE, "--json")
    assert other.exit_code == 1
    assert json.loads(other.stdout) == {"address": THERE, "floor": None, "suppressed": False}
    with pytest.raises(Misconfigured, match="网址要完整"):
        run("suppress", "check", "bbs.example.cn")


def test_what_is_on_the_list_stays_out_of_an_import(folder: Path) -> None:
    engine = open_engine(settings.load())
    key = datafolder.secret_key(settings.load())
    Suppression(engine.register, key).put([suppression.place("https://a.example.cn/1", None)], NOW)
    engine.close()
    file = folder / "posts.jsonl"
    rows = [
        {"id": str(n), "url": f"https://a.example.cn/{n}", "title": "题目", "text": f"第{n}条"}
        for n in (1, 2)
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    run("intake", str(file))
    engine = open_engine(settings.load())
    try:
        posts = [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]
    finally:
        engine.close()
    assert sorted((post.text, post.withheld) for post in posts) == [("", True), ("第2条", False)]


def test_what_is_on_the_list_stays_out_of_what_is_collected(folder: Path) -> None:
    """The crawler is a process of its own: what the office decides in another holds for it."""
    chosen = settings.load()
    chosen.sources.write_text(
        '[[source]]\nid = "hotline"\nname = "热线"\nkind = "file"\npath = "in/*.csv"\nbasis = "本单位业务数据"\n'
        'col_id = "编号"\ncol_body = "内容"\ncol_url = "网址"\n',
        "utf-8",
    )
    (chosen.data / "in").mkdir()
    rows = "\n".join(f"{n},第{n}条内容,{THERE}{n}" for n in (1, 2))
    (chosen.data / "in" / "a.csv").write_text(f"编号,内容,网址\n{rows}\n", "utf-8")
    engine = open_engine(chosen)
    Suppression(engine.register, datafolder.secret_key(chosen)).put(
        [suppression.place(f"{THERE}2", None)], NOW
    )
    engine.close()
    done = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "crawl", "--once"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    engine = open_engine(chosen)
    try:
        posts = [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]
    finally:
        engine.close()
    assert sorted((post.text, post.withheld) for post in posts) == [("", True), ("第1条内容", False)]
