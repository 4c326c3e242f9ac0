from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.compose import Found, compose, voice_of
from crawlers.gate import Gate
from crawlers.sources import check, load
from huiying import sources_cli, tomlfile
from huiying.contracts import Channel, Origin, Tier
from huiying.errors import Misconfigured

GOOD = """
[defaults]
every = "5m"
contact = "a@example.gov.cn"
[[source]]
id = "daily"
name = "示例日报"
kind = "feed"
url = "https://example.cn/rss.xml"
level = "市级媒体"
basis = "公开 RSS"
"""


def _load(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    load(path)


def test_the_example_catalogue_is_valid() -> None:
    lines = check(tomlfile.DEFAULTS / "sources.example.toml")
    assert lines[-1].endswith("目录没有错误")


def test_words_of_the_office_become_values_and_defaults_are_handed_down(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD, "utf-8")
    [source] = load(path).source
    assert (source.level, source.place) == (Tier.CITY, Channel.NEWS)
    assert (source.every, source.max_age) == (timedelta(minutes=5), timedelta(days=7))


def test_a_hot_search_list_and_overseas_media_are_levels_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    for word, tier in (("全国热搜", Tier.HOT_SEARCH), ("境外媒体", Tier.OVERSEAS)):
        path.write_text(GOOD.replace("市级媒体", word), "utf-8")
        [source] = load(path).source
        assert source.level is tier


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "feed"', 'kind = "telepathy"', "第 8 行"),
        ('kind = "feed"', 'kind = "telepathy"', "不认识这种来源"),
        ('basis = "公开 RSS"', "", "缺少这一项"),
        ('name = "示例日报"', "name = “示例日报”", "全角符号"),
        ('url = "https://example.cn/rss.xml"', "", "还要写明 url"),
        ('url = "https://example.cn/rss.xml"', 'url = "file:///etc/hostname"', "http://"),
        ('level = "市级媒体"', 'level = "区级媒体"', "可以写：普通"),
        ('level = "市级媒体"', 'evry = "5m"', "不认识这一项"),
        ('level = "市级媒体"', 'every = "often"', "时长写成数字加单位"),
        ('level = "市级媒体"', 'every = "99999999999d"', "最多写 3650d"),
        ('level = "市级媒体"', 'max_age = "3651d"', "最多写 3650d"),
        ('url = "https://example.cn/rss.xml"', 'url = "https://["', "这不是网址"),
        ('level = "市级媒体"', "pages = 99", "pages"),
        ('level = "市级媒体"', "respect_robots = false", "permission"),
        ('level = "市级媒体"', 'respect_robots = false\npermission = " "', "permission"),
        ('level = "市级媒体"', 'path = "../../secret"', "相对路径"),
        ('basis = "公开 RSS"', 'basis = "公开 RSS', "第 11 行"),
        ('level = "市级媒体"', 'item = "ul.list >> li["', "不是 CSS 选择器"),
        ('level = "市级媒体"', 'encoding = "utf-9"', "不认识这种编码"),
        ('every = "5m"', 'allow_hosts = ["http://10.8.0.15"]', "不写 http:// 和路径"),
        ('every = "5m"', 'allow_hosts = ["10.8.0.15:web"]', '现在有 "10.8.0.15:web"'),
    ],
)
def test_a_fault_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(Misconfigured) as refused:
        _load(tmp_path, GOOD.replace(old, new))
    assert says in str(refused.value)
    assert "sources.toml" in str(refused.value)


def test_an_id_used_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="第 13 行：来源编号 daily 用了 2 次"):
        _load(tmp_path, GOOD + GOOD.partition("[[source]]")[1] + GOOD.partition("[[source]]")[2])


def test_comments_answer_a_source_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(
        Misconfigured, match="来源 daily 的 reply_source 写的是 weibo，目录里没有这个来源编号"
    ):
        _load(tmp_path, GOOD + 'reply_source = "weibo"\n')
    _load(tmp_path, GOOD + 'reply_source = "daily"\n')


def test_defaults_that_pass_robots_txt_by_are_refused_without_permission(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="permission"):
        _load(tmp_path, GOOD.replace('every = "5m"', "respect_robots = false"))


def test_check_gives_a_line_a_source_and_a_sum(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD, "utf-8")
    daily, total = check(path)
    assert daily == "daily　示例日报　feed　每 5 分钟　依据：公开 RSS"
    assert total == "共 1 个来源，启用 1 个，目录没有错误"


