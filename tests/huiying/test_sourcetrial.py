"""``huiying sources try``: a look at a real site over loopback that leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiying import datafolder, settings
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.sourcetrial import chosen
from huiying.topics import POSTS, SOURCE_CHECKS
from tests.newsroom import Newsroom

CATALOGUE = """
version = 1
[defaults]
pause = "0s"
allow_hosts = ["127.0.0.1:{port}"]

[[source]]
id = "news"
name = "中原示例网"
kind = "list"
url = "http://127.0.0.1:{port}/news/"
item = "ul.news-list li a"
date = "span.date"
basis = "公开列表页"
enabled = false

[[source]]
id = "gone"
name = "改版的网站"
kind = "list"
url = "http://127.0.0.1:{port}/news/"
item = "ul.gone li a"
basis = "测试"

[[source]]
id = "hotline"
name = "热线导出"
kind = "file"
path = "inbox/*.csv"
mapping = "12345"
basis = "本单位业务数据"
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Newsroom]:
    with Newsroom(0) as newsroom:
        yield newsroom


@pytest.fixture
def folder(tmp_path: Path, site: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    port = site.url.rsplit(":", 1)[1].strip("/")
    office = settings.load()
    datafolder.lay_out(office)
    office.sources.write_text(CATALOGUE.replace("{port}", port), "utf-8")
    open_engine(office).close()
    return office.data


def tried(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """In a process of its own: the reactor runs once."""
    done = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "sources", "try", *words, "--json"],
        env={**os.environ, "HUIYING_DATA": str(folder)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {"said": done.stderr.decode()}


def test_what_a_source_would_bring_is_shown_and_nothing_is_taken_in(folder: Path) -> None:
    code, told = tried(folder, "news")
    assert code == 0, told
    assert told["ok"] and told["posts"] > 3
    first = told["taken"][0]
    assert first["title"] and first["text"] and first["published"]
    assert "body:" in first["method"] and 0 < first["confidence"] <= 1
    assert first["ours"] is None, "no model was trained in this folder"
    engine = open_engine(settings.load())
    try:
        assert not list(engine.stream.scan(POSTS.name))
        assert not list(engine.stream.scan(SOURCE_CHECKS.name))
    finally:
        engine.close()
    assert not (folder / "crawler.db").exists()
    assert tried(folder, "news")[1]["posts"] == told["posts"], "the second look sees all of it again"


def test_a_selector_that_finds_nothing_is_told_and_ends_with_one(folder: Path) -> None:
    code, told = tried(folder, "gone")
    assert (code, told["ok"], told["posts"]) == (1, False, 0)
    assert told["problem"]


def test_a_look_that_takes_too_long_shows_what_it_has(folder: Path) -> None:
    slow = settings.load().sources
    slow.write_text(slow.read_text("utf-8").replace('pause = "0s"', 'pause = "2s"'), "utf-8")
    code, told = tried(folder, "news", "--seconds", "3")
    assert told["stopped"]
    assert code == (0 if told["posts"] else 1)


def test_a_source_that_is_not_there_or_has_no_address_is_refused(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="没有 atlantis"):
        chosen(settings.load(), "atlantis")
    with pytest.raises(Misconfigured, match="huiying intake"):
        chosen(settings.load(), "hotline")
