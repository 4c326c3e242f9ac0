"""A place that somebody typed, found in the office's own list of places."""

from __future__ import annotations

from pathlib import Path

from huiying.contracts import Certainty, Place
from huiying.errors import Misconfigured
from nlp import gazetteer


class Places:
    """Reads the list when it is first asked for, and again where it has changed."""

    def __init__(self, policy: Path) -> None:
        self._policy = policy
        self._known: tuple[tuple[int, ...], gazetteer.Gazetteer] | None = None

    def named(self, text: str) -> Place | None:
        """The narrowest place that is named for sure; None where nobody knows it, or the list cannot be read."""
        try:
            found = self._gazetteer().find(text)
        except (Misconfigured, OSError):
            return None
        spots = [spot for mention in found for spot in mention.spots if len(mention.spots) == 1]
        if not spots:
            return None
        spot = max(spots, key=lambda spot: (bool(spot.county), bool(spot.city)))
        return Place(
            province=spot.province,
            city=spot.city,
            county=spot.county,
            code=spot.code,
            certainty=Certainty.STATED,
        )

    def _gazetteer(self) -> gazetteer.Gazetteer:
        files = (self._policy / name for name in (gazetteer.FILE, gazetteer.UNITS))
        changed = tuple(file.stat().st_mtime_ns for file in files if file.exists())
        if self._known is None or self._known[0] != changed:
            self._known = (changed, gazetteer.load(self._policy))
        return self._known[1]
