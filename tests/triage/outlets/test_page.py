from __future__ import annotations

from tests.triage.statements import BODY, a_statement
from triage.outlets.page import Page


def test_the_own_page_has_it_at_once_at_an_address_that_stays() -> None:
    page = Page("https://office.invalid")
    first = page.publish(a_statement(), BODY, case_id="case-1", key="statement-1")
    assert first == page.publish(a_statement(), BODY, case_id="another-case", key="statement-1.3")
    assert first == "https://office.invalid/public/statements/statement-1"
