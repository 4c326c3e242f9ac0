"""Logs carry ids and tracebacks, never the values that a frame held."""

from __future__ import annotations

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
