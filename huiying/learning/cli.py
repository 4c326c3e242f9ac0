"""``huiying retrain``, ``suggest`` and ``backtest``: learning from people, and what another rule or model would have done."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huiying import datafolder, logs, settings
from huiying.clock import SystemClock
from huiying.engines import open_engine
from huiying.errors import Misconfigured

if TYPE_CHECKING:
    from huiying.learning.replay import Side
    from huiying.ports import Notifier

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出。")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="回放最近多少天的信息。")]


def retrain(
    days: Days = 30,
    rollback: Annotated[bool, typer.Option("--rollback", help="退回上一个模型，不训练。")] = False,
    as_json: Json = False,
) -> None:
    """用自带语料和人工样例重新训练；自有测试集和最近几天的回放都没有变差才换上，旧模型留着。

    学两样：识别（确认、不予受理、改判、研判），归并的比对（合并、拆分、认定）；各比各的，没有变差的换上。
    换上以后，正在运行的系统从下一批信息起用新模型。有变差的、没有换的时以 1 结束，并说明哪一项。
    """
    from huiying.learning import retrain as school
    from nlp import versions
    from triage import policy

    chosen = _laid_out()
    if rollback:
        was, now = versions.roll_back(chosen.models)
        told = {"was": was, "model": now}
        said = f"已从{versions.spelled(was)}退回{versions.spelled(now)}，下一批信息起生效。"
        print(json.dumps(told, ensure_ascii=False) if as_json else said)
        return
    jurisdiction = policy.load(chosen.policy).jurisdiction
    engine = open_engine(chosen, reading=True)
    try:
        report = school.retrain(
            engine, chosen.models, chosen.policy, jurisdiction, SystemClock().now(), days=days
        )
    finally:
        engine.close()
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.in_words())
    raise typer.Exit(0 if report.ok else 1)


def suggest(
    count: Annotated[int, typer.Option(min=1, max=500, help="列多少条。")] = 25,
    corrected: Annotated[
        bool, typer.Option("--corrections", help="改为列出人改过的分办和地点：哪条规则、哪个词，多少次。")
    ] = False,
    as_json: Json = False,
) -> None:
    """列出最值得人来标注的信息：最像的、最拿不准的各四成，随机的两成；各带网址，打开就能改判。"""
    if corrected:
        _corrections(as_json=as_json)
        return
    from huiying.learning import suggest as desk
    from nlp import model, train, versions
    from nlp.pipeline import Reader
    from triage import policy

    chosen = _laid_out()
    train.ensure(chosen.models)
    reader = Reader.load(chosen.models, chosen.policy, policy.load(chosen.policy).jurisdiction)
    card = model.load(versions.current(chosen.models)).card
    engine = open_engine(chosen, reading=True)
    try:
        cuts = desk.Cuts(alert=card.alert, review=card.review)
        items = desk.suggest(engine, reader, cuts, chosen.address, SystemClock().now(), count=count)
    finally:
        engine.close()
    if as_json:
        print(json.dumps([item.as_dict() for item in items], ensure_ascii=False))
    else:
        print("\n".join(item.in_words() for item in items))


def _corrections(*, as_json: bool) -> None:
    from huiying.learning import corrections
    from triage import policy

    chosen = _laid_out()
    rules = policy.load(chosen.policy)
    engine = open_engine(chosen, reading=True)
    try:
        found = corrections.gather(engine)
    finally:
        engine.close()
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        print(found.in_words(rules, corrections.names(chosen.policy)))


def backtest(
    other_policy: Annotated[
        str, typer.Option("--policy", help="另一套规则：文件夹，或规则文件夹里一套时限规则的名字。")
    ] = "",
    other_model: Annotated[
        Path | None, typer.Option("--model", help="另一个模型所在的文件夹，如 models/versions/rejected。")
    ] = None,
    days: Days = 30,
    as_json: Json = False,
) -> None:
    """用另一套规则或另一个模型把最近的信息重放一遍：哪些事件会不同，为什么。不改任何数据，什么都不发出去。"""
    from huiying.learning import backtest as court
    from huiying.learning import replay
    from nlp import train

    if not other_policy and other_model is None:
        raise Misconfigured("请写 --policy（另一套规则）或 --model（另一个模型），也可以都写。")
    chosen = _laid_out()
    logs.configure(level="ERROR", format=chosen.log_format)
    train.ensure(chosen.models)
    now = SystemClock().now()
    engine = open_engine(chosen, reading=True)
    try:
        posts = replay.recent(engine.archive.all(), now - timedelta(days=days))
    finally:
        engine.close()
    if not posts:
        raise Misconfigured(f"归档里没有最近 {days} 天的信息，没有可以回放的。可以用 --days 放长。")
    with tempfile.TemporaryDirectory(prefix="huiying-policy-") as folder:
        both = sides(chosen, other_policy, other_model, Path(folder))
        old, new = (replay.replay(side, posts, now) for side in both)
    told = court.compare(old, new, len(posts))
    print(json.dumps(told.as_dict(), ensure_ascii=False) if as_json else told.in_words())


def _laid_out() -> settings.Settings:
    chosen = datafolder.existing(settings.load())
    datafolder.lay_out(chosen)
    return chosen


def sides(
    chosen: settings.Settings, other_policy: str, other_model: Path | None, folder: Path
) -> tuple[Side, Side]:
    """The current way and the other one. The channels are the office's own; none of them is used."""
    from huiying.learning.replay import Side
    from nlp import model, train, versions
    from nlp.pipeline import Reader
    from triage import notifiers, pairmodel, policy
    from triage.wording import Wording

    channels: dict[str, Notifier] = dict(notifiers.open_notifiers(chosen))
    rules = policy.load(chosen.policy, channels=tuple(channels))
    old = Side(
        name="现行",
        policy=rules,
        reader=Reader.load(chosen.models, chosen.policy, rules.jurisdiction),
        wording=Wording(pairmodel.load(versions.current(chosen.models))),
    )
    where = policy_folder(chosen.policy, other_policy, rules.top(), folder) if other_policy else chosen.policy
    others = policy.load(where, channels=tuple(channels))
    models = other_model or chosen.models
    card = model.load(versions.current(models)).card
    if card.stamp != train.stamp():
        raise Misconfigured(
            f"{models} 里的模型是别的版本的软件训练的，这个版本读不了。请用 huiying retrain 重新训练。"
        )
    name = "、".join(
        part for part in (other_policy, f"模型 {other_model.name}" if other_model else "") if part
    )
    return old, Side(
        name=name,
        policy=others,
        reader=Reader.load(models, where, others.jurisdiction),
        wording=Wording(pairmodel.load(versions.current(models))),
    )


IN_FORCE = "in_force.toml"


def policy_folder(own: Path, wanted: str, top: str, folder: Path) -> Path:
    """A folder of rules as it is; of a pack by name, the office's own rules with this pack in force for everybody."""
    if Path(wanted).is_dir():
        return Path(wanted)
    name = Path(wanted).name.removesuffix(".toml")
    if not (own / f"{name}.toml").is_file():
        raise Misconfigured(f"没有文件夹 {wanted}，{own} 里也没有 {name}.toml。")
    if not (own / IN_FORCE).is_file():
        raise Misconfigured(f"{own} 里没有 {IN_FORCE}，不能只换一套时限规则。请给出整个规则文件夹。")
    made = folder / "policy"
    shutil.copytree(own, made)
    (made / IN_FORCE).write_text(
        f'version = 1\ncitations = ["回放"]\n\n[[period]]\npack = "{name}"\nunit = "{top}"\nfrom = 2000-01-01\n',
        "utf-8",
    )
    return made
