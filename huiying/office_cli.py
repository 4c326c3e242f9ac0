"""``huiying policy|clock|calendar|roster|notify|simulate``: what the rules say, what a deadline follows from, the year's holidays, the
channels, and what a month under these rules would come to."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huiying import complaints, datafolder, logs, requests, settings, tomlfile
from huiying.clock import SHANGHAI, SystemClock
from huiying.contracts import Case, ClockState, Level, ResponseClock
from huiying.engines import open_engine
from huiying.errors import CaseNotFound, Misconfigured
from huiying.ports import Engine

if TYPE_CHECKING:
    from triage.calendar import Calendar
    from triage.policy import Pack
    from triage.reach import Reach
    from triage.roster import Roster

policy_cli = typer.Typer(help="时限规则：检查、比较、讲解。", no_args_is_help=True)
clock_cli = typer.Typer(help="时限：怎么算出来的，假如现在起会怎样。", no_args_is_help=True)
notify_cli = typer.Typer(help="通知渠道。", no_args_is_help=True)
roster_cli = typer.Typer(help="值班表：导入，看现在通知到谁。", no_args_is_help=True)
calendar_cli = typer.Typer(help="放假和调休。", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出。")]


@policy_cli.command("check")
def policy_check(
    folder: Annotated[Path | None, typer.Argument(help="默认是数据文件夹里的 policy。")] = None,
    as_json: Json = False,
) -> None:
    """检查全部规则文件。有错就指出文件、行和写法，以 2 结束；正在运行的系统用的还是旧规则。"""
    from huiying import foreign, rulebook
    from triage import packbook, policy, reachable, scoring

    where = folder or _folder()
    office = rulebook.read(where)
    packs = {name: policy.read_pack(where, name) for name in policy.packs_in(where)}
    if deaf := reachable.faults(where, office, packs, _reach(), SystemClock().now()):
        raise Misconfigured("\n".join([*deaf, "这样的规则不能用：时限到了没有人知道。"]))
    if as_json:
        print(
            json.dumps(
                {"ok": True, "ref": office.ref, "packs": sorted(policy.packs_in(where))}, ensure_ascii=False
            )
        )
        return
    print(f"规则没有问题（{office.ref}）。")
    for row in office.periods:
        end = f"到 {row.until}（不含）" if row.until else "起一直有效"
        print(f"  {office.unit_name(row.unit)}及下级：{office.packs[row.pack].title}，{row.from_} {end}")
    for term in office.tickets.term:
        kinds = "、".join(requests.NAMES[kind] for kind in term.requests)
        sent_from = "、".join(requests.CHANNELS[channel] for channel in term.channels)
        print(f"  工单：{sent_from}的{kinds}，{term.working_days} 个工作日内答复（{term.authority}）")
    for one in office.soundings:
        announced = f"{one.announced} 公告" if one.announced else "还没有公告"
        print(f"  试鸣：{one.told}，{one.from_:%Y} 年，{announced}")
    for pack in office.packs.values():
        for line in packbook.silent(pack):
            print(f"  注意：{line}")
    for line in [
        *foreign.unlike(where, office),
        *foreign.cited(where, office),
        *scoring.apart(scoring.load(where), office.packs.values()),
        *_without_anybody(where),
        *policy.silent_bodies(where, office),
    ]:
        print(f"  注意：{line}")
    for line in _forgotten(office.calendar, sorted(office.calendar.office)):
        print(f"  注意：{line}")
    year = SystemClock().now().astimezone(SHANGHAI).year
    for later in (year, year + 1):
        if not office.calendar.knows(later):
            print(
                f"  注意：{later} 年的放假安排还没有写入，跨到那一年的工作日时限是暂算的（huiying calendar update）。"
            )


@policy_cli.command("explain")
def policy_explain(
    pack: Annotated[
        str, typer.Argument(help="哪一套：henan-2017、national-2016、strict。默认是现在用的。")
    ] = "",
) -> None:
    """把一套时限规则讲明白：依据、起算、小时、通知谁，以及文件没写明、由本单位定的每一项。"""
    from triage import packbook, policy

    where = _folder()
    office = policy.load(where)
    chosen = policy.read_pack(where, pack) if pack else office.pack_for(office.top(), _today())
    print("\n".join(packbook.in_words(chosen, office)))


@policy_cli.command("diff")
def policy_diff(
    old: Annotated[str, typer.Argument(help="一套规则的名字，或一个 TOML 文件。")],
    new: Annotated[str, typer.Argument(help="与它比较的另一套。")],
    as_json: Json = False,
) -> None:
    """两套时限规则有什么不同。"""
    from triage import packbook

    found = packbook.differences(_pack(old), _pack(new))
    if as_json:
        print(json.dumps([one.as_dict() for one in found], ensure_ascii=False))
    else:
        print("\n".join(one.in_words() for one in found) or "没有不同。")


@policy_cli.command("schema")
def policy_schema() -> None:
    """时限规则文件的 JSON Schema，供编辑器检查写法。"""
    from triage import schema

    print(schema.text(), end="")


@clock_cli.command("what-if")
def clock_what_if(
    start: Annotated[str, typer.Option(help="假设的起算时间，如 2026-09-30T10:00；不写时区按北京时间。")],
    level: Annotated[str, typer.Option(help="舆情等级：一般、较大、重大、特别重大。")],
    policy_name: Annotated[str, typer.Option("--policy", help="哪一套规则；默认是起算那天用的。")] = "",
    as_json: Json = False,
) -> None:
    """假如每项时限的起算都发生在这个时间，各到什么时候，怎么算的。"""
    from triage import packbook, policy

    where = _folder()
    office, begins = policy.load(where), _moment(start)
    day = begins.astimezone(SHANGHAI).date()
    chosen = policy.read_pack(where, policy_name) if policy_name else office.pack_for(office.top(), day)
    answers = packbook.what_if(chosen, _level(level), begins, office.calendar)
    if as_json:
        print(json.dumps([one.as_dict() for one in answers], ensure_ascii=False))
        return
    for one in answers:
        print(f"{one.name}：{one.due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        print("\n".join(f"  {line}" for line in one.working))


@clock_cli.command("explain")
def clock_explain(
    case: Annotated[str, typer.Argument(help="事件编号，从事件页的地址里抄。")],
    as_json: Json = False,
) -> None:
    """一个事件的每项时限：从何时起、哪些天计入、哪些天跳过、通知到哪一步、怎样结束。"""
    with _engine(reading=True) as engine:
        try:
            found = engine.cases.get(case)
        except CaseNotFound:
            raise Misconfigured(f"没有编号为 {case} 的事件，请从事件页的地址里抄写编号。") from None
    if as_json:
        print(
            json.dumps([_as_dict(clock) for clock in (*found.clocks, *found.past_clocks)], ensure_ascii=False)
        )
    else:
        print("\n".join(_in_words(found)))


@notify_cli.command("test")
def notify_test(
    channel: Annotated[
        str, typer.Argument(help="渠道：console、smtp、webhook、wecom、dingtalk、feishu、sms。")
    ],
    to: Annotated[str, typer.Option(help="发给谁；默认是 notices.toml 里这个渠道的每一个地址。")] = "",
    as_json: Json = False,
) -> None:
    """真的发一条测试通知，说明对方怎么回的。有一个没送到，以 1 结束。"""
    from triage import policy, trial
    from triage.notifiers import open_notifiers
    from triage.words import CHANNELS

    chosen = settings.load()
    office = policy.load(_folder())
    channels = open_notifiers(chosen)
    notifier = channels.get(channel)
    if notifier is None:
        unset = "还没有设置（见 docs/settings.zh-CN.md）" if channel in CHANNELS else "不认识"
        raise Misconfigured(f"渠道 {channel} {unset}。现在能用的：{'、'.join(channels)}")
    found = [row.to for row in office.notices.address if row.channel == channel]
    addresses = [to] if to else list(dict.fromkeys(found))
    if not addresses:
        raise Misconfigured(f"notices.toml 里没有 {channel} 的地址，请用 --to 写明发给谁")
    now = SystemClock().now()
    came = [trial.attempt(notifier, address, now, chosen.address) for address in addresses]
    if as_json:
        print(json.dumps([asdict(one) for one in came], ensure_ascii=False))
    else:
        print("\n".join(one.in_words() for one in came))
    raise typer.Exit(0 if all(one.ok for one in came) else 1)


@roster_cli.command("import")
def roster_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="Excel（.xlsx）或 CSV（UTF-8、GBK）：单位、日期或起止时间、班次、岗位、账号或姓名、电话、邮箱。"
        ),
    ],
) -> None:
    """换上新的值班表，马上生效。有错就指出哪一行、怎么写，原来的继续有效。"""
    from triage import policy, roster
    from triage.notifiers import open_notifiers
    from triage.reach import ReachBook

    try:
        with file.open("rb") as opened:
            body = opened.read(roster.MOST_BYTES + 1)
    except OSError as error:
        raise Misconfigured(
            f"读不了 {file}（{complaints.of_system(error)}）。请检查文件名和权限。"
        ) from error
    office, now = policy.load(_folder()), SystemClock().now()
    with _engine() as engine:
        book = ReachBook(engine.register)
        fresh = roster.read(body, office, book.logins(), file=file.name, by="system", now=now)
        book.put_roster(roster.joined(book.roster(), fresh, now))
        after = book.roster()
    print(f"值班表已换上：{len(fresh.shifts)} 班，{_span(fresh)}。")
    for line in roster.holes(after, office, now):
        print(f"  注意：{line}，这段时间按账号和 notices.toml 通知")
    for line in roster.deaf(fresh.shifts, open_notifiers(settings.load())):
        print(f"  注意：{line}")


@roster_cli.command("show")
def roster_show(
    unit: Annotated[str, typer.Option(help="哪个单位，写名称或编号；默认是最上面的一级。")] = "",
    as_json: Json = False,
) -> None:
    """现在的值班表，以及此刻各个岗位通知到谁、为什么是他。"""
    from triage import policy, roster
    from triage.reach import ReachBook
    from triage.words import ROLES

    office, now = policy.load(_folder()), SystemClock().now()
    try:
        where = roster.unit_of(unit, office) if unit else office.top()
    except ValueError as fault:
        raise Misconfigured(str(fault)) from None
    with _engine() as engine:
        reach = ReachBook(engine.register).now()
    people = {role: reach.people(where, role, now, office) for role in ROLES}
    if as_json:
        told = {role: [{"name": one.name, "login": one.login, "why": one.why} for one in found]
                for role, found in people.items()}  # fmt: skip
        print(
            json.dumps({"unit": where, "shifts": len(reach.roster.shifts), "now": told}, ensure_ascii=False)
        )
        return
    print(
        f"值班表：{_span(reach.roster)}" if reach.roster.shifts else "还没有值班表（huiying roster import）。"
    )
    for line in (*roster.holes(reach.roster, office, now), *roster.without_account(reach.gone(now))):
        print(f"  注意：{line}")
    print(f"此刻（{_at(now)}）{office.unit_name(where)}的事通知：")
    for role, found in people.items():
        named = "、".join(f"{one.name}（{one.why}）" for one in found)
        print(f"  {ROLES[role]}：{named or '按 notices.toml 的地址'}")


@calendar_cli.command("update")
def calendar_update(
    file: Annotated[Path, typer.Argument(help="一年或几年的 [[year]]，写法见 policy/calendar.toml 的开头。")],
) -> None:
    """写入一年的放假安排，没写到的年份照旧；重算暂算的到期时间，新旧两个值都留在记录里。"""
    from triage import calendar, policy, recount

    chosen = settings.load()
    datafolder.lay_out(chosen)
    fresh = calendar.renewed(chosen.policy, file)
    datafolder.replace_policy(chosen, calendar.FILE, fresh.text.encode())
    kept = f"（{_years(fresh.kept)}照旧）" if fresh.kept else ""
    print(f"已写入 {chosen.policy / calendar.FILE}：{_years(fresh.brought)}{kept}。")
    for line in _forgotten(fresh.calendar, fresh.brought):
        print(f"  注意：{line}")
    print("正在运行的系统重启以后，新立的时限也按它算；重启以前还会新立的，重启以后请再运行一次本命令。")
    office = policy.load(chosen.policy)
    engine = open_engine(chosen)
    try:
        done = recount.recount_all(engine.cases, office, SystemClock().now())
    finally:
        engine.close()
    print(f"重算了 {len(done)} 个事件的时限。" if done else "没有要重算的时限。")
    for line in done:
        print(f"  {line}")


FIRST_DAY = datetime(2026, 9, 21, tzinfo=SHANGHAI)
"""Of a simulation: a month from here has a long holiday and working days that make up for it."""


def simulate(
    days: Annotated[int, typer.Option(help="模拟多少天。", min=1, max=366)] = 30,
    seed: Annotated[int, typer.Option(help="随机数种子；同一个种子，结果一样。")] = 1,
    as_json: Json = False,
) -> None:
    """按现在的规则演一个月：来信息、迟到、休假、办错，看哪些时限守住了、通知了谁。不碰任何真实数据。"""
    from triage import policy
    from triage.simulation import account, office

    logs.configure(level="CRITICAL")
    rules = policy.load(_folder(), channels=office.CHANNELS)
    with tempfile.TemporaryDirectory(prefix="huiying-") as scratch:
        engine = open_engine(settings.load(data=Path(scratch), engine="embedded"))
        try:
            played = office.play(engine, rules, begins=FIRST_DAY, days=days, seed=seed)
        finally:
            engine.close()
    found = account.account(played)
    if as_json:
        print(json.dumps(account.as_dict(found), ensure_ascii=False, default=str))
    else:
        print("\n".join(account.in_words(found)))
    raise typer.Exit(1 if found.broken else 0)


def _folder() -> Path:
    """The office's own policy, or what travels with the software where there is none yet."""
    own = settings.load().policy
    return own if own.is_dir() else tomlfile.DEFAULTS


