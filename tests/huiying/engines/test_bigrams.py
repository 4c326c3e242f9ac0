from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiying.engines import bigrams

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)


def test_pairs_overlap_and_the_last_character_stands_alone() -> None:
    assert bigrams.cut("供热不足") == "供热 热不 不足 足"


def test_white_space_parts_runs() -> None:
    assert bigrams.cut("供热\u3000不足\n了") == "供热 热 不足 足 了"
    assert bigrams.cut(" \n") == ""


def test_width_and_case_are_made_the_same() -> None:
    assert bigrams.cut("ＡＢ１") == bigrams.cut("ab1") == "ab b1 1"


def test_a_run_is_asked_as_a_phrase_of_its_pairs() -> None:
    assert bigrams.phrases("供热不足 警报") == (("供热", "热不", "不足"), ("警报",))


def test_one_character_is_asked_as_a_beginning() -> None:
    assert bigrams.phrases("热") == (("热",),)


def test_a_run_that_is_asked_twice_is_looked_up_once() -> None:
    assert bigrams.phrases("警报 警报") == (("警报",),)


@given(ANY_TEXT, ANY_TEXT)
def test_the_pairs_say_exactly_whether_the_words_stand_in_the_text(text: str, words: str) -> None:
    tokens = bigrams.cut(text).split(" ")

    def stands(phrase: tuple[str, ...]) -> bool:
        if len(phrase[0]) == 1:
            return any(token.startswith(phrase[0]) for token in tokens)
        return any(tuple(tokens[i : i + len(phrase)]) == phrase for i in range(len(tokens)))

    runs = bigrams.normalise(words).split()
    assert all(map(stands, bigrams.phrases(words))) == all(run in bigrams.normalise(text) for run in runs)


@given(ANY_TEXT)
def test_whatever_somebody_wrote_can_be_stored(text: str) -> None:
    bigrams.cut(text).encode("utf-8")
