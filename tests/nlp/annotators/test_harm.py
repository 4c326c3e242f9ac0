from __future__ import annotations

import pytest

from huiying.contracts import Channel, SignalKind
from nlp.annotators import harm
from tests.nlp.reading import a_sheet, annotated, kinds, only


@pytest.mark.parametrize(
    ("text", "deaths"),
    [
        ("人防工地塌方，造成3人死亡", 3),
        ("事故致3死1伤", 3),
        ("死亡人数上升至十二人", 12),
        ("两名工人不幸遇难", 2),
        ("已有两条人命", 2),
        ("一名30岁男子身亡", 1),
        ("3人受伤1人死亡", 1),
        ("先说2人死亡，后来死亡人数升至5人", 5),
        ("超670人死亡", 670),
        ("已致1人死亡2人受伤", 1),
        ("死亡3人，受伤2人", 3),
        ("其中4人经抢救无效死亡，1人轻伤", 4),
        ("一家三口死亡", 3),
        ("听说淹死了一个看车的", 1),
        ("电死了３个人", 3),
        ("失联9人全部找到，均无生命体征", 9),
        ("发现遇难者遗体8具", 8),
        ("已搜救出3人（已无生命体征）", 3),
        ("死者升至三十一人", 31),
        ("遇难人数由早些时候的297人上升至340人", 340),
        ("事故造成2死1伤", 2),
        ("叁人遇难", 3),
        ("十余名矿工遇难", 10),
        ("数十人罹难", 20),
        ("3至5人死亡", 3),
        ("三四个人被砸死", 3),
        ("6人死亡，另有2人因触电死亡", 8),
        ("4人因滑坡死亡，2人因溺水死亡", 6),
        ("13名平民和1名士兵死亡", 14),
        ("17人死亡，其中6人为志愿消防员", 17),
        ("一名工人在三楼作业时被掉下的钢管砸中身亡", 1),
        ("确认7人死亡，感染者人数升至111人", 7),
        ("两人经医院全力抢救无效，不幸离世", 2),
        ("3人因伤势过重死亡", 3),
        ("车内5人无一生还", 5),
        ("死难者达2300人", 2300),
        ("46人葬身火海", 46),
        ("2名飞行员跳伞失败身亡", 2),
        ("一名以色列人在导弹袭击中丧生", 1),
        ("小伙才22岁，双亲遇难，家里只剩他和妹妹", 2),
        ("孕妇送到医院没救过来，一尸两命", 2),
        ("两名消防员在救援中不幸殉职", 2),
        ("通报更正：死亡人数由5人更正为4人", 4),
        ("此前通报的死亡7人有误，经核实为6人", 6),
        ("廿三人遇难", 23),
        ("收治的6名重伤员中，1人因伤势过重于今晨去世", 1),
        ("在下游发现第5具遗体，仍有1人下落不明", 5),
        ("目前第三名遇难者已找到", 3),
        ("其中一人送医途中死亡，另一人当场死亡", 2),
        ("当场2人死亡，1人送医院抢救无效死亡", 3),
        ("母子二人被洪水冲走，遗体已找到", 2),
        ("爷孙俩溺水身亡", 2),
        ("兄弟俩一死一伤", 1),
        ("一夜之间三条人命，谁来负责", 3),
        ("伤4人，亡1人", 1),
        ("亡3人 伤7人 失踪2人", 3),
        ("火灾亡人数升至5人", 5),
        ("为救落水儿童，两名大学生献出了生命", 2),
        ("因感染去世的老人有3位", 3),
        ("俺村昨儿黑砸死俩人", 2),
        ("造成死亡失联12人", 12),
        ("死亡人数目前为8人，比昨天多了3人", 8),
        ("已有三名患者因流感引发的并发症离世", 3),
        ("他的3个战友牺牲在那场洪水里", 3),
        ("大火夺走了三条年轻的生命", 3),
        ("一夜之间两条人命没了", 2),
        ("3员工触电身亡", 3),
        ("2人被困，其中1人已无生命体征", 1),
        ("人防门倒下来压死了我父亲", 1),
        ("警报响后老人心梗去世", 1),
    ],
)
def test_deaths_are_counted(text: str, deaths: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount == deaths


@pytest.mark.parametrize(
    "text",
    [
        "吓死人了",
        "锁死的门",
        "笑死我了",
        "3死角没人管",
        "死活不退钱",
        "防止造成人员死亡",
        "对11名被告人判处死刑",
        "鄂LD06335死死顶住",
        "3个人都笑死了",
        "这门九死一生才关上",
        "第7人下落不明",
        "死亡率3%",
        "3个鱼塘的鱼死亡",
        "除2人幸存外",
        "造成12头猪死亡",
        "如果再不修，砸死3个人谁负责",
        "差点砸死两个人",
        "恳请领导介入，别让业主因此受伤、丧命",
        "希望不要再有人因此丧命",
        "演练中模拟3人死亡",
        "1976年唐山大地震24万人遇难",
        "1998年那次事故死了4个人",
        "是不是要死一个人才管",
        "二十死里逃生",
        "上万人的生命安全",
        "一条生命线",
        "几百人吓不死你",
        "几十人的敢死队",
        "到时摔死3个人谁来负责",
        "烈士陵园长眠着为解放这座城市牺牲的268名战士",
        "十年前的那次塌方死了3个人，教训还在",
        "去年全市共发生火灾1200起，造成死亡14人，同比下降",
        "每年有近千名儿童溺亡，请看护好孩子",
        "群里说的“死亡3人”是谣言，大家别传",
        "警方：所谓3人死亡系谣言",
        "网上流传的“地库淹死5人”系旧闻翻炒",
        "网传小区大火烧死12人，警方辟谣",
        "一次死亡10人以上的事故提级调查",
        "按规定造成3人以上死亡的属于较大事故",
        "死了三条狗和一只猫",
        "仨猪娃拉稀死了",
        "当代年轻人防猝死指南",
        "他牺牲了两个周末来加班",
        "我们要珍惜每一条生命",
        "好心人一晚上救了三条人命",
        "盯死一个号码买彩票",
        "水沟里漂着上千死鸡",
        "人的生老病死四个字",
        "一位老人生命濒临死亡",
        "7月27日14:40死于重症监护室",
        "美国一死囚吃了最后一顿饭",
        "他随时能把一个老人推倒，可以把一个老人推死",
        "我们村一口气养了三口猪",
    ],
)
def test_figures_of_speech_are_no_deaths(text: str) -> None:
    assert SignalKind.DEATHS not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("事故致3死1伤", 1),
        ("另有十余人受伤送医", 10),
        ("受伤人数达20人", 20),
        ("已致1人死亡2人受伤", 2),
        ("3人重伤，5人轻伤", 8),
        ("4名机上人员受伤", 4),
        ("两人被送医", 2),
        ("事故已致3人死亡、5人受伤", 5),
        ("4300多人死亡、1.1万人受伤", 11_000),
        ("目前3死，还有两个在抢救", 2),
        ("3人仍在ICU", 3),
        ("5人轻伤、2人重伤、1人危重", 8),
        ("7名学生出现呕吐腹泻，均已送医", 7),
        ("5名伤者已转至市中心医院", 5),
        ("受伤者多达38人", 38),
        ("亡3人 伤7人 失踪2人", 7),
        ("二十来个人挂彩", 20),
        ("1人轻微吸入性损伤", 1),
        ("死亡2人，重伤1人，轻伤6人", 7),
        ("伤者从7人增至11人", 11),
        ("三度电闸跳火，烧伤2人", 2),
        ("疯狗咬伤7人", 7),
        ("29员工食物中毒", 29),
        ("邻居被砸断腿", 1),
        ("我妈听到警报心脏病发作住院了", 1),
    ],
)
def test_injuries_are_counted(text: str, injured: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.INJURIES).amount == injured


