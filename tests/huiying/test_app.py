"""What is worked off is worked off to the end, also where a search shows the past for a while."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import app as roof
from huiying import datafolder
from huiying.clock import ManualClock
from huiying.contracts import DeliveryState
from huiying.settings import Settings
from huiying.topics import POSTS
from tests.factories import NOW, a_post
from tests.lagging import Lagging, lagging

TRAILS = timedelta(seconds=1)


class Trailing(ManualClock):
    """Lets the searches of an engine catch up whenever a second has gone by."""

    def __init__(self, behind: Lagging) -> None:
        super().__init__(NOW)
        self._behind = behind
        self._shown = NOW

    def wait(self, duration: timedelta) -> bool:
        ended = super().wait(duration)
        if self.now() - self._shown >= TRAILS:
            self._behind.refresh()
            self._shown = self.now()
        return ended


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
def test_when_the_backlog_is_worked_off_everybody_has_been_told(settings: Settings, models: Path) -> None:
    datafolder.lay_out(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    siren = a_post(
        title="郑州金水区突然拉响防空警报",
        text="今天上午郑州市金水区突然拉响防空警报，没有任何通知，大家都很害怕，请人防办说明情况。",
    )
    with roof.built(settings, ManualClock(NOW)) as house, lagging(house.engine) as behind:
        trailing = replace(
            house,
            engine=behind.engine,
            clock=Trailing(behind),
            settings=settings.model_copy(update={"engine": "distributed"}),
        )
        house.engine.stream.publish(POSTS.name, [POSTS.encode(siren)])
        roof.run_until_idle(trailing)
        (case,) = house.engine.cases.all()
    assert not case.outbox
    assert {one.state for one in case.receipts} == {DeliveryState.DELIVERED}
