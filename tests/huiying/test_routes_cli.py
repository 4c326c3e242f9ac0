"""``huiying routes test``: where a text would go and why, with nothing kept; what is typed wrongly is said in one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from huiying import datafolder
from huiying.errors import Misconfigured
from huiying.settings import load
from nlp import model
from tests.huiying.commands import run

TEXT = "郑州市中原区一个小区的开发商把人防车位只卖不租，物业每月还收六百元管理费，业主投诉没有人管。"


@pytest.fixture
def data(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    settings = load(data=folder, engine="embedded")
    datafolder.lay_out(settings)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, settings.models / name)
    monkeypatch.setenv("HUIYING_DATA", str(folder))
    monkeypatch.setenv("HUIYING_ENGINE", "embedded")
    return folder


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_it_says_the_whole_way_from_the_words_to_the_article_and_keeps_nothing(data: Path) -> None:
    before = everything_in(data)
    told = run("routes", "test", TEXT)
    lines = [line.partition("：")[0] for line in told.splitlines() if not line.startswith(" ")]
    assert lines == ["读出", "事项", "地点", "等级", "规则", "牵头", "配合", "通报", "依据", "为何"]
    assert "读出：告警" in told and "事项：T01" in told and "地点：河南省 郑州市 中原区（原文写明）" in told
    rules = (data / "policy" / "routes.toml").read_text("utf-8").splitlines()
    line = rules.index('rule = "T01"') + 1
    assert f"规则：T01（routes.toml 第 {line} 行）" in told
    assert "牵头：郑州市人民防空办公室" in told
    assert "  市场监管部门：价格违法行为的查处，消费者权益保护（《价格法》第三十三条" in told
    assert "《人民防空法》第五条" in told
    assert everything_in(data) == before


def test_place_and_level_stand_in_for_what_is_read(data: Path) -> None:
    told = run("routes", "test", TEXT, "--place", "洛阳市", "--level", "重大")
    assert "地点：河南省 洛阳市（命令里给定）" in told and "等级：重大（命令里给定）" in told
    assert "牵头：洛阳市人民防空办公室" in told
    assert "规则：T01" in told and "，重大联动" in told
    assert "通报宣传部门、网信部门" in told


def test_what_is_no_business_of_ours_is_said_and_routed_as_if_entered_by_hand(data: Path) -> None:
    told = run("routes", "test", "周末去公园看了菊花展，人不多。")
    assert "读出：与本办无关" in told and "采集来的不会立为事件" in told
    assert "牵头：" in told


def test_a_lead_for_an_inquiry_is_marked(data: Path) -> None:
    told = run("routes", "test", "网传郑州要拉响防空警报打仗了，纯属谣言。", "--title", "网传防空警报是谣言")
    assert "事项：T15" in told
    assert "  公安机关【移交线索】：编造、传播虚假信息的调查处理" in told


def test_a_file_in_gbk_and_as_json(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    told = json.loads(run("routes", "test", "--file", str(file), "--level", "特别重大", "--json"))
    assert told["reading"]["verdict"] == "alert" and told["topic"]["code"] == "T01"
    assert told["lead"] == {"id": "zhengzhou", "name": "郑州市人民防空办公室"}
    assert told["rule"] == "T01" and told["by_level"] == ["重大联动", "特别重大"]
    assert told["level"] == {"level": "特别重大", "given": True}
    assert {"body", "ground", "article", "clue"} == set(told["inform"][0])
    assert told["place"]["code"].startswith("4101") and told["article"] and told["why"]


def test_the_text_comes_from_a_pipe_too(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "routes", "test", "-"],
        env={**os.environ, "HUIYING_DATA": str(data), "HUIYING_ENGINE": "embedded"},
        input=TEXT.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "事项：T01" in done.stdout.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "要试的文字写一处"),
        (("文字", "--file", "x.txt"), "要试的文字写一处"),
        (("--file", "没有这个文件.txt"), "读不了这个文件"),
        (("   ",), "没有可读的文字"),
        (("文字", "--level", "大"), "--level 要写一般、较大、重大、特别重大中的一个，没有 大"),
        (("文字", "--place", "亚特兰蒂斯"), "--place 没有认出 亚特兰蒂斯"),
    ],
)
def test_what_is_typed_wrongly_is_said(data: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        run("routes", "test", *words)