def test_none_is_zero_and_not_unknown() -> None:
    reading = annotated(harm.annotate, a_sheet("地库积水，未造成人员伤亡。"))
    assert only(reading, SignalKind.DEATHS).amount == 0
    assert only(reading, SignalKind.INJURIES).amount == 0


def test_a_death_without_a_number_is_a_signal_without_amount() -> None:
    for text in (
        "听说地库里淹死人了",
        "业主寻猫时被人防工程一吨重的铁门砸死",
        "事故造成人员死伤",
        "58岁清洁工从6楼坠亡",
        "一辅警因公殉职",
        "车祸，人当场就没了",
        "听说死了好几个",
        "女童被虐死",
        "男子被打成重伤，最后死亡",
        "那位战士救火时牺牲",
        "医生注射药物致其死亡",
    ):
        assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount is None


def test_who_dies_on_the_way_to_hospital_is_not_hurt() -> None:
    reading = annotated(harm.annotate, a_sheet("一人送医途中死亡，一人送医院抢救无效死亡"))
    assert SignalKind.INJURIES not in kinds(reading)


def test_what_is_denied_does_not_count_beside_the_denial() -> None:
    reading = annotated(harm.annotate, a_sheet("官方：并未造成人员死亡，网传“死了7个”不属实"))
    assert only(reading, SignalKind.DEATHS).amount == 0


