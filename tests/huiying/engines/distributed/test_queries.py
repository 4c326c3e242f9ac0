"""Every question as the JSON that travels: whoever changes one sees here what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from huiying.contracts import CaseState, Category, Disposition, Level
from huiying.engines.cursor import Cursor
from huiying.engines.distributed import queries
from huiying.ports import CaseQuery, Dimension, LineQuery, Order, Owed
from tests.factories import NOW


def same(body: Mapping[str, Any], golden: str) -> bool:
    """Compared as text: the order of filters and of keys counts too."""
    return json.dumps(body, ensure_ascii=False) == json.dumps(json.loads(golden), ensure_ascii=False)


def test_a_case_query_with_every_filter_a_cursor_and_words() -> None:
    body = queries.cases(
        CaseQuery(
            states=frozenset({CaseState.FLAGGED, CaseState.ASSIGNED}),
            levels=frozenset({Level.MAJOR}),
            topics=frozenset({"T07"}),
            cities=frozenset({"郑州市"}),
            leads=frozenset({"zhengzhou"}),
            parties=frozenset({"kaifeng", "henan"}),
            awaits=frozenset({"sign"}),
            handled_as=frozenset({Category.MAJOR}),
            words="供热不足 热",
            with_running_clock=True,
            due_before=NOW,
            without_next_step=True,
            order=Order.NEXT_DUE,
            limit=20,
        ),
        Cursor("next_due", 5, ("case-7",)),
    )
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"terms": {"state": ["assigned", "flagged"]}},
    {"terms": {"level": ["重大"]}},
    {"terms": {"topic": ["T07"]}},
    {"terms": {"city": ["郑州市"]}},
    {"terms": {"lead": ["zhengzhou"]}},
    {"terms": {"handled_as": ["major"]}},
    {"terms": {"parties": ["henan", "kaifeng"]}},
    {"terms": {"awaits": ["sign"]}},
    {"bool": {"should": [{"match_phrase": {"title_words": "供热 热不 不足"}}, {"match_phrase": {"lead_words": "供热 热不 不足"}}], "minimum_should_match": 1}},
    {"bool": {"should": [{"prefix": {"title_words": {"value": "热"}}}, {"prefix": {"lead_words": {"value": "热"}}}], "minimum_should_match": 1}},
    {"range": {"next_due": {"lt": 4611686018427387904}}},
    {"range": {"next_due": {"lte": 1795399200000000}}},
    {"bool": {"must_not": [{"exists": {"field": "next_rung_at"}}]}}
  ]}},
  "sort": [{"next_due": "asc"}, {"id": "asc"}],
  "size": 21,
  "_source": ["doc"],
  "search_after": [5, "case-7"],
  "track_total_hits": true
}
""",
    )


def test_the_first_page_of_everything() -> None:
    body = queries.cases(CaseQuery(), None)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": []}},
  "sort": [{"detected_at": "desc"}, {"id": "desc"}],
  "size": 51,
  "_source": ["doc"],
  "track_total_hits": true
}
""",
    )


def test_answered_cases_whose_clocks_all_stand() -> None:
    body = queries.cases(CaseQuery(order=Order.PUBLISHED, with_running_clock=False), None)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"exists": {"field": "published_at"}},
    {"range": {"next_due": {"gte": 4611686018427387904}}}
  ]}},
  "sort": [{"published_at": "desc"}, {"id": "desc"}],
  "size": 51,
  "_source": ["doc"],
  "track_total_hits": true
}
""",
    )


def test_restricted_matters_are_left_out_but_those_in_which_a_unit_has_part() -> None:
    nobody = queries.case_tally(CaseQuery(open_to=frozenset()), Dimension.CITY, None)
    assert same(
        nobody["query"],
        """
{"bool": {"filter": [{"bool": {"should": [{"term": {"restricted": false}}], "minimum_should_match": 1}}]}}
""",
    )
    some = queries.case_tally(CaseQuery(open_to=frozenset({"b", "a"})), Dimension.CITY, None)
    assert same(
        some["query"],
        """
{"bool": {"filter": [{"bool": {
  "should": [{"term": {"restricted": false}}, {"terms": {"parties": ["a", "b"]}}], "minimum_should_match": 1
}}]}}
""",
    )


