from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from huiying import datafolder
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.settings import Settings
from huiying.tomlfile import DEFAULTS


def test_the_example_catalogue_becomes_the_offices_own_and_is_no_policy(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    copied = datafolder.lay_out(settings)
    assert settings.sources.read_bytes() == (DEFAULTS / datafolder.SOURCES).read_bytes()
    assert settings.sources in copied and (settings.data / datafolder.SOURCES).exists()
    assert (settings.policy / "topics.toml").exists()
    assert not list(settings.policy.rglob("sources*"))


def test_what_the_office_has_edited_is_left_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    datafolder.lay_out(settings)
    settings.sources.write_text("version = 1\n", "utf-8")
    assert datafolder.lay_out(settings) == ()
    assert settings.sources.read_text("utf-8") == "version = 1\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_that_an_office_keeps_is_closed_to_other_accounts(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    before = os.umask(0o022)
    try:
        datafolder.lay_out(settings)
        open_engine(settings).close()
        engine = open_engine(settings)
        made = {path.name: mode(path) for path in settings.data.glob("*.db*")}
        engine.close()
    finally:
        os.umask(before)
    assert mode(settings.data) == 0o700
    assert made.keys() >= {"stream.db", "office.db", "office.db-wal"}
    assert set(made.values()) == {0o600}


def test_a_folder_of_an_older_version_is_closed_at_the_start_and_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    (settings.data / "office.db").touch()
    settings.data.chmod(0o755)
    (settings.data / "office.db").chmod(0o644)
    datafolder.lay_out(settings)
    assert (mode(settings.data), mode(settings.data / "office.db")) == (0o700, 0o600)
    told = "".join(capsys.readouterr())
    assert told.count("closed_to_others") == 2 and "0755" in told and "0644" in told
    datafolder.lay_out(settings)
    assert "closed_to_others" not in "".join(capsys.readouterr())


def test_a_command_that_makes_nothing_wants_a_folder_that_is_there(tmp_path: Path) -> None:
    assert datafolder.existing(there := Settings(data=tmp_path)) is there
    with pytest.raises(Misconfigured, match=r"没有数据文件夹.*huiying init"):
        datafolder.existing(Settings(data=tmp_path / "elsewhere"))
    assert not (tmp_path / "elsewhere").exists()
