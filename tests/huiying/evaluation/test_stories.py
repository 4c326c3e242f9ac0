"""The measure of decisions: B-cubed as it is defined, sets in order of time, and wrong joins that are seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.evaluation import stories
from huiying.evaluation.folder import Folder
from huiying.evaluation.stories import Placed, Told
from huiying.tomlfile import DEFAULTS
from nlp import corpus
from nlp.pipeline import Reader
from triage.likeness import said_at
from triage.policy import load

POLICY = load(DEFAULTS)


def told(text: str, matter: str, at: datetime = datetime(2026, 5, 1, tzinfo=UTC)) -> Told:
    post = replace(corpus.post(text, "", text), published_at=at, collected_at=at)
    return Told(post=post, matter=matter)


def test_b_cubed_is_what_its_authors_reckon() -> None:
    """The example of the paper: matters of 5, 2 and 5; the second and third come into one case."""
    matters = ["1"] * 5 + ["2"] * 2 + ["3"] * 5
    precision, recall = stories.b_cubed(matters, ["a"] * 5 + ["b"] * 7)
    assert precision.mean() == pytest.approx((5 + 2 * 2 / 7 + 5 * 5 / 7) / 12)
    assert recall.mean() == 1.0
    precision, recall = stories.b_cubed(matters, ["a"] * 5 + ["b"] * 2 + [str(n) for n in range(5)])
    assert precision.mean() == 1.0
    assert recall.mean() == pytest.approx((5 + 2 + 5 / 5) / 12)


def test_an_office_is_told_what_joined_wrongly_what_was_found_and_what_is_asked() -> None:
    a, b = told("甲", "a"), told("乙", "b")
    placed = [
        Placed(told=a, case="1", opened=True),
        Placed(told=a, case="1", opened=False),
        Placed(told=b, case="1", opened=False),
        Placed(told=b, case="2", opened=True, asks=frozenset({"1"})),
        Placed(told=a, case="3", opened=True, asks=frozenset({"1"})),
    ]
    said = {one.name: (round(one.value * one.n), one.n) for one in stories.met(".x", placed)}
    assert said == {
        "stories.joined_right.x": (1, 2),
        "stories.found.x": (1, 3),
        "stories.found_or_asked.x": (2, 3),
        "stories.asked_right.x": (1, 2),
    }
    assert stories.wrong(placed) == ("乙 ｜ 甲",)


def test_the_later_fifth_of_the_events_is_the_test_and_as_much_before_it_is_learned_from() -> None:
    rows = [
        {"day": f"2026-01-{day:02}", "title": f"第{day}件", "desc": "导语", "event": day}
        for day in range(1, 11)
    ]
    before, test = stories.events(rows)
    assert [one.matter for one in before] == ["7", "8"]
    assert [one.matter for one in test] == ["9", "10"]


def test_whether_a_title_comes_with_its_lead_does_not_hang_on_its_event() -> None:
    rows = [{"day": "2026-01-01", "title": f"题{n}", "desc": "导语", "event": n % 3} for n in range(600)]
    once = [one.register for one in stories.events(rows)[1]]
    again = [one.register for one in stories.events([{**row, "event": 0} for row in rows])[1]]
    assert once == again
    assert 0.4 < Counter(once)["with lead"] / len(once) < 0.6


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2019/4/11 9:21:09", datetime(2019, 4, 11, 1, 21, 9, tzinfo=UTC)),
        ("2022-09-17", datetime(2022, 9, 17, 4, tzinfo=UTC)),
        ("1341129376", datetime(2012, 7, 1, 7, 56, 16, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_the_set_writes_them(written: str, at: datetime) -> None:
    (one,) = stories.renfang([{"text": "防空洞", "event": "x", "time": written}])
    assert said_at(one.post) == at


def test_what_names_no_matter_is_left_out() -> None:
    assert stories.renfang([{"text": "防空洞", "event": None, "time": "2022-09-17"}]) == []


def test_nearly_the_same_text_stands_together_while_it_is_fresh(reader: Reader) -> None:
    text = "许昌市魏都区云枋小区人防通风井每晚轰鸣，业主多次反映没有回音"
    at = datetime(2026, 5, 1, tzinfo=UTC)
    posts = [told(text, "a", at), told(f"{text}！", "a", at), told(f"转{text}", "a", at + timedelta(days=9))]
    found = stories.copies([reader.facts(one.post, at) for one in posts], POLICY)
    assert found == [posts[0].post.id, posts[0].post.id, posts[2].post.id]


def test_the_plain_way_takes_the_threshold_that_does_best_on_other_texts() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)

    def said(*matters: tuple[str, str]) -> list[Told]:
        return [told(text, matter, at + timedelta(minutes=n)) for n, (text, matter) in enumerate(matters)]

    tested = said(("车位租金涨价了", "a"), ("车位的租金又涨了", "a"), ("警报半夜响", "b"))
    alike = said(
        ("地库积水没人管", "a"), ("地库积水没有人管", "a"), ("人防门被拆走", "b"), ("人防门给拆走", "b")
    )
    apart = said(
        ("地库积水没人管", "a"), ("地库积水没有人管", "b"), ("人防门被拆走", "c"), ("人防门给拆走", "d")
    )
    assert len(set(stories.plain(tested, alike, POLICY))) == 2
    assert len(set(stories.plain(tested, apart, POLICY))) == 3


def test_our_own_matters_are_forty_and_more_with_two_to_eight_posts_over_many_registers() -> None:
    posts = stories.own()
    sizes = Counter(one.matter for one in posts)
    assert len(sizes) >= 40
    assert all(2 <= size <= 8 for size in sizes.values())
    assert len({one.register for one in posts}) >= 7
    assert len({one.post.id for one in posts}) == len(posts)
    ids = {one.post.id for one in posts}
    assert all(one.post.reply_to in ids for one in posts if one.post.reply_to)
    assert all(one.post.repost_of in ids for one in posts if one.post.repost_of)


def test_what_is_tested_was_not_learned_from() -> None:
    learned = {text for pair in corpus.texts() for text in pair if text}
    assert not any(one.post.text in learned for one in stories.own())


def test_on_our_own_text_stories_do_better_than_words_alone_and_hardly_join_what_is_apart(
    reader: Reader,
) -> None:
    measured = stories.measure(Folder(), reader)
    figures = {figure.key: figure for figure in measured.figures}
    f1 = figures["stories.bcubed_f1.own"]
    assert f1.baseline is not None
    assert f1.low > f1.baseline
    assert f1.low <= f1.value <= f1.high
    assert figures["stories.bcubed_precision.own"].value > 0.95
    assert figures["stories.joined_right.own"].value > 0.9
    assert figures["stories.bcubed_f1.own"].value > figures["stories.bcubed_f1.own.near_duplicates"].value
    assert {"stories.bcubed_precision", "stories.bcubed_recall", "stories.bcubed_f1"} <= figures.keys()
    registers = {figure.register for figure in measured.figures if figure.name == "stories.bcubed_f1.own"}
    assert {"", "news", "weibo", "complaint", "comment"} <= registers


def test_what_a_folder_lacks_is_named_and_our_own_set_is_measured_all_the_same(
    tmp_path: Path, reader: Reader
) -> None:
    measured = stories.measure(Folder(tmp_path), reader)
    assert measured.skipped == (stories.DOCS, stories.RENFANG)
    assert {figure.name.split(".")[2] for figure in measured.figures} == {"own"}


def test_a_post_that_reading_drops_is_put_to_no_matter(reader: Reader) -> None:
    posts = [told("人防车位只租不售，业主不答应", "a"), told("今天的晚霞真好看", "a")]
    placed = stories.decide(
        reader.read([one.post for one in posts], said_at(posts[0].post)), posts, POLICY, gated=True
    )
    assert len({one.case for one in placed}) == 2
    assert placed[1].opened
