"""An office in the middle of a working day: cases of every level, clocks that run, are due and are over, and what people said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from crawlers import sources as catalogue
from huiying import identity, retention, tomlfile
from huiying.contracts import (
    ArchiveLine,
    Attitude,
    Authority,
    Case,
    CaseEvent,
    CaseState,
    Certainty,
    Channel,
    ClockKind,
    ClockState,
    Disposition,
    Engagement,
    EventKind,
    Evidence,
    Field,
    Floor,
    Level,
    Occurrence,
    OutsideBody,
    Place,
    Points,
    Post,
    Relevance,
    ResponseClock,
    Rung,
    Severity,
    Span,
    Tallies,
    Tier,
    Verdict,
    Why,
)
from huiying.ports import Engine
from huiying.topics import CASE_EVENTS
from response_api.disclosure import Disclosure
from tests import factories
from triage import policy, protection


@dataclass(frozen=True)
class Matter:
    """One story of the day, in short."""

    title: str
    text: str
    level: Level
    state: CaseState
    topic: str
    city: str
    county: str
    lead: str
    posts: int
    age: float
    """Hours since it was detected."""
    clocks: tuple[tuple[str, float], ...] = ()
    """Name and hours; all from detection."""


F, W = CaseState.FLAGGED, CaseState.WATCHING

MATTERS = (
    Matter("全城防空警报突然鸣响，市民不知原因", "今天早上全城的防空警报突然响了一分多钟，老人孩子都被吓到，没有人提前通知，到底是演习还是真的？", Level.EXTREME, F, "T05", "洛阳市", "涧西区", "luoyang", 214, 4.6, (("签收", 2), ("首次发布权威信息", 5), ("新闻发布会", 24), ("回应", 24))),
    Matter("地下人防车库暴雨后被淹，数十辆车泡水", "昨晚暴雨，小区地下人防车库积水一米多，几十辆车被淹，物业说排水泵早就坏了，业主商量一起去讨说法。", Level.MAJOR, F, "T06", "郑州市", "金水区", "zhengzhou", 63, 4.7, (("首次发布权威信息", 5), ("上报", 1), ("回应", 24))),
    Matter("人防车位只售不租，业主联名要求公开产权", "小区地下人防车位开发商只售不租，一个要十二万，几十户业主联名要求公开产权归属和收费依据。", Level.LARGER, F, "T01", "郑州市", "中原区", "zhengzhou", 28, 20.5, (("回应", 24), ("签收", 2))),
    Matter("物业拆除人防门改作仓库出租", "地下室的人防门被物业拆了，改成仓库出租给快递公司，投诉多次没有答复。", Level.LARGER, F, "T07", "新乡市", "红旗区", "xinxiang", 12, 7.2, (("回应", 24), ("签收", 8))),
    Matter("网传“某地将进行实弹防空演习”不实", "群里都在转说下周要搞实弹防空演习，要大家囤粮，真的假的？", Level.LARGER, F, "T15", "许昌市", "魏都区", "xuchang", 41, 2.1, (("签收", 2.5), ("回应", 24))),
    Matter("易地建设费减免政策落实不到位", "企业反映标准化厂房按文件应当减免人防易地建设费，窗口仍要求先缴后退。", Level.GENERAL, F, "T02", "开封市", "龙亭区", "kaifeng", 3, 11.0, (("回应", 24),)),
    Matter("防空洞纳凉点今年为何没有开放", "往年夏天防空洞都开放纳凉，今年到现在还锁着门，打电话没人接。", Level.GENERAL, F, "T10", "平顶山市", "新华区", "pingdingshan", 6, 15.4, (("回应", 24),)),
    Matter("人防办窗口办事多次跑空", "结建审批材料跑了三趟，每次要的东西都不一样，窗口说系统没通。", Level.GENERAL, F, "T14", "南阳市", "卧龙区", "nanyang", 4, 22.4, (("回应", 24), ("签收", 2))),
    Matter("新建小区未按规定修建防空地下室", "交房才发现没有防空地下室，开发商说交了费就不用建，想知道是否合规。", Level.GENERAL, F, "T03", "商丘市", "梁园区", "shangqiu", 5, 3.0, (("回应", 24), ("签收", 4))),
    Matter("地下人防工程渗漏发霉，商户要求维修", "地下商业街是人防工程，顶板一直渗水，电箱都在滴水，商户担心出事。", Level.GENERAL, W, "T06", "安阳市", "文峰区", "anyang", 3, 1.2),
    Matter("学校周边试鸣未见提前公告", "听说周五要试鸣警报，学校没收到通知，孩子会不会害怕？", Level.GENERAL, W, "T04", "焦作市", "解放区", "jiaozuo", 2, 0.6),
    Matter("人防车位租金一年涨三次", "去年每月二百，今年涨到三百八，人防车位涨价有没有备案？", Level.GENERAL, W, "T01", "郑州市", "二七区", "zhengzhou", 4, 5.5),
    Matter("疏散演练占用操场无人说明", "社区疏散演练把操场占了一下午，没有提前说。", Level.GENERAL, W, "T13", "漯河市", "源汇区", "luohe", 1, 9.0),
    Matter("地下通道人防设备间长期上锁", "地下通道的设备间锁着，里面一直有水声，没人管。", Level.GENERAL, W, "T07", "信阳市", "浉河区", "xinyang", 2, 27.0),
)  # fmt: skip

RUNGS = (
    Rung(name="预警", fraction=0.0, to=("unit", "duty"), reason="新事件，请办理"),
    Rung(name="75%", fraction=0.75, to=("unit", "duty"), reason="时限已过四分之三"),
    Rung(name="到期", fraction=1.0, to=("unit", "division_head"), reason="到期未办"),
    Rung(name="逾期30分钟", after_minutes=30, to=("deputy",), reason="逾期半小时仍未办"),
    Rung(name="逾期2小时", after_minutes=120, to=("deputy", "head"), reason="逾期两小时仍未办"),
)

DUTIES = {
    "签收": (ClockKind.ACKNOWLEDGE, "责任单位签收转办单", "办内规定", Authority.HOUSE),
    "上报": (ClockKind.REPORT_UP, "向主管领导和上级报告", "办内规定", Authority.HOUSE),
    "首次发布权威信息": (
        ClockKind.STATEMENT,
        "发布已知事实、已采取的措施和下次发布时间",
        "国办发〔2016〕80号",
        Authority.HOUSE,
    ),
    "新闻发布会": (
        ClockKind.PRESS_CONFERENCE,
        "举行新闻发布会",
        "豫人防综〔2017〕7号 二（三）",
        Authority.HOUSE,
    ),
    "回应": (
        ClockKind.RESPONSE,
        "对反映的问题作出回应",
        "豫人防综〔2017〕7号 台账“热点回应”",
        Authority.STATUTORY,
    ),
}

SOURCES = (
    ("省办信箱", Channel.MAILBOX, Tier.GOVERNMENT),
    ("12345 热线转办", Channel.HOTLINE, Tier.GOVERNMENT),
    ("大河社区论坛", Channel.FORUM, Tier.ORDINARY),
    ("中原晚报网", Channel.NEWS, Tier.CITY),
    ("市民短视频汇集", Channel.VIDEO, Tier.INFLUENCER),
    ("本地生活公众号", Channel.SOCIAL, Tier.INFLUENCER),
)


@dataclass(frozen=True, kw_only=True)
class Source:
    id: str
    name: str
    ok: bool
    note: str
    last_at: datetime | None
    posts: int
    state: str = "ok"
    last_ok_at: datetime | None = None


def sources(now: datetime) -> Sequence[Source]:
    names = [name for name, _, _ in SOURCES]
    names += ["河南政务公开网", "洛阳市民之窗", "平原论坛", "豫见问答", "省政府留言板", "县区信箱汇总"]
    made = [
        Source(
            id=f"s{i}", name=name, ok=True, note="正常", last_at=now - timedelta(minutes=i), posts=i * 7 % 23
        )
        for i, name in enumerate(names)
    ]
    made[7] = replace(made[7], ok=False, note="连续 3 次没有读到：网站拒绝抓取（robots）", posts=0)
    made[9] = replace(made[9], ok=False, note="已有 47 分钟没有采集，请检查采集进程", posts=0)
    return made


@cache
def names() -> policy.Policy:
    return policy.load(tomlfile.DEFAULTS)


def disclosure() -> Disclosure:
    return Disclosure(
        catalogue=lambda: catalogue.load(tomlfile.DEFAULTS / "sources.example.toml"),
        terms=retention.load(tomlfile.DEFAULTS),
        protection=protection.load(tomlfile.DEFAULTS),
    )


def seed(engine: Engine, now: datetime) -> tuple[Case, ...]:
    """Fill an empty engine; returns the cases, gravest first."""
    dice = Random(20261123)
    cases = [_case(matter, now) for matter in MATTERS]
    lines = [
        line for case, matter in zip(cases, MATTERS, strict=True) for line in _lines(case, matter, now, dice)
    ]
    lines += _dropped(now, dice)
    cases.sort(key=lambda case: (list(Level).index(case.severity.level), case.tallies.posts), reverse=True)
    engine.archive.put(lines)
    engine.cases.save(cases)
    events = sorted((event for case in cases for event in case.events), key=lambda event: event.at)
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in events])
    return tuple(cases)


def an_event(
    case: Case, sequence: int, at: datetime, what: str, kind: EventKind = EventKind.GREW
) -> CaseEvent:
    return CaseEvent(
        case_id=case.id,
        sequence=sequence,
        kind=kind,
        at=at,
        who="system:triage",
        what=what,
        level=case.severity.level,
        title=case.title,
    )


def _opening(matter: Matter, at: datetime) -> Post:
    return factories.a_post(
        native_id=matter.title,
        title=matter.title,
        text=matter.text + "\n希望有关部门尽快说明情况。",
        published_at=at - timedelta(minutes=14),
        collected_at=at - timedelta(minutes=2),
    )


def _whys(post: Post, case_words: Sequence[str]) -> tuple[Why, ...]:
    found = [word for word in case_words if word in post.text]
    spans = tuple(
        Span(field=Field.TEXT, start=post.text.index(word), end=post.text.index(word) + len(word), text=word)
        for word in found
    )
    return (
        Why(rule="gate", note="写明人防事项", weight=2.4, spans=spans[:2]),
        Why(rule="model", note="向有关部门提出诉求", weight=1.1, spans=spans[2:]),
        Why(rule="model", note="像商业广告的成分很少", weight=-0.2),
    )


WORDS = ("防空警报", "人防车库", "人防车位", "人防门", "防空地下室", "防空演习", "易地建设费", "防空洞", "人防工程", "试鸣", "积水", "被淹", "联名", "投诉", "没有答复")  # fmt: skip


def _case(matter: Matter, now: datetime) -> Case:
    at = now - timedelta(hours=matter.age)
    post = _opening(matter, at)
    whys = _whys(post, WORDS)
    case = factories.a_case(
        opened_by=post.key,
        detected_at=at,
        flagged_at=at if matter.state is F else None,
        graded_at=at,
        last_post_at=now - timedelta(minutes=4),
        state=matter.state,
        title=matter.title,
        lead=matter.text,
        topic=matter.topic,
        place=Place(province="河南省", city=matter.city, county=matter.county, certainty=Certainty.STATED),
        occurred=Occurrence(at=at - timedelta(minutes=40), source="text", certainty=Certainty.INFERRED),
        severity=_severity(matter, post),
        route=factories.a_route(
            lead=matter.lead,
            assist=("henan.zhihuitongxin", "henan.xinxibaozhang"),
            bodies=(
                OutsideBody(
                    body="市委网信办",
                    ground="网络信息内容的管理",
                    article="《网络信息内容生态治理规定》第三条",
                ),
            ),
            article="豫人防综〔2017〕7号 二（三）：各涉事处室（单位）负责回应",
            why=f"文中写明{matter.city}{matter.county}，由属地牵头，省办关注",
        ),
        tallies=_tallies(matter, now),
        units=("物业公司",),
        evidence=(
            Evidence(
                post=post.key,
                source_name=post.source_name,
                channel=post.channel,
                tier=post.tier,
                url=post.url,
                title=post.title,
                excerpt=post.text[:40],
                published_at=post.published_at,
                why=whys,
            ),
        ),
        policy=names().ref,
    )
    clocks = tuple(_clock(name, hours, at, now) for name, hours in matter.clocks)
    return replace(case, clocks=clocks, events=_events(case, clocks, now))


def _severity(matter: Matter, post: Post) -> Severity:
    low = {Level.EXTREME: 68, Level.MAJOR: 47, Level.LARGER: 29, Level.GENERAL: 8}[matter.level]
    rows = (
        ("X1", "人身伤害", 0, 0, "没有提到伤亡"),
        ("X2", "议题敏感度", 9, 9, "工程安全、积水被淹、擅自拆改"),
        ("X3", "传播量", 6, 6, f"24 小时内 {matter.posts} 条，含转载"),
        ("X4", "增速", 3, 3, "最近一小时是此前平均的 2.4 倍"),
        ("X5", "跨平台数", 5, 5, "论坛、短视频、热线、信箱"),
        ("X6", "媒体级别", 6, 6, "市级媒体"),
        ("X7", "负面占比", 0, 8, "样本不足 20 条"),
        ("X8", "线下行动", 0, 0, "未提到"),
        ("X9", "涉事主体", 2, 2, "写明单位"),
        ("X10", "历史与次生", 0, 5, "没有查到同一事项的旧账"),
    )
    points = tuple(
        Points(
            signal=signal, name=name, low=least, high=most, value=value, evidence=(post.id,) if least else ()
        )
        for signal, name, least, most, value in rows
    )
    floors = (Floor(rule="F5", name="全市性警报误鸣", level=Level.LARGER, evidence=(post.id,)),)
    return Severity(
        level=matter.level,
        possible=Level.EXTREME if matter.level is Level.MAJOR else matter.level,
        low=low,
        high=low + 13,
        points=points,
        floors=floors if matter.topic == "T05" else (),
        policy="severity-1",
    )


def _tallies(matter: Matter, now: datetime) -> Tallies:
    dice = Random(matter.title)
    hours = [dice.randint(0, 6) + (12 - back if back < 6 else 0) for back in range(12)]
    whole = sum(hours)
    return Tallies(
        posts=matter.posts,
        originals=max(1, matter.posts // 3),
        by_source={name: max(1, matter.posts * (6 - i) // 21) for i, (name, _, _) in enumerate(SOURCES)},
        by_attitude={"negative": matter.posts * 7 // 10, "neutral": matter.posts * 3 // 10},
        by_hour={
            (now - timedelta(hours=back)).strftime("%Y-%m-%dT%H"): round(matter.posts * count / whole)
            for back, count in enumerate(hours)
        },
        engagement=Engagement(views=12840, comments=236),
    )


def _clock(name: str, hours: float, at: datetime, now: datetime) -> ResponseClock:
    kind, duty, citation, authority = DUTIES[name]
    due = at + timedelta(hours=hours)
    done = name == "签收" and hours <= 2 and due < now
    fired = tuple(
        rung.name
        for rung in RUNGS
        if (
            at + (due - at) * rung.fraction
            if rung.fraction is not None
            else due + timedelta(minutes=rung.after_minutes or 0)
        )
        <= now
    )
    return ResponseClock(
        rule=factories.a_rule(
            kind=kind,
            name=name,
            duty=duty,
            citation=citation,
            authority=authority,
            hours=hours,
            ceiling_hours=48 if name == "回应" else None,
            rungs=RUNGS,
        ),
        started_at=at,
        start_source="发现时间（系统告警）",
        due_at=due,
        working=(f"自发现时间起，按自然小时计 {hours:g} 小时", "夜间、节假日不扣除"),
        state=ClockState.MET if done else ClockState.RUNNING,
        met_at=at + timedelta(minutes=26) if done else None,
        met_by="值班长签收" if done else "",
        fired=fired,
        broken_at=due if due < now and not done else None,
    )


def _events(case: Case, clocks: Sequence[ResponseClock], now: datetime) -> tuple[CaseEvent, ...]:
    at = case.detected_at
    told = [
        (at, EventKind.OPENED, "由网上信箱一条来信建档"),
        (at, EventKind.ROUTED, f"按属地交{names().unit_name(case.route.lead)}牵头"),
    ]
    if case.state is F:
        told.append(
            (at + timedelta(seconds=1), EventKind.FLAGGED, f"达到告警标准，定为{case.severity.level.value}")
        )
    for clock in clocks:
        told.append(
            (
                clock.started_at,
                EventKind.CLOCK_STARTED,
                f"“{clock.rule.name}”开始计时，{clock.rule.hours:g} 小时",
            )
        )
        told.append(
            (
                clock.started_at + timedelta(seconds=4),
                EventKind.NOTICE_SENT,
                f"“{clock.rule.name}”预警已送达责任单位",
            )
        )
        if clock.broken_at:
            told.append((clock.broken_at, EventKind.CLOCK_BROKEN, f"“{clock.rule.name}”超时，已报分管领导"))
    told.append((now - timedelta(minutes=len(case.title)), EventKind.GREW, "新增 3 条信息，来自 2 个来源"))
    told.sort(key=lambda entry: entry[0])
    return tuple(
        an_event(case, number, moment, what, kind)
        for number, (moment, kind, what) in enumerate(told, start=1)
    )


def _lines(case: Case, matter: Matter, now: datetime, dice: Random) -> list[ArchiveLine]:
    opening = _opening(matter, case.detected_at)
    made = [_line(opening, case, Disposition.ATTACHED, now)]
    for number in range(1, min(matter.posts, 40)):
        name, channel, tier = SOURCES[number % len(SOURCES)]
        repeated = number % 3 != 0
        said = (
            matter.text
            if repeated
            else f"{matter.county}这边也是：{matter.text[:22]}……请问第 {number} 天了还没有说法吗？"
        )
        moment = now - timedelta(minutes=dice.triangular(1, max(3.0, matter.age * 60), 30))
        post = factories.a_post(
            native_id=f"{matter.title}-{number}",
            source=f"s{number % len(SOURCES)}",
            source_name=name,
            channel=channel,
            tier=tier,
            title=matter.title if repeated else "",
            text=said,
            published_at=moment,
            collected_at=min(now, moment + timedelta(minutes=2)),
        )
        made.append(_line(post, case, Disposition.DUPLICATE if repeated else Disposition.ATTACHED, now))
    return made


def _line(post: Post, case: Case, disposition: Disposition, now: datetime) -> ArchiveLine:
    attitude = list(Attitude)[int(identity.digest(post.id)[0] in "abcdefghij") if post.title else 0]
    reading = factories.a_reading(
        post=post,
        attitude=attitude,
        relevance=Relevance(verdict=Verdict.ALERT, score=0.94, why=_whys(post, WORDS)),
    )
    return factories.a_line(
        reading=reading,
        disposition=disposition,
        case_id=case.id,
        at=min(now, post.collected_at + timedelta(seconds=3)),
    )


def _dropped(now: datetime, dice: Random) -> list[ArchiveLine]:
    made = []
    for number in range(240):
        moment = now - timedelta(minutes=dice.uniform(1, 60 * 9))
        post = factories.a_post(
            native_id=f"dropped-{number}", title="", text=f"今日天气与路况播报 {number}", published_at=moment
        )
        made.append(factories.a_line(body=post, disposition=Disposition.IRRELEVANT, at=moment))
    return made


def seed_case(now: datetime = factories.NOW) -> Case:
    """The first matter of the day, saved nowhere."""
    return _case(MATTERS[0], now)


def matter_named(words: str, now: datetime = factories.NOW) -> Case:
    """The matter of the day whose title has these words, saved nowhere."""
    return _case(next(matter for matter in MATTERS if words in matter.title), now)


def opening_of(case: Case) -> Post:
    """The post that opened one of the day's cases."""
    return _opening(next(matter for matter in MATTERS if matter.title == case.title), case.detected_at)
