from __future__ import annotations

import pytest

from huiying.contracts import SignalKind
from nlp.annotators import allegations
from tests.nlp.reading import a_sheet, annotated, kinds


def signalled(text: str, kind: SignalKind) -> bool:
    return kind in kinds(annotated(allegations.annotate, a_sheet(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("区纪委通报，分管副局长被查", SignalKind.CORRUPTION),
        ("标书参数是给那家厂量身定做的", SignalKind.CORRUPTION),
        ("背后是不是有保护伞", SignalKind.CORRUPTION),
        ("开发商和规划部门互相勾结", SignalKind.CORRUPTION),
        ("验收时给领导塞红包", SignalKind.CORRUPTION),
        ("村里的贪官把补偿款吞了", SignalKind.CORRUPTION),
        ("贪官三年收了两千万元", SignalKind.CORRUPTION),
        ("人防车位背后有腐败", SignalKind.CORRUPTION),
        ("招聘考试有黑幕", SignalKind.CORRUPTION),
        ("是不是有保护伞，为什么没人管", SignalKind.CORRUPTION),
        ("电梯年久失修，安全隐患很大", SignalKind.SAFETY),
        ("路口的护栏断了，行人过街安全隐患大", SignalKind.SAFETY),
        ("新车停在地下车库，车库漏水", SignalKind.SAFETY),
        ("出入要走楼梯，楼梯存在安全隐患", SignalKind.SAFETY),
        ("路面积水排不出去", SignalKind.SAFETY),
        ("消防逃生门被锁住", SignalKind.SAFETY),
        ("消防设施早已瘫痪", SignalKind.SAFETY),
        ("楼上扔下来的砖头砸中了人", SignalKind.SAFETY),
        ("工人作业时从脚手架上掉下来，架子也塌了", SignalKind.SAFETY),
        ("违建里存放煤气罐", SignalKind.SAFETY),
        ("没有利益输送谁信，局里年年选它", SignalKind.CORRUPTION),
        ("招考暗箱操作", SignalKind.CORRUPTION),
        ("有关部门负责人收了好处", SignalKind.CORRUPTION),
        ("请领导深挖背后的保护伞", SignalKind.CORRUPTION),
        ("会计侵吞征地补偿款", SignalKind.CORRUPTION),
        ("这是见不得光的事，局里严重渎职", SignalKind.CORRUPTION),
        ("消防通道被私家车堵死", SignalKind.SAFETY),
        ("车库里根本没有消防通道", SignalKind.SAFETY),
        ("人防门上方的瓷砖掉下来砸到了车", SignalKind.SAFETY),
        ("外墙保温层大片脱落", SignalKind.SAFETY),
        ("地下室进水三次了", SignalKind.SAFETY),
        ("防空洞里缺氧", SignalKind.SAFETY),
        ("据知情者透露，证是假的", SignalKind.RUMOUR),
        ("大家转发给身边的朋友，要打仗了", SignalKind.RUMOUR),
        ("网上流传一张征兵令", SignalKind.RUMOUR),
        ("有人把标着机密的人防图纸拍照外传", SignalKind.SECRET),
        ("凌晨两点大喇叭突然响了", SignalKind.SIREN_UNPLANNED),
        ("市里主要领导已经作出批示", SignalKind.SUPERIOR_ORDER),
        ("省人防办对该事故挂牌督办", SignalKind.SUPERIOR_ORDER),
        ("中央督导组交办的信访件", SignalKind.SUPERIOR_ORDER),
    ],
)
def test_a_word_that_means_it_is_a_signal(text: str, kind: SignalKind) -> None:
    assert signalled(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("小区门口那家烧烤店被查了", SignalKind.CORRUPTION),
        ("食堂的鸭肉已经腐败变质", SignalKind.CORRUPTION),
        ("党风廉政建设和反腐败工作会议召开", SignalKind.CORRUPTION),
        ("15个工作日之内定会答复", SignalKind.CORRUPTION),
        ("给孩子量身定做的课程", SignalKind.CORRUPTION),
        ("筑牢快递小哥的权益保护伞", SignalKind.CORRUPTION),
        ("过年给孩子收红包", SignalKind.CORRUPTION),
        ("贪官都该千刀万剐", SignalKind.CORRUPTION),
        ("这世道哪儿都是腐败", SignalKind.CORRUPTION),
        ("30万人口都恨贪污", SignalKind.CORRUPTION),
        ("公司请一顿饭，谈不上腐败", SignalKind.CORRUPTION),
        ("公开招标，让回扣无处藏身", SignalKind.CORRUPTION),
        ("公司以欺骗、贿赂手段取得许可的，予以撤销", SignalKind.CORRUPTION),
        ("政府绝不是哪个老板的保护伞", SignalKind.CORRUPTION),
        ("图纸上的院内定位桩", SignalKind.CORRUPTION),
        ("直播卖货的黑幕", SignalKind.CORRUPTION),
        ("不得贪污、行贿，这是局里的规定", SignalKind.CORRUPTION),
        ("持续严惩民生领域腐败，纪委", SignalKind.CORRUPTION),
        ("物业公司侵吞业主的钱", SignalKind.CORRUPTION),
        ("冷库的鱼肉腐败了，公司还卖", SignalKind.CORRUPTION),
        ("老百姓哪个不恨贪官", SignalKind.CORRUPTION),
        ("韩国前总统受贿案", SignalKind.CORRUPTION),
        ("旧社会的官员也受贿", SignalKind.CORRUPTION),
        ("书记涉酒驾被查", SignalKind.CORRUPTION),
        ("公司以索贿为由解除了劳动合同，告到法院", SignalKind.CORRUPTION),
        ("医生从不拿回扣", SignalKind.CORRUPTION),
        ("向盟国提供核保护伞", SignalKind.CORRUPTION),
        ("公司门店被查，市委书记很重视", SignalKind.CORRUPTION),
        ("路口没有红绿灯，学生过马路安全隐患极大", SignalKind.SAFETY),
        ("追剧熬夜有哪些安全隐患", SignalKind.SAFETY),
        ("没有路灯，行人安全隐患大，路边都是房子", SignalKind.SAFETY),
        ("新买的手表进水了", SignalKind.SAFETY),
        ("口罩边上老是漏气", SignalKind.SAFETY),
        ("门牙脱落", SignalKind.SAFETY),
        ("枸杞泡水有什么用", SignalKind.SAFETY),
        ("孩子少接触电子屏幕", SignalKind.SAFETY),
        ("这件事撕裂了同住一楼的两家人", SignalKind.SAFETY),
        ("我在消防通道口等你", SignalKind.SAFETY),
        ("手机从口袋里掉下来", SignalKind.SAFETY),
        ("他脑子进水了", SignalKind.SAFETY),
        ("嘴唇都裂开了", SignalKind.SAFETY),
        ("一个企业不会马上倒塌", SignalKind.SAFETY),
        ("食品安全隐患", SignalKind.SAFETY),
        ("昨天大雨，我们这儿一点积水都没有", SignalKind.SAFETY),
        ("没有接到房屋倒塌的报告", SignalKind.SAFETY),
        ("没有发现墙体漏水、开裂和脱落", SignalKind.SAFETY),
        ("无人伤、房屋倒塌", SignalKind.SAFETY),
        ("水表后面漏水，水费谁出", SignalKind.SAFETY),
        ("万一漏气了怎么办", SignalKind.SAFETY),
        ("天都要塌了", SignalKind.SAFETY),
        ("钱又不是天上掉下来的", SignalKind.SAFETY),
        ("女童从窗台坠落", SignalKind.SAFETY),
        ("被人用砖头砸伤，墙边都是血", SignalKind.SAFETY),
        ("迈巴赫车顶漏水", SignalKind.SAFETY),
        ("社会的裂缝", SignalKind.SAFETY),
        ("电影里矿井坍塌", SignalKind.SAFETY),
        ("开展火灾隐患排查整治", SignalKind.SAFETY),
        ("小区积水问题已经得到解决", SignalKind.SAFETY),
        ("他从消防通道跑出来", SignalKind.SAFETY),
        ("飞机安全出口的座位", SignalKind.SAFETY),
        ("有偷税漏水的嫌疑", SignalKind.SAFETY),
        ("拆的是非承重墙", SignalKind.SAFETY),
        ("儿童玩具漏电", SignalKind.SAFETY),
        ("也许会见证城市被淹，楼房都泡在水里", SignalKind.SAFETY),
        ("退煤气罐押金", SignalKind.SAFETY),
        ("剪纸手艺流传至今", SignalKind.RUMOUR),
        ("车子从高速转到国道", SignalKind.RUMOUR),
        ("请知情人联系派出所", SignalKind.RUMOUR),
        ("多名业主有证据说明墙是后砌的", SignalKind.RUMOUR),
        ("材料转给住建局办理", SignalKind.RUMOUR),
        ("@据说很甜 你来了没", SignalKind.RUMOUR),
        ("开发商以商业机密为由不给看合同", SignalKind.SECRET),
        ("手机密码忘了", SignalKind.SECRET),
        ("凌晨三点渣土车经过还鸣喇叭", SignalKind.SIREN_UNPLANNED),
        ("拿着领导批示的表来办事", SignalKind.SUPERIOR_ORDER),
        ("高速路口的收费站", SignalKind.FEES),
        ("走收费公路回家", SignalKind.FEES),
    ],
)
def test_the_same_word_in_another_sense_is_none(text: str, kind: SignalKind) -> None:
    assert not signalled(text, kind)


def test_words_of_officialdom_may_stand_in_the_title() -> None:
    sheet = a_sheet("昨天的消息：王某被查", title="市纪委监委通报一起案件")
    assert SignalKind.CORRUPTION in kinds(annotated(allegations.annotate, sheet))
