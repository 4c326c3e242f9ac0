from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import cast

import pytest

from crawlers import columns
from crawlers.columns import Mapping
from crawlers.intake import IntakeReport, forget_rejected, intake
from huiying import tomlfile
from huiying.contracts import Channel, Origin, Post, Request, Tier
from huiying.engines import open_stream
from huiying.errors import DiskTrouble, Misconfigured, TryAgain
from huiying.ports import Stream
from huiying.settings import Settings
from huiying.tables.delimited import LONGEST_FIELD
from huiying.topics import POSTS
from tests.huiying.tables.books import book, handmade, row

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOTLINE = '''工单编号,诉求标题,诉求内容,受理时间,所属区县,来电号码,姓名
W1,警报咨询,"警报响了一分钟，
是演习吗？他说：""没听说""",2019/12/19 11:51:43,魏都区,00000000001,某甲
W2,车位收费,要求一次交二十年,0024-01-01,洛龙区,00000000002,某乙
W3,,,2026-11-20 08:00,金水区,00000000003,某丙
W4,列数不对,少了几列
'''


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    opened = open_stream(Settings(data=tmp_path))
    yield opened
    opened.close()


def _take(
    path: Path,
    stream: Stream,
    tmp_path: Path,
    mapping: Mapping | None = None,
    origin: Origin = Origin.BACKFILL,
    sheet: str = "",
) -> IntakeReport:
    return intake(
        path, stream=stream, data=tmp_path, key=b"k", mapping=mapping, source="s", origin=origin, sheet=sheet, now=NOW
    )  # fmt: skip


def _posts(stream: Stream) -> list[Post]:
    return [POSTS.decode(record.value) for record in stream.scan(POSTS.name)]


def _file(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def _workbook(tmp_path: Path, name: str, text: str) -> Path:
    """The CSV as somebody's spreadsheet keeps it."""
    rows = list(csv.reader(StringIO(text)))
    return book(tmp_path / name, {"工单": [[cell or None for cell in row] for row in rows]})


def test_every_row_is_taken_in_known_or_set_aside(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "day.csv", HOTLINE, "gb18030")
    report = _take(path, stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS))
    assert (report.rows, report.published, report.known, report.rejected, report.timeless) == (4, 2, 0, 2, 1)
    [line] = report.timeless_lines
    assert f"1 条没有可用的时间（第 {line} 行），" in report.in_words()
    assert report.encoding == "gb18030"
    first, second = sorted(_posts(stream), key=lambda post: post.title)[::-1]
    assert "车位收费" in (first.title, second.title)
    [siren] = [post for post in _posts(stream) if post.title == "警报咨询"]
    assert siren.text == '警报响了一分钟，\n是演习吗？他说："没听说"'
    assert siren.published_at == datetime(2019, 12, 19, 3, 51, 43, tzinfo=UTC)
    assert (siren.stated_place, siren.origin) == ("魏都区", Origin.BACKFILL)


def test_what_was_set_aside_names_line_and_reason_but_no_person(tmp_path: Path, stream: Stream) -> None:
    report = _take(
        _file(tmp_path, "day.csv", HOTLINE), stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS)
    )
    aside = Path(report.rejected_file).read_text("utf-8-sig").splitlines()
    assert [line.split("\t")[:2] for line in aside[1:]] == [
        ["5", "没有标题也没有正文"],
        ["6", "有 3 列，表头是 7 列"],
    ]
    assert "某" not in "".join(aside) and "000" not in "".join(aside)


def test_dropped_columns_never_travel(tmp_path: Path, stream: Stream) -> None:
    _take(_file(tmp_path, "day.csv", HOTLINE), stream, tmp_path)
    wire = b"".join(record.value for record in stream.scan(POSTS.name)).decode()
    assert "某甲" not in wire and "00000000001" not in wire


def test_a_ticket_keeps_the_number_that_the_hotline_knows_it_by(tmp_path: Path, stream: Stream) -> None:
    _take(_file(tmp_path, "day.csv", HOTLINE), stream, tmp_path)
    assert "W1" in {post.reference for post in _posts(stream)}
    _take(_file(tmp_path, "a.csv", "内容,时间\n路灯不亮,2026-11-01\n"), stream, tmp_path)
    assert "" in {post.reference for post in _posts(stream)}, "what has none is given none"


