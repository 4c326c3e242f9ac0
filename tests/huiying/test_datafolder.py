from __future__ import annotations

from pathlib import Path

from huiying import datafolder
from huiying.settings import Settings
from huiying.tomlfile import DEFAULTS


def test_the_example_catalogue_becomes_the_offices_own_and_is_no_policy(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    copied = datafolder.lay_out(settings)
    assert settings.sources.read_bytes() == (DEFAULTS / datafolder.SOURCES).read_bytes()
    assert settings.sources in copied
    assert (settings.policy / "topics.toml").exists()
    assert not list(settings.policy.rglob("sources*"))


def test_what_the_office_has_edited_is_left_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    datafolder.lay_out(settings)
    settings.sources.write_text("version = 1\n", "utf-8")
    assert datafolder.lay_out(settings) == ()
    assert settings.sources.read_text("utf-8") == "version = 1\n"
