"""``huiying check``: everything that can be wrong, looked at once, each with what to do.  Changes nothing that runs.

Each look is a function that gives findings; what it needs is handed in.  What one look cannot reach is its finding, and
the next goes on.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers import health, sources
from huiying import backup, complaints, datafolder, foreign, heart, ledger, retention, rulebook, skew, survey
from huiying.clock import SHANGHAI
from huiying.contracts import Disposition
from huiying.engines import examine, open_engine
from huiying.errors import HuiyingError, Misconfigured
from huiying.finding import Finding, Severity, good, misconfigured, notice, wrong
from huiying.heart import Beat
from huiying.ports import Clock, Engine, Owed
from huiying.settings import UNFINISHED, Settings, unknown
from huiying.survey import StoreFigures, StreamFigures
from nlp import model, train
from response_api.auth import Accounts
from response_api.sso import provider_of
from triage import notifiers, objections, outlets, policy, protection, soundings
from triage.erasure import Erasure
from triage.reach import ReachBook
from triage.roster import Roster

LEAST_FREE = 1 << 30
"""Bytes on the disk of the data folder; below a tenth of the disk it is a notice."""
WAITS_TOO_LONG = timedelta(minutes=10)
"""A record that nobody has handled."""
RUNG_LATE = timedelta(minutes=2)
"""A rung that was reached and not booked, or an event that nobody published: both are looked for every second."""
NOTICE_LATE = timedelta(minutes=15)
UNSEEN = timedelta(minutes=5)
"""A loop that nobody has seen at work. Beats come every fifteen seconds, one batch may take minutes."""
JUMPED = timedelta(hours=1)
"""For so long a jump of a clock is something to look at."""
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104
"""A host that is every address of the machine, and none that a link can lead to."""
BACKUP_OLD = timedelta(days=8)
QUICK_LEDGER = 20_000
"""Posts on the stream up to which the ledger is taken without being asked to be thorough."""

STAGES = {
    "nlp": ("nlp",),
    "triage": ("triage", "watch", "courier-events", "courier-notices", "health"),
    "web": ("web",),
    "crawlers": ("crawlers",),
}
"""Stage → its loops."""

ROSTER_ENDS = timedelta(hours=24)
"""How long before the last shift ends somebody is reminded of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(one.ok for one in self.findings)

    @property
    def code(self) -> int:
        """0 all is well, 1 something is wrong, 2 something is set up wrongly."""
        if any(one.severity is Severity.MISCONFIGURED for one in self.findings):
            return 2
        return 0 if self.ok else 1

    def as_dict(self) -> dict[str, object]:
        return {"ok": self.ok, "findings": [one.as_dict() for one in self.findings]}

    def in_words(self) -> str:
        """A line for each finding, and a last one."""
        bad = sum(not one.ok for one in self.findings)
        verdict = f"发现 {bad} 个问题。" if bad else "一切正常。"
        return "\n".join([*(one.in_words() for one in self.findings), verdict])


def check(settings: Settings, clock: Clock, *, thorough: bool = False) -> Report:
    """Look at everything. Raises nothing of ours: what fails is a finding."""
    return Report(findings=tuple(_all(settings, clock, thorough)))


def _all(settings: Settings, clock: Clock, thorough: bool) -> Iterator[Finding]:
    yield good("settings", f"引擎 {settings.engine}，数据文件夹 {settings.data}")
    yield from variables(settings)
    yield from sign_in(settings)
    if not settings.data.is_dir():
        yield misconfigured(
            "data", f"没有数据文件夹 {settings.data}", "检查 HUIYING_DATA，或先运行 huiying init"
        )
        return
    if (settings.data / UNFINISHED).exists():
        yield misconfigured(
            "data", f"数据文件夹 {settings.data} 的恢复没有做完", "清空它，再运行一次 huiying restore"
        )
        return
    yield from folder(settings)
    yield from rules(settings, clock.now())
    yield last_backup(settings, clock.now())
    behind = tuple(examine(settings, thorough=thorough))
    yield from behind
    beats: Sequence[Beat] = ()
    if all(one.ok for one in behind):
        try:
            engine = open_engine(settings, reading=True)
        except HuiyingError as fault:
            yield _failed("engine", fault)
        else:
            try:
                yield from _of_engine(engine, settings, clock, thorough)
                beats = _beats(engine)
            finally:
                engine.close()
    yield models(settings, beats, clock.now())


