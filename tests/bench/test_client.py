"""What an open board reads off the live connection."""

from __future__ import annotations

from bench.client import events
from response_api.live import message


def test_each_event_has_its_kind_and_its_position() -> None:
    sent = (
        b"retry: 2000\n\n"
        + message("ping", {"now": 1})
        + message("case", {"html": "<p>一</p>\n<p>二</p>"}, id=7)
        + message("pulse", {"parts": {}})
    )
    assert list(events(sent.splitlines(keepends=True))) == [("ping", None), ("case", 7), ("pulse", None)]


def test_an_event_that_was_cut_off_is_none() -> None:
    assert list(events(message("case", {}, id=7).splitlines(keepends=True)[:-1])) == []
