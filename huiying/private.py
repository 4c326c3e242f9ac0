"""Files and folders that are for the office's own system account alone: what people wrote and read stands in them."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def touch(path: Path) -> None:
    """Make the file where it is absent, so that nobody else can ever open it; whoever opens it next tells what is wrong."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def tighten(path: Path) -> str:
    """Take away what others may do with it. Returns what the mode was ('0755'), '' where nothing was to be done.

    Raises OSError where it belongs to somebody else.
    """
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & OTHERS:
        return ""
    path.chmod(mode & ~OTHERS)
    return f"{mode:04o}"
