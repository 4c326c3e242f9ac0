from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from huiying import tomlfile
from huiying.errors import Misconfigured


class Unit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    floors: int = Field(1, ge=1)
    kind: str = "office"


class Units(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: int
    unit: list[Unit] = []


GOOD = """\
version = 1

[[unit]]
id = "a"

[[unit]]
id = "b"
floors = 3
"""


def fault(text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        tomlfile.parse(text, Units, name="units.toml")
    return str(refused.value)


def test_a_good_file_is_read() -> None:
    units = tomlfile.parse(GOOD, Units, name="units.toml")
    assert [unit.floors for unit in units.unit] == [1, 3]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert tomlfile.read(path, Units).version == 1


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    path.write_bytes('version = 1\n# 单位\n[[unit]]\nid = "郑州"\n'.encode("gbk"))
    with pytest.raises(Misconfigured, match="第 2 行：不是 UTF-8"):
        tomlfile.read(path, Units)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere\.toml"):
        tomlfile.read(tmp_path / "nowhere.toml", Units)


def test_wide_signs_are_pointed_out_with_what_to_write_instead() -> None:
    message = fault(GOOD.replace('"b"', "“b”"))
    assert "units.toml 第 7 行" in message
    assert '“，请改成英文的 "' in message


def test_a_fault_names_file_line_key_and_remedy() -> None:
    message = fault(GOOD.replace("floors = 3", 'floors = "three"'))
    assert message.startswith("units.toml 第 8 行 unit.第2个.floors：应写数字")
    assert "'three'" in message


def test_a_word_that_nobody_knows_is_named_where_it_stands() -> None:
    message = fault(GOOD + "colour = 3\n")
    assert "第 9 行" in message
    assert "不认识这一项" in message


def test_what_is_missing_is_named_at_its_table() -> None:
    message = fault(GOOD + "\n[[unit]]\nfloors = 2\n")
    assert "第 10 行" in message
    assert "unit.第3个.id" in message
    assert "缺少这一项" in message


def test_all_faults_are_told_at_once() -> None:
    message = fault(GOOD.replace("version = 1", "version = []").replace("floors = 3", "floors = 0"))
    assert len(message.splitlines()) == 2


def test_a_fingerprint_follows_the_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text("a = 1")
    two.write_text("a = 1")
    assert tomlfile.fingerprint(one) == tomlfile.fingerprint(two)
    two.write_text("a = 2")
    assert tomlfile.fingerprint(one) != tomlfile.fingerprint(two)
    assert tomlfile.fingerprint(one, two) != tomlfile.fingerprint(one)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = ", "等号右边的写法不对"),
        ("version == 1", "等号右边的写法不对"),
        ("version = 1\nversion = 2", "同一项写了两次"),
        ("[unit", "方括号没有配对"),
        ('version = "1', "引号没有配对"),
        ("version", "缺少等号"),
        ("单位 = 1", "项目名只用英文字母"),
        ("version = 1 2", "后面有多余的内容"),
        ("version = 2026-1-3", "日期要写成 2026-11-23 这样"),
        ("version = 2026-01-3", "日期要写成 2026-11-23 这样"),
        ("version = [2026年1月3日]", "日期要写成 2026-11-23 这样"),
        ("version = 8:30", "时刻要写成 08:30:00 这样"),
        ("version = 25:00:00", "时刻要写成 08:30:00 这样"),
        ("version = 22点", "时刻要写成 08:30:00 这样"),
        ("version = 30分钟", "数字后面不带单位"),
        ('version = "3, 30分钟', "引号没有配对"),
        (GOOD.replace('"b"', "7"), "应写文字，并加英文引号，现在是 7"),
        (GOOD.replace("floors = 3", "floors = 0"), "不能小于 1，现在是 0"),
        (GOOD.replace("floors = 3", "floors = 1.5"), "应写整数，现在是 1.5"),
        ("version = 1\nunit = 3", "表要写成 [[名字]]，现在是 3"),
        (GOOD.replace("floors = 3", f"floors = '{'x' * 3000}'"), "应写数字，现在是 'xxx"),
    ],
)
def test_every_complaint_is_one_short_line_of_chinese(text: str, says: str) -> None:
    first = fault(text).splitlines()[0]
    assert says in first
    assert len(first) < 120
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} ", first)


class Pair(BaseModel):
    roles: tuple[Literal["left", "right"], ...] = Field(min_length=1)


class Row(BaseModel):
    id: int


class Rows(BaseModel):
    row: tuple[Row, ...] = Field(min_length=1)


def test_a_table_of_one_row_that_is_wrong_is_not_called_empty() -> None:
    with pytest.raises(Misconfigured) as refused:
        tomlfile.parse('[[row]]\nid = "一"', Rows, name="x.toml")
    assert str(refused.value) == "x.toml 第 2 行 row.第1个.id：应写数字，现在是 '一'"


def test_what_is_wrong_in_several_files_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "units.toml").write_text("version = []")
    (tmp_path / "pair.toml").write_text("roles = 3")
    with pytest.raises(Misconfigured) as refused:
        tomlfile.Several(tmp_path, {"units.toml": Units, "pair.toml": Pair, "rows.toml": Rows})
    assert re.findall(r"\w+\.toml", str(refused.value)) == ["units.toml", "pair.toml", "rows.toml"]
    (tmp_path / "units.toml").write_text(GOOD)
    files = tomlfile.Several(tmp_path, {"units.toml": Units})
    assert files[Units].version == 1


def test_of_very_many_faults_the_first_are_told_and_how_many_more_there_are() -> None:
    with pytest.raises(Misconfigured) as refused:
        tomlfile.refuse(str(number) for number in range(tomlfile.MOST + 5))
    assert str(refused.value).splitlines()[-1].startswith("……还有 5 处")
    tomlfile.refuse([])


def test_a_shipped_file_that_is_gone_says_how_it_comes_back(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="huiying init 会放入"):
        tomlfile.read(tmp_path / "routes.toml", Units)


def test_a_list_with_a_wrong_entry_has_one_fault_and_an_empty_one_too() -> None:
    for text, said in (('roles = ["up"]', "不认识 'up'"), ("roles = []", "至少要写一项")):
        with pytest.raises(Misconfigured) as refused:
            tomlfile.parse(text, Pair, name="x.toml")
        assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_date_as_written_by_hand_is_told_how_it_is_written_here() -> None:
    with pytest.raises(Misconfigured, match=r"第 1 行：格式不对（日期要写成 2026-11-23 这样）"):
        tomlfile.parse("version = 2027/02/05\n", Units, name="x.toml")
    with pytest.raises(Misconfigured, match=r"现在是 2027-02-05$"):
        tomlfile.parse("version = 2027-02-05\n", Units, name="x.toml")


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str


class One(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    told: list[Told] = []


class Named(BaseModel):
    row: list[One]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "d"', "name = 4", "第 14 行 row.第2个.told.第2个.name"),
        ('name = "c"\n', "", "第 10 行 row.第2个.told.第1个.name"),
        ('id = "b"', "id = 2", "第 8 行 row.第2个.id"),
    ],
)
def test_a_fault_in_a_table_of_a_table_is_named_by_its_own_line(old: str, new: str, said: str) -> None:
    text = "".join(
        f'[[row]]\nid = "{id}"\n\n' + "".join(f'[[row.told]]\nname = "{name}"\n\n' for name in names)
        for id, names in (("a", "x"), ("b", "cd"))
    )
    with pytest.raises(Misconfigured) as refused:
        tomlfile.parse(text.replace(old, new), Named, name="rows.toml")
    assert said in str(refused.value)
