"""The bytes that the public will read hold what was written, and what must not go out is found however it is hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huiying.contracts import Category, ClockKind, Publicity, StatementKind
from huiying.personal import LANDLINE
from tests.factories import NOW
from tests.quick import growth
from tests.triage.people import WORDS, a_draft
from tests.triage.texts import policy
from triage.publishing import (
    MEETS,
    PARTS,
    Draft,
    Part,
    clean,
    compose,
    draft_of,
    edited,
    findings,
    lacking,
    meets,
    one_line,
    parse,
    private_in,
)

HANDLING = policy().handling
UNIT = "郑州市人民防空办公室"
FAMILY = "👨\u200d👩\u200d👧"

# Texts as people make them by accident or on purpose: heads of parts, indents, line ends, what cannot be seen.
AWKWARD = st.sampled_from(
    ["【事实】", "　【措施】", "　　", "【", "\r\n", "\n", "\u2028", "\x0b", "：", "标题：", "\u200b", "\u202e", "\ufeff",
     "𠮷", "\U0002ebf0", FAMILY, "\t", "\xa0", "=1+1", "\ud83d", "\ue000", "\x00", " "]
)  # fmt: skip
TEXTS = st.lists(st.one_of(AWKWARD, st.text(max_size=8)), max_size=12).map("".join)
DRAFTS = st.builds(
    Draft,
    kind=st.sampled_from(StatementKind),
    category=st.sampled_from([row.category for row in HANDLING.class_]),
    publicity=st.sampled_from(Publicity),
    ground=st.sampled_from(["", "privacy", "request"]),
    next_release_at=st.sampled_from([None, NOW]),
    title=TEXTS,
    parts=st.dictionaries(st.sampled_from(Part), TEXTS),
)


def document(draft: Draft) -> bytes:
    return compose(draft, unit=UNIT, handling=HANDLING)


def blocking(draft: Draft) -> dict[str, str]:
    return {finding.where: finding.what for finding in findings(draft, HANDLING, NOW) if finding.blocks}


# ----------------------------------------------------------------------------------------- the document


@given(DRAFTS)
@example(a_draft(facts="【措施】\n　【下一步】\n　　第一段\n【说明】"))
def test_whatever_is_written_is_read_back_as_it_was_cleaned(draft: Draft) -> None:
    read = parse(document(draft))
    assert read.title == one_line(draft.title)
    assert read.unit == UNIT
    assert read.parts == {part: text for part in Part if (text := clean(draft.parts.get(part, "")))}


@given(DRAFTS)
def test_a_document_that_is_opened_and_kept_again_is_the_same_bytes(draft: Draft) -> None:
    body = document(draft)
    again = draft_of(
        body,
        kind=draft.kind,
        category=draft.category,
        publicity=draft.publicity,
        ground=draft.ground,
        next_release_at=draft.next_release_at,
    )
    assert document(again) == body


@given(DRAFTS)
def test_every_line_of_every_part_stands_in_the_document(draft: Draft) -> None:
    text = document(draft).decode()
    for said in draft.parts.values():
        for line in clean(said).split("\n"):
            assert line in text


@given(st.binary())
def test_any_bytes_can_be_read(body: bytes) -> None:
    parse(body)


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_cleaning_takes_nothing_that_can_be_seen(text: str) -> None:
    def visible(said: str) -> str:
        return "".join(char for char in said if char.isprintable() and not char.isspace())

    kept = clean(text)
    for char in visible(text):
        assert char in kept or char in "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5" or _is_variant(char)


def _is_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野家门前的𪚥字",
        "新收的字\U0002ebf0\U00031350和新的表情\U0001fae8",
        f"一家人{FAMILY}都在",
        "👩🏽\u200d🔧 ❤\ufe0f\u200d🔥",
        "　　段落开头空两格\n　　第二段",
        "葛\U000e0100城",
        "自造字\ue123",
        "一\tb",
    ],
)
def test_what_carries_meaning_stays(text: str) -> None:
    assert clean(text) == text
    assert text.encode() in document(a_draft(facts=text))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1\u200b3\u200d8\u2060", "138"),
        ("\u202e反过来\u202c\u2066\u2069", "反过来"),
        ("\ufeff开头", "开头"),
        ("一\r\n二\r三\u2028四\x0b五\x85六", "一\n二\n三\n四\n五\n六"),
        ("一  \n\n\n\n二　\n", "一\n\n二"),
        ("空\u3164\u115f\u2800白", "空白"),
        ("旗\U000e0067\U000e007f", "旗"),
        ("葛\ufe00\ufe01\ufe02", "葛\ufe00"),
        ("\ud83d\x00\x1b[31m", "[31m"),
        ("\ufdd0\uffff\u2065", ""),
    ],
)
def test_what_cannot_be_seen_or_turns_the_writing_round_is_taken_out(text: str, left: str) -> None:
    assert clean(text) == left


def test_an_indented_paragraph_is_published_as_it_was_written() -> None:
    body = document(a_draft(facts="　　经查，情况如下。\n【说明】不是标题")).decode()
    assert "\n　　经查，情况如下。\n【说明】不是标题\n" in body


def test_the_head_says_what_kind_of_statement_it_is_and_who_says_it() -> None:
    body = document(replace(a_draft(StatementKind.FIRST), title="关于\r\n标题：伪造"))
    lines = body.decode().split("\n")
    assert lines[:4] == [
        "标题：关于 标题：伪造",
        "类型：权威信息",
        "处置分类：实际困难",
        "公开属性：主动公开",
    ]
    assert "下次发布：2026-11-23 16:00" in lines and f"发布单位：{UNIT}" in lines
    assert body.endswith(b"\n") and not body.endswith(b"\n\n") and b"\r" not in body


# -------------------------------------------------------------------------------------------- the checks


def test_a_good_draft_has_nothing_against_it() -> None:
    draft = replace(a_draft(), next_release_at=NOW + timedelta(days=3))
    assert findings(draft, HANDLING, NOW) == ()


@pytest.mark.parametrize("part", Part)
def test_each_of_the_five_parts_is_asked_for(part: Part) -> None:
    assert PARTS[part] in blocking(a_draft(StatementKind.ANSWER, **{part.value: " \u200b\u3164 "}))[part]


@pytest.mark.parametrize(
    "hidden",
    [
        "１３８１２３４５６７８",
        "138 1234 5678",
        "1\u200b3\u200b8\u200b12345678",
        "138\u202e1234\u202c5678",
        "一三八一二三四五六七八",
        "138\n1234\n5678",
        "11010519491231002x",
        "豫ａ１２３４５",
    ],
)
@pytest.mark.parametrize("where", ["title", "facts", "contact"])
def test_what_points_to_a_person_blocks_wherever_and_however_it_stands(where: str, hidden: str) -> None:
    said = f"联系{hidden}办理"
    draft = (
        replace(a_draft(), title=said) if where == "title" else a_draft(StatementKind.ANSWER, **{where: said})
    )
    assert "请删去或遮盖" in blocking(draft)[where]


def test_the_message_does_not_repeat_what_it_found() -> None:
    told = blocking(a_draft(facts="联系13812345678"))["facts"]
    assert "13812345678" not in told and "138******78" in told


def test_how_the_office_is_reached_may_stand_under_contact_alone() -> None:
    assert "contact" not in blocking(a_draft(contact="市人防办 0371-12345678，rfb@example.gov.cn"))
    assert "facts" in blocking(a_draft(facts="请拨打0371-12345678"))
    assert "contact" in blocking(a_draft(contact="值班员 13812345678"))


@pytest.mark.parametrize(
    "mark",
    ["机密★", "机　密 ★ 1年", "机\u200b密★", "★秘密", "绝密⭐", "密级：无", "密 级:", "【机密】", "［机密］", "〔内部资料〕",
     "内部资料，注意保存", "内 部 文 件 严禁外传", "仅供内部使用", "机密\n★", "绝密*30年"],
)  # fmt: skip
def test_a_mark_of_secrecy_blocks_however_it_is_written(mark: str) -> None:
    assert "密级标志" in blocking(a_draft(measures=f"按照{mark}的要求"))["measures"]


def test_words_about_secrecy_are_no_mark() -> None:
    assert blocking(a_draft(measures="已按保密规定处理，涉及商业秘密的部分不公开，机密文件管理到位")) == {}


def test_a_line_that_reads_as_the_head_of_another_part_is_refused() -> None:
    assert "【措施】" in blocking(a_draft(facts="核对属实\n　【措施】\n已经整改"))["facts"]


@pytest.mark.parametrize("line", ["=cmd()", "+1", "@SUM(A1)", " ＝1+1", "-SUM(A1)", "-@x"])
def test_a_line_that_a_table_would_compute_is_pointed_out_and_does_not_block(line: str) -> None:
    draft = a_draft(next=f"十二月五日前公布\n{line}")
    assert blocking(draft) == {}
    assert any("公式" in finding.what for finding in findings(draft, HANDLING, NOW))


def test_a_list_with_dashes_is_no_formula() -> None:
    assert findings(a_draft(next="- 五日前整改\n-3℃以下停工\n—— 完"), HANDLING, NOW) == ()


def test_lengths_are_those_of_what_will_be_published() -> None:
    assert blocking(a_draft(stance="长\u200b\r\n" * 2499 + "长长")) == {}
    assert "最多 5000 字" in blocking(a_draft(stance="长" * 5001))["stance"]
    assert "最多 60 字" in blocking(replace(a_draft(), title="长" * 61))["title"]
    long = {part.value: "长" * 4900 for part in Part}
    assert "最多 20000 字" in blocking(a_draft(StatementKind.ANSWER, **long))["whole"]


def test_a_character_that_others_cannot_see_is_pointed_out() -> None:
    assert "自造字" in blocking(a_draft(facts=f"{WORDS[Part.FACTS]}\ue000"))["facts"]


@pytest.mark.parametrize(
    ("kind", "publicity", "ground", "where"),
    [
        (StatementKind.RESULT, Publicity.CLOSED, "", "ground"),
        (StatementKind.RESULT, Publicity.CLOSED, "request", "ground"),
        (StatementKind.RESULT, Publicity.ON_REQUEST, "secret", "ground"),
        (StatementKind.RESULT, Publicity.OPEN, "secret", "ground"),
        (StatementKind.ANSWER, Publicity.CLOSED, "secret", "publicity"),
        (StatementKind.FIRST, Publicity.CLOSED, "secret", "publicity"),
        (StatementKind.PRESS, Publicity.ON_REQUEST, "request", "publicity"),
    ],
)
def test_what_is_not_public_says_on_what_ground_and_only_a_result_may_be_it(
    kind: StatementKind, publicity: Publicity, ground: str, where: str
) -> None:
    assert where in blocking(replace(a_draft(kind), publicity=publicity, ground=ground))


def test_authoritative_information_says_when_more_will_follow() -> None:
    draft = replace(a_draft(StatementKind.FIRST), next_release_at=None)
    assert "next_release_at" in blocking(draft)


@pytest.mark.parametrize("kind", StatementKind)
def test_a_next_release_that_is_over_is_no_promise(kind: StatementKind) -> None:
    late = blocking(replace(a_draft(kind), next_release_at=NOW))
    assert "11-23 10:00）已经过去" in late["next_release_at"]
    assert blocking(replace(a_draft(kind), next_release_at=NOW + timedelta(minutes=1))) == {}


# ------------------------------------------------------------------------------------------- substance


@pytest.mark.parametrize("kind", StatementKind)
def test_a_statement_with_substance_stops_the_clocks_of_its_kind(kind: StatementKind) -> None:
    assert meets(a_draft(kind), HANDLING.text) == MEETS[kind]
    assert ClockKind.ACKNOWLEDGE not in MEETS[kind]


@pytest.mark.parametrize(
    "empty",
    [
        "对网民反映的问题，我办高度重视，已关注，正在调查核实。",
        "已 关 注，正 在 调 查。" * 5,
        "高度，重视；第一，时间；正在，处理！" * 5,
        "已\u200b关\u200b注，正在调查" * 5,
        "哈" * 100,
        "。。。。——" * 50,
        "\u3164" * 50 + "。",
    ],
)
def test_words_that_say_nothing_stop_no_clock(empty: str) -> None:
    draft = a_draft(facts=empty)
    assert [said for said in lacking(draft, HANDLING.text) if said.startswith("“事实”说得太少，去掉套话 ")]
    assert meets(draft, HANDLING.text) == ()
    assert blocking(draft) == {}
    assert any("不足以停下时限" in finding.what for finding in findings(draft, HANDLING, NOW))


@pytest.mark.parametrize(
    ("next_step", "promised"),
    [
        ("十二月五日前公布整改结果，并抽查同一企业的另外两个小区。", "十二月五日前公布"),
        ("十五日内向社会公布查处情况。", "十五日内向社会公布"),
        ("整改完成后将在本网站发布结果。", "整改完成后将在本网站发布"),
        ("检测报告出来，另行通报。", "另行通报"),
        ("已责成物业整改，每月检查一次。", ""),
        ("不接受处理的，可以申请行政复议；信息公开事项请向窗口提出。", ""),
        ("我办会继续检查，租金标准已在小区公示栏公布。", ""),
    ],
)
def test_a_promise_of_more_asks_for_when(next_step: str, promised: str) -> None:
    draft = a_draft(next=next_step)
    hints = [one for one in findings(draft, HANDLING, NOW) if one.where == "next_release_at"]
    assert [f"写了“{promised}”" in one.what and not one.blocks for one in hints] == [True] * bool(promised)
    dated = replace(draft, next_release_at=NOW + timedelta(days=3))
    assert "next_release_at" not in {one.where for one in findings(dated, HANDLING, NOW)}


def test_what_the_public_cannot_read_stops_no_clock() -> None:
    closed = replace(a_draft(StatementKind.RESULT), publicity=Publicity.CLOSED, ground="privacy")
    assert meets(closed, HANDLING.text) == ()
    assert blocking(closed) == {}


def test_a_draft_is_edited_part_by_part() -> None:
    assert edited(a_draft(), next="明天公布").parts == {**WORDS, Part.NEXT: "明天公布"}


def test_every_class_has_a_name_in_the_document() -> None:
    for row in HANDLING.class_:
        assert f"处置分类：{row.name}\n" in document(replace(a_draft(), category=row.category)).decode()
    assert Category.OTHER not in {row.category for row in HANDLING.class_}


def test_each_thing_that_points_to_a_person_is_told_masked_and_no_more_than_ten() -> None:
    numbers = [f"138123456{n:02d}" for n in range(12)]
    told = private_in("，".join(numbers))
    assert len(told) == 11
    assert told[0] == "疑似手机号码“138******00”"
    assert told[-1] == "另有 2 处类似的信息"
    assert private_in("办公室 0371-12345678", allowed=frozenset({LANDLINE})) == ()


def test_a_ground_that_does_not_fit_the_attribute_is_told_from_one_that_is_missing() -> None:
    closed = replace(a_draft(StatementKind.RESULT), publicity=Publicity.CLOSED)
    assert blocking(closed)["ground"] == "不予公开要写明理由"
    assert "选的理由不是不予公开的理由" in blocking(replace(closed, ground="request"))["ground"]


def test_blanks_behind_a_word_of_secrecy_are_looked_through_once() -> None:
    """A draft pasted out of a table may have pages of them."""

    def looked_at(size: int) -> Callable[[], object]:
        return partial(findings, a_draft(measures=f"内部资料{'　' * size}完"), HANDLING, NOW)

    assert growth(looked_at, 2_000) < 24


@pytest.mark.parametrize("between", ["", "，", " ， ", "　", ","])
def test_a_mark_of_secrecy_is_found_with_or_without_a_comma_in_it(between: str) -> None:
    assert "密级标志" in blocking(a_draft(measures=f"内部资料{between}注意保存"))["measures"]
