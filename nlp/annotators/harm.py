"""Deaths, injuries, missing people and loss, with their numbers; and where a text says that there were none.

A number counts for what the words before or behind it say of it.  Of several the highest is meant, for a text tells how a
toll rose; parts that a text itself adds up (13名平民和1名士兵, 6人……另有2人) are added.  What is only feared, played or long past
is no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.annotators import single
from nlp.annotators.unreal import long_past, sentence_before, unreal
from nlp.numerals import NUMBER, Number, numeral
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches, signal, signal_at

REACH = 40
"""Characters before and behind a number that may say what it counts."""

_STOP = r",。;!?\n "
_SOMEBODY = "人|多人|孩|老(?!板的)|工(?!地|程)|女|男|学|大(?!门|楼)|小(?!时|区)|年轻|业主|村民|乘|民|亲|同(?!比)|邻|娃|战|在抢|在医|重伤|轻伤|受伤"
_WHO = rf"(?:(?:余|多)?(?:人(?!民币|次)|名|位|口(?!气|水|咬|井|锅)|例|个(?={_SOMEBODY}))|(?<=[俩仨])(?![一二两只条头猪鸡狗牛羊鸭鹅猫兔鱼])|(?=[员学工矿村乘旅游师职民][工生民客人]))"
"""俩 and 仨 need no 个, 员工 and the like no 名."""
_DIGIT = r"\d一二三四五六七八九十两百"
_PERSON = rf"(?<![{_DIGIT}])人"
_PART = r"[零一二三四五六七八九十\d]{1,3}[多余]?岁"
_DEATH = (
    r"(?:(?<![吓气笑累热急烦坑饿臭挤吵丑锁卡堵憋不没怕敢找作送想盯说看爱恨烂帅甜萌写玩抱叫封生])(?<!老病)(?<!病、)死(?![刑缓囚角机活心板结死不期守循灰伤里鸡猪鱼鸭狗猫牛羊鼠虾]|一生|了之|百了|以谢|难辞|无生)(?<!九死)亡?"
    r"|身亡|遇难|丧生|罹难|丧命|殒命|遇害|牺牲(?!品)|殉职|溺亡|撞亡|病亡|坠亡|不治|葬身|没了命|断了?气|没气了|没(?:抢)?救过来|献出了?(?:(?:宝贵|年轻)的?)?生命|[淹砸压烧毒闷摔电撞轧碾炸捅砍打咬]死"
    r"|(?:无|没有|没了|失去|已无)(?:任何)?生命(?:体征|迹象)|失去了?(?:宝贵的?)?生命|无一(?:人)?(?:生还|幸免|幸存))"
)
_TREATED = r"(?:送往?(?:医院?)?)?(?:后)?(?:经)?(?:送医|医院|全力|紧急|多方){0,3}(?:抢救|救治|医治|治疗|急救)(?:后)?(?:均|终因)?无效(?:后)?,?(?:于[^,。;!?\n]{1,8}|不幸|宣告|确认|被宣布|先后)?"
_FILL = rf"(?:{_PART}|{_PERSON}|失[败足控火事]|救[援火灾]|[^{_STOP}人\d伤失救获险困]){{0,14}}?"
_DEAD_AFTER = re.compile(
    rf"{_WHO}(?:"
    rf"[^{_STOP}\d]{{0,6}}?{_TREATED}(?:{_DEATH}|离世|去世|逝世)|{_FILL}{_DEATH}"
    rf"|[^{_STOP}\d伤救获]{{0,10}}?[在因于被](?:伤[势重情]|[^{_STOP}\d伤救获]){{2,26}}?{_DEATH}"
    rf"|[^。;!?\n\d幸获外]{{0,22}}?(?:均|全部|都|全|确认)已?经?(?:不幸|确认|被证实|当场)?{_DEATH}"
    r"|[^。;!?\n\d获]{0,14}?[(（,]?已?(?:确认)?已?(?:无|没有|失去)生命(?:体征|迹象)"
    rf"|[^{_STOP}\d救获]{{0,10}}?因(?:伤|抢救|流感|感染|病毒|疫情|中毒|触电|溺水)[^{_STOP}\d获]{{0,14}}?(?:去世|离世|逝世)"
    rf"|[^{_STOP}\d获伤]{{0,8}}?(?:遗体|尸体)"
    rf"|[^。;!?\n\d获]{{0,10}}?(?:被[^,。;!?\n\d]{{0,6}}[冲卷埋困]|失联|失踪|落水|溺水|坠)[^。;!?\n\d获]{{0,8}}?,[^{_STOP}\d]{{0,4}}?(?:遗体|尸体)(?:已|均|都|也|被|全部|先后|相继)"
    rf")|{_DEATH}|具[^{_STOP}\d获伤]{{0,8}}?(?:遗体|尸体)|[名位个]死者"
)
_LIVES = re.compile(r"条(?:人命|(?P<gone>(?:鲜活的|年轻的|宝贵的|无辜的)*生命))")
_GONE = re.compile(
    r"逝去|逝者|消逝|夺[走去]|失去|离[开去]|没了|陨落|消失|葬送|断送|毁了|带走|白白|丧失|的代价"
)
"""What makes 三条生命 dead; without it a life is only spoken of."""
_KEPT = re.compile(r"救|挽回|保住|相当于|关乎|关系|珍惜|珍重|每$")
_NEARLY = re.compile(r"如何|濒临|潜在|险些|差点")
_REACHED = r"[的人数员者多总目前已经共计约为超过上升增加至到达了有是:逾初步确认病例]{0,14}"
_DEAD = r"(?:死亡(?:失联|失踪)|死亡者?|死难者?|遇难|身亡|丧生|罹难|死者|遇害)"
_DEAD_BEFORE = re.compile(
    rf"{_DEAD}{_REACHED}$|{_DEAD}(?:的)?(?:人数|总数|者)?[^,。;!?\n]{{0,24}}?(?:升|增加?|达|更新|更正|修正|修订|核减|上调|下调|调整)(?:至|到|为)$|(?:遗体|尸体)$"
    rf"|{_DEAD}[^。;!?\n]{{0,20}}?(?:有误|误[报传])[^。;!?\n]{{0,10}}?(?:为|是|系)$|(?<![伤死逃流灭消])亡$|(?<!死)亡人数{_REACHED}$|(?:去世|离世|逝世)的?[^{_STOP}\d]{{0,4}}?(?:已有|有|达|共)?$"
    r"|(?:[淹砸压烧毒闷摔电撞轧炸捅砍杀]死|毒杀|杀害|(?<![吓气笑累热急烦坑饿臭挤吵丑该找盯说看爱恨守管抓认钉封堵])(?<!老病)(?<!病、)死)了?(?:至少|大概|起码|好像|有)?$"
)
_NOT_OTHERS = re.compile(
    r"(?=人(?!民币|次)|名|位|例|具|口(?!气|水)|个(?!月|多月|半|小时|礼拜|星期|号码|公道|说法|名额|方面|帖|字|家庭|问题|项目|城|国|车|手机)|$|[,。;、)])(?!(?:人|名|位)?[^,。;、!?\n]{0,4}(?:受伤|重伤|轻伤|送医|被困|失联|失踪|死亡|遇难|身亡|获救|生还|被捕|感染|确诊)(?!\d))"
)
"""死亡2人受伤 counts the injured: the number belongs to the word behind it, unless that has its own (伤7人 失踪2人)."""
_IMPLIED = Rule(
    rf"一尸两命|父母双亡|(?:双亲|双双)[^{_STOP}\d伤救获]{{0,8}}?{_DEATH}|第\s?(?P<nth>{NUMBER})[具名位例](?:失联者?)?(?:遇难|死者|死难|罹难|死亡|遗体|尸体)",
    needs="一尸两命|父母双亡|双亲|双双|遇难|死者|死难|罹难|死亡|遗体|尸体",
)
"""Deaths whose number stands in a word: both of a pair; a fifth body found means five."""
_CORRECTED = Rule("更正|有误|误报|误传|核减|下调|修正为|修订为")
_HURT = r"(?:受伤|受轻伤|受重伤|重伤|轻伤|轻微伤|中度伤|送医(?!院?(?:途中|抢救无效|后?(?:经|抢救|不治|死|身亡|宣告|无效|确认|去世|离世)))|送院|送[往到至去][^,。;!?\n\d死亡]{0,8}?医院(?!后|途中|时|抢救无效)|住院(?![费部押])(?!病人|报销|待产)|就医(?!不便|难|困难|方便|报销|条件|环境|体验|问题)|骨折(?![价妹险式])|[烧烫擦挫损扭摔砸压刺划割咬撞灼炸电]伤(?![膏药口害])|昏迷|晕倒|昏倒|中毒|负伤|挂彩|危重|病危|生命垂危|在(?:[^,。;!?\n\d死亡]{0,5}?)(?:抢救|救治|icu)(?!无效|途中|时))"
_HURT_AFTER = re.compile(
    rf"{_WHO}(?:(?:{_PART}|{_PERSON}|[^{_STOP}人\d死亡失救获险]){{0,12}}?{_HURT}"
    r"|[^。;!?\n\d死亡失获逃]{0,16}?,(?:均|都|全部)已?被?(?:送医|送往|住院|就医|送院|入院))"
    rf"|{_WHO}?(?:重|轻微?|中度)?伤(?![亡心害口势情员者痕感])|[名位个]伤[者员]"
)
_HURT_BEFORE = re.compile(
    rf"(?:受伤|重伤|轻伤|伤者|伤员){_REACHED}$|(?:受伤|重伤|轻伤|伤者|伤员)[^{_STOP}]{{0,12}}?(?:升|增加?|更新|更正|上调)(?:至|到|为)$|(?:^|[人名、,。; ])伤$|(?:[咬撞砸烫烧炸刺砍捅打轧刮]伤|致伤)了?(?:至少|共|近)?$"
)
_DEGREE = re.compile(r"轻微|危重|重|轻|中度")

_LOST = r"(?:失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|没(?:能|跑)?出来|出不来)"
_LOST_AFTER = re.compile(
    rf"{_WHO}(?:{_PART}|{_PERSON}|[^{_STOP}人\d死伤亡钱款]){{0,10}}?{_LOST}|{_WHO}[^{_STOP}\d员]{{0,4}}(?:仍在?|还在|正在)(?:全力|紧急|继续){{0,2}}搜[救寻]|失联|失踪"
)
_LOST_BEFORE = re.compile(
    rf"{_LOST}(?:{_REACHED}|[^{_STOP}\d]{{0,6}}(?:更新|更正|修正|降)(?:至|到|为))$|(?:[困压埋]住了?|困[了着]|围困)[^{_STOP}\d]{{0,6}}$"
)
_STILL = re.compile(r"(?:仍有|尚有|还有|其余|剩余|仅剩)[^,。;!?\n\d]{0,6}$")
"""Who is still looked for."""
_SAVING = re.compile(
    r"(?:(?:[营抢获解]|搜)救|救|疏散|转移|撤离|搜)(?:出|起|下)?了?(?:全部|所有|其中)?[^,。;!?\n\d]{0,4}$|(?:帮助|协助|找到|寻获)[^,。;!?\n\d]{0,4}$"
)
_SAVED_BEHIND = re.compile(
    r"[^,。;!?\n\d]{0,6}?(?:[已均都全被]|成功|先后|陆续|安全|全部)*(?:被(?:[^,。;!?\n\d]{0,8}?)救|获救|救出|营救出|救援出|解救|脱险|脱困|升井|救起|送医|转移|送往)"
)
"""Who was among them and is safe."""
_NEXT_LOST = re.compile(rf"[人名][、,和及]{_LOST}\d")
"""遇难38人、失联24人: the word belongs to the next number."""
_TO_HELP = re.compile("救助|营救|解救|搭救|为救")
_ASTRAY = re.compile("失联|失踪|下落不明")
_RESCUED = re.compile(
    r"成功(?:救[出援]|营救|解救|自救)|自救成功|安全带离|抱出|转移至|全部(?:救出|转移|获救)|救援成功|(?:被|合力|先后)[^,。;!?\n]{0,8}救出|救出后|获救|脱困|脱险|(?:抢|营)?救出(?=[^,。;!?\n]{0,4}被困)|解救[^,。;!?\n]{0,6}被困"
)
"""Who was trapped and is no more, where nobody is said to be missing still."""
_OF_THEM = re.compile(r"[^。;!?\n\d]{0,20}?其中[^,。;!?\n\d]{0,8}")
"""What stands between those who are missing and those of them who are dead."""
_FOUND = re.compile(
    r"(?:营救|解救|救出|疏散)(?:了|出)?(?:全部|所有)[^,。;!?\n]{0,4}(?:被困|受困|失联|失踪)|(?:全部|均已?|都已?|全都?)(?:被)?(?:成功)?(?:找到|获救|救出|脱险|脱困|升井|转移|(?:确认)?(?:无|没有)生命|(?:确认)?(?:遇难|死亡|身亡|罹难))|已?无(?:人员)?(?:被困|失联|失踪)(?:人员)?"
)

_ILL = re.compile(r"看病|患病|生病|因病|病重|重病|癌|怀孕|分娩|待产|产妇|生孩子|体检|看个?诊")
"""Who lies in hospital for this was not hurt, unless the text says so."""
_WOUND = re.compile("伤|骨折|中毒|截")

_MONEY_AFTER = re.compile(
    r"(?:余|多)?(?:元|块|rmb|人民币)?(?:钱)?(?:的|左右|以上)?(?:直接)?(?:经济|财产|财物)?(?:(?:租金|收入|房租|工资|货款)的?)?损失(?!费|补偿)"
)
_MONEY_BEFORE = re.compile(
    r"(?<!挽回)(?<!避免)(?<!减少)(?:直接|间接)?(?:经济|财产|财物)?(?:损失(?!费)|估损|定损|车损(?!险)|被骗|被卷走|赔进去|被淹[^,。;!?\n\d]{0,6}价值)(?!险)[^,。;!?\n\d赔判裁]{0,10}$"
)
_SAVED = re.compile(r"(?:追回|追缴|返还|退还|找回|挽回|避免|减少|止付|拦截|劝阻)[^,。;!?\n]{0,10}$")
_MONEY = re.compile(r"(?:余|多)?(?:元|块|人民币|rmb|$|[,。;、!?\n])")

_THRESHOLD = Rule(
    r"[人名](?:\([^()]{1,4}\))?(?:以上|以下)(?:死亡|重伤|轻伤|受伤|伤亡)?(?:的|或)", needs="以上|以下"
)
"""一次死亡10人以上的事故 is what a rule is about."""
_NO_COUNT = re.compile(r"\d:$|[高初大]$")
"""14:40 and 高三学生 are no numbers of people."""
_SENTENCE = re.compile(r"[。;!?\n]")
_ALSO = re.compile(r"另有|另外|还有|此外|又有|另$")
_AND = re.compile(rf"{_WHO}[^{_STOP}\d伤失救困获死亡难丧]{{0,8}}[和及与、]")
_OUTCOME = Rule(
    r"死|亡|葬|离世|去世|生还|杀|幸免|难|丧生|伤|失联|失踪|困|埋|遗体|尸体|命|生命|损失|被骗|被淹|失去|估损|不治|牺牲|遇害|赔|搜救|搜寻|没出来|没能出来|没跑出来|出不来|无人|住院|就医|送|卷走|冲走|泡|淹|中毒|骨折|截肢|截瘫|致残|瘫痪|走失|昏迷|殉职|断气|断了气|没气了|救过来|抢救|救治|icu|病危|垂危|挂彩|晕倒|昏倒|定损|车损|双亲|双双|当场|砸到|砸中|夹到|夹住|缝了|"
    + single.OUTCOME
)

_OF_DEATH = Rule(
    r"死|亡|难|丧生|命|害|牺牲|殉职|断气|断了气|没气了|救过来|有误|误报|误传|不治|葬身|无一|离世|去世|逝世|遗体|尸体|毒杀|杀害"
)
_OF_HURT = Rule(
    r"伤|送医|送院|送往|送到|送至|送去|住院|就医|骨折|昏迷|晕倒|昏倒|中毒|挂彩|危重|病危|垂危|抢救|救治|icu"
)
_OF_LOST = Rule(
    r"失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|搜救|搜寻|没出来|没能出来|没跑出来|出不来|围困|困住|困了|困着|压住|埋住"
)
_OF_MONEY = Rule(r"损失|估损|定损|车损|被骗|被卷走|赔进去|被淹")
"""Words without one of which no number counts for it."""

_NOBODY = Rule(
    led(
        "无|没有|没|未造成|没造成|未发生|未有|暂无|均无|无一|未致|尚未造成|零|未接到|未收到",
        r"(?:造成)?(?:任何)?(?:人员|人)?(?:的)?伤亡",
    ),
    needs="伤亡",
)
_NOBODY_DIED = Rule(led("没有|无|未造成|未出现", "(?:人|人员)(?:死亡|遇难|伤亡)"), needs="伤亡|死亡|遇难")
_AIMED = re.compile(r"希望|但愿|祈[祷求]|愿|确保|力争|保证|实现|争取|做到|如果|盼")
"""希望没有人员伤亡 reports nothing."""
_UNHURT = Rule(
    led("无|没有|没|未有", "一?个?人(?:员)?受伤")
    + "|零伤亡|毫发无损|人都没事(?<!死人都没事)|人没事|均无大碍",
    needs="受伤|零伤亡|毫发无损|人都没事|人没事|均无大碍",
)

_PLAIN = (
    (
        SignalKind.DEATHS,
        (
            Rule(
                r"死人了(?<![吓气笑累热急烦坑害冻饿臭挤吵丑]死人了)|有人(?:死(?!刑|角|心)|遇难|身亡)|闹出人命|出了?人命|"
                + led("淹|砸|压|烧|毒|闷|摔|电|撞", "死了?(?:人|个|一个)")
                + r"|死伤|被[^,。;!?\n]{0,14}(?:砸|淹|电|撞|烧|打|砍|捅|虐|毒|勒)死|"
                + led(
                    "男子|女子|老人|孩子|小孩|工人|儿童|女儿|儿子|丈夫|妻子|父亲|母亲|奶奶|爷爷|司机|学生|业主|村民|患者|当事人|乘客|驾驶员|伤者|男童|女童|男孩|女孩|婴儿|行人|游客|产妇",
                    r"[^,。;!?\n]{0,10}(?:身亡|死亡(?!证明|率)|遇难|溺亡|没了命)",
                )
                + "|"
                + led("飞行员|战士|民警|辅警|消防员|官兵|队员", r"[^,。;!?\n]{0,8}牺牲(?!品)"),
                needs="死|遇难|身亡|人命|溺亡|没了命|牺牲",
            ),
            Rule(
                r"坠亡|溺亡|身亡|殉职|殒命|致死(?<!不致死)(?![率量性剂])|致其死亡|致他死亡|致她死亡|致人死亡|致对方死亡|导致死亡|最后死亡|最终死亡|猝死(?!两次|[\d一二三几]次)|丧生|丧命|当场死亡|抢救无效|壮烈牺牲|英勇牺牲|光荣牺牲|人就没了|没救过来|没抢救过来|断气|断了气|死了几[个人名位口]"
                "|死了好几[个人名位口]|当场(?:就|都)?(?:没了|走了|没气)"
            ),
        ),
    ),
    (
        SignalKind.INJURIES,
        (
            Rule(
                r"有人(?:受伤|被砸|骨折)|造成人员伤亡|有人员伤亡|伤亡惨重|"
                + led("砸|压|夹|摔|碰|撞|烫|割|扭|崴|炸", "伤(?![膏药口害])")
                + r"|骨折(?![价妹险式])|截肢|截瘫|致残|瘫痪在床|下肢瘫痪|多[人名位个][^,。;!?\n]{0,8}(?:受伤|伤亡|重伤|轻伤|送医|中毒)|伤者(?:被|已|送|在|家属)|受伤者|伤者(?<=[有名望]伤者)|人员受伤|受伤(?:(?=后|严重|倒地|入院)|(?<=[部处重]受伤))|流血(?<=部流血)|伤亡人数|烧伤(?<=[一二三][度级]烧伤)|中毒(?<=[物气碳药体]中毒)|全身[^,。;!?\n]{0,8}烧伤|"
                + led("划|烫|烧|割", r"伤了(?![\d一二三四五六七八九十百多几两]+[辆台只条棵扇])")
                + "|"
                + led("造成|导致", r"了?[^,。;!?\n]{0,4}人员伤亡")
                + "|"
                + led("打|砍|捅|刺|咬", "伤(?:了|人|业主|村民|老人|孩子)")
                + r"|被[^,。;!?\n]{0,8}(?:打|砍|捅|刺|咬)伤|"
                + led("孩子|老人|工人|业主|父亲|母亲|司机|乘客|保安", r"[^,。;!?\n]{0,8}(?:受伤|住院|送医)"),
                needs="伤|被砸|骨折|截肢|截瘫|致残|瘫痪|住院|送医|中毒|流血",
            ),
            Rule(
                r"缝了[\d一二三四五六七八九十]{1,2}针|烧伤面积|烫伤面积|"
                + led("砸到|砸中|夹到|夹住", "了?[人脚头手腿腰背]")
            ),
        ),
    ),
    (
        SignalKind.MISSING,
        (
            Rule(
                r"有人(?:失联|失踪|被困|被埋)|人还(?:在|困在)(?:里面|下面)|已经失联|已失联|至今失联|多人(?:被困|失联|失踪|被埋)|数人(?:被困|失联|失踪|被埋)|"
                + led(
                    "女子|男子|员工|外卖员|司机|业主|居民|老人|孩子|小孩|儿童|女童|男童|女孩|男孩|学生|工人|乘客|群众|村民|游客|人员|伤者",
                    r"[^,。;!?\n从对将把向与]{0,3}(?:被困|失联|失踪|走失|被埋)(?<!救援人员被困)",
                )
                + "|"
                + led(
                    "失联|失踪|走失|被困",
                    "的?(?:男孩|女孩|女童|男童|儿童|学生|大学生|老人|女子|男子|少年|少女|孩子)",
                ),
                needs="被困|失联|失踪|走失|被埋|人还在|困在",
            ),
        ),
    ),
    (
        SignalKind.LOSS,
        (
            Rule(
                r"损失惨重|损失不小|血本无归|车(?:全|都|被)?(?:泡|淹)了|泡水车|车辆被淹|货(?:物)?(?:全|都)?(?:泡|淹)了|"
                + led(
                    "蒙受|遭受|造成|带来",
                    r"[^,。;!?\n]{0,6}(?:重大|巨大|严重|惨重|不小|很大|无法估)[^,。;!?\n]{0,6}损失",
                ),
                needs="损失|血本无归|泡|淹",
            ),
        ),
    ),
)
"""Harm without a number: words that need company, then those that tell it by themselves."""
_FIGURE = re.compile(
    r"唾沫|吐沫|口水|官大一级|债|房贷|作业|蚊|笑|萌|帅|骂死|一棒子|濒临|月薪|工资|[鱼鸡猪狗猫羊牛鸭鹅虫苗鸟](?:[苗仔崽群类]|全部|全都?|都|也|大量)*(?:被|死)"
)
_SAFE = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}(?:找[到回]|送回|送到)(?!物业)|成功将|获救|救出|脱险|脱困|平安(?=[回返归无到脱获])|很安全|安全(?:回|返|到|转移)"
)
_BACK = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}找[到回](?!物业)|(?:获救|救出|营救|解救|脱险|脱困)|(?:平安|安全)(?:回|返|归|到|无)|身亡|遇难|遗体|尸体|死亡|去世|生命体征"
)
_ALONE = {SignalKind.DEATHS: single.deaths, SignalKind.INJURIES: single.injuries}
"""Who tells of one person where no number stands."""
_NAMES = {
    SignalKind.DEATHS: "死亡",
    SignalKind.INJURIES: "受伤",
    SignalKind.MISSING: "失联或被困",
    SignalKind.LOSS: "财产损失",
}


@dataclass(frozen=True, slots=True)
class _Count:
    """So many, with the words that say so, from ``start`` to ``end`` of the passage."""

    passage: Passage
    value: float
    start: int
    end: int
    words: str
    """What stands behind the number."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    if not sheet.may(_OUTCOME):
        return reading
    harm = _harm(sheet)
    signals = (*harm, *_none(sheet, {one.kind for one in harm}))
    return amended(reading, signals=reading.signals + signals) if signals else reading


