from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.contracts import SignalKind
from nlp.annotators import allegations, units
from tests.nlp.reading import a_sheet, annotated, blank, kinds, only


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("刚才全城防空警报突然响了", SignalKind.SIREN_UNPLANNED),
        ("半夜喇叭自己响了一分钟", SignalKind.SIREN_UNPLANNED),
        ("我区部分警报器误鸣", SignalKind.SIREN_UNPLANNED),
        ("设备采购里有人吃回扣", SignalKind.CORRUPTION),
        ("人防车库顶板开裂渗水", SignalKind.SAFETY),
        ("网传要打仗了，速转", SignalKind.RUMOUR),
        ("人防车位每月收费300元", SignalKind.FEES),
        ("有人把指挥所的图纸外传", SignalKind.SECRET),
        ("保密工程图纸被人发到了网上", SignalKind.SECRET),
        ("据知情人透露，局里早就知道", SignalKind.RUMOUR),
        ("微信群里都在传要打仗", SignalKind.RUMOUR),
        ("警报怎么又响了，没说今天试鸣啊", SignalKind.SIREN_UNPLANNED),
        ("收了我五万块定金不退", SignalKind.FEES),
        ("顶板钢筋都露出来了", SignalKind.SAFETY),
        ("楼道里燃气味很大", SignalKind.SAFETY),
        ("局长李某某被带走调查", SignalKind.CORRUPTION),
        ("局长李某某被带走调查", SignalKind.OFFICIAL_NAMED),
        ("中央督察组交办的件", SignalKind.SUPERIOR_ORDER),
        ("听俺姑说人防工程底下挖出宝贝了", SignalKind.RUMOUR),
        ("市委要求限期答复", SignalKind.SUPERIOR_ORDER),
        ("分管副省长作出批示", SignalKind.SUPERIOR_ORDER),
        ("人防办主任张某某收钱", SignalKind.OFFICIAL_NAMED),
        ("找了李科长三次都不在", SignalKind.OFFICIAL_NAMED),
        ("质监站原副站长王某受贿", SignalKind.OFFICIAL_NAMED),
        ("一个姓刘的科长张口就要好处", SignalKind.OFFICIAL_NAMED),
        ("执法人员赵某推搡业主", SignalKind.OFFICIAL_NAMED),
        ("人防办主任张×× 收钱", SignalKind.OFFICIAL_NAMED),
    ],
)
def test_what_is_claimed_is_signalled(text: str, kind: SignalKind) -> None:
    assert kind in kinds(annotated(allegations.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("9月18日试鸣防空警报，请勿惊慌", SignalKind.SIREN_UNPLANNED),
        ("工厂换班的汽笛又响了", SignalKind.SIREN_UNPLANNED),
        ("乌克兰凌晨突然响起防空警报", SignalKind.SIREN_UNPLANNED),
        ("昨晚那部谍战剧里突然拉响防空警报，配乐绝了", SignalKind.SIREN_UNPLANNED),
        ("经检查未发现渗漏", SignalKind.SAFETY),
        ("没有收到任何批示", SignalKind.SUPERIOR_ORDER),
        ("恳请市领导批示", SignalKind.SUPERIOR_ORDER),
        ("请省政府督促人防办答复", SignalKind.SUPERIOR_ORDER),
        ("检查发现的隐患限期整改", SignalKind.SUPERIOR_ORDER),
        ("外电说某国首都凌晨再响防空警报", SignalKind.SIREN_UNPLANNED),
        ("物业王主任说管不了", SignalKind.OFFICIAL_NAMED),
        ("请局长接待日接待", SignalKind.OFFICIAL_NAMED),
        ("业委会主任张某不签字", SignalKind.OFFICIAL_NAMED),
        ("书记们都在开会", SignalKind.OFFICIAL_NAMED),
    ],
)
def test_what_is_planned_far_away_or_denied_is_not(text: str, kind: SignalKind) -> None:
    assert kind not in kinds(annotated(allegations.annotate, a_sheet(text)))


def test_a_public_body_that_is_named_is_a_signal_with_its_name() -> None:
    sheet = a_sheet("投诉郑州市人防办不答复")
    reading = allegations.annotate(sheet, units.annotate(sheet, blank(sheet.post)))
    assert only(reading, SignalKind.UNIT_NAMED).detail == "郑州市人防办"


@given(
    st.lists(st.sampled_from([*"收费了3万元块，缴", "每月", "一年", "租金", "退费", "300"]), max_size=15).map(
        "".join
    )
)
def test_fees_without_a_period_are_found_without_looking_for_one(text: str) -> None:
    if not allegations._PERIOD.expression.search(text):
        assert [m.span() for m in allegations._FEES.expression.finditer(text)] == [
            m.span() for m in allegations._UNPERIODIC.expression.finditer(text)
        ]
