from __future__ import annotations

from tests.triage.notifiers.letters import a_notice
from triage.notifiers.console import Console


def test_a_notice_is_one_line_whatever_its_title_contains() -> None:
    lines: list[str] = []
    told = Console(lines.append).send(a_notice(subject="【较大】\n伪造的一行"), "值班台")
    assert lines == ["[值班台] 【较大】 伪造的一行 | 签收时限已过四分之三 | 编号 abcdefgh\n"]
    assert told.confirmed, "the office's own board has it"


def test_a_link_stays_out_of_the_log() -> None:
    lines: list[str] = []
    Console(lines.append).send(a_notice(link="http://office.invalid/n/secret"), "值班台")
    assert "secret" not in lines[0]
