"""A WHERE clause that grows: conditions of our own words, values always bound."""

from __future__ import annotations

from collections.abc import Collection

PARTY = "unit:"
"""Before a unit's id in ``case_tags``: it leads the case or helps."""
RESTRICTED = "restricted"
"""In ``case_tags``: few may read the case."""


class Conditions:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[object] = []

    def add(self, condition: str, *values: object) -> None:
        self._parts.append(condition)
        self.values.extend(values)

    def any_of(self, column: str, wanted: Collection[object]) -> None:
        """Nothing wanted means anything goes."""
        if wanted:
            self.add(f"{column} IN ({', '.join('?' * len(wanted))})", *wanted)

    def __str__(self) -> str:
        return " WHERE " + " AND ".join(self._parts) if self._parts else ""
