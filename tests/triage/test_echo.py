"""What only says again what the office published is known, and what people say of it themselves is not taken for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import SHINGLES, Attitude, Channel, Reading, Tier
from tests.factories import NOW, PARTS
from tests.triage.texts import reading
from triage.echo import MOST_GRAMS, MOST_TOLD, Echo, echo_of, latest, told

TITLE = "关于地下车库人防门被拆的处理情况"
WORDS = "".join(PARTS.values())
TOLD = (told(NOW - timedelta(minutes=1), [TITLE, *PARTS.values()]),)
COMPLAINT = "骗人的，我刚下去看过，门根本没有装回去，储物间照样在用，回应全是套话"


def says(text: str, attitude: Attitude = Attitude.NEUTRAL, **more: Any) -> Reading:
    return reading(text, attitude=attitude, **more)


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        f"{TITLE}　{WORDS}",
        f"来源：某某发布　{WORDS}　（责任编辑：某某）",
        f"记者从市国防动员办公室获悉：{PARTS[next(iter(PARTS))]}装回后组织复查，结果向社会公布。",
        WORDS.replace("1", "１").replace("，", ","),
    ],
    ids=["word for word", "with its title", "with where it is from", "a report of its facts", "other signs"],
)
def test_copies_and_reports_are_known(text: str) -> None:
    assert echo_of(TOLD, says(text)) is Echo.COPY


def test_what_is_plain_news_may_hold_less_of_it() -> None:
    text = "针对市民关心的小区防护设备管理，多部门本周联合检查。其中一处地下二层东侧一樘人防门被拆下，放在隔壁储物间，门框完好。"
    assert echo_of(TOLD, says(text, owes_answer=False)) is Echo.COPY
    assert echo_of(TOLD, says(text, owes_answer=True)) is None


@pytest.mark.parametrize(
    "text", [WORDS + COMPLAINT, COMPLAINT, f"“{PARTS[next(iter(PARTS))]}”？{COMPLAINT}", "人防门被拆"]
)
def test_what_people_say_of_it_themselves_is_theirs(text: str) -> None:
    assert echo_of(TOLD, says(text, Attitude.NEGATIVE)) is None


def test_a_copy_that_was_read_as_a_complaint_is_a_copy() -> None:
    assert echo_of(TOLD, says(f"转：{WORDS}", Attitude.NEGATIVE)) is Echo.COPY


def test_praise_and_what_offices_say_is_told_apart() -> None:
    assert echo_of(TOLD, says("点赞，回应很快，门装回来了", Attitude.POSITIVE)) is Echo.PRAISE
    for office in ({"tier": Tier.GOVERNMENT}, {"channel": Channel.GOVERNMENT}):
        assert echo_of(TOLD, says("全市组织检查人防设施", post=office)) is Echo.OFFICIAL


def test_before_anything_was_published_nothing_repeats_it() -> None:
    early = says(WORDS, read_at=NOW - timedelta(hours=1), post={"tier": Tier.GOVERNMENT})
    assert echo_of(TOLD, early) is None
    assert echo_of((), says(WORDS)) is None


def test_of_what_is_not_public_there_are_no_words_to_repeat() -> None:
    hidden = (told(NOW, ()),)
    assert hidden[0].grams == b""
    assert echo_of(hidden, says(WORDS)) is None
    assert echo_of(hidden, says(WORDS, post={"tier": Tier.GOVERNMENT})) is Echo.OFFICIAL


def test_of_very_long_texts_it_is_told_by_what_is_kept_of_both() -> None:
    long = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(12_000))
    statement = (told(NOW, [long]),)
    assert len(statement[0].grams) == 4 * MOST_GRAMS
    copy = says(long)
    assert len(copy.fingerprint.shingles) == 4 * SHINGLES
    assert echo_of(statement, copy) is Echo.COPY
    assert echo_of(statement, says(WORDS)) is None


def test_the_latest_statements_are_kept_each_once() -> None:
    several = [told(NOW + timedelta(hours=n), [TITLE, str(n)]) for n in range(9)]
    kept = latest(*several, *several[-2:])
    assert kept == tuple(several[-MOST_TOLD:])
