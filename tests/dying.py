"""Stores that fail before or after one of their next writes, as a process does that is killed there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Crash(BaseException):
    """The process is gone: nothing after this line has happened."""


class Fuse:
    def __init__(self) -> None:
        self.left: int | None = None
        """Steps to go; None: it does not burn."""

    def around(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._burn()
            result = write(*args, **kwargs)
            self._burn()
            return result

        return guarded

    def _burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Crash


class Dying:
    """A store that fails before or after one of its next writes, as a process does that is killed there."""

    def __init__(self, store: object, writes: Sequence[str], fuse: Fuse) -> None:
        self._store, self._writes, self._fuse = store, writes, fuse

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        return self._fuse.around(real) if name in self._writes else real
