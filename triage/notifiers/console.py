"""A notice as one line for whoever sits in front of it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from huiying.contracts import Notice
from huiying.ports import Sent


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


class Console:
    channel = "console"

    def __init__(self, write: Callable[[str], object] = _to_stderr) -> None:
        self._write = write

    def send(self, notice: Notice, address: str) -> Sent:
        subject, reason = " ".join(notice.subject.split()), " ".join(notice.reason.split())
        self._write(f"[{address}] {subject} | {reason} | 编号 {notice.id[:8]}\n")
        return Sent(detail="已显示", confirmed=True)