@contextmanager
def _engine(*, reading: bool = False) -> Iterator[Engine]:
    engine = open_engine(datafolder.existing(settings.load()), reading=reading)
    try:
        yield engine
    finally:
        engine.close()


def _reach() -> Reach:
    """Who is reached by what the office has; nobody where there is no data folder yet."""
    from triage.reach import NOBODY, ReachBook

    if not settings.load().data.is_dir():
        return NOBODY
    with _engine() as engine:
        return ReachBook(engine.register).now()


def _without_anybody(folder: Path) -> list[str]:
    """Units with nobody in them, a line for each role."""
    from triage import policy
    from triage.notifiers import open_notifiers
    from triage.reach import without_anybody
    from triage.words import ROLES

    reach = _reach()
    office = policy.load(folder, channels=tuple(open_notifiers(settings.load())))
    found: dict[str, list[str]] = {}
    for unit, role in without_anybody(reach, office, SystemClock().now()):
        found.setdefault(role, []).append(office.unit_name(unit))
    return [
        f"{len(units)} 个单位的{ROLES[role]}没有人（没有值班表、账号，notices.toml 里也没有地址），通知只到值班台："
        + "、".join(units[:8])
        + ("……" if len(units) > 8 else "")
        for role, units in found.items()
    ]


def _forgotten(known: Calendar, years: Iterable[int]) -> list[str]:
    from triage import calendar

    return [
        f"{year} 年的放假安排没有写{'、'.join(missing)}，按上班计算；漏写的请补上"
        for year in years
        if (missing := calendar.worked_through(known, year))
    ]


