"""The bench itself runs on either engine: the real program, a board that is open, everything accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.fill import Past
from bench.road import STAGES, Offer, run
from huiying.settings import Settings
from services.common import free_port


@pytest.mark.timeout(240)
def test_two_seconds_of_posts_reach_the_board_and_are_all_accounted_for(
    settings: Settings, models: Path
) -> None:
    offer = Offer(rate=50, seconds=2, warm=0.2, relevant=0.3)
    past = Past(lines=40, cases=4)
    chosen = settings.model_copy(update={"port": free_port()})
    outcome = run(chosen, offer=offer, past=past, models=models, servers={})
    assert outcome.book.balanced and outcome.book.waiting == 0
    assert (outcome.book.published, outcome.book.older) == (offer.total + 1, past.lines)
    assert outcome.way.unshown == 0 and len(outcome.way.posts) >= outcome.found > 0
    assert outcome.usage.keys() == {*STAGES[chosen.engine], "bench"} and outcome.python > 50_000_000
    for part in (report.delays, report.told, report.parts):
        assert report.named(outcome) in part([outcome])
    drawn = report.remarks(outcome) + report.lag(outcome) + report.costs(outcome)
    assert f"of {outcome.meant} relevant posts" in drawn
    [kept] = json.loads(json.dumps(report.as_object({}, offer, [outcome])))["runs"]
    assert kept["engine"] == chosen.engine and kept["on the board"]["count"] == len(outcome.way.posts)
