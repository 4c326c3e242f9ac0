from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path

import pytest

from crawlers import columns
from crawlers.sources import Source
from huiying import tomlfile
from huiying.errors import Misconfigured
from tests.quick import growth


def test_usual_headings_are_recognised_and_contacts_dropped() -> None:
    found = columns.guess(
        ["工单编号", "诉求标题", "诉求内容", "受理时间（北京）", "所属区县", "来电号码", "姓名"]
    )
    assert (found.id, found.title, found.text, found.time) == (
        "工单编号",
        "诉求标题",
        "诉求内容",
        "受理时间（北京）",
    )
    assert found.place == "所属区县"
    assert found.drop == ("来电号码", "姓名")


def test_what_other_hotlines_call_them_is_recognised_and_who_called_dropped() -> None:
    found = columns.guess(["序号", "工单号", "诉求主题", "诉求描述", "来电日期", "来电人", "事发区域"])
    chosen = (found.id, found.title, found.text, found.time, found.place)
    assert chosen == ("工单号", "诉求主题", "诉求描述", "来电日期", "事发区域")
    assert found.drop == ("来电人",)


def test_the_saved_mapping_of_the_office_comes_before_ours(tmp_path: Path) -> None:
    assert columns.find("12345", tmp_path).id == "工单编号"
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "12345.toml").write_text('id = "流水号"\n', "utf-8")
    assert columns.find("12345", tmp_path).id == "流水号"


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(Misconfigured, match="已保存的有：12345"):
        columns.find("54321", tomlfile.DEFAULTS)


def test_a_channel_that_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('text = "内容"\nchannel = "电报"\n', "utf-8")
    with pytest.raises(Misconfigured, match="可以写：新闻"):
        columns.find(str(tmp_path / "mine.toml"), tomlfile.DEFAULTS)


def test_headings_fit_that_have_every_column_of_the_mapping_and_one_with_the_words() -> None:
    usual = ["编号", "标题", "内容"]
    assert columns.fitting(None)(usual) and not columns.fitting(None)(["12345工单明细表"])
    assert not columns.fitting(None)(["编号", "时间"])
    mine = columns.Mapping(id="流水号", text="内容")
    assert columns.fitting(mine)(["流水号", "内容"]) and not columns.fitting(mine)(usual)
    assert columns.fitting(columns.Mapping(drop=("标题",)))(usual)
    assert not columns.fitting(columns.Mapping(drop=("标题", "内容")))(usual)


def test_what_is_dropped_is_never_read() -> None:
    mapping = columns.Mapping(name="某", id="编号", text="内容", author="姓名", drop=("姓名",))
    assert columns.read(mapping) == {"id": "编号", "text": "内容"}


def test_a_heading_ends_at_its_first_blank_however_many_follow() -> None:
    assert columns.guess(["诉求标题\n（必填）", "诉求描述 （500字）"]).title == "诉求标题\n（必填）"
    assert growth(lambda size: partial(columns.guess, [f"标题{' ' * size}\n写在这里"]), 2_000) < 24


@pytest.mark.parametrize(("said", "ours"), [("", True), ("ours = false", False), ("ours = true", True)])
def test_whether_rows_were_handed_to_us_a_source_says_over_its_mapping(said: str, ours: bool) -> None:
    source = Source.model_validate(
        {"id": "h", "name": "热线", "kind": "file", "path": "a.csv", "basis": "业务数据", "mapping": "12345"}
        | tomllib.loads(said)
    )
    assert columns.of_source(source, tomlfile.DEFAULTS).ours is ours
