"""An office that goes by rules of another province is told so: it would cite them to its public."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from huiying import foreign, rulebook, tomlfile

QINGDAO = """version = 1
citations = ["内设机构"]

[[unit]]
id = "qingdao"
name = "青岛市人民防空办公室"
kind = "city"
place = "青岛市"
codes = ["3702"]

[[unit]]
id = "shinan"
name = "市南区人民防空办公室"
kind = "county"
parent = "qingdao"
place = "市南区"
codes = ["370202"]
"""


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """The shipped rules in the hands of a city office of another province, which has put its own units in."""
    folder = Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))
    (folder / "units.toml").write_text(QINGDAO, "utf-8")
    for name in ("routes", "in_force", "notices"):
        file = folder / f"{name}.toml"
        text = re.sub(r'"(henan(\.[a-z]+)?|zhengzhou)"', '"qingdao"', file.read_text("utf-8"))
        file.write_text(text, "utf-8")
    return folder


def told(folder: Path) -> list[str]:
    return list(foreign.cited(folder, rulebook.read(folder)))


def test_an_office_at_home_is_told_nothing() -> None:
    assert told(tomlfile.DEFAULTS) == []


def test_rules_of_another_province_are_named_by_file_and_line(moved: Path) -> None:
    found = {line.partition(" ")[0]: line for line in told(moved)}
    assert {"henan-2017.toml", "in_force.toml", "tickets.toml", "routes.toml"} <= found.keys()
    assert "写着河南的规定，本单位在山东" in found["tickets.toml"]
    assert not {"strict.toml", "national-2016.toml", "localities.toml"} & found.keys(), (
        "not in force, or places"
    )


def test_what_was_put_right_is_not_told_again(moved: Path) -> None:
    file = moved / "tickets.toml"
    text = file.read_text("utf-8").replace(
        "河南省12345政务服务便民热线运行管理办法", "青岛市12345热线管理办法"
    )
    file.write_text(f"# 原来照河南的写\n{text}", "utf-8")
    assert not any("tickets.toml" in line for line in told(moved))
    file.write_text(
        text.replace("青岛市12345热线管理办法", "鲁政办〔2020〕1号；浙政办发〔2021〕5号", 1), "utf-8"
    )
    (line,) = [line for line in told(moved) if "tickets.toml" in line]
    assert "写着浙江的规定" in line