def test_check_says_who_permitted_to_pass_robots_txt_by(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD + 'respect_robots = false\npermission = "某日报来函 3 号"\n', "utf-8")
    assert check(path)[0].endswith("不受 robots.txt 限制，批准：某日报来函 3 号")


@pytest.mark.parametrize(("text", "code", "says"), [(GOOD, 0, "目录没有错误"), ("[[source]\n", 2, "第 1 行")])
def test_the_command_ends_well_for_a_good_catalogue_alone(
    tmp_path: Path, text: str, code: int, says: str
) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    command = [sys.executable, "-m", "huiying.cli", "sources", "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code
    assert says in (done.stderr if code else done.stdout)
    assert ("没有生效" in done.stderr) is bool(code)


def test_how_often_a_source_is_looked_at_does_not_change_how_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    shapes = []
    for text in (GOOD, GOOD.replace("5m", "6m"), GOOD.replace("level =", 'content = "#a"\nlevel =')):
        path.write_text(text, "utf-8")
        shapes.append(load(path).source[0].shape)
    assert shapes[0] == shapes[1] != shapes[2]


@pytest.mark.parametrize(
    ("every", "words"),
    [
        ("20s", "每 20 秒"),
        ("90s", "每 1.5 分钟"),
        ("2h", "每 2 小时"),
        ("1d", "每 1 天"),
        ("100s", "每 100 秒"),
    ],
)
def test_an_interval_is_told_in_its_own_unit(tmp_path: Path, every: str, words: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD.replace('"5m"', f'"{every}"'), "utf-8")
    assert f"　{words}　" in check(path)[0]


def test_a_catalogue_that_looks_nowhere_says_so(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    for text in ("", GOOD + "enabled = false\n"):
        path.write_text(text, "utf-8")
        assert any("什么也不会采集" in line for line in check(path))


def test_sources_of_one_site_say_so_and_none_is_read_anew_for_it(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD, "utf-8")
    [before] = load(path).source
    path.write_text(GOOD.replace('basis = "公开 RSS"', 'basis = "公开 RSS"\nsite = " 示例日报 "'), "utf-8")
    [source] = load(path).source
    assert (voice_of(before).site, voice_of(source).site) == ("", "示例日报")
    assert source.shape == before.shape
    now = datetime(2026, 11, 23, tzinfo=UTC)
    found = Found(url="https://example.cn/1.html", text="人防门坏了")
    post = compose(found, voice_of(source), key=b"k", origin=Origin.LIVE, now=now)
    assert post is not None and post.site == "示例日报"


def test_hosts_of_the_intranet_are_names_addresses_and_networks(tmp_path: Path) -> None:
    hosts = [
        "oa.example.gov.cn",
        "10.8.0.15:8080",
        "10.8.0.0/16",
        "10.8.0.0/16:8080",
        "[fd00::8]:80",
        "fd00::/8",
        "fd00::8",
    ]
    written = ", ".join(f'"{host}"' for host in hosts)
    _load(tmp_path, GOOD.replace('every = "5m"', f"allow_hosts = [{written}]"))
    assert Gate(hosts).admits("10.8.0.15", 8080)


def test_the_check_looks_for_the_mappings_that_the_catalogue_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    path = tmp_path / "sources.toml"
    path.write_text(
        GOOD
        + '[[source]]\nid = "hotline"\nname = "热线"\nkind = "file"\npath = "a.csv"\nbasis = "本单位"\nmapping = "12346"\n',
        "utf-8",
    )
    with pytest.raises(Misconfigured, match="没有叫 12346 的列对应关系"):
        sources_cli.check(None)
    path.write_text(path.read_text("utf-8").replace("12346", "12345"), "utf-8")
    sources_cli.check(None)


@pytest.mark.parametrize(
    ("region", "told"), [("洛羊市", True), ("洛阳市", False), ("涧西区", False), ("", False)]
)
def test_the_check_names_a_region_that_is_no_place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    region: str,
    told: bool,
) -> None:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    (tmp_path / "sources.toml").write_text(f'{GOOD}region = "{region}"\n', "utf-8")
    sources_cli.check(None)
    assert ("不在 localities.toml 里" in capsys.readouterr().out) is told
