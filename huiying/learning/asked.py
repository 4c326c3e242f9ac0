"""Many cases and many lines of the archive, asked for a page at a time; what is gone is left out."""

from __future__ import annotations

from collections.abc import Iterable

from huiying.contracts import ArchiveLine, Case, PostKey
from huiying.learning.pieces import pieces
from huiying.ports import CaseStore, PostArchive

AT_ONCE = 200


def cases_of(cases: CaseStore, ids: Iterable[str]) -> dict[str, Case]:
    found: dict[str, Case] = {}
    for some in pieces(sorted(ids), AT_ONCE):
        found.update(cases.several(some))
    return found


def lines_of(archive: PostArchive, keys: Iterable[PostKey]) -> dict[PostKey, ArchiveLine]:
    found: dict[PostKey, ArchiveLine] = {}
    for some in pieces(sorted(keys), AT_ONCE):
        found.update(archive.get(some))
    return found
