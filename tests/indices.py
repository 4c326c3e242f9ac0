"""The indices of one test: quick to show what was written, and gone afterwards."""

from __future__ import annotations

from huiying.engines.distributed.stores import line
from huiying.settings import Settings


def sweep(settings: Settings) -> None:
    """Drop every index of this namespace."""
    link = line(settings)
    try:
        names = sorted(link.client.indices.get_alias(index=f"{settings.namespace}-*"))
        if names:
            link.client.indices.delete(index=names, ignore_unavailable=True)
    finally:
        link.close()
