"""The catalogue as the program edits it: what an office wrote stays as it wrote it."""

from __future__ import annotations

import difflib
import fcntl
import os
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import cataloguing, sources
from crawlers.cataloguing import Overtaken, Unwritten, Value, added, changed
from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS

EXAMPLE = (DEFAULTS / "sources.example.toml").read_text("utf-8")
NEW: Mapping[str, Value] = {
    "id": "county",
    "name": "县政府网站",
    "kind": "feed",
    "url": "https://county.example.cn/rss",
    "basis": "公开的 RSS",
    "enabled": False,
}
SMALL = """# 本单位的目录
version = 1

[[source]]   # 头一个
id = "one"   # 编号
name = '一号'
kind = "file"
path = "inbox/*.csv"
drop = [
  "来电号码",   # 不留
  "姓名",
]
basis = "本单位业务数据"  # 依据

# 下面这个还没谈好
[[source]]
  id = "two"
  name = "二号"
  kind = "feed"
  url = "https://two.example.cn/rss"
  basis = "RSS"
# 完"""


def lines_of_difference(before: str, after: str) -> list[str]:
    told = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in told if not line.startswith(("---", "+++", "@@"))]


def test_only_the_key_whose_value_changed_is_written_and_its_comment_stays() -> None:
    after = changed(EXAMPLE, "city-gov-news", {"pages": 3, "region": "示例市", "item": "ul.list li a"})
    assert lines_of_difference(EXAMPLE, after) == [
        "-pages   = 2                          # 最多翻几页",
        "+pages   = 3                          # 最多翻几页",
    ]


def test_what_is_not_changed_leaves_the_text_as_it_is() -> None:
    assert changed(SMALL, "one", {"drop": ("来电号码", "姓名"), "name": "一号"}) == SMALL


def test_a_new_key_comes_after_the_last_and_before_a_comment_on_what_follows() -> None:
    after = changed(SMALL, "one", {"enabled": False})
    assert "# 依据\nenabled = false\n\n# 下面这个还没谈好\n" in after
    assert lines_of_difference(SMALL, after) == ["+enabled = false"]
    aligned = changed(EXAMPLE, "city-gov-news", {"every": "2h"})
    assert lines_of_difference(EXAMPLE, aligned) == ['+every   = "2h"']


def test_a_key_that_goes_leaves_its_comment() -> None:
    after = changed(SMALL, "one", {"basis": None, "name": None})
    assert "\n# 依据\n" in after
    assert lines_of_difference(SMALL, after) == [
        "-name = '一号'", '-basis = "本单位业务数据"  # 依据', "+# 依据",
    ]  # fmt: skip


def test_a_list_over_several_lines_stays_one() -> None:
    after = changed(SMALL, "one", {"drop": ("来电号码", "姓名", "住址")})
    assert tomllib.loads(after)["source"][0]["drop"] == ["来电号码", "姓名", "住址"]
    assert '    "住址",\n]\n' in after


def test_a_source_is_added_at_the_end() -> None:
    for text in (EXAMPLE, SMALL, "version = 1", "", "\n"):
        after = added(text, NEW)
        assert after.startswith(text)
        assert tomllib.loads(after)["source"][-1] == NEW
        assert sources.parse(after, name="sources.toml").source[-1].id == "county"
    assert added(SMALL, NEW).splitlines()[-8:-6] == ["", "[[source]]"]


def test_line_ends_stay_as_they_are() -> None:
    theirs = SMALL.replace("\n", "\r\n")
    for after in (added(theirs, NEW), changed(theirs, "one", {"enabled": False, "drop": ("姓名",)})):
        assert "\n" not in after.replace("\r\n", "")
    assert changed(theirs, "two", {"enabled": False}).replace("\r\n", "\n") == changed(
        SMALL, "two", {"enabled": False}
    )


