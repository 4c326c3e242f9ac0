"""Whatever an office edits in its policy folder is looked at, whether anybody needs it today or not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying import rulebook, tomlfile
from huiying.errors import Misconfigured


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))


def refused(folder: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        rulebook.read(folder)
    return str(caught.value)


def test_what_ships_is_right(folder: Path) -> None:
    assert rulebook.read(folder).top() == "henan"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("retention.toml", "security_days = 1095", "security_days = 10", "security_days"),
        ("retention.toml", '"特别重大" = "永久"', '"特别重大" = "永远"', "或写"),
        ("protection.toml", "working_days = 15", "working_days = 0", "不能小于 1"),
        ("sms.toml", 'format = "json"', 'format = "xml"', "不认识 'xml'"),
        ("mappings/12345.toml", "id    =", "idd   =", "不认识这一项"),
        ("strict.toml", 'name = "strict"', 'name = "stern"', "写成 strict"),
        ("localities.toml", 'id = "410305"', 'id = "410304"', "地名编号 410304 写了两次"),
        ("localities.toml", 'parent = "410300"', 'parent = "419900"', "的上级 419900 不在地名表里"),
        (
            "notices.toml",
            'to = "zhiban@renfang.example.invalid"',
            'to = "值班室"',
            "第 25 行：渠道 smtp 的 to 要写一个邮箱地址",
        ),
        ("severity.toml", 'topics = ["T06",', 'topics = ["T66",', "议题 T66 不在 topics.toml 里"),
        ("stories.toml", 'wide_topics = ["T04",', 'wide_topics = ["T44",', "议题 T44 不在 topics.toml 里"),
        ("henan-2017.toml", "hours = 5\n", 'hours = "5"\n', "应写数字"),
        ("henan-2017.toml", "hours = 5\n", "hours = true\n", "应写数字"),
        ("calendar.toml", "version = 1", 'version = "1"', "应写数字"),
        ("tickets.toml", "working_days = 3", 'working_days = "3"', "应写数字"),
        ("units.toml", 'codes = ["4101"]', 'codes = ["4199"]', "管辖地 4199 不在 localities.toml 里"),
        ("units.toml", 'place = "洛阳市"', 'place = "洛羊市"', "“洛羊市”不是它管辖地 4103 里的地名"),
        ("units.toml", 'place = "洛阳市"', 'place = "郑州市"', "“郑州市”不是它管辖地 4103 里的地名"),
        (
            "units.toml",
            'aliases = ["人事处"]',
            'aliases = ["财务处"]',
            "“财务处”既是 henan.renshi 又是 henan.caiwu",
        ),
    ],
)
def test_a_slip_in_any_file_is_named(folder: Path, file: str, old: str, new: str, said: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    told = refused(folder)
    assert said in told and file.rpartition("/")[2] in told


def test_slips_in_several_files_are_told_together(folder: Path) -> None:
    for name in ("retention.toml", "protection.toml", "routes.toml"):
        (folder / name).write_text("version = 2\n", "utf-8")
    told = refused(folder)
    assert all(name in told for name in ("retention.toml", "protection.toml", "routes.toml"))


def test_a_folder_from_before_text_messages_is_still_right(folder: Path) -> None:
    (folder / "sms.toml").unlink()
    rulebook.read(folder)


def test_a_clock_set_that_was_cut_off_to_nothing_is_told_from_one_that_is_away(folder: Path) -> None:
    (folder / "henan-2017.toml").write_text("", "utf-8")
    assert "henan-2017.toml，文件是空的" in refused(folder)
    (folder / "henan-2017.toml").unlink()
    assert "文件是空的" not in refused(folder)
