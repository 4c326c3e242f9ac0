from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from huiying.errors import Misconfigured
from nlp import learner, traits
from nlp.embedding import Embedder, Plain, Vectors
from nlp.learner import Message

ASKS = ["请问几点开门", "请问要带什么材料", "想问在哪里办", "请问多少钱", "请问怎么预约", "咨询一下几号截止"]
PLEADS = ["恳请修好路灯", "希望早日通水", "恳请帮帮老人", "请求修桥", "盼望通公交", "恳求解决停电"]
COMPLAINS = [
    "物业乱收费太黑了",
    "老板跑路不退钱",
    "污水乱排臭死了",
    "工地半夜施工太吵",
    "店家缺斤短两骗人",
    "司机拒载骂人",
]
TEXTS = [*ASKS, *PLEADS, *COMPLAINS]
MESSAGES = [Message(text=text) for text in TEXTS]
LABELS = ["ask"] * 6 + ["plead"] * 6 + ["complain"] * 6


@pytest.fixture(scope="module")
def learned() -> learner.Learned:
    return learner.fit(MESSAGES, LABELS)


def test_it_says_again_what_it_was_told(learned: learner.Learned) -> None:
    assert learned.predict(MESSAGES) == LABELS
    assert learned.classes == ("ask", "complain", "plead")
    assert learned.card.counts == {"ask": 6, "complain": 6, "plead": 6}


def test_it_generalises_to_a_message_of_the_kind(learned: learner.Learned) -> None:
    assert learned.predict([Message(text="请问周末几点上班"), Message(text="恳请早日修好水管")]) == [
        "ask",
        "plead",
    ]


def test_probabilities_sum_to_one_also_for_a_message_with_nothing_in_it(learned: learner.Learned) -> None:
    chances = learned.predict_proba([*MESSAGES, Message(text=""), Message(text="\ud800")])
    assert chances.shape == (20, 3)
    assert np.allclose(chances.sum(axis=1), 1) and (chances > 0).all()


def test_the_same_messages_give_the_same_classifier(learned: learner.Learned) -> None:
    again = learner.fit(MESSAGES, LABELS)
    assert (again.weights == learned.weights).all() and again.card == learned.card


def test_a_rare_class_weighs_as_much_as_a_common_one() -> None:
    rare = learner.fit(MESSAGES[:6] * 4 + MESSAGES[6:8], ["ask"] * 24 + ["plead"] * 2)
    assert rare.predict(MESSAGES[6:8]) == ["plead", "plead"]


def test_the_title_counts_where_it_is_given() -> None:
    messages = [Message(title=text, text="详见附件") for text in TEXTS]
    assert learner.fit(messages, LABELS).predict(messages) == LABELS


def test_it_is_kept_and_found_again_without_a_pickle(learned: learner.Learned, tmp_path: Path) -> None:
    learner.save(learned, tmp_path / "office", "intent")
    assert sorted(path.name for path in (tmp_path / "office").iterdir()) == ["intent.json", "intent.npz"]
    found = learner.load(tmp_path / "office", "intent")
    assert (found.predict_proba(MESSAGES) == learned.predict_proba(MESSAGES)).all()


def test_a_recipe_looks_at_blocks_that_there_are() -> None:
    for recipe in learner.RECIPES:
        assert set(recipe.blocks) <= set(traits.BLOCKS) and recipe.strength > 0


