"""Codes of places (GB/T 2260), and which of them an office's units answer for.  Pure."""

from __future__ import annotations

from collections.abc import Iterable


def stem(code: str) -> str:
    """What the codes of its parts begin with: 410000 is 41, 410300 is 4103."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def touches(code: str, ours: Iterable[str]) -> bool:
    """Whether a unit answers for the place, for a part of it or for what it is a part of. ``ours``: what the codes of theirs begin with."""
    return any(code.startswith(prefix) or prefix.startswith(stem(code)) for prefix in ours)