def test_the_same_file_again_adds_nothing_and_says_so(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "day.csv", HOTLINE)
    _take(path, stream, tmp_path)
    again = _take(path, stream, tmp_path)
    assert (again.rows, again.published, again.known, again.rejected) == (4, 0, 2, 2)
    assert len(_posts(stream)) == 2


def test_a_longer_export_of_the_same_day_adds_its_new_rows(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "day.csv", HOTLINE)
    _take(path, stream, tmp_path)
    path.write_text(HOTLINE + "W5,新的一件,路灯不亮,2026-11-21,魏都区,0,某丁\n", "utf-8")
    assert _take(path, stream, tmp_path).published == 1


def test_jsonl_with_a_broken_line_goes_on_after_it(tmp_path: Path, stream: Stream) -> None:
    lines = [
        '{"id": 1, "标题": "甲", "正文": "一"}',
        '{"id": 2, "标题": ',
        "[1]",
        "",
        '{"id": 3, "正文": null, "标题": "丙"}',
    ]
    report = _take(_file(tmp_path, "a.jsonl", "\n".join(lines)), stream, tmp_path)
    assert (report.rows, report.published, report.rejected) == (4, 2, 2)
    assert {post.title for post in _posts(stream)} == {"甲", "丙"}


def test_a_tsv_and_live_origin(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "a.tsv", "编号\t标题\t内容\n1\t甲\t一\n", "utf-16")
    assert _take(path, stream, tmp_path, origin=Origin.LIVE).published == 1
    assert _posts(stream)[0].origin is Origin.LIVE


def test_rows_without_an_id_are_named_after_their_content(tmp_path: Path, stream: Stream) -> None:
    path = _file(
        tmp_path, "a.csv", "内容,时间\n路灯不亮,2026-11-01\n路灯不亮,2026-11-01\n路灯不亮,2026-11-02\n"
    )
    report = _take(path, stream, tmp_path)
    assert (report.published, report.known) == (2, 1)


def test_a_file_that_fits_no_mapping_is_refused_with_its_headings(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "a.csv", "甲,乙\n1,2\n")
    with pytest.raises(Misconfigured, match="文件里的列是：甲、乙"):
        _take(path, stream, tmp_path)
    with pytest.raises(Misconfigured, match="没有这些列：工单编号"):
        _take(path, stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS))


def test_who_has_no_fitting_columns_is_told_how_to_name_them(tmp_path: Path, stream: Stream) -> None:
    for name, text, says in (
        ("a.csv", "甲,乙,\n1,2,\n", "甲、乙。请在数据文件夹的 policy/mappings/ 里照 12345.toml 写一份"),
        ("b.csv", "编号|内容\n1|积水\n", "另存为“CSV（逗号分隔）”"),
    ):
        with pytest.raises(Misconfigured, match=says):
            _take(_file(tmp_path, name, text), stream, tmp_path)
    with pytest.raises(Misconfigured, match="不写列对应关系，按表头认"):
        _take(
            _file(tmp_path, "c.csv", "编号,内容\n1,积水\n"), stream, tmp_path, columns.find("12345", tmp_path)
        )


def test_numbers_of_persons_in_the_words_of_a_row_are_not_taken_in(tmp_path: Path, stream: Stream) -> None:
    words = "地库积水，请回电１３８００１３８０００，身份证号410305199001011234，物业电话0371-12345678"
    report = _take(
        _file(tmp_path, "a.csv", f"标题,内容,事发地点\n找13800138000,{words},金水区\n问,积水,\n"),
        stream,
        tmp_path,
    )
    told, other = _posts(stream)
    assert told.title == "找〔手机号码〕"
    assert told.text == "地库积水，请回电〔手机号码〕，身份证号〔身份证号码〕，物业电话0371-12345678"
    assert other.text == "积水"
    assert report.blanked == 1 and "号码没有收" in report.in_words()


