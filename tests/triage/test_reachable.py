"""A clock that would reach nobody is a fault of the policy, named by file and line with what to write."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import tomlfile
from huiying.contracts import Rank, Role
from huiying.errors import Misconfigured
from tests.factories import NOW
from triage.policy import load, packs_in, read_pack
from triage.reach import NOBODY, Known, Reach
from triage.reachable import faults
from triage.roster import Roster, Shift


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))


def only(folder: Path, *rows: str) -> None:
    """No address but these, and the board."""
    board = '[[address]]\nchannel = "console"\nrole = "any"\nto = "值班台"\n'
    head = 'version = 1\ncitations = ["通讯录"]\n'
    tail = '[restricted]\nroles = ["unit", "head"]\n'
    text = "\n".join((head, board, *(f"[[address]]\n{row}\n" for row in rows), tail))
    (folder / "notices.toml").write_text(text, "utf-8")


def found(folder: Path, reach: Reach = NOBODY) -> list[str]:
    packs = {name: read_pack(folder, name) for name in packs_in(folder)}
    return faults(folder, load(folder), packs, reach, NOW)


ANYBODY = 'channel = "wecom"\nrole = "any"\nto = "值班群"'
RANKS = tuple(
    Known(login=rank.value, name=rank.value, roles=(Role.LEADER,), unit="henan", rank=rank)
    for rank in (Rank.DIVISION_HEAD, Rank.DEPUTY, Rank.HEAD)
)


def test_the_shipped_policy_and_one_channel_for_everybody_reach_somebody(copy: Path) -> None:
    assert found(copy) == []
    only(copy, ANYBODY)
    assert found(copy) == []


def test_the_board_alone_is_nobody(copy: Path) -> None:
    only(copy)
    told = found(copy)
    assert len(told) == 21 and "还有" in told[-1]
    assert all("[[address]]" in line and " 行：" in line for line in told[:-1])


def test_a_step_for_a_role_that_nobody_has_is_named_by_its_line(copy: Path) -> None:
    rows = (
        f'channel = "smtp"\nrole = "{role}"\nto = "a@b.invalid"' for role in ("unit", "duty", "division_head")
    )
    only(copy, *rows)
    told = [line for line in found(copy) if "henan-2017.toml" in line]
    assert told and all("分管领导" in line or "主要负责人" in line for line in told)
    assert not [line for line in told if "承办单位" in line or "处室负责人" in line]
    lines = (copy / "henan-2017.toml").read_text("utf-8").splitlines()
    for line in told:
        number = int(line.split(" 第 ")[1].split(" 行")[0])
        step = line.split("的“")[1].split("”")[0]
        assert lines[number - 1] == f'name = "{step}"'
    assert found(copy, Reach(accounts=RANKS)) == [], "an account of that rank is somebody"


def test_a_unit_with_nobody_in_it_and_no_one_above_is_named(copy: Path) -> None:
    only(copy, 'channel = "smtp"\nrole = "any"\nunits = ["zhengzhou"]\nto = "a@b.invalid"')
    (luoyang,) = [line for line in found_all(copy) if 'units = ["luoyang"]' in line]
    lines = (copy / "units.toml").read_text("utf-8").splitlines()
    number = int(luoyang.split(" 第 ")[1].split(" 行")[0])
    assert lines[number - 1] == 'id = "luoyang"' and "走到哪一步都通知不到人" in luoyang
    assert not [line for line in found_all(copy) if 'units = ["zhengzhou"]' in line]
    assert found(copy, Reach(accounts=RANKS)) == [], "who is above answers for the unit"


def found_all(folder: Path) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("triage.reachable.MOST", 1000)
        return found(folder)


def test_a_shift_that_is_still_to_come_counts(copy: Path) -> None:
    only(copy)
    shift = Shift(
        unit="henan", role="deputy", start=NOW + timedelta(days=2), end=NOW + timedelta(days=3), name="某人", phone="13900000001"
    )  # fmt: skip
    before = [line for line in found_all(copy) if "units.toml" in line]
    reach = Reach(roster=Roster(shifts=(shift,)))
    assert before and not [line for line in found(copy, reach) if "units.toml" in line]


def test_a_restricted_matter_that_only_roles_without_anybody_hear_of_is_named(copy: Path) -> None:
    only(
        copy,
        *(f'channel = "smtp"\nrole = "{role}"\nto = "a@b.invalid"' for role in ("duty", "deputy", "head")),
    )
    file = copy / "notices.toml"
    few = file.read_text("utf-8").replace('roles = ["unit", "head"]', 'roles = ["unit", "division_head"]')
    assert not [line for line in found_all(copy) if "限制知悉" in line], "the head hears of all of them"
    file.write_text(few, "utf-8")
    told = [line for line in found_all(copy) if "限制知悉" in line]
    number = few.splitlines().index('roles = ["unit", "division_head"]') + 1
    assert len(told) == 3, "the two channels' units and the one above them; other units lead no such matter"
    assert all(
        f"notices.toml 第 {number} 行：限制知悉的事只通知承办单位、处室负责人" in line for line in told
    )
    unit = '[[address]]\nchannel = "smtp"\nrole = "unit"\nto = "a@b.invalid"\n\n[restricted]'
    file.write_text(few.replace("[restricted]", unit), "utf-8")
    assert not [line for line in found_all(copy) if "限制知悉" in line]


def test_a_role_that_nobody_knows_is_refused_wherever_it_stands(copy: Path) -> None:
    file = copy / "notices.toml"
    right = file.read_text("utf-8")
    for line in ('roles = ["unit", "head"]', 'roles = ["duty"]'):
        file.write_text(right.replace(line, 'roles = ["chef"]'), "utf-8")
        with pytest.raises(Misconfigured, match="不认识 'chef'，可以写：'unit'") as refused:
            load(copy)
        assert "至少要写一项" not in str(refused.value), "one fault, one line"