def variables(settings: Settings) -> Iterator[Finding]:
    """What is set and does nothing, or does what nobody can want."""
    if strange := unknown():
        says = "、".join(
            f"{name}{f'（是不是 {meant}？）' if meant else ''}" for name, meant in strange.items()
        )
        yield notice(
            "settings.unknown",
            f"没有这样的设置，不起作用：{says}",
            "改正或去掉；设置都在 docs/settings.zh-CN.md",
        )
    if not settings.base_url and settings.host in EVERYWHERE:
        says = f"通知里的链接都以 {settings.address} 开头，收到的人打不开"
        yield notice("settings.base_url", says, "把 HUIYING_BASE_URL 设成大家访问用的网址")


def sign_in(settings: Settings) -> Iterator[Finding]:
    """Whether staff can come in by the identity provider, where one is set up."""
    try:
        provider = provider_of(settings, b"")
        if provider is not None:
            provider.reachable()
            yield good("sign-in", f"{provider.name}连得上（{provider.issuer}），回来的地址 {provider.back}")
    except Misconfigured as fault:
        yield misconfigured("sign-in", str(fault), "改好后再检查一次；设置都在 docs/settings.zh-CN.md")
    except HuiyingError as fault:
        yield wrong("sign-in", str(fault), "看一看那边的服务和网络；账号密码照常可以登录")


def _of_engine(engine: Engine, settings: Settings, clock: Clock, thorough: bool) -> Iterator[Finding]:
    yield from _looked("stream", lambda: of_stream(survey.of_stream(engine.stream), clock.now()))
    yield from _looked("stores", lambda: of_stores(survey.of_stores(engine, clock.now()), clock.now()))
    yield from _looked("ledger", lambda: accounts(engine, thorough=thorough))
    yield from _looked("sources", lambda: of_sources(engine, settings, clock.now()))
    yield from _looked("workers", lambda: workers(heart.beats(engine.register), settings, clock.now()))
    yield from _looked("files", lambda: files(engine, settings, clock.now()))
    yield from _looked("objections", lambda: objections_waiting(engine, settings, clock.now()))
    yield from _looked("roster", lambda: roster(ReachBook(engine.register).roster(), clock.now()))
    yield from _looked(
        "clock",
        lambda: time_of_day(
            skew.measure(engine.clocks, clock.now), heart.beats(engine.register), clock.now()
        ),
    )