def _harm(sheet: Sheet) -> list[Signal]:
    dead = _deaths(sheet)
    counted = {
        SignalKind.DEATHS: _highest(_added(dead, _death_parts)),
        SignalKind.INJURIES: _highest(_added(_counts(sheet, _hurt, _OF_HURT), _degrees)),
        SignalKind.MISSING: _alive(_latest(sheet, _counts(sheet, _lost, _OF_LOST)), dead),
        SignalKind.LOSS: _highest(_counts(sheet, _money, _OF_MONEY)),
    }
    signals = []
    for kind, rules in _PLAIN:
        counts, name = counted[kind], _NAMES[kind]
        if counts:
            where = [(one.passage, one.start, one.end) for one in counts]
            note = f"文中说{name}：{counts[0].value:g}"
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, where, amount=counts[0].value))
            continue
        alone = _ALONE[kind](sheet) if kind in _ALONE else []
        if alone:
            note = f"文中说{name}：1"
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, alone, amount=1.0))
            continue
        found = [
            (passage, match)
            for rule in rules
            for passage, match in matches(sheet, rule)
            if _meant(sheet, kind, passage, match) and not unreal(sheet, passage, match.start(), match.end())
        ]
        if found:
            signals.append(signal(sheet, kind, f"signal.{kind}", f"文中说{name}，未说数目", found))
    return signals