def _years(years: Iterable[int]) -> str:
    return "、".join(f"{year} 年" for year in years)


def _span(roster: Roster) -> str:
    return f"{_at(roster.since)} 至 {_at(roster.until)}" if roster.since and roster.until else "没有一班"


def _pack(named: str) -> Pack:
    from triage import policy

    return policy.pack_of(Path(named)) if named.endswith(".toml") else policy.read_pack(_folder(), named)


def _today() -> date:
    return SystemClock().now().astimezone(SHANGHAI).date()


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise Misconfigured(f"--level 不认识 {text}，可以写：{'、'.join(Level)}") from None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misconfigured(f"--start 看不懂 {text}，请写成 2026-09-30T10:00 这样（北京时间）") from None
    if not 2004 <= at.year <= 2200:
        raise Misconfigured(f"--start 的年份 {at.year} 不对，请写 2004 到 2200 年")
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _in_words(case: Case) -> list[str]:
    lines = [f"{case.title}（{case.severity.level}，规则 {case.policy}）"]
    if not case.clocks:
        lines.append("没有时限：苗头，或者是补录的信息。")
    for clock in case.clocks:
        lines += ["", *_clock_lines(clock)]
    for clock in case.past_clocks:
        lines += ["", "（以前的）", *_clock_lines(clock)]
    return lines


