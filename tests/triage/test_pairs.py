"""Two titles of one event score above two of different ones; the measures are bounded and the same every time."""

from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from huiying.learning.pair_contest import own_test
from tests.quick import within
from triage.pairlearning import (
    OURS,
    Pair,
    background,
    by_dictionary,
    learn,
    measured,
    own_pairs,
    shipped,
    strangers,
)
from triage.pairs import ASSOCIATIONS, MEASURES, Background, measures, sketch

SAME = [
    ("防空警报误响九十秒 市民虚惊一场", "许昌警报误鸣：官方称终端故障，防空警报响了九十秒"),
    ("锦绣花园人防车位只租不售被投诉", "锦绣花园业主投诉人防车位只租不售"),
    ("地库失联两人找到 均无生命体征", "安阳地库被淹失联两人遇难"),
]
OTHER = [
    ("防空警报误响九十秒 市民虚惊一场", "人防志愿者三天报名五百人"),
    ("锦绣花园人防车位只租不售被投诉", "纳凉点六月开放，自带水杯即可"),
    ("地库失联两人找到 均无生命体征", "中小学疏散演练五分钟撤离"),
]


def score(one: str, other: str) -> float:
    scorer = shipped()
    return scorer.score(scorer.sketch(one), scorer.sketch(other))


def test_one_event_scores_above_another() -> None:
    assert min(score(*pair) for pair in SAME) > max(score(*pair) for pair in OTHER)


def test_there_is_a_measure_for_every_name() -> None:
    known = by_dictionary()
    one, other = (sketch(text, known) for text in SAME[0])
    assert len(measures(one, other, known)) == len(MEASURES)


def test_words_that_keep_company_are_near() -> None:
    words = sorted(word for word in by_dictionary().words if len(word) == 2)[:3000:10]
    friends = [words[at : at + 3] for at in range(0, 300, 3)]
    heap = [(f"第{n}份", "，".join(friends[n % 100])) for n in range(2500)]
    known = background(heap)
    assert known.places
    one, near, far = (sketch(text, known) for text in (friends[7][0], friends[7][1], friends[8][0]))
    assert len(measures(one, near, known)) == len(MEASURES) + len(ASSOCIATIONS)
    assert measures(one, near, known)[-1] > measures(one, far, known)[-1]


def test_learning_twice_gives_the_same_numbers() -> None:
    pairs = [Pair(one=one, other=other, same=True) for one, other in SAME]
    pairs += [Pair(one=one, other=other, same=False) for one, other in OTHER]
    heap = [(pair.one, pair.other) for pair in pairs]
    first, second = learn(pairs, heap), learn(pairs, heap)
    assert np.array_equal(first.weights, second.weights)
    assert first.bias == second.bias


def test_pairs_of_one_kind_teach_nothing() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        learn([Pair(one="一", other="二", same=True)], [])


@pytest.mark.parametrize(
    "text", ["", "人", "人" * 1_000_000, "\ud800" * 50, "\u200b" * 500, "😀", "１２３", "a\x00b"]
)
def test_no_text_breaks_it_or_takes_long(text: str) -> None:
    scorer = shipped()
    known = scorer.sketch(SAME[0][0])
    assert 0.0 <= scorer.score(scorer.sketch(text), known) <= 1.0
    assert within(1.0, repeat(lambda: scorer.score(scorer.sketch(text), scorer.sketch(text))))


def test_an_empty_heap_makes_a_background_in_which_all_is_equally_rare() -> None:
    empty: Background = background([])
    assert empty.rarity("人") == empty.rarity("警报")
    assert measured([Pair(one="人防", other="人防", same=True)], empty).shape == (1, len(MEASURES))


def test_what_shares_rare_words_is_one_event_before_anything_is_learned() -> None:
    """As many pairs of either kind with the same measures teach nothing: the belief is left."""
    shown = [
        Pair(one=one, other=other, same=same, weight=OURS) for one, other in SAME for same in (True, False)
    ]
    scorer = learn([*shown, *strangers()[:6]], [], known=by_dictionary(), cautious=True)
    rows = measured(
        [Pair(one=one, other=other, same=False) for one, other in (*SAME, *OTHER)], scorer.background
    )
    scores = scorer.scores(rows)
    assert min(scores[: len(SAME)]) > max(scores[len(SAME) :])


def test_few_pairs_move_a_cautious_scorer_less_than_one_that_believes_nothing() -> None:
    odd = [Pair(one=one, other=other, same=False) for one, other in SAME]
    odd += [Pair(one=one, other=other, same=True) for one, other in OTHER]
    bold = learn(odd, [], known=by_dictionary())
    cautious = learn(odd, [], known=by_dictionary(), cautious=True)
    asked = measured(odd, by_dictionary())
    assert bold.scores(asked)[: len(SAME)].mean() < bold.scores(asked)[len(SAME) :].mean()
    assert cautious.scores(asked)[: len(SAME)].mean() > cautious.scores(asked)[len(SAME) :].mean()


def test_the_same_pairs_many_times_over_convince_a_cautious_scorer_slower() -> None:
    odd = [Pair(one=one, other=other, same=False) for one, other in SAME] * 40
    odd += [Pair(one=one, other=other, same=True) for one, other in OTHER] * 40
    asked = measured(odd[:1], by_dictionary())
    bold = learn(odd, [], known=by_dictionary())
    cautious = learn(odd, [], known=by_dictionary(), cautious=True)
    assert 2 * bold.scores(asked)[0] < cautious.scores(asked)[0] < 0.5


def test_texts_of_two_days_are_strangers_and_no_text_to_itself() -> None:
    days: dict[str, set[str]] = {}
    for pair in own_pairs():
        for text in (pair.one, pair.other):
            days.setdefault(text, set()).add(pair.date)
    pairs = strangers()
    assert len(pairs) > 600
    assert not any(pair.same for pair in pairs)
    assert all(days[pair.one].isdisjoint(days[pair.other]) for pair in pairs)


def test_on_our_own_test_what_ships_ranks_no_worse_than_the_share_of_words_in_common() -> None:
    titles, leads = own_test()
    column = MEASURES.index("word_cosine")
    for pairs in (titles, leads):
        rows = measured(pairs, shipped().background)
        same = [pair.same for pair in pairs]
        assert average_precision_score(same, shipped().scores(rows)) >= (
            average_precision_score(same, rows[:, column]) - 0.01
        )
