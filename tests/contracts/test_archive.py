"""What every engine owes as a PostArchive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import ArchiveLine, Attitude, Disposition, PostKey
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
    assert len(found) == 1_200
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