def test_a_row_that_bears_a_mark_of_secrecy_is_not_taken_and_its_words_are_kept_nowhere(
    tmp_path: Path, stream: Stream
) -> None:
    report = _take(_file(tmp_path, "a.csv", "标题,内容\n机密★10年,演习口令\n问,积水\n"), stream, tmp_path)
    assert (report.published, report.rejected) == (1, 1)
    assert b"".join(record.value for record in stream.scan(POSTS.name)).decode().count("演习口令") == 0
    kept = Path(report.rejected_file).read_text("utf-8-sig")
    assert "有密级标志“机密★”" in kept and "演习口令" not in kept


def test_what_is_set_aside_holds_no_number_of_a_person(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "a.csv", "标题,内容\n积水,请回电13800138000,多出的一列\n问,积水\n")
    report = _take(path, stream, tmp_path)
    assert report.rejected == 1
    assert "积水 请回电〔手机号码〕 多出的一列" in Path(report.rejected_file).read_text("utf-8-sig")


def test_columns_to_drop_are_dropped_from_a_guess_too(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "a.csv", "标题,内容,备注,作者\n甲,一,家住某处,某甲\n")
    report = _take(path, stream, tmp_path, Mapping(drop=("作者",)))
    assert "作者" in report.mapping.partition("不读")[2]
    assert _posts(stream)[0].author is None


def test_a_source_of_the_catalogue_speaks_with_its_own_voice(tmp_path: Path, stream: Stream) -> None:
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "s"\nname = "热线"\nkind = "file"\npath = "a.csv"\nbasis = "业务数据"\nlevel = "市级媒体"\n',
        "utf-8",
    )
    _take(_file(tmp_path, "a.csv", "标题\n甲\n"), stream, tmp_path)
    assert (_posts(stream)[0].source_name, _posts(stream)[0].tier) == ("热线", Tier.CITY)


def test_the_report_is_plain_chinese_and_plain_data(tmp_path: Path, stream: Stream) -> None:
    report = _take(_file(tmp_path, "day.csv", HOTLINE), stream, tmp_path)
    assert "共 4 行，收入 2 条" in report.in_words()
    assert json.loads(json.dumps(report.as_dict()))["rejected"] == 2


_CHILD = """
import os, sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from crawlers.intake import intake
from huiying.engines import open_stream
from huiying.settings import Settings
class Dying:
    def __init__(self, stream, left):
        self.stream, self.left = stream, left
    def publish(self, topic, records):
        self.stream.publish(topic, records)
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), 9)
data = Path(sys.argv[1])
stream = open_stream(Settings(data=data))
if after := int(sys.argv[2]):
    stream = Dying(stream, after)
report = intake(data / sys.argv[3], stream=stream, data=data, key=b"k", mapping=None, source="s",
                now=datetime(2026, 11, 23, tzinfo=UTC))
print(report.rows, report.published, flush=True)
"""


def _big(tmp_path: Path, name: str, rows: int) -> None:
    if name.endswith(".xlsx"):
        data = "".join(row(n + 2, str(n), f"第 {n} 条：人防车位") for n in range(rows))
        (tmp_path / name).write_bytes(handmade(row(1, "id", "text") + data))
        return
    with (tmp_path / name).open("w", encoding="utf-8") as file:
        file.writelines(f'{{"id": {n}, "text": "第 {n} 条：人防车位" }}\n' for n in range(rows))