def test_a_page_of_a_tally() -> None:
    body = queries.case_tally(CaseQuery(topics=frozenset({"T07"})), Dimension.CITY, {"city": "郑州市"})
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"terms": {"topic": ["T07"]}}]}},
  "size": 0,
  "track_total_hits": false,
  "aggs": {"by": {"composite": {"size": 1000, "sources": [{"city": {"terms": {"field": "city"}}}], "after": {"city": "郑州市"}}}}
}
""",
    )


def test_open_stories() -> None:
    body = queries.open_stories("henan", NOW)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"term": {"jurisdiction": "henan"}},
    {"bool": {"should": [{"terms": {"state": ["acknowledged", "assessed", "assigned", "confirmed", "flagged", "followed", "published", "watching"]}}, {"bool": {"filter": [{"terms": {"state": ["closed", "dismissed"]}}, {"range": {"last_post_at": {"gt": 1795399200000000}}}]}}], "minimum_should_match": 1}}
  ]}},
  "sort": [{"detected_at": "asc"}, {"id": "asc"}],
  "size": 100,
  "_source": ["doc"]
}
""",
    )


def test_what_is_due() -> None:
    body = queries.due(Owed.SENDING, NOW, 5)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"range": {"next_send_at": {"lte": 1795399200000000}}}
  ]}},
  "sort": [{"next_send_at": "asc"}, {"id": "asc"}],
  "size": 5,
  "_source": ["doc"],
  "track_total_hits": false
}
""",
    )


def test_a_line_query_with_every_filter() -> None:
    body = queries.lines(
        LineQuery(
            cases=frozenset({"b", "a"}),
            dispositions=frozenset({Disposition.ATTACHED}),
            sources=frozenset({"forum"}),
            words="停电",
            limit=2,
        ),
        Cursor("lines", 1, ("post-2", "v3")),
    )
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"terms": {"case_id": ["a", "b"]}},
    {"terms": {"disposition": ["attached"]}},
    {"terms": {"source": ["forum"]}},
    {"bool": {"should": [{"match_phrase": {"words": "停电"}}], "minimum_should_match": 1}}
  ]}},
  "sort": [{"first_public_at": "desc"}, {"post_id": "desc"}, {"version": "desc"}],
  "size": 3,
  "_source": ["doc"],
  "search_after": [1, "post-2", "v3"],
  "track_total_hits": true
}
""",
    )


def test_every_line_of_some_cases() -> None:
    body = queries.lines_of({"b", "a"})
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"terms": {"case_id": ["a", "b"]}}]}},
  "sort": [{"at": "asc"}, {"tie": "asc"}, {"post_id": "asc"}, {"version": "asc"}],
  "size": 500,
  "_source": ["doc"]
}
""",
    )


def test_every_key() -> None:
    body = queries.keys()
    assert same(
        body,
        """
{
  "query": {"match_all": {}},
  "sort": ["_shard_doc"],
  "size": 5000,
  "stored_fields": "_none_",
  "docvalue_fields": ["post_id", "version", "disposition"]
}
""",
    )


def test_what_was_written_before() -> None:
    body = queries.written_before(NOW, Disposition.BURIED)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"term": {"disposition": "buried"}},
    {"range": {"at": {"lt": 1795399200000000}}}
  ]}},
  "sort": ["_shard_doc"],
  "size": 5000,
  "stored_fields": "_none_",
  "docvalue_fields": ["post_id", "version"]
}
""",
    )


def test_a_tally_of_lines_since() -> None:
    body = queries.line_tally(NOW)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"range": {"at": {"gte": 1795399200000000}}}]}},
  "size": 0,
  "track_total_hits": false,
  "aggs": {"by": {"terms": {"field": "disposition", "size": 100}}}
}
""",
    )


def test_a_tally_of_all_lines() -> None:
    body = queries.line_tally(None)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": []}},
  "size": 0,
  "track_total_hits": false,
  "aggs": {"by": {"terms": {"field": "disposition", "size": 100}}}
}
""",
    )