def _meant(sheet: Sheet, kind: SignalKind, passage: Passage, match: re.Match[str]) -> bool:
    """Whether words without a number are no figure of speech, no illness and nobody who was found again."""
    text, begin, end = passage.text, match.start(), match.end()
    if kind is SignalKind.DEATHS:
        return not _FIGURE.search(text, max(0, begin - 6), end)
    if kind is SignalKind.INJURIES:
        return not _is_ill(text, begin, end)
    if kind is SignalKind.MISSING:
        return not _BACK.search(text, end) and not any(_SAFE.search(one.text) for one in sheet.passages)
    return True


def _is_ill(text: str, begin: int, end: int) -> bool:
    """Whether somebody is in hospital for something else than harm."""
    return not _WOUND.search(text, begin, end) and _ILL.search(text, max(0, begin - 8), end + 8) is not None


def _deaths(sheet: Sheet) -> list[_Count]:
    """By number and by word; of a number that is put right what stands behind the word that says so."""
    counts = [*_counts(sheet, _dead, _OF_DEATH), *_implied(sheet)]
    for passage, word in matches(sheet, _CORRECTED, denied=True) if counts else ():
        if any(count.passage is passage and count.end > word.end() for count in counts):
            counts = [c for c in counts if c.passage is not passage or c.end > word.end()]
    return counts


