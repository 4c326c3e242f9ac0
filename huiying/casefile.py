"""A case as the stores keep it: JSON in which its frozen rules stand once, packed, and a clock says which of them is its own.

Rules were half of a case's bytes, and cases that were opened under one policy have the same ones: they are packed, and read, once for
all of these.  What was stored before, with every rule in full, is read as well.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import MISSING, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from huiying import codec, frozen
from huiying.contracts import Case, ClockRule, ResponseClock

MOST = 256
"""Sets of rules that are remembered."""

_Rules = tuple[ClockRule, ...]


def _twin(kind: type, **types: Any) -> type[msgspec.Struct]:
    """A struct with the fields of a dataclass, some of other types."""
    hints = get_type_hints(kind, include_extras=True)
    found: list[Any] = []
    for one in fields(kind):
        told = (one.name, types.get(one.name, hints[one.name]))
        if one.default_factory is not MISSING:
            found.append((*told, msgspec.field(default_factory=one.default_factory)))
        else:
            found.append(told if one.default is MISSING else (*told, one.default))
    return msgspec.defstruct(f"Kept{kind.__name__}", found, kw_only=True, frozen=True, gc=False)


_KeptClock = _twin(ResponseClock, rule=int | ClockRule)
_Clocks = tuple[_KeptClock, ...]  # type: ignore[valid-type]
_KeptCase = _twin(Case, clock_rules=msgspec.Raw, clocks=_Clocks, past_clocks=_Clocks)
_decoder = msgspec.json.Decoder(_KeptCase)
_rules_decoder = msgspec.json.Decoder(_Rules)

_CASE = tuple(one.name for one in fields(Case))
_CLOCK = tuple(one.name for one in fields(ResponseClock))
_case_values = attrgetter(*_CASE)
_clock_values = attrgetter(*_CLOCK)
_RULES, _RUNNING, _PAST, _RULE = (
    _CASE.index("clock_rules"),
    _CASE.index("clocks"),
    _CASE.index("past_clocks"),
    _CLOCK.index("rule"),
)
_written: dict[int, tuple[_Rules, str]] = {}
"""Rules by what object they are: those of cases that were read are the same ones."""


def encode(case: Case) -> bytes:
    """Never fails because of what somebody wrote."""
    kept = dict(zip(_CASE, frozen.values(case), strict=True))
    rules = case.clock_rules
    kept["clock_rules"] = _written_once(rules)
    kept["clocks"] = [_kept(clock, rules) for clock in case.clocks]
    kept["past_clocks"] = [_kept(clock, rules) for clock in case.past_clocks]
    return codec.encode(_KeptCase(**kept))


def decode(doc: bytes | str) -> Case:
    """What was encoded, or any case as JSON."""
    values = list(_case_values(_decoder.decode(doc)))
    rules = values[_RULES] = _unpacked(bytes(values[_RULES])) if values[_RULES] else ()
    values[_RUNNING] = tuple([_clock(kept, rules) for kept in values[_RUNNING]])
    values[_PAST] = tuple([_clock(kept, rules) for kept in values[_PAST]])
    return frozen.made(Case, values)


def _kept(clock: ResponseClock, rules: _Rules) -> Any:
    values = dict(zip(_CLOCK, frozen.values(clock), strict=True))
    values["rule"] = _place(clock.rule, rules)
    return _KeptClock(**values)


def _place(rule: ClockRule, rules: _Rules) -> int | ClockRule:
    """Which of the rules it is; the rule itself where a clock came with it from elsewhere."""
    found = (n for n, one in enumerate(rules) if one is rule)
    equal = (n for n, one in enumerate(rules) if one == rule)
    return next(found, next(equal, rule))


def _clock(kept: Any, rules: _Rules) -> ResponseClock:
    values = list(_clock_values(kept))
    if type(values[_RULE]) is int:
        values[_RULE] = rules[values[_RULE]]
    return frozen.made(ResponseClock, values)


def _written_once(rules: _Rules) -> str:
    known = _written.get(id(rules))
    if known is not None and known[0] is rules:
        return known[1]
    made = _packed(codec.encode(rules))
    if len(_written) >= MOST:
        _written.clear()
    _written[id(rules)] = (rules, made)
    return made


@lru_cache(MOST)
def _packed(rules: bytes) -> str:
    return b64encode(zlib.compress(rules, 9)).decode("ascii")


@lru_cache(MOST)
def _unpacked(stored: bytes) -> _Rules:
    packed = msgspec.json.decode(stored) if stored.startswith(b'"') else ""
    return _rules_decoder.decode(zlib.decompress(b64decode(packed)) if packed else stored)