def _looked(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except HuiyingError as fault:
        yield _failed(name, fault)


def _failed(name: str, fault: HuiyingError) -> Finding:
    if isinstance(fault, Misconfigured):
        return misconfigured(name, " ".join(str(fault).split()))
    return wrong(name, str(fault), "稍后再检查一次")


def _beats(engine: Engine) -> Sequence[Beat]:
    try:
        return heart.beats(engine.register)
    except HuiyingError:
        return ()


# ------------------------------------------------------------------------------------- this machine


def folder(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written, and has room."""
    try:
        with tempfile.NamedTemporaryFile(dir=settings.data, prefix=".check-"):
            pass
        yield good("data", "数据文件夹可以写")
    except OSError as error:
        yield wrong(
            "data",
            f"数据文件夹 {settings.data} 不能写（{complaints.of_system(error)}）",
            "检查磁盘和文件夹的权限",
        )
    disk = shutil.disk_usage(settings.data)
    left = f"磁盘还剩 {disk.free / (1 << 30):.1f} GB（{disk.free * 100 // max(1, disk.total)}%）"
    if disk.free < LEAST_FREE:
        yield wrong("disk", left, "腾出空间：磁盘满了，信息就收不进来")
    elif disk.free * 10 < disk.total:
        yield notice("disk", left, "安排扩容")
    else:
        yield good("disk", left)


def rules(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The policy files, the channels and outlets, the catalogue, and the soundings that are planned."""
    try:
        channels = notifiers.open_notifiers(settings)
        outlets.open_outlets(settings)
    except Misconfigured as fault:
        yield misconfigured("channels", str(fault))
        channels = {}
    try:
        loaded = rulebook.read(settings.policy, channels=tuple(channels))
        if (settings.data / "secret.key").exists():
            datafolder.secret_key(settings)
    except Misconfigured as fault:
        yield misconfigured("policy", " ".join(str(fault).split()))
    else:
        yield good("policy", f"规则 {loaded.ref}")
        for told in foreign.cited(settings.policy, loaded):
            yield notice("policy.foreign", told, "改好后运行 huiying policy check，再重新启动")
        yield from _soundings(loaded.soundings, now)
        if channels:
            yield _channels(loaded, channels)


def _soundings(planned: Sequence[soundings.Sounding], now: datetime) -> Iterator[Finding]:
    """人民防空法 第三十五条."""
    for one in soundings.unannounced(planned, now):
        told = f"{one.announced.month}月{one.announced.day}日才公告" if one.announced else "还没有填公告日期"
        yield notice(
            "soundings",
            f"{one.told}{told}，试鸣要在 {soundings.AHEAD_DAYS} 日以前发布公告（人民防空法第三十五条）",
            f"公告后把日期写进 policy/{soundings.FILE} 的 announced，再重新启动",
        )


def _channels(loaded: policy.Policy, channels: Collection[str]) -> Finding:
    there = sorted(channels)
    unset = sorted({row.channel for row in loaded.notices.address} - set(there))
    if unset:
        return notice(
            "channels",
            f"notices.toml 写了 {'、'.join(unset)}，但没有设置这个渠道，这些通知不会发出",
            f"设置 {'、'.join(f'HUIYING_{channel.upper()}_URL' for channel in unset)}，或从 notices.toml 里去掉",
        )
    return good("channels", f"通知渠道：{'、'.join(there)}")


def models(settings: Settings, beats: Sequence[Beat], now: datetime) -> Finding:
    """Whether the models are there and fit this version; on a machine that does not read they need not be."""
    card = model.read_card(settings.models)
    if card is not None and card.stamp == train.stamp():
        return good("models", f"模型 {card.stamp}")
    said = "没有完整的模型" if card is None else f"模型 {card.stamp} 是用别的语料或程序训练的"
    if any(now - beat.rounds["nlp"] < UNSEEN for beat in beats if "nlp" in beat.rounds):
        return notice("models", f"这台机器上{said}（识别环节在运行，用的是启动时的模型或在别的机器上）",
                      "需要在这里识别时运行 huiying train")  # fmt: skip
    return wrong("models", said, "运行 huiying train")


def last_backup(settings: Settings, now: datetime) -> Finding:
    made = backup.last(settings.data)
    if made is None:
        return notice("backup", "没有用 huiying backup 备份过的记录", "安排定期备份（docs/operate.zh-CN.md）")
    said = f"上次备份 {_moment(made)}"
    if now - made > BACKUP_OLD:
        return notice("backup", f"{said}，已过 {(now - made).days} 天", "再备份一次")
    return good("backup", said)


# --------------------------------------------------------------------------------- what the stores say


def files(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    """What of ended matters is erased soon: nothing goes unannounced. Rules that are wrong are told by :func:`rules`."""
    try:
        terms, office = retention.load(settings.policy), policy.load(settings.policy)
    except Misconfigured:
        return
    erasure = Erasure(engine, office, terms, settings.attachments)
    days = terms.files.warn_days
    going = [one for one in erasure.upcoming(now, within=timedelta(days=days)) if not one.kept_by]
    if not going:
        yield good("files", f"今后 {days} 天没有期满要清除的案卷")
        return
    yield notice(
        "files",
        f"今后 {days} 天有 {len(going)} 卷期满清除，最早 {_moment(going[0].at)}",
        "用 huiying retention due 看是哪些，要留的标“继续保存”",
    )


def of_stream(figures: StreamFigures, now: datetime) -> Iterator[Finding]:
    """Lag: what waits is no fault, what waits for long is."""
    for one in figures.waiting:
        name = f"lag.{one.topic}"
        if not one.records:
            yield good(name, f"{one.topic} 没有积压")
            continue
        said = f"{one.topic} 有 {one.records} 条等待 {one.group} 处理"
        if one.oldest is None or now - one.oldest <= WAITS_TOO_LONG:
            yield good(name, said)
        else:
            yield wrong(
                name,
                f"{said}，最早的已等 {_span(now - one.oldest)}",
                f"查看 {_stage_of(one.group)} 环节是否在运行、日志里有没有 try_again 或 stalled",
            )


def _stage_of(group: str) -> str:
    return next((stage for stage, loops in STAGES.items() if group in loops), group)


def of_stores(figures: StoreFigures, now: datetime) -> Iterator[Finding]:
    """Dead letters, and what is owed."""
    buried = figures.lines.get(Disposition.BURIED, 0)
    if buried:
        yield wrong(
            "dead",
            f"有 {buried} 条信息没有人能处理",
            "用 huiying dead list 看原因，排除后用 huiying dead replay --all 重新送出",
        )
    else:
        yield good("dead", "没有无人能处理的信息")
    late = figures.owed.get(Owed.RUNG)
    if late is not None and now - late > RUNG_LATE:
        yield wrong(
            "rungs",
            f"有时限在 {_moment(late)} 已到催办点，至今没有催办",
            "启动 triage 环节，或查看它的日志（watch）",
        )
    else:
        yield good("rungs", f"正在计时的时限 {sum(figures.clocks.values())} 个，催办没有落下")
    events = figures.owed.get(Owed.EVENT)
    if events is not None and now - events > RUNG_LATE:
        yield wrong(
            "events",
            f"有办理经过从 {_moment(events)} 起没有发布到值班台",
            "启动 triage 环节，或查看它的日志（courier）",
        )
    yield from _notices(figures, now)


def _notices(figures: StoreFigures, now: datetime) -> Iterator[Finding]:
    slow = {channel: owed for channel, owed in figures.notices.items() if now - owed.oldest > NOTICE_LATE}
    for channel, owed in sorted(slow.items()):
        yield wrong(
            f"notices.{channel}",
            f"{channel} 渠道有 {owed.count} 条通知没有送出，最早的已等 {_span(now - owed.oldest)}",
            "检查这个渠道的服务器和设置，日志里的 notice_waits 有原因",
        )
    for channel, count in sorted(figures.failed.items()):
        if count:
            yield wrong(
                f"notices.{channel}.failed",
                f"{channel} 渠道有 {count} 条未办结事件的通知送不到，已放弃",
                "到事件页查看是谁没有收到，改用别的办法告知，再检查渠道设置",
            )
    if not slow and not any(figures.failed.values()):
        waiting = sum(owed.count for owed in figures.notices.values())
        yield good("notices", f"{waiting} 条通知待送" if waiting else "通知都已送出")


def accounts(engine: Engine, *, thorough: bool) -> Iterator[Finding]:
    """The ledger."""
    kept = engine.stream.size("posts").kept
    if kept > QUICK_LEDGER and not thorough:
        yield notice("ledger", f"信息流里有 {kept} 条，没有对账", "在空闲时运行 huiying check --full")
        return
    book = ledger.take(engine)
    if book.balanced:
        yield good("ledger", f"{book.published} 条都有下落")
    else:
        yield wrong("ledger", f"{len(book.missing)} 条下落不明", "运行 huiying account --missing 查看")


def of_sources(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    catalogue = sources.load(settings.sources)
    if not catalogue.enabled:
        yield notice(
            "sources", "来源目录里没有启用的来源，不采集任何网站", "在“来源”页启用，或改 sources.toml"
        )
        return
    known = health.states(engine.register, catalogue, now)
    silent = [one.name for one in known if one.state is health.State.SILENT]
    failing = [one.name for one in known if one.state is health.State.FAILING]
    if silent:
        yield wrong("sources", f"{_some(silent)} 很久没有采集", "查看 crawlers 环节是否在运行")
    if failing:
        yield wrong("sources.failing", f"{_some(failing)} 读不到", "在值班台看每个来源的原因")
    if not silent and not failing:
        yield good("sources", f"{len(catalogue.enabled)} 个来源，没有读不到的")


def objections_waiting(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Who answers for personal information, and whether what the public objects to is answered in time."""
    rules = protection.load(settings.policy)
    if not (rules.responsible.name and rules.responsible.contact):
        says = "没有写明谁负责个人信息保护、怎么联系，公开告知页面上是“尚未公布”"
        yield notice("protection", says, "写在 policy/protection.toml 的 [responsible]，再重新启动")
    open_ones = [one for one in objections.every(engine.register) if one.state is objections.State.WAITING]
    if not open_ones:
        yield good("objections", "没有等待办理的个人信息异议")
        return
    late = [one for one in open_ones if now > one.due_at]
    near = [one for one in open_ones if one.warn_at <= now <= one.due_at]
    office = policy.load(settings.policy)
    everybody = Accounts(engine.register).everybody()
    if not any(
        one.usable and one.unit == office.top() and objections.DECIDES in one.roles for one in everybody
    ):
        says = f"{len(open_ones)} 件个人信息异议没有人能办理"
        yield wrong("objections.nobody", says, "给一个账号“保密审查员”角色，单位选最上级")
    if late:
        says = f"{len(late)} 件个人信息异议超期没有答复，最早的应在 {_moment(late[0].due_at)} 前"
        yield wrong("objections", says, "让保密审查员在“待办”里办理")
    elif near:
        says = f"{len(near)} 件个人信息异议将到期，最早的在 {_moment(near[0].due_at)}"
        yield notice("objections", says, "让保密审查员在“待办”里办理")
    else:
        yield good("objections", f"{len(open_ones)} 件个人信息异议等待办理，都没有到期")


def roster(table: Roster, now: datetime) -> Iterator[Finding]:
    """An office without a roster has nothing to mend; one whose roster ends has."""
    until = table.until
    if until is None:
        return
    if until <= now:
        says = f"值班表 {_moment(until)} 已经到期，现在按账号和 notices.toml 通知"
        yield wrong("roster", says, "导入新的值班表（huiying roster import）")
    elif until - now < ROSTER_ENDS:
        yield notice("roster", f"值班表排到 {_moment(until)}", "导入后面的值班表（huiying roster import）")
    else:
        yield good("roster", f"值班表排到 {_moment(until)}")


def workers(beats: Sequence[Beat], settings: Settings, now: datetime) -> Iterator[Finding]:
    """Every stage must have been seen at work somewhere."""
    seen = heart.last_seen(beats)
    for stage, loops in STAGES.items():
        if stage == "crawlers" and not sources.load(settings.sources).enabled:
            continue
        gone = {loop: seen.get(loop) for loop in loops}
        silent = {loop: at for loop, at in gone.items() if at is None or now - at > UNSEEN}
        hosts = {beat.host for beat in beats if now - beat.at <= UNSEEN and set(loops) & beat.rounds.keys()}
        if not silent:
            yield good(f"workers.{stage}", f"{stage} 环节在 {len(hosts)} 台机器上运行")
            continue
        times = [at for at in silent.values() if at is not None]
        which = f"{stage} 环节" + ("" if len(silent) == len(loops) else f"的 {'、'.join(silent)}")
        said = f"{which} 已有 {_span(now - max(times))}没有工作" if times else f"没有见过 {which}在工作"
        yield wrong(f"workers.{stage}", said, f"启动它（huiying run --stages {stage}），或查看它的日志")


def time_of_day(offsets: Sequence[skew.Offset], beats: Sequence[Beat], now: datetime) -> Iterator[Finding]:
    """This machine's clock against the servers', and what others say of theirs."""
    trouble = [
        f"本机的时钟比 {one.server} {_apart(one.ahead.total_seconds())}" for one in offsets if one.alarming
    ]
    jumps = []
    for beat in beats:
        if beat.at > now + skew.TOLERATED:
            trouble.append(f"{beat.host} 的时钟比本机快 {_span(beat.at - now)}")
        elif now - beat.at <= UNSEEN:
            trouble += [
                f"{beat.host} 的时钟比 {server} {_apart(ahead)}" for server, ahead in beat.offsets.items()
            ]
        if beat.jumped_at is not None and now - beat.jumped_at < JUMPED:
            jumps.append(f"{beat.host} 的时钟在 {_moment(beat.jumped_at)} 跳了 {beat.jumped:+.0f} 秒")
    mend = "在每台机器上启用时间同步（chrony 或 timedatectl），法定时限按它计算"
    if trouble:
        yield wrong("clock", "；".join(dict.fromkeys(trouble)), mend)
    elif jumps:
        yield wrong("clock", "；".join(dict.fromkeys(jumps)), mend)
    else:
        yield good("clock", f"时钟相符（比对了 {len(offsets)} 个服务器）" if offsets else "时钟没有跳动过")


def _apart(ahead: float) -> str:
    return f"{'快' if ahead > 0 else '慢'} {abs(ahead):.0f} 秒"


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} 等 {len(names)} 个来源"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < 120:
        return f"{seconds} 秒"
    if seconds < 7200:
        return f"{seconds // 60} 分钟"
    return f"{seconds // 3600} 小时" if seconds < 48 * 3600 else f"{seconds // 86400} 天"