def _implied(sheet: Sheet) -> list[_Count]:
    return [
        _Count(passage, numeral(found["nth"] or "两") or 2.0, found.start(), found.end(), "")
        for passage, found in matches(sheet, _IMPLIED)
        if not unreal(sheet, passage, found.start(), found.end())
    ]


def _none(sheet: Sheet, told: Collection[SignalKind]) -> list[Signal]:
    """What a text denies is a fact as well: none is zero, which is not unknown. Of what else it tells (地面无人员伤亡, 飞行员牺牲) that is
    no denial."""
    nobody = _denials(sheet, _NOBODY)
    alive = nobody or _denials(sheet, _NOBODY_DIED)
    unhurt = nobody or _denials(sheet, _UNHURT)
    denied = [(SignalKind.DEATHS, alive), (SignalKind.INJURIES, unhurt)]
    return [
        signal(sheet, kind, f"signal.{kind}.none", "文中说没有人员伤亡", found, amount=0.0)
        for kind, found in denied
        if found and kind not in told
    ]


def _denials(sheet: Sheet, rule: Rule) -> list[tuple[Passage, re.Match[str]]]:
    """What is wished or aimed at is not reported."""
    return [
        (passage, found)
        for passage, found in matches(sheet, rule, denied=True)
        if not _AIMED.search(passage.text, max(0, found.start() - 12), found.start())
        and not long_past(sheet, sentence_before(passage.text, found.start()))
    ]


