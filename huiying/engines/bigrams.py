"""Chinese full text without a dictionary: overlapping pairs of characters, cut the same way for both engines.

``供热不足`` is indexed as ``供热 热不 不足 足``.  A run of two or more characters is asked as a phrase of its pairs, a
single character as the beginning of a pair: the answer is exactly substring containment, whatever the script.  The
last character of a run stands alone, which also keeps a phrase from reaching over white space.
"""

from __future__ import annotations

import re
import unicodedata

from huiying.codec import clean

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
"""Not white space, and no part of any word; FTS5 would take them for ends of words."""


def normalise(text: str) -> str:
    """Full and half width, upper and lower case are the same to whoever searches."""
    return unicodedata.normalize("NFKC", _CONTROL.sub("", clean(text))).lower()


def cut(text: str) -> str:
    """What is indexed: the pairs, separated by spaces."""
    return " ".join(run[i : i + 2] for run in normalise(text).split() for i in range(len(run)))


def phrases(words: str) -> tuple[tuple[str, ...], ...]:
    """What is asked: one phrase of pairs for each run of ``words``, all of which must be found.

    A phrase of one single character is to be asked as a prefix.
    """
    return tuple(dict.fromkeys(_phrase(run) for run in normalise(words).split()))


def _phrase(run: str) -> tuple[str, ...]:
    return (run,) if len(run) == 1 else tuple(run[i : i + 2] for i in range(len(run) - 1))
