"""An office that goes by rules of another province is told so: it would cite them to its public."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from huiying import foreign, rulebook, tomlfile
from huiying.contracts import Certainty, Place, Profile
from tests.factories import NOW, a_case
from triage.policy import load
from triage.routing import route

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


def test_what_does_not_fit_an_office_is_named_and_its_own_documents_are_not_foreign(moved: Path) -> None:
    assert list(foreign.unlike(tomlfile.DEFAULTS, rulebook.read(tomlfile.DEFAULTS))) == []
    unlike = " ".join(foreign.unlike(moved, rulebook.read(moved)))
    assert "jurisdiction 还是 henan" in unlike and "写着“省办”" in unlike and "vague 里有 市南区" in unlike
    file = moved / "tickets.toml"
    text = file.read_text("utf-8").replace("河南省12345政务服务便民热线运行管理办法", "青人防〔2024〕3号")
    file.write_text(text, "utf-8")
    assert not any("tickets.toml" in line for line in told(moved)), "青 is of 青岛 here, not of 青海"


def test_a_matter_in_several_districts_of_a_city_is_led_by_the_city(moved: Path) -> None:
    more = QINGDAO + '\n[[unit]]\nid = "huangdao"\nname = "黄岛区人民防空办公室"\nkind = "county"\n'
    more += 'parent = "qingdao"\nplace = "黄岛区"\ncodes = ["370211"]\n'
    (moved / "units.toml").write_text(more, "utf-8")
    office = load(moved)

    def lead(*codes: str) -> tuple[str, tuple[str, ...]]:
        where = Place(province="山东省", city="青岛市", code=codes[0], certainty=Certainty.STATED)
        case = a_case(topic="T05", place=where, profile=Profile(places=codes))
        found = route(case, office, NOW)
        return found.lead, found.assist

    assert lead("370202")[0] == "shinan"
    assert lead("370200", "370202")[0] == "qingdao", "the city itself, and a part of it beside"
    assert lead("370202", "370211") == ("qingdao", ("shinan", "huangdao"))
    assert lead("370202", "370213") == ("qingdao", ("shinan",)), "李沧 has no office of its own"
    assert lead("370202", "410102")[0] == "shinan", "elsewhere is nobody's here"
