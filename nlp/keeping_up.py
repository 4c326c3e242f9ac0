"""The reader of a running stage: another model takes over at the next batch after it was promoted or rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from huiying import logs
from huiying.contracts import Post, Reading
from huiying.errors import Misconfigured
from nlp import versions
from nlp.pipeline import Reader

_log = logs.get("nlp")


class CurrentReader:
    """Reads with the model in force. One that cannot be loaded leaves the old one at work, and says so once."""

    def __init__(self, models: Path, policy: Path, jurisdiction: str) -> None:
        """Raises Misconfigured where there is no model at all."""
        self._models, self._policy, self._jurisdiction = models, policy, jurisdiction
        self._name = versions.in_force(models).name
        self._reader = Reader.load(models, policy, jurisdiction)

    @property
    def version(self) -> str:
        return self._reader.version

    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """As :meth:`nlp.pipeline.Reader.read`; one batch is read with one model."""
        name = versions.in_force(self._models).name
        if name != self._name:
            self._name = name
            try:
                self._reader = Reader.load(self._models, self._policy, self._jurisdiction)
                _log.info("model_changed", model=name or "shipped", reader=self._reader.version)
            except Misconfigured as fault:
                _log.error("model_not_changed", model=name, reason=str(fault))
        return self._reader.read(posts, now)
