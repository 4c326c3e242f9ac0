"""The office's own public page: it shows what is published and hides what is suspended, so that handing over is knowing where
it stands.
"""

from __future__ import annotations

from huiying.contracts import Statement


class Page:
    name = "page"

    def __init__(self, base: str) -> None:
        """``base`` is the address of the office's pages, without a slash at the end."""
        self._base = base

    def publish(self, statement: Statement, body: bytes, *, case_id: str, key: str) -> str:
        return self.address(statement)

    def stop(self, statement: Statement, *, case_id: str, key: str) -> None:
        """It hides what is suspended from the moment of that."""

    def address(self, statement: Statement) -> str:
        """Permanent, whatever becomes of the case."""
        return f"{self._base}/public/statements/{statement.id}"
