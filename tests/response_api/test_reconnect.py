"""The board's own script, in a browser: a page that has to ask for a new stream hears nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, sync_playwright

from huiying.ports import Engine
from response_api.guard import SESSION_COOKIE
from tests.browser.screenshots import CHROMIUM, FLAGS
from tests.response_api.test_live import Web, tell, web

__all__ = ["tell", "web"]

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}")

QUICK_TIMER = "const wait = window.setTimeout; window.setTimeout = (act, ms) => wait(act, Math.min(ms, 50));"
"""The page waits five seconds before it asks again; the test does not."""


def test_a_refused_stream_is_asked_for_anew_from_the_last_line_heard(
    web: Web, engine: Engine, tell: Callable[[int], None]
) -> None:
    streams: list[str] = []

    def gate(route: Route) -> None:
        """The first stream ends after two events, the second is refused, the third is a real one."""
        streams.append(route.request.url)
        if len(streams) == 1:
            tell(2)
            route.fulfill(status=200, content_type="text/event-stream", body=_said(web, 2))
        elif len(streams) == 2:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context()
        context.add_cookies([{"name": SESSION_COOKIE, "value": web.cookies[SESSION_COOKIE], "url": web.base}])
        page = context.new_page()
        page.add_init_script(QUICK_TIMER)
        page.route("**/live?*", gate)
        page.goto(web.base)
        page.locator("#stream li", has_text="第2条").first.wait_for()
        page.locator("#link.on").wait_for()
        while len(streams) < 3:
            page.wait_for_timeout(20)
        tell(1)
        page.locator("#stream li", has_text="第3条").wait_for()
        lines = page.locator("#stream li a span").all_inner_texts()
        browser.close()
    assert lines == ["第3条", "第2条", "第1条"]


def _said(web: Web, number: int) -> str:
    """What a stream says to a page that has seen nothing, up to so many events."""
    body = "retry: 10\n\n"
    for told in web.listen("/live?after=-1"):
        if told.event == "case":
            body += f"id: {told.id}\nevent: case\ndata: {json.dumps(told.data, ensure_ascii=False)}\n\n"
            number -= 1
            if not number:
                break
    return body
