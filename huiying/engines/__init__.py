"""Where everything is kept, behind the ports.  This is the only place that chooses an engine."""

from __future__ import annotations

from collections.abc import Iterator

from huiying.engines import embedded
from huiying.engines.embedded.examine import examine as examine_files
from huiying.finding import Finding
from huiying.ports import Engine, Stream
from huiying.settings import Settings


def open_engine(settings: Settings, *, reading: bool = False) -> Engine:
    """Everything that is kept. Raises Misconfigured where a person must mend it, TryAgain where it may pass.

    ``reading``: for a caller that writes nothing, so that it can look even where nothing can be written.
    """
    if settings.engine == "embedded":
        return embedded.open_engine(settings.data, reading=reading)
    # Imported only where it is used: its clients take a second to load.
    from huiying.engines import distributed

    return distributed.open_engine(settings)


def open_stream(settings: Settings) -> Stream:
    """The stream alone, for processes that only publish: the crawler and the intake. Raises as above."""
    if settings.engine == "embedded":
        return embedded.open_stream(settings.data)
    from huiying.engines import distributed

    return distributed.open_stream(settings)


def examine(settings: Settings, *, thorough: bool = False) -> Iterator[Finding]:
    """What stands behind the ports, piece by piece, so that one that is away does not hide the other."""
    if settings.engine == "embedded":
        return examine_files(settings.data, thorough=thorough)
    from huiying.engines.distributed import examine as servers

    return servers.examine(settings)
