from __future__ import annotations

import pytest

from huiying.contracts import SignalKind
from nlp.annotators import harm
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("8人被困，已发现7人死亡，另外1名被困人员还在救援", 1),
        ("正在救援1名被困者", 1),
        ("山洪致13人失联。截至17日10时，8人遇难，4人失联", 4),
        ("7人失联，截至23日8时3人失联", 3),
        ("14人被困，已救出7人，其余人员正全力搜救", 7),
        ("被困2人已无生命体征", 0),
        ("一名男生失联，22日遗体在水库被打捞上来", 0),
        ("4人被困，消防员护送4人到安全地带", 0),
        ("一名男子被困树上，两个小伙跳下水将人救起", 0),
        ("地库坍塌致3人被困，周边群众均已转移", 3),
        ("初报5人失联，后核实为2人失联", 2),
        ("因灾死亡7人、失踪失联3人", 3),
        ("6人遇难、失联4人", 4),
        ("2人失联，90余人正在搜救失联人员", 2),
    ],
)
def test_of_missing_people_those_count_who_still_are(text: str, missing: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.MISSING).amount == missing


@pytest.mark.parametrize(
    ("title", "text", "missing"),
    [
        ("消防从火场救出4人", "二楼有4人被困，明火很快扑灭", 0),
        ("人防地道3人被困1人获救", "救援还在继续", 2),
        ("消防从火场救出1人", "二楼有4人被困，明火很快扑灭", 4),
    ],
)
def test_a_title_tells_who_was_rescued(title: str, text: str, missing: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text, title)), SignalKind.MISSING).amount == missing


@pytest.mark.parametrize(
    "text",
    [
        "女生和网友外出后失联",
        "女童走失超过48小时，警方还在找",
        "其余失联人员正在全力搜寻",
        "车里还有人员被困，已营救出部分乘客",
        "消防正在营救被困老人",
        "民警发现走失男孩的书包，男孩还没有消息",
        "公司员工失联两天，家人报警",
        "男孩回乡过三月三失联多日",
        "老人被洪水冲走，至今没找到",
        "求扩散，女孩周六从家里走失",
        "失踪的5岁女童还没有消息",
        "女生离校失联第三天",
    ],
)
def test_people_are_missing_without_a_number(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.MISSING).amount is None


@pytest.mark.parametrize(
    "text",
    [
        "电梯经常坏，经常有人被困",
        "今年多次有业主被困电梯",
        "电梯出过4起事故，最长一次一个小孩被困一小时",
        "老人被困电梯约20分钟，物业才来",
        "快递员救下被困女子",
        "男孩走失，民警找到孩子送回家",
        "男子走失34年后与母亲团聚",
        "开发商老板失联半个月",
        "女子借款百万后失联",
        "七百人互助群正在统计被困人员",
        "父亲失踪十八年，上月在外省被认出",
        "三万多名游客被困山顶",
        "老人被困泥潭，被救后又回去了",
        "小区已出现业主被困电梯事件",
        "网传3名儿童失踪，警方核实系谣言",
        "最后两人失去联系",
        "游客因台风被困酒店",
        "驴友发现失联的男子，报了警",
        "一名男子失联三天，民警上门发现男子摔在家里",
        "反腐记者被失踪",
    ],
)
def test_who_was_found_and_what_happens_now_and_then_is_nobody_missing(text: str) -> None:
    assert SignalKind.MISSING not in kinds(annotated(harm.annotate, a_sheet(text)))


def test_a_title_speaks_of_somebody_whom_the_text_found() -> None:
    sheet = a_sheet("16日，搜救人员找到李某，已无生命体征", "28岁男子爬山后失联")
    assert SignalKind.MISSING not in kinds(annotated(harm.annotate, sheet))