def test_a_file_that_cannot_be_kept_as_it_is_written_is_left_alone() -> None:
    scattered = SMALL.replace("# 下面这个还没谈好", "[defaults]\nevery = '5m'\n")
    with pytest.raises(Unwritten, match="服务器"):
        changed(scattered, "two", {"enabled": False})
    assert sources.parse(added(scattered, NEW), name="x").source[-1].id == "county", "the end is free"
    listed = 'source = [{ id = "a", name = "甲", kind = "feed", url = "https://a.cn", basis = "RSS" }]\n'
    with pytest.raises(Unwritten, match="服务器"):
        changed(listed, "a", {"enabled": False})
    with pytest.raises(Unwritten, match="服务器"):
        added(listed, NEW)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
VALUES = st.one_of(WORDS, st.booleans(), st.integers(-(2**31), 2**31), st.lists(WORDS, max_size=3).map(tuple))
KEYS = st.sampled_from(["name", "basis", "drop", "site", "pages", "every", "ours", "x"])


@given(
    changes=st.dictionaries(KEYS, st.one_of(st.none(), VALUES), max_size=6),
    which=st.sampled_from(["one", "two"]),
    windows=st.booleans(),
)
def test_whatever_is_typed_comes_back_and_nothing_else_moves(
    changes: dict[str, Value | None], which: str, windows: bool
) -> None:
    text = SMALL.replace("\n", "\r\n") if windows else SMALL
    before, after = tomllib.loads(text), changed(text, which, changes)
    place = 0 if which == "one" else 1
    for key, value in changes.items():
        before["source"][place].pop(key, None)
        if value is not None:
            before["source"][place][key] = list(value) if isinstance(value, tuple) else value
    assert tomllib.loads(after) == before
    other = text.index("# 下面这个")
    assert text[other:] in after if which == "one" else after.startswith(text[:other])
    for comment in ("# 本单位的目录", "# 头一个", "# 编号", "# 依据", "# 下面这个还没谈好", "# 完"):
        assert comment in after


@given(st.dictionaries(KEYS, VALUES, min_size=1))
def test_whatever_is_added_comes_back(table: dict[str, Value]) -> None:
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}
    assert tomllib.loads(added(SMALL, table))["source"][2] == plain


# ------------------------------------------------------------------------------------ the file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(SMALL, "utf-8")
    return path


