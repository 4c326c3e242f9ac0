"""The newest texts of the archive, each once, with our own beside them: how rare words are here, and which keep company.

Whatever came in counts, also what was irrelevant, as long as it is kept; nobody has to have judged it.
"""

from __future__ import annotations

from collections.abc import Iterator

from huiying.contracts import Disposition, Post
from huiying.ports import Engine, LineQuery
from nlp import corpus
from triage.pairlearning import ARCHIVE_LEAST, ARCHIVE_MOST, Heap, entry

PAGE = 500
LOOKED_AT = 4 * ARCHIVE_MOST
"""Lines, for that many different texts."""
KINDS = frozenset({Disposition.ATTACHED, Disposition.IRRELEVANT})


def gather(engine: Engine) -> list[tuple[str, str]]:
    """Those of the archive, in an order of their own; none where they are too few to say what is rare."""
    found: dict[tuple[str, str], None] = {}
    for post in _newest(engine):
        found[entry(post.title, post.text)] = None
        if len(found) == ARCHIVE_MOST:
            break
    return sorted(found) if len(found) >= ARCHIVE_LEAST else []


def with_our_own(archive: Heap) -> Heap:
    """An archive has many texts of the world and few of the trade: ours are added."""
    return [*archive, *(entry(*one) for one in corpus.texts())] if archive else []


def _newest(engine: Engine) -> Iterator[Post]:
    seen, after = 0, ""
    while seen < LOOKED_AT:
        page = engine.archive.search(LineQuery(dispositions=KINDS, limit=PAGE, after=after))
        yield from (line.legible for line in page.lines if line.legible is not None)
        seen += len(page.lines)
        after = page.next
        if not after:
            return