# --------------------------------------------------------------------------------------- what a number counts

_Behind = Callable[[Passage, Number], tuple[int, int] | None]
"""Where the words stand that make a number count for something; None where it does not."""


def _counts(sheet: Sheet, counts: _Behind, needed: Rule) -> list[_Count]:
    found = []
    for passage in sheet.passages:
        if not passage.may(needed):
            continue
        needed_at = [word.start() for word in needed.expression.finditer(passage.text)]
        for number in passage.numbers:
            at = bisect_left(needed_at, number.start - REACH)
            near = at < len(needed_at) and needed_at[at] < number.end + REACH
            place = counts(passage, number) if near else None
            if place is not None and _NO_COUNT.search(passage.text, max(0, number.start - 3), number.start):
                continue
            if place is not None and passage.may(_THRESHOLD):
                place = None if _THRESHOLD.expression.match(passage.text, number.end) else place
            if place is not None and not unreal(sheet, passage, number.start, place[1]):
                words = passage.text[number.end : place[1]]
                found.append(_Count(passage, number.value, place[0], place[1], words))
    return found


def _around(
    passage: Passage, number: Number, after: re.Pattern[str], before: re.Pattern[str], behind: re.Pattern[str]
) -> tuple[int, int] | None:
    text = passage.text
    found = after.match(text, number.end, number.end + REACH)
    if found:
        return number.start, found.end()
    if not behind.match(text, number.end, number.end + REACH):
        return None
    ahead = before.search(text[max(0, number.start - REACH) : number.start])
    if ahead:
        return max(0, number.start - REACH) + ahead.start(), min(len(text), number.end + 1)
    return None