def test_the_file_is_replaced_whole_with_its_mode_and_its_mark(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    path.chmod(0o640)
    before = path.stat()
    cataloguing.change(path, "two", {"enabled": False})
    after = path.stat()
    assert after.st_ino != before.st_ino
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert after.st_mtime_ns > before.st_mtime_ns
    assert path.read_bytes().startswith(b"\xef\xbb\xbf#")
    assert not sources.load(path).source[1].enabled
    assert sorted(one.name for one in path.parent.iterdir()) == [".sources.toml.lock", "sources.toml"]


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "sources.toml"
    link.parent.mkdir()
    link.symlink_to(path)
    cataloguing.change(link, "two", {"enabled": False})
    assert link.is_symlink()
    assert not sources.load(path).source[1].enabled


def test_what_would_break_the_catalogue_is_refused_as_a_whole(path: Path) -> None:
    seen = cataloguing.read(path)
    with pytest.raises(Misconfigured, match="用了 2 次"):
        cataloguing.add(path, {**NEW, "id": "one"}, seen=seen.mark)
    with pytest.raises(Misconfigured, match="没有这个来源编号"):
        cataloguing.change(path, "two", {"reply_source": "nowhere"}, seen=seen.mark_of("two"))
    with pytest.raises(Misconfigured, match="不认识这一项"):
        cataloguing.change(path, "two", {"colour": "red"})
    assert path.read_text("utf-8") == SMALL


def test_a_broken_file_is_not_edited(path: Path) -> None:
    broken = SMALL.replace('"two"', "“two”")
    path.write_text(broken, "utf-8")
    with pytest.raises(Misconfigured, match="全角"):
        cataloguing.add(path, NEW, seen="")
    with pytest.raises(Misconfigured, match="全角"):
        cataloguing.change(path, "one", {"name": "甲"})
    assert path.read_text("utf-8") == broken


def test_who_looked_at_an_older_one_is_told(path: Path) -> None:
    seen = cataloguing.read(path)
    cataloguing.change(path, "two", {"name": "二号改"}, seen=seen.mark_of("two"))
    cataloguing.change(path, "one", {"name": "一号改"}, seen=seen.mark_of("one"))
    with pytest.raises(Overtaken):
        cataloguing.change(path, "two", {"basis": "别的"}, seen=seen.mark_of("two"))
    cataloguing.add(path, NEW, seen=seen.mark)
    with pytest.raises(Overtaken):
        cataloguing.add(path, {**NEW, "id": "county-2"}, seen=seen.mark)
    with pytest.raises(Overtaken):
        cataloguing.change(path, "gone", {"basis": "别的"})
    assert [one.id for one in sources.load(path).source] == ["one", "two", "county"]


def test_a_file_that_cannot_be_written_is_told(path: Path, tmp_path: Path) -> None:
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("root writes everything")
    with pytest.raises(Unwritten, match="没有权限"):
        cataloguing.change(path, "two", {"name": "x"})
    path.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(Unwritten, match=r"没有权限.*没有保存"):
            cataloguing.change(path, "two", {"name": "x"})
    finally:
        tmp_path.chmod(0o755)
    assert path.read_text("utf-8") == SMALL


def test_a_folder_in_which_nothing_can_be_made_is_told(path: Path) -> None:
    path.with_name(".sources.toml.lock").mkdir()
    with pytest.raises(Unwritten, match="没有保存"):
        cataloguing.change(path, "two", {"name": "x"})
    assert path.read_text("utf-8") == SMALL


def test_a_file_that_is_away_is_not_made_anew(tmp_path: Path) -> None:
    """What it said is what the crawler still goes by: a new one would end every other source."""
    with pytest.raises(Misconfigured, match="没有这个文件"):
        cataloguing.read(tmp_path / "sources.toml")
    with pytest.raises(Unwritten, match="没有这个文件"):
        cataloguing.add(tmp_path / "sources.toml", NEW, seen="")
    assert not (tmp_path / "sources.toml").exists()


def test_who_comes_second_waits_and_reads_what_the_first_wrote(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from crawlers import cataloguing\n"
        "cataloguing.change(Path(sys.argv[1]), 'two', {'enabled': False})"
    )
    with path.with_name(".sources.toml.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with subprocess.Popen([sys.executable, "-c", program, str(path)]) as second:
            while second.poll() is None and not _waits(second.pid):
                time.sleep(0.02)
            assert second.poll() is None, "it did not wait"
            path.write_text(SMALL.replace("二号", "改过的"), "utf-8")
            fcntl.flock(held, fcntl.LOCK_UN)
    assert second.returncode == 0
    source = sources.load(path).source[1]
    assert (source.name, source.enabled) == ("改过的", False)


def _waits(pid: int) -> bool:
    """For a lock that somebody else holds."""
    waiting = (line.split() for line in Path("/proc/locks").read_text().splitlines() if "-> FLOCK" in line)
    return any(str(pid) in words for words in waiting)


def test_many_webs_at_once_lose_nothing(path: Path) -> None:
    """Each in a process of its own, and none knows how the others stand."""
    program = (
        "import sys; from pathlib import Path; from crawlers import cataloguing\n"
        "path, who = Path(sys.argv[1]), sys.argv[2]\n"
        "for number in range(15):\n"
        "    while True:\n"
        "        try:\n"
        "            seen = cataloguing.read(path).mark\n"
        "            table = dict(id=f'{who}{number}', name='n', kind='feed', url='https://a.cn', basis='b')\n"
        "            cataloguing.add(path, table, seen=seen)\n"
        "            break\n"
        "        except cataloguing.Overtaken:\n"
        "            pass\n"
    )
    webs = [subprocess.Popen([sys.executable, "-c", program, str(path), who]) for who in "abc"]
    assert [web.wait(timeout=120) for web in webs] == [0, 0, 0]
    ids = {one.id for one in sources.load(path).source}
    assert ids == {"one", "two", *(f"{who}{number}" for who in "abc" for number in range(15))}
