"""Numbers that were read from a text, as people write them: 3, 1.25万, never 1e+06.  Pure."""

from __future__ import annotations

from huiying.contracts import SignalKind

UNITS = {
    SignalKind.DEATHS: "人",
    SignalKind.INJURIES: "人",
    SignalKind.MISSING: "人",
    SignalKind.LOSS: "元",
    SignalKind.CROWD: "人",
    SignalKind.HOUSEHOLDS: "户",
}
"""What is counted, by the kind of signal that counts it."""
_GREAT = ((1e8, "亿"), (1e4, "万"))


def figure(amount: float) -> str:
    """260万, 1.3亿, 12."""
    for size, word in _GREAT:
        if abs(amount) >= size:
            return f"{_plain(amount / size)}{word}"
    return _plain(amount)


def counted(kind: SignalKind, amount: float) -> str:
    """With its unit: 260万元, 3人."""
    return f"{figure(amount)}{UNITS.get(kind, '')}"


def _plain(amount: float) -> str:
    return f"{amount:.4f}".rstrip("0").rstrip(".")
