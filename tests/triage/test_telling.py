"""What a notice says of how things stand."""

from __future__ import annotations

from huiying.contracts import Grading, Level
from tests.factories import NOW, a_case, a_severity
from tests.triage.texts import policy
from triage.telling import facts


def test_a_level_that_people_set_is_not_told_as_the_sum_of_its_points() -> None:
    severity = a_severity(level=Level.LARGER)
    assert facts(a_case(severity=severity), policy())[0] == f"等级：较大（{severity.low} 分）"
    raised = a_case(
        severity=a_severity(level=Level.EXTREME),
        grading=Grading(level=Level.EXTREME, machine=Level.LARGER, by="zhiban", at=NOW),
    )
    assert facts(raised, policy())[0].startswith("等级：特别重大（人工评定；系统评 ")
