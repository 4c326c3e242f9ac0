"""The rules on personal information, and what is refused about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS
from triage import protection

TEXT = (DEFAULTS / protection.FILE).read_text("utf-8")


def written(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    (folder / protection.FILE).write_text(TEXT.replace(old, new), "utf-8")
    return folder


def test_the_shipped_rules_name_a_term_and_a_citation_for_every_ground() -> None:
    rules = protection.load(DEFAULTS)
    assert rules.objection.working_days == 15
    assert all("法" in one.citation for one in (*rules.basis, *rules.ground))
    assert rules.responsible.name == ""


def test_a_folder_that_is_older_than_the_rules_has_the_shipped_ones(tmp_path: Path) -> None:
    assert protection.load(tmp_path) == protection.load(DEFAULTS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("working_days = 15", "working_days = 0", "working_days"),
        ("warn_days = 3", "warn_days = 15", "warn_days 要比 working_days 短"),
        ('key = "evidence"', 'key = "duty"', "duty 写了两次"),
        ('purpose = "', 'zweck = "', "purpose"),
        ('contact = ""', 'telephone = ""', "不认识这一项"),
    ],
)
def test_a_slip_is_named_with_what_to_do(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        protection.load(written(tmp_path, old, new))
