"""At most one holder on this machine.  The kernel gives it up when its holder dies, without anybody deciding so."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from huiying import complaints
from huiying.errors import TryAgain


class FileLock:
    """The file stays behind, empty: removing it would let two hold it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        """Without waiting. Raises TryAgain where the file cannot be opened."""
        try:
            self._path.parent.mkdir(exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise TryAgain(
                f"{self._path.name}：打不开（{complaints.of_system(error)}），请稍后再试"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
