from __future__ import annotations

import json
from pathlib import Path

from bench.nlp import texts
from huiying.contracts import Post
from huiying.evaluation.folder import Folder
from nlp import lexicon
from nlp.gate import Gate


def test_the_same_texts_come_every_time() -> None:
    assert texts.background(50) == texts.background(50)
    assert texts.candidates(20) == texts.candidates(20)


def test_candidates_have_the_length_that_was_asked_for() -> None:
    assert {len(post.text) for post in texts.candidates(20, length=350)} == {350}
    assert texts.mean_length(texts.candidates(20, length=0)) < 150


def test_background_has_short_and_long_posts() -> None:
    lengths = [len(post.text) for post in texts.background(400)]
    assert min(lengths) < 30 and max(lengths) > 300


def test_near_misses_open_the_gate() -> None:
    gate = Gate(lexicon.load())

    def opens(post: Post) -> bool:
        return gate.opens(post.title, post.text)

    near = texts.near_misses(20, opens)
    assert {len(post.text) for post in near} == {texts.MESSAGE}
    assert all(opens(post) for post in near)


def test_letters_are_read_whatever_they_are_about(tmp_path: Path) -> None:
    assert texts.letters(Folder.at(tmp_path), 5) is None
    file = tmp_path / texts.LETTERS
    file.parent.mkdir()
    rows = [{"title": f"第{number}封", "text": "  路灯坏了没有人修。  "} for number in range(3)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    found = texts.letters(Folder.at(tmp_path), 5)
    assert found is not None
    assert {(post.text, post.by_hand) for post in found} == {("路灯坏了没有人修。", True)}
