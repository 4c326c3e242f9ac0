"""``huiying …``: every command a person or a script gives. Faults that they can mend: one clear line, exit code 2."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from huiying import (
    complaints,
    datafolder,
    dead,
    export,
    helptext,
    ledger,
    logs,
    metrics,
    metrics_server,
    office_cli,
    retention,
    retention_cli,
    settings,
    start,
    stats_cli,
    usage,
)
from huiying import verify as checker
from huiying.anchors import Anchors
from huiying.clock import SystemClock
from huiying.contracts import Origin
from huiying.engines import open_engine
from huiying.errors import Misconfigured, TryAgain
from huiying.learning import cli as learning
from huiying.ports import Engine
from huiying.report_cli import report
from huiying.routes_cli import routes_cli
from huiying.sources_cli import sources_cli
from huiying.suppress_cli import suppress_cli
from huiying.suppression import SiftedStream, Suppression

if TYPE_CHECKING:
    from huiying.app import Stage

cli = typer.Typer(
    help="回应：听得见、答得及时、公开得出。", no_args_is_help=True, pretty_exceptions_enable=False
)
cli.add_typer(sources_cli, name="sources")
record_cli = typer.Typer(help="办理记录：导出，交给任何人核验。", no_args_is_help=True)
cli.add_typer(record_cli, name="record")
dead_cli = typer.Typer(help="没有人能处理的信息（死信）。", no_args_is_help=True)
cli.add_typer(dead_cli, name="dead")
cli.add_typer(office_cli.policy_cli, name="policy")
cli.add_typer(routes_cli, name="routes")
cli.add_typer(office_cli.clock_cli, name="clock")
cli.add_typer(office_cli.calendar_cli, name="calendar")
cli.add_typer(office_cli.roster_cli, name="roster")
cli.add_typer(office_cli.notify_cli, name="notify")
cli.add_typer(retention_cli.retention_cli, name="retention")
cli.command("stats")(stats_cli.stats)
cli.add_typer(suppress_cli, name="suppress")
cli.command()(office_cli.simulate)
cli.command()(report)
index_cli = typer.Typer(help="Elasticsearch 的索引（distributed 引擎）。", no_args_is_help=True)
cli.add_typer(index_cli, name="index")

for command in (learning.retrain, learning.suggest, learning.backtest):
    cli.command()(command)

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出。")]


@cli.command()
def run(
    stages: Annotated[
        str | None, typer.Option(help="要运行的环节，用逗号隔开：crawlers,nlp,triage,web。默认全部。")
    ] = None,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="把积压处理完就结束；不采集、不开网页。")
    ] = False,
) -> None:
    """运行系统。"""
    with start.nothing_to_tidy():
        from huiying import app as roof

    if until_idle and stages:
        raise Misconfigured(
            "--until-idle 处理全部积压，不采集、不开网页，不能和 --stages 一起写，请去掉一个。"
        )
    chosen = _stages(stages)
    with roof.opened(roof.on_a_port(settings.load()), SystemClock()) as house:
        if until_idle:
            done = roof.run_until_idle(house)
            print(f"已处理完毕：{done} 条。")
        else:
            if roof.Stage.WEB in chosen:
                roof.port_must_be_free(house.settings)
                print(house.greeting(), flush=True)
            roof.run(house, chosen)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="样板网站的端口；0 是任意一个空的。")] = 8091,
    speed: Annotated[
        float,
        typer.Option(
            min=1, max=600, help="时间走得多快：60 是一小时当一分钟过，几分钟就能看到预警、逾期和升级。"
        ),
    ] = 1.0,
) -> None:
    """启动样板网站并运行全部环节，打印网址和演示账号。"""
    with start.nothing_to_tidy():
        from huiying import demo as play
    play.run(settings.load(), newsroom_port=port, speed=speed)


@cli.command()
def init() -> None:
    """建立数据文件夹，放入本单位自己的一份规则和来源目录。"""
    chosen = settings.load()
    copied = datafolder.lay_out(chosen)
    datafolder.secret_key(chosen)
    print(f"数据文件夹：{chosen.data}")
    for path in copied:
        print(f"  新放入 {path.relative_to(chosen.data)}")


@cli.command()
def crawl(
    once: Annotated[bool, typer.Option("--once", help="每个来源只看一遍就结束。")] = False,
    child_of: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """按来源目录采集（run 会自动带着它）。"""
    with start.nothing_to_tidy():
        from crawlers import run as crawler
        from crawlers import sources

    chosen = settings.load()
    datafolder.lay_out(chosen)
    metrics.running(engine=chosen.engine)
    figures = metrics_server.serve(chosen)
    key, engine = datafolder.secret_key(chosen), open_engine(chosen)
    try:
        crawler.crawl(
            sources.load(chosen.sources),
            stream=SiftedStream(engine.stream, Suppression(engine.register, key)),
            clock=chosen.clock(),
            data=chosen.data,
            key=key,
            once=once,
            child_of=child_of,
        )
    finally:
        engine.close()
        if figures is not None:
            figures.close()


@cli.command()
def intake(
    file: Annotated[Path, typer.Argument(help="Excel、CSV、TSV 或 JSONL 文件。")],
    mapping: Annotated[str, typer.Option(help="列对应关系：保存过的名字（如 12345）或 TOML 文件。")] = "",
    source: Annotated[str, typer.Option(help="来源编号；默认用列对应关系的名字，没有写就用文件名。")] = "",
    sheet: Annotated[str, typer.Option(help="Excel 里读哪一个工作表；默认是第一个列名对得上的。")] = "",
    live: Annotated[bool, typer.Option("--live", help="按实时信息收入（会启动时限）；默认是补录。")] = False,
    as_json: Json = False,
) -> None:
    """收入一个导出文件。中断后再运行一次，不丢不重。"""
    from crawlers import columns
    from crawlers import intake as desk

    chosen = settings.load()
    datafolder.lay_out(chosen)
    key, engine = datafolder.secret_key(chosen), open_engine(chosen)
    try:
        report = desk.intake(
            file,
            stream=SiftedStream(engine.stream, Suppression(engine.register, key)),
            data=chosen.data,
            key=key,
            mapping=columns.find(mapping, chosen.policy) if mapping else None,
            source=source or Path(mapping or file).stem,
            origin=Origin.LIVE if live else Origin.BACKFILL,
            sheet=sheet,
            now=SystemClock().now(),
        )
    finally:
        engine.close()
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.in_words())


@cli.command()
def account(
    as_json: Json = False,
    missing: Annotated[bool, typer.Option("--missing", help="列出下落不明的信息。")] = False,
) -> None:
    """对账：发布的每一条，是否都有下落。对不上时以非零结束。"""
    engine = open_engine(datafolder.existing(settings.load()), reading=True)
    try:
        book = ledger.take(engine)
    finally:
        engine.close()
    if as_json:
        print(json.dumps(book.as_dict(with_missing=missing), ensure_ascii=False))
    else:
        print(book.in_words())
        for key in book.missing if missing else ():
            print(f"  下落不明：{key.id} {key.version}")
    raise typer.Exit(0 if book.balanced else 1)


@cli.command("way-in")
def way_in(login: Annotated[str, typer.Argument(help="账号。")]) -> None:
    """给一个账号打印设新密码的一次性链接：没有系统管理员进得来的时候，在服务器上用。停用的账号随之启用，两步验证随之解除。"""
    from response_api.auth import Accounts
    from response_api.people import NoSuchAccount, People
    from triage import policy

    chosen = datafolder.existing(settings.load())
    engine = open_engine(chosen)
    try:
        people = People(Accounts(engine.register), policy.load(chosen.policy), datafolder.secret_key(chosen))
        token = people.way_back(login, SystemClock().now())
    except NoSuchAccount:
        raise Misconfigured(f"没有账号 {login}。还没有账号时，huiying run 会打印建立第一个的链接。") from None
    finally:
        engine.close()
    print(f"请用这个链接给 {login} 设新密码（72 小时内有效，只能用一次；记入安全日志）：")
    print(f"  {chosen.address}/invite/{token}")


@cli.command()
def check(
    as_json: Json = False,
    full: Annotated[bool, typer.Option("--full", help="也做费时的检查：对账、大文件的完整性。")] = False,
) -> None:
    """检查系统是否正常，逐条说明问题和办法。正常时以 0 结束，有问题以 1 结束，设置有误以 2 结束。"""
    from huiying import check as health

    report = health.check(settings.load(), SystemClock(), thorough=full)
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.in_words())
    raise typer.Exit(report.code)


@record_cli.command("export")
def record_export(
    file: Annotated[Path, typer.Argument(help="写到哪个文件（JSON Lines）；- 是标准输出。")],
    case: Annotated[str, typer.Option(help="只导出这一个事件（写事件编号）。")] = "",
    force: Annotated[bool, typer.Option("--force", help="文件已经有了也写，旧的被替换。")] = False,
    as_json: Json = False,
) -> None:
    """导出全部事件的办理记录：逐条经过、锚点、封印。系统运行时也能导出；其中没有标题和正文，只有校验值。

    请把打印出来的封印和末锚抄在别处：以后拿着它们，才能发现整个重算过的文件。
    """
    from triage import policy

    chosen = datafolder.existing(settings.load())
    office = policy.load(chosen.policy).top()
    engine = open_engine(chosen)
    try:
        with _written(file, force) as write:
            summary = export.export(
                engine.cases, Anchors(engine), write, office=office, now=SystemClock().now(), case_id=case
            )
    except export.NoSuchCase:
        raise Misconfigured(f"没有编号为 {case} 的事件，请从事件页的地址里抄写编号。") from None
    finally:
        engine.close()
    told = json.dumps(summary.as_dict(), ensure_ascii=False) if as_json else summary.in_words()
    print(told, file=sys.stderr if _is_stdout(file) else sys.stdout)


@cli.command()
def verify(
    file: Annotated[Path, typer.Argument(help="huiying record export 导出的文件；- 是标准输入。")],
    seal: Annotated[
        str, typer.Option(help="导出时抄下的封印：文件被整个重算过，只有对照它才看得出来。")
    ] = "",
    anchor: Annotated[
        str, typer.Option(help="以前抄下的末锚：它必须在这份记录里，否则那之前的记录被重算过。")
    ] = "",
    as_json: Json = False,
) -> None:
    """核验一份导出的记录，只看文件，不用联网，也不用数据文件夹。

    改动、缺失、调换、截断都会指出在哪一行。完整时以 0 结束，不完整以 1 结束，根本不是记录以 2 结束。
    不带 --seal 或 --anchor 时，发现不了从头到尾整个重算过的文件。
    """
    written_down = {"seal": _digest(seal, "--seal"), "anchor": _digest(anchor, "--anchor")}
    try:
        with contextlib.nullcontext(sys.stdin.buffer) if _is_stdout(file) else file.open("rb") as opened:
            report = checker.verify(opened, **written_down)
    except OSError as error:
        raise Misconfigured(
            f"读不了 {file}（{complaints.of_system(error)}）。请检查文件名和权限。"
        ) from error
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.in_words())
    raise typer.Exit(report.code)


@cli.command()
def train(as_json: Json = False) -> None:
    """用随软件附带的语料训练模型。"""
    from nlp import train as school

    chosen = settings.load()
    datafolder.lay_out(chosen)
    report = school.train(chosen.models)
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.in_words())


@cli.command()
def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="带标注文本的文件夹；默认用随软件附带的小测试集。")
    ] = None,
    plots: Annotated[Path | None, typer.Option(help="把图（PNG）画到这个文件夹。")] = None,
    as_json: Json = False,
) -> None:
    """测读得准不准：每个数字都带条数、区间和对照。缺的文件说明后跳过；有没测成的，以 1 结束。"""
    from huiying.evaluation import folder, measures, plotting, table
    from nlp import train as school
    from nlp.pipeline import Reader
    from triage import policy

    texts = folder.Folder.at(data or folder.OWN)
    if plots is not None:
        plotting.make_ready(plots)
    chosen = settings.load()
    datafolder.lay_out(chosen)
    school.ensure(chosen.models)
    reader = Reader.load(chosen.models, chosen.policy, policy.load(chosen.policy).jurisdiction)
    taken = measures.take(texts, reader)
    if as_json:
        print(json.dumps(table.as_dict(taken), ensure_ascii=False, allow_nan=False))
    else:
        print(table.in_words(taken))
    for remark in table.remarks(taken):
        print(remark, file=sys.stderr)
    for path in plotting.draw(taken.plots, plots) if plots is not None else ():
        print(f"已画 {path}", file=sys.stderr)
    raise typer.Exit(1 if taken.broken else 0)


@cli.command()
def backup(folder: Annotated[Path, typer.Argument(help="写到哪里：一个空的或还没有的文件夹。")]) -> None:
    """备份全部数据（先停掉其他环节）。"""
    from huiying import backup as copying

    chosen = datafolder.existing(settings.load())
    with datafolder.only_one(chosen):
        engine = open_engine(chosen)
        try:
            now = SystemClock().now()
            report = copying.backup(engine, chosen.data, folder, kind=chosen.engine, at=now)
            copying.book(chosen.data, now)
        finally:
            engine.close()
    print(f"已备份到 {folder}\n{report.in_words()}")


@cli.command()
def restore(folder: Annotated[Path, typer.Argument(help="备份所在的文件夹。")]) -> None:
    """从备份恢复到空的数据文件夹（distributed 引擎：还要空的命名空间）。"""
    from huiying import backup as copying

    chosen = settings.load()
    copying.must_fit(folder)
    copying.must_be_new(chosen.data)
    engine = open_engine(chosen)
    try:
        report = copying.restore(engine, chosen.data, folder)
        print(f"已恢复到 {chosen.data}\n{report.in_words()}")
        _erase_again(chosen, engine)
    finally:
        engine.close()


def _erase_again(chosen: settings.Settings, engine: Engine) -> None:
    """What had its time since the copy was made is in it still: it goes before anybody looks."""
    from triage import policy
    from triage.erasure import Erasure

    terms = retention.load(chosen.policy)
    erasure = Erasure(engine, policy.load(chosen.policy), terms, chosen.attachments)
    done = erasure.sweep(SystemClock().now())
    engine.archive.wipe()
    print(f"备份之后期满的案卷 {done} 卷，已重新清除。")


@dead_cli.command("list")
def dead_list(
    topic: Annotated[str, typer.Option(help="只看一个主题：posts、readings 或 source-checks。")] = "",
    as_json: Json = False,
) -> None:
    """列出还没有人能处理的信息，各带编号和原因；重送以后办好了的不再列。"""
    engine = open_engine(datafolder.existing(settings.load()))
    try:
        count = 0
        for grave in dead.waiting(engine, topic=topic):
            count += 1
            print(json.dumps(grave.as_dict(), ensure_ascii=False) if as_json else grave.in_words())
    finally:
        engine.close()
    if not as_json:
        print(f"共 {count} 条。" if count else "没有。")


@dead_cli.command("show")
def dead_show(number: Annotated[str, typer.Argument(help="编号，如 posts/12。")]) -> None:
    """显示一条的全部内容。"""
    engine = open_engine(datafolder.existing(settings.load()))
    try:
        grave = dead.find(engine.stream, number)
    finally:
        engine.close()
    print(json.dumps(grave.as_dict(with_value=True), ensure_ascii=False, indent=2))


@dead_cli.command("replay")
def dead_replay(
    numbers: Annotated[list[str] | None, typer.Argument(help="编号，如 posts/12；可以写多个。")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部再送一遍。")] = False,
    topic: Annotated[str, typer.Option(help="与 --all 一起用：只送一个主题的。")] = "",
) -> None:
    """原因排除以后，把信息再送一遍。"""
    if bool(numbers) == everything:
        raise Misconfigured("请写出编号，或者写 --all（二者选一）。")
    engine = open_engine(datafolder.existing(settings.load()))
    try:
        if everything:
            graves = dead.waiting(engine, topic=topic)
        else:
            graves = [dead.find(engine.stream, number) for number in numbers or ()]
        done = dead.replay(engine, graves)
    finally:
        engine.close()
    print(f"已重新送出 {done} 条。")


@index_cli.command("migrate")
def index_migrate(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="格式没变的索引也重建一遍。")] = False,
) -> None:
    """把旧格式的索引换成新格式。系统可以照常运行；换名的一瞬间写入会自动重试。"""
    from huiying.engines.distributed import stores

    moved = stores.migrate_indices(_distributed(settings.load()), rebuild=rebuild)
    print("\n".join(moved) if moved else "索引都是当前格式，没有要换的。")
    if moved:
        print("旧索引已停写并保留；各程序都换成新版本后，用 huiying index drop-old 删除。")


@index_cli.command("drop-old")
def index_drop_old() -> None:
    """删除换格式后留下的旧索引。"""
    from huiying.engines.distributed import stores

    gone = stores.drop_old_indices(_distributed(settings.load()))
    print("\n".join(f"已删除 {index}" for index in gone) if gone else "没有旧索引。")


helptext.in_chinese(cli)


def main() -> None:
    """What was typed, done; ends the process with what came of it."""
    signal.signal(signal.SIGTERM, start.tidily)
    try:
        chosen = settings.load()
        logs.configure(level=chosen.log_level, format=chosen.log_format)
        raise SystemExit(cli(prog_name="huiying", standalone_mode=False))
    except TyperException as fault:
        if told := usage.in_words(fault):
            print(told, file=sys.stderr)
        raise SystemExit(2) from None
    except Misconfigured as fault:
        print(fault, file=sys.stderr)
        raise SystemExit(2) from None
    except TryAgain as trouble:
        print(f"现在做不完，稍后再运行一次即可，不会丢失：{trouble}", file=sys.stderr)
        raise SystemExit(3) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as trouble:
        why = complaints.of_system(trouble)
        if trouble.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            print(f"现在做不完：{why}。处理好后再运行一次即可，不会丢失。", file=sys.stderr)
            raise SystemExit(3) from None
        if trouble.filename is None:
            raise
        print(f"{trouble.filename}：用不了（{why}）。请检查这个位置和它的权限，再运行一次。", file=sys.stderr)
        raise SystemExit(2) from None


def _is_stdout(file: Path) -> bool:
    return str(file) == "-"


@contextlib.contextmanager
def _written(file: Path, force: bool) -> Iterator[Callable[[bytes], object]]:
    if not _is_stdout(file):
        with export.whole(file, force=force) as opened:
            yield opened.write
        return
    try:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Misconfigured("接收的一方提前结束了，没有导出完。") from None


def _digest(text: str, option: str) -> str:
    """As written down by hand: spaces and capital letters do no harm."""
    plain = "".join(text.split()).lower()
    if plain and not re.fullmatch("[0-9a-f]{64}", plain):
        raise Misconfigured(f"{option} 要写 64 位的校验值（数字和 a 到 f），请对照抄下的再写一次。")
    return plain


def _stages(text: str | None) -> frozenset[Stage]:
    """All of them where none are named; an empty name, as of a variable that nobody set, is none."""
    from huiying.app import ALL, Stage

    if text is None:
        return ALL
    try:
        return frozenset(Stage(name.strip()) for name in text.removesuffix(",").split(","))
    except ValueError as error:
        allowed = "、".join(Stage)
        raise Misconfigured(
            f"--stages 里有不认识的环节：{text or '（空的）'}。可以写：{allowed}，用英文逗号隔开。"
        ) from error


def _distributed(chosen: settings.Settings) -> settings.Settings:
    if chosen.engine != "distributed":
        raise Misconfigured("embedded 引擎没有 Elasticsearch 索引。请设 HUIYING_ENGINE=distributed。")
    return chosen


if __name__ == "__main__":
    main()
