"""What has had its time is erased; what waits is not; and the ledger adds up before and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import ledger, retention
from huiying.clock import ManualClock
from huiying.contracts import Disposition, Post
from huiying.errors import Misconfigured
from huiying.ports import Engine
from huiying.retention import Retention
from huiying.tomlfile import DEFAULTS
from huiying.topics import NLP, POSTS
from tests.factories import a_line, a_post


def now() -> datetime:
    """The stream stamps records itself, so these tests live in the present."""
    return datetime.now(UTC)


def sweeper(engine: Engine) -> Retention:
    return Retention(engine=engine, terms=retention.load(DEFAULTS), clock=ManualClock(now()))


def published(engine: Engine, *posts: Post) -> None:
    engine.stream.publish(POSTS.name, [POSTS.encode(post) for post in posts])


def worked_off(engine: Engine) -> None:
    subscription = engine.stream.subscribe(POSTS.name, group=NLP)
    while (batch := subscription.poll(limit=100, wait=timedelta(0))).records:
        subscription.commit(batch)
    subscription.close()


def ended(engine: Engine, post: Post, disposition: Disposition) -> None:
    engine.archive.put([a_line(body=post, disposition=disposition, at=now())])


def test_after_its_days_the_irrelevant_is_gone_and_the_case_s_posts_stay(engine: Engine) -> None:
    dropped, kept = a_post(), a_post()
    published(engine, dropped, kept)
    worked_off(engine)
    ended(engine, dropped, Disposition.IRRELEVANT)
    ended(engine, kept, Disposition.ATTACHED)
    assert sweeper(engine).sweep(now() + timedelta(days=6)) == 0
    assert sweeper(engine).sweep(now() + timedelta(days=9)) == 3
    assert set(engine.archive.get([dropped.key, kept.key])) == {kept.key}
    assert ledger.take(engine).balanced


def test_that_something_was_kept_out_is_remembered_as_long_as_what_was_dropped(engine: Engine) -> None:
    post = a_post()
    published(engine, post)
    worked_off(engine)
    line = a_line(body=post, disposition=Disposition.WITHHELD, at=now(), case_id=None)
    engine.archive.put([replace(line, body=None, reading=None)])
    sweeper(engine).sweep(now() + timedelta(days=6))
    assert ledger.take(engine).withheld == 1
    sweeper(engine).sweep(now() + timedelta(days=9))
    assert not engine.archive.get([post.key])
    assert ledger.take(engine).balanced


def test_the_ledger_adds_up_on_every_day_of_it(engine: Engine) -> None:
    post = a_post()
    published(engine, post)
    worked_off(engine)
    ended(engine, post, Disposition.IRRELEVANT)
    for day in range(12):
        sweeper(engine).sweep(now() + timedelta(days=day))
        assert ledger.take(engine).balanced


def test_what_is_waiting_is_never_erased(engine: Engine) -> None:
    published(engine, a_post())
    sweeper(engine).sweep(now() + timedelta(days=400))
    assert ledger.take(engine).waiting == 1


def test_terms_that_would_break_the_ledger_are_refused_with_the_remedy(tmp_path: Path) -> None:
    text = (
        (DEFAULTS / retention.FILE).read_text("utf-8").replace("irrelevant_days = 8", "irrelevant_days = 3")
    )
    (tmp_path / retention.FILE).write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match="必须比 stream_days 长"):
        retention.load(tmp_path)


def test_the_security_log_stays_for_half_a_year_at_least(tmp_path: Path) -> None:
    text = (DEFAULTS / retention.FILE).read_text("utf-8")
    short = text.replace("security_days = 1095", "security_days = 179")
    (tmp_path / retention.FILE).write_text(short, "utf-8")
    with pytest.raises(Misconfigured, match="security_days"):
        retention.load(tmp_path)
    old = "\n".join(line for line in text.splitlines() if not line.startswith("security_days"))
    (tmp_path / retention.FILE).write_text(old, "utf-8")
    assert retention.load(tmp_path).security_days == 1095, "an office's own file may be older than this"


def test_the_rooms_erase_their_own_in_the_same_sweep(engine: Engine) -> None:
    asked: list[datetime] = []

    def first(moment: datetime) -> int:
        asked.append(moment)
        return 3

    assert replace(sweeper(engine), rooms=(first, lambda _: 4)).sweep(now()) == 7
    assert len(asked) == 1
