"""Where everything is kept, behind the ports.  This is the only place that chooses an engine."""

from __future__ import annotations

from huiying.engines import embedded
from huiying.ports import Engine, Stream
from huiying.settings import Settings

_OPENERS = {"embedded": embedded.open_engine}
_STREAM_OPENERS = {"embedded": embedded.open_stream}


def open_engine(settings: Settings, *, reading: bool = False) -> Engine:
    """Everything that is kept. Raises Misconfigured where a person must mend it, TryAgain where it may pass.

    ``reading``: for a caller that writes nothing, so that it can look even where nothing can be written.
    """
    return _OPENERS[settings.engine](settings.data, reading=reading)


def open_stream(settings: Settings) -> Stream:
    """The stream alone, for processes that only publish: the crawler and the intake. Raises as above."""
    return _STREAM_OPENERS[settings.engine](settings.data)