def test_people_who_are_missing_and_money_that_is_lost() -> None:
    reading = annotated(harm.annotate, a_sheet("还有2人失联，损失约3.5万元"))
    assert only(reading, SignalKind.MISSING).amount == 2
    assert only(reading, SignalKind.LOSS).amount == 35_000


def test_only_an_official_source_makes_it_more_than_a_claim() -> None:
    text = "造成3人死亡"
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).claimed
    notice = a_sheet(text, channel=Channel.GOVERNMENT)
    assert not only(annotated(harm.annotate, notice), SignalKind.DEATHS).claimed


def test_the_number_comes_with_its_words() -> None:
    signal = only(annotated(harm.annotate, a_sheet("昨天塌方，造成３人死亡")), SignalKind.DEATHS)
    assert "３人死亡" in signal.why[0].spans[0].text


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("8人被困，目前仍有3人失联", 3),
        ("失联人员2名", 2),
        ("另有14人正在搜救中", 14),
        ("5人失联。经搜救，5名失联人员全被找到", 0),
        ("三名工人被埋", 3),
        ("3名失联者均已无生命体征", 0),
        ("6名驴友被困山谷，全部安全转移", 0),
        ("洪水围困村民120余人", 120),
        ("楼里还困着三个老人", 3),
        ("还有俩人没出来", 2),
        ("失联人数更新为5人", 5),
        ("另有3人仍在全力搜寻中", 3),
        ("亡3人 伤7人 失踪2人", 2),
        ("失联8人中已找到4人，全部死亡；其余失联4人正在搜救中", 4),
        ("电梯里4人被困，消防员成功救出4人", 0),
        ("遇难38人、失联24人", 24),
        ("原来8人被困，目前3人失联", 3),
        ("2人被困，其中1人已无生命体征", 1),
        ("7人被埋，其中两人已证实遇难", 5),
        ("2人失联，其中2人确认死亡", 0),
        ("9人被困，其中4人是外地游客", 9),
    ],
)
def test_of_missing_people_the_last_word_counts(text: str, missing: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.MISSING).amount == missing


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("直接经济损失约8799万元", 87_990_000),
        ("预计直接经济损失近36.5亿元", 3_650_000_000),
        ("车泡了，损失两万多块", 20_000),
        ("被骗12.8万元", 128_000),
        ("给商户造成三十余万元的损失", 300_000),
        ("损失1.2个亿", 120_000_000),
        ("损失20w", 200_000),
        ("损失3至5万元", 30_000),
        ("损失上千元", 1000),
        ("一辆宝马被淹，定损18万6", 186_000),
        ("我被骗了八千六", 8600),
        ("车损约1.2万元", 12_000),
        ("直接经济损失4.6亿元", 460_000_000),
        ("铺子租不出去，一年20万元的租金的损失谁赔", 200_000),
    ],
)
def test_loss_is_read_in_yuan(text: str, yuan: float) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.LOSS).amount == yuan


@pytest.mark.parametrize(
    "text",
    [
        "为群众挽回损失200万元",
        "避免损失3万元",
        "警方帮她追回被骗的18万元",
        "罚款5000元",
        "损失费怎么算",
        "要求赔偿精神损失费600万元",
    ],
)
def test_what_was_saved_or_fined_is_no_loss(text: str) -> None:
    assert SignalKind.LOSS not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    "text",
    ["无人员伤亡", "没有人员死亡", "未造成伤亡", "暂无人员伤亡", "幸无人伤亡", "事故零伤亡", "无一人伤亡"],
)
def test_every_way_to_say_nobody_is_zero(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.DEATHS).amount == 0


@pytest.mark.parametrize(
    "told",
    [
        "那里死人了",
        "有人遇难",
        "有人身亡",
        "出了人命",
        "闹出人命",
        "淹死人",
        "死伤不明",
        "被水淹死",
        "孩子溺亡",
        "工人没了命",
        "伤亡惨重",
        "砸伤",
        "骨折",
        "截肢",
        "老人住院",
        "业主送医",
    ],
)
def test_harm_told_without_a_number_is_found_by_a_word_of_it(told: str) -> None:
    said = [kind for kind, rules in harm._PLAIN if any(rule.expression.search(told) for rule in rules)]
    assert said and set(said) <= kinds(annotated(harm.annotate, a_sheet(told)))


