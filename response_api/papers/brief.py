"""舆情专报: a matter in depth: how it spread, what is said and asked for, how it is judged, what the rules ask for.  Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from huiying.contracts import ArchiveLine, Case, Category, CategoryReading, Disposition, Post, Tier
from response_api import times
from response_api.papers import material as about
from response_api.papers.layout import Block, Heading, OfficePaper, Rows, Text, sections
from response_api.papers.material import Material
from response_api.papers.wording import ERASED, UNKNOWN, listed, minute, paragraphs, said
from response_api.words import ATTITUDES, CATEGORIES, CHANNELS
from triage.words import TIERS

MOST_DAYS, MOST_NODES, MOST_ASKED, NODE, ASKED, FINDING = 31, 6, 5, 60, 80, 1_500
LOOKED_AT = 2_000
"""Characters of a post in which somebody asks for something."""
ALIKE = 10
"""Sentences that begin with the same so many characters are quoted once."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_ASKS = re.compile(
    "请问|希望|要求|建议|能否|能不能|是否|何时|什么时候|为什么|为何|呼吁|盼|恳请|请求|尽快|怎么办|如何"
)


def brief(material: Material) -> OfficePaper:
    return OfficePaper(
        kind="舆情专报",
        title=f"关于{about.subject(material.case)}的专报",
        unit=material.unit,
        made_at=material.now,
        number="第{}期",
        masthead=True,
        notices=about.notices(material.case),
        blocks=sections(
            ("概况", _overview(material)),
            ("传播情况", _spread(material)),
            ("内容分析", _content(material)),
            ("研判", _judgement(material)),
            ("建议", about.numbered(about.advice(material))),
        ),
    )


def _overview(material: Material) -> tuple[Block, ...]:
    case = material.case
    return (
        Text(text=about.gist(case)),
        Text(label="时间地点：", text=f"{about.when(case)}；{about.where(case)}。"),
        Text(label="涉事单位：", text=f"{about.named_units(case)}。"),
        Text(label="伤亡损失：", text=f"{about.harm(case)}。"),
        Text(label="风险判断：", text=f"{about.level(case)}；{_trend(case, material.now)}。"),
    )


# -------------------------------------------------------------------------------------------- spread


def _spread(material: Material) -> tuple[Block, ...]:
    case = material.case
    posts = _posts(material.lines)
    blocks: list[Block] = [Text(text=f"{about.spread(case, material.now)}。首发：{about.source(material)}。")]
    if not posts:
        return (*blocks, Text(text=f"逐日、分渠道的条数{UNKNOWN}：库中没有可统计的信息。"))
    first = f"只统计最近的 {len(posts)} 条" if material.cut else f"按库中 {len(posts)} 条统计"
    days = Counter(times.local(post.first_public_at).date().isoformat() for _, post in posts)
    shown = sorted(days.items())[-MOST_DAYS:]
    older = f"；逐日只列最近 {MOST_DAYS} 天" if len(days) > len(shown) else ""
    channels = Counter(post.channel for _, post in posts)
    tiers = Counter(post.tier for _, post in posts)
    return (
        *blocks,
        Heading(text="（一）逐日条数", level=2),
        Text(text=f"{first}，同一条的修改不重复计，附和闲谈不计{older}。"),
        Rows(columns=("日期", "条数"), rows=tuple((day, str(n)) for day, n in shown), shares=(1, 1)),
        Heading(text="（二）渠道与传播层级", level=2),
        _counted("渠道", [(CHANNELS[channel], n) for channel, n in channels.most_common()]),
        _counted("传播层级", [(TIERS[tier], tiers[tier]) for tier in reversed(Tier) if tiers[tier]]),
        *_nodes(material, posts),
    )


def _counted(name: str, counts: Sequence[tuple[str, int]]) -> Rows:
    whole = sum(count for _, count in counts) or 1
    rows = tuple((word, str(count), f"{round(100 * count / whole)}%") for word, count in counts)
    return Rows(columns=(name, "条数", "占比"), rows=rows, shares=(2, 1, 1))


def _posts(lines: Sequence[ArchiveLine]) -> list[tuple[ArchiveLine, Post]]:
    """Each post once, as it first came, newest first; blank ones count, idle talk does not."""
    found: dict[str, tuple[ArchiveLine, Post]] = {}
    for line in lines:
        if line.body is not None and not (line.reading is not None and line.reading.idle):
            found[line.post.id] = (line, line.body)
    return list(found.values())


def _nodes(material: Material, posts: Sequence[tuple[ArchiveLine, Post]]) -> tuple[Block, ...]:
    """Where it turned: its first post, what brought something new, who of reach took it up, in the order of time."""
    legible = [(line, post) for line, post in posts if line.legible is not None]
    if not legible:
        return ()
    legible.sort(key=lambda pair: pair[1].first_public_at)
    reach = {tier: number for number, tier in enumerate(Tier)}
    keyed = [legible[0]]
    keyed += [pair for pair in legible[1:] if pair[0].brings]
    far = max(legible, key=lambda pair: reach[pair[1].tier])
    if reach[far[1].tier] > reach[keyed[0][1].tier]:
        keyed.append(far)
    once = {line.post.id: (line, post) for line, post in keyed[:MOST_NODES]}
    rows = tuple(
        (
            times.full(post.first_public_at)[:16],
            f"{CHANNELS[post.channel]}“{said(post.source_name, about.UNIT)}”（{TIERS[post.tier]}）",
            _node(line, post, first=number == 0 and not material.cut),
        )
        for number, (line, post) in enumerate(sorted(once.values(), key=lambda pair: pair[1].first_public_at))
    )
    return (
        Heading(text="（三）关键节点", level=2),
        Rows(columns=("时间", "来源", "内容"), rows=rows, shares=(38, 44, 74)),
    )


