"""Whether a word of corruption, danger, hearsay, secrecy, alarm or orders means that where it stands: many have another sense."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from huiying.contracts import SignalKind
from nlp.annotators.unreal import SENTENCE, start_of
from nlp.sheet import Passage, Sheet
from nlp.signalling import is_denied

Look = Callable[[Sheet, Passage, re.Match[str]], bool]
"""Whether a word that was found means what its kind says. Pure."""

_OFFICIALDOM = re.compile(
    r"纪委|监委|纪检|违纪|违法|书记|局长|厅长|部长|市长|县长|区长|镇长|处长|省委|市委|县委|官员|干部|政协|人大|常委|行长|受贿|贪"
)
_OF_OFFICIALS = frozenset({"被查", "留置", "双开", "落马"})
"""Words that speak of officials only beside one: a lorry is 被查 as well."""
_WHO_BELIEVES = re.compile(r"[^,。;!?\n]{0,4},?(?:谁信|鬼才?信|才怪|可能吗|怎么可能|骗谁)")
"""没有利益输送谁信 denies nothing."""
_OTHER_CHARGE = re.compile(r"(?:酒驾|醉驾|酒后驾车|嫖娼|涉黄|赌博|超速|违停|吸毒)[^,。;!?\n]{0,6}$")
"""What somebody in office is 被查 for that is no corruption."""
_AT_A_FIRM = re.compile(
    r"(?:公司|老板|企业)[^。;!?\n]{0,40}(?:开除|辞退|解雇|(?:解除|终止)[^,。;!?\n]{0,4}劳动)"
)
"""以权谋私 or 索贿 that a company dismisses its people for."""
_THING = re.compile(r"(?:公司|店|车|企业|平台|品牌|商家|酒吧|网吧|工地|酒店|工厂|摊)[^,。;!?\n]{0,10}$")
_THING_BEHIND = re.compile(r"的?[^,。;!?\n]{0,6}(?:店|车|公司|企业|工地|工厂|商家)")
"""What is inspected or stopped, and nobody in office."""
_OF_ALL = re.compile(
    r"(?:公|集体|村|财政|专项|扶贫|救灾|救助|补偿|补贴|维修|伙食|学|医保|社保|国有|国资|善款|捐款|项目|征地|拆迁)"
)
"""Whose money it is that somebody in office can take."""
_HOUSE = re.compile("物业|养老|平台|网贷|投资")
"""Whose people take what is no public money."""
_MEAT = re.compile(r"(?:肉|鱼|虾|菜|果|食物|食品|食材|尸体|伤口|过期|变质)[^,。;!?\n]{0,6}$")
_MEAT_BEHIND = re.compile(r"[^,。;!?\n]{0,2}(?:肉|鱼|烂|冻|尸|水果|菜|食|臭)")
_LISTED = re.compile(
    r"(?:(?<![见容恨巴舍])不得(?![不已了光])|禁止|严禁|下列|之一的)[^。;!?\n]{0,60}$|[(（][一二三四五六七八九十]+[)）][^,。;!?\n]{0,14}$|第[一二三四五六七八九十百\d]+条[^。!?\n]{0,60}$"
)
"""What a law forbids is claimed of nobody."""
_COMBAT = re.compile(
    r"(?:瞄准|紧盯|深挖|无所遁形|切实让|严防|防范|防治|遏制|整治|零容忍|铲除|清除|(?:持续|坚决|深入|不断|加大|依法)[^,。;!?\n]{0,12}(?:严惩|严查|查处|惩治|惩处))[^,。;!?\n]{0,30}$"
)
"""What is fought in general: 持续严惩民生领域腐败."""
_COUNTRY = re.compile(
    "美国|英国|法国|德国|日本|韩国|俄罗斯|乌克兰|印度|泰国|越南|菲律宾|新加坡|以色列|巴西|阿根廷|马来西亚|印尼|首尔"
)
_COMBATED = re.compile(r"[^,。;!?\n]{0,4}(?:问题)?(?:无所遁形|(?:集中|专项)?(?:整治|治理)|斗争|专项)")
_OURS = re.compile(r"中国|我国|纪委|监委|中央|驻[^,。;!?\n]{0,4}(?:大?使馆)")
_IDIOM = re.compile(r"污吏")
_CITED = re.compile(r"举报|某|村|镇|我们?|局|[\d一二三四五六七八九十][万千百]")
_OF_OLD = re.compile(r"历史上|旧社会|古代|[宋元明清][朝代末初]|民国|封建|皇帝|朝廷")
_PUBLIC_HAND = re.compile(
    r"政府|公职|部门|领导|干部|(?<!上)官(?![方网]|二代)|局|村支|村委|书记|执法|考官|机关|警"
)
"""With whom one is 勾结, or whom one bribes."""
_SHELTER = re.compile(r"(?:核|群体|法律|安全|制度|权益|健康|生态)[^,。;!?\n]{0,3}$")
_TENDER = re.compile(r"招标|投标|采购|标书|参数|中标|评标|资质|设备")
_AGAINST = re.compile(
    r"(?:反|(?:[从更也绝决]不|从没|从未|没有?|未)(?:拿|收|吃|送|索|要)过?[^,。;!?\n]{0,2}|高度|不|(?:不算|算不上|谈不上|称不上)(?:是|什么)?|欺骗、|(?<!是)不是[^,。;!?\n]{0,12}|(?:杜绝|遏制|抵制|打击|惩治|预防|防止|防范|抨击|治理|根除|根治|消除|拒绝|滋生|产生)[^,。;!?\n]{0,4})$"
)
"""Who speaks against corruption claims none; what is 高度腐败 is a body, and 以欺骗、贿赂等手段 a law."""
_CHOOSING = re.compile(
    r"官|[局委办]|政府|部门|领导|干部|村|街道|学校|教育|招[聘标投生考]|采购|中标|考试|评[审选标职奖比]|面试|录[取用]|名单|选举|投票|业委"
)
"""Where something is decided in the dark that ought to be decided in the open."""
_BOUGHT = re.compile("招标|投标|采购|中标|评标|政府|局|办|学校|单位|部门|领导|强制|必须|只能")
_NOWHERE = re.compile(r"[^,。;!?\n]{0,6}无处(?:滋生|遁形|藏身|可藏|可逃)|扣|价")
"""What after a word makes it another one, or leaves no room for what it means."""
_WITHIN = re.compile(
    r"(?<!上)官(?![方网])|局|委|政府|部门|领导|干部|村|学校|医|院长|校长|比赛|裁判|公司|招[聘标投生考]|采购|中标|考试|评[审选标职奖]|职称|录[取用]|工程|项目|验收|人防|车位|审批|编制|足协|医保"
)
"""Where a 黑幕 is one of office or of choosing: traders and traffickers have theirs."""
_AT_LARGE = frozenset(
    {
        "贪污",
        "贪腐",
        "贪官",
        "腐败",
        "回扣",
        "黑幕",
        "吃拿卡要",
        "以权谋私",
        "官商勾结",
        "权力寻租",
        "渎职",
        "受贿",
        "行贿",
        "徇私",
        "勾结",
        "贿赂",
    }
)
"""Words of which one may complain without meaning anybody."""
_SOMEBODY = re.compile(
    r"人防|防空|民防|国动|警报|地下|洞|车[库位]|小区|业主|物业|开发商|公司|集团|企业|招[标聘生考]|考试|评选|投标|(?<!系统)工程|项目|验收|采购|医院|医生|医药|学校|教授|院长|校长"
    r"|[局厅院委办所站处](?:长|里)|书记|主任|主席|[省市县区镇乡村]长|董事|总裁|经理|村|镇|街道|社区|城管|法院|法官|检察|公安|派出所|警(?![示惕钟告醒])|执法|(?<!败)局(?![面势部限])|一(?:名|个)?(?:干部|贪官|官员)|有人|这个(?:贪|腐|官)|此人|内部(?!经济)|(?:本|该|贵|我|你们?|主管|执法|审批|这个|某些?)(?:部门|机关|单位)|协会|红会|红十字|银行|央视|电视台|足协"
    r"|\d[余多]?[万亿千百]*[万亿元块](?=[元块,。;、!?]|$|的?(?:贪|受|贿|款|资产|财产))|\d[余多]?[万亿千百]*元|[万亿]元|被[查控捕判诉抓免撤曝]|涉[嫌案]|(?<!谁)举报|实名|通报|控告|起诉|一审|二审|获刑|判[刑处了]|(?<!强奸)(?<!杀人)案(?!例)|落马|双开|纪委|监委|逮捕|免职|问责|查抄|搜查|小金库|某(?![种程些])|(?<!百)姓(?![名氏])"
)
"""Somebody or something that is meant: a text in which nothing of the kind stands rails against the world."""

_MUST_BE = frozenset({"消防通道", "安全出口"})
"""What is missing where it is denied."""
_BUILT = re.compile(
    r"墙|砖|瓦|顶|外立面|层|漆|玻璃|板|门|灯|广告|天花|水泥|混凝土|砼|防水|保温|构件|装饰|梁|柱|管|楼|房|桥|路|[地表]面|地下|车库"
)
_FALLING = re.compile(r"坠物|脱落|掉落|塌|瓷砖|外墙|玻璃|门|顶|板|树|广告牌|砖|钢|落石|构件|设施")
_DROPPING = re.compile(
    r"坠物|掉落|脱落|瓷砖|外墙|墙皮|玻璃|吊顶|天花|板|树|牌|砖|瓦|钢|石|构件|设施|灯|缆|塔|梯|电线|高压线|脚手架|支架|空调|剪刀"
)
"""What falls down of itself: people, pets and banknotes do as well."""
_STRUCTURE = re.compile(
    r"房|楼|墙|桥|顶|板|库|路|地面|工地|隧道|站|塔|架|棚|校|店|馆|厂|坑|建筑|围|护坡|边坡|山体|工程|洞|堤|坝|树|井|管|基|梁|柱|屋|窑|仓|矿|体育|事故|施工"
)
_UNDERGROUND = re.compile(r"地下|车库|井|洞|工程|室|坑|隧道|罐|池")
_FLOODED = re.compile(r"车|库|房|屋|楼|地下|店|家|厂|仓|设备|机组|电梯|配电|墙|地板|村|田|路")
_BESIDE = {
    **dict.fromkeys(("脱落", "裂开", "裂了", "打穿", "开洞"), _BUILT),
    **dict.fromkeys(("掉下来", "坠落"), _DROPPING),
    **dict.fromkeys(("砸到", "砸中", "砸住", "砸伤"), _FALLING),
    **dict.fromkeys(("坍塌", "倒塌", "塌陷", "垮塌"), _STRUCTURE),
    "缺氧": _UNDERGROUND,
    "泡水": _FLOODED,
}
"""What must stand beside a word for it to be of a building: cells, bags and lips 脱落 or 裂开 as well."""
_OTHERWISE = {
    "积水": re.compile(r"洗车[^,。;!?\n]{0,12}$"),
    "要塌": re.compile(r"天[都就也]?$"),
    **dict.fromkeys(
        ("进水", "漏水", "漏气", "漏雨", "裂开", "裂了", "开裂"),
        re.compile(
            r"(?:炸$|抽油烟机|油烟机|锅|碗|镯|戒指|首饰|屏幕|脑子|脑袋|眼睛|鼻|唇|嘴|口罩|n95|手机|iphone|耳机|手表|相机|头盔|空间站|笔|杯|壶|瓶|鞋|衣服|帐篷|轮胎|大船|法拉利|迈巴赫|宝马|奔驰|新车)[^,。;!?\n]{0,8}$|[倒花]$"
        ),
    ),
    "裂缝": re.compile(r"冰川|冰面|冰层|心|社会|关系|阶层|感情|两国|内部|联盟|信任|婚姻|文化|历史"),
    "脱落": re.compile(r"车轮|轮胎|后轮|前轮|车身|保险杠|牙|发|毛|皮肤|视网膜|指甲|内膜|油漆$"),
    **dict.fromkeys(
        ("坍塌", "倒塌", "塌陷", "垮塌", "安全隐患", "掉下来"),
        re.compile(
            r"经济|支柱|政权|帝国|王朝|体系|制度|心理|世界|信仰|房价|精神|感情|汇率|企业|眼泪|手机|食品|鞋|药品|网络|信息|账户|卫生|天上|馅饼"
        ),
    ),
    "漏电": re.compile(r"热水袋|玩具|厨具|充电宝|吹风机|手机"),
    "泡水": re.compile(r"@\S{0,8}$|气$|柠檬|药|皮肤"),
}
"""What before a word makes it mean something else."""
_OF_WORKS = re.compile(
    r"房|楼[^上下]|墙|窗|阳台|走廊|屋|车库|地下(?!通道)|消防|着火|起火|火灾|明火|[燃存液]气|液化|气[站罐]|煤|违建|搭建|建筑|施工|工地|工程|电梯|电[线缆箱]|用电|充电|高压|变压|护栏|栏杆|坑(?!洼)|塌|陷|裂|漏|积水|排水|坠|桥[面梁墩体]|管道|井|栋|入户|脱落|人防|防空|边坡|山体|围挡|化工|爆炸|油库|加油站|塔|拆[除改]|质量|[户拉防]门|脚手架"
)
"""What a 安全隐患 is one of: streets, crowds and shoes have theirs too."""
_ON_THE_STREET = re.compile(
    r"出行|步行|上学|放学|接送|车道|车多|开车|骑车|公交|车流|行人|路灯|红绿灯|信号灯|斑马线|过马路|过街|人行道|占道|乱停|违停|大车|货车|渣土车|泥头车|减速带|限速|超速|逆行|交通|车速|掉头|拥堵|堵车|标线"
)
_BY_ITSELF = re.compile(
    r"消防|楼梯|台阶|[燃存液]气|液化|煤|违建|搭建|施工|工地|电梯|电[线缆箱]|高压|护栏|坑(?!洼)|塌|陷|裂|漏|积水|坠|桥[面梁墩体]|井盖|脱落|人防|防空|边坡|山体|车库|地下(?!通道)"
)
"""… and what is one of them beside traffic as well: there are houses along every street."""
_NO_REPORT = re.compile(
    r"[未没无](?:有)?(?:接到|收到|接获)[^。;!?\n]{0,24}$|[未没](?:有)?(?:造成|出现|发生|发现)[^,。;!?\n]{0,20}$|无[^,。;!?\n]{0,8}、[^,。;!?\n]{0,4}$"
)
_FALLING_BODY = frozenset({"坠落", "掉下来"})
_PERSON_FELL = re.compile(
    r"(?:男子|女子|男生|女生|老人|老汉|大爷|大妈|孩子|小孩|儿童|女童|男童|男孩|女孩|游客|学生|驴友|行人|飞行员|司机|野猪|猫|狗|鸟|[他她我人])[^,。;!?\n]{0,16}$"
)
_FROM = re.compile(r"从[^,。;!?\n]{0,12}?(?=坠|掉|$)")
"""半夜从屋顶坠落: where one falls from is not what falls."""
_BY_HAND = re.compile(
    r"客机|飞机|坠毁|手机|殴打|打架|[扔甩抡挥拿持]|用[^,。;!?\n]{0,4}(?:砖|石|瓶|椅|凳|棍)|概率|呼啦圈"
)
_FROM_ABOVE = re.compile(r"高空|楼上|楼顶|阳台|窗")
"""Whom somebody hits with a thing is no matter of works, unless it is thrown from above."""
_HARMFUL = re.compile(r"漏|爆|炸|火|烧|隐患|危险|安全|堆|搬|入户|违规|乱放|存放|摆|并存")
"""What makes a 煤气罐 a danger."""
_ABOARD = re.compile(r"航班|机票|选座|座位|机舱|客机|航空")
_CARS = re.compile(r"(?:车(?![库位间站棚])|车顶|天窗)[^,。;!?\n车库]{0,4}$")
_CARS_BEHIND = re.compile(r"的?(?:迈巴赫|奔驰|宝马|特斯拉|汽车|新车|豪车)")
_PLAYTHINGS = re.compile(r"玩具|厨具|充电宝|吹风机|手机壳|自拍")
_SOLVED = re.compile(
    r"[^,。;!?\n]{0,4}(?:已经?|都已?)(?:得到|被)?(?:圆满|彻底|基本)?(?:解决|修好|整改到位|消除)"
)
"""小区积水问题已经得到解决: it was one."""
_BY_IT = re.compile(r"(?:从|经|由|穿过)[^,。;!?\n]{0,8}$")
_MOVES = re.compile(r"[^,。;!?\n]{0,6}(?:追|跑|逃|溜|走到|走进|进入|进去|出来|下楼|上楼)")
"""从消防通道跑出来: it is there to go by."""
_PERHAPS = re.compile(r"(?:也许|或许|说不定|将会?见证)[^。;!?\n]{0,40}$")
_CAMPAIGN = re.compile(r"大?(?:排查|整治|治理|专项)(?![^,。;!?\n]{0,4}[不没未])")
"""火灾隐患排查整治 is what an office does."""
_SOMETHING_FELL = re.compile(r"(?<!触)物|砖|瓦|玻璃|板|块|石|牌|灯|窗|墙|门|梯|缆|线|构件|设施|钢|吊|皮|顶棚")
_AT_A_SITE = re.compile("爆炸|起火|着火|施工|工地|工人|安装|作业|脚手架|吊篮")
"""Who falls is no part of a building that falls."""
_LEAKING = frozenset({"漏水", "渗漏", "漏气", "漏电", "渗水"})
_METERED = re.compile(r"水表|水费|总表|分表|损耗|计量|抄表|气费")
_OF_A_BUILDING = re.compile(r"墙|顶|楼板|地下|车库|天花|屋面|房屋|窗|阳台|卫生间|厨房|电梯|梁")
_SUPPOSED = re.compile(r"(?:如果|万一|要是|假如|倘若|若是)[^。;!?\n]{0,16}$")
_TOLD = re.compile(r"(?:电影|电视剧|小说|剧情|剧中|片中|漫画|游戏)[^。;!?\n]{0,30}$")
_LONG_AGO = re.compile(r"(?:小时候|那年|当年|从前|年前)[^,。;!?\n]{0,16}$")
_REMEMBERED = frozenset({"触电", "漏雨", "砸伤"})
"""What somebody suffered or saw once."""

_ACCOUNT = re.compile(r"@[^\s,。:]{0,8}$")
_SEEKING = re.compile(
    r"(?:任何|寻找|征集|呼吁|悬赏|请|望|欢迎|提供|杀|联系)[^,。;!?\n]{0,6}$|(?:代|民间|自古|世)$"
)
_CALLED_FOR = re.compile(r"士?,?(?:请|速|联系|告知)")
"""Whoever looks for 知情人 has heard nothing from them."""

_MAY_BE_TRADE = frozenset({"机密", "绝密", "泄密", "失密"})
_OF_STATE = re.compile(
    r"国家|(?<!雷)军|部队|国防|战备|涉密|人防|指挥|图纸|间谍|情报|国安|公安|机关|档案|保密|地图|坐标|安全部|政府|潜艇|文件|工程"
)
_OF_TRADE = re.compile(
    r"商业|公司|企业|店|客户|答案|考题|试题|考试|招标|投标|配方|小说|游戏|综艺|电视剧|三国|手机|开发商"
)

_ON_THE_ROAD = re.compile(r"车|驾|司机|鸣笛|按喇叭|广场舞|店|促销|叫卖|收破烂|音响")
"""Beside what a 喇叭 is no siren."""

_LEADER = re.compile(
    r"(?:领导|书记|省长|市长|县长|区长|厅长|主任|总理|主席|部长|常委)[^,。;!?\n]{0,16}$|[作做]出?[^,。;!?\n]{0,6}$"
)
"""Who gives orders in writing."""
_PLEA = re.compile(r"请|求|希望|盼|建议|恳|望|能不能|应该|或者有|是否|是不是")
"""A plea for an order is none."""


def means(kind: SignalKind, sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    look = _LOOKS.get(kind)
    return look is None or look(sheet, passage, match)


def _corrupt(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    text, begin, end, word = passage.text, match.start(), match.end(), match[0]
    if (is_denied(passage, begin) and not _WHO_BELIEVES.match(text, end)) or _is_far_off(text, begin):
        return False
    if word in _OF_OFFICIALS:
        thing = (
            _THING.search(text, max(0, begin - 16), begin)
            or _THING_BEHIND.match(text, end)
            or _OTHER_CHARGE.search(text, max(0, begin - 14), begin)
        )
        return not thing and any(_names_officialdom(one.text) for one in sheet.passages)
    if word in ("以权谋私", "索贿") and _AT_A_FIRM.search(text, max(0, begin - 40), end + 50):
        return False
    if word in ("侵吞", "挪用资金"):
        near = max(0, begin - 40), end + 20
        if _HOUSE.search(text, max(0, begin - 24), begin):
            return _PUBLIC_HAND.search(text, *near) is not None
        return bool(_PUBLIC_HAND.search(text, *near) or _OF_ALL.search(text, max(0, begin - 20), end + 20))
    if word == "腐败" and (_MEAT.search(text, max(0, begin - 12), begin) or _MEAT_BEHIND.match(text, end)):
        return False
    if word.endswith(("勾结", "红包", "好处", "开路")):
        meant = _PUBLIC_HAND.search(text, max(0, begin - 40), end + 14)
        return bool(meant) and _AGAINST.search(text, max(0, begin - 18), begin) is None
    if word in _AT_LARGE and not any(_names_somebody(one.text) for one in sheet.passages):
        return False
    if _NOWHERE.match(text, end):
        return False
    if word == "保护伞":
        return (
            _AGAINST.search(text, max(0, begin - 18), begin) is None
            and _SHELTER.search(text, max(0, begin - 8), begin) is None
        )
    if not text.startswith(("保护", "勾结"), begin) and _COMBATED.match(text, end):
        return False
    if _IDIOM.match(text, end) and not _CITED.search(text, max(0, begin - 40), end + 40):
        return False
    if word == "好处费" and not (
        _PUBLIC_HAND.search(text, max(0, begin - 60), end + 60)
        or _SOMEBODY.search(text, max(0, begin - 40), end + 40)
    ):
        return False
    if word.startswith("指定") and not _BOUGHT.search(text, max(0, begin - 40), end + 40):
        return False
    if word.endswith("箱操作") and not _CHOOSING.search(text, max(0, begin - 40), end + 40):
        return False
    if word == "黑幕" and not _WITHIN.search(text, max(0, begin - 40), end + 40):
        return False
    if word.startswith("量身"):
        return _TENDER.search(text, max(0, begin - 30), end + 30) is not None
    return _AGAINST.search(text, max(0, begin - 18), begin) is None


# Asked once for a text, and not once for each of a thousand words in it.
@lru_cache(maxsize=4)
def _names_officialdom(text: str) -> bool:
    return _OFFICIALDOM.search(text) is not None


@lru_cache(maxsize=4)
def _names_somebody(text: str) -> bool:
    return _SOMEBODY.search(text) is not None


def _is_far_off(text: str, begin: int) -> bool:
    """Whether it is fought in general, forbidden by a law, abroad, or of old."""
    sentence = start_of(SENTENCE, text, begin)
    abroad = _COUNTRY.search(text, sentence, begin) and not _OURS.search(text, sentence, begin + 40)
    return bool(
        abroad
        or (
            _COMBAT.search(text, max(sentence, begin - 60), begin) and not _PLEA.search(text, sentence, begin)
        )
        or _LISTED.search(text, max(sentence, begin - 80), begin)
        or _COUNTRY.search(text, begin, begin + 8)
        or _OF_OLD.search(text, sentence, begin)
    )


def _dangerous(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    text, begin, end, word = passage.text, match.start(), match.end(), match[0]
    if word in _MUST_BE:
        by_it = _BY_IT.search(text, max(0, begin - 12), begin) and _MOVES.match(text, end)
        return not by_it and _ABOARD.search(text, max(0, begin - 40), end + 40) is None
    if is_denied(passage, begin) or text.startswith(("都没见", "都没有", "也没有"), end):
        return False
    if _is_nothing_of_works(text, begin, end, word):
        return False
    if word in _BESIDE and not _BESIDE[word].search(text, max(0, begin - 24), end + 12):
        return False
    if word == "安全隐患" and not _is_of_works(text, begin, end):
        return False
    if word not in _OTHERWISE:
        return True
    return _OTHERWISE[word].search(text, max(0, begin - 12), begin) is None


def _is_nothing_of_works(text: str, begin: int, end: int, word: str) -> bool:
    """Whether it is denied further ahead, supposed, told in a story, or happens to somebody and not to a building."""
    if (
        _NO_REPORT.search(text, max(0, begin - 30), begin)
        or _TOLD.search(text, max(0, begin - 36), begin)
        or _PERHAPS.search(text, max(0, begin - 50), begin)
        or _SOLVED.match(text, end)
    ):
        return True
    if word in ("漏水", "漏雨", "进水", "裂开") and (
        _CARS.search(text, max(0, begin - 8), begin) or _CARS_BEHIND.match(text, end)
    ):
        return True
    if word in _FALLING_BODY:
        fell = _PERSON_FELL.search(text, max(0, begin - 24), begin)
        if fell is None or _AT_A_SITE.search(text, max(0, begin - 60), begin):
            return False
        return _SOMETHING_FELL.search(_FROM.sub("", text[fell.start() : begin])) is None
    if word.startswith("砸"):
        near = max(0, begin - 30), end + 4
        return bool(_BY_HAND.search(text, *near)) and _FROM_ABOVE.search(text, *near) is None
    if word == "煤气罐":
        return _HARMFUL.search(text, max(0, begin - 30), end + 30) is None
    if word.endswith("隐患"):
        return _CAMPAIGN.match(text, end) is not None
    if word in _LEAKING:
        if word == "漏电" and _PLAYTHINGS.search(text, max(0, begin - 30), end + 30):
            return True
        metered = _METERED.search(text, max(0, begin - 30), end + 30)
        if metered and not _OF_A_BUILDING.search(text, max(0, begin - 30), end + 30):
            return True
        return _SUPPOSED.search(text, max(0, begin - 20), begin) is not None
    return word in _REMEMBERED and _LONG_AGO.search(text, max(0, begin - 24), begin) is not None


def _is_of_works(text: str, begin: int, end: int) -> bool:
    """By what stands before it, and behind it in its own sentence."""
    street = _ON_THE_STREET.search(text, max(0, begin - 60), end + 40)
    rest = SENTENCE.search(text, end, end + 40)
    near = max(0, begin - 60), rest.start() if rest else end + 40
    return (_BY_ITSELF if street else _OF_WORKS).search(text, *near) is not None


def _heard(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    text, begin, word = passage.text, match.start(), match[0]
    near = max(0, begin - 12)
    if "@" in text[near:begin] and _ACCOUNT.search(text, near, begin):
        return False
    if word[:2] not in ("知情", "流传"):
        return True
    called = word[0] == "知" and _CALLED_FOR.match(text, match.end())
    return not (called or _SEEKING.search(text, near, begin))


def _secret(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    if match[0] not in _MAY_BE_TRADE:
        return True
    around = passage.text[max(0, match.start() - 30) : match.end() + 30]
    ours = _OF_STATE.search(around) and not _OF_TRADE.search(around)
    return bool(ours) and not passage.text.endswith("非", 0, match.start())


def _aloud(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    if "喇叭" not in match[0] or "警报" in match[0]:
        return True
    return _ON_THE_ROAD.search(passage.text, max(0, match.start() - 30), match.end() + 10) is None


def _ordered(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    text, begin = passage.text, match.start()
    if match[0] == "批示" and not _LEADER.search(text, max(0, begin - 28), begin):
        return False
    return _PLEA.search(text, max(0, begin - 20), begin) is None


_LOOKS: Mapping[SignalKind, Look] = {
    SignalKind.CORRUPTION: _corrupt,
    SignalKind.SAFETY: _dangerous,
    SignalKind.RUMOUR: _heard,
    SignalKind.SECRET: _secret,
    SignalKind.SIREN_UNPLANNED: _aloud,
    SignalKind.SUPERIOR_ORDER: _ordered,
}