@pytest.mark.parametrize(
    "told", ["人防门砸到脚", "缝了8针", "司机烧伤面积达60%", "被门夹到手", "孩子在校猝死", "老人断气了"]
)
def test_harm_that_a_plainer_word_tells_is_found(told: str) -> None:
    found = annotated(harm.annotate, a_sheet(told))
    assert kinds(found) & {SignalKind.DEATHS, SignalKind.INJURIES}


def test_nobody_hurt_is_zero_injuries() -> None:
    reading = annotated(harm.annotate, a_sheet("车翻进沟里，万幸没有一个人受伤"))
    assert only(reading, SignalKind.INJURIES).amount == 0


@pytest.mark.parametrize(
    "text",
    [
        "希望没有人员伤亡",
        "确保零伤亡",
        "08年冬天电塔倒过一次，万幸没有人员伤亡",
        "工程验收必须做到无人员伤亡",
    ],
)
def test_what_is_wished_or_long_past_is_no_report_that_nobody_was_hurt(text: str) -> None:
    assert not kinds(annotated(harm.annotate, a_sheet(text)))


def test_zero_is_not_said_beside_a_number_or_a_word_of_the_same() -> None:
    reading = annotated(harm.annotate, a_sheet("3人受伤，没有人员死亡"))
    assert only(reading, SignalKind.INJURIES).amount == 3
    assert only(reading, SignalKind.DEATHS).amount == 0
    crash = annotated(harm.annotate, a_sheet("一名飞行员牺牲，地面无人员伤亡"))
    assert only(crash, SignalKind.DEATHS).amount == 1


@pytest.mark.parametrize(
    "text",
    [
        "祝他出门被车撞死",
        "官大一级压死人",
        "这月薪能砸死人",
        "会被唾沫淹死的",
        "鱼塘里的鱼苗全部被毒死",
        "隐翅虫的毒不致死",
        "再不修迟早闹出人命",
        "门太重，小孩会被砸死",
        "我家老人猝死两次都救回来了",
    ],
)
def test_words_of_death_that_tell_of_nobody_s_are_none(text: str) -> None:
    assert SignalKind.DEATHS not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    "text",
    [
        "地面太滑，很容易摔伤",
        "瓷砖松了，砸伤人只是时间问题",
        "没人能保证下次不会有人员伤亡",
        "抢到了骨折价的车票",
        "家里备一支烫伤膏",
        "母亲患病住院，报销不了",
        "村里数千名群众就医不便",
        "一名退休职工患病住院",
        "三个年轻人把母亲送到医院看病",
        "两牙相争，必有一伤",
        "一口气划伤了15辆车",
        "请还伤者一个公道吧，公道！千万别有人受伤",
        "高三学生摔倒，差点骨折",
    ],
)
def test_what_might_hurt_and_who_is_ill_is_no_injury(text: str) -> None:
    assert SignalKind.INJURIES not in kinds(annotated(harm.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    "text",
    [
        "事故造成多人受伤",
        "大腿被打伤",
        "现场有伤者，头部流血",
        "双腿二度烧伤",
        "孩子煤气中毒",
        "恶狗咬伤了村民",
        "产妇被掉落的吊灯砸伤",
        "事故导致了人员伤亡",
    ],
)
def test_more_ways_to_tell_of_the_hurt_without_a_number(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.INJURIES).amount is None


@pytest.mark.parametrize(
    "text",
    [
        "车上还有人员被困",
        "8岁女童失踪三天",
        "家属寻找失联大学生",
        "多名业主被困电梯",
        "女子失联已有10天",
        "平安小区业主被困电梯，找到物业也没用",
    ],
)
def test_who_is_missing_is_told_without_a_number_too(text: str) -> None:
    assert only(annotated(harm.annotate, a_sheet(text)), SignalKind.MISSING).amount is None


@pytest.mark.parametrize(
    "text",
    [
        "消防员救出5名被困人员",
        "现场疏散被困人员约400人",
        "走失老人已被民警找到",
        "248名消防员正在搜救",
        "百位村民自发搜救",
        "47万人民币押金至今下落不明",
        "8个村子因暴雨失联",
        "一名海警为救助被困群众跳下海",
        "男子谎称孩子走失",
        "还在搜寻是否有人员被困",
        "目前没有人员被困",
    ],
)
def test_who_was_saved_who_searches_and_what_is_lost_is_nobody_missing(text: str) -> None:
    assert SignalKind.MISSING not in kinds(annotated(harm.annotate, a_sheet(text)))


def test_loss_without_a_sum_is_a_signal() -> None:
    reading = annotated(harm.annotate, a_sheet("车库被淹，给商户造成了巨大的经济损失"))
    assert only(reading, SignalKind.LOSS).amount is None