def _node(line: ArchiveLine, post: Post, *, first: bool) -> str:
    told = "首发：" if first else ""
    told += f"带来{said('、'.join(line.brings), NODE)}。" if line.brings else ""
    return told + said(post.title or post.text, NODE)


# ------------------------------------------------------------------------------------------- content


def _content(material: Material) -> tuple[Block, ...]:
    case = material.case
    counts = [(name, case.tallies.by_attitude.get(attitude.value, 0)) for attitude, name in ATTITUDES.items()]
    blocks: list[Block] = [Heading(text="（一）态度", level=2)]
    blocks.append(
        _counted("态度", counts) if any(count for _, count in counts) else Text(text=f"态度{UNKNOWN}。")
    )
    blocks.append(Heading(text="（二）诉求", level=2))
    blocks.append(Text(text=_wanted(material.lines)))
    asked = list({one[:ALIKE]: one for one in _asked(material.lines)}.values())[:MOST_ASKED]
    if asked:
        blocks.append(Text(text="原话摘录：" + "".join(f"“{one}”" for one in asked)))
    blocks.append(Heading(text="（三）待核实的说法", level=2))
    unverified = about.hearsay(material)
    blocks += about.numbered(unverified) or (Text(text="文中没有标为转述的说法。"),)
    if others := about.others(case):
        blocks.append(Text(label="另外提到：", text=f"{others}。"))
    return tuple(blocks)


def _wanted(lines: Sequence[ArchiveLine]) -> str:
    """What kind of thing is asked for, as the machine reads each post."""
    kinds = Counter(
        _best(line.reading.categories)
        for line, _ in _posts(lines)
        if line.reading is not None and line.reading.categories
    )
    if not kinds:
        return f"诉求类别{UNKNOWN}。"
    return (
        "系统逐条初判："
        + "、".join(f"{CATEGORIES[kind]}{count}条" for kind, count in kinds.most_common())
        + "。"
    )


def _best(categories: Sequence[CategoryReading]) -> Category:
    return categories[0].category


def _asked(lines: Sequence[ArchiveLine]) -> Iterator[str]:
    """Sentences that ask for something, of each original post the first."""
    for line in lines:
        post = line.legible
        if post is None or line.disposition is not Disposition.ATTACHED:
            continue
        cut = len(post.text) > LOOKED_AT
        for sentence in _SENTENCE.findall(post.text[:LOOKED_AT]):
            whole = len(sentence) if cut else 0
            if _ASKS.search(sentence) and (one := said(sentence, ASKED, whole=whole)):
                yield one
                break


# ----------------------------------------------------------------------------------------- judgement


def _judgement(material: Material) -> tuple[Block, ...]:
    case = material.case
    blocks: list[Block] = [Text(label="趋势：", text=f"{_trend(case, material.now)}。")]
    points = tuple(
        (f"{one.signal} {one.name}", said(one.value, NODE) or UNKNOWN, _points(one.low, one.high))
        for one in case.severity.points
    )
    if points:
        total = ("合计", case.severity.level.value, _points(case.severity.low, case.severity.high))
        blocks.append(Rows(columns=("定级指标", "所见", "得分"), rows=(*points, total), shares=(40, 90, 26)))
    blocks += [
        Text(text=f"下限 {floor.rule}：{floor.name}，不低于{floor.level.value}。")
        for floor in case.severity.floors
    ]
    if case.severity.capped:
        blocks.append(Text(text=f"封顶：{case.severity.capped}。"))
    if (one := case.assessment) is not None:
        source = f"依据：{said(one.source, NODE * 2)}。" if one.source else ""
        finding = _typed(material, one.finding)
        blocks.append(
            Text(
                label="研判意见：",
                text=f"{about.category(case)}，{one.duty}（{minute(one.at)}）。{source}{finding}",
            )
        )
    else:
        blocks.append(Text(label="研判意见：", text=f"{about.category(case)}。"))
    for met in case.consultations:
        who = said(listed(met.participants), NODE * 2)
        text = f"{minute(met.at)}，参加单位：{who}。{_typed(material, met.conclusion)}"
        blocks.append(Text(label="会商结论：", text=text))
    return tuple(blocks)


def _typed(material: Material, digest: str) -> str:
    text = material.read(digest)
    return ERASED if text is None else paragraphs(text, FINDING)


def _points(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}（未知）"


def _trend(case: Case, now: datetime) -> str:
    """The last day beside the one before, by the hours that the case keeps."""
    day = timedelta(hours=24)
    last, before = _volume(case, now - day, now), _volume(case, now - 2 * day, now - day)
    way = "上升" if last > before else "回落" if last < before else "持平"
    return f"近24小时{last}条，此前24小时{before}条，{way}"


def _volume(case: Case, since: datetime, until: datetime) -> int:
    hours = (
        (datetime.fromisoformat(f"{hour}:00:00+00:00"), count) for hour, count in case.tallies.by_hour.items()
    )
    return sum(count for hour, count in hours if since < hour <= until)
