from __future__ import annotations

import re

import pytest
import rensa

from huiying import grams
from huiying.contracts import SHINGLES, Fingerprint
from nlp.annotators import fingerprint
from nlp.normalise import quick
from tests.nlp.reading import a_sheet, annotated, blank

STORY = "昨晚金水区多个小区的居民听到防空警报，持续约九十秒，值班室说是控制设备故障，正在排查原因"


def read(text: str, title: str = "") -> Fingerprint:
    return annotated(fingerprint.annotate, a_sheet(text, title)).fingerprint


def alike(one: Fingerprint, other: Fingerprint) -> float:
    same = sum(a == b for a, b in zip(one.minhash, other.minhash, strict=True))
    return same / len(one.minhash)


@pytest.mark.parametrize(
    "repeat",
    [
        STORY.replace("，", " , "),
        STORY + "！！！",
        f"转发微博：{STORY}",
        f"{STORY}//@某人:看看//@别人:真的",
        f"{STORY} https://a.cn/x",
    ],
)
def test_a_repeat_has_the_same_exact_fingerprint(repeat: str) -> None:
    assert read(repeat).exact == read(STORY).exact


def test_another_story_has_another() -> None:
    assert read(STORY).exact != read(STORY.replace("金水区", "中原区")).exact


def test_a_near_repeat_is_near_and_another_text_is_not() -> None:
    assert alike(read(STORY), read(STORY.replace("九十秒", "一分半钟"))) > 0.6
    assert alike(read(STORY), read("人防车位只租不售，开发商每月收费三百元，请问合法吗")) < 0.1


def test_it_has_128_unsigned_numbers_of_32_bits_and_a_length() -> None:
    made = read(STORY)
    assert len(made.minhash) == 128
    assert all(0 <= value < 2**32 for value in made.minhash)
    assert made.length == len([char for char in quick(STORY) if char not in ",。!"])


def test_a_title_that_the_text_repeats_counts_once() -> None:
    assert read(STORY, title=STORY[:12]).exact == read(STORY).exact


@pytest.mark.parametrize("text", ["", "😀", "。。。", "//@某人:转"])
def test_a_text_without_words_has_one_too(text: str) -> None:
    assert len(read(text).minhash) == 128


def test_the_short_form_has_the_same_hash() -> None:
    sheet = a_sheet(STORY)
    assert blank(sheet.post).fingerprint.exact == read(STORY).exact


def test_its_shingles_are_ascending_hashes_of_four_bytes() -> None:
    made = read(STORY).shingles
    hashes = [int.from_bytes(made[at : at + 4], "little") for at in range(0, len(made), 4)]
    assert hashes == sorted(set(hashes))
    bare = "".join(char for char in quick(STORY) if char.isalnum())
    assert len(hashes) == len({bare[at : at + 4] for at in range(len(bare) - 3)})


def test_a_very_long_text_keeps_no_more_than_so_many() -> None:
    long = "".join(chr(0x4E00 + n) for n in range(5000))
    assert len(read(long).shingles) == 4 * SHINGLES


def test_its_minhash_is_that_of_its_distinct_grams() -> None:
    bare = "".join(char for char in quick(STORY) if char.isalnum())
    bare += bare[9:30]
    hasher = rensa.RMinHash(fingerprint.PERMUTATIONS, fingerprint.SEED)
    hasher.update(list({bare[at : at + 4] for at in range(len(bare) - 3)}))
    assert fingerprint.full("", bare).minhash == tuple(hasher.digest())


def test_letters_are_what_unicode_calls_so() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert grams.letters(every) == re.sub(r"[\W_]+", "", every)
