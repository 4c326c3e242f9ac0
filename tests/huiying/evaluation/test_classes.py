from __future__ import annotations

import pytest

from huiying.evaluation import classes
from nlp.learner import Message


def test_macro_f1_is_the_mean_over_classes_a_rare_one_counting_as_much() -> None:
    truth, said = ["a", "a", "a", "b"], ["a", "a", "b", "b"]
    figure = classes.macro_f1("x", truth, said, baseline=None, baseline_name="")
    assert figure.value == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)
    assert figure.n == 4 and figure.low <= figure.value <= figure.high


def test_a_class_that_is_never_said_or_only_said_counts_as_nothing_found() -> None:
    assert classes.macro_f1(
        "x", ["a", "b"], ["a", "a"], baseline=None, baseline_name=""
    ).value == pytest.approx(1 / 3)
    assert classes.macro_f1("x", ["a"], ["c"], baseline=None, baseline_name="").value == 0


def test_the_learner_stands_beside_a_plain_way_on_the_same_rows_with_pictures() -> None:
    messages = [
        Message(text=text)
        for text in ("请问几点开门", "请问多少钱", "乱收费太黑", "老板跑路", "请问几点关门", "乱收钱")
    ]
    labels = ["ask", "ask", "complain", "complain", "ask", "complain"]
    task = classes.Task(
        name="x", train=messages[:4], train_labels=labels[:4], test=messages[4:], test_labels=labels[4:]
    )
    figures, plots = classes.learned(task)
    named = {figure.name: figure for figure in figures}
    assert set(named) == {"x.macro_f1.learned", "x.accuracy.learned"}
    assert named["x.macro_f1.learned"].value == 1.0
    assert "LinearSVC" in named["x.macro_f1.learned"].baseline_name
    assert named["x.accuracy.learned"].baseline == 0.5
    assert set(plots) == {"x_confusion", "x_calibration"}
