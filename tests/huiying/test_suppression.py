"""What is on the list stays out, whoever publishes it, and nobody can read the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from huiying import ledger, suppression
from huiying.contracts import ArchiveLine, Disposition, Post, Quoted, Request
from huiying.errors import TryAgain
from huiying.ports import Engine, Register
from huiying.suppression import SiftedStream, Suppression, What
from huiying.topics import POSTS, SOURCE_CHECKS
from tests.factories import NOW, a_post

KEY = b"k" * 32
THERE = "https://bbs.example.cn/thread/7?page=1"


def published(engine: Engine, *posts: Post) -> list[Post]:
    """What came of publishing these, in their order."""
    sifted = SiftedStream(engine.stream, Suppression(engine.register, KEY))
    sifted.publish(POSTS.name, [POSTS.encode(post) for post in posts])
    there = [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]
    return [next(one for one in there if one.key == post.key) for post in posts]


def test_of_a_post_on_the_list_nothing_comes_through_but_that_it_came(engine: Engine) -> None:
    out, other = a_post(), a_post()
    later = replace(out, version="2", text="改过的话", reference="HN-1", request=Request.COMPLAINT)
    assert published(engine, out) == [out]
    Suppression(engine.register, KEY).put([suppression.post(out.id)], NOW)
    kept, beside = published(engine, later, other)
    assert beside == other
    assert (kept.key, kept.withheld) == (later.key, True)
    assert not any((kept.title, kept.text, kept.url, kept.author, kept.published_at, kept.reply_to))
    assert not kept.reference and kept.request is None


def test_an_address_keeps_out_every_copy_that_stands_there(engine: Engine) -> None:
    Suppression(engine.register, KEY).put([suppression.place(THERE, None)], NOW)
    copies = [
        a_post(url=THERE.replace("https", "http"), source="other"),
        a_post(url=f"{THERE}&utm_source=x#floor", floor=3),
    ]
    assert all(post.withheld for post in published(engine, *copies))
    (elsewhere,) = published(engine, a_post(url="https://bbs.example.cn/thread/8"))
    assert not elsewhere.withheld


def test_a_floor_keeps_out_itself_and_not_its_neighbours(engine: Engine) -> None:
    Suppression(engine.register, KEY).put([suppression.place(THERE, 2)], NOW)
    came = published(engine, *(a_post(url=THERE, floor=floor) for floor in (1, 2, 3, None)))
    assert [post.withheld for post in came] == [False, True, False, False]


def test_an_author_is_kept_out_on_one_source_alone(engine: Engine) -> None:
    Suppression(engine.register, KEY).put([suppression.author("bbs", "u1")], NOW)
    came = published(
        engine,
        a_post(source="bbs", author="u1"),
        a_post(source="b", author="u1"),
        a_post(source="bbs", author=None),
    )
    assert [post.withheld for post in came] == [True, False, False]


def test_an_answer_no_longer_carries_what_it_answers(engine: Engine) -> None:
    out = a_post()
    answer = a_post(reply_to=out.id, answers=Quoted(title="原题", text="原话"))
    stranger = a_post(reply_to="another", answers=Quoted(text="别的话"))
    Suppression(engine.register, KEY).put([suppression.post(out.id)], NOW)
    assert published(engine, answer, stranger) == [replace(answer, answers=None), stranger]


def test_what_another_process_puts_on_the_list_holds_at_once(engine: Engine) -> None:
    ours, theirs, post = Suppression(engine.register, KEY), Suppression(engine.register, KEY), a_post()
    assert ours.sifted([post]) == [post]
    assert theirs.put([suppression.post(post.id)], NOW) == 1
    assert ours.sifted([post])[0].withheld
    assert theirs.put([suppression.post(post.id)], NOW) == 0


class Away:
    """The real register, until it is away."""

    def __init__(self, register: Register) -> None:
        self._register, self.away = register, False

    def __getattr__(self, name: str) -> object:
        if self.away:
            raise TryAgain("away")
        return getattr(self._register, name)


def test_while_the_register_is_away_the_list_holds_as_it_was_read_last(engine: Engine) -> None:
    out, other = a_post(), a_post()
    Suppression(engine.register, KEY).put([suppression.post(out.id)], NOW)
    register = Away(engine.register)
    ours = Suppression(cast(Register, register), KEY)
    register.away = True
    with pytest.raises(TryAgain):
        ours.sifted([out])
    register.away = False
    assert ours.sifted([out])[0].withheld
    register.away = True
    assert [post.withheld for post in ours.sifted([out, other])] == [True, False]


def test_a_list_whose_writer_fell_before_saying_so_is_told_by_whoever_repeats_it(engine: Engine) -> None:
    ours, post = Suppression(engine.register, KEY), a_post()
    ours.put([suppression.post("another")], NOW)
    assert ours.sifted([post]) == [post]
    mark = suppression.post(post.id)
    engine.register.put(
        suppression.KIND, ours.name(mark), b'{"what":"post","at":"2026-11-23T00:00:00Z"}', expect=0
    )
    assert Suppression(engine.register, KEY).put([mark], NOW) == 0
    assert ours.sifted([post])[0].withheld


def test_the_list_says_what_kind_and_when_and_nothing_else(engine: Engine) -> None:
    post = a_post(url=THERE, author="u77")
    ours = Suppression(engine.register, KEY)
    ours.put(suppression.marks_of(post), NOW, objection="o1")
    told = list(ours.all())
    assert {one.what for _, one in told} == {What.POST, What.PLACE, What.AUTHOR}
    assert {one.at for _, one in told} == {NOW}
    for entry in engine.register.all():
        said = entry.id.encode() + entry.value
        assert not any(secret.encode() in said for secret in (post.id, "bbs.example.cn", "u77"))
    assert ours.has(suppression.place(THERE, None))
    assert not Suppression(engine.register, b"x" * 32).has(suppression.place(THERE, None))


def test_every_version_that_was_kept_out_is_accounted_for(engine: Engine) -> None:
    post = a_post()
    Suppression(engine.register, KEY).put([suppression.post(post.id)], NOW)
    published(engine, post)
    engine.archive.put([ArchiveLine(post=post.key, disposition=Disposition.WITHHELD, at=NOW)])
    subscription = engine.stream.subscribe(POSTS.name, group="nlp")
    subscription.commit(subscription.poll(limit=10, wait=timedelta(seconds=5)))
    subscription.close()
    book = ledger.take(engine)
    assert book.balanced
    assert (book.published, book.withheld) == (1, 1)


def test_other_records_and_those_that_nobody_can_read_go_through_as_they_are(engine: Engine) -> None:
    sieve = Suppression(engine.register, KEY)
    sieve.put([suppression.post("one")], NOW)
    stream = SiftedStream(engine.stream, sieve)
    stream.publish(POSTS.name, [("key", b"\xff{")])
    stream.publish(SOURCE_CHECKS.name, [("key", b"{}")])
    assert [record.value for record in stream.scan(POSTS.name)] == [b"\xff{"]
    assert [record.value for record in stream.scan(SOURCE_CHECKS.name)] == [b"{}"]