def _clock_lines(clock: ResponseClock) -> list[str]:
    marks = "，暂定" * clock.provisional + "，暂算" * clock.tentative
    lines = [f"{clock.rule.name}：{clock.rule.duty}（{clock.authority.value}{marks}）"]
    lines += [f"  {line}" for line in clock.working]
    lines += [f"  改动：{_at(move.was)} → {_at(move.now)}，{move.reason}" for move in clock.recomputed]
    if clock.fired:
        lines.append(f"  阶梯已走到：{'、'.join(clock.fired)}")
    if clock.broken_at:
        lines.append(f"  已逾期，{_at(clock.broken_at)} 记录")
    if clock.corrected is not None:
        lines.append(f"  原记 {_at(clock.corrected.due)} 起逾期，{_at(clock.corrected.at)} 更正")
    if clock.state is not ClockState.RUNNING and clock.met_at is not None:
        lines.append(f"  {_at(clock.met_at)} 结束：{clock.met_by}")
    return lines


def _as_dict(clock: ResponseClock) -> dict[str, object]:
    return {
        "kind": clock.rule.kind.value,
        "name": clock.rule.name,
        "state": clock.state.value,
        "provisional": clock.provisional,
        "tentative": clock.tentative,
        "started": clock.started_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "due": clock.due_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "citation": clock.rule.citation,
        "working": list(clock.working),
        "counted": [one.day for one in clock.days if one.counted],
        "skipped": [{"day": one.day, "why": one.why} for one in clock.days if not one.counted],
        "moved": [
            {"was": _at(move.was), "now": _at(move.now), "reason": move.reason} for move in clock.recomputed
        ],
    }


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
