"""Finding what a slow expression matches by asking it only where it can begin, which a set of characters tells quickly.

Python's ``re`` looks for that set by itself where every alternative of an expression begins with a letter: :func:`led`
writes such alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def led(beginnings: str, rest: str) -> str:
    """``(?:one|other)rest`` as ``onerest|otherrest``, which matches the same: alternatives that begin with letters."""
    return "|".join(f"{beginning}{rest}" for beginning in beginnings.split("|"))


def scan(begin: re.Pattern[str], whole: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``whole.finditer(text)`` gives, where each of its matches begins where ``begin`` does and none is empty."""
    done = 0
    for place in begin.finditer(text):
        at = place.start()
        if at >= done and (found := whole.match(text, at)):
            done = found.end()
            yield found
