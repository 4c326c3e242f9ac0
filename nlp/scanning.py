"""Asking an expression only where it can hold: in a text that has one of the words it needs, or where it can begin.

A :class:`Rule` says which words those are.  The words of all rules are looked for in one pass over a text, so that the dozens
of rules that have nothing to say of it cost nothing.  For what no words tell of, :func:`scan` goes by single characters:
Python's ``re`` looks quickly for those that an expression can begin with, where every alternative begins with a letter, and
:func:`led` writes such alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick_rs


class Rule:
    """An expression, and the words without one of which it matches nothing: unless others are named, those that its
    alternatives begin with.
    """

    def __init__(self, expression: str, *, needs: str = "") -> None:
        self.expression = re.compile(expression)
        self.words = frozenset(needs.split("|")) if needs else beginnings(expression)
        self.bit = 1 << len(_rules)
        """Stands for it in :func:`standing`."""
        _rules.append(self)
        _all_words.cache_clear()


_rules: list[Rule] = []


def standing(text: str) -> int:
    """The bits of all rules of which one of the words stands there."""
    automaton, bits = _all_words()
    found = 0
    for which, _, _ in automaton.find_matches_as_indexes(text, overlapping=True):
        found |= bits[which]
    return found


@cache
def _all_words() -> tuple[ahocorasick_rs.AhoCorasick, list[int]]:
    bits: dict[str, int] = {}
    for rule in _rules:
        for word in rule.words:
            bits[word] = bits.get(word, 0) | rule.bit
    return ahocorasick_rs.AhoCorasick(list(bits), implementation=ahocorasick_rs.Implementation.DFA), list(
        bits.values()
    )


def beginnings(expression: str) -> frozenset[str]:
    """The words that its alternatives begin with. Raises ValueError where one of them begins with none."""
    words = [re.match(r"\w+(?![?*{])", alternative) for alternative in _alternatives(expression)]
    if None in words:
        raise ValueError(f"not every alternative begins with a word: {expression}")
    return frozenset(word[0] for word in words if word)


def _alternatives(expression: str) -> Iterator[str]:
    depth = begin = 0
    for sign in re.finditer(r"\\.|\[[^\]]*\]|[()|]", expression):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if sign[0] == "|" and not depth:
            yield expression[begin : sign.start()]
            begin = sign.end()
    yield expression[begin:]


def led(beginnings: str, rest: str) -> str:
    """``(?:one|other)rest`` as ``onerest|otherrest``, which matches the same: alternatives that begin with letters."""
    return "|".join(f"{beginning}{rest}" for beginning in beginnings.split("|"))


def scan(begin: re.Pattern[str], whole: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``whole.finditer(text)`` gives, where each of its matches begins where ``begin`` does and none is empty."""
    done = 0
    for place in begin.finditer(text):
        at = place.start()
        if at >= done and (found := whole.match(text, at)):
            done = found.end()
            yield found
