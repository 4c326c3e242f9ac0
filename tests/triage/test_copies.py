"""What shares half of its 4-grams is found, what does not is not, whatever the bands say."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.contracts import SHINGLES, Fingerprint
from nlp.annotators import fingerprint
from triage.copies import MOST_SHARING, Copies, alike, by_minhash

LETTER = (
    "我是中原区锦绣花园的业主，开发商把人防车位只租不售，一次收二十年租金十二万，不交就不让进地库，"
    "我们多次找物业和街道反映，都说不归他们管，请问这样合法吗，希望有关部门给个明确答复"
)


def printed(text: str) -> Fingerprint:
    return fingerprint.full("", text)


def grams(text: str) -> set[str]:
    return {text[at : at + 4] for at in range(len(text) - 3)}


def jaccard(one: str, other: str) -> float:
    return len(grams(one) & grams(other)) / len(grams(one) | grams(other))


@given(
    st.text("人防车位警报租金", min_size=4, max_size=80), st.text("人防车位警报租金", min_size=4, max_size=80)
)
def test_the_likeness_is_the_share_of_common_four_grams(one: str, other: str) -> None:
    assert alike(printed(one), printed(other)) == pytest.approx(jaccard(one, other))


def test_of_long_texts_it_is_as_near_as_a_thousand_of_their_four_grams_tell() -> None:
    draw = random.Random(0)
    letters = [chr(0x4E00 + draw.randrange(3000)) for _ in range(9000)]
    one, other = "".join(letters[:6000]), "".join(letters[2000:8000])
    assert len(printed(one).shingles) == 4 * SHINGLES
    assert alike(printed(one), printed(other)) == pytest.approx(jaccard(one, other), abs=0.05)
    assert alike(printed(one), printed(one)) == 1.0


def test_a_long_and_a_short_text_are_compared_too() -> None:
    draw = random.Random(1)
    long = "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(3000))
    short = long[:900]
    assert alike(printed(long), printed(short)) == pytest.approx(jaccard(long, short), abs=0.05)


def test_of_a_hundred_texts_that_share_half_nearly_all_are_found() -> None:
    draw = random.Random(2)
    found = near = 0
    for _ in range(200):
        one = "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(200))
        other = one[:136] + "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(64))
        if jaccard(one, other) < 0.5:
            continue
        near += 1
        copies = Copies()
        copies.put("case", printed(one))
        found += any(True for _ in copies.near(printed(other), 0.5))
    assert near > 100
    assert found / near >= 0.98


def test_the_nearest_comes_first() -> None:
    copies = Copies()
    copies.put("far", printed(LETTER.replace("二十年租金十二万", "三十年的租金共十八万元")))
    copies.put("near", printed(LETTER.replace("十二万", "十三万")))
    assert [owner for _, owner in copies.near(printed(LETTER), 0.5)] == ["near", "far"]


def test_what_was_dropped_is_not_found() -> None:
    copies = Copies()
    copies.put("a", printed(LETTER))
    copies.put("b", printed(LETTER))
    copies.drop("a", printed(LETTER).exact)
    assert [owner for _, owner in copies.near(printed(LETTER), 0.5)] == ["b"]
    copies.drop("b", printed(LETTER).exact)
    assert not list(copies.near(printed(LETTER), 0.5))
    assert len(copies) == 0


def test_a_form_letter_that_thousands_send_stays_quick_to_look_up() -> None:
    copies = Copies()
    for number in range(3 * MOST_SHARING):
        copies.put(f"{number}", replace(printed(LETTER), exact=f"{number}"))
    found = list(copies.near(printed(LETTER), 0.5))
    assert 0 < len(found) <= MOST_SHARING


def test_a_print_from_before_there_were_shingles_is_compared_by_its_minhash() -> None:
    old = replace(printed(LETTER), shingles=b"")
    assert alike(old, printed(LETTER)) == by_minhash(old.minhash, old.minhash) == 1.0


def test_a_text_without_a_minhash_is_not_looked_for() -> None:
    copies = Copies()
    copies.put("a", Fingerprint(exact="x", minhash=(), length=0))
    assert not list(copies.near(Fingerprint(exact="x", minhash=(), length=0), 0.5))


def test_what_shares_a_little_less_than_half_is_not_found_however_the_bands_meet() -> None:
    draw = random.Random(4)
    for _ in range(100):
        one = "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(200))
        other = one[:128] + "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(72))
        assert 0.4 < jaccard(one, other) < 0.5
        copies = Copies()
        copies.put("case", printed(one))
        assert not list(copies.near(printed(other), 0.5))
