from __future__ import annotations

import pytest

from nlp.annotators import units
from tests.nlp.reading import a_sheet, annotated


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("请问郑州市人防办怎么联系", ("郑州市人防办",)),
        ("我们去找了金水区国动办和住建局", ("金水区国动办", "住建局")),
        ("开发商中原置业有限公司不认", ("开发商中原置业有限公司",)),
        ("物业说不归他们管", ()),
        ("ＡＢ物业公司上锁", ("ＡＢ物业公司",)),
    ],
)
def test_units_are_named_as_written(text: str, names: tuple[str, ...]) -> None:
    assert annotated(units.annotate, a_sheet(text)).units == names