def test_hours_by_attitude() -> None:
    body = queries.hourly(NOW, None)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [
    {"exists": {"field": "attitude"}},
    {"range": {"first_public_at": {"gte": 1795399200000000}}}
  ]}},
  "size": 0,
  "track_total_hits": false,
  "aggs": {"by": {"composite": {"size": 1000, "sources": [{"hour": {"terms": {"field": "hour"}}}, {"attitude": {"terms": {"field": "attitude"}}}]}}}
}
""",
    )


def test_a_kind_of_the_register() -> None:
    body = queries.register_of("account")
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"term": {"kind": "account"}}]}},
  "sort": [{"id": "asc"}],
  "size": 500,
  "_source": ["kind", "id", "revision", "value"]
}
""",
    )


def test_what_changed_after_a_sequence_number() -> None:
    body = queries.changed_after(41)
    assert same(
        body,
        """
{
  "query": {"range": {"_seq_no": {"gt": 41}}},
  "sort": [{"_seq_no": "asc"}],
  "size": 500,
  "seq_no_primary_term": true,
  "version": true
}
""",
    )


def test_every_id() -> None:
    body = queries.ids()
    assert same(
        body,
        """
{
  "query": {"match_all": {}},
  "sort": ["_shard_doc"],
  "size": 5000,
  "_source": false
}
""",
    )


def test_a_page_never_asks_for_more_than_the_server_gives() -> None:
    assert queries.cases(CaseQuery(limit=1_000_000), None)["size"] == queries.MOST


def test_everything_of_a_kind_in_its_order() -> None:
    empty = '"query": {"bool": {"filter": []}}'
    detected = '"sort": [{"detected_at": "asc"}, {"id": "asc"}]'
    assert same(queries.every_case(), f'{{{empty}, {detected}, "size": 100, "_source": ["doc"]}}')
    assert same(
        queries.every_line(),
        f'{{{empty}, "sort": [{{"tie": "asc"}}, {{"post_id": "asc"}}, {{"version": "asc"}}], "size": 500, "_source": ["doc"]}}',
    )
    body = queries.every_entry()
    assert same(
        body,
        """
{
  "query": {"match_all": {}},
  "sort": [{"kind": "asc"}, {"id": "asc"}],
  "size": 500,
  "_source": ["kind", "id", "revision", "value"]
}
""",
    )


def test_the_cases_of_units_are_asked_for_by_id_alone_the_liveliest_first() -> None:
    assert same(
        queries.case_ids({"luoyang", "kaifeng"}),
        """
{
  "query": {"bool": {"filter": [{"terms": {"parties": ["kaifeng", "luoyang"]}}]}},
  "sort": [{"last_post_at": "desc"}, {"id": "desc"}],
  "size": 5000,
  "stored_fields": "_none_",
  "docvalue_fields": ["id"]
}
""",
    )


def test_lines_within_cases_are_those_of_these_cases_and_of_none_where_there_are_none() -> None:
    two = {"terms": {"case_id": ["one", "two"]}}
    nothing: dict[str, object] = {"terms": {"case_id": []}}
    for body in (
        queries.lines(LineQuery(parties=frozenset({"luoyang"})), None, within=["two", "one"]),
        queries.line_tally(None, within=["two", "one"]),
        queries.hourly(NOW, None, within=["two", "one"]),
    ):
        assert two in body["query"]["bool"]["filter"]
    assert nothing in queries.line_tally(None, within=[])["query"]["bool"]["filter"]
    assert queries.line_tally(None)["query"]["bool"]["filter"] == []


def test_what_a_question_may_name_is_less_than_the_server_takes() -> None:
    assert queries.MOST_CASES <= 65_536


def test_dropped_answers_to_some_posts() -> None:
    body = queries.answering({"b", "a"}, 7)
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"terms": {"reply_to": ["a", "b"]}}]}},
  "sort": [{"at": "desc"}, {"post_id": "desc"}, {"version": "desc"}],
  "size": 7,
  "_source": ["doc"],
  "track_total_hits": false
}
""",
    )


def test_what_was_admitted_among_dropped_lines() -> None:
    body = queries.admitted()
    assert same(
        body,
        """
{
  "query": {"bool": {"filter": [{"exists": {"field": "case_id"}}]}},
  "sort": [{"tie": "asc"}, {"post_id": "asc"}, {"version": "asc"}],
  "size": 500,
  "_source": ["doc"]
}
""",
    )
