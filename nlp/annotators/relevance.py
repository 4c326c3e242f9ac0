"""Whether a post is the office's business: the calibrated score, the verdict, and the n-grams and phrases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huiying.contracts import Relevance, Verdict, Why
from nlp import making
from nlp.features import only_a_place
from nlp.gate import HINTS, NOISES, doubt, names_something
from nlp.lexicon import Found
from nlp.model import Ground, Scores, Sign
from nlp.sheet import Passage, Sheet, first_spans

GATE_SHUT = Relevance(
    verdict=Verdict.IRRELEVANT,
    score=0.0,
    why=(Why(rule="gate", note="没有出现人防系统的词，也没有能推断出来的组合"),),
)

ELSEWHERE = (
    "foreign_war",
    "triad",
    "protection",
    "fiction",
    "memorial",
    "history",
    "tourism",
    "commerce",
    "advert",
)
"""Context lists: a war abroad, a war of the past, guards, masks, games, a memorial day, a hotpot in a cave, a company, an advertisement."""

PLAIN_DODGE = 3
"""Characters from which on a disguised or misspelt name is one beyond doubt: 人房办, 防空警抱; 任防 may be a coach and his man."""

ON_THE_WAY = 4
"""Words of roads and buses from which on a text that names the trade once speaks of the traffic there."""

_LISTS = {
    "phrases": "人防系统的专用词",
    "risky": "人防系统的短词，在文中独立成词",
    "hints": "别处也常说的短词",
    "dodges": "避开词表的写法",
    "siren": "说到警报、警声",
    "townwide": "警报响遍一片地方，或无人说明",
    "blare": "喇叭、汽笛一类哪里都会响的",
    "everywhere": "响遍全城，或无人说明",
    "noises": "别的响声：车船、工地、叫卖、红白事",
    "garage": "地下的地方",
    "wartime": "战时、国防用途的说法",
    "tenure": "只给用、不给证的说法",
    "misfit": "只是字面碰上，在文中不是这个词",
    "foreign_war": "外国战事的词",
    "triad": "人防、物防、技防（保安人手）",
    "protection": "防护、防疫、防汛、球赛防守一类的“防”",
    "warning": "别的警报、预警",
    "fiction": "游戏影视、军事装备",
    "memorial": "纪念日鸣警",
    "tourism": "洞里的旅游、餐饮",
    "commerce": "商号、股票、招聘",
    "misread": "同样的字，别的读法",
    "heavydoor": "厚重的大铁门",
    "oldworks": "备战年代的说法",
    "dugout": "挖出来的洞、地道",
    "warscare": "说要打仗",
    "orders": "叫人熄灯、囤粮、往哪里躲",
    "offsite": "不修地下、易地修的说法",
    "charge": "缴钱、减免的说法",
    "home": "国内的地名",
    "everyday": "平常说话也用的专用词",
    "figurative": "比方、梗的口气",
    "figured": "拿防空洞、警报打比方",
    "history": "过去的战争、前人的回忆",
    "displeased": "不满、害怕的说法",
    "pleased": "满意、感谢的说法",
    "address": "只当地名来说",
    "advert": "卖东西、拉客户的口气",
    "estate": "小区与物业的词",
    "grievance": "诉求与不满的词",
    "office_voice": "机关口气",
    "praise": "叫好与道谢",
    "asks": "咨询的口气",
    "suggests": "建议的口气",
    "complains": "投诉举报的口气",
    "hearsay": "道听途说的口气",
    "alarming": "人命、险情、聚众的词",
    "mocking": "反讽、想当然的口气",
    "puzzled": "弄不清的口气",
    "hardship": "难处",
    "enquires": "问办事、问依据",
    "proposes": "出主意",
    "accuses": "指人的不是",
    "pleads": "求办一件事",
    "ails": "日子里的难处",
    "rumours": "转述、传言",
    "confused": "弄混、以为",
    "scoffs": "把意见当规矩说",
    "harmed": "有人死伤、被困、失踪",
    "danger": "险情",
    "crowd": "许多人聚到一处、一同出面",
    "graft": "腐败、串标、造假、违规减免",
    **{f"t{number:02d}": f"事项 T{number:02d} 的常用词" for number in range(1, 17)},
    "siren×townwide": "警报声与全城同文出现",
    "blare×everywhere": "喇叭声与全城同文出现",
    "garage×wartime": "地下车库与战时用途同文出现",
    "garage×tenure": "地下车库与只租不售同文出现",
    "heavydoor×garage": "厚重铁门与地下同文出现",
    "oldworks×dugout": "备战年代与洞同文出现",
    "warscare×orders": "打仗与叫人躲避囤粮同文出现",
    "offsite×charge": "易地修建与缴钱同文出现",
    "siren_at_home": "说的是国内",
    "siren_abroad": "说的是国外的战事",
    "account_name": "转发、提到别人的帐号",
    "everyday_only": "只有平常说话也用的词",
    "everyday_of_old": "平常的词，说的是从前",
    "everyday_figured": "平常的词，打的是比方",
    "risky_elsewhere": "短词，说的是保安、防护、别的警报或买卖",
    "hints_only": "只有别处也常说的短词",
    "sound_of_something": "没点名的响声，旁边说的是车船、工地、叫卖一类",
    "place_only": "人防系统的词只用来指路",
    "bare_alarm": "只说警报，没说是哪一种",
    "much_history": "通篇讲从前的战争",
    "mocking×pleased": "反讽口气里的好话",
    "in_title": "标题里就有人防系统的词",
    "question": "有问号",
    "exclamation": "有感叹号",
    "short": "文字很短",
    "long": "文字较长",
    "named_place": "提到市县区",
}


DOUBTS = {
    HINTS: Why(rule="doubt.hints", note="没有点名，只有别处也常说的话（如地下车位、只租不售），最多待看"),
    NOISES: Why(rule="doubt.noises", note="没有点名的响声，旁边说的是车船、工地、叫卖一类，最多待看"),
}


def judge(sheet: Sheet, scores: Scores) -> Relevance:
    """What may well speak of something else counts a step less: a look where another would be an alert."""
    card = scores.model.card
    score = scores.of("relevance")
    doubted = DOUBTS.get(doubt(sheet))
    if score >= card.alert:
        verdict = Verdict.REVIEW if doubted else Verdict.ALERT
    elif not doubted and score >= (card.review if names_something(sheet) else card.review_unnamed):
        verdict = Verdict.REVIEW
    else:
        verdict = Verdict.IRRELEVANT
    return Relevance(
        verdict=verdict,
        score=score,
        why=(
            _gate(scores.features.openers),
            *((doubted,) if doubted else ()),
            *explained("relevance", scores.grounds("relevance", limit=5, against=3)),
        ),
    )


BY_HAND = Why(rule="by_hand", note="值班人员人工登记，至少要有人看过")
OWED = Why(rule="owed", note="热线、信箱交来的工单，要答复或退回，不论说的是不是本系统的事，至少要有人看过")
NAMED = Why(rule="named", note="说到人防系统的专用词（写错、拆开写的也算），没有别的语境，至少要有人看过")


def names_the_trade(sheet: Sheet) -> bool:
    """The trade's own words, be they misspelt, and nothing that says they are used of something else, or to show the way.

    The score comes from a small corpus of our own: it may doubt such a post, it may not make it disappear.
    """
    everyday = {hit.phrase for _, hit in sheet.found("everyday")}
    named = [(where, hit) for where, hit in sheet.found("phrases") if hit.phrase not in everyday]
    named += [(where, hit) for where, hit in sheet.found("dodges") if len(hit.phrase) >= PLAIN_DODGE]
    if len(named) == 1 and len(sheet.found("address")) >= ON_THE_WAY:
        return False
    elsewhere = any(group in passage.listed for passage in sheet.passages for group in ELSEWHERE)
    return bool(named) and not only_a_place(named) and not elsewhere


def at_least_a_look(judged: Relevance, ground: Why) -> Relevance:
    """What a score alone would drop goes to a person, with the ground for it."""
    if judged.verdict is not Verdict.IRRELEVANT:
        return judged
    return replace(judged, verdict=Verdict.REVIEW, why=(ground, *judged.why))


def explained(name: str, grounds: Sequence[Ground]) -> tuple[Why, ...]:
    """The grounds of a score, as the office reads them."""
    rule = f"model.{name}"
    return tuple(
        [
            making.why(
                rule,
                _LISTS.get(sign.name, sign.name) if sign.listed else f"字样“{sign.name}”",
                round(weight, 3),
                sign.spans,
            )
            for weight, sign in grounds
            if sign.listed or _says_something(sign)
        ]
    )


def _says_something(sign: Sign) -> bool:
    """A single character of a text explains nothing to anybody."""
    return any(len(span.text) > 1 for span in sign.spans)


def _gate(hits: Sequence[tuple[Passage, Found]]) -> Why:
    groups = dict.fromkeys([hit[0] for _, hit in hits])
    return Why(
        rule="gate." + "+".join(groups),
        note="；".join([_LISTS[group] for group in groups]),
        spans=first_spans([(passage, start, end) for passage, (_, _, start, end) in hits]),
    )
