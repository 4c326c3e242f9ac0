"""``huiying check`` finds what is wrong, each fault really there, and says what to do; what is well it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from crawlers import health, sources
from huiying import app as roof
from huiying import backup, check, codec, datafolder, heart, skew, tomlfile
from huiying.clock import SHANGHAI, SystemClock
from huiying.contracts import Role, SourceCheck
from huiying.engines import open_engine
from huiying.finding import Finding, Severity
from huiying.heart import Beat
from huiying.settings import Settings
from huiying.topics import POSTS, READINGS
from response_api.auth import Accounts
from services.common import free_port
from tests.eventually import eventually
from tests.factories import NOW, a_post, a_reading
from tests.huiying.test_heart import a_beat
from tests.huiying.test_skew import Elsewhere
from tests.prompt import prompt
from tests.response_api.conftest import QUICK
from tests.triage.test_watch import stored
from triage.objections import Objection
from triage.roster import Roster, Shift

EVERY_LOOP = tuple(loop for loops in check.STAGES.values() for loop in loops)
AHEAD = timedelta(minutes=20)


@pytest.fixture
def office(settings: Settings, models: Path) -> Settings:
    """Laid out, with models, and everybody at work."""
    datafolder.lay_out(settings)
    datafolder.secret_key(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    beat(settings, a_beat(at=datetime.now(UTC), loops=EVERY_LOOP))
    return settings


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Settings:
    """The same on the embedded engine, for what has to do with no engine."""
    settings = Settings(data=tmp_path / "office")
    datafolder.lay_out(settings)
    datafolder.secret_key(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    beat(settings, a_beat(at=datetime.now(UTC), loops=EVERY_LOOP))
    return settings


def beat(settings: Settings, *beats: Beat) -> None:
    engine = open_engine(settings)
    for one in beats:
        engine.register.put(heart.KIND, one.host, msgspec.json.encode(one), expect=None)
    engine.close()


def look(settings: Settings, ahead: timedelta = timedelta(0)) -> Mapping[str, Finding]:
    """By name, as seen by a machine whose clock is so far ahead."""
    return named(check.check(settings, Elsewhere(ahead)))


def named(report: check.Report) -> Mapping[str, Finding]:
    assert len({one.name for one in report.findings}) == len(report.findings)
    return {one.name: one for one in report.findings}


def bad(found: Mapping[str, Finding]) -> set[str]:
    return {name for name, one in found.items() if not one.ok}


def test_where_all_is_well_nothing_is_wrong(office: Settings) -> None:
    report = check.check(office, SystemClock())
    assert report.ok and report.code == 0, report.in_words()
    assert report.in_words().endswith("一切正常。")
    assert all(one.says for one in report.findings)


def test_what_waits_for_long_is_buried_or_overdue_is_wrong(office: Settings) -> None:
    engine = open_engine(office)
    engine.stream.publish(POSTS.name, [("x", b"no post")])
    engine.close()
    with roof.built(office, SystemClock()) as house:
        assert house.reading().run_until_idle() == 1
        house.engine.stream.publish(READINGS.name, [READINGS.encode(a_reading())])
        stored(house.engine)
    late = eventually(
        lambda: look(office, AHEAD), until=lambda seen: {"dead", "rungs"} <= bad(seen), seconds=20
    )
    assert {"dead", "rungs", "lag.readings", "workers.nlp"} <= bad(late)
    assert "dead list" in late["dead"].mend
    assert "等" in late["lag.readings"].says and "triage" in late["lag.readings"].mend
    assert "lag.readings" not in bad(look(office)), "what has just come may wait"
    assert late["lag.posts"].ok


def test_a_clock_that_is_wrong_is_found(office: Settings) -> None:
    ahead = look(office, timedelta(minutes=2))
    if office.engine == "distributed":
        assert "kafka 快 1" in ahead["clock"].says and "elasticsearch 快 1" in ahead["clock"].says
    else:
        assert ahead["clock"].ok, "on one machine there is nothing to compare with"
    beat(office, a_beat(host="elsewhere", at=datetime.now(UTC) + timedelta(minutes=1)))
    assert "elsewhere 的时钟比本机快" in look(office)["clock"].says


def test_a_notice_that_nobody_sends_is_wrong(office: Settings) -> None:
    with prompt(office) as engine:
        stored(engine)
        with roof.built(office, SystemClock()) as house:
            eventually(lambda: house.watch().tick(NOW))
    found = eventually(lambda: look(office), until=lambda seen: "notices.console" in seen, seconds=20)
    assert not found["notices.console"].ok


@pytest.mark.parametrize("service", ["kafka", "elasticsearch"])
def test_a_server_that_is_stopped_is_named_and_the_other_one_looked_at(
    desk: Settings, service: str, request: pytest.FixtureRequest
) -> None:
    from tests import cluster, indices

    cluster.need("kafka", "elasticsearch")
    nobody = f"127.0.0.1:{free_port()}"
    address = nobody if service == "kafka" else f"http://{nobody}"
    chosen = desk.model_copy(
        update={"engine": "distributed", "namespace": indices.a_namespace(), service: address}
    )
    try:
        report = check.check(chosen, SystemClock())
    finally:
        (indices.sweep if service == "kafka" else cluster.sweep)(chosen)
    found = named(report)
    assert bad(found) == {service}
    assert report.code == 1 and "没有应答" in found[service].says and "启动它" in found[service].mend
    other = ({"kafka", "elasticsearch"} - {service}).pop()
    assert found[other].ok


def test_a_damaged_file_is_named(desk: Settings) -> None:
    path = desk.data / "office.db"
    content = bytearray(path.read_bytes())
    content[0:16] = b"not a database!!"
    path.write_bytes(content)
    report = check.check(desk, SystemClock())
    assert report.code == 2
    assert bad(named(report)) == {"sqlite.office"}
    assert "office.db" in named(report)["sqlite.office"].says


def test_a_page_that_was_overwritten_is_found(desk: Settings) -> None:
    engine = open_engine(desk)
    for number in range(200):
        engine.register.put("x", f"{number}", b"x" * 500, expect=0)
    engine.close()
    path = desk.data / "office.db"
    content = bytearray(path.read_bytes())
    for page in range(4096 * 10, len(content) - 4096, 4096):
        content[page : page + 64] = os.urandom(64)
    path.write_bytes(content)
    found = named(check.check(desk, SystemClock()))
    assert found["sqlite.office"].severity is Severity.MISCONFIGURED
    assert "备份恢复" in found["sqlite.office"].mend + found["sqlite.office"].says


READ_ONLY = 'mount -t tmpfs tmpfs "$1" && {run} init && mount -o remount,ro "$1" && exec {run} check --json'


def test_a_folder_on_a_disk_that_became_read_only(tmp_path: Path) -> None:
    if not shutil.which("unshare"):
        pytest.skip("needs unshare")
    script = READ_ONLY.format(run=f'"{sys.executable}" -m huiying.cli')
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(tmp_path)],
        env={**os.environ, "HUIYING_DATA": str(tmp_path / "office")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "mount" in done.stderr:
        pytest.skip("may not mount here")
    told = json.loads(done.stdout.splitlines()[-1])
    (data,) = [one for one in told["findings"] if one["name"] == "data"]
    assert (data["ok"], data["severity"]) == (False, "wrong")
    assert "只读" in data["says"] and data["mend"]
    assert told["ok"] is False and done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_that_is_gone_or_of_another_version(desk: Settings) -> None:
    idle = a_beat(at=datetime.now(UTC), loops=tuple(set(EVERY_LOOP) - {"nlp"}))
    beat(desk, idle)
    (weights,) = desk.models.glob("*.npz")
    weights.unlink()
    assert look(desk)["models"].mend == "运行 huiying train"
    assert {"models", "workers.nlp"} == bad(look(desk))
    beat(desk, a_beat(at=datetime.now(UTC), loops=EVERY_LOOP))
    found = look(desk)["models"]
    assert found.severity is Severity.NOTICE, "whoever reads has loaded its own"


def test_a_variable_that_sets_nothing_and_links_that_lead_nowhere_are_told(
    desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HUIYING_SMPT_URL", "HUIYING_COLOUR", "HUIYING_KAFKA_PASSWORD_FILE", "HUIYING_SUBNET"):
        monkeypatch.setenv(name, "")
    found = look(desk.model_copy(update={"host": "0.0.0.0"}))
    assert found["settings.unknown"].ok, "nothing is broken by it"
    assert "HUIYING_COLOUR、HUIYING_SMPT_URL（是不是 HUIYING_SMTP_URL？）" in found["settings.unknown"].says
    assert "http://0.0.0.0:" in found["settings.base_url"].says
    for name in ("HUIYING_SMPT_URL", "HUIYING_COLOUR"):
        monkeypatch.delenv(name)
    well = look(desk.model_copy(update={"host": "0.0.0.0", "base_url": "https://huiying.example.gov.cn"}))
    assert {"settings.unknown", "settings.base_url"}.isdisjoint(well)


def test_a_policy_a_key_or_a_channel_that_is_set_up_wrongly_ends_with_two(desk: Settings) -> None:
    (desk.policy / "severity.toml").write_text("version = oops", "utf-8")
    report = check.check(desk, SystemClock())
    assert report.code == 2 and bad(named(report)) == {"policy"}
    assert "\n" not in named(report)["policy"].says and "severity.toml" in named(report)["policy"].says
    shutil.copy(tomlfile.DEFAULTS / "severity.toml", desk.policy)
    (desk.data / "secret.key").write_text("broken")
    assert bad(look(desk)) == {"policy"}
    (desk.data / "secret.key").write_text("00" * 32)
    assert bad(look(desk.model_copy(update={"webhook_url": "http://127.0.0.1:1/x"}))) == {"channels"}
    both = desk.model_copy(update={"webhook_url": "http://127.0.0.1:1/x", "webhook_secret": SecretStr("x")})
    assert bad(look(both)) == set()


def test_a_sounding_that_is_near_and_not_announced_is_told(desk: Settings) -> None:
    at = SystemClock().now().astimezone(SHANGHAI) + timedelta(days=3)
    (desk.policy / "soundings.toml").write_text(
        'version = 1\ncitations = ["x"]\n[[sounding]]\nname = "试鸣"\ncodes = ["41"]\n'
        f"from = {at:%Y-%m-%d} 10:00:00\nto = {at:%Y-%m-%d} 10:31:00\n",
        "utf-8",
    )
    told = look(desk)["soundings"]
    assert "还没有填公告日期" in told.says and "5 日以前" in told.says


def test_a_channel_that_is_not_set_up_is_told_with_its_own_setting(desk: Settings) -> None:
    file = desk.policy / "notices.toml"
    row = '[[address]]\nchannel = "wecom"\nrole = "duty"\nto = "值班群"\n\n[restricted]'
    file.write_text(file.read_text("utf-8").replace("[restricted]", row, 1), "utf-8")
    told = look(desk)["channels"]
    assert told.mend.startswith("设置 HUIYING_SMTP_URL、HUIYING_WEBHOOK_URL、HUIYING_WECOM_URL，")


def test_no_folder_at_all(tmp_path: Path) -> None:
    report = check.check(Settings(data=tmp_path / "nowhere"), SystemClock())
    assert report.code == 2 and bad(named(report)) == {"data"}
    assert not (tmp_path / "nowhere").exists(), "a look makes nothing"


def test_stages_that_nobody_has_seen_are_named_with_how_long(desk: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=11)
    beat(desk, a_beat(at=long_ago, loops=EVERY_LOOP))
    found = look(desk)
    assert {"workers.nlp", "workers.triage", "workers.web"} <= bad(found)
    assert "11 分钟" in found["workers.nlp"].says
    beat(desk, a_beat(at=datetime.now(UTC), loops=("nlp", "triage", "health", "web", "crawlers")))
    found = look(desk)
    assert bad(found) == {"workers.triage"}
    assert "watch" in found["workers.triage"].says and "courier" in found["workers.triage"].says


def test_a_jump_of_a_clock_is_a_finding_for_an_hour() -> None:
    jumped = msgspec.structs.replace(a_beat(), jumped_at=NOW, jumped=-7200.0)
    soon = NOW + timedelta(seconds=30)
    (found,) = check.time_of_day((), [jumped], soon)
    assert not found.ok and "-7200 秒" in found.says
    (found,) = check.time_of_day((), [msgspec.structs.replace(jumped, at=NOW)], NOW + timedelta(hours=2))
    assert found.ok


def test_what_another_machine_says_of_its_clock_counts_while_it_lives() -> None:
    slow = msgspec.structs.replace(a_beat(host="nlp-3"), offsets={"kafka": -42.0})
    (found,) = check.time_of_day((), [slow], NOW)
    assert "nlp-3 的时钟比 kafka 慢 42 秒" in found.says
    (found,) = check.time_of_day((), [slow], NOW + timedelta(hours=1))
    assert found.ok
    exact = skew.Offset(server="kafka", ahead=timedelta(seconds=1), within=timedelta(seconds=1))
    (found,) = check.time_of_day([exact], [], NOW)
    assert found.ok


def test_sources_that_fall_silent_are_named(desk: Settings) -> None:
    (source, *_) = sources.load(desk.sources).enabled
    engine = open_engine(desk)
    now = datetime.now(UTC)
    seen = SourceCheck(
        source=source.id, source_name=source.name, at=now - timedelta(days=2), ok=True, every_seconds=60
    )
    health.HealthHandler(engine.register).handle([seen], now)
    engine.close()
    found = look(desk)
    assert bad(found) == {"sources"} and source.name in found["sources"].says


def test_objections_are_told_by_how_their_term_stands_and_whether_anybody_can_decide(desk: Settings) -> None:
    assert look(desk)["objections"].ok
    assert look(desk)["protection"].severity is Severity.NOTICE
    engine, now = open_engine(desk), datetime.now(UTC)
    waiting = Objection(
        id="o", filed_at=now, due_at=now + timedelta(days=20), warn_at=now + timedelta(days=16)
    )
    engine.register.put("objection", "o", codec.encode(waiting), expect=0)
    engine.close()
    assert bad(look(desk)) == {"objections.nobody"}
    engine = open_engine(desk)
    Accounts(engine.register, QUICK).create("s", "审查", [Role.SECRECY], "x" * 12, now, unit="henan")
    engine.close()
    for days, severity in ((0, Severity.GOOD), (17, Severity.NOTICE), (21, Severity.WRONG)):
        assert look(desk, timedelta(days=days))["objections"].severity is severity, days
    rules = desk.policy / "protection.toml"
    text = rules.read_text("utf-8")
    told = text.replace('name = "" ', 'name = "办公室" ').replace('contact = "" ', 'contact = "0371" ')
    rules.write_text(told, "utf-8")
    assert "protection" not in look(desk)
    rules.write_text(text.replace("warn_days = 3", "warn_days = 30"), "utf-8")
    assert "warn_days" in look(desk)["policy"].says


def test_the_age_of_the_last_backup_is_told_where_it_is_known(desk: Settings) -> None:
    now = datetime.now(UTC)
    assert look(desk)["backup"].severity is Severity.NOTICE
    backup.book(desk.data, now - timedelta(days=1))
    assert look(desk)["backup"].severity is Severity.GOOD
    backup.book(desk.data, now - timedelta(days=30))
    assert "30 天" in look(desk)["backup"].says


def test_a_missing_line_of_the_ledger_is_wrong(desk: Settings) -> None:
    engine = open_engine(desk)
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post())])
    subscription = engine.stream.subscribe(POSTS.name, group="nlp")
    subscription.commit(subscription.poll(limit=9, wait=timedelta(seconds=5)))
    subscription.close()
    engine.close()
    assert bad(look(desk)) == {"ledger"}


@pytest.mark.parametrize(
    ("ahead", "severity"),
    [
        (timedelta(0), Severity.WRONG),
        (timedelta(hours=23), Severity.NOTICE),
        (timedelta(days=2), Severity.GOOD),
    ],
)
def test_a_roster_that_ends_is_told(ahead: timedelta, severity: Severity) -> None:
    shift = Shift(unit="henan", role="duty", start=NOW - AHEAD, end=NOW + ahead, name="某")
    (one,) = check.roster(Roster(shifts=(shift,)), NOW)
    assert one.severity is severity
    assert list(check.roster(Roster(), NOW)) == []