@pytest.mark.parametrize("name", ["big.jsonl", "big.xlsx"])
def test_killed_and_run_again_it_loses_nothing_and_doubles_nothing(tmp_path: Path, name: str) -> None:
    rows = 10_000
    _big(tmp_path, name, rows)
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    killed = subprocess.run([*command, "5", name], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    stream = open_stream(Settings(data=tmp_path))
    before = len(_posts(stream))
    assert 0 < before < rows
    done = subprocess.run([*command, "0", name], capture_output=True, text=True, timeout=60, check=True)
    posts = _posts(stream)
    stream.close()
    assert len({post.key for post in posts}) == rows
    # The batch that was under way may come twice, under the same id and version.
    assert len(posts) - rows <= 100
    assert done.stdout.split()[-2] == str(rows)


def test_two_exports_of_one_name_keep_what_each_set_aside(tmp_path: Path, stream: Stream) -> None:
    for day, text in (("mon", "编号,内容\n1,甲\n2\n"), ("tue", "编号,内容\n3,乙\n4\n")):
        (tmp_path / day).mkdir()
        _take(_file(tmp_path / day, "today.csv", text), stream, tmp_path)
    assert len(list((tmp_path / "intake").glob("today.*.rejected.tsv"))) == 2


def test_what_was_taken_in_as_backfill_is_said_not_to_start_clocks_later(
    tmp_path: Path, stream: Stream
) -> None:
    path = _file(tmp_path, "a.csv", "编号,内容\n1,甲\n")
    _take(path, stream, tmp_path)
    again = _take(path, stream, tmp_path, origin=Origin.LIVE)
    assert (again.published, again.known) == (0, 1)
    assert "仍算补录" in again.in_words()


@dataclass
class _Failing:
    """A stream that fails so often, with this, before it takes anything."""

    real: Stream
    fault: TryAgain
    times: int
    asked: list[float] = field(default_factory=list)

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        self.asked.append(time.monotonic())
        if len(self.asked) <= self.times:
            raise self.fault
        self.real.publish(topic, records)


def test_a_full_disk_is_told_at_once_and_what_may_pass_is_tried_again(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "day.csv", HOTLINE)
    full = _Failing(stream, DiskTrouble("磁盘已满"), times=1)
    with pytest.raises(DiskTrouble):
        _take(path, cast(Stream, full), tmp_path)
    assert len(full.asked) == 1 and _posts(stream) == []
    busy = _Failing(stream, TryAgain("忙"), times=1)
    assert _take(path, cast(Stream, busy), tmp_path).published == 2
    assert len(busy.asked) == 2


def _reasons(report: IntakeReport) -> list[list[str]]:
    return [
        line.split("\t")[:2] for line in Path(report.rejected_file).read_text("utf-8-sig").splitlines()[1:]
    ]


def test_a_number_that_excel_has_mangled_is_set_aside_not_taken_for_one_post(
    tmp_path: Path, stream: Stream
) -> None:
    rows = "编号,内容\n1.23457E+15,路灯不亮\n1.23457E+15,车位涨价\n1.2e+9,又一件\nW1E5,好的\n"
    report = _take(_file(tmp_path, "a.csv", rows), stream, tmp_path)
    assert (report.published, report.rejected) == (1, 3)
    assert all("设成文本" in reason for _, reason in _reasons(report))


def test_one_id_with_two_texts_in_one_file_is_set_aside_and_in_another_file_an_edit(
    tmp_path: Path, stream: Stream
) -> None:
    rows = "编号,内容\n1,路灯不亮\n2,车位涨价\n1,警报误鸣\n1,路灯不亮\n"
    report = _take(_file(tmp_path, "a.csv", rows), stream, tmp_path)
    assert (report.published, report.known, report.rejected) == (2, 1, 1)
    [(line, reason)] = _reasons(report)
    assert line == "4" and "与第 2 行编号相同、内容不同" in reason
    assert _take(_file(tmp_path, "b.csv", "编号,内容\n1,警报误鸣\n"), stream, tmp_path).published == 1
    assert len({post.key for post in _posts(stream)}) == 3 and len({post.id for post in _posts(stream)}) == 2


def test_a_comparison_is_kept_and_real_markup_is_not(tmp_path: Path, stream: Stream) -> None:
    rows = "编号,内容\n1,a<b 且 c>d\n2,<p>人防<b>车位</b></p>\n"
    _take(_file(tmp_path, "a.csv", rows), stream, tmp_path)
    assert {post.text for post in _posts(stream)} == {"a<b 且 c>d", "人防车位"}


def test_a_row_with_bytes_that_are_no_characters_is_set_aside(tmp_path: Path, stream: Stream) -> None:
    path = tmp_path / "a.csv"
    good = "".join(f"{n},老街坊反映人防工程入口堵塞\n" for n in range(30)).encode("gb18030")
    path.write_bytes("编号,内容\n".encode("gb18030") + b"x,\xc2\xb7\xff\xb5\xc6\n" + good + b"y,\xff\xff\n")
    report = _take(path, stream, tmp_path)
    assert (report.encoding, report.published, report.rejected) == ("gb18030", 30, 2)
    assert _reasons(report) == [
        ["2", "这一行里有读不出的字节，编码已损坏"],
        ["33", "这一行里有读不出的字节，编码已损坏"],
    ]


def test_a_file_taken_in_again_still_names_where_its_rejects_are(tmp_path: Path, stream: Stream) -> None:
    path = _file(tmp_path, "day.csv", HOTLINE)
    first, again = _take(path, stream, tmp_path), _take(path, stream, tmp_path)
    assert again.rejected_file == first.rejected_file != ""


def test_rows_that_were_refused_are_kept_until_their_term_is_over_and_no_longer(
    tmp_path: Path, stream: Stream
) -> None:
    kept = Path(_take(_file(tmp_path, "day.csv", HOTLINE), stream, tmp_path).rejected_file)
    written = NOW
    os.utime(kept, (written.timestamp(), written.timestamp()))
    other = kept.with_name("口径.csv")
    other.write_text("编号,内容\n", "utf-8")
    assert forget_rejected(tmp_path, written - timedelta(seconds=1)) == 0
    assert kept.exists()
    assert forget_rejected(tmp_path, written + timedelta(days=90)) == 1
    assert not kept.exists()
    assert other.exists(), "of others nothing is known"
    assert forget_rejected(tmp_path / "nowhere", written) == 0


def test_where_it_was_said_is_what_the_mapping_says_and_else_left_open(
    tmp_path: Path, stream: Stream
) -> None:
    _take(_file(tmp_path, "a.jsonl", '{"id": "1", "text": "甲"}\n'), stream, tmp_path)
    _take(_file(tmp_path, "day.csv", HOTLINE), stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS))
    channels = {post.text[:1]: post.channel for post in _posts(stream)}
    assert (channels["甲"], channels["要"]) == (Channel.FILE, Channel.HOTLINE)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "标题,正文\n", "只有列名，下面一行也没有"),
        ("a.jsonl", '{"title":\n', "没有一行读得出（第 1 行：不是完整的 JSON）"),
        (
            "a.csv",
            f"标题,正文\n警报,{'响' * (LONGEST_FIELD + 1)}\n",
            "没有一行读得出（第 2 行：有一格超过 4 MB）",
        ),
        ("a.csv", "\x1b[31m编号,\x07" + "甲" * 100 + "\n1,2\n", f"文件里的列是： [31m编号、 {'甲' * 39}……"),
    ],
)
def test_a_file_without_a_row_or_a_heading_that_can_be_read_says_why(
    tmp_path: Path, stream: Stream, name: str, text: str, said: str
) -> None:
    with pytest.raises(Misconfigured) as refused:
        _take(_file(tmp_path, name, text), stream, tmp_path)
    assert said in str(refused.value)
    assert str(refused.value).isprintable(), "a terminal obeys nothing of what stands in the file"