def _dead(passage: Passage, number: Number) -> tuple[int, int] | None:
    text = passage.text
    lives = text.startswith("条", number.end) and _LIVES.match(text, number.end)
    if lives:
        begin = max(0, number.start - 12)
        gone = lives["gone"] is None or _GONE.search(text, begin, lives.end() + 12)
        return (number.start, lives.end()) if gone and not _KEPT.search(text, begin, number.start) else None
    place = _around(passage, number, _DEAD_AFTER, _DEAD_BEFORE, _NOT_OTHERS)
    return None if place is not None and _NEARLY.search(text, number.end, place[1]) else place


def _hurt(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = _around(passage, number, _HURT_AFTER, _HURT_BEFORE, _NOT_OTHERS)
    if place is None or passage.text.endswith("必有", 0, number.start):
        return None
    return None if _is_ill(passage.text, *place) else place


def _lost(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = _around(passage, number, _LOST_AFTER, _LOST_BEFORE, _NOT_OTHERS)
    if place is None:
        return None
    text = passage.text
    saved = _SAVING.search(text, max(0, place[0] - 12), place[0]) or _SAVED_BEHIND.match(text, place[1])
    other = _NEXT_LOST.match(text, number.end) or _TO_HELP.search(text, number.end, place[1])
    return None if saved or other else place


def _money(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = _around(passage, number, _MONEY_AFTER, _MONEY_BEFORE, _MONEY)
    saved = place is not None and _SAVED.search(passage.text, max(0, place[0] - 14), place[0])
    return None if saved else place


# ------------------------------------------------------------------------------------------- which one is meant


def _added(counts: list[_Count], together: Callable[[_Count, _Count], bool]) -> list[_Count]:
    """The counts, and for each run of parts that belong together their sum."""
    sums = []
    run: list[_Count] = []
    for count in counts:
        if run and run[-1].passage is count.passage and together(run[-1], count):
            run.append(count)
            continue
        sums += _sum(run)
        run = [count]
    return [*sums, *_sum(run), *_with_neighbours(counts), *counts]


def _sum(run: Sequence[_Count]) -> list[_Count]:
    if len(run) < 2:
        return []
    total = sum(one.value for one in run)
    return [replace(run[0], value=total, end=run[-1].end)]


def _with_neighbours(counts: Sequence[_Count]) -> list[_Count]:
    """13名平民和1名士兵死亡: the number before belongs to the same words."""
    added = []
    for count in counts:
        numbers = count.passage.numbers
        at = next((i for i, n in enumerate(numbers) if n.start == count.start), 0)
        total, start = count.value, count.start
        while at and _AND.fullmatch(count.passage.text, numbers[at - 1].end, numbers[at].start):
            at -= 1
            total, start = total + numbers[at].value, numbers[at].start
        if start < count.start:
            added.append(replace(count, value=total, start=start))
    return added


def _said(one: _Count) -> str:
    return one.passage.text[one.start : one.end]


def _between(one: _Count, other: _Count) -> str:
    return one.passage.text[one.end : other.start] if other.start >= one.end else ""


def _death_parts(one: _Count, other: _Count) -> bool:
    """6人死亡,另有2人死亡; 4人因滑坡死亡,2人因溺水死亡; 当场2人死亡,1人抢救无效死亡."""
    between = _between(one, other)
    if not between or len(between) > 20 or _SENTENCE.search(between):
        return False
    at_once = "当场" in one.passage.text[max(0, one.start - 4) : one.end] and "无效" in other.words
    return bool(_ALSO.search(between)) or at_once or ("因" in one.words and "因" in other.words)


def _degrees(one: _Count, other: _Count) -> bool:
    """4人重伤,5人轻伤; 重伤1人,轻伤6人: different degrees of one crowd."""
    between = _between(one, other)
    ours, theirs = _DEGREE.search(_said(one)), _DEGREE.search(_said(other))
    return (
        bool(ours and theirs and ours[0] != theirs[0]) and len(between) < 6 and not _SENTENCE.search(between)
    )


def _highest(counts: list[_Count]) -> list[_Count]:
    """The highest first."""
    if not counts:
        return []
    best = max(counts, key=lambda count: count.value)
    return [best, *(count for count in counts if count is not best)]


def _latest(sheet: Sheet, counts: list[_Count]) -> list[_Count]:
    """Of missing people the last word counts: who still is, and nobody once all are found."""
    still = [c for c in counts if _STILL.search(c.passage.text[max(0, c.start - 10) : c.start])]
    astray = [c for c in counts if _ASTRAY.search(_said(c))]
    best = [still[-1], *counts] if still else _highest(astray) or _highest(counts)
    if not best:
        return []
    for passage in reversed(sheet.passages):
        ends = [found.span() for found in _FOUND.finditer(passage.text)]
        if ends and best[0].passage is passage and ends[-1][0] > best[0].start:
            return [_Count(passage, 0.0, *ends[-1], "")]
    if not still and not astray:
        for passage in sheet.passages[sheet.passages.index(best[0].passage) :]:
            begin = best[0].end if passage is best[0].passage else 0
            if saved := _RESCUED.search(passage.text, begin):
                return [_Count(passage, 0.0, *saved.span(), "")]
    return best


def _alive(missing: list[_Count], dead: Sequence[_Count]) -> list[_Count]:
    """2人被困,其中1人已无生命体征: who of them is known to be dead is missing no more."""
    if not missing:
        return []
    best = missing[0]
    of_them = next(
        (
            one.value
            for one in dead
            if one.passage is best.passage and _OF_THEM.fullmatch(_between(best, one)) is not None
        ),
        0.0,
    )
    return [replace(best, value=max(0.0, best.value - of_them)), *missing[1:]]