def test_what_was_learned_goes_on_reading_as_it_learned_when_the_recipes_change(
    learned: learner.Learned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = learned.predict_proba(MESSAGES)
    learner.save(learned, tmp_path, "intent")
    other = learner.Recipe(name=learned.card.recipe.name, blocks={"words": 1.0}, repeats=True, strength=9.0)
    monkeypatch.setattr(learner, "RECIPES", (other,))
    assert (learner.load(tmp_path, "intent").predict_proba(MESSAGES) == before).all()
    assert not np.allclose(learner.fit(MESSAGES, LABELS).predict_proba(MESSAGES), before)


def test_the_stronger_the_recipe_the_smaller_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []
    for strength in (1.0, 5.0):
        recipe = learner.Recipe(name="only", blocks={"chars": 1.0}, repeats=True, strength=strength)
        monkeypatch.setattr(learner, "RECIPES", (recipe,))
        lengths.append(float(np.linalg.norm(learner.fit(MESSAGES, LABELS).weights)))
    assert lengths[1] < lengths[0]


def test_what_one_class_alone_says_weighs_more_where_the_recipe_goes_by_what_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = []
    for telling in (0.0, 0.8):
        recipe = learner.Recipe(
            name="only", blocks={"words": 1.0}, repeats=True, strength=1.0, telling=telling
        )
        monkeypatch.setattr(learner, "RECIPES", (recipe,))
        texts = [f"路灯 {word} 路口" for word in ("咨询", "咨询", "请求", "请求", "建议", "建议")]
        learned = learner.fit([Message(text=text) for text in texts], ["a", "a", "b", "b", "c", "c"])
        everyone, alone = abs(
            learned.scores([Message(text="路灯"), Message(text="咨询")]) - learned.bias
        ).max(axis=1)
        shares.append(everyone / alone)
    assert shares[1] < shares[0] / 2


@pytest.mark.parametrize("repeats", [True, False])
def test_how_often_a_message_says_something_counts_where_the_recipe_says_so(
    repeats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = learner.Recipe(name="only", blocks={"chars": 1.0}, repeats=repeats, strength=1.0)
    monkeypatch.setattr(learner, "RECIPES", (recipe,))
    once, often = learner.fit(MESSAGES, LABELS).scores(
        [Message(text="路灯坏了，请问请问"), Message(text="路灯坏了，请问请问请问请问请问")]
    )
    assert (once == often).all() != repeats


@pytest.mark.parametrize("block", ["opening", "ending"])
def test_the_same_words_weigh_more_at_the_ends_of_a_message_than_far_inside(block: str) -> None:
    filler = "那边的情况就是这样一直没有变化" * 20
    ask = "。咨询几点开门。"
    at_the_end = f"{ask}{filler}" if block == "opening" else f"{filler}{ask}"
    inside = Message(text=f"{filler}{ask}{filler}")
    messages = [Message(text=f"{text}。{filler}。{text}") for text in TEXTS]
    learned = learner.fit(messages, LABELS)
    assert learned.card.recipe.name == "asking"
    first, later = learned.scores([Message(text=at_the_end), inside])[:, learned.classes.index("ask")]
    assert first > later + 0.01


def test_half_a_classifier_is_refused(learned: learner.Learned, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="没有学好的"):
        learner.load(tmp_path, "intent")
    learner.save(learned, tmp_path, "intent")
    (tmp_path / "intent.npz").write_bytes(b"cut off")
    with pytest.raises(Misconfigured, match="不完整"):
        learner.load(tmp_path, "intent")


def test_one_class_is_nothing_to_learn() -> None:
    with pytest.raises(Misconfigured, match="至少要有两类"):
        learner.fit(MESSAGES[:3], ["ask"] * 3)


def test_what_was_learned_with_an_encoder_needs_that_encoder(tmp_path: Path) -> None:
    encoder: Embedder = Plain()
    with_encoder = learner.fit(MESSAGES, LABELS, embedder=encoder)
    assert with_encoder.predict(MESSAGES) == LABELS
    learner.save(with_encoder, tmp_path, "intent")
    with pytest.raises(Misconfigured, match="编码器 plain"):
        learner.load(tmp_path, "intent")
    found = learner.load(tmp_path, "intent", embedder=encoder)
    assert (found.scores(MESSAGES) == with_encoder.scores(MESSAGES)).all()


def test_an_encoder_is_asked_once_for_all_messages() -> None:
    class Counting:
        name = "counting"
        asked = 0

        def encode(self, texts: Sequence[str]) -> Vectors:
            self.asked += 1
            return np.eye(len(texts), 8, dtype=np.float32)

    encoder = Counting()
    learner.fit(MESSAGES, LABELS, embedder=encoder)
    assert encoder.asked == 1


def test_out_of_fold_each_message_is_judged_by_one_that_has_not_seen_it() -> None:
    said = learner.out_of_fold([*MESSAGES, Message(text="请问请问")], [*LABELS, "complain"])
    assert len(said) == 19 and said[-1] == "ask"
