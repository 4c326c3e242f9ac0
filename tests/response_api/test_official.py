"""Which published texts are laid beside what a case hands on, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from huiying.contracts import ArchiveLine, Case, Channel, Disposition, Publicity, Tier
from huiying.ports import Engine
from nlp.assertions import Said
from response_api import official
from response_api.official import Official, is_official, officials
from response_api.sight import EVERYTHING, Sight
from tests.factories import (
    NOW,
    a_body,
    a_case,
    a_line,
    a_post,
    a_route,
    a_statement,
    an_answered_case,
    tell,
)
from triage.publishing import Part
from triage.sites import sites

CLAIM = "听说翠湖花园的人防门被拆了。"
ASKED = Said(text=CLAIM, names=sites(CLAIM))


def a_notice(text: str, **changes: object) -> ArchiveLine:
    """A line of a post on an office's own site."""
    post = a_post(
        title="情况说明",
        text=text,
        channel=Channel.GOVERNMENT,
        tier=Tier.GOVERNMENT,
        source_name="市国动办网站",
    )
    return a_line(body=post, **changes)


def looked_up(
    app: FastAPI, case: Case, *lines: ArchiveLine, sight: Sight = EVERYTHING
) -> tuple[Official, ...]:
    return officials(app.state.house, case, lines, [ASKED], sight)


def test_the_statements_of_this_case_and_of_others_are_found_with_their_lasting_addresses(
    app: FastAPI, engine: Engine
) -> None:
    body = a_body(title="关于翠湖花园人防门的说明", parts={Part.FACTS: "翠湖花园人防门完好。"})
    other, case = a_case(), a_case()
    other = an_answered_case(a_statement(other.id, body), id=other.id)
    case = an_answered_case(a_statement(case.id), id=case.id)
    tell(engine, other, body)
    tell(engine, case)
    found = {one.key: one for one in looked_up(app, case)}
    here, there = found[case.statements[0].id], found[other.statements[0].id]
    assert here.together and not there.together
    assert there.title == "关于翠湖花园人防门的说明" and "翠湖花园" in there.said.text
    assert there.link == f"{app.state.house.settings.address}/public/statements/{other.statements[0].id}"
    assert there.source in there.reference and there.link in there.reference


def test_what_the_public_may_not_read_is_laid_beside_nothing(app: FastAPI, engine: Engine) -> None:
    case = a_case()
    closed = a_statement(case.id, publicity=Publicity.CLOSED, publicity_reason="secret")
    tell(engine, an_answered_case(closed, id=case.id))
    lost = a_case()
    engine.cases.save([an_answered_case(a_statement(lost.id, a_body(title="没有存下")), id=lost.id)])
    assert looked_up(app, engine.cases.get(case.id)) == ()


def test_an_official_post_of_the_case_counts_and_one_in_the_archive_where_it_names_the_same_estate(
    app: FastAPI, engine: Engine
) -> None:
    case = a_case()
    engine.cases.save([case])
    own = a_notice("经核查，12樘人防门完好。", case_id=case.id)
    near = a_notice("经核查，翠湖花园人防门完好。", disposition=Disposition.IRRELEVANT)
    far = a_notice("经核查，金桂小区人防门完好。", disposition=Disposition.IRRELEVANT)
    engine.archive.put([own, near, far])
    found = looked_up(app, case, own)
    assert {(one.key, one.together) for one in found} == {(own.post.id, True), (near.post.id, False)}


def test_what_is_out_of_a_readers_view_is_laid_beside_nothing(app: FastAPI, engine: Engine) -> None:
    elsewhere, case = a_case(route=a_route(lead="luoyang")), a_case(route=a_route(lead="zhengzhou"))
    engine.cases.save([elsewhere, case])
    engine.archive.put([a_notice("经核查，翠湖花园人防门完好。", case_id=elsewhere.id)])
    assert len(looked_up(app, case)) == 1
    sight = Sight(restricted=False, units=frozenset({"zhengzhou"}), own=frozenset())
    assert looked_up(app, case, sight=sight) == ()


def test_the_newest_stands_first_and_a_long_title_still_fits_the_form(app: FastAPI, engine: Engine) -> None:
    case = a_case()
    lines = [
        a_line(body=replace(line.body, title="说明" * 200, published_at=NOW - timedelta(hours=age)))
        for age in (5, 1, 3)
        if (line := a_notice("经核查，人防门完好。")).body is not None
    ]
    found = looked_up(app, case, *lines)
    assert [one.at for one in found] == [NOW - timedelta(hours=age) for age in (1, 3, 5)]
    assert all(len(one.reference) <= 300 for one in found)


@pytest.mark.parametrize(
    ("channel", "tier", "text", "speaks"),
    [
        (Channel.GOVERNMENT, Tier.GOVERNMENT, "经核查，人防门完好。", True),
        (Channel.SOCIAL, Tier.GOVERNMENT, "警报系误触发，请市民不要惊慌。", True),
        (Channel.MAILBOX, Tier.GOVERNMENT, "经核查，人防门完好。", False),
        (Channel.GOVERNMENT, Tier.GOVERNMENT, "物业把人防门拆了，没人管。", False),
        (Channel.NEWS, Tier.CITY, "经核查，人防门完好。", False),
    ],
)
def test_an_office_is_known_by_its_channel_and_its_voice(
    channel: Channel, tier: Tier, text: str, speaks: bool
) -> None:
    assert is_official(a_line(body=a_post(channel=channel, tier=tier, text=text))) is speaks


def test_only_so_many_names_are_looked_up(
    app: FastAPI, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official, "SEARCHES", 0)
    engine.archive.put([a_notice("经核查，翠湖花园人防门完好。", disposition=Disposition.IRRELEVANT)])
    assert looked_up(app, a_case()) == ()
