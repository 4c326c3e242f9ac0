"""Logs carry ids and tracebacks, never the values that a frame held."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
from huiying import logs
logs.configure(format={format!r})
def send(password):
    raise ValueError("refused")
try:
    send("geheim-4711")
except ValueError:
    logs.get("test").exception("notice_failed", notice="n1")
"""


def test_a_logged_failure_shows_where_and_not_what() -> None:
    for format in ("console", "json"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM.format(format=format)], capture_output=True, text=True, check=True
        )
        assert "notice_failed" in done.stderr and "refused" in done.stderr
        assert "geheim-4711" not in done.stderr


CLIENT = """
import logging
from huiying import logs
logs.configure(level={level!r})
logging.getLogger("kafka.net.manager").error("Bootstrap attempt failed")
logging.getLogger("uvicorn.error").error("cannot bind")
"""


def test_what_a_client_says_at_each_attempt_is_heard_only_when_debugging() -> None:
    for level, heard in (("INFO", False), ("DEBUG", True)):
        done = subprocess.run(
            [sys.executable, "-c", CLIENT.format(level=level)], capture_output=True, text=True, check=True
        )
        assert "cannot bind" in done.stderr
        assert ("Bootstrap attempt" in done.stderr) is heard


LIBRARY = """
import logging
from huiying import logs
logs.configure(format="json")
logging.getLogger("uvicorn.error").warning("slow client %s", "a1")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("request failed")
"""


def test_what_a_library_says_is_an_object_a_line_too() -> None:
    done = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, text=True, check=True)
    said, failed = map(json.loads, done.stderr.splitlines())
    assert said | {"timestamp": ""} == {
        "event": "slow client a1",
        "level": "warning",
        "part": "uvicorn.error",
        "timestamp": "",
    }
    assert "ZeroDivisionError" in failed["exception"]
