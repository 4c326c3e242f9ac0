"""What is for the office's own account alone is closed to others from its first moment."""

from __future__ import annotations

import stat
from pathlib import Path

from huiying import private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_made_closed_and_one_that_is_there_is_left(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    private.touch(path)
    assert mode(path) == 0o600
    path.write_bytes(b"kept")
    private.touch(path)
    assert path.read_bytes() == b"kept"
    private.touch(tmp_path / "no" / "folder")


def test_what_others_may_do_is_taken_away_and_what_the_owner_may_stays(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.touch()
    path.chmod(0o744)
    assert private.tighten(path) == "0744"
    assert mode(path) == 0o700
    assert private.tighten(path) == ""
