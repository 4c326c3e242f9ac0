"""Every question that is put to Elasticsearch, as the JSON that travels. Nothing else here knows its query language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from huiying import codec
from huiying.contracts import ENDED_STATES, OPEN_STATES, Disposition
from huiying.engines import bigrams
from huiying.engines.cursor import Cursor
from huiying.ports import CaseQuery, Dimension, LineQuery, Order, Owed

Body = Mapping[str, Any]

NEVER = 1 << 62
"""Due time of a case without a running clock: it sorts last."""
MOST = 10_000
"""What one page of a search may hold (``index.max_result_window``)."""
PAGE = 500
"""Documents of one page of a point in time."""
KEYS_PAGE = 5_000
BUCKETS = 1_000
"""Of one page of a tally."""
MOST_CASES = 60_000
"""How many cases a question about lines may name: Elasticsearch takes 65,536 terms (``index.max_terms_count``)."""

_SORT = {
    Order.NEWEST: ("detected_at", "desc"),
    Order.ACTIVE: ("last_post_at", "desc"),
    Order.NEXT_DUE: ("next_due", "asc"),
    Order.PUBLISHED: ("published_at", "desc"),
}
_CASE, _LINE = ("id",), ("post_id", "version")
_AS_DETECTED: Sequence[Body] = [{"detected_at": "asc"}, {"id": "asc"}]
_AS_PUT: Sequence[Body] = [{"tie": "asc"}, {"post_id": "asc"}, {"version": "asc"}]
_FIELD = {
    Dimension.STATE: "state",
    Dimension.LEVEL: "level",
    Dimension.TOPIC: "topic",
    Dimension.CITY: "city",
    Dimension.LEAD: "lead",
}
_OWED = {Owed.RUNG: "next_rung_at", Owed.SENDING: "next_send_at", Owed.EVENT: "next_event_at"}

# --------------------------------------------------------------------------------------------- cases


def cases(query: CaseQuery, after: Cursor | None) -> Body:
    """One page and one hit more, which says whether another page follows."""
    return _page(_case_filter(query), *_SORT[query.order], _CASE, after, query.limit) | {
        "track_total_hits": True
    }


def case_tally(query: CaseQuery, by: Dimension, after: Mapping[str, str] | None) -> Body:
    return _tally(_case_filter(query), [_FIELD[by]], after)


def open_stories(jurisdiction: str, since: datetime) -> Body:
    ended = [_any_of("state", ENDED_STATES), {"range": {"last_post_at": {"gt": codec.micros(since)}}}]
    either = [_any_of("state", OPEN_STATES), {"bool": {"filter": ended}}]
    return _all_of(
        [{"term": {"jurisdiction": jurisdiction}}, {"bool": {"should": either, "minimum_should_match": 1}}],
        sort=_AS_DETECTED,
        size=100,
    )


def every_case() -> Body:
    return _all_of([], sort=_AS_DETECTED, size=100)


def case_ids(parties: Collection[str]) -> Body:
    """The cases in which one of these units leads or helps, grown last first; no document is read."""
    return {
        "query": {"bool": {"filter": [_any_of("parties", parties)]}},
        "sort": [{"last_post_at": "desc"}, {"id": "desc"}],
        "size": KEYS_PAGE,
        "stored_fields": "_none_",
        "docvalue_fields": ["id"],
    }


def due(owed: Owed, until: datetime, limit: int) -> Body:
    field = _OWED[owed]
    found = _page([{"range": {field: {"lte": codec.micros(until)}}}], field, "asc", _CASE, None, limit - 1)
    return {**found, "track_total_hits": False}


def due_ids(owed: Owed, until: datetime, limit: int) -> Body:
    """The same, with ``fields.id`` of each alone; no document is read."""
    found = due(owed, until, limit)
    return {**found, "_source": False, "stored_fields": "_none_", "docvalue_fields": ["id"]}


def _case_filter(query: CaseQuery) -> list[Body]:
    wanted: list[Body] = [
        _any_of(field, values)
        for field, values in (
            ("state", query.states),
            ("level", query.levels),
            ("topic", query.topics),
            ("city", query.cities),
            ("lead", query.leads),
            ("handled_as", query.handled_as),
            ("parties", query.parties),
            ("awaits", query.awaits),
        )
        if values
    ]
    if query.order is Order.PUBLISHED:
        wanted.append({"exists": {"field": "published_at"}})
    if query.open_to is not None:
        wanted.append(_open_to(query.open_to))
    wanted += _words(query.words, ("title_words", "lead_words"))
    if query.id_starts:
        wanted.append({"prefix": {"id": query.id_starts}})
    if query.with_running_clock is not None:
        wanted.append({"range": {"next_due": {"lt" if query.with_running_clock else "gte": NEVER}}})
    if query.due_before is not None:
        wanted.append({"range": {"next_due": {"lte": codec.micros(query.due_before)}}})
    wanted += _between("detected_at", query.found_since, query.found_before)
    wanted += _between("published_at", query.answered_since, None)
    if query.without_next_step:
        wanted.append({"bool": {"must_not": [{"exists": {"field": "next_rung_at"}}]}})
    return wanted


def _open_to(units: Collection[str]) -> Body:
    either: list[Body] = [{"term": {"restricted": False}}]
    if units:
        either.append(_any_of("parties", units))
    return {"bool": {"should": either, "minimum_should_match": 1}}


# --------------------------------------------------------------------------------------------- lines


def lines(query: LineQuery, after: Cursor | None, *, within: Collection[str] | None = None) -> Body:
    """``within``: the cases in which ``query.parties`` have part; None: whatever case."""
    wanted: list[Body] = [
        _any_of(field, values)
        for field, values in (
            ("case_id", query.cases),
            ("disposition", query.dispositions),
            ("source", query.sources),
        )
        if values
    ]
    wanted += _within(within)
    wanted += _words(query.words, ("words",))
    return _page(wanted, "first_public_at", "desc", _LINE, after, query.limit) | {"track_total_hits": True}


def lines_of(case_ids: Collection[str]) -> Body:
    return _all_of([_any_of("case_id", case_ids)], sort=[{"at": "asc"}, *_AS_PUT], size=PAGE)


def answering(posts: Collection[str], limit: int) -> Body:
    newest = [{"at": "desc"}, *({name: "desc"} for name in _LINE)]
    return {**_all_of([_any_of("reply_to", posts)], sort=newest, size=limit), "track_total_hits": False}


def admitted() -> Body:
    """Lines among dropped ones that a case has taken in since."""
    return _all_of([{"exists": {"field": "case_id"}}], sort=_AS_PUT, size=PAGE)


def lines_at(addresses: Collection[str]) -> Body:
    return _all_of([_any_of("address", addresses)], sort=[{"at": "asc"}, {"tie": "asc"}], size=PAGE)


def every_line() -> Body:
    """In the order in which they were put."""
    return _all_of([], sort=_AS_PUT, size=PAGE)


def keys() -> Body:
    """Only what stands in columns: no document is read."""
    return {
        "query": {"match_all": {}},
        "sort": ["_shard_doc"],
        "size": KEYS_PAGE,
        "stored_fields": "_none_",
        "docvalue_fields": ["post_id", "version", "disposition"],
    }


def written_before(moment: datetime, disposition: Disposition) -> Body:
    wanted = [{"term": {"disposition": disposition.value}}, {"range": {"at": {"lt": codec.micros(moment)}}}]
    return {
        "query": {"bool": {"filter": wanted}},
        "sort": ["_shard_doc"],
        "size": KEYS_PAGE,
        "stored_fields": "_none_",
        "docvalue_fields": ["post_id", "version"],
    }


def line_tally(since: datetime | None, *, within: Collection[str] | None = None) -> Body:
    wanted: list[Body] = [] if since is None else [{"range": {"at": {"gte": codec.micros(since)}}}]
    wanted += _within(within)
    return {
        "query": {"bool": {"filter": wanted}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {"by": {"terms": {"field": "disposition", "size": 100}}},
    }


def hourly(
    since: datetime, after: Mapping[str, str] | None, *, within: Collection[str] | None = None
) -> Body:
    wanted: list[Body] = [
        {"exists": {"field": "attitude"}},
        {"range": {"first_public_at": {"gte": codec.micros(since)}}},
        *_within(within),
    ]
    return _tally(wanted, ["hour", "attitude"], after)


# ------------------------------------------------------------------------------------------- register


def register_of(kind: str) -> Body:
    return {
        "query": {"bool": {"filter": [{"term": {"kind": kind}}]}},
        "sort": [{"id": "asc"}],
        "size": PAGE,
        "_source": ["kind", "id", "revision", "value"],
    }


def every_entry() -> Body:
    return {
        "query": {"match_all": {}},
        "sort": [{"kind": "asc"}, {"id": "asc"}],
        "size": PAGE,
        "_source": ["kind", "id", "revision", "value"],
    }


# ------------------------------------------------------------------------------------------ migration


def changed_after(sequence: int) -> Body:
    """Everything written to one index after a sequence number, oldest first, with what a copy needs."""
    return {
        "query": {"range": {"_seq_no": {"gt": sequence}}},
        "sort": [{"_seq_no": "asc"}],
        "size": PAGE,
        "seq_no_primary_term": True,
        "version": True,
    }


def ids() -> Body:
    return {"query": {"match_all": {}}, "sort": ["_shard_doc"], "size": KEYS_PAGE, "_source": False}


# --------------------------------------------------------------------------------------------- pieces


def _page(
    wanted: Sequence[Body],
    field: str,
    direction: str,
    names: Sequence[str],
    after: Cursor | None,
    limit: int,
) -> dict[str, Any]:
    """``names``: the fields of its id, by which equals stand."""
    body: dict[str, Any] = {
        "query": {"bool": {"filter": list(wanted)}},
        "sort": [{name: direction} for name in (field, *names)],
        "size": min(limit + 1, MOST),
        "_source": ["doc"],
    }
    if after is not None:
        body["search_after"] = [after.value, *after.tie]
    return body


def _all_of(wanted: Sequence[Body], *, sort: Sequence[Body], size: int) -> Body:
    return {"query": {"bool": {"filter": list(wanted)}}, "sort": list(sort), "size": size, "_source": ["doc"]}


def _tally(wanted: Sequence[Body], fields: Sequence[str], after: Mapping[str, str] | None) -> Body:
    """Composite, and not terms: exact however many values there are."""
    counted: dict[str, Any] = {
        "size": BUCKETS,
        "sources": [{field: {"terms": {"field": field}}} for field in fields],
    }
    if after is not None:
        counted["after"] = dict(after)
    return {
        "query": {"bool": {"filter": list(wanted)}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {"by": {"composite": counted}},
    }


def _any_of(field: str, values: Collection[str]) -> Body:
    return {"terms": {field: sorted(str(value) for value in values)}}


def _between(field: str, since: datetime | None, before: datetime | None) -> list[Body]:
    bounds = {"gte": since, "lt": before}
    stated = {bound: codec.micros(moment) for bound, moment in bounds.items() if moment is not None}
    return [{"range": {field: stated}}] if stated else []


def _within(cases: Collection[str] | None) -> list[Body]:
    """No case at all finds no line."""
    return [] if cases is None else [_any_of("case_id", cases)]


def _words(words: str, fields: Sequence[str]) -> list[Body]:
    """Each run of characters, in whichever of the fields."""
    return [
        {
            "bool": {
                "should": [_stands_in(field, phrase) for field in fields],
                "minimum_should_match": 1,
            }
        }
        for phrase in bigrams.phrases(words)
    ]


def _stands_in(field: str, phrase: Sequence[str]) -> Body:
    if len(phrase) == 1 and len(phrase[0]) == 1:
        return {"prefix": {field: {"value": phrase[0]}}}
    return {"match_phrase": {field: " ".join(phrase)}}
