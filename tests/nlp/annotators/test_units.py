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
        ("市国防动员办公室和市质监站都来过", ("市国防动员办公室", "市质监站")),
        ("打了12345，转给自然资源和规划局", ("自然资源和规划局",)),
        ("物业费太贵", ()),
        ("先转物业，又转街道，打12345也没用，如今物业换人了", ()),
        ("据郑州市公安局金水分局经八路派出所通报", ("郑州市公安局金水分局", "经八路派出所")),
        ("报警后交警大队来了", ("交警大队",)),
        ("安监局、应急局、消防队都来了", ("安监局", "应急局", "消防队")),
        ("隔壁小区物业就很好", ()),
        ("先锋社区和新物业都说等通知", ("先锋社区",)),
        ("手续要经过县规划局盖章", ("县规划局",)),
        ("难道区政府管不了", ("区政府",)),
        ("结果金水区住建局没来人", ("金水区住建局",)),
        ("对面的公立幼儿园收不满", ()),
        ("我读大学的时候", ()),
        ("一名小学生路过", ()),
        ("周边中小学都不够", ()),
        ("督促中原信达置业有限公司交房", ("中原信达置业有限公司",)),
        ("本人住在文化路街道", ("文化路街道",)),
        ("副县长第一时间赶赴县医院", ("县医院",)),
        ("家长向市第一中学反映", ("市第一中学",)),
        ("取消预缴物业费，2018年物业换了", ()),
    ],
)
def test_units_are_named_as_written(text: str, names: tuple[str, ...]) -> None:
    assert annotated(units.annotate, a_sheet(text)).units == names


def test_a_text_of_names_alone_is_bounded() -> None:
    reading = annotated(units.annotate, a_sheet("人防办" * 3000))
    assert len(reading.units) <= units.LIMIT