# -------------------------------------------------------------------------------------------- workbooks


def _said(posts: list[Post]) -> list[tuple[object, ...]]:
    return sorted((post.id, post.version, post.title, post.text) for post in posts)


def test_a_workbook_and_a_csv_of_one_table_are_taken_in_alike(tmp_path: Path) -> None:
    mapping = columns.find("12345", tomlfile.DEFAULTS)
    whole = HOTLINE.rsplit("W4", 1)[0] + "合计,3,,,,,\n"
    taken = []
    for file in (_file(tmp_path, "day.csv", whole), _workbook(tmp_path, "day.xlsx", whole)):
        data = tmp_path / file.suffix
        stream = open_stream(Settings(data=data))
        report = _take(file, stream, data, mapping)
        again = _take(file, stream, data, mapping)
        assert (again.rows, again.published, again.known, again.rejected) == (3, 0, 2, 1)
        figures = (report.rows, report.published, report.known, report.rejected, report.timeless)
        reasons = [reason for _, reason in _reasons(report)]
        taken.append((figures, reasons, _said(_posts(stream))))
        stream.close()
    assert taken[0] == taken[1]
    assert taken[0][:2] == ((3, 2, 0, 1, 1), ["没有标题也没有正文"])


def test_what_a_workbook_shows_is_taken_in_and_the_line_of_what_is_not_is_that_of_the_sheet(
    tmp_path: Path, stream: Stream
) -> None:
    at = datetime(2026, 11, 20, 8, 30)  # noqa: DTZ001 - a sheet knows no zones
    rows: list[list[object]] = [
        ["12345工单明细表"],
        ["单位：某办", None, None, "日期：2026-11-20"],
        ["编号", "标题", "诉求\n内容", "受理时间", "链接", "姓名"],
        [20261120000123, "甲", "一\n二", at, "https://example.invalid/1", "某甲"],
        [202611200001234567, "乙", "三", at, None, "某乙"],
        [3, "丙", "=B4", at, None, "某丙"],
        [4, "丁", "四", 45000.5, "=HYPERLINK(1)", "=B4"],
    ]
    mapping = Mapping(id="编号", title="标题", text="诉求内容", time="受理时间", drop=("姓名",))
    report = _take(book(tmp_path / "a.xlsx", {"工单": rows}), stream, tmp_path, mapping)
    assert (report.rows, report.published, report.rejected, report.sheet) == (4, 2, 2, "工单")
    assert "工作表“工单”，列对应" in report.in_words() and "编码" not in report.in_words()
    (fifth, first), (sixth, second) = _reasons(report)
    assert (fifth, sixth) == ("5", "6")
    assert "科学计数法" in first and "设成文本" in first
    assert "“诉求内容”这一格是公式，文件里没有存它的结果" in second
    assert "某乙" not in Path(report.rejected_file).read_text("utf-8-sig")
    told = {post.title: (post.text, post.published_at) for post in _posts(stream)}
    assert told == {
        "甲": ("一\n二", datetime(2026, 11, 20, 0, 30, tzinfo=UTC)),
        "丁": ("四", datetime(2023, 3, 15, 4, tzinfo=UTC)),
    }


