"""What an office took over from another one and that is not its own: citations of another province's rules, which would stand in its
notices, papers and on its public page, and what does not fit what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from huiying import tomlfile
from nlp import gazetteer
from triage import policy
from triage.policy import Policy

_PROVINCES = {
    "11": ("北京", "京"), "12": ("天津", "津"), "13": ("河北", "冀"), "14": ("山西", "晋"), "15": ("内蒙古", "内"),
    "21": ("辽宁", "辽"), "22": ("吉林", "吉"), "23": ("黑龙江", "黑"), "31": ("上海", "沪"), "32": ("江苏", "苏"),
    "33": ("浙江", "浙"), "34": ("安徽", "皖"), "35": ("福建", "闽"), "36": ("江西", "赣"), "37": ("山东", "鲁"),
    "41": ("河南", "豫"), "42": ("湖北", "鄂"), "43": ("湖南", "湘"), "44": ("广东", "粤"), "45": ("广西", "桂"),
    "46": ("海南", "琼"), "50": ("重庆", "渝"), "51": ("四川", "川"), "52": ("贵州", "黔"), "53": ("云南", "云"),
    "54": ("西藏", "藏"), "61": ("陕西", "陕"), "62": ("甘肃", "甘"), "63": ("青海", "青"), "64": ("宁夏", "宁"),
    "65": ("新疆", "新"),
}  # fmt: skip
"""What the codes of its places begin with → its name, and the sign that the numbers of its documents begin with."""
_OF_PLACES = frozenset({gazetteer.FILE})
_STRING = re.compile(r'"([^"\n]*)"')
_NAMED = re.compile("|".join(name for name, _ in _PROVINCES.values()))
_NUMBERED = re.compile(
    rf"(?<![\u4e00-\u9fff])([{''.join(sign for _, sign in _PROVINCES.values())}])[\u4e00-\u9fff]{{1,8}}〔\d{{4}}〕"
)
_BY_SIGN = {sign: name for name, sign in _PROVINCES.values()}


def cited(folder: Path, office: Policy) -> Iterator[str]:
    """A line for each file that names another province, in Chinese; none where the office is of several provinces, or of no place."""
    codes = {code[:2] for unit in office.units for code in unit.codes}
    # 青人防〔2024〕3号 of 青岛 is not of 青海.
    signs = {name[:1] for unit in office.units for name in (unit.place, unit.name, *unit.aliases)}
    own = {_PROVINCES[code][0] for code in codes if code in _PROVINCES}
    if len(own) != 1:
        return
    unused = {f"{name}.toml" for name in policy.packs_in(folder) if name not in office.packs}
    for path in sorted(folder.glob("*.toml")):
        if path.name in _OF_PLACES | unused:
            continue
        found = {
            number: names
            for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1)
            if (names := _named(line, signs) - own)
        }
        if found:
            others = "、".join(sorted(set().union(*found.values())))
            lines = "、".join(map(str, found))
            yield (
                f"{path.name} 第 {lines} 行：写着{others}的规定，本单位在{next(iter(own))}。"
                "依据会写进通知、公文和公开页，请换成本地的"
            )


def _named(line: str, ours: Collection[str]) -> set[str]:
    """Provinces that a line of the file names outside its comment."""
    if line.lstrip().startswith("#"):
        return set()
    told = " ".join(_STRING.findall(line))
    return {*_NAMED.findall(told), *(_BY_SIGN[sign] for sign in _NUMBERED.findall(told) if sign not in ours)}


def unlike(folder: Path, office: Policy) -> Iterator[str]:
    """What an office took over that does not fit what it is, in Chinese."""
    units = {unit.id: unit for unit in office.units}
    top = units[office.top()]
    if office.jurisdiction not in units:
        yield f"stories.toml 的 jurisdiction 还是 {office.jurisdiction}，不是本单位的编号。还没有收过信息的话请改成 {top.id}，以后不再改"
    local = office.routes.locality
    said = [text for text in (local.several, local.one, local.unknown, local.outside) if "省办" in text]
    if top.kind != "province" and said:
        yield f"routes.toml 的 [locality] 写着“省办”（{said[0]}），本单位不是省办：这些话会写进交办单，请改成本单位的说法"
    vague = frozenset(tomlfile.read(folder / gazetteer.FILE, gazetteer.Localities).vague)
    if unclear := "、".join(unit.place for unit in units.values() if unit.place in vague):
        yield (
            f"{gazetteer.FILE} 的 vague 里有 {unclear}：文中只写这几个字不算数，同文还要有所属的市。本地常这样说的，从 vague 里删掉"
        )
