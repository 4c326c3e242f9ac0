from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from nlp import model
from nlp.features import COUNTS_START, extract
from nlp.model import Model, Part, Scores
from tests.nlp.reading import a_sheet


@pytest.fixture(scope="module")
def learned(models: Path) -> Model:
    return model.load(models)


def scores(learned: Model, text: str, title: str = "") -> Scores:
    return learned.score(extract(a_sheet(text, title)))


def test_every_score_is_a_probability(learned: Model) -> None:
    chances = scores(learned, "人防车位只租不售，投诉多次没人管").chance
    assert len(chances) == len(learned.card.outputs)
    assert ((chances > 0) & (chances < 1)).all()


def test_grounds_are_shares_of_the_score_itself(learned: Model) -> None:
    found = scores(learned, "人防车位到底归谁，凭什么不让用")
    which = learned.index["relevance"]
    shares = found.values * learned.weights[found.rows, which] * learned.platt[which, 0]
    rest = learned.platt[which, 0] * learned.bias[which] + learned.platt[which, 1]
    assert 1 / (1 + np.exp(-(shares.sum() + rest))) == pytest.approx(float(found.chance[which]), abs=1e-4)
    heaviest = max(abs(weight) for weight, _ in found.grounds("relevance"))
    assert heaviest == pytest.approx(float(np.abs(shares).max()), abs=1e-4)


def test_grounds_show_their_n_grams_in_the_text(learned: Model) -> None:
    grounds = scores(learned, "人防車位到底歸誰").grounds("relevance", limit=8)
    shown = [span.text for _, sign in grounds for span in sign.spans]
    assert shown and all(text in "人防車位到底歸誰" for text in shown)


def test_what_training_never_saw_weighs_nothing(learned: Model) -> None:
    unheard_of = "".join(map(chr, range(0x20000, 0x20000 + 60)))
    found = scores(learned, unheard_of)
    by_chance = (learned.columns[found.rows] < COUNTS_START).sum()
    by_chance /= (found.features.columns < COUNTS_START).sum()
    assert by_chance < 0.25  # n-grams share columns


def test_a_family_is_ranked_best_first(learned: Model) -> None:
    ranked = scores(learned, "9月18日试鸣防空警报").family("topic")
    assert len(ranked) == 16
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert ranked[0][0] == "T04"


TEXTS = (
    "人防车位到底归谁，凭什么不让用",
    "防空警报半夜响了，全城都听见了，没有人出来说明",
    "单位组织去人防工程参观，讲解员讲得很细，孩子们问了许多问题",
    "物业说地下室是人防的，要收钱，问了三个部门都不管" * 8,
)


@pytest.mark.parametrize("text", TEXTS)
def test_grounds_are_the_heaviest_of_all_though_few_columns_are_looked_at_first(
    learned: Model, text: str
) -> None:
    found = scores(learned, text)
    every = Part(found.rows, found.values, learned.weights[found.rows])
    for output, limit in product(learned.card.outputs, (3, 40)):
        heaviest, _ = found._heaviest(learned.index[output], every, model.FAINT, limit, 2)
        assert found.grounds(output, limit=limit, against=2) == heaviest != []


@pytest.mark.parametrize("text", TEXTS)
def test_no_ground_is_given_twice(learned: Model, text: str) -> None:
    found = scores(learned, text)
    for output in learned.card.outputs:
        signs = [sign for _, sign in found.grounds(output, limit=3, against=2)]
        assert len(set(signs)) == len(signs)


def test_where_the_few_are_not_enough_all_columns_are_looked_at(learned: Model) -> None:
    found = scores(learned, TEXTS[0])
    none = replace(found, heavy=found.heavy.between(0, 0))
    assert none.grounds("relevance", against=3) == found.grounds("relevance", against=3) != []


def test_a_score_beyond_all_bounds_is_no_chance_and_no_warning(learned: Model) -> None:
    far = replace(learned, bias=np.full_like(learned.bias, -1e6))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(far.score(extract(a_sheet("人防车位"))).rounded) == {0.0}


def test_there_is_no_card_where_a_file_is_missing(tmp_path: Path) -> None:
    assert model.read_card(tmp_path) is None


def test_scores_of_many_are_those_of_each_alone(learned: Model) -> None:
    texts = ["人防车位到底归谁", "防空警报半夜响了", "今天天气不错"]
    rows = [extract(a_sheet(text)) for text in texts]
    together = learned.score_all(rows)
    assert [one.rounded for one in together] == [learned.score(row).rounded for row in rows]
    assert learned.score_all([]) == []


def test_four_places_are_those_of_round() -> None:
    chances = np.array([[k / 20000 for k in range(20001)], np.random.default_rng(3).random(20001)])
    assert model._rounded(chances) == [[round(one, 4) for one in row] for row in chances.tolist()]
