from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp import model
from nlp.features import COUNTS_START, extract
from nlp.model import Model, Scores
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
    shares = found.values * found.weights[:, which] * learned.platt[which, 0]
    rest = learned.platt[which, 0] * learned.bias[which] + learned.platt[which, 1]
    assert 1 / (1 + np.exp(-(shares.sum() + rest))) == pytest.approx(float(found.chance[which]), abs=1e-4)
    heaviest = max(found.grounds("relevance"), key=lambda ground: abs(ground.weight))
    assert abs(heaviest.weight) == pytest.approx(float(np.abs(shares).max()), abs=1e-4)


def test_grounds_show_their_n_grams_in_the_text(learned: Model) -> None:
    grounds = scores(learned, "人防車位到底歸誰").grounds("relevance", limit=8)
    shown = [span.text for ground in grounds for span in ground.spans]
    assert shown and all(text in "人防車位到底歸誰" for text in shown)


def test_what_training_never_saw_weighs_nothing(learned: Model) -> None:
    unheard_of = "".join(map(chr, range(0x20000, 0x20000 + 60)))
    found = scores(learned, unheard_of)
    by_chance = (found.columns < COUNTS_START).sum() / (found.features.columns < COUNTS_START).sum()
    assert by_chance < 0.25  # n-grams share columns


def test_a_family_is_ranked_best_first(learned: Model) -> None:
    ranked = scores(learned, "9月18日试鸣防空警报").family("topic")
    assert len(ranked) == 16
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert ranked[0][0] == "T04"


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
