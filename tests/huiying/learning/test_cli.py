"""The commands as an office gives them: what is wrong is one clear Chinese line, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from huiying import datafolder
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.learning.cli import policy_folder, sides
from huiying.settings import load
from huiying.tomlfile import DEFAULTS
from nlp import model, versions
from tests.factories import NOW, a_case, a_post
from tests.huiying.learning.matters import people_have_said, stored
from tests.triage.people import DUTY, a_desk
from triage import pairlearning, pairmodel
from triage.wording import CurrentWording, shipped_wording

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def data(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    settings = load(data=folder, engine="embedded")
    datafolder.lay_out(settings)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, settings.models / name)
    return folder


def huiying(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HUIYING_DATA": str(data), "HUIYING_ENGINE": "embedded"}
    return subprocess.run(
        [sys.executable, "-m", "huiying.cli", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retrain"], "还没有可以学的样例"),
        (["retrain", "--rollback"], "没有更早的模型"),
        (["suggest"], "归档里还没有可以标注的信息"),
        (["backtest"], "请写 --policy"),
        (["backtest", "--policy", "没有"], "归档里没有最近 30 天的信息"),
    ],
)
def test_what_cannot_be_done_yet_is_said_in_one_line(data: Path, arguments: list[str], said: str) -> None:
    ended = huiying(data, *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_data_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for command in ("retrain", "suggest"):
        ended = huiying(tmp_path / "nowhere", command)
        assert ended.returncode == 2
        assert "没有数据文件夹" in ended.stderr
    assert not (tmp_path / "nowhere").exists()


def test_another_policy_may_be_a_folder_or_a_pack_by_name(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    assert policy_folder(own, str(other), "henan", tmp_path) == other
    with pytest.raises(Misconfigured, match="没有文件夹"):
        policy_folder(own, "nowhere", "henan", tmp_path)
    (own / "strict.toml").write_text("version = 1\n", "utf-8")
    with pytest.raises(Misconfigured, match="不能只换一套时限规则"):
        policy_folder(own, "strict", "henan", tmp_path)
    (own / "in_force.toml").write_text("version = 1\n", "utf-8")
    made = policy_folder(own, "strict", "henan", tmp_path)
    assert (made / "strict.toml").is_file()
    in_force = tomllib.loads((made / "in_force.toml").read_text("utf-8"))
    assert [(row["pack"], row["unit"]) for row in in_force["period"]] == [("strict", "henan")]
    assert (own / "in_force.toml").read_text("utf-8") == "version = 1\n"


def test_a_model_of_another_version_of_the_program_is_refused(models: Path, tmp_path: Path) -> None:
    settings = load(data=tmp_path / "data", engine="embedded")
    datafolder.lay_out(settings)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, settings.models / name)
    learned = model.load(models)
    old = msgspec.structs.replace(learned.card, stamp="000000000000")
    model.save(replace(learned, card=old), tmp_path / "old")
    with pytest.raises(Misconfigured, match="别的版本"):
        sides(settings, "", tmp_path / "old", tmp_path)
    with pytest.raises(Misconfigured, match="没有完整的模型"):
        sides(settings, "", tmp_path / "nowhere", tmp_path)
    current, other = sides(settings, str(DEFAULTS), models, tmp_path)
    assert current.name == "现行"
    assert other.policy.ref == current.policy.ref


@pytest.mark.timeout(150)
def test_an_office_learns_from_its_pairs_goes_back_and_sees_what_it_corrected(data: Path) -> None:
    settings = load(data=data, engine="embedded")
    engine = open_engine(settings)
    people_have_said(engine)
    case = stored(engine, "青禾苑的人防门被拆了没人管")
    desk = a_desk(engine)
    desk.confirm(case.id, DUTY, NOW, seen=len(case.events))
    desk.assign(case.id, DUTY, NOW, seen=len(engine.cases.get(case.id).events), unit="luoyang")
    engine.close()
    learned = huiying(data, "retrain", "--days", "1")
    assert learned.returncode == 0, learned.stderr
    assert "归并样例（合并、拆分、认定和撤销）：学" in learned.stdout
    assert "归并：留作比较的人工样例，判得对" in learned.stdout
    assert "归并的比对" in learned.stdout.splitlines()[-1]
    assert "已换上模型" in learned.stdout
    wording = CurrentWording(lambda: versions.current(settings.models))
    assert wording() is not shipped_wording()
    assert pairmodel.read_card(versions.current(settings.models)) is not None
    back = huiying(data, "retrain", "--rollback")
    assert back.returncode == 0
    assert "退回随软件附带的模型" in back.stdout
    assert versions.current(settings.models) == settings.models
    told = huiying(data, "suggest", "--corrections")
    assert told.returncode == 0, told.stderr
    assert case.id in told.stdout
    as_json = json.loads(huiying(data, "suggest", "--corrections", "--json").stdout)
    assert [(one["was"], one["now"], one["times"]) for one in as_json["routes"]] == [
        ("zhengzhou", "luoyang", 1)
    ]


def test_another_model_brings_its_own_scorer_of_stories(models: Path, data: Path, tmp_path: Path) -> None:
    settings = load(data=data, engine="embedded")
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, tmp_path / name)
    pairmodel.save(replace(pairlearning.shipped(), bias=40.0), (), tmp_path, NOW)
    current, other = sides(settings, "", tmp_path, tmp_path)
    post, case = a_post(), a_case(title="洛阳一人防工程漏水", lead="洛阳一人防工程漏水")
    assert other.wording.likely(post, case) > 0.99 > current.wording.likely(post, case)
