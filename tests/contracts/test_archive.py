"""What every engine owes as a PostArchive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying import codec
from huiying.contracts import (
    ArchiveLine,
    Attachment,
    Attitude,
    Category,
    CategoryReading,
    Disposition,
    Erased,
    Field,
    Occurrence,
    Place,
    PostKey,
    Quoted,
    Relevance,
    Signal,
    SignalKind,
    Span,
    Term,
    TopicReading,
    Verdict,
    Why,
)
from huiying.identity import address
from huiying.ports import Engine, LinePage, LineQuery, PostArchive
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_line, a_post, a_reading, a_route

DROPPED = Disposition.IRRELEVANT


@pytest.fixture
def archive(engine: Engine) -> PostArchive:
    return engine.archive


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def found_by(archive: PostArchive, query: LineQuery, *, total: int) -> list[PostKey]:
    """Keys of the first page, once the search knows of ``total`` hits."""
    page = eventually(lambda: archive.search(query), until=lambda page: page.total == total)
    assert page.total == total
    return [line.post for line in page.lines]


def test_a_line_comes_back_whole_and_at_once(archive: PostArchive) -> None:
    kept, dropped = a_line(), a_line(disposition=DROPPED)
    unreadable = ArchiveLine(
        post=PostKey("key", "undecodable-1"), disposition=Disposition.BURIED, at=NOW, reason="读不了"
    )
    archive.put([kept, dropped, unreadable])
    lines = archive.get([kept.post, dropped.post, unreadable.post, PostKey("nobody", "1")])
    assert lines == {kept.post: kept, dropped.post: dropped, unreadable.post: unreadable}


def test_the_first_line_of_a_post_version_stays(archive: PostArchive) -> None:
    first = a_line()
    archive.put([first])
    archive.put([replace(first, disposition=Disposition.DUPLICATE, case_id="case-2"), a_line()])
    assert archive.get([first.post])[first.post] == first
    assert eventually(archive.tally, until=lambda tally: sum(tally.values()) == 2) == {
        Disposition.ATTACHED: 2
    }


def test_one_batch_may_name_a_post_version_twice(archive: PostArchive) -> None:
    first = a_line()
    archive.put([first, replace(first, case_id="case-2")])
    assert archive.get([first.post])[first.post] == first
    assert [key for key, _ in archive.keys()] == [first.post]  # noqa: SIM118


def test_versions_of_one_post_are_listed_oldest_line_first(archive: PostArchive) -> None:
    post = a_post()
    edits = [
        a_line(body=replace(post, version=f"v{n}"), at=NOW + hours(n), disposition=DROPPED) for n in range(3)
    ]
    archive.put([edits[2], a_line(), edits[0]])
    archive.put([edits[1]])
    assert [line.post.version for line in archive.versions([post.id])[post.id]] == ["v0", "v1", "v2"]
    assert archive.versions(["nobody", post.id]).keys() == {post.id}


def test_keys_are_complete_at_once_with_their_dispositions(archive: PostArchive) -> None:
    lines = [
        a_line(disposition=disposition, body=a_post(native_id=f"{disposition}-{n}"))
        for disposition in Disposition
        for n in range(300)
    ]
    archive.put(lines)
    found = list(archive.keys())
    assert len(found) == 300 * len(Disposition)
    assert dict(found) == {line.post: line.disposition for line in lines}


def test_everything_is_given_in_the_order_in_which_it_was_put(archive: PostArchive) -> None:
    lines = [a_line(at=NOW - hours(n % 7), disposition=list(Disposition)[n % 4]) for n in range(60)]
    archive.put(lines[:40])
    archive.put(lines[40:])
    assert list(archive.all()) == lines


def test_putting_nothing_is_fine(archive: PostArchive) -> None:
    archive.put([])


def test_half_a_surrogate_pair_in_a_post_stops_nothing(archive: PostArchive) -> None:
    broken = a_line(body=a_post(title="警报\udc00", text="响\ud83d了"))
    whole = a_line()
    archive.put([broken, whole])
    lines = archive.get([broken.post, whole.post])
    assert lines[whole.post] == whole
    body = lines[broken.post].body
    assert body is not None
    assert (body.title, body.text) == ("警报\ufffd", "响\ufffd了")


def test_each_filter_narrows(archive: PostArchive) -> None:
    kept = a_line(case_id="case-9")
    dropped = a_line(disposition=DROPPED, body=a_post(source="forum"))
    archive.put([kept, dropped])
    assert found_by(archive, LineQuery(cases=frozenset({"case-9"})), total=1) == [kept.post]
    assert found_by(archive, LineQuery(dispositions=frozenset({DROPPED})), total=1) == [dropped.post]
    assert found_by(archive, LineQuery(sources=frozenset({"forum", "radio"})), total=1) == [dropped.post]
    assert (
        found_by(archive, LineQuery(cases=frozenset({"case-9"}), sources=frozenset({"forum"})), total=0) == []
    )
    assert found_by(archive, LineQuery(), total=2)


def test_words_find_what_was_kept_and_what_was_dropped(archive: PostArchive) -> None:
    kept = a_line(body=a_post(title="小区供热不足", text="三天没有暖气"))
    dropped = a_line(disposition=DROPPED, body=a_post(title="供热公司招聘", text="名额不多"))
    archive.put([kept, dropped])
    assert found_by(archive, LineQuery(words="暖"), total=1) == [kept.post]
    assert set(found_by(archive, LineQuery(words="供热"), total=2)) == {kept.post, dropped.post}
    assert found_by(archive, LineQuery(words="热不足 暖气"), total=1) == [kept.post]
    assert found_by(archive, LineQuery(words="足三"), total=0) == [], "no match across title and text"


def test_lines_are_shown_newest_first_by_when_the_post_was_public(archive: PostArchive) -> None:
    early = a_line(body=a_post(published_at=NOW - hours(3)), at=NOW)
    unknown = a_line(body=a_post(published_at=None, collected_at=NOW - hours(2)), at=NOW)
    late = a_line(body=a_post(published_at=NOW - hours(1)), at=NOW - hours(1))
    archive.put([unknown, late, early])
    assert found_by(archive, LineQuery(), total=3) == [late.post, unknown.post, early.post]


def test_paging_has_no_gap_and_no_double_while_new_lines_arrive(archive: PostArchive) -> None:
    old = [a_line(body=a_post(published_at=NOW - hours(n // 4))) for n in range(30)]
    archive.put(old)
    assert found_by(archive, LineQuery(), total=30)
    seen: list[PostKey] = []
    page: LinePage | None = None
    while page is None or page.next:
        page = archive.search(LineQuery(limit=4, after=page.next if page else ""))
        seen += [line.post for line in page.lines]
        archive.put([a_line(body=a_post(published_at=NOW))])
    assert len(seen) == len(set(seen))
    assert {line.post for line in old} <= set(seen)


def test_lines_of_one_moment_stand_by_post_and_version_page_after_page(archive: PostArchive) -> None:
    posts = [a_post(native_id=f"m{n * 7 % 11}", published_at=NOW, version=f"v{n % 2}") for n in range(22)]
    lines = [a_line(body=post, disposition=list(Disposition)[n % 4]) for n, post in enumerate(posts)]
    archive.put(lines[:9])
    archive.put(lines[9:])
    expected = sorted((line.post for line in lines), reverse=True)
    assert found_by(archive, LineQuery(), total=22) == expected
    seen: list[PostKey] = []
    query = LineQuery(limit=3)
    while page := archive.search(query):
        seen += [line.post for line in page.lines]
        if not page.next:
            break
        query = replace(query, after=page.next)
    assert seen == expected


def test_lines_of_a_case_of_one_moment_come_as_they_were_put(archive: PostArchive) -> None:
    lines = [a_line(case_id="case-1", body=a_post(native_id=f"m{n * 7 % 23}")) for n in range(23)]
    archive.put(lines[:9])
    archive.put(lines[9:])
    assert list(archive.of_cases(["case-1"])) == lines


def test_the_tally_counts_lines_written_since(archive: PostArchive) -> None:
    archive.put([a_line(at=NOW - hours(2)), a_line(at=NOW), a_line(disposition=DROPPED, at=NOW + hours(1))])
    assert eventually(archive.tally, until=lambda tally: sum(tally.values()) == 3) == {
        Disposition.ATTACHED: 2,
        DROPPED: 1,
    }
    assert archive.tally(since=NOW) == {Disposition.ATTACHED: 1, DROPPED: 1}


def test_hours_count_relevant_posts_by_attitude_and_utc_hour(archive: PostArchive) -> None:
    def line(minutes: int, attitude: Attitude, disposition: Disposition) -> ArchiveLine:
        post = a_post(published_at=NOW + timedelta(minutes=minutes))
        return a_line(reading=a_reading(post=post, attitude=attitude), disposition=disposition)

    archive.put(
        [
            line(0, Attitude.NEGATIVE, Disposition.ATTACHED),
            line(59, Attitude.NEGATIVE, Disposition.DUPLICATE),
            line(60, Attitude.NEGATIVE, Disposition.ATTACHED),
            line(61, Attitude.POSITIVE, Disposition.ATTACHED),
            line(-1, Attitude.NEUTRAL, Disposition.ATTACHED),
            line(5, Attitude.NEUTRAL, Disposition.BURIED),
            a_line(reading=a_reading(post=a_post(published_at=NOW), idle=True)),
            a_line(disposition=DROPPED, body=a_post(published_at=NOW)),
        ]
    )
    assert eventually(lambda: archive.hourly(since=NOW), until=lambda hours: sum(hours.values()) == 4) == {
        ("2026-11-23T02", "negative"): 2,
        ("2026-11-23T03", "negative"): 1,
        ("2026-11-23T03", "positive"): 1,
    }


def test_a_ticket_is_found_by_its_number_until_it_is_blank(archive: PostArchive) -> None:
    ticket = a_line(body=a_post(reference="SL-0003"))
    archive.put([ticket, a_line(body=a_post(reference="SL-0004"))])
    assert found_by(archive, LineQuery(words="SL-0003"), total=1) == [ticket.post]
    archive.blank([ticket.post], erased=GONE)
    assert found_by(archive, LineQuery(words="SL-0003"), total=0) == []


def test_purging_erases_old_lines_of_these_dispositions_and_their_words(archive: PostArchive) -> None:
    old = [a_line(disposition=DROPPED, at=NOW - hours(2), body=a_post(title="旧闻")) for _ in range(700)]
    recent = a_line(disposition=DROPPED, at=NOW, body=a_post(title="旧闻新说"))
    kept = a_line(at=NOW - hours(2), body=a_post(title="旧闻有用"))
    archive.put([*old, recent, kept])
    assert found_by(archive, LineQuery(words="旧闻"), total=702)
    assert archive.purge(before=NOW, dispositions=frozenset({DROPPED})) == 700
    assert set(dict(archive.keys())) == {recent.post, kept.post}
    assert archive.get([old[0].post]) == {}
    assert set(found_by(archive, LineQuery(words="旧闻"), total=2)) == {recent.post, kept.post}
    assert archive.purge(before=NOW, dispositions=frozenset({DROPPED})) == 0


def test_a_purge_of_no_dispositions_erases_nothing(archive: PostArchive) -> None:
    archive.put([a_line()])
    assert archive.purge(before=NOW + hours(1), dispositions=frozenset()) == 0


def test_a_purged_place_can_be_filled_again(archive: PostArchive) -> None:
    line = a_line(disposition=DROPPED, body=a_post(title="旧闻"))
    archive.put([line])
    archive.purge(before=NOW + hours(1), dispositions=frozenset({DROPPED}))
    archive.put([a_line(disposition=DROPPED, body=a_post(title="新闻"))])
    assert len(found_by(archive, LineQuery(words="新闻"), total=1)) == 1
    assert found_by(archive, LineQuery(words="旧闻"), total=0) == []


# ---------------------------------------------------------------------------------- moving house


def test_posts_that_a_split_takes_along_stand_with_their_new_case_at_once(archive: PostArchive) -> None:
    stays, goes = a_line(case_id="case-1"), a_line(case_id="case-1")
    dropped = a_line(disposition=Disposition.IRRELEVANT)
    archive.put([stays, goes, dropped])
    for _ in range(2):
        archive.rehome([goes.post.id, dropped.post.id, "nobody"], case_id="case-2")
    assert archive.get([goes.post])[goes.post] == replace(goes, case_id="case-2")
    assert archive.get([dropped.post])[dropped.post].case_id is None
    assert list(archive.of_cases(["case-2"])) == [replace(goes, case_id="case-2")]
    assert [line.post for line in archive.of_cases({"case-1", "case-2"})] == [stays.post, goes.post]
    assert list(archive.of_cases([])) == []
    assert found_by(archive, LineQuery(cases=frozenset({"case-2"})), total=1) == [goes.post]
    assert found_by(archive, LineQuery(cases=frozenset({"case-1"})), total=1) == [stays.post]


def test_lines_are_found_and_counted_by_the_units_that_have_part_in_their_case(engine: Engine) -> None:
    luoyang, helped = a_case(route=a_route(lead="luoyang")), a_case(route=a_route(assist=("luoyang",)))
    other = a_case(route=a_route(lead="kaifeng"))
    engine.cases.save([luoyang, helped, other])
    lines = [a_line(case_id=case.id) for case in (luoyang, helped, other)]
    archive, units = engine.archive, frozenset({"luoyang", "nobody"})
    archive.put([*lines, a_line(case_id="gone"), a_line(disposition=DROPPED)])
    assert set(found_by(archive, LineQuery(parties=units), total=2)) == {line.post for line in lines[:2]}
    assert found_by(archive, LineQuery(parties=frozenset({"nobody"})), total=0) == []
    assert len(found_by(archive, LineQuery(), total=5)) == 5
    assert archive.tally(parties=units) == {Disposition.ATTACHED: 2}
    assert archive.tally(since=NOW + hours(1), parties=units) == {}
    assert sum(archive.hourly(since=NOW - hours(24), parties=units).values()) == 2
    assert sum(archive.hourly(since=NOW - hours(24)).values()) == 4


def test_a_case_that_changes_hands_takes_its_lines_along(engine: Engine) -> None:
    case = a_case(route=a_route(lead="luoyang"))
    engine.cases.save([case])
    engine.archive.put([a_line(case_id=case.id)])
    engine.cases.save([replace(case, revision=2, route=a_route(lead="kaifeng"))])
    assert found_by(engine.archive, LineQuery(parties=frozenset({"luoyang"})), total=0) == []
    assert len(found_by(engine.archive, LineQuery(parties=frozenset({"kaifeng"})), total=1)) == 1


def test_what_is_exhumed_may_end_otherwise(archive: PostArchive) -> None:
    buried = replace(a_line(disposition=Disposition.BURIED), case_id=None)
    ended = a_line(body=a_post(native_id="other"))
    archive.put([buried, ended])
    assert archive.exhume([buried.post, ended.post, PostKey("nobody", "1")]) == 1
    assert archive.exhume([buried.post]) == archive.exhume([]) == 0
    assert archive.get([buried.post, ended.post]) == {ended.post: ended}, "only what was buried is taken out"
    assert dict(archive.keys()) == {ended.post: ended.disposition}
    second = replace(buried, disposition=DROPPED, reason="无关")
    archive.put([second])
    assert archive.get([buried.post])[buried.post] == second
    assert [line.disposition for line in archive.versions([buried.post.id])[buried.post.id]] == [DROPPED]


def test_lines_are_found_by_where_their_post_stands(archive: PostArchive) -> None:
    there = "https://bbs.example.cn/thread/7?page=1"
    opening = a_line(body=a_post(url=there, floor=1))
    edited = a_line(body=replace(opening.body, version="2"), at=NOW + hours(1)) if opening.body else opening
    copied = a_line(
        body=a_post(url="http://bbs.example.cn/thread/7?page=1&spm=x", source="other"), at=NOW + hours(2)
    )
    beside = a_line(body=a_post(url="https://bbs.example.cn/thread/8"))
    nowhere = a_line(body=a_post(url=None), disposition=DROPPED)
    archive.put([copied, beside, edited, opening, nowhere])
    assert [line.post for line in archive.at({address(there)})] == [opening.post, edited.post, copied.post]
    assert next(iter(archive.at({address(there)}))) == opening
    assert not archive.at({"", "bbs.example.cn/thread/9"})
    assert not archive.at(())
    archive.blank([copied.post], erased=GONE)
    assert [line.post for line in archive.at({address(there)})] == [opening.post, edited.post]


# --------------------------------------------------------------------------------------- blanking

GONE = Erased(at=NOW + hours(1), rule="案卷保存期限 5 年")
SECRET = "鸑鷟山庄"
"""Stands in every text of a post here, and nowhere else."""


def a_telling_line(**changes: Any) -> ArchiveLine:
    """A line in which every field that anybody wrote says SECRET."""
    span = Span(field=Field.TEXT, start=0, end=4, text=SECRET)
    why = (Why(rule="r", note=f"提到{SECRET}", spans=(span,)),)
    post = a_post(
        title=f"{SECRET}漏水",
        text=f"{SECRET}地下车库漏水",
        url=f"http://127.0.0.1/{SECRET}",
        author=SECRET,
        stated_place=SECRET,
        answers=Quoted(title=SECRET, text=SECRET),
        attachments=(Attachment(sha256="0" * 64, media_type="image/png", name=SECRET, size=1),),
    )
    reading = a_reading(
        post=post,
        relevance=Relevance(verdict=Verdict.ALERT, score=0.9, why=why),
        topics=(TopicReading(code="T07", score=0.8, why=why),),
        categories=(CategoryReading(category=Category.DIFFICULTY, score=0.7, why=why),),
        attitude_why=why,
        places=(Place(province="河南省", why=why),),
        units=(SECRET,),
        signals=(Signal(kind=SignalKind.DEATHS, amount=1, detail=SECRET, why=why),),
        occurred=Occurrence(at=NOW, source="text", why=why),
        terms=(Term(word=SECRET, weight=1.0),),
    )
    return a_line(reading=reading, reason=SECRET, brings=(SECRET,), **changes)


def test_a_blanked_line_keeps_what_is_counted_and_nothing_that_anybody_wrote(archive: PostArchive) -> None:
    line, other = a_telling_line(), a_line(body=a_post(text=f"{SECRET}还在"))
    archive.put([line, other])
    assert set(found_by(archive, LineQuery(words=SECRET), total=2)) == {line.post, other.post}
    hours_before = eventually(
        lambda: archive.hourly(since=NOW - hours(24)), until=lambda counted: sum(counted.values()) == 2
    )
    assert archive.blank([line.post, PostKey("nobody", "1")], erased=GONE) == 1
    blank = archive.get([line.post])[line.post]
    assert SECRET not in codec.encode(blank).decode("utf-8")
    assert line.reading is not None
    assert blank.reading is not None
    assert blank.body is not None
    assert (blank.erased, blank.body.author, blank.body.url, blank.reading.fingerprint.shingles) == (
        GONE,
        None,
        None,
        b"",
    )
    kept = ("post", "disposition", "case_id", "at")
    assert [getattr(blank, name) for name in kept] == [getattr(line, name) for name in kept]
    assert blank.body.first_public_at == NOW - timedelta(minutes=20)
    assert (blank.reading.attitude, blank.reading.relevance.score) == (Attitude.NEGATIVE, 0.9)
    assert archive.get([other.post])[other.post] == other
    assert found_by(archive, LineQuery(words=SECRET), total=1) == [other.post]
    assert archive.hourly(since=NOW - hours(24)) == hours_before
    assert dict(archive.keys()) == {line.post: line.disposition, other.post: other.disposition}
    assert [one.post for one in archive.of_cases([line.case_id or ""])] == [line.post, other.post]


def test_what_a_post_shows_of_what_it_answers_can_be_erased_alone(archive: PostArchive) -> None:
    why = (
        Why(rule="answers", note=f"自己没有说到人防，回复的帖子说到了：提到{SECRET}"),
        Why(rule="gate", note="人防"),
    )
    post = a_post(answers=Quoted(title=SECRET, text=SECRET), reply_to="opening", text="谁负责？")
    line = a_line(
        reading=a_reading(post=post, relevance=Relevance(verdict=Verdict.REPLY, score=0.9, why=why))
    )
    plain = a_line()
    archive.put([line, plain])
    for _ in range(2):
        archive.unquote([post.id, plain.post.id, "nobody"])
    archive.unquote([])
    after = archive.get([line.post])[line.post]
    assert SECRET not in codec.encode(after).decode("utf-8")
    assert after.body is not None
    assert (after.body.text, after.body.reply_to, after.erased) == ("谁负责？", "opening", None)
    assert after.reading is not None
    assert [one.note for one in after.reading.relevance.why] == ["自己没有说到人防，回复的帖子说到了", "人防"]
    assert archive.get([plain.post])[plain.post] == plain


def test_blanking_again_changes_nothing_and_so_does_putting_again(archive: PostArchive) -> None:
    lines = [a_telling_line() for _ in range(250)]
    archive.put(lines)
    keys = [line.post for line in lines]
    assert archive.blank(keys[:1], erased=GONE) == 1
    assert archive.blank(keys, erased=replace(GONE, rule="本人提出异议")) == 249
    assert archive.blank(keys, erased=replace(GONE, rule="又一次")) == archive.blank([], erased=GONE) == 0
    archive.put(lines[:2])
    found = archive.get(keys[:2])
    assert [found[key].erased for key in keys[:2]] == [GONE, replace(GONE, rule="本人提出异议")]
    archive.rehome([keys[0].id], case_id="case-7")
    assert archive.get(keys[:1])[keys[0]].erased == GONE


def test_what_was_dropped_or_could_not_be_read_can_be_blanked_too(archive: PostArchive) -> None:
    dropped = a_line(disposition=DROPPED, body=a_post(text=SECRET), reason=f"只提到{SECRET}")
    unreadable = ArchiveLine(
        post=PostKey("key", "undecodable-1"), disposition=Disposition.BURIED, at=NOW, reason=SECRET
    )
    archive.put([dropped, unreadable])
    assert archive.blank([dropped.post, unreadable.post], erased=GONE) == 2
    lines = archive.get([dropped.post, unreadable.post])
    assert SECRET not in codec.encode(list(lines.values())).decode("utf-8")
    assert lines[unreadable.post] == replace(unreadable, reason="", erased=GONE)
    assert found_by(archive, LineQuery(words=SECRET), total=0) == []


def test_wiping_changes_nothing_that_is_asked_for(archive: PostArchive) -> None:
    line, other = a_telling_line(), a_line(body=a_post(text="还在"))
    archive.put([line, other])
    archive.wipe()
    archive.blank([line.post], erased=GONE)
    archive.wipe()
    assert found_by(archive, LineQuery(words="还在"), total=1) == [other.post]
    assert found_by(archive, LineQuery(words=SECRET), total=0) == []
    assert archive.get([line.post])[line.post].erased == GONE


# ------------------------------------------------------------------------- what answers before it is asked


def test_what_was_dropped_is_found_at_once_by_what_it_answers(archive: PostArchive) -> None:
    def answer(to: str | None, n: int, disposition: Disposition = DROPPED) -> ArchiveLine:
        return a_line(body=a_post(reply_to=to), disposition=disposition, at=NOW + hours(n))

    first, second, third = answer("opening", 0), answer("opening", 1), answer("other", 2)
    archive.put([first, second, third, answer("opening", 3, Disposition.ATTACHED), answer(None, 4)])
    assert list(archive.answering(["opening"], limit=10, complete=True)) == [second, first]
    assert list(archive.answering({"opening", "other", "nobody"}, limit=2, complete=True)) == [third, second]
    assert list(archive.answering([], limit=2, complete=True)) == []


def test_what_was_dropped_may_be_admitted_to_a_case_and_nothing_else_changes(archive: PostArchive) -> None:
    early = a_line(body=a_post(reply_to="opening", title="太响了"), disposition=DROPPED)
    kept, buried = a_line(case_id="case-1"), a_line(disposition=Disposition.BURIED)
    archive.put([early, kept, buried])
    admitted = a_line(case_id="case-2", reading=a_reading(post=early.body), at=NOW + hours(1))
    new = a_line(case_id="case-2")
    others = [replace(kept, case_id="case-2"), replace(buried, disposition=Disposition.ATTACHED)]
    for _ in range(2):
        archive.admit([admitted, *others, new])
    archive.put([early])
    assert archive.get([early.post, kept.post, buried.post, new.post]) == {
        early.post: admitted,
        kept.post: kept,
        buried.post: buried,
        new.post: new,
    }
    assert archive.answering(["opening"], limit=10, complete=True) == []
    assert dict(archive.keys()) == {
        early.post: Disposition.ATTACHED,
        kept.post: Disposition.ATTACHED,
        buried.post: Disposition.BURIED,
        new.post: Disposition.ATTACHED,
    }
    assert len(list(archive.keys())) == 4
    assert list(archive.of_cases(["case-2"])) == [new, admitted]
    assert list(archive.all()) == [admitted, kept, buried, new], "where it was put"
    query = LineQuery(cases=frozenset({"case-2"}), words="太响了")
    assert found_by(archive, query, total=1) == [early.post]
    assert sum(archive.hourly(since=NOW - hours(24)).values()) == 3


def test_what_was_blanked_is_admitted_nowhere_and_stays_blank(archive: PostArchive) -> None:
    telling = a_telling_line()
    early = replace(telling, disposition=DROPPED, case_id=None, reading=None)
    other = a_line(body=a_post(text="还在"), disposition=DROPPED)
    archive.put([early, other])
    archive.blank([early.post], erased=GONE)
    blank = archive.get([early.post])[early.post]
    archive.admit([telling])
    assert archive.get([early.post]) == {early.post: blank}
    assert list(archive.of_cases([telling.case_id or ""])) == []
    assert archive.blank([early.post], erased=GONE) == 0
    archive.wipe()
    assert found_by(archive, LineQuery(words="还在"), total=1) == [other.post]
    assert found_by(archive, LineQuery(words=SECRET), total=0) == []


def test_what_was_admitted_does_not_go_with_what_was_dropped_beside_it(archive: PostArchive) -> None:
    """Also where the whole month is dropped."""
    early, other = a_line(disposition=DROPPED), a_line(disposition=DROPPED)
    archive.put([early, other])
    admitted = a_line(case_id="case-1", reading=a_reading(post=early.body))
    archive.admit([admitted])
    months_later = NOW + timedelta(days=90)
    assert archive.purge(before=months_later, dispositions=frozenset({DROPPED})) == 1
    assert archive.get([early.post, other.post]) == {early.post: admitted}
    assert list(archive.keys()) == [(early.post, Disposition.ATTACHED)]
    assert archive.purge(before=months_later, dispositions=frozenset({Disposition.ATTACHED})) == 1
    assert list(archive.keys()) == []


def test_what_was_admitted_goes_in_its_own_time(archive: PostArchive) -> None:
    early = a_line(disposition=DROPPED)
    archive.put([early])
    archive.admit([a_line(case_id="case-1", reading=a_reading(post=early.body))])
    assert archive.purge(before=NOW + hours(1), dispositions=frozenset({Disposition.ATTACHED})) == 1
    assert archive.get([early.post]) == {}
