from __future__ import annotations

from pathlib import Path

import pytest

from huiying.engines.filelock import FileLock
from huiying.errors import TryAgain


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "groups" / "lock"), FileLock(tmp_path / "groups" / "lock")
    assert one.take()
    assert not two.take()
    assert one.held
    assert not two.held
    one.release()
    one.release()
    assert two.take()
    two.release()


def test_a_lock_that_cannot_be_made_means_try_again(tmp_path: Path) -> None:
    (tmp_path / "groups").write_text("")
    with pytest.raises(TryAgain):
        FileLock(tmp_path / "groups" / "lock").take()
