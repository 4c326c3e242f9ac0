"""What people wrote can be read by its reference, be erased, and never be guessed from what is left."""

from __future__ import annotations

import hashlib

import pytest

from huiying.contracts import EventKind
from huiying.ports import Engine
from tests.factories import NOW, a_case
from triage.record import note
from triage.texts import BODY, KIND, Texts, digest_of, name_of, said


@pytest.fixture
def texts(engine: Engine) -> Texts:
    return Texts(engine.register)


@pytest.mark.parametrize("text", ["张某某来电说是误会", "𠮷野家\n第二行\t", "=1+1", "\x00", "半个字\ufffd"])
def test_what_was_kept_is_read_by_its_digest(texts: Texts, text: str) -> None:
    assert texts.read(texts.keep(text)) == text


def test_half_a_character_is_mended_and_kept(texts: Texts) -> None:
    assert texts.read(texts.keep("半个字\ud83d")) == "半个字\ufffd"


def test_nothing_is_kept_of_nothing(texts: Texts, engine: Engine) -> None:
    assert texts.keep("") == "" and texts.read("") == ""
    assert engine.register.list(KIND) == []


def test_what_was_erased_is_gone_with_its_salt(texts: Texts, engine: Engine) -> None:
    digest = texts.keep("同意")
    texts.erase(digest)
    assert texts.read(digest) is None
    assert engine.register.list(KIND) == []


def test_what_came_to_nothing_is_taken_back_and_what_the_case_refers_to_stays(
    texts: Texts, engine: Engine
) -> None:
    booked, refused = said("reason", "已经记下"), said("reason", "没有记下")
    for one in (booked, refused):
        texts.store(one)
    case = note(a_case(), EventKind.DISMISSED, NOW, "duty", "不予受理", texts=(booked.ref,))
    texts.take_back((booked.ref, refused.ref), case)
    assert [entry.id for entry in engine.register.list(KIND)] == [booked.ref.digest]


def test_the_same_words_twice_have_two_digests_and_neither_is_the_hash_of_the_words(texts: Texts) -> None:
    one, other = texts.keep("同意"), texts.keep("同意")
    assert one != other
    assert hashlib.sha256("同意".encode()).hexdigest() not in (one, other)


def test_a_text_has_its_reference_before_it_is_stored(texts: Texts) -> None:
    one = said("reason", "不是本办事项")
    assert one.ref.name == "reason" and one.ref.digest == digest_of(one.kept)
    assert texts.read(one.ref.digest) is None
    texts.store(one)
    texts.store(one)
    assert texts.read(one.ref.digest) == "不是本办事项"


def test_a_body_stands_under_the_hash_of_its_bytes(texts: Texts) -> None:
    body = "标题：关于…\n".encode()
    assert texts.keep_body(body) == hashlib.sha256(body).hexdigest() == name_of(body)
    assert texts.body(name_of(body)) == body
    assert texts.body("0" * 64) is None


def test_spoilt_bytes_are_never_handed_out_and_are_mended_when_they_are_kept_again(
    texts: Texts, engine: Engine
) -> None:
    sha256 = texts.keep_body(b"as signed")
    engine.register.put(BODY, sha256, b"as changed", expect=None)
    assert texts.body(sha256) is None
    texts.keep_body(b"as signed")
    assert texts.body(sha256) == b"as signed"