def test_another_sheet_of_a_file_that_was_taken_in_is_new(tmp_path: Path, stream: Stream) -> None:
    days = {"周一": [("编号", "内容"), ("1", "甲")], "周二": [("编号", "内容"), ("2", "乙")]}
    path = book(tmp_path / "a.xlsx", days)
    first = _take(path, stream, tmp_path)
    assert (first.published, first.sheet, first.unread_sheets) == (1, "周一", ("周二",))
    assert "没有读：周二。要读，请加 --sheet" in first.in_words()
    assert json.loads(json.dumps(first.as_dict()))["unread_sheets"] == ["周二"]
    assert _take(path, stream, tmp_path, sheet="周二").published == 1
    assert _take(path, stream, tmp_path, sheet="周二").published == 0


def test_an_address_behind_a_word_is_the_address_of_the_post(tmp_path: Path, stream: Stream) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        handmade(
            row(1, "编号", "内容", "链接") + row(2, "1", "甲", "查看原文"),
            behind='<hyperlinks><hyperlink ref="C2" r:id="r9"/></hyperlinks>',
            links='Id="r9" Type="x/hyperlink" Target="https://example.invalid/1" TargetMode="External"',
        )
    )
    _take(path, stream, tmp_path)
    assert _posts(stream)[0].url == "https://example.invalid/1"


def test_the_sign_that_makes_a_number_a_text_is_no_part_of_an_id(tmp_path: Path, stream: Stream) -> None:
    _take(_file(tmp_path, "a.csv", "编号,内容\n'0012,甲\n"), stream, tmp_path)
    styled = '<numFmts><numFmt numFmtId="176" formatCode="0000"/></numFmts><cellXfs><xf/><xf numFmtId="176"/></cellXfs>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(handmade(row(1, "编号", "内容") + row(2, '<c s="1"><v>12</v></c>', "甲"), styles=styled))
    assert _take(path, stream, tmp_path).known == 1


