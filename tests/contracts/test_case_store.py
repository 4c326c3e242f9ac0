"""What every engine owes as a CaseStore."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.contracts import Assessment, Case, CaseState, Category, ClockState, Level, Place
from huiying.errors import CaseNotFound, RevisionConflict
from huiying.ports import CaseQuery, CaseStore, Dimension, Engine, Order, Owed
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_route, a_severity


@pytest.fixture
def cases(engine: Engine) -> CaseStore:
    return engine.cases


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def ids(found: Sequence[Case]) -> list[str]:
    return [case.id for case in found]


def shown(cases: CaseStore, query: CaseQuery, *, total: int) -> list[str]:
    """Ids of the first page, once the search knows of ``total`` hits."""
    page = eventually(lambda: cases.search(query), until=lambda page: page.total == total)
    assert page.total == total
    return ids(page.cases)


def found_by(cases: CaseStore, words: str, *, total: int) -> set[str]:
    return set(shown(cases, CaseQuery(words=words), total=total))


# ------------------------------------------------------------------------------------- by id


def test_a_saved_case_comes_back_whole_and_at_once(cases: CaseStore) -> None:
    case = a_case(
        clocks=(a_clock(), a_clock(state=ClockState.MET, met_at=NOW)),
        next_rung_at=NOW,
        next_send_at=NOW,
        next_event_at=NOW,
    )
    cases.save([case])
    assert cases.get(case.id) == case


def test_a_case_that_nobody_saved_is_not_found(cases: CaseStore) -> None:
    with pytest.raises(CaseNotFound) as missing:
        cases.get("nobody")
    assert missing.value.case_id == "nobody"


def test_several_come_at_once_by_id_and_those_that_nobody_saved_are_left_out(cases: CaseStore) -> None:
    saved = [a_case() for _ in range(3)]
    cases.save(saved)
    newer = replace(saved[1], revision=2, title="改过的标题")
    cases.save([newer])
    found = cases.several([saved[0].id, "nobody", newer.id])
    assert found == {saved[0].id: saved[0], newer.id: newer}
    assert cases.several([]) == {}


def test_a_newer_revision_replaces_the_older(cases: CaseStore) -> None:
    case = a_case()
    cases.save([case])
    cases.save([replace(case, revision=2, title="人防门已恢复")])
    assert cases.get(case.id).title == "人防门已恢复"


def test_a_revision_that_is_not_newer_is_refused_by_name_and_the_others_are_saved(cases: CaseStore) -> None:
    equal, older, fresh, newer = a_case(revision=3), a_case(revision=3), a_case(), a_case()
    cases.save([equal, older, newer])
    with pytest.raises(RevisionConflict) as conflict:
        cases.save(
            [
                replace(equal, title="不应看到"),
                fresh,
                replace(older, revision=2, title="不应看到"),
                replace(newer, revision=2, title="应看到"),
            ]
        )
    assert sorted(conflict.value.ids) == sorted([equal.id, older.id])
    assert cases.get(equal.id) == equal
    assert cases.get(older.id) == older
    assert cases.get(fresh.id) == fresh
    assert cases.get(newer.id).title == "应看到"


def test_one_save_may_hold_several_revisions_of_a_case(cases: CaseStore) -> None:
    case, other = a_case(), a_case()
    cases.save([case])
    later = [replace(case, revision=n, title=f"第 {n} 个标题") for n in (2, 4, 3)]
    with pytest.raises(RevisionConflict) as refused:
        cases.save([later[0], other, later[1], later[2]])
    assert list(refused.value.ids) == [case.id]
    assert cases.get(case.id) == later[1]
    assert cases.get(other.id) == other


def test_whatever_changed_is_found_by_what_it_is_now_and_the_rest_by_what_it_was(cases: CaseStore) -> None:
    moved, told, new = a_case(title="警报声太响"), a_case(title="车库的门坏了"), a_case(title="水泵不转了")
    cases.save([moved, told])
    there = replace(
        moved,
        revision=2,
        title="防空洞进水了",
        state=CaseState.ASSIGNED,
        topic="T03",
        severity=a_severity(level=Level.MAJOR),
        place=Place(city="洛阳市", code="410300"),
        route=a_route(lead="luoyang", assist=("province-a",)),
        next_rung_at=NOW + minutes(7),
        awaits=("acknowledge",),
    )
    cases.save([there, replace(told, revision=2, next_rung_at=NOW + minutes(3)), new])
    assert found_by(cases, "防空洞", total=1) == {moved.id}
    assert found_by(cases, "警报声", total=0) == set()
    assert found_by(cases, "车库的门", total=1) == {told.id}
    for query in (
        CaseQuery(states=frozenset({CaseState.ASSIGNED})),
        CaseQuery(topics=frozenset({"T03"})),
        CaseQuery(levels=frozenset({Level.MAJOR})),
        CaseQuery(cities=frozenset({"洛阳市"})),
        CaseQuery(leads=frozenset({"luoyang"})),
        CaseQuery(parties=frozenset({"province-a"})),
        CaseQuery(awaits=frozenset({"acknowledge"})),
    ):
        assert shown(cases, query, total=1) == [moved.id]
    assert set(shown(cases, CaseQuery(leads=frozenset({"zhengzhou"})), total=2)) == {told.id, new.id}
    due = eventually(
        lambda: list(cases.due_ids(Owed.RUNG, until=NOW + minutes(9), limit=9)),
        until=lambda found: found == [told.id, moved.id],
    )
    assert due == [told.id, moved.id]


def test_of_two_who_save_the_same_revision_one_wins_and_the_other_hears_of_it(cases: CaseStore) -> None:
    case = a_case()
    cases.save([case])
    refused: list[str] = []

    def save(title: str) -> None:
        try:
            cases.save([replace(case, revision=2, title=title)])
        except RevisionConflict:
            refused.append(title)

    threads = [threading.Thread(target=save, args=(f"第{n}人",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert cases.get(case.id).title not in refused


def test_saving_nothing_is_fine(cases: CaseStore) -> None:
    cases.save([])


def test_half_a_surrogate_pair_in_a_title_stops_nothing(cases: CaseStore) -> None:
    broken, whole = a_case(title="警报\ud83d响了"), a_case(title="警报停了")
    cases.save([broken, whole])
    assert cases.get(whole.id) == whole
    assert cases.get(broken.id).title == "警报\ufffd响了"
    assert found_by(cases, "响了", total=1) == {broken.id}


# ------------------------------------------------------------------------------ open stories


def test_open_stories_are_complete_at_once_and_of_one_jurisdiction(cases: CaseStore) -> None:
    watching = [a_case(state=CaseState.WATCHING) for _ in range(150)]
    flagged = a_case()
    lapsed = a_case(state=CaseState.LAPSED)
    elsewhere = a_case(jurisdiction="hubei")
    cases.save([*watching, flagged, lapsed, elsewhere])
    found = ids(list(cases.open_stories("henan", since=NOW)))
    assert sorted(found) == sorted([*ids(watching), flagged.id])


def test_a_story_that_lapsed_is_open_no_more(cases: CaseStore) -> None:
    case = a_case(state=CaseState.WATCHING)
    cases.save([case])
    cases.save([replace(case, revision=2, state=CaseState.LAPSED)])
    assert list(cases.open_stories("henan", since=NOW)) == []


def test_what_people_ended_may_be_joined_while_its_story_is_fresh(cases: CaseStore) -> None:
    fresh = a_case(state=CaseState.CLOSED, last_post_at=NOW)
    dismissed = a_case(state=CaseState.DISMISSED, last_post_at=NOW)
    stale = a_case(state=CaseState.CLOSED, last_post_at=NOW - minutes(60))
    merged = a_case(state=CaseState.MERGED, last_post_at=NOW)
    answered = a_case(state=CaseState.PUBLISHED, last_post_at=NOW - minutes(600))
    cases.save([fresh, dismissed, stale, merged, answered])
    found = ids(list(cases.open_stories("henan", since=NOW - minutes(30))))
    assert sorted(found) == sorted([fresh.id, dismissed.id, answered.id])


# ----------------------------------------------------------------------------------- filters


def test_who_leads_or_helps_finds_the_case_and_whose_turn_it_is(cases: CaseStore) -> None:
    led = a_case(route=a_route(lead="kaifeng"))
    helped = a_case(route=a_route(lead="luoyang", assist=("kaifeng",)), awaits=("review", "sign"))
    cases.save([led, helped, a_case(route=a_route(lead="luoyang"))])
    kaifeng = frozenset({"kaifeng", "xinyang"})
    assert set(shown(cases, CaseQuery(parties=kaifeng), total=2)) == {led.id, helped.id}
    assert shown(cases, CaseQuery(awaits=frozenset({"sign", "publish"})), total=1) == [helped.id]
    assert shown(cases, CaseQuery(parties=kaifeng, awaits=frozenset({"review"})), total=1) == [helped.id]
    cases.save([replace(helped, revision=2, route=a_route(lead="luoyang"), awaits=())])
    assert shown(cases, CaseQuery(parties=kaifeng), total=1) == [led.id]
    assert shown(cases, CaseQuery(awaits=frozenset({"review"})), total=0) == []


def test_restricted_matters_are_found_and_counted_for_those_who_may_open_them_alone(cases: CaseStore) -> None:
    known = a_case(topic="T04")
    sealed = a_case(topic="T05", route=a_route(lead="kaifeng", assist=("luoyang",), restricted=True))
    cases.save([known, sealed])
    nobody, helper = frozenset[str](), frozenset({"luoyang", "xinyang"})
    assert set(shown(cases, CaseQuery(), total=2)) == {known.id, sealed.id}
    assert shown(cases, CaseQuery(open_to=nobody), total=1) == [known.id]
    assert set(shown(cases, CaseQuery(open_to=helper), total=2)) == {known.id, sealed.id}
    assert shown(cases, CaseQuery(parties=helper, open_to=nobody), total=0) == []
    assert cases.tally(CaseQuery(open_to=nobody), by=Dimension.TOPIC) == {"T04": 1}
    assert cases.tally(CaseQuery(open_to=helper), by=Dimension.TOPIC) == {"T04": 1, "T05": 1}
    cases.save([replace(sealed, revision=2, route=replace(sealed.route, restricted=False))])
    assert set(shown(cases, CaseQuery(open_to=nobody), total=2)) == {known.id, sealed.id}
    cases.save([replace(known, revision=2, route=replace(known.route, restricted=True))])
    assert shown(cases, CaseQuery(open_to=nobody), total=1) == [sealed.id]


def test_answered_cases_come_newest_answer_first_and_by_their_class(cases: CaseStore) -> None:
    def as_class(category: Category) -> Assessment:
        return Assessment(category=category, duty="公布", by="someone", at=NOW, finding="")

    older = a_case(published_at=NOW, assessment=as_class(Category.MAJOR))
    newer = a_case(published_at=NOW + minutes(5), assessment=as_class(Category.DIFFICULTY))
    cases.save([newer, older, a_case(assessment=as_class(Category.MAJOR))])
    assert shown(cases, CaseQuery(order=Order.PUBLISHED), total=2) == [newer.id, older.id]
    major = CaseQuery(order=Order.PUBLISHED, handled_as=frozenset({Category.MAJOR}))
    assert shown(cases, major, total=1) == [older.id]
    assert cases.tally(CaseQuery(handled_as=frozenset({Category.MAJOR})), by=Dimension.STATE) == {
        "flagged": 2
    }


def test_each_filter_narrows_and_several_are_taken_together(cases: CaseStore) -> None:
    one = a_case(
        state=CaseState.WATCHING,
        topic="T04",
        severity=a_severity(level=Level.MAJOR),
        place=Place(city="洛阳市"),
        route=a_route(lead="luoyang"),
    )
    other = a_case()
    cases.save([one, other])
    for query in (
        CaseQuery(states=frozenset({CaseState.WATCHING})),
        CaseQuery(levels=frozenset({Level.MAJOR, Level.EXTREME})),
        CaseQuery(topics=frozenset({"T04"})),
        CaseQuery(cities=frozenset({"洛阳市"})),
        CaseQuery(leads=frozenset({"luoyang"})),
        CaseQuery(states=frozenset({CaseState.WATCHING}), topics=frozenset({"T04"}), words="人防"),
    ):
        assert shown(cases, query, total=1) == [one.id]
    assert shown(cases, CaseQuery(), total=2)
    contradiction = CaseQuery(topics=frozenset({"T04"}), leads=frozenset({"zhengzhou"}))
    assert shown(cases, contradiction, total=0) == []


def test_only_running_clocks_count_as_due(cases: CaseStore) -> None:
    met = a_clock(state=ClockState.MET, due_at=NOW + minutes(10))
    early = a_case(clocks=(met, a_clock(due_at=NOW + minutes(60)), a_clock(due_at=NOW + minutes(90))))
    late = a_case(clocks=(a_clock(due_at=NOW + minutes(120)),))
    done = a_case(clocks=(met,))
    cases.save([done, late, early])
    assert shown(cases, CaseQuery(with_running_clock=True, order=Order.NEXT_DUE), total=2) == [
        early.id,
        late.id,
    ]
    assert shown(cases, CaseQuery(with_running_clock=False), total=1) == [done.id]
    assert shown(cases, CaseQuery(due_before=NOW + minutes(60)), total=1) == [early.id], "inclusive"
    assert shown(cases, CaseQuery(due_before=NOW + minutes(59)), total=0) == []


def test_what_was_found_or_answered_in_a_period_is_found_its_first_moment_included(cases: CaseStore) -> None:
    before = a_case(detected_at=NOW - minutes(1), published_at=NOW + minutes(30))
    first = a_case(detected_at=NOW, published_at=NOW)
    last = a_case(detected_at=NOW + minutes(59))
    after = a_case(detected_at=NOW + minutes(60), published_at=NOW + minutes(60))
    cases.save([before, first, last, after])
    found = CaseQuery(found_since=NOW, found_before=NOW + minutes(60))
    assert shown(cases, found, total=2) == [last.id, first.id]
    assert cases.tally(found, by=Dimension.STATE) == {"flagged": 2}
    assert shown(cases, CaseQuery(found_since=NOW + minutes(60)), total=1) == [after.id]
    answered = CaseQuery(answered_since=NOW, order=Order.PUBLISHED)
    assert shown(cases, answered, total=3) == [after.id, before.id, first.id]
    assert shown(cases, CaseQuery(answered_since=NOW + minutes(61)), total=0) == []


def test_cases_without_a_next_step_are_found(cases: CaseStore) -> None:
    forgotten = a_case(next_rung_at=None)
    looked_after = a_case(next_rung_at=NOW)
    cases.save([forgotten, looked_after])
    assert shown(cases, CaseQuery(without_next_step=True), total=1) == [forgotten.id]
    cases.save([replace(forgotten, next_rung_at=NOW, revision=forgotten.revision + 1)])
    assert shown(cases, CaseQuery(without_next_step=True), total=0) == []


# -------------------------------------------------------------------------- order and paging


def test_orders_are_newest_opened_soonest_due_and_last_grown(cases: CaseStore) -> None:
    first = a_case(
        detected_at=NOW, last_post_at=NOW + minutes(9), clocks=(a_clock(due_at=NOW + minutes(99)),)
    )
    second = a_case(detected_at=NOW + minutes(1), last_post_at=NOW + minutes(3))
    third = a_case(detected_at=NOW + minutes(2), last_post_at=NOW + minutes(5), clocks=(a_clock(due_at=NOW),))
    cases.save([second, third, first])
    names = {first.id: "first", second.id: "second", third.id: "third"}
    for order, expected in {
        Order.NEWEST: ["third", "second", "first"],
        Order.ACTIVE: ["first", "third", "second"],
        Order.NEXT_DUE: ["third", "first", "second"],
    }.items():
        assert [names[id] for id in shown(cases, CaseQuery(order=order), total=3)] == expected


@pytest.mark.parametrize("order", list(Order))
def test_paging_has_no_gap_and_no_double_while_new_cases_arrive(cases: CaseStore, order: Order) -> None:
    # Many equal values: the tie must be broken the same way on every page.
    old = [
        a_case(
            detected_at=NOW + minutes(n // 5),
            published_at=NOW + minutes(n // 5),
            clocks=(a_clock(),) if n % 3 else (),
        )
        for n in range(33)
    ]
    cases.save(old)
    assert shown(cases, CaseQuery(), total=33)
    seen: list[str] = []
    query = CaseQuery(order=order, limit=4)
    for arrival in range(60):
        page = cases.search(query)
        assert len(page.cases) <= 4
        seen += ids(page.cases)
        if not page.next:
            break
        cases.save(
            [a_case(detected_at=NOW + minutes(60 + arrival), published_at=NOW + minutes(60 + arrival))]
        )
        query = replace(query, after=page.next)
    assert len(seen) == len(set(seen))
    assert set(ids(old)) <= set(seen)


def test_the_last_page_says_so_even_when_it_is_full(cases: CaseStore) -> None:
    cases.save([a_case() for _ in range(4)])
    assert shown(cases, CaseQuery(), total=4)
    page = cases.search(CaseQuery(limit=2))
    assert page.next
    last = cases.search(CaseQuery(limit=2, after=page.next))
    assert len(last.cases) == 2
    assert last.next == ""
    assert last.total == 4, "the total is of all pages"


def test_a_page_token_that_somebody_edited_shows_the_first_page(cases: CaseStore) -> None:
    cases.save([a_case()])
    assert shown(cases, CaseQuery(), total=1)
    for token in ("x", "%%%", "bnVsbA==", "页"):
        assert len(cases.search(CaseQuery(after=token)).cases) == 1


# ------------------------------------------------------------------------------------- words


def test_chinese_words_of_any_length_are_found_in_title_or_lead(cases: CaseStore) -> None:
    heating = a_case(title="小区供热不足", lead="居民反映三天没有暖气")
    siren = a_case(title="防空警报误鸣", lead="派出所回应称系设备故障")
    cases.save([heating, siren])
    assert found_by(cases, "热", total=1) == {heating.id}
    assert found_by(cases, "足", total=1) == {heating.id}, "the last character of a run"
    assert found_by(cases, "供热", total=1) == {heating.id}
    assert found_by(cases, "热不", total=1) == {heating.id}, "no dictionary: any run of characters"
    assert found_by(cases, "派出所", total=1) == {siren.id}
    assert found_by(cases, "防空警报误鸣", total=1) == {siren.id}
    assert found_by(cases, "供不应求", total=0) == set()
    assert found_by(cases, "足居", total=0) == set(), "no match across title and lead"


def test_every_run_must_be_found_in_whichever_field(cases: CaseStore) -> None:
    case = a_case(title="防空警报误鸣", lead="郑州 金水区")
    cases.save([case, a_case(title="防空警报试鸣", lead="洛阳")])
    assert found_by(cases, "郑州　警报", total=1) == {case.id}, "a wide space parts runs too"
    assert found_by(cases, "警报", total=2)
    assert found_by(cases, "郑州 洛阳", total=0) == set()
    assert found_by(cases, "州金", total=0) == set(), "white space in the text is kept apart"


def test_width_and_case_do_not_matter_and_signs_do(cases: CaseStore) -> None:
    case = a_case(title="ＡＢ栋地下车库B1层漏水，电话０３７１-6688", lead='业主说："拆了" (100%)')
    cases.save([case, a_case(title="无关", lead="无关")])
    for words in ("ab栋", "b1", "B1层", "0371-66", "１", '"拆了"', "(100%)", "%", '"', ",电话"):
        assert found_by(cases, words, total=1) == {case.id}, words
    for words in ("0371 67", "b1*", "'", "NOT 无关", "title:无", "车库-b1"):
        assert found_by(cases, words, total=0) == set(), words


def test_words_follow_an_edited_title(cases: CaseStore) -> None:
    case = a_case(title="供热不足", lead="旧文")
    cases.save([case])
    assert found_by(cases, "供热", total=1)
    cases.save([replace(case, revision=2, title="供水不足")])
    assert found_by(cases, "供水不足", total=1) == {case.id}
    assert found_by(cases, "供热", total=0) == set()
    assert found_by(cases, "旧文", total=1) == {case.id}


def test_no_words_mean_any(cases: CaseStore) -> None:
    cases.save([a_case(), a_case(title="", lead="")])
    assert len(found_by(cases, " \u3000\x00", total=2)) == 2


def test_a_whole_paragraph_may_be_searched_for(cases: CaseStore) -> None:
    lead = " ".join(f"第{n}段说了很多别的话" for n in range(150))
    case = a_case(lead=lead)
    cases.save([case, a_case()])
    assert found_by(cases, lead, total=1) == {case.id}
    assert found_by(cases, lead.replace(" ", ""), total=0) == set()


TEXT = st.text(alphabet=st.sampled_from("供热不足警报 \u3000aBＢ1-\"*'%é😀ß"), max_size=12)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(texts=st.lists(TEXT, min_size=3, max_size=3), words=TEXT)
def test_words_are_found_exactly_where_the_characters_stand(
    cases: CaseStore, texts: list[str], words: str
) -> None:
    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", text).lower()

    topic = f"T-{len(list(cases.open_stories('henan', since=NOW)))}"  # each example sees its own cases only
    saved = [a_case(title=text, lead=text[::-1], topic=topic) for text in texts]
    cases.save(saved)
    expected = {
        case.id
        for case in saved
        if all(run in plain(case.title) or run in plain(case.lead) for run in plain(words).split())
    }
    own = frozenset({topic})
    eventually(lambda: cases.search(CaseQuery(topics=own)), until=lambda page: page.total == 3)
    assert set(ids(cases.search(CaseQuery(topics=own, words=words)).cases)) == expected


def test_a_case_is_found_by_how_its_id_begins(cases: CaseStore) -> None:
    saved = [a_case(id=id) for id in ("abcd2345wxyz", "abcd2346wxyz", "bcd2345", "a%cd2345")]
    cases.save(saved)
    eventually(lambda: cases.search(CaseQuery()), until=lambda page: page.total == 4)
    for begins, found in (
        ("abcd2345", {"abcd2345wxyz"}),
        ("abcd234", {"abcd2345wxyz", "abcd2346wxyz"}),
        ("abcd2345wxyz", {"abcd2345wxyz"}),
        ("bcd2345w", set()),
        ("a%", {"a%cd2345"}),
        ("a_", set()),
        ("a*", set()),
    ):
        assert set(ids(cases.search(CaseQuery(id_starts=begins)).cases)) == found, begins


@pytest.mark.parametrize("order", list(Order))
def test_equals_stand_by_id_in_the_direction_of_the_order_and_page_after_page(
    cases: CaseStore, order: Order
) -> None:
    saved = [a_case(id=f"case-{n * 7 % 23:02}", published_at=NOW) for n in range(23)]
    cases.save(saved[:9])
    cases.save(saved[9:])
    cases.save([replace(saved[4], revision=2)])
    expected = sorted(ids(saved), reverse=order is not Order.NEXT_DUE)
    assert shown(cases, CaseQuery(order=order), total=23) == expected
    seen: list[str] = []
    query = CaseQuery(order=order, limit=4)
    while page := cases.search(query):
        seen += ids(page.cases)
        if not page.next:
            break
        query = replace(query, after=page.next)
    assert seen == expected


def test_what_is_owed_at_one_moment_and_what_was_detected_at_one_comes_by_id(cases: CaseStore) -> None:
    saved = [a_case(id=f"case-{n * 7 % 23:02}", next_rung_at=NOW) for n in range(23)]
    later = a_case(id="case-00-later", detected_at=NOW + minutes(1), next_rung_at=NOW)
    cases.save([later, *saved])
    expected = sorted(ids(saved))
    found = eventually(
        lambda: list(cases.due_ids(Owed.RUNG, until=NOW, limit=50)), until=lambda found: len(found) == 24
    )
    assert found == sorted([*expected, later.id])
    assert ids(cases.due(Owed.RUNG, until=NOW, limit=5)) == found[:5]
    assert ids(list(cases.all())) == [*expected, later.id]
    assert ids(list(cases.open_stories("henan", since=NOW))) == [*expected, later.id]


# --------------------------------------------------------------------------------- due, tally


def test_due_is_inclusive_soonest_first_and_of_one_kind(cases: CaseStore) -> None:
    soon = a_case(next_rung_at=NOW, next_send_at=NOW + minutes(30), next_event_at=NOW + minutes(40))
    sooner = a_case(next_rung_at=NOW - minutes(5))
    later = a_case(next_rung_at=NOW + timedelta(microseconds=1))
    cases.save([soon, later, sooner, a_case()])

    def both(owed: Owed, until: timedelta, limit: int = 10) -> tuple[list[str], list[str]]:
        found = list(cases.due_ids(owed, until=NOW + until, limit=limit))
        return found, ids(cases.due(owed, until=NOW + until, limit=limit))

    def due(owed: Owed, until: timedelta, limit: int = 10) -> list[str]:
        found, whole = both(owed, until, limit)
        assert whole == found
        return found

    first = [sooner.id, soon.id]
    found = eventually(lambda: both(Owed.RUNG, timedelta(0)), until=lambda found: found == (first, first))
    assert found == (first, first)
    assert due(Owed.RUNG, timedelta(0), limit=1) == [sooner.id]
    assert due(Owed.RUNG, minutes(1)) == [sooner.id, soon.id, later.id]
    assert due(Owed.SENDING, minutes(29)) == []
    assert due(Owed.SENDING, minutes(30)) == [soon.id]
    assert due(Owed.EVENT, minutes(39)) == []
    assert due(Owed.EVENT, minutes(40)) == [soon.id]


def test_what_was_done_is_due_no_more(cases: CaseStore) -> None:
    case = a_case(next_send_at=NOW)
    cases.save([case])
    assert eventually(lambda: cases.due(Owed.SENDING, until=NOW, limit=10))
    cases.save([replace(case, revision=2, next_send_at=None)])
    assert not eventually(lambda: cases.due(Owed.SENDING, until=NOW, limit=10), until=lambda found: not found)


def test_a_tally_counts_what_the_search_finds_whatever_the_page(cases: CaseStore) -> None:
    cases.save(
        [
            a_case(severity=a_severity(level=Level.MAJOR), topic="T04", place=Place(city="洛阳市")),
            a_case(severity=a_severity(level=Level.MAJOR), route=a_route(lead="luoyang")),
            a_case(state=CaseState.WATCHING, place=Place()),
        ]
    )
    assert shown(cases, CaseQuery(), total=3)

    def tally(by: Dimension, query: CaseQuery | None = None) -> dict[str, int]:
        return dict(cases.tally(query or CaseQuery(limit=1, order=Order.ACTIVE), by=by))

    assert tally(Dimension.STATE) == {"flagged": 2, "watching": 1}
    assert tally(Dimension.LEVEL) == {"重大": 2, "一般": 1}
    assert tally(Dimension.TOPIC) == {"T04": 1, "T07": 2}
    assert tally(Dimension.CITY) == {"洛阳市": 1, "郑州市": 1, "": 1}
    assert tally(Dimension.LEAD) == {"zhengzhou": 2, "luoyang": 1}
    assert tally(Dimension.TOPIC, CaseQuery(levels=frozenset({Level.MAJOR}))) == {"T04": 1, "T07": 1}
    assert tally(Dimension.STATE, CaseQuery(words="不存在的字")) == {}


def test_a_search_pages_in_its_own_order(cases: CaseStore) -> None:
    saved = [a_case(detected_at=NOW + minutes(n)) for n in range(9)]
    cases.save(saved)
    assert shown(cases, CaseQuery(), total=9)
    seen: list[Case] = []
    query = CaseQuery(limit=2)
    while True:
        page = cases.search(query)
        seen += page.cases
        if not page.next:
            break
        query = replace(query, after=page.next)
    assert all(earlier.detected_at > later.detected_at for earlier, later in pairwise(seen))
    assert len(seen) == 9


# -------------------------------------------------------------------------------------- the record


def test_every_case_is_given_once_and_at_once_in_the_order_in_which_they_were_detected(
    cases: CaseStore,
) -> None:
    states = [state for state in CaseState for _ in range(20)]
    saved = [a_case(state=state, detected_at=NOW + minutes(i)) for i, state in enumerate(states)]
    cases.save(saved[::-1])
    cases.save([replace(saved[3], revision=2, title="改了")])
    assert ids(list(cases.all())) == ids(saved)
    assert next(case for case in cases.all() if case.id == saved[3].id).title == "改了"


def test_what_is_saved_while_every_case_is_read_is_not_missing_from_those_before(cases: CaseStore) -> None:
    saved = [a_case(detected_at=NOW + minutes(i)) for i in range(5)]
    cases.save(saved)
    given = cases.all()
    first = next(given)
    cases.save([a_case(detected_at=NOW + minutes(9))])
    assert [first.id, *ids(list(given))][:5] == ids(saved)


def test_an_empty_store_gives_no_case(cases: CaseStore) -> None:
    assert list(cases.all()) == []
