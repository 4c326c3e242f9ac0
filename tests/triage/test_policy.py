"""The shipped policy holds together, and a slip in an office's own copy is named in Chinese, by file and line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from huiying import tomlfile
from huiying.contracts import Authority, ClockKind, Level, Tier
from huiying.errors import Misconfigured
from tests.triage.texts import policy, rules
from triage.policy import load, silent_bodies


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_reference_names_pack_version_and_content(copy: Path) -> None:
    before = load(copy).ref
    assert before.startswith("henan-2017 ")
    spoil(copy / "routes.toml", "属地管理：", "属地负责：")
    assert load(copy).ref != before


def test_the_hours_are_those_of_the_rules() -> None:
    hours = {(rule.kind, level): rule.hours for rule in rules() for level in rule.levels}
    assert hours[ClockKind.STATEMENT, Level.MAJOR] == 5
    assert hours[ClockKind.PRESS_CONFERENCE, Level.MAJOR] == 24
    assert {hours[ClockKind.RESPONSE, level] for level in Level} == {24}
    assert [hours.get((ClockKind.REPORT_UP, level)) for level in Level] == [None, 2, 1, 0.25]
    assert (ClockKind.STATEMENT, Level.LARGER) not in hours


@pytest.mark.parametrize("hours", ["-5", "0", "inf", "nan", "9000", '"五小时"', "[5]", "{ a = 5 }"])
def test_hours_that_no_clock_can_run_are_told_in_one_short_line(copy: Path, hours: str) -> None:
    spoil(copy / "henan-2017.toml", "hours = 5", f"hours = {hours}")
    with pytest.raises(Misconfigured) as refused:
        load(copy)
    told = str(refused.value).removeprefix(str(copy))
    assert ".hours：" in told and len(told) < 100
    assert "should" not in told


def test_an_older_copy_that_says_nothing_of_places_outside_still_holds(copy: Path) -> None:
    text = (copy / "routes.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("outside")]
    (copy / "routes.toml").write_text("\n".join(kept), "utf-8")
    assert "本省以外" in load(copy).routes.locality.outside


def test_what_hangs_on_our_own_level_is_never_called_statutory() -> None:
    by_kind = {rule.kind: rule for rule in rules()}
    assert by_kind[ClockKind.STATEMENT].authority is Authority.HOUSE
    assert by_kind[ClockKind.PRESS_CONFERENCE].authority is Authority.HOUSE
    assert by_kind[ClockKind.RESPONSE].authority is Authority.STATUTORY
    assert by_kind[ClockKind.RESPONSE].ceiling_hours == 48


def test_every_unit_that_the_seed_addresses_is_there() -> None:
    kinds = [unit.kind for unit in policy().units]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "province": 1, "division": 9, "city": 18, "county": 10, "special": 3,
    }  # fmt: skip
    assert policy().unit_name("henan.zhengcefagui") == "省人防办政策法规处"
    assert policy().unit_name("gone") == "gone"


def period(pack: str, unit: str, start: str, until: str = "") -> str:
    end = f"until = {until}\n" if until else ""
    return f'\n[[period]]\npack = "{pack}"\nunit = "{unit}"\nfrom = {start}\n{end}'


def in_force(copy: Path, *periods: str) -> None:
    head = 'version = 1\ncitations = ["本办通知"]\n'
    (copy / "in_force.toml").write_text(head + "".join(periods), "utf-8")


def test_a_unit_has_its_own_clocks_from_its_own_day_and_else_those_above(copy: Path) -> None:
    in_force(
        copy,
        period("henan-2017", "henan", "2017-03-01", "2026-06-01"),
        period("national-2016", "henan", "2026-06-01"),
        period("strict", "zhengzhou", "2026-01-01", "2026-03-01"),
    )
    office = load(copy)
    held = {
        (unit, day): office.pack_for(unit, date.fromisoformat(day)).name
        for unit in ("henan", "zhengzhou", "henan.renshi")
        for day in ("2010-01-01", "2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01")
    }
    assert held["zhengzhou", "2026-02-28"] == "strict"
    assert held["zhengzhou", "2026-03-01"] == held["henan.renshi", "2026-05-31"] == "henan-2017"
    assert held["zhengzhou", "2026-06-01"] == held["henan", "2026-06-01"] == "national-2016"
    assert held["henan", "2010-01-01"] == "henan-2017"


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        (
            [period("henan-2017", "henan", "2017-03-01"), period("strict", "henan", "2026-01-01")],
            "henan 从 2026-01-01 起有两套时限规则（henan-2017、strict）。请给前一段写 until = 2026-01-01",
        ),
        (
            [
                period("henan-2017", "henan", "2017-03-01", "2025-12-01"),
                period("strict", "henan", "2026-01-01"),
            ],
            "henan 从 2025-12-01 到 2026-01-01 没有时限规则",
        ),
        ([period("henan-2017", "henan", "2017-03-01", "2027-01-01")], "没有 until"),
        ([period("henan-2017", "nobody", "2017-03-01")], "单位 nobody 不在 units.toml"),
        (
            [period("henan-2018", "henan", "2017-03-01")],
            "in_force.toml 第 5 行：没有时限规则 henan-2018（henan-2018.toml）。现有：henan-2017、",
        ),
        ([period("henan-2017", "henan", "2017-03-01", "2017-03-01")], "要晚于 from"),
        ([period("henan-2017", "henan", '"三月"')], "第"),
    ],
)
def test_periods_that_leave_a_gap_or_overlap_are_named(copy: Path, periods: list[str], said: str) -> None:
    in_force(copy, *periods)
    with pytest.raises(Misconfigured) as refused:
        load(copy)
    assert said in str(refused.value)


def test_a_ladder_takes_over_the_rungs_of_another_and_replaces_those_of_the_same_name(copy: Path) -> None:
    spoil(
        copy / "henan-2017.toml",
        '[[ladder]]\nname = "后续"\n',
        '[[ladder]]\nname = "后续"\nbased_on = "回应"\n',
    )
    rules = load(copy).packs["henan-2017"].rules
    rungs = next(rule.rungs for rule in rules if rule.kind is ClockKind.FOLLOW_UP)
    assert [rung.name for rung in rungs] == [
        "75%", "90%", "到期", "逾期30分钟", "逾期4小时", "逾期1天", "逾期5天",
    ]  # fmt: skip
    assert next(rung for rung in rungs if rung.name == "到期").to == ("unit", "division_head")


def test_ladders_that_lean_on_each_other_are_a_circle(copy: Path) -> None:
    for name, other in (("回应", "后续"), ("后续", "回应")):
        spoil(
            copy / "henan-2017.toml",
            f'[[ladder]]\nname = "{name}"\n',
            f'[[ladder]]\nname = "{name}"\nbased_on = "{other}"\n',
        )
    with pytest.raises(Misconfigured) as refused:
        load(copy)
    assert "成了一个圈：回应 → 后续 → 回应" in str(refused.value) and "henan-2017.toml 第" in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("routes.toml", 'lead = "henan.renshi"', 'lead = "henan.nobody"', "henan.nobody 不在 units.toml"),
        ("routes.toml", 'topics = ["T16"]', 'topics = ["T99"]', "T99 不在 topics.toml"),
        (
            "routes.toml",
            'assist = ["henan.zhihuitongxin"]\narticle',
            'assist = ["nobody"]\narticle',
            "nobody 不在 units.toml",
        ),
        ("routes.toml", 'from = "重大"', 'from = "很重"', "不认识 '很重'，可以写：'一般'"),
        ("routes.toml", 'rule = "特别重大"', 'rule = "重大联动"', "[[level]] 的 rule 重大联动 写了两次"),
        ("routes.toml", 'body = "网信部门"', 'body = "公安机关"', "inform 里的 body 写了两次：公安机关"),
        ("henan-2017.toml", "hours = 24", 'hours = "一天"', "应写数字"),
        ("henan-2017.toml", "hours = 24", "hour = 24", "不认识这一项"),
        ("henan-2017.toml", "hours = 24", "hours = 24\nworking_days = 3", "要写一个，也只写一个"),
        ("henan-2017.toml", "working_days = 20", "working_days = 0", "不能小于 1"),
        (
            "henan-2017.toml",
            "hours = 24\nceiling_hours = 48",
            "hours = 72\nceiling_hours = 48",
            "hours（72）超过了 ceiling_hours（国家上限 48 小时）",
        ),
        (
            "henan-2017.toml",
            'levels = ["重大", "特别重大"]\nladder = "重大回应"',
            'levels = ["一般", "重大", "特别重大"]\nladder = "重大回应"',
            "“一般”的“回应”（response）写了两次（第 7 个和第 8 个 [[clock]]）",
        ),
        (
            "henan-2017.toml",
            "hours = 5\nemergency = true",
            'hours = 5\nemergency = true\nlevels = ["重大"]',
            "要写一个，也只写一个",
        ),
        ("henan-2017.toml", 'levels = ["较大"]', 'levels = ["重大"]', "写了两次"),
        ("henan-2017.toml", '"clock.pause" = "never"', '"clock.pause" = "night"', "不认识 'night'"),
        ("henan-2017.toml", '"clock.calendar" = "natural"', '"clock.calendars" = "natural"', "缺少这一项"),
        ("henan-2017.toml", 'name = "henan-2017"', 'name = "henan"', "写成 henan-2017"),
        ("units.toml", 'id = "zhengzhou"\n', 'id = "zhengzhou"\nparent = "zhengzhou"\n', "第"),
        ("henan-2017.toml", 'ladder = "回应"', 'ladder = "没有"', "没有名叫“没有”的阶梯"),
        ("notices.toml", 'channel = "console"', 'channel = "webhook"', "缺少值班台"),
        ("severity.toml", '"较大" = 25', '"较大" = 50', "由低到高"),
        ("severity.toml", "central = 12", "province_paper = 12", "不认识"),
        ("severity.toml", "central = 12\n", "", "reach 缺少 central"),
        ("severity.toml", "least = 2\npoints", "least = 4\npoints", "tiers 只写了 3 级，凑不满 least = 4"),
        ("severity.toml", '"hot_search", "overseas"]', '"hot_serach", "overseas"]', "不认识 'hot_serach'"),
        ("units.toml", 'id = "kaifeng"', 'id = "zhengzhou"', "写了两次"),
        ("handling.toml", 'category = "untrue"', 'category = "mistaken"', "缺少 untrue"),
        ("handling.toml", 'category = "untrue"', 'category = "petition"', "petition 不是六类之一"),
        ("handling.toml", 'category = "untrue"', 'category = "谣言"', "不认识 '谣言'，可以写："),
        ("handling.toml", '"较大" = "deputy"', '"严重" = "deputy"', "不认识 '严重'，可以写：'一般'"),
        ("handling.toml", '"较大" = "deputy"\n', "", "[sign] 缺少 较大"),
        ("handling.toml", '"较大" = "deputy"', '"较大" = "处长"', "不认识 '处长'，可以写：'staff'"),
        ("handling.toml", '"较大" = "deputy"', '"较大" = "staff"', "职级不能比“一般”低"),
        ("handling.toml", '"较大" = "deputy"', "“较大” = “deputy”", '用了全角符号 “，请改成英文的 "'),
        ("handling.toml", 'from = "重大"', 'from = "很重"', "不认识 '很重'，可以写：'一般'"),
        ("handling.toml", 'publicity = "on_request"', 'publicity = "open"', "不认识 'open'，可以写："),
        ("handling.toml", 'key = "privacy"', 'key = "secret"', "[[ground]] 的 key 写了两次：secret"),
        ("handling.toml", 'key = "privacy"', 'key = "隐私"', "写法不对"),
        ("handling.toml", 'name = "实际困难"', 'name = "重大问题"', "[[class]] 的 name 写了两次：重大问题"),
        ("handling.toml", 'duty = "公布调查处理结果"', 'duty = ""', "不能是空的"),
        ("handling.toml", "facts_least = 20", "facts_least = 0", "不能小于 1"),
        ("handling.toml", "facts_least = 20", "facts_least = 9000", "facts_least 不能超过 part_most"),
        ("handling.toml", "whole_most = 20000", "whole_most = 4000", "whole_most 不能小于 part_most"),
        ("handling.toml", "share = 0.5", "share = 0", "要大于 0"),
        ("handling.toml", '"已关注", ', '"", ', "stock 里有空的一项"),
        ("handling.toml", "stock = [", 'stock = "已关注"\nmore = [', "应写成一列"),
        ("handling.toml", "watch_days", "watch_day", "不认识这一项"),
    ],
)
def test_a_slip_is_named_by_file_and_remedy(copy: Path, file: str, old: str, new: str, said: str) -> None:
    spoil(copy / file, old, new)
    with pytest.raises(Misconfigured) as caught:
        load(copy)
    assert said in str(caught.value)
    assert file in str(caught.value)


def test_an_office_that_writes_its_own_units_is_told_at_once_where_the_old_ones_stand(copy: Path) -> None:
    (copy / "units.toml").write_text(
        'version = 1\ncitations = ["三定方案"]\n[[unit]]\nid = "qu"\nname = "某区人防办"\nkind = "county"\n',
        "utf-8",
    )
    with pytest.raises(Misconfigured) as refused:
        load(copy)
    told = str(refused.value).splitlines()
    routes = (copy / "routes.toml").read_text("utf-8").splitlines()
    where = "、".join(str(i) for i, line in enumerate(routes, 1) if '"henan.gongcheng"' in line)
    assert f"{copy / 'routes.toml'} 第 {where} 行：单位 henan.gongcheng 不在 units.toml 里" in told
    assert any("in_force.toml 第 9 行：单位 henan 不在" in line for line in told)
    assert any("notices.toml" in line and "zhengzhou" in line for line in told)
    assert len(told) == len(set(told))


def test_a_rubric_from_before_hot_search_and_overseas_media_still_holds(copy: Path) -> None:
    path = copy / "severity.toml"
    for line in ("overseas = 9\n", "hot_search = 12\n"):
        spoil(path, line, "")
    whole = path.read_text("utf-8")
    begin, end = whole.index("[reach_together]"), whole.index("# X7")
    path.write_text(whole[:begin] + whole[end:], "utf-8")
    rubric = load(copy).rubric
    assert (rubric.reach_of(Tier.OVERSEAS), rubric.reach_of(Tier.HOT_SEARCH)) == (9, 12)
    assert rubric.reach_together is None


def test_the_line_of_a_slip_is_given(copy: Path) -> None:
    path = copy / "routes.toml"
    spoil(path, 'lead = "henan.renshi"', 'lead = "henan.nobody"')
    line = path.read_text("utf-8").splitlines().index('lead = "henan.nobody"') + 1
    with pytest.raises(Misconfigured, match=f"第 {line} 行"):
        load(copy)


def test_a_body_without_its_ground_is_named_by_its_own_line(copy: Path) -> None:
    path = copy / "routes.toml"
    spoil(path, 'ground = "热线工单的转派、督办"\n', "")
    lines = path.read_text("utf-8").splitlines()
    line = lines.index('body = "12345热线"')
    with pytest.raises(Misconfigured) as caught:
        load(copy)
    assert f"第 {line} 行 route.第15个.inform.第1个.ground：缺少这一项" in str(caught.value)


def test_bodies_by_name_alone_still_hold_and_are_said_to_lack_their_ground(copy: Path) -> None:
    path = copy / "routes.toml"
    spoil(path, 'rule = "T16"\n', 'rule = "T16"\ninform = ["财政", "公安（线索移交）"]\n')
    line = path.read_text("utf-8").splitlines().index('rule = "T16"') + 1
    held = load(copy)
    row = next(row for row in held.routes.route if row.rule == "T16")
    assert [(one.body, one.is_plain, one.clue) for one in row.inform] == [
        ("财政", True, False),
        ("公安（线索移交）", True, True),
    ]
    (said,) = silent_bodies(copy, held)
    assert f"第 {line} 行：T16 的 inform 只写了名字（财政、公安（线索移交））" in said
    assert silent_bodies(tomlfile.DEFAULTS, load(tomlfile.DEFAULTS)) == []


def test_a_file_from_before_levels_still_holds(copy: Path) -> None:
    path = copy / "routes.toml"
    whole = path.read_text("utf-8")
    path.write_text(whole[: whole.index("[[level]]")], "utf-8")
    assert load(copy).routes.level == ()


def test_a_fault_of_handling_is_told_in_chinese_alone(copy: Path) -> None:
    path = copy / "handling.toml"
    for old, new in (
        ("facts_least = 20", "facts_least = 0"),
        ('duty = "公布调查处理结果"', "duty = 3"),
        ('"较大" = "deputy"', '"严重" = "deputy"'),
        ("notes = 3 ", "notes = 3.5 "),
    ):
        spoil(path, old, new)
    with pytest.raises(Misconfigured) as caught:
        load(copy)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4 and all("第 " in line for line in lines)
    for english in ("Input", "should", "valid", "[key]", " or "):
        assert english not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('rungs = ["75%", "无人办理"]', 'rungs = ["57%"]', "没有叫“57%”的一步。可以写：75%"),
        (
            'until = 07:00:00\ndays_off = true\nlevels = ["一般"]',
            'until = 07:00:00\nlevels = ["重大"]',
            "重大以上随时通知",
        ),
        ("from = 22:00:00", "from = 07:00:00", "from 和 until 不能一样"),
        ("every_minutes = 30", "every_minutes = 0", "every_minutes"),
    ],
)
def test_what_silence_or_acknowledgement_cannot_be_is_told_by_file_and_line(
    copy: Path, old: str, new: str, told: str
) -> None:
    spoil(copy / "notices.toml", old, new)
    with pytest.raises(Misconfigured, match=r"notices\.toml") as fault:
        load(copy)
    assert told in str(fault.value)


def test_an_older_copy_without_quiet_digest_and_idle_still_holds(copy: Path) -> None:
    notices = (copy / "notices.toml").read_text("utf-8")
    (copy / "notices.toml").write_text(notices[: notices.index("# 夜间和休息日")], "utf-8")
    handling = (copy / "handling.toml").read_text("utf-8")
    (copy / "handling.toml").write_text(handling[: handling.index("# 没有下一步的事件")], "utf-8")
    rules = load(copy)
    assert (rules.notices.quiet, rules.notices.digest, rules.notices.each) == (None, None, None)
    assert (rules.handling.idle.hours, rules.handling.acknowledge.lapse_hours) == (24, 24)