def test_a_sheet_whose_columns_are_not_those_of_the_mapping_is_named(tmp_path: Path, stream: Stream) -> None:
    path = book(tmp_path / "a.xlsx", {"台账": [("甲", "乙"), ("1", "2")]})
    with pytest.raises(Misconfigured, match=r"工作表“台账”：没有这些列：工单编号.*列是：甲、乙"):
        _take(path, stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS))
    assert _posts(stream) == []


def test_a_workbook_that_is_broken_in_its_middle_is_refused_before_anything_is_taken_in(
    tmp_path: Path, stream: Stream
) -> None:
    path = tmp_path / "a.xlsx"
    good = "".join(row(number, str(number), "路灯不亮") for number in range(2, 3000))
    path.write_bytes(handmade(row(1, "编号", "内容") + good + "<row><c>"))
    with pytest.raises(Misconfigured, match="损坏"):
        _take(path, stream, tmp_path)
    assert _posts(stream) == []


SORTED = (
    "工单编号,诉求标题,诉求内容,受理时间,所属区县,诉求类型\n"
    "W1,车位,人防车位能办证吗,2026-11-20 09:00,金水区,咨询类\n"
    "W2,渗水,地下室渗水,2026-11-20 09:10,金水区,投诉举报\n"
    "W3,感谢,办得很快,2026-11-20 09:20,金水区,表扬\n"
    "W4,其他,问问情况,2026-11-20 09:30,金水区,其他\n"
)


@pytest.mark.parametrize("mapping", [None, columns.find("12345", tomlfile.DEFAULTS)])
def test_the_kind_of_request_is_read_where_the_export_names_it(
    tmp_path: Path, stream: Stream, mapping: Mapping | None
) -> None:
    report = _take(_file(tmp_path, "day.csv", SORTED), stream, tmp_path, mapping)
    assert {post.reference: post.request for post in _posts(stream)} == {
        "W1": Request.INQUIRY,
        "W2": Request.COMPLAINT,
        "W3": Request.PRAISE,
        "W4": None,
    }
    assert "类型←诉求类型" in report.mapping


def test_the_report_says_whether_the_tickets_are_counted(tmp_path: Path, stream: Stream) -> None:
    mapping = columns.find("12345", tomlfile.DEFAULTS)
    live = _take(_file(tmp_path, "day.csv", SORTED), stream, tmp_path, mapping, origin=Origin.LIVE)
    assert live.tickets == 3, "praise owes nothing"
    assert "其中 3 件工单按 policy/tickets.toml 计答复期限" in live.in_words()
    old = _take(_file(tmp_path, "old.csv", SORTED.replace("W", "V")), stream, tmp_path, mapping)
    assert "其中 3 件工单按补录收，不计答复期限" in old.in_words()
    unsaid = _take(_file(tmp_path, "x.csv", SORTED.replace("W", "U")), stream, tmp_path)
    assert unsaid.tickets == 0 and "工单按" not in unsaid.in_words(), "nobody said where it came from"


def test_tickets_of_a_whole_town_are_owed_nothing_here_and_the_report_says_so(
    tmp_path: Path, stream: Stream
) -> None:
    mapping = columns.find("12345", tomlfile.DEFAULTS).model_copy(update={"ours": False})
    report = _take(_file(tmp_path, "day.csv", SORTED), stream, tmp_path, mapping, origin=Origin.LIVE)
    assert (report.tickets, report.unclaimed) == (0, 3)
    assert "其中 3 件有热线、信箱的编号，没有写明是转给本单位办的" in report.in_words()
    assert not any(post.ours for post in _posts(stream))


def test_an_export_without_that_column_is_taken_in_all_the_same(tmp_path: Path, stream: Stream) -> None:
    bare = "\n".join(line.rpartition(",")[0] for line in SORTED.splitlines()) + "\n"
    report = _take(
        _file(tmp_path, "day.csv", bare), stream, tmp_path, columns.find("12345", tomlfile.DEFAULTS)
    )
    assert (report.published, {post.request for post in _posts(stream)}) == (4, {None})
    assert "类型" not in report.mapping
