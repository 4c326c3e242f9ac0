"""What has had its time is erased; what waits is not; and the ledger adds up before and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import ledger, retention
from huiying.clock import ManualClock
from huiying.contracts import Category, Disposition, Level, Post
from huiying.errors import Misconfigured
from huiying.ports import Engine
from huiying.retention import Retention, Terms
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


# ------------------------------------------------------------------------------------ terms of files


def terms_of(folder: Path, files: str, *, shipped: str = "") -> Terms:
    said = shipped or (DEFAULTS / retention.FILE).read_text("utf-8").partition("\n[files]")[0]
    (folder / retention.FILE).write_text(f"{said}\n{files}", "utf-8")
    return retention.load(folder)


def test_the_terms_that_ship_are_those_of_a_file_that_says_nothing_of_files(tmp_path: Path) -> None:
    shipped, silent = retention.load(DEFAULTS).files, terms_of(tmp_path, "").files
    assert [silent.of_level(level) for level in Level] == [10, 10, 30, None]
    assert [shipped.of_level(level) for level in Level] == [silent.of_level(level) for level in Level]
    assert (shipped.not_ours, shipped.warn_days, shipped.classes) == (1, 30, {})
    assert (silent.not_ours, silent.warn_days, silent.classes) == (1, 30, {})


def test_an_office_writes_years_or_for_ever(tmp_path: Path) -> None:
    files = terms_of(
        tmp_path, '[files]\nnot_ours = 2\n[files.levels]\n"一般" = "永久"\n[files.classes]\nuntrue = 30\n'
    ).files
    assert (files.not_ours, files.of_level(Level.GENERAL), files.of_level(Level.MAJOR)) == (2, None, 30)
    assert files.classes == {Category.UNTRUE: 30}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ('[files.levels]\n"一般" = 0\n', r'一般：写整数年数（1 到 100），或写 "永久"'),
        ('[files.levels]\n"一般" = "很久"\n', r'一般：写整数年数（1 到 100），或写 "永久"'),
        ('[files.levels]\n"普通" = 10\n', "不认识 '普通'，可以写：'一般'、'较大'、'重大'、'特别重大'"),
        ("[files.classes]\ninquiry = 3\n", "classes 里只能写六类处置"),
        ("[files]\nyears = 3\n", "years：不认识这一项"),
        ("[files]\nwarn_days = 0\n", "warn_days："),
    ],
)
def test_a_term_that_is_none_is_named_with_what_to_write(tmp_path: Path, files: str, told: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        terms_of(tmp_path, files)
    assert told in str(wrong.value)
    assert retention.FILE in str(wrong.value)


def test_a_title_may_not_outlive_its_file_on_the_stream(tmp_path: Path) -> None:
    shipped = (DEFAULTS / retention.FILE).read_text("utf-8").partition("\n[files]")[0]
    with pytest.raises(Misconfigured, match="不能比案卷的最短期限（1 年）长"):
        terms_of(tmp_path, "", shipped=shipped.replace("events_days = 365", "events_days = 366"))
